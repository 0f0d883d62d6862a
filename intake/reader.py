"""Reads a return workbook: sheets and columns by their hidden keys, then by header; never by position.

Everything it gives is plain and can cross to another process.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from intake.cells import ErrorValue, PercentValue, UncachedFormula, is_blank
from intake.guard import LIMITS, Limits, Package, ensure_safe, parse_part
from intake.marks import Marks, column_letters
from models.errors import UnreadableWorkbookError
from schemas.folds import fold
from schemas.layout import Layout, Sheet, load_layout
from schemas.stamp import NAME, PROPERTY
from schemas.texts import LANGUAGES, load_texts

Grid = Sequence[Sequence[Any]]
HEAD_ROWS, FORM_ROWS = 40, 80  # headers and lines of a form stand among the first rows, whatever was inserted
KEY_ROW = 4
_FEWEST_KEYS, _FEWEST_HEADERS = 2, 3
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"


@dataclass(frozen=True)
class RawRow:
    """One line: its number in the sheet, and what is written in it by column key; blank cells are absent."""

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True)
class RawSheet:
    """A sheet as found: letters of each column; a form has one row, and its `lines` give the row of each key."""

    key: str
    name: str
    columns: Mapping[str, str]
    rows: tuple[RawRow, ...]
    lines: Mapping[str, int] | None = None
    is_moved: bool = False  # lines or columns do not stand where they were issued

    def address(self, column: str, row: int) -> str | None:
        """Give the address of a cell, or None for a column that the sheet does not have."""
        letters = self.columns.get(column)
        number = self.lines.get(column) if self.lines is not None else row
        return f"{letters}{number}" if letters and number else None


@dataclass(frozen=True)
class RawReturn:
    """What a workbook holds of our layout; `tokens` are the stamps found in it, that of the property first."""

    tokens: tuple[str, ...]
    sheets: Mapping[str, RawSheet]
    is_1904: bool = False


@dataclass(frozen=True)
class _Words:
    """What is written in an issued workbook: tags → sheet and column; labels by sheet; names of sheets."""

    tags: Mapping[str, tuple[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]


def read_return(path: Path, layout: Layout, limits: Limits = LIMITS) -> RawReturn:
    """Guard, then read. Raises UnreadableWorkbookError with a key `file.…`."""
    package = ensure_safe(path, limits)
    book = parse_part(package.parts["xl/workbook.xml"])
    parts = _sheet_parts(package, book)
    found: dict[str, RawSheet] = {}
    for name, grid in _grids(package.data):
        marks = package.marks.get(parts.get(name, ""), Marks())
        sheet = _find_sheet(name, grid, layout, marks)
        if sheet and sheet.key not in found:
            found[sheet.key] = sheet
    dated = book.find(".//{*}workbookPr[@date1904]")
    is_1904 = dated is not None and dated.get("date1904") in ("1", "true")
    return RawReturn(tuple(_tokens(package, book)), found, is_1904)


def _grids(data: bytes) -> Iterator[tuple[str, Grid]]:
    """Give every worksheet as a grid that begins at A1, so that places in it are addresses."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for name in book.sheet_names:
            yield name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except Exception as error:  # the reader has an error of its own for every way to be broken
        raise UnreadableWorkbookError("file.unreadable") from error


def _sheet_parts(package: Package, book: Any) -> dict[str, str]:
    """Give the part of each sheet by the sheet's name."""
    relations = package.parts.get("xl/_rels/workbook.xml.rels")
    if relations is None:
        raise UnreadableWorkbookError("file.unreadable")
    targets = {one.get("Id"): one.get("Target", "") for one in parse_part(relations)}
    sheets = book.iterfind(".//{*}sheets/{*}sheet")
    return {sheet.get("name"): _part_name(targets.get(sheet.get(_RELATION), "")) for sheet in sheets}


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _tokens(package: Package, book: Any) -> Iterator[str]:
    custom = package.parts.get("docProps/custom.xml")
    if custom:
        for entry in parse_part(custom):
            if entry.get("name") == PROPERTY:
                yield "".join(str(text) for text in entry.itertext()).strip()
    for name in book.iterfind(".//{*}definedNames/{*}definedName"):
        if name.get("name") == NAME and name.text:
            yield name.text.strip().strip('"')


@cache
def _words(name: str, version: int) -> _Words:
    layout = load_layout(name, version)
    filled = [sheet for sheet in layout.sheets if sheet.kind != "guide"]
    tags = {sheet.tag(column.key): (sheet.key, column.key) for sheet in filled for column in sheet.columns}
    labels: dict[str, dict[str, str]] = {sheet.key: {} for sheet in filled}
    names: dict[str, str] = {}
    for texts in map(load_texts, LANGUAGES):
        for sheet in filled:
            names[fold(texts(f"workbook.sheet.{sheet.key}.title"))] = sheet.key
            for column in sheet.columns:
                label = fold(texts(f"workbook.{sheet.key}.{column.key}"))
                labels[sheet.key].setdefault(label, column.key)
    return _Words(tags, labels, names)


def _find_sheet(name: str, grid: Grid, layout: Layout, marks: Marks) -> RawSheet | None:
    """Tell which sheet of the layout this is: by its keys, else by its name and headers."""
    words = _words(layout.name, layout.version)
    key = _key_by_tags(grid, words) or words.names.get(fold(name))
    sheet = layout.by_key.get(key or "")
    if sheet is None:
        return None
    read = _read_form if sheet.kind == "form" else _read_table
    return read(name, grid, sheet, words, marks)


def _key_by_tags(grid: Grid, words: _Words) -> str | None:
    counts: dict[str, int] = {}
    for row in grid[:FORM_ROWS]:
        for cell in row:
            if isinstance(cell, str) and cell in words.tags:
                key = words.tags[cell][0]
                counts[key] = counts.get(key, 0) + 1
    best = max(counts, key=lambda key: counts[key], default=None)
    return best if best and counts[best] >= _FEWEST_KEYS else None


def _read_table(name: str, grid: Grid, sheet: Sheet, words: _Words, marks: Marks) -> RawSheet | None:
    head = _find_head(grid, sheet, words)
    if head is None:
        return None
    at, places = head
    rows = tuple(_rows(grid, at, places, marks))
    columns = {key: column_letters(place + 1) for key, place in places.items()}
    order = [places[column.key] for column in sheet.columns if column.key in places]
    return RawSheet(sheet.key, name, columns, rows, is_moved=at != KEY_ROW or order != sorted(order))


def _find_head(grid: Grid, sheet: Sheet, words: _Words) -> tuple[int, dict[str, int]] | None:
    """Give the count of rows above the data, and the place of each column."""
    tags = {tag: column for tag, (key, column) in words.tags.items() if key == sheet.key}
    for at, row in enumerate(grid[:HEAD_ROWS], 1):
        places = _places(row, tags)
        if len(places) >= _FEWEST_KEYS:
            return at, places
    for at, row in enumerate(grid[:HEAD_ROWS], 1):
        places = _places([fold(cell) if isinstance(cell, str) else cell for cell in row], words.labels[sheet.key])
        if len(places) >= _FEWEST_HEADERS:
            return at, places
    return None


def _places(row: Sequence[Any], keys: Mapping[str, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(row):
        if isinstance(cell, str) and cell.strip() in keys:
            found.setdefault(keys[cell.strip()], place)
    return found


def _rows(grid: Grid, above: int, places: Mapping[str, int], marks: Marks) -> Iterator[RawRow]:
    for number, row in enumerate(grid[above:], above + 1):
        cells = {key: row[place] for key, place in places.items() if place < len(row) and row[place] != ""}
        if marks.has_any:
            cells |= _marked(number, places, marks, cells)
        filled = {key: cell for key, cell in cells.items() if not is_blank(cell)}
        if filled:
            yield RawRow(number, filled)


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


def _read_form(name: str, grid: Grid, sheet: Sheet, words: _Words, marks: Marks) -> RawSheet | None:
    """Read a form: on each line a key or a label, and right of the labels the first column that holds values."""
    tags = {tag: column for tag, (key, column) in words.tags.items() if key == sheet.key}
    lines = _lines(grid, tags, folded=False)
    by_tags = len(lines) >= _FEWEST_KEYS
    lines = lines if by_tags else _lines(grid, words.labels[sheet.key], folded=True)
    if len(lines) < _FEWEST_KEYS:
        return None
    first = max(place for _, place in lines.values()) + (2 if by_tags else 1)  # past the key, and past its label
    place = _value_place(grid, [row for row, _ in lines.values()], first)
    cells: dict[str, Any] = {}
    for key, (row, _) in lines.items():
        line = next(iter(_rows(grid[:row], row - 1, {key: place}, marks)), None)
        cells |= line.cells if line else {}
    letters = column_letters(place + 1)
    numbers = {key: row for key, (row, _) in lines.items()}
    return RawSheet(sheet.key, name, dict.fromkeys(lines, letters), (RawRow(0, cells),), numbers)


def _lines(grid: Grid, keys: Mapping[str, str], *, folded: bool) -> dict[str, tuple[int, int]]:
    """Give row number and place of each key."""
    found: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(grid[:FORM_ROWS], 1):
        for place, cell in enumerate(row):
            if not isinstance(cell, str):
                continue
            key = keys.get(fold(cell) if folded else cell.strip())
            if key:
                found.setdefault(key, (number, place))
                break
    return found


def _value_place(grid: Grid, rows: Sequence[int], first: int) -> int:
    width = max((len(grid[row - 1]) for row in rows), default=first)
    for place in range(first, width):
        if any(place < len(grid[row - 1]) and grid[row - 1][place] != "" for row in rows):
            return place
    return first
