"""Reads for the roll-up: which receipts counted at a time, what they said, what was owed, how units changed."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, case, or_, select
from sqlmodel import Session, col

from models.assignment import Assignment
from models.directive import Directive, DirectiveRelation, Indicator, Task, TaskIndicator
from models.period import Period
from models.queries.known import read_past_ledger
from models.returns import EffectiveReturn, Receipt, ReportedValue, Return
from models.states import ReturnState
from models.unit import Unit, UnitEvent, UnitSpan

NOT_OWED = (ReturnState.EXCUSED, ReturnState.SUPERSEDED)
Rows = Sequence[Row[Any]]


def in_force(as_at: datetime | None) -> ColumnElement[bool]:
    """The effective returns as they were known at a time, or as they are now."""
    if as_at is None:
        return col(EffectiveReturn.until).is_(None)
    until = col(EffectiveReturn.until)
    return and_(col(EffectiveReturn.since) <= as_at, or_(until.is_(None), until > as_at))


def read_owed(session: Session, as_at: datetime | None) -> list[tuple[str, str, str, str, bool]]:
    """Give directive, period, unit, kind of every return on the ledger and whether it is owed, not excused."""
    query: Select[Any] = (
        select(
            col(Return.id),
            col(Directive.symbol).label("directive"),
            col(Period.code).label("period"),
            col(Unit.code).label("unit"),
            col(Return.kind).label("kind"),
            col(Return.state).not_in(NOT_OWED).label("owed"),
        )
        .select_from(Return)
        .join(Directive, col(Directive.id) == col(Return.directive_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .order_by(col(Return.id))
    )
    past = read_past_ledger(session, as_at)
    states = {key: duty.state not in NOT_OWED for key, duty in past.duties.items()}
    rows = session.connection().execute(query).all()  # the session itself would make each row twice
    return [(*names, states.get(key, owed)) for key, *names, owed in rows if key not in past.unopened]


def read_assigned(session: Session) -> Rows:
    """Give directive, unit, indicator and the days on which the unit leads a task measured by it.

    As blank returns ask it: a task is asked from its start on, a retired one no more.
    """
    query: Select[Any] = (
        select(
            col(Directive.symbol).label("directive"),
            col(Unit.code).label("unit"),
            col(Indicator.code).label("indicator"),
            case(
                (col(Task.start) > col(Assignment.valid_from), col(Task.start)), else_=col(Assignment.valid_from)
            ).label("valid_from"),
            col(Assignment.valid_to).label("valid_to"),
        )
        .select_from(Assignment)
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .join(TaskIndicator, col(TaskIndicator.task_id) == col(Task.id))
        .join(Indicator, col(Indicator.id) == col(TaskIndicator.indicator_id))
        .join(Directive, col(Directive.id) == col(Task.directive_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .where(col(Assignment.role) == "lead", ~col(Task.retired))
        .order_by(col(Assignment.id), col(Indicator.code))
    )
    return session.connection().execute(query).all()


def read_spans(session: Session) -> list[tuple[str, str, str, str | None, date, date | None]]:
    """Give code, name, kind, code of the superior, first and last day of every stretch of a unit."""
    codes: dict[int, str] = dict(session.execute(select(col(Unit.id), col(Unit.code))).tuples().all())
    columns = [getattr(UnitSpan, name) for name in ("unit_id", "name", "kind", "parent_id", "valid_from", "valid_to")]
    spans = session.connection().execute(select(*columns).order_by(col(UnitSpan.id))).all()
    return [
        (codes[s.unit_id], s.name, s.kind, codes[s.parent_id] if s.parent_id else None, s.valid_from, s.valid_to)
        for s in spans
    ]


def read_events(session: Session) -> Sequence[UnitEvent]:
    """Give what happened to units, in the order of days and codes."""
    query = select(UnitEvent).order_by(col(UnitEvent.happened_on), col(UnitEvent.code))
    return session.execute(query).scalars().all()


def read_continued(session: Session) -> Rows:
    """Give pairs of symbols: a directive and the earlier one it continues."""
    earlier = select(col(Directive.id), col(Directive.symbol)).subquery()
    query = (
        select(col(Directive.symbol).label("directive"), earlier.c.symbol.label("earlier"))
        .select_from(DirectiveRelation)
        .join(Directive, col(Directive.id) == col(DirectiveRelation.directive_id))
        .join(earlier, earlier.c.id == col(DirectiveRelation.other_id))
        .where(col(DirectiveRelation.type) == "continues")
    )
    return session.execute(query).all()


def read_effective(session: Session, as_at: datetime | None) -> list[int]:
    """Give the ids of the pointers in force at a time, in order: the last one is the newest change known then."""
    query = select(col(EffectiveReturn.id)).where(in_force(as_at)).order_by(col(EffectiveReturn.id))
    return [key for key in session.connection().execute(query).scalars().all() if key is not None]


def read_filed(session: Session, sha256: str) -> Rows:
    """Give what every receipt of a file says, cell by cell, and whether it counts now.

    A receipt of which nothing was taken in stands there once, without a value.
    """
    columns: tuple[Any, ...] = (
        col(Receipt.id).label("receipt"),
        col(Receipt.sha256).label("sha256"),
        col(Receipt.file_name).label("file"),
        col(Receipt.state).label("state"),
        col(Unit.code).label("unit"),
        col(Directive.symbol).label("directive"),
        col(Period.code).label("period"),
        col(Return.kind).label("kind"),
        col(EffectiveReturn.id).is_not(None).label("counts"),
        col(Indicator.code).label("indicator"),
        col(ReportedValue.dimension).label("dimension"),
        col(ReportedValue.value).label("value"),
        col(ReportedValue.numerator).label("numerator"),
        col(ReportedValue.denominator).label("denominator"),
        col(ReportedValue.marker).label("marker"),
        col(ReportedValue.sheet).label("sheet"),
        col(ReportedValue.cell).label("cell"),
        col(ReportedValue.denominator_cell).label("denominator_cell"),
    )
    counting = and_(col(EffectiveReturn.receipt_id) == col(Receipt.id), in_force(None))
    query = (
        select(*columns)
        .select_from(Receipt)
        .join(Unit, col(Unit.id) == col(Receipt.unit_id))
        .outerjoin(Return, col(Return.id) == col(Receipt.return_id))
        .outerjoin(Directive, col(Directive.id) == col(Return.directive_id))
        .outerjoin(Period, col(Period.id) == col(Return.period_id))
        .outerjoin(EffectiveReturn, counting)
        .outerjoin(ReportedValue, col(ReportedValue.receipt_id) == col(Receipt.id))
        .outerjoin(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .where(col(Receipt.sha256) == sha256)
        .order_by(col(Receipt.id), col(ReportedValue.id))
    )
    return session.execute(query).all()
