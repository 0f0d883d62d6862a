"""Where the returns of a directive stand: owed, received, late, missing, excused, counts before any rate."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypedDict
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.directive import Directive
from models.exact import to_decimal
from models.queries.figures import NOT_OWED
from models.queries.standing import LedgerRow, read_ledger
from models.states import ReturnState
from models.workdays import WorkCalendar

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
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
        return self.state == ReturnState.ACCEPTED

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
) -> Standing:
    """Give where every return stands on `today`, from what was known at `as_at` or is known now.

    `period` is a period's code, a year or a round; `unit` the code of one whose returns alone are wanted. `zone` says
    on which day a file came.
    """
    rows = read_ledger(session, directive, as_at, label=period, unit=unit)
    working = calendar or WorkCalendar()
    lines = tuple(_line(row, today, zone, working) for row in rows)
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
    every = list(lines)
    owed = [line for line in every if line.owed]
    accepted = [line for line in owed if line.accepted]
    on_time = sum(line.on_time for line in accepted)
    waiting = [line for line in owed if line.state == ReturnState.OWED]
    missing = sum(line.overdue for line in waiting)
    return Rates(
        owed=len(owed),
        received=sum(line.received_at is not None for line in owed),
        accepted=len(accepted),
        on_time=on_time,
        late=len(accepted) - on_time,
        in_hand=sum(line.state == ReturnState.RECEIVED for line in owed),
        rejected=sum(line.state == ReturnState.REJECTED for line in owed),
        missing=missing,
        not_due=len(waiting) - missing,
        excused=sum(line.state == ReturnState.EXCUSED for line in every),
        received_rate=_rate(len(accepted), len(owed)),
        on_time_rate=_rate(on_time, len(owed)),
        filled_rate=_rate(sum(line.filled for line in accepted), sum(line.required for line in accepted)),
    )


def _rate(n: int, of: int) -> Rate:
    return Rate(n=n, of=of, percent=to_decimal(Fraction(n * 100, of)) if of else None)


def _grouped(lines: Iterable[StandingLine], name: str) -> dict[str, Rates]:
    groups: dict[str, list[StandingLine]] = {}
    for line in lines:
        groups.setdefault(str(getattr(line, name)), []).append(line)
    return {key: count_rates(group) for key, group in groups.items()}


def _line(row: LedgerRow, today: date, zone: tzinfo, calendar: WorkCalendar) -> StandingLine:
    accepted = row.state is ReturnState.ACCEPTED
    counted: Any = row.receipt if accepted else None
    return StandingLine(
        unit=row.unit,
        unit_name=row.unit_name,
        period=row.period.code,
        year=row.period.year,
        round=row.period.round,
        kind=row.kind,
        due=row.due,
        state=row.state.value,
        received_at=row.first_received.astimezone(zone) if row.first_received else None,
        days_late=_days_late(row, zone, calendar),
        receipt=row.receipt.number if row.receipt else None,
        reason=row.reason,
        overdue=row.state in OPEN and row.due < today,
        filled=(counted.filled or 0) if counted else 0,
        required=(counted.required or 0) if counted else 0,
    )


def _days_late(row: LedgerRow, zone: tzinfo, calendar: WorkCalendar) -> int | None:
    """Count from the first file that came; one on a free day after the due date is late by one."""
    if row.first_received is None:
        return None
    day = row.first_received.astimezone(zone).date()
    return max(1, calendar.working_days_between(row.due, day)) if day > row.due else 0
