"""A child process that reads workbooks: what kills it costs one child, never a worker or a neighbour's return.

The fast reader aborts the process on some files, and no `except` helps. Asked for a path, the child answers with
what `intake.reader.read_return` gives, or with the key of the refusal. It is started by `intake.readers`.
"""

import pickle
import resource
import signal
import sys
from dataclasses import asdict, dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from intake.reader import read_return
from models.errors import UnreadableWorkbookError
from schemas.layout import Layout, load_layout

ANSWERED, REFUSED = "answered", "refused"


@dataclass(frozen=True)
class ChildLimits:
    """What one file may cost; a genuine return takes some ten milliseconds and 60 MiB."""

    memory: int = 1536 << 20  # bytes of address space
    cpu_seconds: int = 20
    wall_seconds: int = 30

    def as_arguments(self) -> list[str]:
        return [str(value) for value in asdict(self).values()]


def serve(requests: Connection, limits: ChildLimits) -> None:
    """Answer until the parent hangs up."""
    _confine(limits.memory)
    layout = load_layout("return")
    while True:
        try:
            path = Path(requests.recv_bytes().decode("utf-8", "surrogateescape"))
        except (EOFError, ConnectionError):
            return
        _start_clocks(limits)
        requests.send_bytes(_answer(path, layout))
        signal.setitimer(signal.ITIMER_REAL, 0)


def _answer(path: Path, layout: Layout) -> bytes:
    """Give the answer packed; kind and content."""
    try:
        return _packed(ANSWERED, read_return(path, layout))
    except UnreadableWorkbookError as error:
        return _packed(REFUSED, (error.key, error.values))
    except (MemoryError, RecursionError):
        return _packed(REFUSED, ("file.too-large-inside", {}))


def _packed(kind: str, content: Any) -> bytes:
    return pickle.dumps((kind, content), pickle.HIGHEST_PROTOCOL)


def _confine(memory: int) -> None:
    """Take from this process what reading a file does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def _start_clocks(limits: ChildLimits) -> None:
    """Have the system end this process when a file takes too long, whatever code is running then."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.cpu_seconds, hard))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)


if __name__ == "__main__":
    for sign in (signal.SIGINT, signal.SIGTERM):  # they are for the parent, which hangs up when its work is done
        signal.signal(sign, signal.SIG_IGN)
    handle, memory, cpu, wall = map(int, sys.argv[1:])
    serve(Connection(handle), ChildLimits(memory, cpu, wall))
