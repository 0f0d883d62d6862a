"""The first sheet of a reply: which file, what became of it, what to do, every finding with a link to its cell."""

from typing import cast

from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reports.reply_facts import ChangeLine, Fact, Line, Result
from reports.reply_words import COLUMNS, FACT_COLUMN
from reports.sheet_style import (
    BODY,
    BOLD,
    CENTRE,
    FAULT_FILLS,
    HEADER,
    LINE_POINTS,
    LINK,
    NO_WRAP,
    PADDED,
    PADDED_MIDDLE,
    QUIET,
    RED,
    TITLE,
    TOP_CENTRE,
    column_letter,
    fill,
    font,
    open_on,
    put,
    set_header,
    set_page,
)
from schemas.reply import RESULT_MARK, RESULT_MARK_COLUMN, RESULT_MARK_ROW
from schemas.texts import Texts, load_texts

FACTS_ROW = 4
GREEN = "FF1E7B34"
_STATE_COLOURS = {"accepted": GREEN, "duplicate": GREEN, "rejected": RED, "quarantined": RED}
_FILLS = {severity: fill(colour) for severity, colour in FAULT_FILLS.items()}
_LINKED = font(colour=LINK, underline=True)
_SECTION = font(bold=True, size=13)
_TOP_HEIGHTS = (26, 20, 26)  # heading, banner, state
_SECTION_HEIGHT = 22


def write_result_sheet(book: Workbook, result: Result) -> Worksheet:
    """Put the sheet of results before all others of a workbook."""
    texts = load_texts(result.language)
    page = cast(Worksheet, book.create_sheet(texts("reply.title"), 0))
    for number, width in enumerate(COLUMNS.values(), 1):
        page.column_dimensions[column_letter(number)].width = width
    put(page, 1, 1, texts("reply.heading"), TITLE, NO_WRAP, framed=False)
    put(page, 2, 1, result.banner or None, font(bold=True, colour=RED), NO_WRAP, framed=False)
    colour = _STATE_COLOURS.get(result.state, QUIET)
    put(page, 3, 1, result.sentence, font(bold=True, size=13, colour=colour), NO_WRAP, framed=False)
    for row, height in enumerate(_TOP_HEIGHTS, 1):
        page.row_dimensions[row].height = height
    for row, fact in enumerate(result.facts, FACTS_ROW):
        _write_fact(page, row, texts(f"reply.fact.{fact.name}"), fact)
    last = _write_lines(page, FACTS_ROW + len(result.facts) + 1, result, texts)
    if result.changed:
        last = _write_changes(page, last + 2, result, texts)
    put(page, RESULT_MARK_ROW, RESULT_MARK_COLUMN, RESULT_MARK, framed=False)
    page.column_dimensions[column_letter(RESULT_MARK_COLUMN)].hidden = True
    page.print_area = f"A1:{column_letter(len(COLUMNS))}{last}"
    set_page(page)
    unit, number_, file = result.header
    set_header(page, unit, number_, result.banner, file, texts("reply.page"))
    open_on(book, 0)
    return page


def _write_fact(page: Worksheet, row: int, label: str, fact: Fact) -> None:
    """Write a label over two columns and its text over the others."""
    for column in range(1, len(COLUMNS) + 1):
        put(page, row, column, None, BODY, PADDED, HEADER if column < FACT_COLUMN else None)
    put(page, row, 1, label, BOLD, PADDED_MIDDLE, HEADER)
    put(page, row, FACT_COLUMN, fact.text, BOLD if fact.name == "next" else BODY, PADDED_MIDDLE)
    # merge_cells() would dress every cell of the row once more, and take ten times as long.
    page.merged_cells.add(f"A{row}:{column_letter(FACT_COLUMN - 1)}{row}")
    page.merged_cells.add(f"{column_letter(FACT_COLUMN)}{row}:{column_letter(len(COLUMNS))}{row}")
    page.row_dimensions[row].height = fact.height * LINE_POINTS + 3


def _write_lines(page: Worksheet, row: int, result: Result, texts: Texts) -> int:
    """Write the list of findings; give its last row."""
    heading = texts("reply.list.heading" if result.lines else "reply.list.none")
    _write_section(page, row, heading)
    if not result.lines:
        return row
    row += 1
    if not result.changes:  # else the pages of the second list would bear the headers of the first
        page.print_title_rows = f"{row}:{row}"
    for number, key in enumerate(COLUMNS, 1):
        put(page, row, number, texts(f"reply.column.{key}"), BOLD, CENTRE, HEADER)
    for number, line in enumerate(result.lines, 1):
        _write_line(page, row + number, number, line, texts)
    return _write_left_out(page, row + len(result.lines), result.left_out)


def _write_section(page: Worksheet, row: int, heading: str) -> None:
    put(page, row, 1, heading, _SECTION, NO_WRAP, framed=False)
    page.row_dimensions[row].height = _SECTION_HEIGHT


def _write_left_out(page: Worksheet, row: int, text: str) -> int:
    if not text:
        return row
    put(page, row + 1, len(COLUMNS), text, BODY, PADDED)
    return row + 1


def _write_line(page: Worksheet, row: int, number: int, line: Line, texts: Texts) -> None:
    put(page, row, 1, number, BODY, TOP_CENTRE)
    put(page, row, 2, texts(f"reply.severity.{line.severity}"), BOLD, TOP_CENTRE, _FILLS[line.severity])
    _write_place(page, row, line)
    put(page, row, 5, line.value, BODY, PADDED)
    put(page, row, 6, line.said, BODY, PADDED)


def _write_place(page: Worksheet, row: int, line: Line | ChangeLine) -> None:
    """Write sheet and cell of a line, the cell as a link where the copy has it, and make the row high enough."""
    put(page, row, 3, line.sheet, BODY, PADDED)
    cell = put(page, row, 4, line.cell, _LINKED if line.link else BODY, TOP_CENTRE)
    if line.link:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=line.link, display=line.cell)
        cell.font = _LINKED
    page.row_dimensions[row].height = line.height * LINE_POINTS + 3


def _write_changes(page: Worksheet, row: int, result: Result, texts: Texts) -> int:
    """Write the list of what the correction changed; give its last row."""
    _write_section(page, row, result.changed)
    if not result.changes:
        return row
    row += 1
    for number, key in enumerate(("number", "subject", "sheet", "cell", "column", "change"), 1):
        put(page, row, number, texts(f"reply.column.{key}"), BOLD, CENTRE, HEADER)
    for number, line in enumerate(result.changes, 1):
        put(page, row + number, 1, number, BODY, TOP_CENTRE)
        put(page, row + number, 2, line.subject, BODY, TOP_CENTRE)
        _write_place(page, row + number, line)
        put(page, row + number, 5, line.column, BODY, PADDED)
        put(page, row + number, 6, line.said, BODY, PADDED)
    return _write_left_out(page, row + len(result.changes), result.changes_left_out)
