"""One machine in one command: Prefect's server with its UI, a worker for every deployment, the inbox watched.

The three are programs of their own, so that a run that dies takes none of them along. They are started in the order in
which they need each other and stopped the other way round: a worker whose server is gone does not end when told to.
"""

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from flows.engine import find_own_server
from flows.jobs.record import migrated
from flows.jobs.serving import (
    AUTH,
    POOL,
    Api,
    ServerNotReadyError,
    announced,
    ensure_free,
    environment,
    is_loopback,
    log_folder,
)
from flows.jobs.supervise import Child, Supervised, finish, run_to_end
from flows.jobs.watch import Stop
from models.errors import RefusedError
from settings import Settings

DECLARED = Path(__file__).resolve().parents[2] / "prefect.yaml"
START_SECONDS = 180.0  # a server on a slow disk makes its tables first
WORKER_BOUND = 60.0  # seconds for what is at work when we are asked to stop; systemd waits for 120 in all
SERVER_BOUND = 20.0
LOOK_SECONDS = 1.0


@dataclass(frozen=True)
class Told:
    """Who hears that all is there, and that one of the programs ended by itself."""

    ready: Callable[[str], None]
    restarted: Callable[[str, Path], None]


def run_up(settings: Settings, host: str, port: int, told: Told, stop: Stop) -> None:
    """Serve until `stop` is asked for; what is at work is finished first.

    Raises RefusedError where it cannot be served there, or a program does not come up.
    """
    _ensure_servable(settings, host, port)
    with migrated(settings):
        pass
    api = Api(host, port, os.environ.get(AUTH))
    around = environment(settings, api)
    folder = log_folder(settings)
    server = Child("server", ("prefect", "server", "start", "--host", host, "--port", str(port)), around, folder)
    with finish([server], SERVER_BOUND):
        _await_health(api, server, stop)
        _deploy(api, around, folder, stop)
        if not stop.asked:
            _serve(settings, api, server, around, told, stop)


def _ensure_servable(settings: Settings, host: str, port: int) -> None:
    if not is_loopback(host) and not os.environ.get(AUTH):
        raise RefusedError("up.password", host=host, variable=AUTH)
    if running := find_own_server(settings.workspace):
        raise RefusedError("up.running", url=running.removesuffix("/api"))
    if not DECLARED.is_file():
        raise RefusedError("up.no_deployments", path=DECLARED)
    ensure_free(host, port)


def _await_health(api: Api, server: Child, stop: Stop) -> None:
    """Wait until the server answers. Raises RefusedError where it ends instead, or never does."""
    until = time.monotonic() + START_SECONDS
    while not stop.asked and not api.is_healthy():
        if server.has_ended() or time.monotonic() > until:
            raise RefusedError("up.failed", program=server.name, log=server.log)
        stop.wait(LOOK_SECONDS)


def _deploy(api: Api, around: Mapping[str, str], folder: Path, stop: Stop) -> None:
    """Make or renew the deployments, and the rule that ends runs whose worker is gone."""
    if stop.asked:
        return
    try:
        api.make_pool()
        api.make_zombie_rule()
    except ServerNotReadyError as error:
        raise RefusedError("up.failed", program="server", log=folder / "server.log") from error
    command = ("prefect", "--no-prompt", "deploy", "--all", "--prefect-file", str(DECLARED))
    ended = run_to_end(Child("deploy", command, around, folder), stop, WORKER_BOUND)
    if not ended and not stop.asked:
        raise RefusedError("up.failed", program="deploy", log=folder / "deploy.log")


def _serve(settings: Settings, api: Api, server: Child, around: Mapping[str, str], told: Told, stop: Stop) -> None:
    folder = log_folder(settings)
    worker = Child("worker", ("prefect", "worker", "start", "--pool", POOL, "--type", "process"), around, folder)
    watch = Child("watch", ("dondoc", "collect", "--watch"), around, None)
    with finish([watch, worker], WORKER_BOUND), announced(settings, api):
        told.ready(api.ui)
        all_of_them = [Supervised(one) for one in (server, worker, watch)]
        while not stop.asked:
            for one in all_of_them:
                if one.revive():
                    told.restarted(one.child.name, one.child.log or folder)
            stop.wait(LOOK_SECONDS)
