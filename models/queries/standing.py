"""What a directive's ledger of returns said at a time: one row a return, with what had arrived for it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from models.directive import Directive
from models.period import Period
from models.queries.figures import NOT_OWED, in_force
from models.queries.known import Duty, read_past_ledger
from models.queries.planned import read_planned
from models.returns import EffectiveReturn, Extension, Receipt, Return
from models.states import ReceiptState, ReturnState
from models.unit import Unit
from models.unit_history import History, Span


@dataclass(frozen=True)
class LedgerRow:
    """A return as it stood.

    `due` is with what was granted. `first_received` is of the first file that came for it, accepted or not.
    `receipt` is the one that counts or, where none does, the newest.
    """

    unit: str
    unit_name: str
    period: Period
    kind: str
    due: date
    state: ReturnState
    first_received: datetime | None
    receipt: Receipt | None
    reason: str | None


def read_ledger(
    session: Session,
    directive: Directive,
    as_at: datetime | None = None,
    *,
    label: str | None = None,
    unit: str | None = None,
) -> list[LedgerRow]:
    """Give the ledger as it is now, or as it was known at a time, by cut-off, unit and kind.

    `label` is a period's code, a year or a round, and `unit` the code of one, whose rows alone are wanted.
    """
    planned = read_planned(session, as_at)
    periods = {one.id: one for one in planned.periods if label in (None, one.code, str(one.year), one.round)}
    wanted = _wanted(directive, None if label is None else periods, unit)
    arrived = _arrived(session, wanted, as_at)
    counting = _counting(session, wanted, as_at)
    granted = _granted(session, wanted, as_at)
    past = read_past_ledger(session, as_at)
    spans = _spans(planned.history)
    query = (
        select(Return, col(Unit.code))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .where(wanted)
        .order_by(col(Unit.code), col(Return.kind).desc())
    )
    ledger = []
    for owed, code in session.execute(query).tuples():
        key, duty = owed.id or 0, past.duty(owed)
        if duty is None:
            continue
        period, files, counts = periods[owed.period_id], arrived.get(key, []), counting.get(key)
        ledger.append(
            LedgerRow(
                unit=code,
                unit_name=_name(spans[code], period.cutoff) or code,
                period=period,
                kind=owed.kind,
                due=max(duty.due, granted.get(key, duty.due)),
                state=_state(duty, files, counts),
                first_received=files[0].received_at if files else None,
                receipt=counts or (files[-1] if files else None),
                reason=duty.reason if duty.state in NOT_OWED else None,
            )
        )
    return sorted(ledger, key=lambda row: (row.period.cutoff, row.period.code))


def _wanted(directive: Directive, periods: Collection[int | None] | None, unit: str | None) -> ColumnElement[bool]:
    """The returns of a directive: of some periods, of one unit, or all."""
    wanted = [col(Return.directive_id) == directive.id]
    if periods is not None:
        wanted.append(col(Return.period_id).in_(periods))
    if unit is not None:
        wanted.append(col(Return.unit_id).in_(select(col(Unit.id)).where(col(Unit.code) == unit)))
    return and_(*wanted)


def _state(duty: Duty, files: Sequence[Receipt], counts: Receipt | None) -> ReturnState:
    """Say where a return stood, from what had arrived by then."""
    if duty.state in NOT_OWED:
        return duty.state
    if counts is not None:
        return ReturnState.ACCEPTED
    if not files:
        return ReturnState.OWED
    return ReturnState.REJECTED if files[-1].state is ReceiptState.REJECTED else ReturnState.RECEIVED


def _arrived(session: Session, wanted: ColumnElement[bool], as_at: datetime | None) -> dict[int, list[Receipt]]:
    """Give by return the files that came for it, in the order in which they came; copies of one do not count."""
    query = (
        select(Receipt)
        .join(Return, col(Return.id) == col(Receipt.return_id))
        .where(wanted)
        .where(col(Receipt.state).not_in((ReceiptState.DUPLICATE, ReceiptState.QUARANTINED)))
        .order_by(col(Receipt.received_at), col(Receipt.id))
    )
    if as_at is not None:
        query = query.where(col(Receipt.received_at) <= as_at)
    found: dict[int, list[Receipt]] = defaultdict(list)
    for receipt in session.execute(query).scalars():
        found[receipt.return_id or 0].append(receipt)
    return found


def _counting(session: Session, wanted: ColumnElement[bool], as_at: datetime | None) -> dict[int, Receipt]:
    query = (
        select(col(EffectiveReturn.return_id), Receipt)
        .join(Receipt, col(Receipt.id) == col(EffectiveReturn.receipt_id))
        .join(Return, col(Return.id) == col(EffectiveReturn.return_id))
        .where(wanted, in_force(as_at))
    )
    return dict(session.execute(query).tuples().all())


def _granted(session: Session, wanted: ColumnElement[bool], as_at: datetime | None) -> dict[int, date]:
    """Give by return the latest day that was granted."""
    query = (
        select(col(Extension.return_id), func.max(col(Extension.until)))
        .join(Return, col(Return.id) == col(Extension.return_id))
        .where(wanted)
        .group_by(col(Extension.return_id))
    )
    if as_at is not None:
        query = query.where(col(Extension.recorded_at) <= as_at)
    return dict(session.execute(query).tuples().all())


def _spans(history: History) -> dict[str, list[Span]]:
    """Give each unit's spans, oldest first."""
    found: dict[str, list[Span]] = defaultdict(list)
    for span in sorted(history.spans, key=lambda span: span.valid_from):
        found[span.unit].append(span)
    return found


def _name(spans: Sequence[Span], day: date) -> str | None:
    """Give the name a unit bore on a day; its last one before, where it had ended by then."""
    begun = [span for span in spans if span.valid_from <= day] or list(spans[:1])
    return begun[-1].name if begun else None
