"""How our workbooks look: fonts, fills, borders, the printed page, and rows high enough for their text."""

import re
from datetime import date
from decimal import Decimal
from math import ceil
from typing import Literal, cast

from openpyxl.cell.cell import Cell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Alignment, Border, Color, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.header_footer import HeaderFooter, HeaderFooterItem
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

FONT_NAME = "Times New Roman"
FONT_SIZE = 12
LINE_POINTS = 16.5  # a line of 12 pt with room for the marks of Vietnamese capitals
A4 = 9

INK, QUIET, RED, LINK = "FF1F2937", "FF6B7280", "FFC00000", "FF0563C1"
INPUT_FILL = "FFFFF8DC"
HEADER_FILL = "FFDCE6F1"
CLOSED_FILL = "FFE5E7EB"  # a cell that this line has no use for
FAULT_FILLS = {"error": "FFFFC2BD", "warning": "FFFFDB99", "info": "FFCBE4F9"}

_EDGE = Side(style="thin", color="FFBFC5CE")
FRAME = Border(left=_EDGE, right=_EDGE, top=_EDGE, bottom=_EDGE)
TOP_LEFT = Alignment(vertical="top", wrap_text=True)
PADDED = Alignment(horizontal="left", vertical="top", wrap_text=True, indent=1)
PADDED_MIDDLE = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
NO_WRAP = Alignment(vertical="top")
TOP_RIGHT = Alignment(vertical="top", horizontal="right", wrap_text=True)
TOP_CENTRE = Alignment(vertical="top", horizontal="center", wrap_text=True)
CENTRE = Alignment(vertical="center", horizontal="center", wrap_text=True)
OPEN = Protection(locked=False)

_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

_LIKE_FORMULAS = ("=", "+", "-", "@", "\t", "\r")
MARK_OPENING = "@@"  # begins a mark that is filled later, in a template of ours

Value = str | int | Decimal | date | None


def fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def font(
    *, bold: bool = False, italic: bool = False, size: int = FONT_SIZE, colour: str = INK, underline: bool = False
) -> Font:
    line: Literal["single"] | None = "single" if underline else None
    return Font(name=FONT_NAME, size=size, bold=bold, italic=italic, color=colour, underline=line)


BODY, BOLD = font(), font(bold=True)
TITLE, HINT = font(bold=True, size=15), font(italic=True, colour=QUIET)
HEADER, INPUT, CLOSED = fill(HEADER_FILL), fill(INPUT_FILL), fill(CLOSED_FILL)


def column_letter(number: int) -> str:
    return get_column_letter(number)


def clean_text(text: str) -> str:
    """Take out what a workbook cannot hold."""
    return _UNPRINTABLE.sub("", text)


def set_value(cell: Cell, value: Value) -> None:
    """Write a value; a text stays a text, even one that looks like a formula."""
    if not isinstance(value, str):
        cell.value = value
        return
    cell.value = clean_text(value) or None
    if cell.data_type == "f":
        cell.data_type = "s"
    if value.startswith(_LIKE_FORMULAS) and not value.startswith(MARK_OPENING):
        cell.quotePrefix = True  # else Excel makes it a formula when it is edited


def put(
    page: Worksheet,
    row: int,
    column: int,
    value: Value = None,
    face: Font = BODY,
    place: Alignment = TOP_LEFT,
    ground: PatternFill | None = None,
    *,
    framed: bool = True,
) -> Cell:
    """Write a cell and dress it."""
    cell = cast(Cell, page.cell(row, column))
    set_value(cell, value)
    cell.font, cell.alignment = face, place
    if framed:
        cell.border = FRAME
    if ground is not None:
        cell.fill = ground
    return cell


def new_workbook() -> Workbook:
    """Give a workbook without sheets whose ordinary cells have our font."""
    book = Workbook()
    for sheet in list(book.worksheets):
        book.remove(sheet)
    book._named_styles["Normal"].font = Font(name=FONT_NAME, size=FONT_SIZE)  # type: ignore[attr-defined]
    return book


def open_on(book: Workbook, chosen: int) -> None:
    """Open on one sheet, and on no other: what is typed into sheets selected together goes into all."""
    book.active = chosen
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = number == chosen


def with_banner(banner: str | None, text: str) -> str | CellRichText:
    """Give a text with the banner above it in red."""
    if not banner:
        return text
    loud = InlineFont(rFont=FONT_NAME, sz=FONT_SIZE, b=True, color=Color(RED))
    quiet = InlineFont(rFont=FONT_NAME, sz=FONT_SIZE, i=True, color=Color(QUIET))
    return CellRichText(TextBlock(loud, clean_text(banner) + "\n"), TextBlock(quiet, text))


def lines_of(text: str, width: float) -> int:
    """Estimate how many lines a text takes in a column of that many characters."""
    return sum(max(1, ceil(len(part) * 1.04 / width)) for part in text.split("\n"))


def height_for(*texts_and_widths: tuple[str, float], least: float = LINE_POINTS) -> float:
    """Give the height of a row, in points, in which each text fits its column."""
    lines = max((lines_of(text, width) for text, width in texts_and_widths), default=1)
    return max(least, lines * LINE_POINTS + 3)


def escape_header(text: str, limit: int = 100) -> str:
    """Make a text safe for a printed header, where & begins a code and 255 characters are all there is."""
    kept = text if len(text) <= limit else text[: limit - 1] + "…"
    return kept.replace("&", "&&")


def set_page(sheet: Worksheet, *, titles: str | None = None) -> None:
    """A4 landscape, as wide as the paper, as many pages as it takes; header rows on each."""
    sheet.page_setup.paperSize = A4
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = sheet.page_margins
    margins.left = margins.right = 0.4
    margins.top, margins.bottom, margins.header, margins.footer = 0.75, 0.6, 0.3, 0.3
    sheet.print_options.horizontalCentered = True
    if titles:
        sheet.print_title_rows = titles


def set_header(sheet: Worksheet, left: str, right: str, banner: str | None, footer: str, page: str) -> None:
    """Set the printed header and footer; texts are taken as escaped."""
    head, foot = HeaderFooterItem(), HeaderFooterItem()
    head.left.text, head.right.text = left, right
    if banner:
        head.center.text = escape_header(banner)
        head.center.font, head.center.color = f"{FONT_NAME},Bold", RED[2:]
    foot.left.text, foot.right.text = footer, f"{page} &P/&N"
    for part in (head.left, head.center, head.right, foot.left, foot.right):
        part.size = 9
    sheet.HeaderFooter = HeaderFooter(oddHeader=head, oddFooter=foot)


def protect(sheet: Worksheet, *, rows: bool = False) -> None:
    """Lock all but the input cells, without a password; columns and rows may still be sized, rows added."""
    guard = sheet.protection
    guard.sheet = True
    guard.formatColumns = guard.formatRows = False
    guard.insertRows = guard.deleteRows = not rows
