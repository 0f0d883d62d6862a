"""Marks on the cells of a sender's workbook, a colour and a note each; and how earlier ones come off."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, cast

from lxml import etree
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles.fills import Fill
from openpyxl.utils.cell import range_boundaries
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from models.returns import Finding
from reports.reply_words import SEVERITIES, say
from reports.sheet_style import FAULT_FILLS, INPUT, clean_text, fill, lines_of
from schemas.reply import RESULT_MARK, RESULT_MARK_COLUMN
from schemas.texts import Texts

NOTE_MARK = "[dondoc] "  # begins our part of a note; what stands before it is the sender's
NOTE_WIDTH = 330  # pixels, about 50 characters
NOTE_LIMIT = 1500
MARK_WITHIN = 5  # rows from the top
MOST_CELLS = 2000  # coloured for one finding
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True)
Fills = dict[str, str]  # "sheet!address" → the fill before ours, as XML


def unmark(book: Workbook) -> None:
    """Take off what an earlier reply put on: its sheet of results, its colours, its notes."""
    before: Fills = {}
    for page in list(book.worksheets):
        if column := _find_mark(page):
            before |= _remembered(page, column)
            book.remove(page)
    ours = frozenset(FAULT_FILLS.values())
    for page in book.worksheets:
        for cell in list(page._cells.values()):  # iter_rows would make empty ones
            if isinstance(cell, MergedCell):
                continue
            if cell.comment is not None:
                _strip_note(cell)
            if cell.has_style and cell.fill.fgColor.rgb in ours:
                was = before.get(f"{page.title}!{cell.coordinate}")
                cell.fill = _read_fill(was) if was else INPUT


def mark(book: Workbook, findings: Sequence[Finding], texts: Texts) -> Fills:
    """Colour every faulty cell and put a note on it; give the fills that were there."""
    before: Fills = {}
    notes: dict[tuple[str, str], list[str]] = {}
    worst_last = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity), reverse=True)
    for finding in worst_last:
        if finding.sheet not in book.sheetnames or not finding.cell:
            continue
        page = book[finding.sheet]
        if not isinstance(page, Worksheet):
            continue
        cells = list(islice(_cells(page, finding.cell), MOST_CELLS))
        for cell in cells:
            before.setdefault(f"{page.title}!{cell.coordinate}", _write_fill(cell))
            cell.fill = fill(FAULT_FILLS[finding.severity])
        if cells:
            label = texts(f"reply.severity.{finding.severity}")
            notes.setdefault((page.title, cells[0].coordinate), []).append(f"{label}: {say(finding, texts)}")
    for (sheet, address), said in notes.items():
        _write_note(book[sheet][address], said[::-1])
    return before


def remember(page: Worksheet, before: Mapping[str, str]) -> None:
    """Keep the fills in the hidden column of the sheet of results."""
    for row, (place, was) in enumerate(before.items(), 2):
        page.cell(row, RESULT_MARK_COLUMN, f"{place}={was}").data_type = "s"


def _find_mark(page: Worksheet) -> int | None:
    """Find the column of our mark, even where rows or columns that the sender put in have moved it a little."""
    top = ((column, cell) for (row, column), cell in page._cells.items() if row <= MARK_WITHIN)
    return next((column for column, cell in top if cell.value == RESULT_MARK), None)


def _remembered(page: Worksheet, column: int) -> Fills:
    written = (cell.value for cell in page._cells.values() if cell.column == column)
    pairs = (str(text).partition("=<") for text in written if text)
    return {place: f"<{was}" for place, found, was in pairs if found}


def _write_fill(cell: Cell) -> str:
    return etree.tostring(cell.fill.to_tree("fill"), encoding="unicode")


def _read_fill(written: str) -> Fill:
    try:
        return cast(Fill, Fill.from_tree(cast(Any, etree.fromstring(written, _PARSER))))
    except (etree.XMLSyntaxError, KeyError, TypeError, ValueError):  # the sender wrote there
        return INPUT


def _cells(page: Worksheet, written: str) -> Iterator[Cell]:
    """Give the cells of an address, a range, or several of them; of merged cells the one that shows."""
    for part in written.replace(";", ",").split(","):
        try:
            left, top, right, bottom = range_boundaries(part.strip())
        except (TypeError, ValueError):
            continue
        if not left or not top or not right or not bottom or right > LAST_COLUMN or bottom > LAST_ROW:
            continue
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                yield _shown(page, row, column)


def _shown(page: Worksheet, row: int, column: int) -> Cell:
    cell = page.cell(row, column)
    if isinstance(cell, Cell):
        return cell
    home = next(area for area in page.merged_cells.ranges if cell.coordinate in area)
    return _shown(page, home.min_row, home.min_col)


def _write_note(cell: Cell, said: Sequence[str]) -> None:
    """Put our words under the sender's own note, if there is one."""
    theirs = cell.comment.text.rstrip() + "\n\n" if cell.comment else ""
    author = cell.comment.author if cell.comment else "dondoc"
    text = clean_text(theirs + NOTE_MARK + "\n".join(said))
    text = text if len(text) <= NOTE_LIMIT + len(theirs) else text[: NOTE_LIMIT + len(theirs)] + "…"
    cell.comment = Comment(text, author, height=lines_of(text, 46) * 18 + 14, width=NOTE_WIDTH)


def _strip_note(cell: Cell) -> None:
    comment = cell.comment
    if comment is None or NOTE_MARK.strip() not in comment.text:
        return
    theirs = comment.text.partition(NOTE_MARK.strip())[0].rstrip()
    cell.comment = Comment(theirs, comment.author) if theirs else None
