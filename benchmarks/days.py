"""A day in fast motion: what `dondoc up` and its programs hold while hour after hour of work goes through them.

`python -m benchmarks.days 24`: in each hour a return comes and is answered by the watch, and the worker runs `collect`,
`remind` as a dry run and `board`. No ratio and no limit: what grows from hour to hour is to be seen.
"""

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from benchmarks.returns import fill_inbox, make_office
from flows.jobs.serving import Api

UNITS = 60
HOURLY: dict[str, dict[str, Any]] = {"collect": {}, "remind": {"dry_run": True}, "board": {}}
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
DONDOC = Path(sys.executable).with_name("dondoc")


def run(server: Api, name: str, parameters: dict[str, Any]) -> str:
    """Have the worker run a deployment; gives how it ended."""
    (found,) = server.ask("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
    body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    key = server.ask(f"/deployments/{found['id']}/create_flow_run", body)["id"]
    while True:
        (one,) = server.ask("/flow_runs/filter", {"flow_runs": {"id": {"any_": [key]}}})
        if one["state_type"] in ENDS:
            return str(one["state_type"])
        time.sleep(0.5)


@contextmanager
def up(workspace: Path) -> Iterator[tuple[psutil.Process, Api]]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    around = {**os.environ, "DONDOC_POLL_SECONDS": "1", "PREFECT_WORKER_QUERY_SECONDS": "2"}
    with (workspace / "up.log").open("w") as log:
        process = subprocess.Popen(
            [DONDOC, "up", "--workspace", workspace, "--port", str(port)], env=around, stderr=log
        )
        try:
            while f":{port}" not in (workspace / "up.log").read_text("utf-8"):
                time.sleep(0.5)
            yield psutil.Process(process.pid), Api("127.0.0.1", port)
        finally:
            process.terminate()
            process.wait()


def held(process: psutil.Process) -> dict[str, tuple[int, int]]:
    """Give memory (MB) and open files of `up` and its programs, by name."""
    found = {"up": process}
    for one in process.children():
        command = one.cmdline()
        found[next(name for name in ("server", "worker", "--watch") if name in command)] = one
    return {name: (one.memory_info().rss >> 20, one.num_fds()) for name, one in found.items()}


def main() -> None:
    hours = int(sys.argv[1]) if len(sys.argv) > 1 else 24  # fewer than UNITS
    with tempfile.TemporaryDirectory(prefix="dondoc-days-") as folder:
        settings = make_office(Path(folder) / "office", UNITS)
        fill_inbox(settings, UNITS)
        waiting = sorted(settings.inbox.glob("*/*.xlsx"))
        aside = [path.rename(Path(folder) / f"{path.parent.name}_{path.name}") for path in waiting]
        with up(settings.workspace) as (process, server):
            print("| hour | up | server | worker | watch | runs |\n|--:|--:|--:|--:|--:|---|")
            for hour in range(1, hours + 1):
                aside[hour].rename(waiting[hour])
                ended = [run(server, name, parameters) for name, parameters in HOURLY.items()]
                seen = held(process)
                cells = [f"{seen[name][0]} MB, {seen[name][1]} files" for name in ("up", "server", "worker", "--watch")]
                print(f"| {hour} | {' | '.join(cells)} | {', '.join(sorted(set(ended)))} |", flush=True)


if __name__ == "__main__":
    main()
