"""Whether a command goes through Prefect or runs at once, and the little of Prefect that all flows share."""

import json
import os
from pathlib import Path
from typing import Any, Literal

Engine = Literal["auto", "prefect", "direct"]
SERVER_FILE = Path(".prefect") / "server.json"  # in the workspace, written by whoever keeps a server there
PROBE_SECONDS = 2.0

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "",
    "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL",  # the run's log is in the UI; a command speaks for itself
}


def find_server(workspace: Path) -> str | None:
    """Give the address of a Prefect server that answers: the environment's, else the workspace's own."""
    urls = [os.environ.get("PREFECT_API_URL"), _workspace_server(workspace)]
    return next((url for url in urls if url and answers(url)), None)


def _workspace_server(workspace: Path) -> str | None:
    """Give the workspace's own, unless it asks for a password that this command was not given."""
    said = _announced(workspace)
    return None if said.get("locked") and "PREFECT_API_AUTH_STRING" not in os.environ else said.get("api")


def _announced(workspace: Path) -> dict[str, Any]:
    try:
        said = json.loads((workspace / SERVER_FILE).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) and isinstance(said.get("api"), str) else {}


def find_own_server(workspace: Path) -> str | None:
    """Give the address of the server that `dondoc up` keeps for this workspace, where it answers."""
    url = _announced(workspace).get("api")
    return url if url and answers(url) else None


def answers(url: str) -> bool:
    """Whether a Prefect server is healthy there; it says so without a password."""
    import urllib.request  # with what it brings a tenth of the time in which `--help` is there
    from http.client import HTTPException

    if not url.startswith(("http://", "https://")):
        return False
    try:
        with urllib.request.urlopen(f"{url}/health", timeout=PROBE_SECONDS) as answer:  # noqa: S310  checked above
            return bool(answer.status == 200)
    except (OSError, HTTPException, ValueError):  # no server, another kind of server, no address at all
        return False


def be_quiet() -> None:
    """Switch Prefect's telemetry off and give its server time to start; call before prefect is imported."""
    for key, value in QUIET.items():
        os.environ.setdefault(key, value)


def engage(engine: Engine, workspace: Path) -> str | None:
    """Choose for a command: None to run at once, else the server that Prefect now points to.

    The address is empty where Prefect was asked for and no server answers: it starts a temporary one.
    """
    server = find_server(workspace) if engine != "direct" else None
    if engine == "direct" or (engine == "auto" and server is None):
        return None
    be_quiet()
    if server:
        os.environ["PREFECT_API_URL"] = server
    else:
        os.environ.pop("PREFECT_API_URL", None)  # it does not answer
    return server or ""
