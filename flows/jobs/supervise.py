"""Programs that we start and stop: each with all that it starts itself, none outliving us unless we are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from pathlib import Path
from typing import BinaryIO

from flows.jobs.watch import Stop

LARGEST_LOG = 10 << 20  # bytes; a longer one is put aside when its program is started anew
SHORTEST_PAUSE, LONGEST_PAUSE = 2.0, 300.0  # seconds before a program that ended is started again
STEADY_SECONDS = 600.0  # one that ran so long did not end because of how it was started
STEP_SECONDS = 0.2


class Child:
    """A running program of ours, in a session of its own: Ctrl-C is for us alone, and all that it starts can be told.

    What it prints goes to `<folder>/<name>.log`, or without a folder where ours goes.
    """

    def __init__(self, name: str, command: Sequence[str], around: Mapping[str, str], folder: Path | None) -> None:
        self.name, self.log = name, folder and folder / f"{name}.log"
        self.command, self.around = command, dict(around)
        self.start()

    def start(self) -> None:
        program = Path(sys.executable).with_name(self.command[0])
        with _opened(self.log) if self.log else nullcontext() as out:
            self.process = subprocess.Popen(
                [program, *self.command[1:]],
                env=self.around, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
            )  # fmt: skip
        self.started_at = time.monotonic()

    def has_ended(self) -> bool:
        return self.process.poll() is not None

    def tell(self, number: signal.Signals, *, all_of_it: bool = False) -> None:
        """Send a signal to the program, or to it and all that it started and left."""
        if all_of_it:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)
        elif not self.has_ended():
            self.process.send_signal(number)


def _opened(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".before.log"))
    return log.open("ab")


class Supervised:
    """A program that is started again whenever it ends by itself, each time after a longer pause."""

    def __init__(self, child: Child) -> None:
        self.child = child
        self.pause = SHORTEST_PAUSE
        self.again_at: float | None = None

    def revive(self) -> bool:
        """Look after the program; True where it has just been found ended."""
        now = time.monotonic()
        if self.again_at is not None and now >= self.again_at:
            self.again_at = None
            self.child.start()
        elif self.again_at is None and self.child.has_ended():
            is_steady = now - self.child.started_at > STEADY_SECONDS
            self.pause = SHORTEST_PAUSE if is_steady else min(self.pause * 2, LONGEST_PAUSE)
            self.again_at = now + self.pause
            return True
        return False


@contextmanager
def finish(children: Sequence[Child], seconds: float) -> Iterator[None]:
    """Tell programs to stop when the block ends, wait for what they have at work, kill what is left after that."""
    try:
        yield
    finally:
        for one in children:
            one.tell(signal.SIGTERM)
        until = time.monotonic() + seconds
        while time.monotonic() < until and not all(one.has_ended() for one in children):
            time.sleep(STEP_SECONDS)
        for one in children:
            one.tell(signal.SIGKILL, all_of_it=True)
            one.process.wait()


def run_to_end(child: Child, stop: Stop, seconds: float) -> bool:
    """Wait for a program; False where it failed, took too long, or we were asked to stop meanwhile."""
    until = time.monotonic() + seconds
    with finish([child], 0):
        while not child.has_ended() and not stop.asked and time.monotonic() < until:
            time.sleep(STEP_SECONDS)
        return child.process.poll() == 0
