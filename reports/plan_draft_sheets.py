"""Two sheets of a drafted plan: what a person should look at first, and (hidden) what the draft itself wrote."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from schemas.layout import DRAFT_ORIGIN, load_layout
from schemas.texts import Texts

LEVELS = {"missing": "F8CBAD", "unsure": "FFD966", "guess": "FFF2CC"}  # the first to look at comes first
_FIRST_ROW = 5  # of a plan's table
_WIDTHS = (6, 18, 16, 10, 26, 52, 60)
LOOK_HEADER_ROW = 8
_THIN = Side(style="thin", color="B7C3D0")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TOP = Alignment(vertical="top", wrap_text=True)
_LINE = 15  # points


@dataclass(frozen=True)
class LookHere:
    """One cell a person should look at: where, how urgent, what stands there and why."""

    sheet: str
    row: int  # of the sheet's content, from 0
    column: str
    level: str
    name: str  # of the line: a task's code
    value: str
    why: str
    also: int = 0  # further lines where the same stands for the same reason


def write_look_here(book: Workbook, items: Sequence[LookHere], texts: Texts) -> Worksheet:
    """Write the sheet "look here first" behind the guide: a legend, then one line a cell with a link to it."""
    worksheet: Worksheet = book.create_sheet(texts("plan.look.title"), 1)
    worksheet.sheet_view.showGridLines = False
    for at, width in enumerate(_WIDTHS, 1):
        worksheet.column_dimensions[get_column_letter(at)].width = width
    _put(worksheet, 1, 1, texts("plan.look.title")).font = Font(name="Calibri", size=14, bold=True)
    for row, (level, color) in enumerate(LEVELS.items(), 3):
        worksheet.cell(row, 1).fill = PatternFill("solid", fgColor=color)
        count = sum(1 + item.also for item in items if item.level == level)
        _put(worksheet, row, 2, texts(f"plan.look.level-{level}", count=count))
    for at, name in enumerate(("number", "level", "sheet", "cell", "column", "value", "why"), 1):
        header = _put(worksheet, LOOK_HEADER_ROW, at, texts(f"plan.look.{name}"))
        header.font, header.border = Font(name="Calibri", bold=True), _BOX
        header.fill = PatternFill("solid", fgColor="DCE6F1")
    for number, item in enumerate(items, 1):
        _write_item(worksheet, number, item, texts)
    worksheet.freeze_panes = f"A{LOOK_HEADER_ROW + 1}"
    return worksheet


def write_origin(book: Workbook, rows: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    """Keep on a hidden sheet what the draft wrote: sheet, line, texts; before a sheet's lines its columns."""
    hidden = book.create_sheet(DRAFT_ORIGIN)
    hidden.sheet_state = "hidden"
    said = (one for key, lines in rows.items() for one in _origin(key, lines))
    for row, (key, number, *texts) in enumerate(said, 1):
        hidden.append([key, number])
        for at, text in enumerate(texts, 3):
            if text is not None:
                cell = cast(Cell, hidden.cell(row, at))
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)
                cell.data_type = "s"  # a text is a text, whatever it begins with


def _origin(sheet: str, lines: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Any, ...]]:
    columns = sorted({column for line in lines for column, value in line.items() if value is not None})
    yield sheet, None, *columns
    for number, line in enumerate(lines):
        yield sheet, number, *(_as_text(line.get(column)) for column in columns)


def _as_text(value: Any) -> str | None:
    return value.isoformat() if isinstance(value, date) else None if value is None else str(value)


def _write_item(worksheet: Worksheet, number: int, item: LookHere, texts: Texts) -> None:
    row = LOOK_HEADER_ROW + number
    title = texts(f"plan.sheet.{item.sheet}.title")
    columns = [column.key for column in load_layout("plan").by_key[item.sheet].columns]
    address = f"{get_column_letter(columns.index(item.column) + 1)}{_FIRST_ROW + item.row}"
    label = texts(f"plan.{item.sheet}.{item.column}")
    said = (
        number,
        texts(f"plan.look.short-{item.level}"),
        title,
        address,
        f"{item.name}: {label}" + (texts("plan.look.also", count=item.also) if item.also else ""),
        item.value,
        item.why,
    )
    for at, value in enumerate(said, 1):
        written = _put(worksheet, row, at, value)
        written.border, written.alignment = _BOX, _TOP
    worksheet.cell(row, 2).fill = PatternFill("solid", fgColor=LEVELS[item.level])
    link = cast(Cell, worksheet.cell(row, 4))
    link.hyperlink = f"#'{title}'!{address}"
    link.font = Font(name="Calibri", underline="single", color="0563C1")
    lines = max(_lines(str(value), width) for value, width in zip(said, _WIDTHS, strict=True))
    worksheet.row_dimensions[row].height = _LINE * lines + 1.0


def _lines(text: str, width: int) -> int:
    return sum(len(line) // (width - 2) + 1 for line in text.split("\n"))


def _put(worksheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write a value; a text is a text, whatever it begins with."""
    cell = cast(Cell, worksheet.cell(row, column))  # nothing is merged here
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@"):
        cell.data_type = "s"
    cell.font = Font(name="Calibri", size=11)
    return cell
