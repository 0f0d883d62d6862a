"""The work of `dondoc collect --watch`: polls for ever, answers what comes, outlives the errors of a round."""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from signal import SIGINT, SIGTERM, signal
from typing import Any

from flows.jobs.claim import claim_ready, find_waiting
from flows.jobs.collect import process_batch
from flows.jobs.record import connected
from intake.lookout import Lookout
from models.errors import ArchiveAwayError, NewerRecordError
from models.store import migrate
from settings import Settings

BATCH = 25  # receipts; who stops the watch waits for one batch
STEP_SECONDS = 0.5  # how long a stop may go unnoticed while nothing is to do
LONGEST_PAUSE = 300.0  # seconds between rounds that fail
MOST_DOUBLINGS = 10
RETRY_SECONDS = 600.0  # before a receipt that could not be processed is tried again


@dataclass(frozen=True)
class Voice:
    """Who is told what: each answered receipt, each file that stays waiting, each error of ours."""

    receipt: Callable[[Mapping[str, Any]], None]
    waiting: Callable[[Mapping[str, Any]], None]
    error: Callable[[Exception], None]


class Stop:
    """Whether somebody asked us to stop."""

    asked = False

    def ask(self, *_: object) -> None:
        self.asked = True

    def wait(self, seconds: float) -> None:
        """Sleep, but for no longer than until somebody asks."""
        until = time.monotonic() + seconds
        while not self.asked and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, STEP_SECONDS))


@contextmanager
def stopped_by_signals() -> Iterator[Stop]:
    """Give a stop that SIGTERM and SIGINT ask for; the second of a kind acts as it always does."""
    stop = Stop()
    before: dict[int, Any] = {}

    def ask(number: int, _frame: object) -> None:
        stop.ask()
        signal(number, before[number])

    for number in (SIGTERM, SIGINT):
        before[number] = signal(number, ask)
    try:
        yield stop
    finally:
        for changed, handler in before.items():
            signal(changed, handler)


def run_watch(settings: Settings, voice: Voice, stop: Stop) -> None:
    """Collect until `stop` is asked for; the batch at hand is finished first."""
    watch = _Watch(settings, voice, stop)
    failed = 0
    while not stop.asked:
        try:
            watch.round()
            failed = 0
        except (BrokenPipeError, NewerRecordError):  # nobody listens any more, or no round will ever go through
            raise
        except Exception as error:  # whatever a round meets, the next one may not
            failed = min(failed + 1, MOST_DOUBLINGS)
            watch.complain(error)
        stop.wait(min(settings.poll_seconds * 2**failed, max(LONGEST_PAUSE, settings.poll_seconds)))


class _Watch:
    """What a watch remembers from round to round; all of it is as large as what lies in the inbox, no larger."""

    def __init__(self, settings: Settings, voice: Voice, stop: Stop) -> None:
        self.settings, self.voice, self.stop = settings, voice, stop
        self.lookout = Lookout(settings.inbox, settings.grace)
        self.is_migrated = False
        self.retry_at: dict[int, float] = {}
        self.waited: Counter[tuple[str, str, str]] = Counter()
        self.last_error = ""

    def round(self) -> None:
        """Look, claim, answer; say what waits."""
        self._migrate()
        ready = self.lookout.poll(at=time.monotonic(), now=datetime.now(UTC))
        ids = claim_ready(self.settings, ready, datetime.now(self.settings.zone))
        self.retry_at = {key: at for key, at in self.retry_at.items() if key in ids}
        due = [key for key in ids if self.retry_at.get(key, 0.0) <= time.monotonic()]
        for start in range(0, len(due), BATCH):
            if self.stop.asked:
                return
            self._answer(due[start : start + BATCH])
        self._say_what_waits()
        if not self.retry_at:
            self.last_error = ""

    def _migrate(self) -> None:
        if not self.is_migrated:
            with connected(self.settings) as engine:
                migrate(engine)
            self.is_migrated = True

    def _answer(self, ids: Sequence[int]) -> None:
        """Process a batch; where one of its receipts fails, each by itself, so that the others are told."""
        try:
            done = process_batch(self.settings, ids)
        except ArchiveAwayError:  # it is away for all; the next round finds what is left to answer
            raise
        except Exception as error:
            if len(ids) == 1:
                self.retry_at[ids[0]] = time.monotonic() + RETRY_SECONDS
                self.complain(error)
            else:
                for one in ids:
                    self._answer([one])
        else:
            for document in done:
                self.voice.receipt(document)

    def _say_what_waits(self) -> None:
        """Tell of a file once: when it waits for the second round, for many are just being copied."""
        found = {(one["unit"], one["file"], one["reason"]): one for one in find_waiting(self.settings)}
        self.waited = Counter({key: self.waited[key] + 1 for key in found})
        for key, one in found.items():
            if self.waited[key] == 2:
                self.voice.waiting(one)

    def complain(self, error: Exception) -> None:
        """Tell of an error, but not of the same one round after round."""
        said = repr(error)
        if said != self.last_error:
            self.voice.error(error)
        self.last_error = said
