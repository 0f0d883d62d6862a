"""An office for the tests: a workspace with the sample's plans, its commands run in this process, its units."""

import json
import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import cli
from sample.answers import answer, sample_terms
from sample.deliveries import Sending
from sample.fill import fill_return
from sample.plan import write_sample_plans
from sample.sending import deliver
from sample.slips import Change
from schemas.texts import load_texts
from settings import Settings, open_workspace

VI = load_texts("vi")
OWN, CONSOLIDATED = "own", "consolidated"


@dataclass(frozen=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output. Raises ValueError where anything stands beside it."""
        read: dict[str, Any] = json.loads(self.out)
        return read


@dataclass(frozen=True)
class Office:
    """A workspace and its commands."""

    workspace: Path
    engine: str = "direct"

    @property
    def settings(self) -> Settings:
        return open_workspace(self.workspace)

    def run(self, *arguments: str | Path) -> Ran:
        """Run a command as `dondoc` would; whatever is written to the streams, from C too, is kept."""
        with _caught(1) as out, _caught(2) as err:
            code = _exit_code([*map(str, arguments), "--workspace", str(self.workspace), "--engine", self.engine])
            return Ran(code, out(), err())

    def ask(self, *arguments: str | Path) -> dict[str, Any]:
        """Give the document of a command that does its work."""
        ran = self.run(*arguments, "--json")
        assert ran.code == 0, ran.err
        return ran.document

    def refused(self, *arguments: str | Path) -> str:
        """Give the sentence of a command that is refused, and nothing but that."""
        ran = self.run(*arguments)
        assert (ran.code, ran.out) == (2, ""), ran
        assert "Traceback" not in ran.err
        return ran.err.strip()

    def plans(self) -> tuple[Path, Path]:
        """Write the sample's plans: 04-CT/ĐUK and 60-KL/ĐUK."""
        first, second = write_sample_plans(self.workspace / "plans", VI)
        return first, second

    def fill(self, period: str, units: Sequence[str], day: date, **over: Any) -> list[Path]:
        """Let units fill their blanks of a period and drop them; `kind`, `faults` and `version` for all of them."""
        values = {"kind": OWN, "faults": (), "version": 1} | over
        sendings = [Sending(unit, period, **values) for unit in units]
        return deliver(self.settings.inbox, self.settings.outbox, sendings, day)

    def send_again(self, unit: str, period: str, day: date, change: Change) -> Path:
        """Let a unit fill its blank anew, with something changed."""
        blank = self.settings.outbox / unit / f"{unit}_{period}_{OWN}.xlsx"
        answers = change(answer(unit, period, OWN, day, sample_terms()))
        return fill_return(blank, self.settings.inbox / unit / f"{unit}_{period} sửa.xlsx", answers=answers)

    def collect(self, day: str) -> list[dict[str, Any]]:
        """Take in what waits, received in the afternoon of a day."""
        receipts: list[dict[str, Any]] = self.ask("collect", "--received-at", f"{day}T16:30")["receipts"]
        return receipts


def _exit_code(arguments: list[str]) -> int:
    try:
        cli.main(arguments)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@contextmanager
def _caught(descriptor: int) -> Iterator[Callable[[], str]]:
    """Keep what goes to a stream of the process, below Python too; gives what reads it."""
    redirect = redirect_stdout if descriptor == 1 else redirect_stderr
    before = os.dup(descriptor)
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file, redirect(file):

        def read() -> str:
            file.flush()
            file.seek(0)
            return file.read()

        os.dup2(file.fileno(), descriptor)
        try:
            yield read
        finally:
            os.dup2(before, descriptor)
            os.close(before)
