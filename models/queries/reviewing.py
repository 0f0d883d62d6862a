"""What a review and the board read from the record: words, statuses and counts, as known at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import sqlalchemy
from sqlalchemy import Row, Select, func
from sqlmodel import Session, col, select

from models.directive import Directive, Task
from models.notice import Digest, Notice, NoticeDigest
from models.period import Period
from models.queries.figures import in_force
from models.returns import EffectiveReturn, Evidence, Finding, Progress, Receipt, Return, Shortcoming, Statement
from models.states import DigestState
from models.unit import Unit


@dataclass(frozen=True)
class Scope:
    """Which returns are read: those of some periods of a directive, as known at a time; the periods by cut-off."""

    directive: Directive
    periods: tuple[Period, ...]
    as_at: datetime

    @property
    def period_ids(self) -> list[int]:
        return [period.id or 0 for period in self.periods]

    @cached_property
    def by_code(self) -> dict[str, Period]:
        return {period.code: period for period in self.periods}

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each period stands by its cut-off as it was known; the table may say another one now."""
        return {period.code: at for at, period in enumerate(self.periods)}


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
class SaidProgress:
    """What a unit said of one of its tasks."""

    unit: str
    period: str
    task: str
    text: str


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


def list_shortcomings(session: Session, scope: Scope) -> list[SaidShortcoming]:
    task_code = select(Task.code).where(Task.id == Shortcoming.task_id).correlate(Shortcoming).scalar_subquery()
    names = ("code", "text", "cause_type", "cause_code", "remedy")
    rows = _said(session, scope, Shortcoming, task_code, *_columns(Shortcoming, names))
    return [SaidShortcoming(*row) for row in rows]


def list_statements(session: Session, scope: Scope) -> list[Said]:
    names = ("kind", "text", "addressee", "level", "collectives", "individuals")
    return [Said(*row) for row in _said(session, scope, Statement, *_columns(Statement, names))]


def list_progress_texts(session: Session, scope: Scope) -> list[SaidProgress]:
    """Give what units said of their tasks in words, by period; a status alone says nothing here."""
    task_code = select(Task.code).where(Task.id == Progress.task_id).correlate(Progress).scalar_subquery()
    rows = _said(session, scope, Progress, task_code, col(Progress.text))
    return [SaidProgress(*row) for row in rows if row[3]]


def list_evidence(session: Session, scope: Scope) -> list[ShownEvidence]:
    names = ("subject", "type", "title", "number", "issued_on")
    return [ShownEvidence(*row) for row in _said(session, scope, Evidence, *_columns(Evidence, names))]


def select_columns(*columns: Any) -> Select[Any]:
    """Select any number of columns; sqlmodel's own `select` is typed for four at most."""
    return sqlalchemy.select(*columns)


def _columns(table: Any, names: Iterable[str]) -> list[Any]:
    return [getattr(table, name) for name in names]


def _rows(session: Session, statement: Select[Any]) -> list[Row[Any]]:
    return list(session.connection().execute(statement).all())


def _said(session: Session, scope: Scope, table: Any, *columns: Any) -> list[Row[Any]]:
    """Give unit, period and some columns of the lines that stand in effective returns of the scope, by period."""
    query = (
        select_columns(Unit.code, Period.code, *columns)
        .select_from(table)
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == table.receipt_id)
        .join(Return, col(Return.id) == EffectiveReturn.return_id)
        .join(Period, col(Period.id) == Return.period_id)
        .join(Unit, col(Unit.id) == Return.unit_id)
        .where(col(Return.period_id).in_(scope.period_ids), in_force(scope.as_at))
        .order_by(col(Unit.code), col(Return.kind), col(table.row))
    )
    return sorted(_rows(session, query), key=lambda row: scope.places[row[1]])


def count_findings(session: Session, scope: Scope) -> list[Row[Any]]:
    """Give check, severity, count of findings and count of units, over all files that arrived for the scope."""
    counted = _rows(
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
        .group_by(Finding.check, Finding.severity),
    )
    return sorted(counted, key=lambda row: (-row[2], row[0], row[1]))


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


def count_reminders(session: Session, scope: Scope) -> int:
    """Give how many messages about returns of the scope were sent by then."""
    counted = (
        select(func.count(func.distinct(Digest.id)))
        .select_from(Notice)
        .join(NoticeDigest, col(NoticeDigest.notice_id) == Notice.id)
        .join(Digest, col(Digest.id) == NoticeDigest.digest_id)
        .join(Return, col(Return.id) == Notice.return_id)
        .where(col(Return.period_id).in_(scope.period_ids), col(Digest.state) == DigestState.SENT)
        .where(col(Digest.sent_at) <= scope.as_at)
    )
    return session.exec(counted).one()
