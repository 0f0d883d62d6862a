"""Reads a return workbook: sheets and columns by their hidden keys, then by header; never by position.

Everything it gives is plain and can cross to another process.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intake.book import Page, is_1904, read_pages, read_tokens
from intake.cells import ErrorValue, PercentValue, UncachedFormula, is_blank
from intake.guard import LIMITS, Limits, ensure_safe, parse_part
from intake.headings import (
    FEWEST_KEYS,
    Words,
    find_head,
    find_key,
    find_lines,
    find_value_place,
    read_words,
    single_places,
)
from intake.marks import Marks, cells_under
from intake.reach import column_letters
from schemas.folds import fold
from schemas.layout import Layout, Sheet
from schemas.reply import RESULT_MARK, RESULT_MARK_COLUMN

KEY_ROW = 4


@dataclass(frozen=True)
class RawRow:
    """One line: its number in the sheet, and what is written in it by column key; blank cells are absent.

    `converted` has by column the old encoding of a text and how it was written; `cells` have it in Unicode.
    """

    number: int
    cells: Mapping[str, Any]
    converted: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class RawSheet:
    """A sheet as found: letters of each column; a form has one row, and its `lines` give the row of each key.

    `merged` gives the merged range of several rows that a cell lies in. `doubled` names columns that stand twice with
    different content: the key and both letters.
    """

    key: str
    name: str
    columns: Mapping[str, str]
    rows: tuple[RawRow, ...]
    lines: Mapping[str, int] | None = None
    is_moved: bool = False  # lines or columns do not stand where they were issued
    merged: Mapping[str, str] = field(default_factory=dict)
    doubled: tuple[tuple[str, str, str], ...] = ()

    def address(self, column: str, row: int) -> str | None:
        """Give the address of a cell, or None for a column that the sheet does not have."""
        letters = self.columns.get(column)
        number = self.lines.get(column) if self.lines is not None else row
        return f"{letters}{number}" if letters and number else None


@dataclass(frozen=True)
class RawReturn:
    """What a workbook holds of our layout; `tokens` are the stamps found in it, that of the property first.

    `twins` are pairs of names of sheets that stand twice and differ in what was filled in. `has_result`: it holds the
    sheet of results that we put into replies.
    """

    tokens: tuple[str, ...]
    sheets: Mapping[str, RawSheet]
    is_1904: bool = False
    twins: tuple[tuple[str, str], ...] = ()
    has_result: bool = False


def read_return(path: Path, layout: Layout, limits: Limits = LIMITS) -> RawReturn:
    """Guard, then read. Raises UnreadableWorkbookError with a key `file.…`."""
    package = ensure_safe(path, limits)
    book = parse_part(package.parts["xl/workbook.xml"])
    found: dict[str, RawSheet] = {}
    twins: list[tuple[str, str]] = []
    has_result = False
    for page in read_pages(package, book):
        has_result = has_result or _is_result(page)
        sheet = _find_sheet(page, layout)
        first = found.get(sheet.key) if sheet else None
        if sheet is None:
            continue
        kept = _more_filled(first, sheet, layout) if first else sheet
        if first and kept is None:
            twins.append((first.name, sheet.name))
        found[sheet.key] = kept or sheet
    return RawReturn(tuple(read_tokens(package, book)), found, is_1904(book), tuple(twins), has_result)


def _is_result(page: Page) -> bool:
    first = page.grid[0] if page.grid else []
    return len(first) >= RESULT_MARK_COLUMN and first[RESULT_MARK_COLUMN - 1] == RESULT_MARK


def _more_filled(first: RawSheet, second: RawSheet, layout: Layout) -> RawSheet | None:
    """Give the one of two copies of a sheet that has all that was filled in; None where each has its own."""
    one, other = _filled_in(first, layout), _filled_in(second, layout)
    if one == other or not other:
        return first
    return second if not one else None


def _filled_in(sheet: RawSheet, layout: Layout) -> list[list[tuple[str, Any]]]:
    locked = {column.key for column in layout.by_key[sheet.key].columns if column.locked}
    rows = (sorted(row.cells.items(), key=lambda cell: cell[0]) for row in sheet.rows)
    return [row for row in rows if any(key not in locked for key, _ in row)]


def _find_sheet(page: Page, layout: Layout) -> RawSheet | None:
    """Tell which sheet of the layout this is: by its keys, else by its name and headers."""
    words = read_words(layout.name, layout.version)
    key = find_key(page.grid, words) or words.names.get(fold(page.name))
    sheet = layout.by_key.get(key or "")
    if sheet is None:
        return None
    return _read_form(page, sheet, words) if sheet.kind == "form" else _read_table(page, sheet, words)


def _read_table(page: Page, sheet: Sheet, words: Words) -> RawSheet | None:
    head = find_head(page.grid, sheet, words)
    if head is None:
        return None
    at, above, found = head
    places, doubled = single_places(page.grid, at, found)
    rows = tuple(_rows(page, range(above, len(page.grid)), places, without=at - 1))
    columns = {key: column_letters(place + 1) for key, place in places.items()}
    order = [places[column.key] for column in sheet.columns if column.key in places]
    is_moved = at != KEY_ROW or above < at - 1 or order != sorted(order)
    merged = cells_under(page.marks.merges, set(columns.values()), [row.number for row in rows])
    return RawSheet(sheet.key, page.name, columns, rows, None, is_moved, merged, doubled)


def _rows(page: Page, span: Iterable[int], places: Mapping[str, int], without: int = -1) -> Iterator[RawRow]:
    """Give the filled lines among those of `span`, counted from 0."""
    for at in span:
        if at == without:
            continue
        row = page.grid[at]
        cells = {key: row[place] for key, place in places.items() if place < len(row) and row[place] != ""}
        if page.marks.has_any:
            cells |= _marked(at + 1, places, page.marks, cells)
        filled = {key: cell for key, cell in cells.items() if not is_blank(cell)}
        if filled:
            yield RawRow(at + 1, filled, _converted(page, at + 1, places) if page.converted else {})


def _converted(page: Page, number: int, places: Mapping[str, int]) -> dict[str, tuple[str, str]]:
    addresses = {key: f"{column_letters(place + 1)}{number}" for key, place in places.items()}
    return {key: page.converted[address] for key, address in addresses.items() if address in page.converted}


def _marked(number: int, places: Mapping[str, int], marks: Marks, cells: Mapping[str, Any]) -> dict[str, Any]:
    """Give what the fast reader lost in a line: it shows errors and uncalculated formulas as blanks."""
    found: dict[str, Any] = {}
    for key, place in places.items():
        address = f"{column_letters(place + 1)}{number}"
        if address in marks.errors:
            found[key] = ErrorValue(marks.errors[address])
        elif address in marks.uncached:
            found[key] = UncachedFormula()
        elif address in marks.percents and type(cells.get(key)) in (int, float):
            found[key] = PercentValue(cells[key])
    return found


def _read_form(page: Page, sheet: Sheet, words: Words) -> RawSheet | None:
    """Read a form: on each line a key or a label, and right of the labels the first column that holds values."""
    grid = page.grid
    tags = {tag: column for tag, (key, column) in words.tags.items() if key == sheet.key}
    lines = find_lines(grid, tags, folded=False)
    by_tags = len(lines) >= FEWEST_KEYS
    lines = lines if by_tags else find_lines(grid, words.labels[sheet.key], folded=True)
    if len(lines) < FEWEST_KEYS:
        return None
    first = max(place for _, place in lines.values()) + (2 if by_tags else 1)  # past the key, and past its label
    place = find_value_place(grid, [row for row, _ in lines.values()], first)
    found = [row for key, (at, _) in lines.items() for row in _rows(page, [at - 1], {key: place})]
    cells = {key: cell for row in found for key, cell in row.cells.items()}
    converted = {key: one for row in found for key, one in row.converted.items()}
    columns = dict.fromkeys(lines, column_letters(place + 1))
    numbers = {key: row for key, (row, _) in lines.items()}
    return RawSheet(sheet.key, page.name, columns, (RawRow(0, cells, converted),), numbers)
