"""How long a command takes to begin, against a Python that does nothing."""

import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.measuring import Row, interleaved, measured
from settings import open_workspace

DONDOC = str(Path(sys.executable).with_name("dondoc"))
COMMANDS = {"help": [DONDOC, "--help"], "command": [DONDOC, "standing", "--help"]}


def rows(folder: Path, rounds: int) -> Iterator[Row]:
    open_workspace(folder)
    ways = {"python": [sys.executable, "-c", "pass"], **COMMANDS}
    costs = interleaved({name: partial(measured, name, _run, command) for name, command in ways.items()}, rounds)
    bare = costs["python"]
    for name in COMMANDS:
        mine = costs[name]
        note = f"{mine.cpu:.2f} s of processors; {mine.wall / bare.wall:.0f} times a bare Python"
        said = " ".join(["dondoc", *COMMANDS[name][1:]])
        pair = {name: mine, "python": bare}
        yield Row(f"start-{name}", said, "python -c pass", mine.wall, 0.5, "s", costs=pair, note=note)


def _run(command: list[str]) -> None:
    subprocess.run(command, check=True, capture_output=True)
