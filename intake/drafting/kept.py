"""A drafted plan that a person worked on: what they changed, added and struck out since the draft wrote it."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from intake.tables import Table, read_tables
from models.errors import RefusedError
from schemas.folds import nfc
from schemas.layout import DRAFT_ORIGIN, load_layout

NAMES = {"documents": "symbol", "terms": "label"}  # the column by which a person knows a line; elsewhere its code
_SAME_TEXT = {"tasks": "text"}  # the column by which one draft knows the lines of another


@dataclass(frozen=True)
class KeptLine:
    """A line of the workbook: what the draft wrote there (None: a person's own) and what stands there now."""

    drafted: Mapping[str, str] | None
    now: Mapping[str, Any]

    @property
    def corrected(self) -> dict[str, Any]:
        """Give the cells a person changed, an emptied one as None."""
        drafted = self.drafted or {}
        return {
            key: self.now.get(key) for key in {*drafted, *self.now} if said(self.now.get(key)) != drafted.get(key, "")
        }


@dataclass(frozen=True)
class KeptPlan:
    """All lines by sheet, and the drafted lines that a person struck out."""

    lines: Mapping[str, tuple[KeptLine, ...]]
    struck: Mapping[str, tuple[Mapping[str, str], ...]]

    @property
    def is_touched(self) -> bool:
        """Whether a person changed anything at all."""
        lines = (line for sheet in self.lines.values() for line in sheet)
        return any(line.corrected for line in lines) or any(self.struck.values())


def read_kept(path: Path) -> KeptPlan | None:
    """Read a plan that a draft wrote; None where the file is none, or one that does not say what a draft wrote."""
    try:
        tables = read_tables(path, load_layout("plan"), "plan")
    except RefusedError:
        return None
    drafted = _read_origin(path)
    if not drafted:
        return None
    lines, struck = {}, {}
    for sheet in load_layout("plan").sheets:
        lines[sheet.key], struck[sheet.key] = _paired(sheet.key, tables.get(sheet.key), drafted.get(sheet.key, []))
    return KeptPlan(lines, struck)


def line_name(sheet: str, values: Mapping[str, Any]) -> str:
    """Give what a person calls a line: a task's code, a document's symbol."""
    return said(values.get(NAMES.get(sheet, "code")))


def same_text(sheet: str, values: Mapping[str, Any]) -> str:
    """Give what a draft knows a line by, whatever its number: a task's own words."""
    return said(values.get(_SAME_TEXT.get(sheet, NAMES.get(sheet, "code"))))


def said(value: Any) -> str:
    """Give a cell's value as text, so that it can be compared with what a draft wrote."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else nfc(str(value))


def _read_origin(path: Path) -> dict[str, list[dict[str, str]]]:
    book = load_workbook(path, data_only=True)
    drafted: dict[str, list[dict[str, str]]] = defaultdict(list)
    columns: tuple[Any, ...] = ()
    sheet = book[DRAFT_ORIGIN] if DRAFT_ORIGIN in book.sheetnames else None
    for key, number, *values in sheet.iter_rows(values_only=True) if sheet else ():
        if number is None:
            columns = tuple(values)
        elif key:
            there = zip(columns, values, strict=True)
            line = {str(column): said(value) for column, value in there if column and value}
            drafted[str(key)] += [line] if line else []
    book.close()
    return drafted


def _paired(
    sheet: str, table: Table | None, drafted: list[dict[str, str]]
) -> tuple[tuple[KeptLine, ...], tuple[Mapping[str, str], ...]]:
    """Find for each line the drafted one with its name, else the one with its words."""
    left, lines = list(drafted), []
    for row in table.rows if table else ():
        match = next((one for one in left if line_name(sheet, one) == line_name(sheet, row.values)), None)
        match = match or next((one for one in left if same_text(sheet, one) == same_text(sheet, row.values)), None)
        if match:
            left.remove(match)
        lines.append(KeptLine(match, row.values))
    return tuple(lines), tuple(left)
