"""Where the returns of a directive stand: owed, received, late, missing, excused, counts before any rate."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import cache, lru_cache
from typing import TypedDict
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.directive import Directive
from models.exact import percentage
from models.queries.figures import NOT_OWED
from models.queries.planned import Planned
from models.queries.standing import LedgerRow, read_ledger
from models.states import ReturnState
from models.workdays import WorkCalendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
Count = Callable[[date, date], int]  # of the working days between two
ACCEPTED = ReturnState.ACCEPTED
OPEN = (ReturnState.OWED, ReturnState.REJECTED)


@dataclass(frozen=True)
class StandingLine:
    """One return. `received_at` is when its first file came, `days_late` the working days from `due` to then."""

    unit: str
    unit_name: str
    period: str
    year: int
    round: str
    kind: str
    due: date
    state: str
    received_at: datetime | None
    days_late: int | None
    receipt: str | None
    reason: str | None
    overdue: bool
    filled: int
    required: int

    @property
    def owed(self) -> bool:
        return self.state not in NOT_OWED

    @property
    def accepted(self) -> bool:
        return self.state == ACCEPTED

    @property
    def on_time(self) -> bool:
        """Accepted, and first received by the due date."""
        return self.accepted and not self.days_late


class Rate(TypedDict):
    """A share with the counts it is made of; `percent` to six places, None of nothing, never capped."""

    n: int
    of: int
    percent: Decimal | None


class Rates(TypedDict):
    """Counts of returns and the three rates: owed = accepted + in hand + rejected + missing + not due.

    `received` are those for which any file came, `in_hand` those whose file is not decided yet.
    """

    owed: int
    received: int
    accepted: int
    on_time: int
    late: int
    in_hand: int
    rejected: int
    missing: int
    not_due: int
    excused: int
    received_rate: Rate
    on_time_rate: Rate
    filled_rate: Rate


@dataclass(frozen=True)
class Standing:
    """The ledger of a directive, or of one of its periods, years or rounds, on a day."""

    directive: str
    today: date
    returns: tuple[StandingLine, ...]
    rates: Rates
    by_year: Mapping[str, Rates]
    by_period: Mapping[str, Rates]
    by_unit: Mapping[str, Rates]


def standing(
    session: Session,
    directive: Directive,
    period: str | None = None,
    as_at: datetime | None = None,
    *,
    today: date,
    zone: tzinfo = VIETNAM,
    calendar: WorkCalendar | None = None,
    unit: str | None = None,
    planned: Planned | None = None,
) -> Standing:
    """Give where every return stands on `today`, from what was known at `as_at` or is known now.

    `period` is a period's code, a year or a round; `unit` the code of one whose returns alone are wanted. `zone` says
    on which day a file came. `planned` is what was planned at `as_at`, where it has been read already.
    """
    rows = read_ledger(session, directive, as_at, label=period, unit=unit, planned=planned)
    count = cache((calendar or WorkCalendar()).working_days_between)  # most files come on a few days
    lines = tuple(_line(row, today, zone, count) for row in rows)
    return Standing(
        directive=directive.symbol,
        today=today,
        returns=lines,
        rates=count_rates(lines),
        by_year=_grouped(lines, "year"),
        by_period=_grouped(lines, "period"),
        by_unit=_grouped(lines, "unit"),
    )


def count_rates(lines: Iterable[StandingLine]) -> Rates:
    """Count returns; the excused and the superseded are owed no more."""
    by_state: dict[str, int] = {}
    owed = received = on_time = missing = filled = required = 0
    for line in lines:  # one pass: ten thousand units are counted one by one
        by_state[line.state] = by_state.get(line.state, 0) + 1
        if line.state in NOT_OWED:
            continue
        owed += 1
        received += line.received_at is not None
        if line.state == ACCEPTED:
            on_time += line.on_time
            filled += line.filled
            required += line.required
        elif line.state == ReturnState.OWED:
            missing += line.overdue
    accepted = by_state.get(ACCEPTED, 0)
    return Rates(
        owed=owed,
        received=received,
        accepted=accepted,
        on_time=on_time,
        late=accepted - on_time,
        in_hand=by_state.get(ReturnState.RECEIVED, 0),
        rejected=by_state.get(ReturnState.REJECTED, 0),
        missing=missing,
        not_due=by_state.get(ReturnState.OWED, 0) - missing,
        excused=by_state.get(ReturnState.EXCUSED, 0),
        received_rate=_rate(accepted, owed),
        on_time_rate=_rate(on_time, owed),
        filled_rate=_rate(filled, required),
    )


def _rate(n: int, of: int) -> Rate:
    return Rate(n=n, of=of, percent=_percent(n, of) if of else None)


@lru_cache(maxsize=10_000)
def _percent(n: int, of: int) -> Decimal:
    return percentage(Decimal(n), Decimal(of))


def _grouped(lines: Iterable[StandingLine], name: str) -> dict[str, Rates]:
    groups: dict[str, list[StandingLine]] = {}
    for line in lines:
        groups.setdefault(str(getattr(line, name)), []).append(line)
    return {key: count_rates(group) for key, group in groups.items()}


def _line(row: LedgerRow, today: date, zone: tzinfo, count: Count) -> StandingLine:
    counted = row.receipt if row.state is ACCEPTED else None
    received = row.first_received.astimezone(zone) if row.first_received else None
    return StandingLine(
        unit=row.unit,
        unit_name=row.unit_name,
        period=row.period.code,
        year=row.period.year,
        round=row.period.round,
        kind=row.kind,
        due=row.due,
        state=row.state.value,
        received_at=received,
        days_late=_days_late(row.due, received.date(), count) if received else None,
        receipt=row.receipt.number if row.receipt else None,
        reason=row.reason,
        overdue=row.state in OPEN and row.due < today,
        filled=(counted.filled or 0) if counted else 0,
        required=(counted.required or 0) if counted else 0,
    )


def _days_late(due: date, day: date, count: Count) -> int:
    """Count from the first file that came; one on a free day after the due date is late by one."""
    return max(1, count(due, day)) if day > due else 0
