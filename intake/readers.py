"""Reads workbooks in warm child processes; one that dies is replaced, and its file gets one more try."""

import io
import logging
import os
import pickle
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from intake import cells, reader
from intake.child import ANSWERED
from intake.confine import ChildLimits
from intake.reader import RawReturn
from models.errors import UnreadableWorkbookError

Read = RawReturn | UnreadableWorkbookError

TRIES = 2
LARGEST_ANSWER = 256 << 20  # bytes; the cells of the largest genuine return take a hundredth
FILES_A_CHILD = 2000  # then it is replaced: memory that a parser lost goes with it
PATIENCE = 5  # seconds that a child has beyond its own clock
_PLAIN = frozenset({"date", "datetime", "time", "timedelta"})

logger = logging.getLogger(__name__)


class _Answer(pickle.Unpickler):
    """Takes plain data and our own records only: a child that read a hostile file is not to be trusted."""

    def find_class(self, module: str, name: str) -> Any:
        if module == "datetime" and name in _PLAIN:
            return super().find_class(module, name)
        for room in (reader, cells):
            found = getattr(room, name, None) if module == room.__name__ else None
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(module, name)


class _Child:
    """One child process and the line to it."""

    def __init__(self, limits: ChildLimits) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "intake.child", str(theirs.fileno()), *limits.as_arguments()],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,  # a parser that aborts writes what it read
                env={"PYTHONUTF8": "1"},
                cwd="/",
                start_new_session=True,  # Ctrl-C on the terminal must not reach it while it loads
            )
        self.line = Connection(ours.detach())
        self.files = 0

    def ask(self, path: Path) -> None:
        self.files += 1
        with suppress(BrokenPipeError, ConnectionError):  # it died while idle: its answer will tell
            self.line.send_bytes(os.fsencode(path.absolute()))

    def answer(self) -> Read | None:
        """Take what the child found; None where it died, or sent what is no answer."""
        try:
            kind, found = _Answer(io.BytesIO(self.line.recv_bytes(LARGEST_ANSWER))).load()
        except (EOFError, OSError, pickle.UnpicklingError, ValueError, TypeError, AttributeError):
            return None
        if kind == ANSWERED:
            return found if isinstance(found, RawReturn) else None
        key, values = found
        return UnreadableWorkbookError(key, **values)

    def end(self) -> int:
        """Hang up; give how the process ended, negative for a signal."""
        self.line.close()
        self.process.kill()
        return self.process.wait()


@dataclass(frozen=True)
class _Job:
    at: int
    path: Path
    attempt: int = 1


class Readers:
    """A few warm children; they start when they are needed and end with `close`, or with this process."""

    def __init__(self, count: int | None = None, limits: ChildLimits | None = None) -> None:
        self.count = count or min(os.cpu_count() or 1, 4)
        self.limits = limits or ChildLimits()
        self._idle: list[_Child] = []
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        while self._idle:
            self._idle.pop().end()

    def warm(self) -> None:
        """Start the children ahead of their work, so that they load while the caller does something else."""
        with self._lock:
            while len(self._idle) < self.count:
                self._idle.append(_Child(self.limits))

    def read(self, paths: Sequence[Path]) -> list[Read]:
        """Read files side by side; give for each, in their order, what is in it or why it is refused."""
        with self._lock:
            jobs = deque(_Job(at, path) for at, path in enumerate(paths))
            found: dict[int, Read] = {}
            busy: dict[Connection, tuple[_Child, _Job]] = {}
            try:
                while jobs or busy:
                    self._hand_out(jobs, busy)
                    self._gather(jobs, busy, found)
            finally:
                for child, _ in busy.values():  # only after an error of ours
                    child.end()
        return [found[at] for at in range(len(paths))]

    def _hand_out(self, jobs: deque[_Job], busy: dict[Connection, tuple[_Child, _Job]]) -> None:
        while jobs and len(busy) < self.count:
            child, job = self._idle.pop() if self._idle else _Child(self.limits), jobs.popleft()
            busy[child.line] = child, job
            child.ask(job.path)

    def _gather(self, jobs: deque[_Job], busy: dict[Connection, tuple[_Child, _Job]], found: dict[int, Read]) -> None:
        """Take the answers that are there; without any in time, the children are stuck and are ended."""
        ready = wait(list(busy), self.limits.wall_seconds + PATIENCE)
        for line in ready or list(busy):
            child, job = busy.pop(line)  # type: ignore[call-overload]
            answer = child.answer() if ready else None
            if answer is not None:
                found[job.at] = answer
                self._keep(child)
            elif job.attempt < TRIES:
                _note_death(child, job)
                jobs.append(_Job(job.at, job.path, job.attempt + 1))
            else:
                _note_death(child, job)
                found[job.at] = UnreadableWorkbookError("file.unreadable")

    def _keep(self, child: _Child) -> None:
        if child.files < FILES_A_CHILD:
            self._idle.append(child)
        else:
            child.end()


def _note_death(child: _Child, job: _Job) -> None:
    logger.error("the reader of %s ended with %d (try %d of %d)", job.path.name, child.end(), job.attempt, TRIES)
