"""Reads the table sheets of one of our workbooks: sheets and columns by their hidden keys, then by header."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from intake.guard import MIB, Limits, ensure_bounded
from models.errors import NotFoundError, UnreadableWorkbookError
from schemas.folds import fold
from schemas.layout import Layout, Sheet
from schemas.texts import LANGUAGES, load_texts

_HEAD_ROWS = 30  # the header stands among the first rows, whatever was inserted above it
_MOST_ROWS, _MOST_COLUMNS = 5000, 200  # farther cells are stray formats
_FEWEST_HEADERS = 3
_LIMITS = Limits(sheet=64 * MIB, total=128 * MIB)  # the sample's plan has a quarter of a MB in all

Grid = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class TableRow:
    """One filled line; `values` by column key, as they stand in the cells."""

    number: int
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Table:
    """One sheet as read: its name in the workbook, where each column stands, and its filled lines."""

    name: str
    columns: Mapping[str, int]
    rows: tuple[TableRow, ...]

    def cell(self, row: int, column: str) -> str | None:
        """Give the address of a cell, or None for a column that the sheet does not have."""
        at = self.columns.get(column)
        return f"{get_column_letter(at)}{row}" if at else None


def read_tables(path: Path, layout: Layout, catalogue: str) -> dict[str, Table]:
    """Read every table sheet that is found, by sheet key; labels come from `<catalogue>.<sheet>.<column>`.

    Raises NotFoundError where there is no file and UnreadableWorkbookError where it is no workbook.
    """
    if not path.is_file():
        raise NotFoundError(catalogue + ".not-found", file=path.name)
    try:
        ensure_bounded(path, _LIMITS)
        book = load_workbook(path, data_only=True)
    except UnreadableWorkbookError as error:
        reason = ".too-large" if error.key.startswith("file.too-large") else ".unreadable"
        raise UnreadableWorkbookError(catalogue + reason, file=path.name) from error
    except Exception as error:  # openpyxl has no error of its own for what is no workbook
        raise UnreadableWorkbookError(catalogue + ".unreadable", file=path.name) from error
    found: dict[str, Table] = {}
    for worksheet in book.worksheets:
        grid = _grid(worksheet)
        for sheet in layout.sheets:
            if sheet.key not in found and (head := _find_head(grid, sheet, worksheet.title, catalogue)):
                found[sheet.key] = _table(worksheet.title, grid, *head)
                break
    book.close()
    return found


def _grid(worksheet: Worksheet) -> Grid:
    bounds = {"max_row": min(worksheet.max_row, _MOST_ROWS), "max_col": min(worksheet.max_column, _MOST_COLUMNS)}
    return list(worksheet.iter_rows(values_only=True, **bounds))


def _find_head(grid: Grid, sheet: Sheet, title: str, catalogue: str) -> tuple[int, dict[str, int]] | None:
    """Give the row after which data begins, and the columns by key, both counted from 1."""
    tags = {sheet.tag(column.key): column.key for column in sheet.columns}
    best = _best_row(grid, tags, str)
    if best:
        return best
    texts = [load_texts(language) for language in LANGUAGES]
    if fold(title) not in {fold(text(f"{catalogue}.sheet.{sheet.key}.title")) for text in texts}:
        return None
    headers = {fold(text(f"{catalogue}.{sheet.key}.{c.key}")): c.key for text in texts for c in sheet.columns}
    best = _best_row(grid, headers, lambda value: fold(str(value).rstrip("* ")))
    return best if best and len(best[1]) >= min(_FEWEST_HEADERS, len(sheet.columns)) else None


def _best_row(grid: Grid, keys: Mapping[str, str], form: Any) -> tuple[int, dict[str, int]] | None:
    best: tuple[int, dict[str, int]] | None = None
    for number, row in enumerate(grid[:_HEAD_ROWS], 1):
        columns: dict[str, int] = {}
        for at, value in enumerate(row, 1):
            if value is not None and form(value) in keys:
                columns.setdefault(keys[form(value)], at)
        if columns and (best is None or len(columns) > len(best[1])):
            best = number, columns
    return best


def _table(name: str, grid: Grid, head: int, columns: dict[str, int]) -> Table:
    rows = []
    for number, row in enumerate(grid[head:], head + 1):
        values = {key: row[at - 1] for key, at in columns.items() if not _is_blank(row[at - 1])}
        if values:
            rows.append(TableRow(number, values))
    return Table(name, columns, tuple(rows))


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())
