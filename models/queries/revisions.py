"""What a correction changed: the cells of a return against those of the revision that counted before it."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from models.directive import Indicator, Task
from models.returns import EffectiveReturn, Evidence, Progress, ReportedValue, Shortcoming, Statement

Value = str | Decimal | date | int | None


@dataclass(frozen=True)
class Change:
    """One cell that differs; `before` or `after` is None where there was or is nothing."""

    sheet_key: str  # of the return layout: progress, measures, evidence, shortcomings, statements
    sheet: str  # name in the newer file; in the older one of a line that is gone
    cell: str | None  # address in the newer file, or its row ("7:7"); None for a line that is gone
    subject: str  # code of the task or indicator, or the number of the line
    column: str  # key of the column in the layout
    before: Value
    after: Value


@dataclass(frozen=True)
class Line:
    """A line of a return; `places` has the addresses of those columns whose cell is on record."""

    subject: str
    sheet: str
    row: int
    values: Mapping[str, Value]
    places: Mapping[str, str | None]

    def place(self, column: str) -> str:
        return self.places.get(column) or f"{self.row}:{self.row}"

    def filled(self) -> dict[str, Value]:
        return {column: value for column, value in self.values.items() if value is not None}


Lines = dict[int, list[Line]]  # by receipt, in the order of the rows
Pair = tuple[Line | None, Line | None]  # before, after
_PROGRESS = ("status", "done_on", "percent")
_MEASURES = ("value", "numerator", "denominator", "marker", "explanation")
_EVIDENCE = ("subject", "type", "title", "number", "issued_on", "link")
_SHORTCOMINGS = ("code", "text", "cause_type", "cause_code", "remedy", "remedy_due")
_STATEMENTS = ("kind", "text", "addressee", "reason", "level", "collectives", "individuals", "decision")


def find_changes(session: Session, receipt_ids: Collection[int]) -> dict[int, tuple[Change, ...]]:
    """Give by receipt what it changed against the one that counted for the same return before it, sheet by sheet.

    A first revision and a receipt that never counted have nothing to compare and are left out. A line that only
    moved is no change; of one that is gone every filled cell is told.
    """
    before = _counted_before(session, receipt_ids)
    wanted = {*before, *before.values()}
    found: dict[int, list[Change]] = {key: [] for key in before}
    for key, (load, pair) in _SHEETS.items():
        lines = load(session, wanted) if wanted else {}
        for newer, older in before.items():
            pairs = pair(lines.get(older, []), lines.get(newer, []))
            found[newer] += [change for one in pairs for change in _compare(key, *one)]
    return {key: tuple(changes) for key, changes in found.items()}


def _counted_before(session: Session, receipt_ids: Collection[int]) -> dict[int, int]:
    """Give by receipt the one that it took the place of."""
    of = select(EffectiveReturn.return_id).where(col(EffectiveReturn.receipt_id).in_(receipt_ids))
    rows = session.exec(
        select(EffectiveReturn.return_id, EffectiveReturn.receipt_id)
        .where(col(EffectiveReturn.return_id).in_(of))
        .order_by(col(EffectiveReturn.id))
    )
    newest: dict[int, int] = {}
    found: dict[int, int] = {}
    for owed, receipt in rows:
        if receipt in receipt_ids and owed in newest:
            found[receipt] = newest[owed]
        newest[owed] = receipt
    return found


def _compare(key: str, before: Line | None, after: Line | None) -> Iterator[Change]:
    line = after or before
    if line is None:
        return
    for column in line.values:
        was, now = (one.values[column] if one else None for one in (before, after))
        if was != now:
            cell = after.place(column) if after else None
            yield Change(key, line.sheet, cell, line.subject, column, was, now)


# --- which line answers to which ------------------------------------------------------------------------------


def _by_subject(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Pair]:
    """Pair lines of the same task or indicator; what is asked no more comes last."""
    earlier = {line.subject: line for line in before}
    yield from ((earlier.pop(line.subject, None), line) for line in after)
    yield from ((line, None) for line in earlier.values())


def _by_content(before: Sequence[Line], after: Sequence[Line]) -> Iterator[Pair]:
    """Leave out lines that say the same wherever they stand; pair the others with those most like them."""
    gone, fresh = _without_same(before, after), _without_same(after, before)
    for line in fresh:
        nearest = max(gone, key=lambda one: _same_cells(one, line), default=None)
        if nearest is not None and _is_alike(nearest, line):
            gone.remove(nearest)
            yield nearest, line
        else:
            yield None, line
    yield from ((line, None) for line in gone)


def _without_same(lines: Sequence[Line], others: Sequence[Line]) -> list[Line]:
    said = Counter(_content(line) for line in others)
    left: list[Line] = []
    for line in lines:
        if said[_content(line)]:
            said[_content(line)] -= 1
        else:
            left.append(line)
    return left


def _content(line: Line) -> tuple[Value, ...]:
    return tuple(line.values.values())


def _same_cells(one: Line, other: Line) -> int:
    return len(one.filled().items() & other.filled().items())


def _is_alike(one: Line, other: Line) -> bool:
    """Whether at least half of what the fuller line says is the same: else it is another line, not a corrected one."""
    return _same_cells(one, other) * 2 >= max(len(one.filled()), len(other.filled()))


# --- the lines on record --------------------------------------------------------------------------------------


def _progress(session: Session, receipts: Collection[int]) -> Lines:
    rows = session.exec(
        select(Progress, Task.code)
        .join(Task, col(Task.id) == Progress.task_id)
        .where(col(Progress.receipt_id).in_(receipts))
        .order_by(col(Progress.id))
    )
    return _grouped((said.receipt_id, _task(said, code)) for said, code in rows)


def _task(said: Progress, code: str) -> Line:
    values = _of(said, _PROGRESS) | {"result": said.text}
    return Line(code, said.sheet, _row_of(said.cell), values, {"status": said.cell})


def _measures(session: Session, receipts: Collection[int]) -> Lines:
    rows = session.exec(
        select(ReportedValue, Indicator.code)
        .join(Indicator, col(Indicator.id) == ReportedValue.indicator_id)
        .where(col(ReportedValue.receipt_id).in_(receipts))
        .order_by(col(ReportedValue.id))
    )
    return _grouped((said.receipt_id, _measure(said, code)) for said, code in rows)


def _measure(said: ReportedValue, code: str) -> Line:
    places = {"value": said.cell, "numerator": said.cell, "denominator": said.denominator_cell}
    subject = f"{code} {said.dimension}".strip()
    return Line(subject, said.sheet, _row_of(said.cell), _of(said, _MEASURES), places)


def _shortcomings(session: Session, receipts: Collection[int]) -> Lines:
    rows = session.exec(
        select(Shortcoming, Task.code)
        .outerjoin(Task, col(Task.id) == Shortcoming.task_id)
        .where(col(Shortcoming.receipt_id).in_(receipts))
        .order_by(col(Shortcoming.id))
    )
    return _grouped((said.receipt_id, _free(said, {"task": task} | _of(said, _SHORTCOMINGS))) for said, task in rows)


def _lines_of(table: Any, columns: Sequence[str]) -> Callable[..., Lines]:
    def load(session: Session, receipts: Collection[int]) -> Lines:
        rows = session.exec(select(table).where(table.receipt_id.in_(receipts)).order_by(table.id))
        return _grouped((said.receipt_id, _free(said, _of(said, columns))) for said in rows)

    return load


def _free(said: Evidence | Shortcoming | Statement, values: Mapping[str, Value]) -> Line:
    return Line(str(said.row), said.sheet, said.row, values, {})


def _row_of(cell: str) -> int:
    """Give the row of an address: a line may be answered by a cell of another sheet."""
    return int("".join(filter(str.isdigit, cell)))


def _of(said: SQLModel, columns: Iterable[str]) -> dict[str, Any]:
    return {column: getattr(said, column) for column in columns}


def _grouped(lines: Iterable[tuple[int, Line]]) -> Lines:
    found: Lines = defaultdict(list)
    for receipt, line in lines:
        found[receipt].append(line)
    return found


_SHEETS: Mapping[str, tuple[Callable[..., Lines], Callable[..., Iterator[Pair]]]] = {
    "progress": (_progress, _by_subject),
    "measures": (_measures, _by_subject),
    "evidence": (_lines_of(Evidence, _EVIDENCE), _by_content),
    "shortcomings": (_shortcomings, _by_content),
    "statements": (_lines_of(Statement, _STATEMENTS), _by_content),
}
