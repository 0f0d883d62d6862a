"""What a review and the board read from the record: words, statuses and counts, as known at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import ColumnElement, Row, Select, and_, func, or_
from sqlmodel import Session, col, select

from models.assignment import Assignment
from models.directive import Directive, DirectiveRelation, Task, TaskIndicator, Term
from models.notice import Digest, Notice, NoticeDigest
from models.period import Period
from models.returns import EffectiveReturn, Evidence, Finding, Progress, Receipt, Return, Shortcoming, Statement
from models.states import DigestState
from models.unit import Unit, UnitEvent, UnitSpan


@dataclass(frozen=True)
class Scope:
    """Which returns are read: a directive's periods, from and to by cut-off, as known at a time."""

    directive_id: int
    period_ids: tuple[int, ...]
    as_at: datetime


@dataclass(frozen=True)
class ReportedProgress:
    """The newest word of one unit on one task."""

    unit: str
    task: str
    status: str
    done_on: date | None
    text: str | None
    period: str
    cutoff: date
    kind: str  # of the return that says it


@dataclass(frozen=True)
class SaidShortcoming:
    """One shortcoming as a unit coded it."""

    unit: str
    period: str
    task: str | None
    code: str
    text: str | None
    cause_type: str | None
    cause_code: str | None
    remedy: str | None


@dataclass(frozen=True)
class Said:
    """One proposal, lesson, direction or commendation."""

    unit: str
    period: str
    kind: str
    text: str
    addressee: str | None
    level: str | None
    collectives: int | None
    individuals: int | None


@dataclass(frozen=True)
class ShownEvidence:
    """One document that a unit names for a task or an indicator."""

    unit: str
    period: str
    subject: str
    type: str
    title: str
    number: str | None
    issued_on: date | None


def get_scope(session: Session, directive: Directive, first: Period, last: Period, as_at: datetime) -> Scope:
    """Give the directive's periods whose cut-off lies between those of the first and the last."""
    wanted = (
        select(Period.id)
        .where(Period.directive_id == directive.id)
        .where(Period.cutoff >= first.cutoff, Period.cutoff <= last.cutoff)
        .order_by(col(Period.cutoff))
    )
    return Scope(directive.id or 0, tuple(id_ or 0 for id_ in session.exec(wanted)), as_at)


def list_periods(session: Session, scope: Scope) -> Sequence[Period]:
    return session.exec(select(Period).where(col(Period.id).in_(scope.period_ids)).order_by(col(Period.cutoff))).all()


def effective_at(as_at: datetime) -> ColumnElement[bool]:
    """Whether a pointer was in force at a time."""
    until = col(EffectiveReturn.until)
    return and_(col(EffectiveReturn.since) <= as_at, or_(until.is_(None), until > as_at))


def list_progress(session: Session, scope: Scope) -> list[ReportedProgress]:
    """Give the newest reported progress of every unit and task, apart for each kind of return."""
    rows = _rows(
        session,
        select_columns(
            Unit.code,
            Task.code,
            Progress.status,
            Progress.done_on,
            Progress.text,
            Period.code,
            Period.cutoff,
            Return.kind,
        )
        .select_from(Progress)
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == Progress.receipt_id)
        .join(Return, col(Return.id) == EffectiveReturn.return_id)
        .join(Period, col(Period.id) == Return.period_id)
        .join(Task, col(Task.id) == Progress.task_id)
        .join(Unit, col(Unit.id) == Return.unit_id)
        .where(col(Return.period_id).in_(scope.period_ids), effective_at(scope.as_at))
        .order_by(col(Period.cutoff), col(Unit.code), col(Task.code)),
    )
    newest = {(row[0], row[1], row[-1]): ReportedProgress(*row) for row in rows}
    return list(newest.values())


def list_shortcomings(session: Session, scope: Scope) -> list[SaidShortcoming]:
    task_code = select(Task.code).where(Task.id == Shortcoming.task_id).correlate(Shortcoming).scalar_subquery()
    rows = _rows(
        session,
        _of_effective(
            select_columns(
                Unit.code,
                Period.code,
                task_code,
                Shortcoming.code,
                Shortcoming.text,
                Shortcoming.cause_type,
                Shortcoming.cause_code,
                Shortcoming.remedy,
            ),
            Shortcoming,
            scope,
        ),
    )
    return [SaidShortcoming(*row) for row in rows]


def list_statements(session: Session, scope: Scope) -> list[Said]:
    rows = _rows(
        session,
        _of_effective(
            select_columns(
                Unit.code,
                Period.code,
                Statement.kind,
                Statement.text,
                Statement.addressee,
                Statement.level,
                Statement.collectives,
                Statement.individuals,
            ),
            Statement,
            scope,
        ),
    )
    return [Said(*row) for row in rows]


def list_evidence(session: Session, scope: Scope) -> list[ShownEvidence]:
    chosen = select_columns(
        Unit.code,
        Period.code,
        Evidence.subject,
        Evidence.type,
        Evidence.title,
        Evidence.number,
        Evidence.issued_on,
    )
    return [ShownEvidence(*row) for row in _rows(session, _of_effective(chosen, Evidence, scope))]


def select_columns(*columns: Any) -> Select[Any]:
    """Select any number of columns; sqlmodel's own `select` is typed for four at most."""
    return sqlalchemy.select(*columns)


def _rows(session: Session, statement: Select[Any]) -> list[Row[Any]]:
    return list(session.connection().execute(statement).all())


def _of_effective(statement: Select[Any], table: Any, scope: Scope) -> Select[Any]:
    """Narrow a select to rows that stand in effective returns of the scope, in a fixed order."""
    return (
        statement.select_from(table)
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == table.receipt_id)
        .join(Return, col(Return.id) == EffectiveReturn.return_id)
        .join(Period, col(Period.id) == Return.period_id)
        .join(Unit, col(Unit.id) == Return.unit_id)
        .where(col(Return.period_id).in_(scope.period_ids), effective_at(scope.as_at))
        .order_by(col(Period.cutoff), col(Unit.code), col(Return.kind), col(table.row))
    )


def count_findings(session: Session, scope: Scope) -> list[Row[Any]]:
    """Give check, severity, count of findings and count of units, over all files that arrived for the scope."""
    return _rows(
        session,
        select_columns(
            Finding.check,
            Finding.severity,
            func.count(col(Finding.id)),
            func.count(func.distinct(Receipt.unit_id)),
        )
        .join(Receipt, col(Receipt.id) == Finding.receipt_id)
        .join(Return, col(Return.id) == Receipt.return_id)
        .where(col(Return.period_id).in_(scope.period_ids), col(Receipt.received_at) <= scope.as_at)
        .group_by(Finding.check, Finding.severity)
        .order_by(func.count(col(Finding.id)).desc(), Finding.check),
    )


def count_receipts(session: Session, scope: Scope) -> dict[str, int]:
    """Give how many files arrived for the scope, by state."""
    rows = _rows(
        session,
        select_columns(Receipt.state, func.count(col(Receipt.id)))
        .join(Return, col(Return.id) == Receipt.return_id)
        .where(col(Return.period_id).in_(scope.period_ids), col(Receipt.received_at) <= scope.as_at)
        .group_by(col(Receipt.state)),
    )
    return {state.value: count for state, count in rows}


def count_reminders(session: Session, scope: Scope, day: date) -> int:
    """Give how many messages about returns of the scope were sent up to a day."""
    counted = (
        select(func.count(func.distinct(Digest.id)))
        .select_from(Notice)
        .join(NoticeDigest, col(NoticeDigest.notice_id) == Notice.id)
        .join(Digest, col(Digest.id) == NoticeDigest.digest_id)
        .join(Return, col(Return.id) == Notice.return_id)
        .where(col(Return.period_id).in_(scope.period_ids), col(Digest.state) == DigestState.SENT)
        .where(col(Digest.day) <= day)
    )
    return session.exec(counted).one()


def list_tasks(session: Session, scope: Scope) -> Sequence[Task]:
    wanted = select(Task).where(Task.directive_id == scope.directive_id, col(Task.retired).is_(False))
    return session.exec(wanted.order_by(col(Task.id))).all()


def list_indicator_ids(session: Session, scope: Scope) -> set[int]:
    """Give the indicators that the directive's tasks are measured by."""
    wanted = select(TaskIndicator.indicator_id).join(Task, col(Task.id) == TaskIndicator.task_id)
    return set(session.exec(wanted.where(Task.directive_id == scope.directive_id)))


def list_leads(session: Session, scope: Scope, day: date) -> list[tuple[str, str]]:
    """Give unit and task of every lead assignment that holds on a day."""
    rows = session.exec(
        select(Unit.code, Task.code)
        .select_from(Assignment)
        .join(Task, col(Task.id) == Assignment.task_id)
        .join(Unit, col(Unit.id) == Assignment.unit_id)
        .where(Task.directive_id == scope.directive_id, Assignment.role == "lead", Assignment.valid_from <= day)
        .where(or_(col(Assignment.valid_to).is_(None), col(Assignment.valid_to) >= day))
        .order_by(col(Unit.code), col(Task.id))
    ).all()
    return [(unit, task) for unit, task in rows]


def list_spans(session: Session, day: date) -> list[tuple[str, UnitSpan]]:
    """Give the code and the span of every unit in force on a day."""
    rows = session.exec(
        select(Unit.code, UnitSpan)
        .join(Unit, col(Unit.id) == UnitSpan.unit_id)
        .where(UnitSpan.valid_from <= day)
        .where(or_(col(UnitSpan.valid_to).is_(None), col(UnitSpan.valid_to) >= day))
        .order_by(col(Unit.code))
    ).all()
    return [(code, span) for code, span in rows]


def list_all_spans(session: Session) -> list[tuple[str, UnitSpan]]:
    """Give the code and every span of every unit that ever stood, the oldest first."""
    chosen = select(Unit.code, UnitSpan).join(Unit, col(Unit.id) == UnitSpan.unit_id)
    rows = session.exec(chosen.order_by(col(UnitSpan.valid_from), col(Unit.code))).all()
    return [(code, span) for code, span in rows]


def list_plan_periods(session: Session, directive: Directive) -> Sequence[Period]:
    """Give all periods of a directive, in or out of any scope."""
    return session.exec(select(Period).where(Period.directive_id == directive.id).order_by(col(Period.cutoff))).all()


def list_events(session: Session, first: date, last: date) -> Sequence[UnitEvent]:
    wanted = select(UnitEvent).where(UnitEvent.happened_on >= first, UnitEvent.happened_on <= last)
    return session.exec(wanted.order_by(col(UnitEvent.happened_on), col(UnitEvent.code))).all()


def list_relations(session: Session, directive_id: int) -> list[tuple[DirectiveRelation, Directive]]:
    rows = session.exec(
        select(DirectiveRelation, Directive)
        .join(Directive, col(Directive.id) == DirectiveRelation.other_id)
        .where(DirectiveRelation.directive_id == directive_id)
        .order_by(col(DirectiveRelation.id))
    ).all()
    return [(relation, other) for relation, other in rows]


def list_terms(session: Session) -> dict[tuple[str, str], Term]:
    return {(term.list, term.code): term for term in session.exec(select(Term))}
