"""What intake asks of the record and writes to it: receipts, what is owed, what was said before, what counts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy
from sqlalchemy import insert, tuple_, update
from sqlmodel import Session, SQLModel, col, func, or_, select

from models.directive import Directive, Indicator, Task, TaskIndicator
from models.period import Period
from models.queries.issuing import HistoryValue, history_value
from models.returns import (
    EffectiveReturn,
    Extension,
    Finding,
    Progress,
    Receipt,
    ReportedValue,
    Return,
)
from models.states import RECEIPT_MOVES, RETURN_MOVES, ReceiptState, ReturnState, ensure_move
from models.unit import Unit, UnitEvent, UnitSpan

OWN, CONSOLIDATED = "own", "consolidated"
_DECIDING = 0x646F6E646F63  # the name of the lock on PostgreSQL
NOT_OWED = (ReturnState.EXCUSED, ReturnState.SUPERSEDED)


@dataclass(frozen=True)
class PeriodOnRecord:
    """A period with its directive."""

    directive: Directive
    period: Period


@dataclass(frozen=True)
class Said:
    """What an accepted return says of an indicator."""

    value: Any
    numerator: Any
    denominator: Any
    marker: str | None


_SAID: tuple[Any, ...] = (
    ReportedValue.indicator_id,
    ReportedValue.value,
    ReportedValue.numerator,
    ReportedValue.denominator,
    ReportedValue.marker,
)


def unit_ids(session: Session) -> dict[str, int]:
    """Give the id of every unit by its code."""
    return {code: key for code, key in session.exec(select(Unit.code, Unit.id)) if key is not None}


def unit_names(session: Session, ids: Collection[int]) -> dict[int, set[str]]:
    """Give all names that each unit has borne, in both languages."""
    names: dict[int, set[str]] = {key: set() for key in ids}
    rows = session.exec(select(UnitSpan.unit_id, UnitSpan.name, UnitSpan.name_en).where(col(UnitSpan.unit_id).in_(ids)))
    for unit, *written in rows:
        names[unit].update(name for name in written if name)
    return names


def unanswered(session: Session) -> list[int]:
    """Give the receipts that are not decided, or decided but without a reply; in the order in which they came."""
    waiting = or_(col(Receipt.state) == ReceiptState.ARCHIVED, col(Receipt.reply).is_(None))
    return [key for key in session.exec(select(Receipt.id).where(waiting).order_by(col(Receipt.id))) if key]


def get_receipts(session: Session, ids: Collection[int], *, lock: bool = False) -> list[Receipt]:
    """Give receipts in the order in which they came.

    With `lock`, only those that wait for a decision, and no other collector decides until the transaction ends: two
    that decided versions of one return at once would each go by what the other is about to change. SQLite, with its
    one writer at a time, needs nothing for it.
    """
    wanted = select(Receipt).where(col(Receipt.id).in_(ids)).order_by(col(Receipt.id))
    if lock:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sqlalchemy.select(func.pg_advisory_xact_lock(_DECIDING)))
        wanted = wanted.where(col(Receipt.state) == ReceiptState.ARCHIVED)
    return list(session.exec(wanted))


def accepted_twins(session: Session, several: Collection[Receipt]) -> dict[int, Receipt]:
    """Give, by receipt, the one accepted earlier from the same unit with the same bytes."""
    known = _by_content(session, several, (ReceiptState.ACCEPTED,))
    return {one.id or 0: twins[-1] for one in several if (twins := known.get((one.unit_id, one.sha256)))}


def refused_twins(session: Session, several: Collection[Receipt]) -> dict[int, Receipt]:
    """Give, by receipt, an earlier one from the same unit with the same bytes that was sent back or held."""
    known = _by_content(session, several, (ReceiptState.REJECTED, ReceiptState.QUARANTINED))
    found: dict[int, Receipt] = {}
    for one in several:
        earlier = [twin for twin in known.get((one.unit_id, one.sha256), []) if (twin.id or 0) < (one.id or 0)]
        if earlier:
            found[one.id or 0] = earlier[-1]
    return found


def _by_content(
    session: Session, several: Collection[Receipt], states: Collection[ReceiptState]
) -> dict[tuple[int, str], list[Receipt]]:
    """Give the receipts in one of these states that have the bytes of some others, by unit and SHA-256."""
    rows = session.exec(
        select(Receipt)
        .where(col(Receipt.sha256).in_({one.sha256 for one in several}), col(Receipt.state).in_(states))
        .order_by(col(Receipt.id))
    )
    found: dict[tuple[int, str], list[Receipt]] = {}
    for one in rows:
        found.setdefault((one.unit_id, one.sha256), []).append(one)
    return found


def find_periods(session: Session, named: Collection[tuple[str, str]]) -> dict[tuple[str, str], PeriodOnRecord]:
    """Find periods by directive symbol and period code."""
    rows = session.exec(
        select(Directive, Period)
        .join(Period, col(Period.directive_id) == Directive.id)
        .where(tuple_(col(Directive.symbol), col(Period.code)).in_(list(named)))
    )
    return {(directive.symbol, period.code): PeriodOnRecord(directive, period) for directive, period in rows}


def find_returns(
    session: Session, period_ids: Collection[int], units: Collection[int]
) -> dict[tuple[int, int, str], Return]:
    """Find the ledger's rows by unit, period and kind."""
    rows = session.exec(select(Return).where(col(Return.period_id).in_(period_ids), col(Return.unit_id).in_(units)))
    return {(row.unit_id, row.period_id, row.kind): row for row in rows}


def find_extensions(session: Session, return_ids: Collection[int]) -> dict[int, date]:
    """Give the latest day granted for each return that has an extension."""
    rows = session.exec(
        select(Extension.return_id, func.max(Extension.until))
        .where(col(Extension.return_id).in_(return_ids))
        .group_by(col(Extension.return_id))
    )
    return {key: until for key, until in rows}  # noqa: C416  rows are no pairs to the type checker


def find_ending(session: Session, unit_id: int, cutoff: date) -> tuple[Unit, UnitEvent | None] | None:
    """Find the unit if it ended before the cut-off, and the event that ended it."""
    unit = session.exec(select(Unit).where(Unit.id == unit_id)).one()
    if unit.valid_to is None or unit.valid_to >= cutoff:
        return None
    events = session.exec(select(UnitEvent).where(UnitEvent.type.in_(("merge", "split", "dissolve"))))  # type: ignore[attr-defined]
    near = [event for event in events if unit.code in event.sources and unit.code not in event.targets]
    return unit, max(near, key=lambda event: event.happened_on, default=None)


def directive_tasks(session: Session, directive_id: int) -> dict[str, int]:
    """Give the ids of all tasks of a directive, retired ones too, by code."""
    rows = session.exec(select(Task.code, Task.id).where(Task.directive_id == directive_id))
    return {code: key for code, key in rows if key is not None}


def task_measures(session: Session, directive_id: int) -> dict[str, set[str]]:
    """Give by task code the codes of the indicators that measure it."""
    rows = session.exec(
        select(Task.code, Indicator.code)
        .join(TaskIndicator, col(TaskIndicator.task_id) == Task.id)
        .join(Indicator, col(Indicator.id) == TaskIndicator.indicator_id)
        .where(Task.directive_id == directive_id)
    )
    found: dict[str, set[str]] = {}
    for task, indicator in rows:
        found.setdefault(task, set()).add(indicator)
    return found


def all_indicators(session: Session) -> dict[str, Indicator]:
    """Give every indicator by its code."""
    return {indicator.code: indicator for indicator in session.exec(select(Indicator))}


def year_before(
    session: Session, period: Period, units: Collection[int]
) -> dict[tuple[int, str], dict[tuple[int, str], HistoryValue]]:
    """Give what each unit said in the same kind of period a year earlier, by indicator and line of its breakdown."""
    rows = session.exec(
        select(Return.unit_id, Return.kind, Period, ReportedValue)
        .join(EffectiveReturn, col(EffectiveReturn.return_id) == Return.id)
        .join(Period, col(Period.id) == Return.period_id)
        .join(ReportedValue, col(ReportedValue.receipt_id) == EffectiveReturn.receipt_id)
        .where(col(EffectiveReturn.until).is_(None), Period.kind == period.kind, Period.year == period.year - 1)
        .where(Period.mode == period.mode, col(Return.unit_id).in_(units))
    )
    found: dict[tuple[int, str], dict[tuple[int, str], HistoryValue]] = {}
    for unit, kind, earlier, said in rows:
        found.setdefault((unit, kind), {})[said.indicator_id, said.dimension] = history_value(earlier, said)
    return found


def texts_in_period(session: Session, period_id: int, kind: str) -> list[tuple[int, int, str]]:
    """Give unit, task and text of every progress in force in a period."""
    rows = session.exec(
        select(Return.unit_id, Progress.task_id, Progress.text)
        .join(EffectiveReturn, col(EffectiveReturn.return_id) == Return.id)
        .join(Progress, col(Progress.receipt_id) == EffectiveReturn.receipt_id)
        .where(col(EffectiveReturn.until).is_(None), Return.period_id == period_id, Return.kind == kind)
    )
    return [(unit, task, text) for unit, task, text in rows if text]


def own_values(session: Session, period_id: int) -> dict[int, dict[int, Said] | None]:
    """Give by unit what its own return in force says, by indicator; None for a unit that still owes it."""
    owed = select(Return).where(Return.period_id == period_id, Return.kind == OWN)
    rows = session.exec(owed.where(col(Return.state).not_in(NOT_OWED)))
    found: dict[int, dict[int, Said] | None] = {row.unit_id: None for row in rows}
    columns: tuple[Any, ...] = (Return.unit_id, *_SAID)
    counting = session.execute(
        sqlalchemy.select(*columns)
        .join(EffectiveReturn, col(EffectiveReturn.return_id) == Return.id)
        .outerjoin(ReportedValue, col(ReportedValue.receipt_id) == EffectiveReturn.receipt_id)
        .where(col(EffectiveReturn.until).is_(None), col(Return.period_id) == period_id)
        .where(col(Return.kind) == OWN)
        .where(or_(col(ReportedValue.dimension) == "", col(ReportedValue.id).is_(None)))
    )
    for unit, indicator, *said in counting:
        values = found.get(unit) or {}
        if indicator is not None:
            values[indicator] = Said(*said)
        found[unit] = values
    return found


def decide(receipt: Receipt, state: ReceiptState) -> None:
    """Move a receipt to its final state, once. Raises StatusError."""
    receipt.state = ensure_move(RECEIPT_MOVES, receipt.state, state)


def receive(owed: Return, state: ReturnState) -> None:
    """Move a return to accepted or rejected; a return that is accepted stays so when a correction is refused."""
    if owed.state is ReturnState.ACCEPTED and state is ReturnState.REJECTED:
        return
    if owed.state is not ReturnState.RECEIVED:
        owed.state = ensure_move(RETURN_MOVES, owed.state, ReturnState.RECEIVED)
    owed.state = ensure_move(RETURN_MOVES, owed.state, state)


def first_arrivals(session: Session, return_ids: Collection[int]) -> dict[int, datetime]:
    """Give when the first readable file for each return came, accepted or not: what counts for being on time."""
    rows = session.exec(
        select(Receipt.return_id, Receipt.received_at)
        .where(col(Receipt.return_id).in_(return_ids))
        .order_by(col(Receipt.received_at).desc())
    )
    return {key: at for key, at in rows if key is not None}


def count_files(session: Session, return_ids: Collection[int]) -> dict[int, int]:
    """Count the files that came for each return, copies not counted."""
    rows = session.exec(
        select(Receipt.return_id, func.count())
        .where(col(Receipt.return_id).in_(return_ids), col(Receipt.state) != ReceiptState.DUPLICATE)
        .group_by(col(Receipt.return_id))
    )
    return {key: count for key, count in rows if key is not None}


def insert_rows(session: Session, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert many rows at once; every row must have the same keys."""
    if rows:
        # Of the table, not the model: the model leaves empty columns out, and falls apart into many statements.
        session.execute(insert(table.__table__), [dict(row) for row in rows])  # type: ignore[attr-defined]


def insert_findings(session: Session, findings: Mapping[int, Iterable[Finding]]) -> None:
    """Write the findings of receipts, given by receipt."""
    fields = ("check", "severity", "sheet", "cell", "value", "values")
    rows = [
        {"receipt_id": key} | {name: getattr(one, name) for name in fields}
        for key, several in findings.items()
        for one in several
    ]
    insert_rows(session, Finding, rows)


def findings_of(session: Session, ids: Collection[int]) -> dict[int, list[Finding]]:
    """Give the findings of receipts, in the order in which they were written."""
    found: dict[int, list[Finding]] = {key: [] for key in ids}
    rows = session.exec(select(Finding).where(col(Finding.receipt_id).in_(ids)).order_by(col(Finding.id)))
    for row in rows:
        if row.receipt_id is not None:
            found[row.receipt_id].append(row)
    return found


def set_reply(session: Session, receipt_id: int, reply: str) -> None:
    """Say which file in the outbox answers a receipt."""
    session.execute(update(Receipt).where(col(Receipt.id) == receipt_id).values(reply=reply))


@dataclass(frozen=True)
class Decided:
    """A receipt with the words an office knows it by."""

    receipt: Receipt
    unit: str
    unit_name: str | None
    directive: str | None
    period: str | None
    kind: str | None
    due: date | None  # with an extension, if one was granted


def decided(session: Session, ids: Collection[int]) -> list[Decided]:
    """Give receipts with unit, directive, period and kind, in the order in which they came."""
    columns: tuple[Any, ...] = (Receipt, Unit.code, Directive.symbol, Period.code, Return.kind, Return.due)
    rows = session.execute(
        sqlalchemy.select(*columns)
        .join(Unit, col(Unit.id) == Receipt.unit_id)
        .outerjoin(Return, col(Return.id) == Receipt.return_id)
        .outerjoin(Period, col(Period.id) == Return.period_id)
        .outerjoin(Directive, col(Directive.id) == Return.directive_id)
        .where(col(Receipt.id).in_(ids))
        .order_by(col(Receipt.id))
    ).all()
    names = _newest_names(session, {row[0].unit_id for row in rows})
    granted = find_extensions(session, {row[0].return_id for row in rows if row[0].return_id})
    return [
        Decided(receipt, unit, names.get(receipt.unit_id), symbol, period, kind,
                due and max(due, granted.get(receipt.return_id, due)))
        for receipt, unit, symbol, period, kind, due in rows
    ]  # fmt: skip


def count_unavailable(session: Session, ids: Collection[int]) -> dict[int, int]:
    """Count by receipt the indicators that have no figure (KCS)."""
    rows = session.exec(
        select(ReportedValue.receipt_id, func.count())
        .where(col(ReportedValue.receipt_id).in_(ids), ReportedValue.marker == "KCS")
        .group_by(col(ReportedValue.receipt_id))
    )
    return dict.fromkeys(ids, 0) | dict(rows.all())


def count_rows(session: Session, ids: Collection[int], tables: Mapping[str, Any]) -> dict[int, dict[str, int]]:
    """Count what receipts brought: by receipt, and by the name each table is given here."""
    found: dict[int, dict[str, int]] = {key: {} for key in ids}
    for name, table in tables.items():
        rows = session.exec(
            select(table.receipt_id, func.count()).where(table.receipt_id.in_(ids)).group_by(table.receipt_id)
        )
        for key, count in rows:
            found[key][name] = count
    return found


def _newest_names(session: Session, ids: Collection[int]) -> dict[int, str]:
    spans = session.exec(select(UnitSpan).where(col(UnitSpan.unit_id).in_(ids)).order_by(col(UnitSpan.valid_from)))
    return {span.unit_id: span.name for span in spans}
