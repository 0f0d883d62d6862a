"""Tables as the sheets of one workbook, with real numbers and days."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from reports import sheet_style as style
from reports.export import Sheet, label, plain
from reports.office_file import rezipped
from schemas.texts import Texts

NARROWEST, WIDEST = 7, 44  # characters of a column
HEAD = 3  # row of the labels
LONGEST_NAME = 31
_NOT_IN_NAMES = dict.fromkeys(map(ord, "[]:*?/\\'"), " ")


def workbook(sheets: Sequence[Sheet], texts: Texts) -> bytes:
    book = style.new_workbook()
    for sheet in sheets:
        _write_sheet(book, sheet, texts)
    style.open_on(book, 0)
    content = BytesIO()
    book.save(content)
    return rezipped(content.getvalue())


def _write_sheet(book: Workbook, sheet: Sheet, texts: Texts) -> None:
    page: Worksheet = book.create_sheet(_tab_name(sheet.name))
    style.put(page, 1, 1, sheet.title, style.TITLE, style.NO_WRAP, framed=False)
    labels = [label(column, texts) for column in sheet.columns]
    rows = [[plain(row.get(column), texts) for column in sheet.columns] for row in sheet.rows]
    widths = _widths(labels, rows)
    for number, (text, width) in enumerate(zip(labels, widths, strict=True), start=1):
        style.put(page, HEAD, number, text, style.BOLD, style.CENTRE, style.HEADER)
        page.column_dimensions[get_column_letter(number)].width = width
    page.row_dimensions[HEAD].height = style.height_for(*zip(labels, [0.85 * width for width in widths], strict=True))
    for at, values in enumerate(rows, start=HEAD + 1):
        _write_row(page, at, values, widths)
    page.freeze_panes = f"B{HEAD + 1}"
    page.auto_filter.ref = f"A{HEAD}:{get_column_letter(len(labels))}{HEAD + len(rows)}"
    style.set_page(page, titles=f"{HEAD}:{HEAD}")
    style.set_header(page, "", style.escape_header(sheet.title), None, "", texts("export.page"))


def _write_row(page: Worksheet, row: int, values: Sequence[Any], widths: Sequence[float]) -> None:
    """Write a row as high as its texts need: no program fits rows that it has not drawn."""
    for number, value in enumerate(values, start=1):
        _put(page, row, number, value)
    texts = [(value, width - 2) for value, width in zip(values, widths, strict=True) if isinstance(value, str)]
    page.row_dimensions[row].height = style.height_for(*texts)


def _put(page: Worksheet, row: int, column: int, value: Any) -> None:
    if isinstance(value, int | Decimal):
        cell = style.put(page, row, column, value, place=style.TOP_RIGHT)
        cell.number_format = "#,##0" if value == int(value) else "#,##0.0"
    elif isinstance(value, date):
        cell = style.put(page, row, column, value, place=style.TOP_CENTRE)
        cell.number_format = "dd/mm/yyyy hh:mm" if isinstance(value, datetime) else "dd/mm/yyyy"
    else:
        style.put(page, row, column, value, place=style.PADDED)


def _widths(labels: Sequence[str], rows: Sequence[Sequence[Any]]) -> list[float]:
    """Give each column what its longest entry needs; a label may break over three lines, a long text over more."""
    widths = []
    for at, text in enumerate(labels):
        longest = max((_length(row[at]) for row in rows), default=0)
        words = max(map(len, text.split()), default=0)
        widths.append(float(min(WIDEST, max(NARROWEST, longest + 4, words + 3, len(text) // 3 + 3))))
    return widths


def _length(value: Any) -> int:
    if isinstance(value, datetime):
        return len("dd/mm/yyyy hh:mm")
    if isinstance(value, date):
        return len("dd/mm/yyyy")
    if isinstance(value, Decimal):
        return len(f"{value:,.1f}")
    return len(f"{value:,}") if isinstance(value, int) else len(value or "")


def _tab_name(wanted: str) -> str:
    """Give a name Excel takes for a tab; openpyxl puts a number behind one that is used already."""
    return wanted.translate(_NOT_IN_NAMES).strip()[: LONGEST_NAME - 2].strip() or "1"
