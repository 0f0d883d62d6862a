"""Collectors that die, or whose disk is full, at their n-th step towards the disk; and what must hold whenever one did.

The product knows nothing of this: in a forked process the functions that change folders, files and the record are
wrapped, counted, and at the chosen step the process gets SIGKILL, or every write from there on fails with ENOSPC.
Run as a program, this module is a collector that has loaded everything and forks for each run it is asked for.
"""

import errno
import hashlib
import json
import logging
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from factories import make_unit
from sqlalchemy.engine.default import DefaultDialect
from sqlmodel import col, select

from models.returns import EffectiveReturn, Receipt, ReportedValue
from models.states import ReceiptState
from models.store import migrate, open_engine, reading, writing
from settings import Settings, open_workspace

KILL, FULL = "kill", "full"
RECEIVED = datetime(2022, 6, 20, 3, tzinfo=UTC)
_WRITING = ("mkdir", "rename", "replace", "open", "fsync")
_REMOVING = ("unlink", "rmdir")  # which a full disk does not hinder


@dataclass(frozen=True)
class Ended:
    """How a run ended: -9 killed, 0 well, 1 with an error; and how many steps it took."""

    code: int
    steps: int = 0
    error: str = ""


class Accident:
    """Counts the steps of this process; at the chosen one it happens."""

    def __init__(self, kind: str | None, at: int) -> None:
        self.kind, self.at, self.steps = kind, at, 0

    def install(self) -> None:
        for name in (*_WRITING, *_REMOVING):
            setattr(os, name, self._wrapped(getattr(os, name), name in _WRITING))
        zipfile.ZipFile.close = self._wrapped(zipfile.ZipFile.close, True)  # type: ignore[method-assign]
        DefaultDialect.do_commit = self._around(DefaultDialect.do_commit)  # type: ignore[method-assign]

    def _wrapped(self, function: Any, is_writing: bool) -> Any:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            if not _only_reads(function, args):
                self._step(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) if is_writing else None)
            return function(*args, **kwargs)

        return stepping

    def _around(self, commit: Any) -> Any:
        def stepping(*args: Any) -> None:
            self._step(sqlite3.OperationalError("database or disk is full"))
            commit(*args)
            self._step(None)

        return stepping

    def _step(self, full: Exception | None) -> None:
        self.steps += 1
        if self.kind == KILL and self.steps == self.at:
            os.kill(os.getpid(), signal.SIGKILL)
        if self.kind == FULL and self.steps >= self.at and full is not None:
            raise full


def _only_reads(function: Any, args: tuple[Any, ...]) -> bool:
    if isinstance(args[0], zipfile.ZipFile):
        return args[0].mode == "r"
    return function.__name__ == "open" and not args[1] & os.O_CREAT


def run_forked(work: Callable[[], None], kind: str | None = None, at: int = 0) -> Ended:
    """Do some work in a forked process, with an accident or without."""
    ours, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        accident = Accident(kind, at)
        write, end = os.write, os._exit
        error = ""
        try:
            accident.install()
            work()
        except BaseException:
            error = traceback.format_exc()
        finally:
            write(theirs, json.dumps([accident.steps, error]).encode())
            end(bool(error))
    os.close(theirs)
    with os.fdopen(ours, "rb") as pipe:
        said = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return Ended(code, *json.loads(said)) if said else Ended(code)


class here_and_now:  # noqa: N801  stands where a function stood
    """Reads workbooks in this process: what happens to the readers' children is tested elsewhere."""

    def read(self, paths: Collection[Path]) -> list[Any]:
        from intake.reader import read_return
        from models.errors import UnreadableWorkbookError
        from schemas.layout import load_layout

        found: list[Any] = []
        for path in paths:
            try:
                found.append(read_return(path, load_layout("return")))
            except UnreadableWorkbookError as error:
                found.append(error)
        return found


class Collector:
    """A process that collects in forks of its own, all loaded: `run` costs a fork, not a start."""

    def __init__(self) -> None:
        root = Path(__file__).resolve().parents[1]
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root, text=True
        )

    def start(self, settings: Settings, kind: str | None = None, at: int = 0, work: str = "collect") -> None:
        assert self.process.stdin is not None
        order = {"settings": settings.model_dump(mode="json"), "kind": kind, "at": at, "work": work}
        print(json.dumps(order), file=self.process.stdin, flush=True)

    def wait(self) -> Ended:
        assert self.process.stdout is not None
        return Ended(*json.loads(self.process.stdout.readline()))

    def run(self, settings: Settings, kind: str | None = None, at: int = 0, work: str = "collect") -> Ended:
        self.start(settings, kind, at, work)
        return self.wait()

    def close(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()


@contextmanager
def collectors(count: int) -> Iterator[list[Collector]]:
    started = [Collector() for _ in range(count)]
    try:
        yield started
    finally:
        for one in started:
            one.close()


def start(settings: Settings) -> "subprocess.Popen[str]":
    """Start a collector as an operator does, as a process of its own."""
    command = [sys.executable, "-m", "cli", "collect", "--engine", "direct", "--workspace", str(settings.workspace)]
    return subprocess.Popen(
        [*command, "--received-at", RECEIVED.isoformat(), "--json"],
        cwd=Path(__file__).resolve().parents[1],
        env=os.environ | {"DONDOC_DATABASE_URL": settings.url, "PYTHONUTF8": "1"},
        text=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def ensure_nothing_lost(settings: Settings, contents: Collection[bytes]) -> None:
    """At any moment: all bytes are somewhere, the archive is true, and nothing counts twice."""
    there = {sha256(path.read_bytes()) for path in settings.inbox.rglob("*") if path.is_file()}
    kept = [path for path in settings.archive.iterdir() if not path.name.endswith(".tmp")]
    for path in kept:
        assert sha256(path.read_bytes()) == path.name
    assert {sha256(one) for one in contents} <= there | {path.name for path in kept}
    _ensure_counted_once(settings, {path.name for path in kept})


def _ensure_counted_once(settings: Settings, kept: set[str]) -> None:
    for receipt in all_receipts(settings):
        assert receipt.sha256 in kept
    engine = open_engine(settings.url)
    with reading(engine) as session:
        accepted = session.exec(select(Receipt).where(col(Receipt.state) == ReceiptState.ACCEPTED)).all()
        counting = session.exec(select(EffectiveReturn.return_id).where(col(EffectiveReturn.until).is_(None))).all()
        valued = set(session.exec(select(ReportedValue.receipt_id)))
    engine.dispose()
    assert max(Counter((one.unit_id, one.sha256) for one in accepted).values(), default=1) == 1
    assert valued == {one.id for one in accepted}
    assert set(counting) == {one.return_id for one in accepted}
    assert len(counting) == len(set(counting))


def all_receipts(settings: Settings) -> list[Receipt]:
    engine = open_engine(settings.url)
    try:
        with reading(engine) as session:
            return list(session.exec(select(Receipt).order_by(col(Receipt.id))))
    finally:
        engine.dispose()


def ensure_taken_in(settings: Settings, contents: Collection[bytes]) -> None:
    """When all is claimed: one receipt a file, nothing left in the inbox, nothing in the archive but what came."""
    found = all_receipts(settings)
    assert Counter(one.sha256 for one in found) == Counter(sha256(one) for one in contents)
    assert not list((settings.inbox / ".claimed").iterdir())
    assert not [path for path in settings.inbox.rglob("*") if path.is_file()]
    kept = {path.name for path in settings.archive.iterdir() if not path.name.endswith(".tmp")}
    assert kept == {one.sha256 for one in found}


def ensure_answered(settings: Settings) -> None:
    """When all is done: every receipt is decided, and has a whole reply of its own."""
    found = all_receipts(settings)
    for one in found:
        assert one.state is not ReceiptState.ARCHIVED
        with zipfile.ZipFile(settings.workspace / (one.reply or "none")) as reply:
            assert reply.testzip() is None
    assert len({one.reply for one in found}) == len(found)


def _serve() -> None:
    from flows.jobs import claim, collect

    claim.SETTLE_SECONDS = 0.01
    collect.readers = here_and_now
    logging.disable()  # the accidents are meant
    works = {"claim": claim.claim_waiting, "collect": collect.run_collect}
    _warm(collect.run_collect)
    for line in sys.stdin:
        order = json.loads(line)
        settings = Settings(**order["settings"])
        ended = run_forked(partial(works[order["work"]], settings, RECEIVED), order["kind"], order["at"])
        sys.stdout.write(json.dumps(list(vars(ended).values())) + "\n")
        sys.stdout.flush()


def _warm(run_collect: Callable[[Settings, datetime], Any]) -> None:
    """Load and compile what a run needs with a file refused at once, lest polars start threads before a fork."""
    from pandera.backends.polars.register import register_polars_backends

    register_polars_backends()
    with tempfile.TemporaryDirectory() as folder:
        settings = open_workspace(Path(folder) / "workspace")
        engine = open_engine(settings.url)
        migrate(engine)
        with writing(engine) as session:
            make_unit(session, "D01")
        (settings.inbox / "D01").mkdir()
        (settings.inbox / "D01" / "x.csv").write_bytes(b"x")
        run_collect(settings, RECEIVED)
        engine.dispose()


if __name__ == "__main__":
    _serve()
