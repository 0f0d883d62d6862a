"""Periods and rounds that are closed: the last day on which their returns may be corrected has passed."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.directive import Directive
from models.period import Period
from models.review import Review

SPAN = "span"  # the mode of a period that asks for the whole round


class ClosedPeriod(NamedTuple):
    """A period by its directive's symbol and its own code, and the last day that it was open."""

    directive: str
    period: str
    locked_on: date


class ClosedRound(NamedTuple):
    """A round by its directive's symbol and its own code, and the review that it asks for."""

    directive: str
    round: str
    period_from: str
    period_to: str
    kind: str
    locked_on: date


def list_closed(session: Session, since: date, before: date) -> list[ClosedPeriod]:
    """Give the periods that were locked on a day from `since` to the one before `before`, the first to close first."""
    lock = col(Period.lock)
    query = (
        select(Directive.symbol, Period.code, lock)
        .join(Directive, col(Directive.id) == col(Period.directive_id))
        .where(lock >= since, lock < before)
        .order_by(lock, col(Directive.symbol), col(Period.code))
    )
    return [ClosedPeriod(symbol, code, day) for symbol, code, day in session.exec(query) if day]


def list_unreviewed(session: Session, since: date, before: date) -> list[ClosedRound]:
    """Give the rounds whose last period was locked on such a day, and of which no review was drafted since.

    A round with a period that has no lock yet is not over.
    """
    periods = defaultdict[tuple[str, str], list[Period]](list)
    for symbol, period in session.exec(
        select(Directive.symbol, Period).join(Period, col(Period.directive_id) == Directive.id)
    ):
        periods[symbol, period.round].append(period)
    drafted = session.exec(select(Review.directive_id, Review.period_to)).all()
    over = [one for (symbol, _), of_it in sorted(periods.items()) if (one := _closed(symbol, of_it, drafted))]
    return [one for one in over if since <= one.locked_on < before]


def _closed(symbol: str, periods: Sequence[Period], drafted: Iterable[tuple[int, str]]) -> ClosedRound | None:
    locks = [one.lock for one in periods if one.lock]
    first = min(periods, key=lambda one: (one.coverage_start, one.cutoff))
    last = max(periods, key=lambda one: (one.cutoff, one.mode == SPAN))
    if len(locks) < len(periods) or (last.directive_id, last.code) in drafted:
        return None
    kind = "yearly" if first.year == last.year else "five-year"
    return ClosedRound(symbol, last.round, first.code, last.code, kind, max(locks))
