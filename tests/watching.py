"""A watch whose sleeps are scripted: one thing happens after another, then it is asked to stop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from builders import build_return
from scene import make_answers

from flows.jobs.watch import Stop, Voice, run_watch
from settings import Settings


def drop(settings: Settings, name: str = "x.xlsx", unit: str = "D01", **numbers: Any) -> Path:
    path = build_return(settings.workspace / "sent" / name, make_answers(unit, "2022-6T", "own", **numbers))
    (settings.inbox / unit).mkdir(exist_ok=True)
    return path.replace(settings.inbox / unit / name)


@dataclass
class Script(Stop):
    """Does one thing after another where the watch would sleep, then asks it to stop."""

    actions: list[Callable[[], object]]
    receipts: list[Mapping[str, Any]] = field(default_factory=list)
    waiting: list[Mapping[str, Any]] = field(default_factory=list)
    errors: list[Exception] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.slept.append(seconds)
        if self.actions:
            self.actions.pop(0)()
        else:
            self.ask()

    def run(self, settings: Settings) -> "Script":
        run_watch(settings, Voice(self.receipts.append, self.waiting.append, self.errors.append), self)
        return self

    @property
    def said(self) -> list[tuple[str, str]]:
        return [(one["file"], one["state"]) for one in self.receipts]
