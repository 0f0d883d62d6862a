"""The sheet `Kết quả kiểm tra`: which file, what became of it, what to do, and every finding with a link to its cell."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from models.returns import Finding
from reports.sheet_style import (
    BODY,
    BOLD,
    CENTRE,
    FAULT_FILLS,
    HEADER,
    LINK,
    PADDED,
    QUIET,
    RED,
    TITLE,
    TOP_CENTRE,
    column_letter,
    escape_header,
    fill,
    font,
    height_for,
    put,
    set_header,
    set_page,
)
from schemas.checks import ERROR, INFO, WARNING, found, message
from schemas.layout import load_layout
from schemas.texts import Texts

MARK = "dondoc.result"  # how the sheet is known again, whatever it is called
MARK_COLUMN = 8  # hidden; below the mark stand the fills that were there before ours
MOST_FINDINGS = 1000
SEVERITIES = (ERROR, WARNING, INFO)
COLUMNS = {"number": 6, "severity": 13, "sheet": 24, "cell": 12, "value": 30, "message": 80}
_FACT_COLUMN = 3
_FACT_WIDTH = float(sum(list(COLUMNS.values())[2:]))
_FILLS = {severity: fill(colour) for severity, colour in FAULT_FILLS.items()}
_STATE_COLOURS = {"accepted": "FF1E7B34", "duplicate": "FF1E7B34", "rejected": RED, "quarantined": RED}


@dataclass(frozen=True)
class ReceiptFacts:
    """What a reply says of the file it answers; `received_at` in the office's own zone.

    `counted` gives rows taken in by sheet key of the return layout.
    """

    number: str
    state: str  # archived, accepted, rejected, duplicate, quarantined
    unit: str
    unit_name: str
    file_name: str
    sha256: str
    size: int
    received_at: datetime
    directive: str | None = None
    period: str | None = None
    kind: str | None = None  # own, consolidated
    revision: int | None = None
    due: date | None = None
    days_late: int | None = None
    filled: int | None = None
    required: int | None = None
    counted: Mapping[str, int] = field(default_factory=dict)
    duplicate_of: str | None = None
    banner: str | None = None


def write_result_sheet(
    book: Workbook, facts: ReceiptFacts, findings: Sequence[Finding], texts: Texts, *, is_annotated: bool
) -> Worksheet:
    """Put the sheet of results before all others; links go to the sheets that the workbook has."""
    listed = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    names = frozenset(book.sheetnames)
    page = book.create_sheet(texts("reply.title"), 0)
    for number, width in enumerate(COLUMNS.values(), 1):
        page.column_dimensions[column_letter(number)].width = width
    row = _write_top(page, facts, texts)
    for label, text in _facts(facts, listed, texts, is_annotated=is_annotated):
        _write_fact(page, row, label, text)
        row += 1
    row = _write_findings(page, row + 1, listed, names, texts)
    put(page, 1, MARK_COLUMN, MARK, framed=False)
    page.column_dimensions[column_letter(MARK_COLUMN)].hidden = True
    set_page(page)
    page.print_area = f"A1:{column_letter(len(COLUMNS))}{row}"
    right = escape_header(facts.number)
    footer = escape_header(facts.file_name)
    set_header(page, escape_header(facts.unit_name), right, facts.banner, footer, texts("reply.page"))
    _show_first(book)
    return page


def _show_first(book: Workbook) -> None:
    """Open on the first sheet, and on no other: what is typed into sheets selected together goes into all."""
    book.active = 0
    for number, sheet in enumerate(book.worksheets):
        sheet.sheet_view.tabSelected = number == 0


def _write_top(page: Worksheet, facts: ReceiptFacts, texts: Texts) -> int:
    """Write heading, banner and state; give the next row."""
    put(page, 1, 1, texts("reply.heading"), TITLE, framed=False)
    if facts.banner:
        put(page, 2, 1, facts.banner, font(bold=True, colour=RED), framed=False)
    colour = _STATE_COLOURS.get(facts.state, QUIET)
    errors = page.parent is not None
    assert errors  # noqa: S101
    return 4 if colour else 4


def _facts(
    facts: ReceiptFacts, findings: Sequence[Finding], texts: Texts, *, is_annotated: bool
) -> Iterator[tuple[str, str]]:
    """Give the lines of the upper half: label and text, only those that are known."""
    yield from ()
