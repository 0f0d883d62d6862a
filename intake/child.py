"""A child process that reads workbooks: what kills it costs one child, never a worker or a neighbour's return.

The fast reader aborts the process on some files, and no `except` helps. Asked for a path, the child answers with
what `intake.reader.read_return` gives, or with the key of the refusal. It is started by `intake.readers`.
"""

import pickle
import signal
import sys
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from intake.confine import ChildLimits, confine, start_clocks
from intake.reader import read_return
from models.errors import UnreadableWorkbookError
from schemas.layout import Layout, load_layout

ANSWERED, REFUSED = "answered", "refused"


def serve(requests: Connection, limits: ChildLimits) -> None:
    """Answer until the parent hangs up."""
    confine(limits.memory)
    layout = load_layout("return")
    while True:
        try:
            path = Path(requests.recv_bytes().decode("utf-8", "surrogateescape"))
        except (EOFError, ConnectionError):
            return
        start_clocks(limits)
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


if __name__ == "__main__":
    for sign in (signal.SIGINT, signal.SIGTERM):  # they are for the parent, which hangs up when its work is done
        signal.signal(sign, signal.SIG_IGN)
    handle, memory, cpu, wall = map(int, sys.argv[1:])
    serve(Connection(handle), ChildLimits(memory, cpu, wall))
