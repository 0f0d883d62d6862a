"""The folder protocol as a state machine: senders, accidents and runs in any order; nothing is lost or doubled.

At the level of claims and receipts with a real record, for speed: what becomes of receipts is decided elsewhere, and
tests/integration/test_accidents.py kills whole runs. Kills are real: each run is a forked process.
"""

import logging
import os
import shutil
import tempfile
from collections import Counter
from functools import lru_cache
from pathlib import Path
from typing import Any

from accidents import FULL, KILL, RECEIVED, all_receipts, run_forked, sha256
from factories import make_unit
from hypothesis import HealthCheck, settings, strategies
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from flows.jobs import claim
from models.store import migrate, open_engine, writing
from settings import Settings, open_workspace

UNITS = ("D01", "D02")
SPOTS = strategies.tuples(strategies.sampled_from(UNITS), strategies.sampled_from(("a.xlsx", "b\n.csv", "c.xlsx")))
STEPS = strategies.integers(1, 45)


def whole(content: bytes) -> bytes:
    """Close a content as a zip is closed, so that it is seen to be complete."""
    return content + b"PK\x05\x06" + bytes(12) + len(content).to_bytes(4, "little") + bytes(2)


@lru_cache(maxsize=1)
def _template() -> tempfile.TemporaryDirectory[str]:
    """A workspace of two units; it goes when this process ends."""
    folder = tempfile.TemporaryDirectory(prefix="folder-machine-")
    made = open_workspace(Path(folder.name))
    engine = open_engine(made.url)
    migrate(engine)
    with writing(engine) as session:
        for code in UNITS:
            make_unit(session, code)
            (made.inbox / code).mkdir()
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return folder


def _office() -> Settings:
    folder = Path(tempfile.mkdtemp(prefix="folder-machine-"))
    shutil.copytree(_template().name, folder, dirs_exist_ok=True)
    return Settings(workspace=folder)


class Senders(RuleBasedStateMachine):
    """What lies in the inbox by spot, and all that ever left it."""

    def __init__(self) -> None:
        super().__init__()
        self.left: list[bytes] = []

    @initialize()
    def open(self) -> None:
        self.office = _office()
        self.lying: dict[Path, bytes] = {}

    def _note_what_left(self) -> None:
        """After a run: what is no more where its sender laid it was taken."""
        for path in [path for path in self.lying if not path.exists()]:
            self.left.append(self.lying.pop(path))

    def _path(self, spot: tuple[str, str]) -> Path:
        return self.office.inbox / spot[0] / spot[1]

    def _write(self, path: Path, content: bytes) -> None:
        path.write_bytes(content)
        self.lying[path] = content

    @rule(spot=SPOTS, number=strategies.integers(0, 3))
    def drop(self, spot: tuple[str, str], number: int) -> None:
        """A whole workbook; the same number is the same content, and over another it is an overwrite."""
        self._write(self._path(spot), whole(bytes([number]) * 30))

    @rule(spot=SPOTS, length=strategies.integers(0, 40))
    def begin(self, spot: tuple[str, str], length: int) -> None:
        """A copy that is not finished."""
        self._write(self._path(spot), b"unfinished" * 4 if length == 40 else b"u" * length)

    @rule(spot=SPOTS)
    def replace(self, spot: tuple[str, str]) -> None:
        """Saved as programs do: under another name, then renamed."""
        other = self._path(spot).with_name("x.tmp")
        other.write_bytes(whole(b"saved"))
        other.replace(self._path(spot))
        self.lying[self._path(spot)] = whole(b"saved")

    @rule(spot=SPOTS, at=strategies.sampled_from((0, 1 << 31, 1 << 33)))
    def touch(self, spot: tuple[str, str], at: int) -> None:
        if self._path(spot) in self.lying:
            os.utime(self._path(spot), (at, at))

    @rule(spot=SPOTS)
    def delete(self, spot: tuple[str, str]) -> None:
        if self._path(spot) in self.lying:
            self._path(spot).unlink()
            del self.lying[self._path(spot)]

    @rule(spot=SPOTS, locked=strategies.booleans())
    def lock(self, spot: tuple[str, str], locked: bool) -> None:
        lock = self._path(spot).with_name(f"~${spot[1]}")
        lock.touch() if locked else lock.unlink(missing_ok=True)

    @rule(kind=strategies.sampled_from((KILL, FULL)), at=STEPS)
    def run_into_an_accident(self, kind: str, at: int) -> None:
        self._run(kind, at)

    @rule()
    def run(self) -> None:
        assert self._run() == 0
        assert not list(self.office.claimed.iterdir())

    def _run(self, kind: str | None = None, at: int = 0, work: Any = None) -> int:
        ended = run_forked(work or (lambda: _claim(self.office)), kind, at)
        self._note_what_left()
        return ended.code

    @rule()
    def stay_below_the_floor(self) -> None:
        """With too little room nothing more is taken; what was taken is finished."""
        poor = self.office.model_copy(update={"free_space_floor": 1 << 60})
        before = set(self.lying)
        assert self._run(work=lambda: _claim(poor)) == 0
        assert set(self.lying) == before

    @precondition(lambda self: hasattr(self, "office"))
    @invariant()
    def nothing_is_lost(self) -> None:
        archived = Counter({path.name for path in self.office.archive.iterdir() if not path.name.endswith(".tmp")})
        claims = Counter(sha256(path.read_bytes()) for path in self.office.claimed.glob("*/*"))
        assert {sha256(one) for one in self.left} <= {*archived, *claims}
        assert all(sha256((self.office.archive / name).read_bytes()) == name for name in archived)
        for path, content in self.lying.items():
            assert path.read_bytes() == content
        receipts = Counter(one.sha256 for one in all_receipts(self.office))
        left = Counter(map(sha256, self.left))
        assert receipts <= left <= receipts + claims

    def teardown(self) -> None:
        if not hasattr(self, "office"):
            return
        for path in self.office.inbox.glob("*/~$*"):
            path.unlink()
        self.run()
        assert not self.lying
        assert Counter(one.sha256 for one in all_receipts(self.office)) == Counter(map(sha256, self.left))
        shutil.rmtree(self.office.workspace)


def _claim(office: Settings) -> None:
    claim.SETTLE_SECONDS = 0.001
    logging.disable()
    claim.claim_waiting(office, RECEIVED)


TestSenders = Senders.TestCase
TestSenders.settings = settings(
    max_examples=15, stateful_step_count=20, suppress_health_check=[HealthCheck.too_slow], deadline=None
)
