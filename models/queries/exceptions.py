"""Recorded exceptions: a later due date granted to a return, or a return that a person excused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from models.directive import Directive
from models.errors import RefusedError
from models.period import Period
from models.queries.ledger import NOT_OWED, change_of
from models.queries.receipts import find_extensions
from models.returns import Excuse, Extension, Return
from models.states import RETURN_MOVES, ReturnState, ensure_move
from models.unit import Unit


@dataclass(frozen=True)
class Owing:
    """A row of the ledger with the words an office knows it by; `due` is with what was granted."""

    row: Return
    directive: Directive
    period: Period
    unit: str
    due: date


@dataclass(frozen=True)
class Grant:
    """Why an exception is made, by whom, and when that was put on record."""

    reason: str
    by: str
    at: datetime


def list_period_codes(session: Session, symbol: str | None) -> Sequence[tuple[str, str]]:
    """Give period and directive of all periods, or of those of one directive."""
    query = select(Period.code, Directive.symbol).join(Directive, col(Directive.id) == col(Period.directive_id))
    if symbol:
        query = query.where(Directive.symbol == symbol)
    return session.exec(query.order_by(col(Period.cutoff), Period.code)).all()


def list_owing(session: Session, symbol: str, period: str, unit: str) -> list[Owing]:
    """Give the rows of a unit for a period, own before consolidated, held until the transaction ends."""
    rows = session.exec(
        select(Return, Directive, Period)
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Directive, col(Directive.id) == col(Return.directive_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .where(Directive.symbol == symbol, Period.code == period, Unit.code == unit)
        .order_by(col(Return.kind).desc())
        .with_for_update(of=Return)
    ).all()
    granted = find_extensions(session, [row.id or 0 for row, _, _ in rows])
    return [
        Owing(row, directive, on, unit, max(row.due, granted.get(row.id or 0, row.due))) for row, directive, on in rows
    ]


def extend(session: Session, owing: Owing, until: date, grant: Grant) -> Extension:
    """Grant a later due date. Raises RefusedError where nothing is owed or the date is no later."""
    _ensure_owed(owing)
    lock = owing.period.lock
    if owing.row.state is ReturnState.ACCEPTED and (lock is None or until <= lock):
        raise RefusedError("exceptions.accepted", unit=owing.unit, period=owing.period.code)
    if until <= owing.due:
        raise RefusedError(
            "exceptions.not-later", unit=owing.unit, period=owing.period.code, due=owing.due, until=until
        )
    extension = Extension(
        return_id=owing.row.id or 0, until=until, reason=grant.reason, granted_by=grant.by, recorded_at=grant.at
    )
    session.add(extension)
    session.flush()
    return extension


def excuse(session: Session, owing: Owing, grant: Grant) -> Excuse:
    """Excuse a return. Raises RefusedError where nothing is owed, or a file for it came and was not sent back."""
    _ensure_owed(owing)
    if owing.row.state in (ReturnState.ACCEPTED, ReturnState.RECEIVED):
        key = f"exceptions.{owing.row.state.value}"
        raise RefusedError(key, unit=owing.unit, period=owing.period.code)
    session.add(change_of(owing.row, grant.at))
    owing.row.state = ensure_move(RETURN_MOVES, owing.row.state, ReturnState.EXCUSED)
    owing.row.reason, owing.row.event_id = grant.reason, None
    made = Excuse(return_id=owing.row.id or 0, reason=grant.reason, granted_by=grant.by, recorded_at=grant.at)
    session.add(made)
    session.flush()
    return made


def _ensure_owed(owing: Owing) -> None:
    if owing.row.state is ReturnState.EXCUSED:
        told = {"unit": owing.unit, "period": owing.period.code, "reason": owing.row.reason or "–"}
        raise RefusedError("exceptions.excused", **told)
    if owing.row.state in NOT_OWED:
        raise RefusedError("exceptions.not-owed", unit=owing.unit, period=owing.period.code)
