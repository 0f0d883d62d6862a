"""Prefect's server as `dondoc up` runs it: its address and environment, and what is asked of it over HTTP."""

import base64
import ipaddress
import json
import os
import socket
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from typing import Any

from flows.engine import QUIET, SERVER_FILE, answers
from models.errors import RefusedError
from settings import Settings

AUTH = "PREFECT_SERVER_API_AUTH_STRING"  # name:password, as Prefect calls it
POOL = "dondoc"
HEARTBEAT, SILENCE = 30, 90  # seconds: the least that Prefect takes, and after how many without one a run is dead
ALIVE = ("Pending", "Running", "heartbeat")  # after each of these there is more to hear; the first beat comes late
ZOMBIES = "dondoc: runs without a sign of life"
ANSWER_SECONDS = 30
BUSY_SECONDS, PAUSE_SECONDS = 20, 0.5  # how long, and how often, to ask a server whose database is busy
BY_THE_BATCH = {  # what the server writes of runs and events: a third of the processor, and fewer waits for SQLite
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
    "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_BATCH_SIZE": "200",
    "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE": "100",
}
LARGEST_PORT = (1 << 16) - 1


@dataclass(frozen=True)
class Api:
    """Where the server answers, and the name and password that it asks for."""

    host: str
    port: int
    auth: str | None = None

    @property
    def url(self) -> str:
        """The address for programs on this machine."""
        return f"{self.ui}/api"

    @property
    def ui(self) -> str:
        host = _written(_reachable(self.host))
        return f"http://{host}:{self.port}"

    def is_healthy(self) -> bool:
        return answers(self.url)

    def make_pool(self) -> None:
        """Make the work pool, unless it is there."""
        if not self.ask("/work_pools/filter", {"work_pools": {"name": {"any_": [POOL]}}}):
            self.ask("/work_pools/", {"name": POOL, "type": "process"})

    def make_zombie_rule(self) -> None:
        """Have runs whose worker was killed with them marked as crashed: they would hold their place for ever."""
        if not self.ask("/automations/filter", {"automations": {"name": {"any_": [ZOMBIES]}}}):
            self.ask("/automations/", _zombie_rule())

    def ask(self, path: str, body: Mapping[str, Any]) -> Any:
        """Post to the server; asks again where its database is busy. Raises ServerNotReadyError."""
        headers = {"Content-Type": "application/json"}
        if self.auth:
            headers["Authorization"] = f"Basic {base64.b64encode(self.auth.encode()).decode()}"
        request = urllib.request.Request(f"{self.url}{path}", json.dumps(body).encode(), headers)  # noqa: S310  our own
        until = time.monotonic() + BUSY_SECONDS
        while True:
            try:
                with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
                    return json.loads(answer.read() or b"null")
            except (OSError, HTTPException, ValueError) as error:
                is_busy = getattr(error, "code", None) == HTTPStatus.SERVICE_UNAVAILABLE
                if not is_busy or time.monotonic() > until:
                    raise ServerNotReadyError(path) from error
            time.sleep(PAUSE_SECONDS)


class ServerNotReadyError(RuntimeError):
    """The server answers, but not as Prefect's does."""


def _zombie_rule() -> dict[str, Any]:
    each = ["prefect.resource.id"]
    of_runs = {"prefect.resource.id": ["prefect.flow-run.*"]}
    return {
        "name": ZOMBIES,
        "trigger": {
            "type": "event", "posture": "Proactive", "match": of_runs, "for_each": each, "threshold": 1,
            "after": [f"prefect.flow-run.{one}" for one in ALIVE], "within": SILENCE,
            "expect": ["prefect.flow-run.*"],  # a state is told by its name, and ours have names of their own
        },
        "actions": [{"type": "change-flow-run-state", "state": "CRASHED", "message": ZOMBIES}],
    }  # fmt: skip


def environment(settings: Settings, api: Api) -> dict[str, str]:
    """Give what our programs are to know: the workspace, the server, and nothing that is sent home."""
    workspace = settings.workspace.resolve()
    home = workspace / SERVER_FILE.parent
    ours = {
        "DONDOC_WORKSPACE": str(workspace),
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": api.url,
        "PREFECT_SERVER_UI_API_URL": "/api",  # whatever name the browser knows this machine by
        "PREFECT_SERVER_UI_V2_ENABLED": "false",  # the second version calls an analytics host at each page load
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(home / "ui"),  # the program's own folder may be read-only
        "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "WARNING",
        "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": str(HEARTBEAT),
        "PYTHONUTF8": "1",
    }
    if api.auth:
        ours["PREFECT_API_AUTH_STRING"] = api.auth
    return {**QUIET, **BY_THE_BATCH, **os.environ, **ours}


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches a host; of a name, whether all of its addresses are such."""
    try:
        found = {str(one[4][0]) for one in socket.getaddrinfo(host, None)}
    except OSError:
        return False
    return all(ipaddress.ip_address(one.split("%")[0]).is_loopback for one in found)


def ensure_free(host: str, port: int) -> None:
    """Raises RefusedError where something listens already, or nobody can listen there."""
    if not 0 < port <= LARGEST_PORT:
        raise RefusedError("up.port", port=port, largest=LARGEST_PORT)
    try:
        family, kind, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            tried.bind(address)
    except OSError as error:
        raise RefusedError("up.address", host=host, port=port, found=error) from error


@contextmanager
def announced(settings: Settings, api: Api) -> Iterator[None]:
    """Let commands in this workspace find the server, as long as the block runs."""
    path = settings.workspace / SERVER_FILE
    path.write_text(json.dumps({"api": api.url, "locked": bool(api.auth), "pid": os.getpid()}), encoding="utf-8")
    try:
        yield
    finally:
        path.unlink(missing_ok=True)


def _reachable(host: str) -> str:
    """Give the address by which this machine reaches what listens on all of its addresses."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def log_folder(settings: Settings) -> Path:
    return settings.workspace.resolve() / SERVER_FILE.parent
