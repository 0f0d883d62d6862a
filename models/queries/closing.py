"""Periods that are closed: the last day on which their returns may be corrected has passed."""

from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from models.directive import Directive
from models.period import Period


class ClosedPeriod(NamedTuple):
    """A period by its directive's symbol and its own code, and the last day that it was open."""

    directive: str
    period: str
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
