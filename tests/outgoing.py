"""A watch over outgoing connections: every Python process under it notes what it asks the network.

The readers of workbooks get no environment, so the watch is not in them; nor does it see what compiled code asks. For
both there is `strace -f -e trace=connect,sendto python tests/outgoing.py FOLDER`.

Run as a program it is a small scene: a plan assigned, a blank issued, filled and collected, reminders, a review.
"""

import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

WATCH = """
import os, sys
LOG = os.environ["DONDOC_TEST_LOG"]
def note(*words):
    with open(LOG, "a", encoding="utf-8") as log:
        print(*words, file=log)
def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        if isinstance(arguments[1], tuple):  # a path is this machine's
            note(event, arguments[1][0])
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        note(event, arguments[0])
sys.addaudithook(watch)
note("watched")
"""


@dataclass(frozen=True)
class Watched:
    """What came of a program under watch: how it ended, and what it asked of the network."""

    code: int
    err: str
    asked: tuple[str, ...]


def watched(folder: Path, *program: str | Path) -> Watched:
    """Run a Python program under watch. Python itself loads `sitecustomize`."""
    (folder / "sitecustomize.py").write_text(WATCH, encoding="utf-8")
    log, tests = folder / "network.log", Path(__file__).parent
    here = os.pathsep.join(map(str, (folder, tests, tests.parent)))
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DONDOC_", "PREFECT_"))}
    environment = kept | {"PYTHONPATH": here, "DONDOC_TEST_LOG": str(log)}
    ran = subprocess.run([sys.executable, *program], env=environment, capture_output=True, text=True, check=False)
    first, *asked = log.read_text("utf-8").splitlines()
    assert first == "watched"
    return Watched(ran.returncode, ran.stderr, tuple(asked))


def main(workspace: Path) -> None:
    from office import Office

    office, symbol, period = Office(workspace), "60-KL/ĐUK", "2021-9T"
    _, plan = office.plans()
    office.ask("assign", plan)
    office.ask("issue", "--directive", symbol, "--period", period, "--unit", "C0101")
    office.fill(period, ("C0101",), date(2021, 9, 16))
    assert office.ask("collect", "--received-at", "2021-09-16T16:30")["receipts"][0]["state"] == "accepted"
    office.ask("remind", "--on", "2021-09-28")
    office.ask("review", "--directive", symbol, "--from", period, "--to", period, "--as-at", "2021-10-06T12:00")
    office.ask("doctor")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
