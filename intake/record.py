"""Writes what accepted returns said: rows with the sheet and the cells they stood in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session, SQLModel

from intake.check_types import Case, Known, TypedRow, TypedSheet
from models.queries.receipts import insert_rows
from models.returns import Evidence, Progress, ReportedValue, Shortcoming, Statement

Row = Mapping[str, Any]
TABLES: Mapping[str, type[SQLModel]] = {
    "progress": Progress,
    "measures": ReportedValue,
    "evidence": Evidence,
    "shortcomings": Shortcoming,
    "statements": Statement,
}


def record_rows(session: Session, cases: Sequence[tuple[Case, Known]]) -> None:
    """Insert the rows of all accepted cases, one statement a table."""
    for key, table in TABLES.items():
        insert_rows(session, table, [row for case, known in cases for row in _rows(key, case, known)])


def count_filled(case: Case, known: Known) -> tuple[int, int]:
    """Give how many of the asked lines are answered, and how many are asked."""
    asked = known.asked[case.key]
    progress, measures = case.sheets.get("progress"), case.sheets.get("measures")
    told = sum(row.values.get("status") is not None for row in progress.rows) if progress else 0
    said = sum(_is_answered(row) for row in measures.rows) if measures else 0
    return told + said, len(asked.task_ids) + len(asked.indicator_ids)


def count_unavailable(case: Case) -> int:
    """Count the indicators that have no figure (KCS)."""
    measures = case.sheets.get("measures")
    return sum(row.values.get("marker") == "KCS" for row in measures.rows) if measures else 0


def _is_answered(row: TypedRow) -> bool:
    values = row.values
    has_parts = values.get("numerator") is not None and values.get("denominator") is not None
    return values.get("value") is not None or values.get("marker") is not None or has_parts


def _rows(key: str, case: Case, known: Known) -> Iterator[Row]:
    sheet = case.sheets.get(key)
    if sheet is not None:
        yield from _MAKERS[key](case, known, sheet)


def _progress(case: Case, known: Known, sheet: TypedSheet) -> Iterator[Row]:
    for row in sheet.rows:
        yield {
            "receipt_id": case.receipt_id,
            "task_id": known.tasks[row.values["task"]],
            "text": row.values.get("result"),
            "row": row.number,
            **_place(sheet, row, "status"),
            **_copied(row, ("status", "done_on", "percent")),
        }


def _measures(case: Case, known: Known, sheet: TypedSheet) -> Iterator[Row]:
    for row in sheet.rows:
        indicator = known.indicators[row.values["indicator"]]
        is_ratio = indicator.kind == "ratio"
        parts = _copied(row, ("value", "numerator", "denominator"))
        unused = ("value",) if is_ratio else ("numerator", "denominator")  # cells that this kind does not ask
        yield {
            "receipt_id": case.receipt_id,
            "indicator_id": indicator.id,
            "dimension": row.values.get("dimension") or "",
            **_place(sheet, row, "numerator" if is_ratio else "value"),
            "denominator_cell": _place(sheet, row, "denominator")["cell"] if is_ratio else None,
            **parts,
            **dict.fromkeys(unused),
            **_copied(row, ("marker", "explanation")),
        }


def _place(sheet: TypedSheet, row: TypedRow, column: str) -> Row:
    """Give sheet and cell of what was said: of the line, or of the one cell that answered for it."""
    name, cell = row.source or (sheet.raw.name, sheet.raw.address(column, row.number))
    return {"sheet": name, "cell": cell}


def _free(columns: Iterable[str]) -> Any:
    keys = tuple(columns)

    def make(case: Case, known: Known, sheet: TypedSheet) -> Iterator[Row]:
        for row in sheet.rows:
            place = {"receipt_id": case.receipt_id, "sheet": sheet.raw.name, "row": row.number}
            yield place | _copied(row, keys)

    return make


def _shortcomings(case: Case, known: Known, sheet: TypedSheet) -> Iterator[Row]:
    keys = ("code", "text", "cause_type", "cause_code", "remedy", "remedy_due")
    for row, made in zip(sheet.rows, _free(keys)(case, known, sheet), strict=True):
        yield {**made, "task_id": known.tasks.get(row.values.get("task") or "")}


def _statements(case: Case, known: Known, sheet: TypedSheet) -> Iterator[Row]:
    keys = ("kind", "text", "addressee", "reason", "level", "decision", "collectives", "individuals")
    for made in _free(keys)(case, known, sheet):
        counts = {key: made[key] for key in ("collectives", "individuals")}
        yield {**made, **{key: None if count is None else int(count) for key, count in counts.items()}}


def _copied(row: TypedRow, keys: Iterable[str]) -> dict[str, Any]:
    return {key: row.values.get(key) for key in keys}


_MAKERS: Mapping[str, Any] = {
    "progress": _progress,
    "measures": _measures,
    "evidence": _free(("subject", "type", "title", "number", "issued_on", "link")),
    "shortcomings": _shortcomings,
    "statements": _statements,
}
