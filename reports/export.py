"""Writes tables for other programs: .xlsx with real numbers, or .csv that no spreadsheet takes for formulas."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from models.errors import RefusedError
from reports import sheet_style as style
from reports.office_file import rezipped
from schemas.texts import Texts

LIKE_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BREAKS = ("\t", "\r", "\n")
ENDINGS = (".xlsx", ".csv")
NARROWEST, WIDEST = 7, 44  # characters of a column
HEAD = 3  # row of the labels
LONGEST_NAME = 31
_NOT_IN_NAMES = dict.fromkeys(map(ord, "[]:*?/\\'"), " ")

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sheet:
    """One table: its name on the tab, its title, the keys of its columns, a mapping a row."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Row]


def ensure_ending(path: Path) -> None:
    """Raises RefusedError for a file that is neither .xlsx nor .csv, or whose folder is not there."""
    if path.suffix.lower() not in ENDINGS:
        raise RefusedError("export.ending", file=path.name)
    if not path.absolute().parent.is_dir():
        raise RefusedError("export.no-folder", folder=path.absolute().parent)


def write_table(path: Path, title: str, columns: Sequence[str], rows: Sequence[Row], texts: Texts) -> Path:
    """Write one table; a column's label is `cli.column.<key>`. Raises RefusedError for another ending."""
    return write_tables(path, [Sheet(title, title, columns, rows)], texts)[0]


def write_tables(path: Path, sheets: Sequence[Sheet], texts: Texts) -> list[Path]:
    """Write the tables as the sheets of one workbook, or as a file .csv each: the first at `path`, then -2, -3.

    Each file appears whole or not at all. Raises RefusedError for another ending or a place that cannot be written.
    """
    ensure_ending(path)
    if path.suffix.lower() == ".xlsx":
        contents = {path: _workbook(sheets, texts)}
    else:
        contents = {_numbered(path, at): _csv(sheet, texts) for at, sheet in enumerate(sheets, start=1)}
    for place, content in contents.items():
        _write(place, content)
    return list(contents)


def _numbered(path: Path, at: int) -> Path:
    return path if at == 1 else path.with_stem(f"{path.stem}-{at}")


def _write(path: Path, content: bytes) -> None:
    beside = path.with_name(f".{path.name}")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    except OSError as error:  # a folder nobody may write to, a full disk, a file that Excel holds open
        beside.unlink(missing_ok=True)
        raise RefusedError("export.unwritable", file=path, found=error.strerror) from error


def label(column: str, texts: Texts) -> str:
    return texts.label("cli.column", column)


def _plain(value: Any, texts: Texts) -> Any:
    """Give a value as both formats hold it: numbers and days stay what they are, all else becomes a text."""
    if isinstance(value, bool):
        return texts("cli.yes" if value else "cli.no")
    if isinstance(value, datetime):
        return value.replace(tzinfo=None, microsecond=0)  # as it is on the wall there; a workbook knows no zones
    if value is None or isinstance(value, int | Decimal | date):
        return value
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {part}" for key, part in value.items())
    if isinstance(value, list | tuple):
        return "; ".join(str(part) for part in value)
    return texts.label("cli.word", str(value))


def _csv(sheet: Sheet, texts: Texts) -> bytes:
    """UTF-8 with a mark at its head, by which Excel knows it; decimals with a point, days as ISO 8601."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_harmless(label(column, texts)) for column in sheet.columns)
    for row in sheet.rows:
        writer.writerow(_harmless(_plain(row.get(column), texts)) for column in sheet.columns)
    return text.getvalue().encode("utf-8-sig", "replace")


def _harmless(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run; a number is left as it is."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if not isinstance(value, str):
        return value
    text = style.clean_text(value)
    return f"'{text}" if text.startswith(BREAKS) or text.lstrip().startswith(LIKE_FORMULAS) else text


def _workbook(sheets: Sequence[Sheet], texts: Texts) -> bytes:
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
    rows = [[_plain(row.get(column), texts) for column in sheet.columns] for row in sheet.rows]
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
