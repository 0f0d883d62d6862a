"""Which rung of the ladder is reached by which owed return on a day. Pure: no clock, no record, no mail."""

import tomllib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

from models.states import NoticeState
from models.workdays import WorkCalendar

LADDER_FILE = Path(__file__).resolve().parent / "ladder.toml"
UNIT, SUPERIOR, OFFICE = AUDIENCES = ("unit", "superior", "office")  # nearest to the return first
SLIPS = ("blue", "yellow", "red")  # mildest first
UNTOLD = (NoticeState.SUPERSEDED, NoticeState.CANCELLED)


@dataclass(frozen=True)
class Rung:
    """A step of the ladder; `days` are calendar days before the due date (negative), working days after it."""

    name: str
    days: int
    audiences: tuple[str, ...]
    slip: str
    attach_blank: bool = False

    @property
    def is_reminder(self) -> bool:
        """Whether it only speaks to the unit itself: such a message may be repeated, an escalation may not."""
        return self.audiences == (UNIT,)

    def falls_on(self, due: date, calendar: WorkCalendar) -> date:
        """Give the first day on which a return with that due date has reached this rung."""
        if self.days <= 0:
            return due + timedelta(days=self.days)
        return calendar.add_working_days(due, self.days)


Ladder = tuple[Rung, ...]  # mildest first


@dataclass(frozen=True)
class Step:
    """What a day asks of one return's notices: rows to write, rows that are needless now, a row that counts anew."""

    new: tuple[tuple[Rung, date, NoticeState], ...] = ()
    overtaken: tuple[str, ...] = ()
    revived: str | None = None


@cache
def load_ladder(path: Path = LADDER_FILE) -> Ladder:
    """Read a ladder. Raises ValueError for an unknown audience or slip, or two rungs with one name or day."""
    entries = tomllib.loads(path.read_text("utf-8"))["rungs"]
    rungs = sorted((_rung(entry) for entry in entries), key=lambda rung: rung.days)
    for field in ("name", "days"):
        if len({getattr(rung, field) for rung in rungs}) < len(rungs):
            raise ValueError(path, field)
    return tuple(rungs)


def _rung(entry: Mapping[str, object]) -> Rung:
    rung = Rung(**{**entry, "audiences": tuple(entry["audiences"])})  # type: ignore[arg-type]
    if not set(rung.audiences) <= set(AUDIENCES) or rung.slip not in SLIPS:
        raise ValueError(entry)
    return rung


def farthest_ahead(ladder: Ladder) -> timedelta:
    """Give how long before its due date a return first meets the ladder."""
    return timedelta(days=max(0, *(-rung.days for rung in ladder)))


def rungs_reached(ladder: Ladder, due: date, on: date, calendar: WorkCalendar) -> list[tuple[Rung, date]]:
    """Give the rungs that a return due on `due` has reached by `on`, with the day of each, mildest first."""
    fallen = ((rung, rung.falls_on(due, calendar)) for rung in ladder)
    return [(rung, day) for rung, day in fallen if day <= on]


def plan_step(reached: Sequence[tuple[Rung, date]], known: Mapping[str, NoticeState]) -> Step:
    """Say what to write for a return: only the highest rung reached goes out, and each rung once for ever.

    `known` are the states of the return's notices by rung. Planning twice asks for nothing the second time.
    A rung that waits and is not reached any more (an extension), or not the highest, is overtaken; the highest one
    counts anew if it was passed over under an earlier due date, or settled by a file that was refused since.
    """
    highest = reached[-1][0] if reached else None
    new = tuple(
        (rung, day, NoticeState.DUE if rung is highest else NoticeState.SUPERSEDED)
        for rung, day in reached
        if rung.name not in known
    )
    name = highest.name if highest else None
    overtaken = tuple(rung for rung, state in known.items() if state is NoticeState.DUE and rung != name)
    return Step(new, overtaken, name if name and known.get(name) in UNTOLD else None)


def audiences_of(ladder: Ladder, rung: Rung, known: Mapping[str, NoticeState]) -> tuple[str, ...]:
    """Give who hears of a rung: its own audiences, and those of the rungs just below that a gap swallowed.

    Without the latter a unit that was never told would first be named on the tracking office's list.
    """
    wanted = set(rung.audiences)
    for lower in reversed(ladder[: ladder.index(rung)]):
        if known.get(lower.name) is not NoticeState.SUPERSEDED:
            break
        wanted |= set(lower.audiences)
    return tuple(audience for audience in AUDIENCES if audience in wanted)


def worst_slip(slips: Iterable[str]) -> str:
    return max(slips, key=SLIPS.index)


def count_days_late(dues: Collection[date], on: date, calendar: WorkCalendar) -> dict[date, int]:
    """Give for each due date how many working days have passed since, up to and including `on`.

    One walk back from `on` for all of them: old rounds lie thousands of days apart.
    """
    late = {due: 0 for due in dues if due >= on}
    past = sorted((due for due in dues if due < on), reverse=True)
    total = 0
    for later, earlier in pairwise([on, *past]):
        total += calendar.working_days_between(earlier, later)
        late[earlier] = total
    return late
