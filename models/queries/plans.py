"""A plan put on record: its version, documents, tasks and terms, who has to do what, and the ledger."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from models.addressing import days_met
from models.assignment import Assignment
from models.directive import Directive, DirectiveRelation, Indicator, PlanVersion, Task, TaskIndicator, Term
from models.plan import (
    Change,
    PlanContent,
    PlanDocument,
    PlanIndicator,
    PlanTask,
    PlanTerm,
    changes_between,
    conflicts_between,
    content_hash,
    plan_from_json,
    plan_to_json,
)
from models.queries.crosswalk import record_links
from models.queries.known import organise
from models.queries.ledger import Ledger, count_owed, record_ledger
from models.queries.units import UnitsOnRecord, record_units
from models.unit_history import History
from models.workdays import WorkCalendar


@dataclass(frozen=True)
class PlanOutcome:
    """What became of a plan; `returns_owed` counts what is owed over all periods, `excused` rows are beside it."""

    directive: str
    version: int
    tasks: int
    assignments: int
    returns_owed: int
    excused: int
    changed: bool
    changes: tuple[Change, ...]


def record_plan(
    session: Session, content: PlanContent, *, sha256: str, now: datetime, calendar: WorkCalendar | None = None
) -> PlanOutcome:
    """Put a checked plan on record in the session's transaction; the same plan again changes nothing.

    Raises ConflictError where its units and those of the other plans cannot both be true.
    """
    directive = find_directive(session, content.directive.symbol)
    latest = _find_latest(session, directive)
    if latest and directive and plan_from_json(latest.content) == content:
        return _outcome(session, directive, latest.number, changed=False)
    others = _other_plans(session, directive)
    changes = _changes(latest, others, content)
    organisation = organise([*others.values(), content])
    directive = _record_documents(session, content.documents)
    number = (latest.number if latest else 0) + 1
    cause = _add_version(session, directive, number, content, sha256, now, changes)
    on_record = record_units(
        session, organisation.units, organisation.events, organisation.history, organisation.contacts
    )
    _record_definitions(session, content.indicators, content.terms)
    record_links(session, cause, content.crosswalk)
    _record_tasks(session, directive, content.tasks)
    affected = others if on_record.has_moved else {}
    for directive_id, plan in {**affected, _id(directive): content}.items():
        version = number if directive_id == directive.id else _latest_number(session, directive_id)
        _record_assignments(session, directive_id, plan.tasks, organisation.history, on_record)
        events = {event.code: event for event in organisation.events}
        ledger = Ledger(directive_id, version, cause, plan.periods, organisation.history, on_record, events)
        record_ledger(session, ledger, now=now, calendar=calendar or WorkCalendar())
    return _outcome(session, directive, number, changed=True, changes=tuple(changes))


def find_directive(session: Session, symbol: str) -> Directive | None:
    """Find a document by its folded symbol."""
    return session.exec(select(Directive).where(Directive.symbol == symbol)).one_or_none()


def _versions(directive_id: int) -> Any:
    newest_first = col(PlanVersion.number).desc()
    return select(PlanVersion).where(PlanVersion.directive_id == directive_id).order_by(newest_first)


def _find_latest(session: Session, directive: Directive | None) -> PlanVersion | None:
    found: PlanVersion | None = session.exec(_versions(_id(directive))).first() if directive else None
    return found


def _latest_number(session: Session, directive_id: int) -> int:
    query = select(func.max(PlanVersion.number)).where(PlanVersion.directive_id == directive_id)
    return session.exec(query).one() or 0


def _id(row: Directive | Task | Indicator | PlanVersion) -> int:
    if row.id is None:
        raise ValueError(row)
    return row.id


def _other_plans(session: Session, directive: Directive | None) -> dict[int, PlanContent]:
    """Give the newest plan of every other directive, the one recorded last at the end."""
    newest: dict[int, PlanVersion] = {}
    for version in session.exec(select(PlanVersion).order_by(col(PlanVersion.id))).all():
        newest.pop(version.directive_id, None)
        newest[version.directive_id] = version
    if directive:
        newest.pop(_id(directive), None)
    return {key: plan_from_json(version.content) for key, version in newest.items()}


def _changes(latest: PlanVersion | None, others: Mapping[int, PlanContent], content: PlanContent) -> list[Change]:
    changes = changes_between(plan_from_json(latest.content), content) if latest else []
    for other in others.values():
        changes += conflicts_between(other, content)
    return list({str(change): change for change in changes}.values())


def _record_documents(session: Session, documents: tuple[PlanDocument, ...]) -> Directive:
    """Write the directive and what it cites; a cited document with a plan of its own is left as that plan says."""
    first, *cited = documents
    directive = _write_document(session, first, tracked=True)
    stored = session.exec(select(DirectiveRelation).where(DirectiveRelation.directive_id == directive.id)).all()
    for relation in stored:
        session.delete(relation)
    session.flush()
    for document in cited:
        other = find_directive(session, document.symbol)
        if document.issued_on and not (other and other.tracked):
            other = _write_document(session, document, tracked=False)
        if other and document.relation:  # one of unknown date that nobody has on record stands in the plan only
            session.add(
                DirectiveRelation(
                    directive_id=_id(directive), other_id=_id(other), type=document.relation,
                    quote=document.quote, inferred=document.inferred,
                )
            )  # fmt: skip
    session.flush()
    return directive


def _write_document(session: Session, document: PlanDocument, *, tracked: bool) -> Directive:
    values = document_values(document, tracked=tracked)
    row = find_directive(session, document.symbol)
    row = row.sqlmodel_update(values) if row else Directive(**values)
    session.add(row)
    session.flush()
    return row


def document_values(document: PlanDocument, *, tracked: bool) -> dict[str, Any]:
    """Give a document of a plan as the columns of its row."""
    names = ("symbol", "symbol_written", "type", "issuer", "issued_on", "title")
    return {**{name: getattr(document, name) or "" for name in names}, "tracked": tracked}


def _add_version(
    session: Session, directive: Directive, number: int, content: PlanContent, sha256: str, now: datetime,
    changes: Iterable[Change],
) -> int:  # fmt: skip
    version = PlanVersion(
        directive_id=_id(directive), number=number, sha256=sha256, content_hash=content_hash(content),
        content=plan_to_json(content), changes=[str(change) for change in changes], recorded_at=now,
    )  # fmt: skip
    session.add(version)
    session.flush()
    return _id(version)


def _record_definitions(session: Session, indicators: tuple[PlanIndicator, ...], terms: tuple[PlanTerm, ...]) -> None:
    """Write indicators and terms by their permanent codes; none is ever deleted, since figures may name it."""
    stored = {row.code: row for row in session.exec(select(Indicator)).all()}
    for position, indicator in enumerate(indicators):
        values = {**asdict(indicator), "position": position}
        row = stored.get(indicator.code)
        session.add(row.sqlmodel_update(values) if row else Indicator(**values))
    words = {(row.list, row.code): row for row in session.exec(select(Term)).all()}
    for position, term in enumerate(terms):
        values = {**asdict(term), "position": position}
        word = words.get((term.list, term.code))
        session.add(word.sqlmodel_update(values) if word else Term(**values))
    session.flush()


def _record_tasks(session: Session, directive: Directive, tasks: tuple[PlanTask, ...]) -> None:
    """Write the tasks; one that the plan no longer has is retired, never deleted."""
    stored = {row.code: row for row in session.exec(select(Task).where(Task.directive_id == directive.id)).all()}
    for code, row in stored.items():
        row.retired = code not in {task.code for task in tasks}
    for task in tasks:
        row = stored.get(task.code) or Task(directive_id=_id(directive), **_task_values(task))
        row.sqlmodel_update(_task_values(task))
        session.add(row)
        stored[task.code] = row
    session.flush()
    ids = dict(session.exec(select(Indicator.code, Indicator.id)).all())
    session.execute(delete(TaskIndicator).where(col(TaskIndicator.task_id).in_([row.id for row in stored.values()])))
    pairs = [{"task_id": stored[t.code].id, "indicator_id": ids[code]} for t in tasks for code in t.indicators]
    if pairs:
        session.execute(insert(TaskIndicator), pairs)


def _task_values(task: PlanTask) -> dict[str, Any]:
    values = asdict(task)
    for role in ("lead", "coordinate", "monitor"):
        values[f"{role}_rule"] = values.pop(role)
    del values["indicators"]
    return {**values, "retired": False}


def _record_assignments(
    session: Session, directive_id: int, tasks: tuple[PlanTask, ...], history: History, on_record: UnitsOnRecord
) -> None:
    ids = dict(session.exec(select(Task.code, Task.id).where(Task.directive_id == directive_id)).all())
    session.execute(delete(Assignment).where(col(Assignment.task_id).in_(ids.values())))
    rows = [
        {"task_id": ids[task.code], "unit_id": on_record.units[met.unit], "role": role,
         "valid_from": met.valid_from, "valid_to": met.valid_to}
        for task in tasks
        for role, rule in task.rules
        for met in days_met(rule, history, task.start)
    ]  # fmt: skip
    if rows:
        session.execute(insert(Assignment), rows)


def _outcome(
    session: Session, directive: Directive, version: int, *, changed: bool, changes: tuple[Change, ...] = ()
) -> PlanOutcome:
    of_directive = select(func.count()).select_from(Task).where(Task.directive_id == directive.id)
    tasks = session.exec(of_directive.where(~col(Task.retired))).one()
    joined = select(func.count()).select_from(Assignment).join(Task, col(Task.id) == col(Assignment.task_id))
    assignments = session.exec(joined.where(Task.directive_id == directive.id)).one()
    owed, excused = count_owed(session, _id(directive))
    return PlanOutcome(directive.symbol, version, tasks, assignments, owed, excused, changed, changes)
