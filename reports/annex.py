"""Writes the annex workbook: tables with real numbers, native charts, texts, and an index of the figures."""

import re
from collections.abc import Iterator
from copy import copy
from math import ceil
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.formatting.rule import ColorScaleRule
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from reports.annex_cells import put_cell
from reports.annex_charts import put_text, write_charts
from reports.annex_index import Written, number_index, place_index
from reports.annex_sheets import annex_sheets
from reports.content import (
    AnnexSheet,
    Cell,
    Column,
    Document,
    Row,
    Table,
    page_mark,
)
from reports.office_file import rezipped
from reports.widths import CELL_PADDING, fit_columns, sides_of, text_width
from schemas.texts import Texts, load_texts

FONT, SIZE = "Times New Roman", 11
PAGE_WIDTH = 257.0  # millimetres of text on A4 on its side
TEXT_WIDTH = 220.0  # millimetres of a column of running text
CONTENTS_WIDTH = 50.0  # millimetres of the names in the list of sheets
LETTER = 1.95  # millimetres of column width that Excel calls 1
LINE = 15.0  # points of a line of text
HEAD_FILL, GROUP_FILL = PatternFill("solid", fgColor="E7E6E6"), PatternFill("solid", fgColor="F2F2F2")
# Shares in per cent; black letters are legible on the darkest.
SCALE: dict[str, Any] = {
    "start_type": "num", "start_value": 50, "start_color": "FFFFFF",
    "mid_type": "num", "mid_value": 85, "mid_color": "B3CBE4",
    "end_type": "num", "end_value": 100, "end_color": "6F9BC8",
}  # fmt: skip
LINK = "0563C1"
LINES = Border(*(Side("thin", color="7F7F7F"),) * 4)
LONGEST_NAME = 31
Dresses = dict[tuple[Any, ...], Any]  # how cells look that look alike: openpyxl compares whole fonts at each cell
_NOT_IN_NAMES = re.compile(r"[\[\]:*?/\\']")


def write_annex(document: Document, path: Path, *, sheets: tuple[AnnexSheet, ...] | None = None) -> None:
    """Write the workbook; without sheets, those that follow from the document. Same content, same bytes."""
    texts = load_texts(document.language)
    book = Workbook()
    book.worksheets[0].title = texts("document.sheet.contents")
    _set_print(book.worksheets[0], document, texts)
    used = annex_sheets(document) if sheets is None else sheets
    written = [one for sheet in used for one in _write_sheet(book, document, sheet, texts)]
    for key, index in (("figures", place_index(document, written, texts)), ("numbers", number_index(document, texts))):
        if index.rows:
            name = texts(f"document.sheet.{key}")
            written += _write_sheet(book, document, AnnexSheet(name, index.caption, table=index), texts)
    _write_contents(book, document, written, texts)
    book.properties.title = f"{document.type_name} {document.subject}"
    book.properties.creator = document.issuer
    book.properties.language = document.language
    book.save(path)
    path.write_bytes(rezipped(path.read_bytes()))


def _write_sheet(book: Workbook, document: Document, sheet: AnnexSheet, texts: Texts) -> Iterator[Written]:
    """Write a sheet, and that with the data of its charts; gives what was written where."""
    page = _new_page(book, document, sheet.name, texts)
    row, head = _write_top(page, document, sheet.title, texts), 0
    if sheet.table is not None:
        row, head = _write_table(page, sheet.table, row, document.language)
    for text in sheet.texts:
        row = _write_text(page, text, row)
    yield Written(page.title, sheet.title, sheet.table, head)
    if sheet.charts:
        title = texts("document.sheet.chart_data_title")
        data = _new_page(book, document, texts("document.sheet.chart_data"), texts)
        first = _write_top(data, document, title, texts)
        yield Written(data.title, title, data=write_charts(page, data, sheet.charts, texts, row, first))


def _new_page(book: Workbook, document: Document, name: str, texts: Texts) -> Worksheet:
    page: Worksheet = book.create_sheet(_free_name(book, name))
    _set_print(page, document, texts)
    return page


def _write_contents(book: Workbook, document: Document, written: list[Written], texts: Texts) -> None:
    """Fill the first sheet: the name of every other sheet as a link to it, and what it holds."""
    page = book.worksheets[0]
    row = _write_top(page, document, f"{document.type_name} {document.subject}", texts)
    widths = (CONTENTS_WIDTH, TEXT_WIDTH - CONTENTS_WIDTH)
    columns = (Column(texts("document.figures.sheet")), Column(texts("document.sheet.holds"), "text", 4))
    _set_widths(page, widths)
    _write_head(page, columns, widths, row)
    page.freeze_panes, page.print_title_rows = f"A{row + 1}", f"{row}:{row}"
    for number, sheet in enumerate(written, start=row + 1):
        _link(put_text(page, number, 1, sheet.name), sheet.name)
        put_text(page, number, 2, sheet.title).font = Font(FONT, SIZE)
        for cell in page[number][:2]:
            cell.border, cell.alignment = LINES, Alignment("left", "center", wrap_text=True)
        page.row_dimensions[number].height = _height([(sheet.name, widths[0]), (sheet.title, widths[1])])


def _link(cell: Any, sheet: str) -> None:
    """Make a cell lead to the top of a sheet."""
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{sheet}'!A1")
    cell.font = Font(FONT, SIZE, color=LINK, underline="single")


def _free_name(book: Workbook, wanted: str) -> str:
    """Give a sheet name Excel takes, not used yet: at most 31 characters, none of []:*?/\\'."""
    base = _NOT_IN_NAMES.sub(" ", wanted).strip()[:LONGEST_NAME] or "1"
    taken = {name.casefold() for name in book.sheetnames}
    name, number = base, 1
    while name.casefold() in taken:
        number += 1
        name = f"{base[: LONGEST_NAME - 5]} ({number})"
    return name


def _write_top(page: Worksheet, document: Document, title: str, texts: Texts) -> int:
    """Write mark, title, as-at line and the way back to the contents; gives the first free row."""
    row = 1
    lines = (
        (page_mark(document, texts), 11, True),
        (title, 13, True),
        (document.as_at_line, 11, False),
    )
    for text, size, bold in lines:
        if text:
            cell = put_text(page, row, 1, text)
            cell.font = Font(FONT, size, bold=bold, italic=not bold)
            if text == title:
                page.print_title_rows = f"{row}:{row}"
            row += 1
    contents = texts("document.sheet.contents")
    if page.title != contents:
        _link(put_text(page, row, 1, texts("document.sheet.back", contents=contents)), contents)
        row += 1
    return row + 1


def _set_print(page: Worksheet, document: Document, texts: Texts) -> None:
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", page.PAPERSIZE_A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    margins = page.page_margins
    margins.left = margins.right = 0.6
    margins.top = margins.bottom = 0.8
    header: Any = page.oddHeader
    footer: Any = page.oddFooter
    header.center.text = page_mark(document, texts).replace("&", "&&")
    footer.center.text = texts("document.sheet.page")
    for part in (header.center, footer.center):
        part.font, part.size = f"{FONT},Regular", 10


def _write_table(page: Worksheet, table: Table, row: int, language: str) -> tuple[int, int]:
    """Write a table; gives the first free row below it and the row of its heads."""
    widths = fit_columns(table, PAGE_WIDTH, SIZE)
    _set_widths(page, widths)
    if table.measure_note:
        put_text(page, row, 1, table.measure_note).font = Font(FONT, SIZE, italic=True)
        row += 1
    sides = sides_of(table)
    head, last = row, row + len(table.rows)
    _write_head(page, table.columns, widths, head)
    dresses: Dresses = {}
    for number, content in enumerate(table.rows, start=head + 1):
        _write_row(page, content, list(zip(sides, widths, strict=True)), number, language, dresses)
    _shade(page, table, head)
    page.freeze_panes = f"B{head + 1}"
    page.print_title_rows = f"{head}:{head}"
    page.auto_filter.ref = f"A{head}:{get_column_letter(len(table.columns))}{last}"
    put_text(page, last + 2, 1, table.source).font = Font(FONT, SIZE, italic=True)
    return last + 4, head


def _shade(page: Worksheet, table: Table, head: int) -> None:
    """Colour the columns of a heat map by a scale of the program's own: it follows the numbers."""
    for number in range(len(table.columns)):
        if any(row.role != "group" and row.cells[number].shade is not None for row in table.rows):
            letter = get_column_letter(number + 1)
            scale = ColorScaleRule(**SCALE)  # type: ignore[no-untyped-call]
            page.conditional_formatting.add(f"{letter}{head + 1}:{letter}{head + len(table.rows)}", scale)


def _set_widths(page: Worksheet, widths: tuple[float, ...]) -> None:
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = round(width / LETTER, 1)


def _write_head(page: Worksheet, columns: tuple[Column, ...], widths: tuple[float, ...], row: int) -> None:
    for number, column in enumerate(columns, start=1):
        cell = put_text(page, row, number, column.label)
        cell.font, cell.fill, cell.border = Font(FONT, SIZE, bold=True), HEAD_FILL, LINES
        cell.alignment = Alignment("center", "center", wrap_text=True)
    labels = [(column.label, width) for column, width in zip(columns, widths, strict=True)]
    page.row_dimensions[row].height = _height(labels, bold=True)


def _write_row(
    page: Worksheet, row: Row, lie: list[tuple[str, float]], number: int, language: str, dresses: Dresses
) -> None:
    """Write a row; `lie` tells for each column the side its cells stand on and its width."""
    if row.role == "group":
        for column in range(1, len(lie) + 1):
            cell = put_text(page, number, column, row.cells[0].text if column == 1 else "")
            cell.font, cell.fill = Font(FONT, SIZE, bold=True, italic=True), GROUP_FILL
        return
    for column, (content, (side, _)) in enumerate(zip(row.cells, lie, strict=True), start=1):
        cell = put_cell(page, number, column, content, language)
        dress = (side, row.role == "total", content.value is None, cell.number_format, cell.quotePrefix)
        if dress in dresses:
            cell._style = copy(dresses[dress])
        else:
            _dress(cell, content, side, bold=row.role == "total")
            dresses[dress] = cell._style
    texts = [(cell.text, width) for cell, (_, width) in zip(row.cells, lie, strict=True)]
    page.row_dimensions[number].height = _height(texts)


def _dress(cell: Any, content: Cell, side: str, *, bold: bool) -> None:
    cell.font, cell.border = Font(FONT, SIZE, bold=bold), LINES
    cell.alignment = Alignment(side, "center", wrap_text=content.value is None)


def _height(cells: list[tuple[str, float]], *, bold: bool = False) -> float:
    """Give the height (points) that the cell with the most lines needs: no program fits rows it has not drawn."""
    room = 0.92 if bold else 1.0
    lines = [ceil(text_width(text, SIZE) / ((width - 2 * CELL_PADDING) * room)) for text, width in cells]
    return LINE * max(1, *lines) + 3


def _write_text(page: Worksheet, text: str, row: int) -> int:
    page.column_dimensions["A"].width = round(TEXT_WIDTH / LETTER)
    cell = put_text(page, row, 1, text)
    cell.font, cell.alignment = Font(FONT, SIZE), Alignment("left", "top", wrap_text=True)
    page.row_dimensions[row].height = _height([(text, TEXT_WIDTH)])
    return row + 1
