"""A copy of the record without what its files said, and the ledger brought forward in it as it once was."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import delete, func, update
from sqlmodel import Session, SQLModel, col, select

from models.queries.receipts import NOT_OWED
from models.returns import (
    EffectiveReturn,
    Evidence,
    Extension,
    Finding,
    LedgerChange,
    Progress,
    Receipt,
    ReportedValue,
    Return,
    Shortcoming,
    Statement,
)
from models.states import ReceiptState, ReturnState

SAID_BY_FILES = (Finding, EffectiveReturn, Progress, ReportedValue, Evidence, Shortcoming, Statement)
DECIDED = ("return_id", "revision", "days_late", "template", "filled", "required", "quality", "duplicate_of")


@dataclass(frozen=True)
class RowOfLedger:
    """What a plan or a person made of a return at a time; a state of files is none of theirs."""

    due: date
    state: ReturnState
    reason: str | None
    event_id: int | None


@dataclass(frozen=True)
class Step:
    """Something that a plan or a person did to the ledger: a row changed, or a later day granted."""

    at: datetime
    return_id: int
    before: RowOfLedger | None = None
    after: RowOfLedger | None = None
    extension: dict[str, Any] | None = None


def decided_batches(session: Session, most: int) -> list[list[int]]:
    """Give the receipts that are decided, as they came: those of one moment together, at most so many."""
    query = select(Receipt.received_at, Receipt.id).where(Receipt.state != ReceiptState.ARCHIVED)
    rows = session.exec(query.order_by(col(Receipt.received_at), col(Receipt.id))).all()
    moments = [[key or 0 for _, key in group] for _, group in groupby(rows, key=lambda row: row[0])]
    return [ids[start : start + most] for ids in moments for start in range(0, len(ids), most)]


def forget_files(session: Session) -> list[Step]:
    """Take out of a copy all that files said, bring the ledger to its beginning; give what was done to it since."""
    steps = sorted([*_take_ledger_back(session), *_take_extensions(session)], key=lambda step: step.at)
    for table in SAID_BY_FILES:
        session.execute(delete(table))
    session.execute(update(Receipt).values(state=ReceiptState.ARCHIVED, **dict.fromkeys(DECIDED)))
    session.flush()
    return steps


def _take_ledger_back(session: Session) -> Iterator[Step]:
    changes: dict[int, list[LedgerChange]] = defaultdict(list)
    for change in session.exec(select(LedgerChange).order_by(col(LedgerChange.id))):
        changes[change.return_id].append(change)
    for row in session.exec(select(Return)):
        states = [*map(_row_of, changes[row.id or 0]), _row_of(row)]
        for change, before, after in zip(changes[row.id or 0], states, states[1:], strict=False):
            yield Step(change.recorded_at, row.id or 0, before, after)
        first = states[0]
        row.due, row.reason, row.event_id, row.first_received_at = first.due, first.reason, first.event_id, None
        row.state = first.state if first.state in NOT_OWED else ReturnState.OWED


def _row_of(said: Return | LedgerChange) -> RowOfLedger:
    return RowOfLedger(said.due, said.state, said.reason, said.event_id)


def _take_extensions(session: Session) -> Iterator[Step]:
    for one in session.exec(select(Extension)).all():
        yield Step(one.recorded_at, one.return_id, extension=one.model_dump())
        session.delete(one)


def take_step(session: Session, step: Step) -> None:
    """Do to the ledger of a copy what was done to it then."""
    if step.extension is not None:
        session.add(Extension(**step.extension))
    if step.before is None or step.after is None:
        return
    row = session.get_one(Return, step.return_id)
    row.due, row.reason, row.event_id = step.after.due, step.after.reason, step.after.event_id
    if step.after.state in NOT_OWED:
        row.state = step.after.state
    elif step.before.state in NOT_OWED:
        row.state = ReturnState.OWED


COMPARED = ("receipt", "value", "progress", "finding", "return", "counting")
Facts = dict[tuple[Any, ...], tuple[Any, ...]]


def facts_of_receipts(session: Session, ids: Collection[int]) -> dict[str, Facts]:
    """Give what stands on receipts and what their files said, keyed so that two records can be held together."""
    return {
        "receipt": _facts(session, Receipt, ids, ("id",), ("state", *DECIDED)),
        "value": _facts(
            session, ReportedValue, ids, ("receipt_id", "indicator_id", "dimension"),
            ("value", "numerator", "denominator", "marker", "sheet", "cell"),
        ),
        "progress": _facts(
            session, Progress, ids, ("receipt_id", "task_id", "sheet", "row"), ("status", "done_on", "percent", "text")
        ),
        "finding": _findings(session, ids),
    }  # fmt: skip


def _findings(session: Session, ids: Collection[int]) -> Facts:
    """Two alike on one receipt are two: they are counted."""
    said = (Finding.receipt_id, Finding.check, Finding.severity, Finding.sheet, Finding.cell, Finding.value)
    query = select(*said, func.count()).where(col(Finding.receipt_id).in_(ids)).group_by(*said)  # type: ignore[call-overload]
    facts: dict[tuple[Any, ...], list[str]] = defaultdict(list)
    for receipt, check, severity, sheet, cell, value, count in session.execute(query):
        facts[receipt, check, sheet or "", cell or ""].append(f"{severity} {value or ''} ({count})")
    return {key: tuple(sorted(alike)) for key, alike in facts.items()}


def facts_of_returns(session: Session) -> dict[str, Facts]:
    """Give where each return stands, and which receipt counts for it."""
    counting = select(EffectiveReturn).where(col(EffectiveReturn.until).is_(None))
    return {
        "return": {(row.id,): (row.state, row.due, row.first_received_at) for row in session.exec(select(Return))},
        "counting": {(row.return_id,): (row.receipt_id, row.since) for row in session.exec(counting)},
    }


def _facts(
    session: Session, table: type[SQLModel], ids: Collection[int], keys: tuple[str, ...], values: tuple[str, ...]
) -> Facts:
    columns = table.__table__.c  # type: ignore[attr-defined]
    query = select(*(columns[name] for name in (*keys, *values))).where(columns[keys[0]].in_(ids))
    return {tuple(row[: len(keys)]): tuple(row[len(keys) :]) for row in session.execute(query)}
