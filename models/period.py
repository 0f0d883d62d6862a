"""A reporting period with its five dates."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.types import Moment
from models.workdays import WorkCalendar


class Period(SQLModel, table=True):
    """Coverage start and end, cut-off (figures counted up to), due per level (PeriodDue), lock."""

    __table_args__ = (UniqueConstraint("directive_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(foreign_key="directive.id", index=True)
    code: str  # 2021-9T
    kind: str  # 6T, 9T, N, 5N
    year: int  # the reporting year it adds up to
    nominal_from: date
    nominal_to: date
    coverage_start: date
    cutoff: date
    mode: str  # cumulative from the start of the year, per_period, span
    round: str
    due_rule: str  # working days after the cut-off by level of the tree, top first: "12; 7; 3"
    own_rule: str  # who owes a return of its own figures: "D*;C*"
    consolidated_rule: str | None = None  # who owes one for itself and all below it, if there is anything below
    lock: date | None = None
    lock_rule: int | None = None  # working days after the last due date, where that made the lock
    opened_at: datetime | None = Field(default=None, sa_type=Moment)


class PeriodDue(SQLModel, table=True):
    """A due date by level of the tree, frozen when the period opens."""

    __tablename__ = "period_due"

    period_id: int = Field(foreign_key="period.id", primary_key=True)
    level: int = Field(primary_key=True)  # 0 is the top
    due: date


@dataclass(frozen=True)
class PeriodDates:
    """What a period covers: in name, and by the days on which figures are counted."""

    nominal_from: date
    nominal_to: date
    coverage_start: date
    cutoff: date


MONTHS: Mapping[str, int] = {"Q": 3, "6T": 6, "9T": 9, "N": 12, "5N": 60}  # by kind of period
DAYS_A_YEAR = 365.25
MID_MONTH, CALENDAR = "mid_month", "calendar"  # figures from the 15th to the 14th; or by whole months


def period_dates(kind: str, preset: str, start: date) -> PeriodDates:
    """Give the dates of a period that starts in name on a day: Jan 1, the first day of a quarter or of a span."""
    end = months_later(start, MONTHS[kind]) - timedelta(days=1)
    if preset == CALENDAR:
        return PeriodDates(start, end, start, end)
    return PeriodDates(start, end, months_later(start, -1).replace(day=15), end.replace(day=14))


def years_between(first: date, last: date) -> int:
    """Give how many years lie between two days, to the nearest whole one."""
    return round((last - first).days / DAYS_A_YEAR)


def months_later(day: date, count: int) -> date:
    """Give the same day some months later; the last of the month where it is shorter."""
    years, month = divmod(day.month - 1 + count, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def due_dates(cutoff: date, rule: str, calendar: WorkCalendar) -> list[date]:
    """Give the due date of each level, top first, from a rule such as "12; 7; 3". Raises ValueError."""
    return [calendar.add_working_days(cutoff, int(days)) for days in rule.split(";")]
