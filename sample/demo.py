"""The whole main job on the sample: ten years of an invented organisation in a few minutes, through the engine."""

import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from datetime import time as clock
from pathlib import Path
from typing import Any, Protocol

from flows.engine import be_quiet
from models.errors import RefusedError
from sample.deliveries import Delivery, Sending, collecting_days, plan_deliveries, sample_owed, sendings_on
from sample.organisation import SamplePeriod, periods
from sample.plan import write_sample_plans
from sample.sending import deliver
from schemas.texts import Texts, load_texts
from settings import Settings, open_workspace

MARK = ".demo"  # a workspace that the demo made, and may therefore make anew
SPANS = {"04-CT/ĐUK": ("2016-N", "R1-5N"), "60-KL/ĐUK": ("2021-9T", "R2-5N")}
EVENING, NEXT_MORNING = clock(16, 30), clock(7, 45)


class Shows(Protocol):
    """Whatever can show how far the work is."""

    def step(self, done: int, of: int, said: str) -> None: ...


@dataclass
class DemoOutcome:
    """What was done, in counts, and where each result lies."""

    workspace: str
    directives: int = 0
    periods: int = 0
    returns_owed: int = 0
    issued: int = 0
    files_received: int = 0
    accepted: int = 0
    rejected: int = 0
    quarantined: int = 0
    duplicate: int = 0
    notices: int = 0
    seconds: int = 0
    files: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def run_demo(workspace: Path | None, shows: Shows, *, only: frozenset[str] | None = None) -> DemoOutcome:
    """Run everything in a fresh workspace. `only` narrows the periods, for a trial.

    Raises RefusedError for a workspace that holds an office's own data.
    """
    started = time.monotonic()
    settings = _fresh_workspace(workspace)
    texts = load_texts(settings.language)
    outcome = DemoOutcome(str(settings.workspace))
    chosen = [period for period in periods().values() if only is None or period.code in only]
    with _engine(settings, shows, texts, len(chosen)):
        _assign(settings, outcome, texts)
        deliveries = plan_deliveries(sample_owed())
        for number, period in enumerate(chosen, 1):
            shows.step(number, len(chosen) + 2, texts("demo.period", period=period.code, directive=period.directive))
            _run_period(settings, period, deliveries, outcome)
        shows.step(len(chosen) + 1, len(chosen) + 2, texts("demo.reviews"))
        _conclude(settings, chosen, outcome)
        shows.step(len(chosen) + 2, len(chosen) + 2, texts("demo.finished"))
    outcome.seconds = round(time.monotonic() - started)
    outcome.lines = _told(settings, outcome, texts)
    return outcome


def _fresh_workspace(folder: Path | None) -> Settings:
    chosen = (folder or Path(os.environ.get("DONDOC_WORKSPACE", "workspace"))).resolve()
    if chosen.exists() and any(chosen.iterdir()):
        if not (chosen / MARK).exists():
            raise RefusedError("demo.not-ours", workspace=chosen)
        shutil.rmtree(chosen)
    chosen.mkdir(parents=True, exist_ok=True)
    (chosen / MARK).touch()
    language = os.environ.get("DONDOC_LANGUAGE", "vi")
    banner = load_texts(language)("demo.banner")
    (chosen / "dondoc.toml").write_text(f"banner = {json.dumps(banner, ensure_ascii=False)}\n", encoding="utf-8")
    return open_workspace(chosen)


@contextmanager
def _engine(settings: Settings, shows: Shows, texts: Texts, count: int) -> Iterator[None]:
    """Keep Prefect's home in the workspace and its server to ourselves; be patient while it starts."""
    shows.step(0, count + 2, texts("demo.engine"))
    os.environ.pop("PREFECT_API_URL", None)
    os.environ |= {"PREFECT_HOME": str(settings.workspace / ".prefect"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    be_quiet()
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    # Each flow would wait a second for its heartbeat to end; here nobody could outlive a run that died.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        yield


def _assign(settings: Settings, outcome: DemoOutcome, texts: Texts) -> None:
    from flows.assign import assign

    plans = write_sample_plans(settings.workspace / "plans", texts, settings.banner)
    for plan in plans:
        assigned = assign(plan, workspace=settings.workspace)
        outcome.directives += 1
        outcome.returns_owed += assigned.returns_owed


def _run_period(settings: Settings, period: SamplePeriod, deliveries: list[Delivery], outcome: DemoOutcome) -> None:
    """Issue the blanks, let the units answer day by day, take in what came, remind those who are late."""
    from flows.issue import issue

    issued = issue(period.directive, period.code, workspace=settings.workspace)
    outcome.issued += len(issued.issued)
    outcome.periods += 1
    mine = [one for one in deliveries if one.period == period.code]
    days = collecting_days(one for one in sample_owed() if one.period == period.code)
    for day in days:
        _run_day(settings, sendings_on(mine, period.code, day), day, outcome)
    _remind(settings, days[-2], outcome)
    _remind(settings, days[-1], outcome)


def _run_day(settings: Settings, sendings: list[Sending], day: date, outcome: DemoOutcome) -> None:
    from flows.collect import collect

    if not sendings:
        return
    deliver(settings.inbox, settings.outbox, sendings, day)
    taken: Any = collect(datetime.combine(day, EVENING, settings.zone), workspace=settings.workspace)
    outcome.files_received += len(taken.receipts)
    for receipt in taken.receipts:
        setattr(outcome, receipt["state"], getattr(outcome, receipt["state"]) + 1)


def _remind(settings: Settings, day: date, outcome: DemoOutcome) -> None:
    from flows.remind import remind

    outcome.notices += len(remind(day, workspace=settings.workspace).notices)


def _conclude(settings: Settings, chosen: list[SamplePeriod], outcome: DemoOutcome) -> None:
    """Write both reviews and the board, as of the month after each round's last cut-off."""
    from flows.board import board
    from flows.review import review

    codes = [period.code for period in chosen]
    for directive, span in SPANS.items():
        if span[0] in codes and span[1] in codes:
            as_at = _after(periods()[span[1]], settings)
            written = review(directive, *span, as_at, workspace=settings.workspace)
            outcome.files += written.files
    board(_after(chosen[-1], settings), workspace=settings.workspace)


def _after(period: SamplePeriod, settings: Settings) -> datetime:
    days = collecting_days(one for one in sample_owed() if one.period == period.code)
    return datetime.combine(days[-1], clock(23, 59), settings.zone)


def _told(settings: Settings, outcome: DemoOutcome, texts: Texts) -> list[str]:
    """Say in plain words what was done and where each result lies."""
    counts: dict[str, Any] = {
        key: texts.number(value) if isinstance(value, int) else value for key, value in vars(outcome).items()
    }
    places: dict[str, Callable[[], Path | str]] = {
        "reviews": lambda: settings.reviews,
        "board": lambda: settings.board,
        "outbox": lambda: settings.outbox,
        "mail": lambda: settings.mail_folder,
        "archive": lambda: settings.archive_store or settings.archive,
        "plans": lambda: settings.workspace / "plans",
    }
    done = [texts(f"demo.told.{key}", **counts) for key in ("assigned", "issued", "received", "reminded", "time")]
    return done + [texts(f"demo.place.{key}", path=find()) for key, find in places.items()] + [texts("demo.next")]
