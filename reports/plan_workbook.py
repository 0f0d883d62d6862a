"""Writes a plan workbook: sheets, headers, dropdowns and hints from the layout, rows from who drafted it."""

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reports.office_file import rezipped
from reports.plan_draft_sheets import LEVELS, LOOK_HEADER_ROW, LookHere, write_look_here, write_origin
from schemas.layout import Column, Sheet, load_layout
from schemas.texts import Texts

PlanSheets = Mapping[str, Sequence[Mapping[str, Any]]]
Place = tuple[str, int, str]  # sheet, row of its content counted from 0, column

TITLE_ROW, HINT_ROW, HEADER_ROW, KEY_ROW, FIRST_ROW = 1, 2, 3, 4, 5
GUIDE_LINES = 10
_AUTHOR = "dondoc"
LISTS = "_lists"
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_FILLS = {level: PatternFill("solid", fgColor=color) for level, color in LEVELS.items()}
_THIN = Side(style="thin", color="B7C3D0")
_BOX = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_TOP = Alignment(vertical="top", wrap_text=True)
_FORMATS = {"date": "dd/mm/yyyy", "number": "General"}
_NOTE_WIDTH, _NOTE_HEIGHT, _NOTE_LINE, _NOTE_CHARACTERS = 360, 120, 18, 52  # points, and letters on a line
_HINT_CHARACTERS = 110  # that fit on one line of the merged hint
_HINT_WIDTH = 120
_LINE, _MOST_LINES, _NARROWEST = 15, 25, 9  # points, lines, characters


@dataclass(frozen=True)
class _Marks:
    """What a person has to look at, and why."""

    attention: Mapping[Place, str]  # the level by place: "missing", "unsure" or "guess"
    notes: Mapping[Place, str]

    def put(self, cell: Cell, place: Place) -> None:
        if place in self.notes:
            said = ILLEGAL_CHARACTERS_RE.sub("", self.notes[place])
            cell.comment = Comment(said, _AUTHOR, width=_NOTE_WIDTH, height=_note_height(said))


def _note_height(said: str) -> int:
    """Give the height in which all of a note is seen: a box that is too small hides the rest."""
    lines = sum(1 + len(line) // _NOTE_CHARACTERS for line in said.split("\n"))
    return max(_NOTE_HEIGHT, _NOTE_LINE * (lines + 1))


def write_plan(
    content: PlanSheets,
    path: Path,
    texts: Texts,
    *,
    attention: Mapping[Place, str] | None = None,
    notes: Mapping[Place, str] | None = None,
    look_here: Sequence[LookHere] = (),
    origin: PlanSheets | None = None,
    banner: str | None = None,
) -> Path:
    """Write the workbook and give its path.

    `content` holds rows by sheet key: plain values by column key, codes for list columns, a sequence for a column
    of several values. `attention` colours the cells a person has to look at by how urgent that is, `notes` says
    beside a cell what a guess rests on, `look_here` becomes a sheet of its own. `origin`: rows as a draft wrote them,
    kept on a hidden sheet so that what a person corrects can be told. `banner` stands on every printed page.
    """
    layout = load_layout("plan")
    book = Workbook()
    book.remove(book.worksheets[0])
    marks = _Marks(attention or {}, notes or {})
    for sheet in layout.sheets:
        worksheet = book.create_sheet(texts(f"plan.sheet.{sheet.key}.title"))
        if sheet.kind == "guide":
            _write_guide(worksheet, texts)
        else:
            _write_table(worksheet, sheet, content.get(sheet.key, ()), texts, marks)
        _set_page(worksheet, banner)
    if look_here:
        _set_page(write_look_here(book, look_here, texts), banner, head=LOOK_HEADER_ROW)
    if origin:
        write_origin(
            book, {key: [_shown_row(layout.by_key[key], row, texts) for row in rows] for key, rows in origin.items()}
        )
    _write_lists(book, layout.lists, layout.sheets, texts)
    book.active = 0
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    book.save(buffer)
    path.write_bytes(rezipped(buffer.getvalue()))
    return path


def _write_guide(worksheet: Worksheet, texts: Texts) -> None:
    worksheet.sheet_view.showGridLines = False
    worksheet.column_dimensions["A"].width = 5
    worksheet.column_dimensions["B"].width = 110
    _put(_at(worksheet, TITLE_ROW, 1), texts("plan.sheet.guide.title")).font = _font(size=14, bold=True)
    for number in range(1, GUIDE_LINES + 1):
        row = TITLE_ROW + 1 + number
        _put(_at(worksheet, row, 1), number).alignment = Alignment(vertical="top", horizontal="center")
        text = texts(f"plan.guide.line-{number}")
        _put(_at(worksheet, row, 2), text).alignment = _TOP
        worksheet.row_dimensions[row].height = 1 + _LINE * (1 + len(text) // 105)


def _write_table(
    worksheet: Worksheet, sheet: Sheet, rows: Sequence[Mapping[str, Any]], texts: Texts, marks: _Marks
) -> None:
    _write_heading(worksheet, sheet, texts)
    for at, column in enumerate(sheet.columns, 1):
        worksheet.column_dimensions[get_column_letter(at)].width = max(column.width, _NARROWEST)
    dresses: dict[Any, Any] = {}  # how cells look that look alike: openpyxl compares whole fonts at each cell
    for index in range(len(rows) + sheet.open_rows):
        row, lines = rows[index] if index < len(rows) else {}, 1
        for at, column in enumerate(sheet.columns, 1):
            cell, place = _at(worksheet, FIRST_ROW + index, at), (sheet.key, index, column.key)
            shown = _shown(row.get(column.key), column, texts)
            lines = max(lines, _lines(shown, column))
            _put(cell, shown)
            _style(cell, column, marks.attention.get(place), dresses)
            marks.put(cell, place)
        worksheet.row_dimensions[FIRST_ROW + index].height = _LINE * min(lines, _MOST_LINES) + 1.0
    worksheet.freeze_panes = _at(worksheet, FIRST_ROW, 2)


def _lines(value: Any, column: Column) -> int:
    """Give how many lines a wrapped text needs: not every program finds the height of a row when it opens a file."""
    return -(-len(value) // max(column.width - 1, _NARROWEST - 1)) if isinstance(value, str) else 1


def _write_heading(worksheet: Worksheet, sheet: Sheet, texts: Texts) -> None:
    _put(_at(worksheet, TITLE_ROW, 1), texts(f"plan.sheet.{sheet.key}.title")).font = _font(size=14, bold=True)
    hint = texts(f"plan.sheet.{sheet.key}.hint")
    cell = _put(_at(worksheet, HINT_ROW, 1), hint)
    cell.font, cell.alignment = _font(italic=True, color="44546A"), _TOP
    worksheet.merge_cells(start_row=HINT_ROW, end_row=HINT_ROW, start_column=1, end_column=_hint_columns(sheet))
    worksheet.row_dimensions[HINT_ROW].height = _LINE * (1 + len(hint) // _HINT_CHARACTERS)
    for at, column in enumerate(sheet.columns, 1):
        star = " *" if column.required else ""
        header = _put(_at(worksheet, HEADER_ROW, at), texts(f"plan.{sheet.key}.{column.key}") + star)
        header.font, header.fill, header.border = _font(bold=True), _HEAD, _BOX
        header.alignment = Alignment(vertical="center", horizontal="center", wrap_text=True)
        _put(_at(worksheet, KEY_ROW, at), sheet.tag(column.key))
    worksheet.row_dimensions[HEADER_ROW].height = 34
    worksheet.row_dimensions[KEY_ROW].hidden = True


def _hint_columns(sheet: Sheet) -> int:
    """Give how many columns are about as wide as a hint, and at least two."""
    width, count = 0, 0
    while count < len(sheet.columns) and (width < _HINT_WIDTH or count < 2):
        width += sheet.columns[count].width
        count += 1
    return count


def _shown(value: Any, column: Column, texts: Texts) -> Any:
    """Give a cell's value: the label of a code, several values joined, anything else as it is."""
    if value is None or value == "":
        return None
    if column.type == "list":
        return texts.label(f"plan.list.{column.list}", str(value))
    if isinstance(value, list | tuple):
        return "; ".join(str(part) for part in value) or None
    return value


def _shown_row(sheet: Sheet, row: Mapping[str, Any], texts: Texts) -> dict[str, Any]:
    return {column.key: _shown(row.get(column.key), column, texts) for column in sheet.columns}


def _font(**values: Any) -> Font:
    return Font(**{"name": "Calibri", "size": 11, **values})


def _at(worksheet: Worksheet, row: int, column: int) -> Cell:
    return cast(Cell, worksheet.cell(row, column))  # none of the cells we write is merged away


def _put(cell: Cell, value: Any) -> Cell:
    """Write a value; a text is a text, whatever it begins with."""
    if not isinstance(value, str):
        cell.value = value
        return cell
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    if value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        cell.data_type, cell.quotePrefix = "s", True
    return cell


def _style(cell: Any, column: Column, level: str | None, dresses: dict[Any, Any]) -> None:
    is_number = isinstance(cell.value, int | float | Decimal | date)
    wanted = _FORMATS.get(column.type, "General" if is_number else "@")  # text, so that 1.10 stays what was typed
    dress = (wanted, cell.quotePrefix, level)
    if dress not in dresses:
        cell.border, cell.alignment, cell.number_format = _BOX, _TOP, wanted
        if level is not None:
            cell.fill = _FILLS[level]
        dresses[dress] = cell._style
    cell._style = copy(dresses[dress])


def _write_lists(book: Workbook, lists: Mapping[str, tuple[str, ...]], sheets: Iterable[Sheet], texts: Texts) -> None:
    """Put the allowed values on a hidden sheet and tie the columns to them; the reader judges the rest."""
    hidden = book.create_sheet(LISTS)
    hidden.sheet_state = "hidden"
    ranges: dict[str, str] = {}
    for at, (name, codes) in enumerate(lists.items(), 1):
        letter = get_column_letter(at)
        _put(_at(hidden, 1, at), name)
        for row, code in enumerate(codes, 2):
            _put(_at(hidden, row, at), texts(f"plan.list.{name}.{code}"))
        ranges[name] = f"'{LISTS}'!${letter}$2:${letter}${len(codes) + 1}"
    for sheet in sheets:
        worksheet = book[texts(f"plan.sheet.{sheet.key}.title")]
        for at, column in enumerate(sheet.columns, 1):
            if column.type == "list" and column.list in ranges:
                _tie(worksheet, get_column_letter(at), ranges[column.list])


def _tie(worksheet: Worksheet, letter: str, values: str) -> None:
    validation = DataValidation(type="list", formula1=values, allow_blank=True, errorStyle="warning")
    validation.add(f"{letter}{FIRST_ROW}:{letter}{max(worksheet.max_row, FIRST_ROW)}")
    worksheet.add_data_validation(validation)


def _set_page(worksheet: Worksheet, banner: str | None, head: int = HEADER_ROW) -> None:
    worksheet.page_setup.orientation = "landscape"
    worksheet.page_setup.paperSize = 9  # A4
    worksheet.page_setup.fitToWidth, worksheet.page_setup.fitToHeight = 1, 0
    worksheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    worksheet.print_title_rows = f"{head}:{head}" if worksheet.freeze_panes else None
    worksheet.HeaderFooter.oddFooter = HeaderFooterItem(center=_HeaderFooterPart(text="&P/&N"))
    if banner:
        worksheet.HeaderFooter.oddHeader = HeaderFooterItem(center=_HeaderFooterPart(text=banner.replace("&", "&&")))
