"""How long the day's planning takes, and how much memory: `python benchmarks/remind.py [UNITS [ROUNDS]]`."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from factories import add, make_directive, make_period, make_return, make_unit  # noqa: E402
from sqlmodel import Session  # noqa: E402

from flows.jobs.remind import run_remind  # noqa: E402
from models.store import migrate, open_engine, writing  # noqa: E402
from models.unit import Contact  # noqa: E402
from reminders.plan import prepare  # noqa: E402
from settings import Settings  # noqa: E402

DUE, LATE, ESCALATED = date(2021, 9, 23), date(2021, 9, 24), date(2021, 10, 4)


def main(units: int = 1000, rounds: int = 12) -> None:
    """Plan and send for so many units, with so many earlier rounds on the ledger."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(workspace=Path(folder), notice_cap=10 * units)
        _fill(settings.url, units, rounds)
        print(f"{units} units, {rounds} earlier rounds")
        for day in (LATE, ESCALATED):
            at = datetime(day.year, day.month, day.day, 5, tzinfo=UTC)
            _timed(f"{day} planned", lambda day=day, at=at: _plan_only(settings, day, at))
            _timed(f"{day} planned and written as .eml", lambda day=day, at=at: run_remind(settings, day, at).notices)
            _timed(f"{day} once more", lambda day=day, at=at: run_remind(settings, day, at).notices)


def _plan_only(settings: Settings, day: date, at: datetime) -> Any:
    from flows.jobs import remind as job

    engine = open_engine(settings.url)
    window = job.SendWindow(settings.calendar, settings.send_from, settings.send_until)
    with writing(engine) as session:
        opened, _ = job._open_day(session, settings, job.load_texts("vi"), day, at.astimezone(settings.zone), window)
        digests = prepare(session, opened, settings.notice_cap).digests
        session.rollback()
    engine.dispose()
    return digests


def _timed(what: str, work: Callable[[], Any]) -> None:
    started, worked = time.perf_counter(), time.process_time()
    count = len(work())
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{what:<42} {count:6} lines {seconds:7.2f} s, CPU {cpu:6.2f} s   peak {peak} MB")


def _fill(url: str, units: int, rounds: int) -> None:
    engine = open_engine(url)
    migrate(engine)
    with writing(engine) as session:
        directive = make_directive(session)
        root = make_unit(session, "K00")
        above = [make_unit(session, f"D{number:02d}", parent=root) for number in range(max(1, units // 30))]
        below = [make_unit(session, f"C{number:04d}", parent=above[number % len(above)]) for number in range(units)]
        for unit in (root, *above, *below):
            add(session, Contact(unit_id=unit.id or 0, address=f"{unit.code.lower()}@example.invalid"))
        for number in range(rounds + 1):
            _open_round(session, directive, below, number)
    engine.dispose()


def _open_round(session: Session, directive: Any, units: list[Any], number: int) -> None:
    """Owe the newest round; of the earlier ones all but every tenth return has come in."""
    period = make_period(session, directive, f"{2021 - number}-9T")
    due = DUE - timedelta(days=365 * number)
    for at, unit in enumerate(units):
        state = {} if number == 0 or (at + number) % 10 == 0 else {"state": "accepted"}
        make_return(session, period, unit, due=due, **state)


if __name__ == "__main__":
    main(*(int(argument) for argument in sys.argv[1:]))
