"""What a figure is compared with: what the same unit said of it before, in the same kind of return."""

from dataclasses import dataclass

from intake.check_types import Case, Known
from models.directive import Indicator
from models.queries.issuing import HistoryValue


@dataclass(frozen=True)
class Earlier:
    """A figure on record with the code of its period."""

    said: HistoryValue
    period: str


@dataclass(frozen=True)
class Past:
    """The figures on record that one of this period may be compared with.

    `last`: the newest one, unless that is of another year and the indicator adds up from the start of a year.
    `floor`: the same where it adds up: it cannot fall below. `like`: that of the same part of the last year.
    """

    last: Earlier | None
    floor: Earlier | None
    like: Earlier | None

    @property
    def nearest(self) -> Earlier | None:
        """The one that tells most about a jump."""
        return self.like or self.last

    @property
    def is_like(self) -> bool:
        """Whether the nearest covers as much time; an earlier part of the year is bound to be less."""
        return self.like is not None or self.floor is None


def newest_of(case: Case, known: Known, indicator: Indicator, dimension: str) -> HistoryValue | None:
    """Find the newest figure of an indicator, or of one line of its breakdown."""
    key = indicator.id or 0
    if dimension:
        return known.parts.get(case.key, {}).get((key, dimension))
    return known.values.get(case.key, {}).get(key)


def past_of(case: Case, known: Known, indicator: Indicator, dimension: str = "") -> Past:
    """Give the past of an indicator, or of one line of its breakdown, for the unit that sent a return."""
    newest = newest_of(case, known, indicator, dimension)
    before = known.year_before.get(case.key, {}).get((indicator.id or 0, dimension))
    like = Earlier(before, before.period_code) if before else None
    if newest is None:
        return Past(None, None, like)
    last = Earlier(newest, newest.period_code)
    if indicator.mode != "cumulative":
        return Past(last, None, like)
    return Past(last, last, like) if _is_same_year(newest, known) else Past(None, None, like)


def _is_same_year(newest: HistoryValue, known: Known) -> bool:
    return newest.mode == known.period.mode == "cumulative" and newest.year == known.period.year
