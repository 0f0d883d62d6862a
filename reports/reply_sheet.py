"""The first sheet of a reply: which file, what became of it, what to do, every finding with a link to its cell."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from openpyxl.workbook import Workbook
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from models.queries.revisions import Change
from models.returns import Finding
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
    escape_header,
    fill,
    font,
    lines_of,
    open_on,
    put,
    set_header,
    set_page,
)
from schemas.checks import ERROR, INFO, WARNING, found, message
from schemas.quality import Quality
from schemas.texts import Texts, load_texts

MARK = "dondoc.result"  # how the sheet is known again, whatever it is called
MARK_COLUMN = 8  # hidden; below the mark stand the fills that were in the cells before ours
MOST_FINDINGS = 1000
SEVERITIES = (ERROR, WARNING, INFO)
COLUMNS = {"number": 6, "severity": 17, "sheet": 24, "cell": 12, "value": 30, "message": 80}
FACTS_ROW, FACT_COLUMN = 4, 3
FACT_WIDTH = sum(list(COLUMNS.values())[FACT_COLUMN - 1 :]) - 2.0
_WRAPPED = ("sheet", "value", "message")
GREEN = "FF1E7B34"
_STATE_COLOURS = {"accepted": GREEN, "duplicate": GREEN, "rejected": RED, "quarantined": RED}
_FILLS = {severity: fill(colour) for severity, colour in FAULT_FILLS.items()}
_LINKED = font(colour=LINK, underline=True)
_TOP_HEIGHTS = (26, 20, 26)  # heading, banner, state


@dataclass(frozen=True)
class ReceiptFacts:
    """What a reply says of the file it answers; `received_at` in the office's own zone.

    `counted` gives the rows taken in, by sheet key of the return layout.
    """

    number: str
    state: str  # archived, accepted, rejected, duplicate, quarantined
    unit: str
    unit_name: str
    file_name: str
    sha256: str
    size: int  # bytes
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
    quality: Quality | None = None  # of an accepted return
    changes: tuple[Change, ...] = ()  # against the revision that counted before


@dataclass(frozen=True)
class Fact:
    """One line of the upper half; `height` in lines."""

    name: str
    text: str
    height: int


@dataclass(frozen=True)
class Line:
    """One finding as it is listed; `link` is the cell's place in the workbook, if it has one."""

    severity: str
    sheet: str
    cell: str
    value: str
    said: str
    height: int
    link: str = ""


@dataclass(frozen=True)
class Result:
    """All texts of the sheet of results."""

    language: str
    state: str
    banner: str
    sentence: str
    facts: tuple[Fact, ...]
    lines: tuple[Line, ...]
    left_out: str
    header: tuple[str, str, str]  # unit, receipt number, file


def compose(
    facts: ReceiptFacts, findings: Sequence[Finding], texts: Texts, sheets: Sequence[str] | None = None
) -> Result:
    """Say what became of a file. `sheets` are those of the copy that carries the result, None for a receipt."""
    counts = _counts(findings)
    advice = texts(f"reply.next.{next_key(facts, counts, is_annotated=sheets is not None)}")
    known = (*_facts(facts, counts, texts), ("next", advice))
    listed = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    more = texts("reply.more", count=texts.number(len(listed) - MOST_FINDINGS)) if len(listed) > MOST_FINDINGS else ""
    return Result(
        texts.language,
        facts.state,
        facts.banner or "",
        texts(f"reply.state.{facts.state}", **counts, duplicate_of=facts.duplicate_of or ""),
        tuple(Fact(name, text, lines_of(text, FACT_WIDTH)) for name, text in known),
        tuple(_line(finding, texts, frozenset(sheets or ())) for finding in listed[:MOST_FINDINGS]),
        more,
        (escape_header(facts.unit_name), escape_header(facts.number), escape_header(facts.file_name)),
    )


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    counted = Counter(finding.severity for finding in findings)
    return {"errors": counted[ERROR], "warnings": counted[WARNING], "infos": counted[INFO]}


def next_key(facts: ReceiptFacts, counts: Mapping[str, int], *, is_annotated: bool) -> str:
    """Say which advice fits: cells can only be mended in a copy that has them."""
    if facts.state == "rejected" and not is_annotated:
        return "refused"
    return "accepted_warned" if facts.state == "accepted" and counts["warnings"] else facts.state


def _facts(facts: ReceiptFacts, counts: Mapping[str, int], texts: Texts) -> Iterator[tuple[str, str]]:
    """Give what is known of the file, line by line: name of the fact and text."""
    yield "number", facts.number
    yield "received_at", texts.moment(facts.received_at)
    yield "unit", texts("reply.value.unit", code=facts.unit, name=facts.unit_name)
    if facts.directive and facts.period:
        kind = texts.label("workbook.list.kind", facts.kind)
        yield "report", texts("reply.value.report", directive=facts.directive, period=facts.period, kind=kind)
    size = texts.number(max(1, facts.size // 1024))
    yield "file", texts("reply.value.size", name=facts.file_name, size=size)
    yield "sha256", facts.sha256
    if facts.revision is not None:
        yield "revision", texts.number(facts.revision)
    if facts.due is not None:
        key = "late" if facts.days_late else "on_time"
        yield "due", texts(f"reply.value.{key}", due=texts.date(facts.due), days=facts.days_late or 0)
    if facts.required:
        filled, required = texts.number(facts.filled or 0), texts.number(facts.required)
        yield "answered", texts("reply.value.answered", filled=filled, required=required)
    if facts.counted:
        yield "counted", "; ".join(_counted(facts.counted, texts))
    yield "findings", texts("reply.value.findings", **counts)


def _counted(counted: Mapping[str, int], texts: Texts) -> Iterator[str]:
    for sheet, count in counted.items():
        name = texts.label("workbook.sheet", f"{sheet}.title")
        yield texts("reply.value.counted", sheet=name, count=texts.number(count))


def _line(finding: Finding, texts: Texts, sheets: frozenset[str]) -> Line:
    place, link = finding.cell or "", ""
    if finding.sheet in sheets and place:
        link = "'" + (finding.sheet or "").replace("'", "''") + "'!" + place.split(",")[0].strip()
    shown = (finding.sheet or texts("reply.whole_file"), shorten(finding.value or ""), say(finding, texts))
    height = max(lines_of(text, COLUMNS[key] - 2.0) for text, key in zip(shown, _WRAPPED, strict=True))
    return Line(finding.severity, shown[0], place, shown[1], shown[2], height, link)


def say(finding: Finding, texts: Texts) -> str:
    """Give the sentence of a finding without its place, which stands in columns of its own."""
    return message(found(finding.check, value=finding.value, **finding.values), texts)


def shorten(text: str, limit: int = 200) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


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
    put(page, 1, MARK_COLUMN, MARK, framed=False)
    page.column_dimensions[column_letter(MARK_COLUMN)].hidden = True
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
    put(page, row, FACT_COLUMN, fact.text, BODY, PADDED_MIDDLE)
    # merge_cells() would dress every cell of the row once more, and take ten times as long.
    page.merged_cells.add(f"A{row}:{column_letter(FACT_COLUMN - 1)}{row}")
    page.merged_cells.add(f"{column_letter(FACT_COLUMN)}{row}:{column_letter(len(COLUMNS))}{row}")
    page.row_dimensions[row].height = fact.height * LINE_POINTS + 3


def _write_lines(page: Worksheet, row: int, result: Result, texts: Texts) -> int:
    """Write the list of findings; give its last row."""
    heading = texts("reply.list.heading" if result.lines else "reply.list.none")
    put(page, row, 1, heading, font(bold=True, size=13), NO_WRAP, framed=False)
    if not result.lines:
        return row
    row += 1
    page.print_title_rows = f"{row}:{row}"
    for number, key in enumerate(COLUMNS, 1):
        put(page, row, number, texts(f"reply.column.{key}"), BOLD, CENTRE, HEADER)
    for number, line in enumerate(result.lines, 1):
        _write_line(page, row + number, number, line, texts)
    row += len(result.lines)
    if result.left_out:
        row += 1
        put(page, row, len(COLUMNS), result.left_out, BODY, PADDED)
    return row


def _write_line(page: Worksheet, row: int, number: int, line: Line, texts: Texts) -> None:
    put(page, row, 1, number, BODY, TOP_CENTRE)
    put(page, row, 2, texts(f"reply.severity.{line.severity}"), BOLD, TOP_CENTRE, _FILLS[line.severity])
    put(page, row, 3, line.sheet, BODY, PADDED)
    cell = put(page, row, 4, line.cell, _LINKED if line.link else BODY, TOP_CENTRE)
    put(page, row, 5, line.value, BODY, PADDED)
    put(page, row, 6, line.said, BODY, PADDED)
    if line.link:
        cell.hyperlink = Hyperlink(ref=cell.coordinate, location=line.link, display=line.cell)
        cell.font = _LINKED
    page.row_dimensions[row].height = line.height * LINE_POINTS + 3
