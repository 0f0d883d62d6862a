"""What accepted returns say of tasks, line by line, as known at a time: progress, documents, figures."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from models.assignment import Assignment
from models.directive import Indicator, Task, TaskIndicator
from models.period import Period
from models.queries.figures import in_force
from models.queries.reviewing import Scope
from models.returns import EffectiveReturn, Evidence, Progress, Receipt, ReportedValue, Return, receipt_number
from models.unit import Unit

LEAD = "lead"
Place = tuple[str, str, str, int, date, str]


@dataclass(frozen=True)
class AskedTask:
    """A task of the plan with the codes of the indicators that measure it."""

    code: str
    clause: str | None
    kind: str
    title: str
    start: date
    due: date | None
    recurrence: str | None
    indicators: frozenset[str]
    title_en: str | None = None


@dataclass(frozen=True)
class Lead:
    """A unit leads a task from a day on, as long as the plan's rule meets it."""

    unit: str
    task: str
    since: date


class Sign(NamedTuple):  # of which a review reads hundreds of thousands: a dataclass takes thrice as long to make
    """One line of an accepted return: `subject` is a task's or an indicator's code, `word` a status or a kind of
    document, `value` a figure's."""

    by: Literal["progress", "evidence", "figure"]
    unit: str
    kind: str  # of the return: own, consolidated
    period: str
    year: int
    cutoff: date
    receipt: str
    subject: str
    word: str = ""
    done_on: date | None = None
    title: str | None = None
    number: str | None = None
    issued_on: date | None = None
    value: Decimal | None = None


def list_asked_tasks(session: Session, directive_id: int) -> list[AskedTask]:
    """Give the tasks of the newest plan, in its order."""
    measured: dict[int, set[str]] = defaultdict(set)
    links = select(col(TaskIndicator.task_id), col(Indicator.code)).join(
        Indicator, col(Indicator.id) == col(TaskIndicator.indicator_id)
    )
    for task_id, code in session.execute(links).tuples():
        measured[task_id].add(code)
    wanted = select(Task).where(col(Task.directive_id) == directive_id, col(Task.retired).is_(False))
    return [
        AskedTask(one.code, one.clause, one.kind, one.title, one.start, one.due, one.recurrence,
                  frozenset(measured[one.id or 0]), one.title_en)
        for one in session.execute(wanted.order_by(col(Task.id))).scalars()
    ]  # fmt: skip


def list_leads_on(session: Session, directive_id: int, day: date) -> list[Lead]:
    """Give who leads which task on a day, and since when."""
    until = col(Assignment.valid_to)
    query = (
        select(col(Unit.code), col(Task.code), col(Assignment.valid_from))
        .select_from(Assignment)
        .join(Task, col(Task.id) == col(Assignment.task_id))
        .join(Unit, col(Unit.id) == col(Assignment.unit_id))
        .where(col(Task.directive_id) == directive_id, col(Assignment.role) == LEAD, col(Task.start) <= day)
        .where(col(Task.retired).is_(False), col(Assignment.valid_from) <= day, until.is_(None) | (until >= day))
        .order_by(col(Unit.code), col(Task.id))
    )
    return [Lead(*row) for row in session.execute(query).tuples()]


def list_progress_signs(session: Session, scope: Scope) -> list[Sign]:
    """Give every word on a task, the earliest period first."""
    chosen = _said(scope, Progress, col(Task.code), col(Progress.status), col(Progress.done_on))
    query = chosen.join(Task, col(Task.id) == col(Progress.task_id))
    return [
        Sign("progress", *place, subject=row[4], word=row[5], done_on=row[6])
        for place, row in _placed(session, query, scope)
    ]


def list_evidence_signs(session: Session, scope: Scope) -> list[Sign]:
    """Give every document that a return names, the earliest period first."""
    told = (Evidence.subject, Evidence.type, Evidence.title, Evidence.number, Evidence.issued_on)
    query = _said(scope, Evidence, *(col(one) for one in told))
    return [
        Sign("evidence", *place, subject=row[4], word=row[5], title=row[6], number=row[7], issued_on=row[8])
        for place, row in _placed(session, query, scope)
    ]


def list_figure_signs(session: Session, scope: Scope, indicators: Iterable[str]) -> list[Sign]:
    """Give what was reported for some indicators, without their dimensions; markers have no figure."""
    query = (
        _said(scope, ReportedValue, col(Indicator.code), col(ReportedValue.value))
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .where(col(Indicator.code).in_(sorted(indicators)), col(ReportedValue.dimension) == "")
        .where(col(ReportedValue.value).is_not(None))
    )
    return [Sign("figure", *place, subject=row[4], value=row[5]) for place, row in _placed(session, query, scope)]


def _said(scope: Scope, table: Any, *columns: Any) -> Select[Any]:
    """Select lines of the returns that counted at the time of the scope, with where they stand."""
    return (
        select(col(Unit.code), col(Return.kind), col(Period.code), col(Receipt.id), *columns)
        .select_from(table)
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == table.receipt_id)
        .join(Receipt, col(Receipt.id) == table.receipt_id)
        .join(Return, col(Return.id) == col(EffectiveReturn.return_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .where(col(Return.period_id).in_(scope.period_ids), in_force(scope.as_at))
        .order_by(col(Unit.code), table.id)
    )


def _placed(session: Session, query: Select[Any], scope: Scope) -> Iterator[tuple[Place, Any]]:
    """Give lines by period with where each stands: unit, kind, period, its year and cut-off, receipt."""
    whens = {period.code: (period.code, period.year, period.cutoff) for period in scope.periods}
    for row in sorted(session.execute(query).all(), key=lambda row: scope.places[row[2]]):
        yield (row[0], row[1], *whens[row[2]], receipt_number(row[3])), row
