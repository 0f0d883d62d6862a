"""What a directive's ledger of returns said at a time: one row a return, with what had arrived for it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, String, and_, func, select, type_coerce
from sqlmodel import Session, col

from models.directive import Directive
from models.period import Period
from models.queries.figures import NOT_OWED, in_force
from models.queries.known import Duty, read_past_ledger
from models.queries.planned import Planned, read_planned
from models.returns import EffectiveReturn, Extension, Receipt, Return, receipt_number
from models.states import ReceiptState, ReturnState
from models.unit import Unit
from models.unit_history import History, Span


class Filed(NamedTuple):
    """A file that came, as far as the ledger tells it: objects of ten thousand receipts would take a second."""

    id: int
    state: str
    received_at: datetime
    filled: int | None
    required: int | None

    @property
    def number(self) -> str:
        return receipt_number(self.id)


class LedgerRow(NamedTuple):
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
    receipt: Filed | None
    reason: str | None


def read_ledger(
    session: Session,
    directive: Directive,
    as_at: datetime | None = None,
    *,
    label: str | None = None,
    unit: str | None = None,
    planned: Planned | None = None,
) -> list[LedgerRow]:
    """Give the ledger as it is now, or as it was known at a time, by cut-off, unit and kind.

    `label` is a period's code, a year or a round, and `unit` the code of one, whose rows alone are wanted; `planned`
    is what was planned at that time, where it has been read already.
    """
    planned = planned or read_planned(session, as_at)
    periods = {one.id: one for one in planned.periods if label in (None, one.code, str(one.year), one.round)}
    wanted = _wanted(directive, None if label is None else periods, unit)
    arrived = _arrived(session, wanted, as_at)
    counting = _counting(session, wanted, as_at, arrived)
    granted = _granted(session, wanted, as_at)
    past = read_past_ledger(session, as_at)
    spans = _spans(planned.history)
    ledger = []
    for key, code, period_id, kind, *said in session.connection().execute(_owed(wanted)).all():
        duty = past.duty(key, Duty(*said))
        if duty is None:
            continue
        period, files, counts = periods[period_id], arrived.get(key, []), counting.get(key)
        ledger.append(
            LedgerRow(
                unit=code,
                unit_name=_name(spans[code], period.cutoff) or code,
                period=period,
                kind=kind,
                due=max(duty.due, granted.get(key, duty.due)),
                state=_state(duty, files, counts),
                first_received=files[0].received_at if files else None,
                receipt=counts or (files[-1] if files else None),
                reason=duty.reason if duty.state in NOT_OWED else None,
            )
        )
    return sorted(ledger, key=lambda row: (row.period.cutoff, row.period.code))


def _owed(wanted: ColumnElement[bool]) -> Select[Any]:
    """Give id, unit, period and kind of the returns, then what makes a Duty of each."""
    said = (getattr(Return, name) for name in Duty._fields)
    query = select(*map(col, (Return.id, Unit.code, Return.period_id, Return.kind)), *said).select_from(Return)
    query = query.join(Unit, col(Unit.id) == col(Return.unit_id)).where(wanted)
    return query.order_by(col(Unit.code), col(Return.kind).desc())


def _wanted(directive: Directive, periods: Collection[int | None] | None, unit: str | None) -> ColumnElement[bool]:
    """The returns of a directive: of some periods, of one unit, or all."""
    wanted = [col(Return.directive_id) == directive.id]
    if periods is not None:
        wanted.append(col(Return.period_id).in_(periods))
    if unit is not None:
        wanted.append(col(Return.unit_id).in_(select(col(Unit.id)).where(col(Unit.code) == unit)))
    return and_(*wanted)


def _state(duty: Duty, files: Sequence[Filed], counts: Filed | None) -> ReturnState:
    """Say where a return stood, from what had arrived by then."""
    if duty.state in NOT_OWED:
        return duty.state
    if counts is not None:
        return ReturnState.ACCEPTED
    if not files:
        return ReturnState.OWED
    return ReturnState.REJECTED if files[-1].state == ReceiptState.REJECTED else ReturnState.RECEIVED


def _arrived(session: Session, wanted: ColumnElement[bool], as_at: datetime | None) -> dict[int, list[Filed]]:
    """Give by return the files that came for it, in the order in which they came; copies of one do not count."""
    query = (
        _filed(col(Receipt.return_id))
        .join(Return, col(Return.id) == col(Receipt.return_id))
        .where(wanted)
        .where(col(Receipt.state).not_in((ReceiptState.DUPLICATE, ReceiptState.QUARANTINED)))
        .order_by(col(Receipt.received_at), col(Receipt.id))
    )
    if as_at is not None:
        query = query.where(col(Receipt.received_at) <= as_at)
    found: dict[int, list[Filed]] = defaultdict(list)
    for key, *filed in session.connection().execute(query).all():
        found[key].append(Filed(*filed))
    return found


def _counting(
    session: Session, wanted: ColumnElement[bool], as_at: datetime | None, arrived: Mapping[int, Sequence[Filed]]
) -> dict[int, Filed]:
    """Give by return the file that counts; as a rule it is among those that arrived."""
    query = (
        select(col(EffectiveReturn.return_id), col(EffectiveReturn.receipt_id))
        .join(Return, col(Return.id) == col(EffectiveReturn.return_id))
        .where(wanted, in_force(as_at))
    )
    counting: dict[int, int] = dict(session.connection().execute(query).tuples().all())
    files = {one.id: one for several in arrived.values() for one in several}
    others = _filed().where(col(Receipt.id).in_(set(counting.values()) - files.keys()))
    files |= {one[0]: Filed(*one) for one in session.connection().execute(others).all()}
    return {key: files[receipt] for key, receipt in counting.items()}


def _filed(*before: Any) -> Select[Any]:
    state = type_coerce(col(Receipt.state), String)  # its word: to make states of them takes a tenth of the whole
    said = (col(Receipt.received_at), col(Receipt.filled), col(Receipt.required))
    return select(*before, col(Receipt.id), state, *said)


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
