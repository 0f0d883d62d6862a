"""What a reply says, before it is a workbook: which file, what became of it, what to do, what was found and changed."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal

from models.queries.revisions import Change
from models.returns import Finding
from reports.reply_advice import advise, state_key
from reports.reply_facts import ChangeLine, Fact, Line, ReceiptFacts, Result
from reports.sheet_style import escape_header, lines_of
from schemas.checks import ERROR, INFO, WARNING, found, message
from schemas.layout import load_layout
from schemas.quality import Quality
from schemas.texts import Texts

MOST_FINDINGS = 1000
MOST_CHANGES = 200
MOST_LETTERS = 200  # of a text that the list quotes
SEVERITIES = (ERROR, WARNING, INFO)
COLUMNS = {"number": 6, "severity": 17, "sheet": 24, "cell": 12, "value": 30, "message": 80}
FACT_COLUMN = 3
FACT_WIDTH = sum(list(COLUMNS.values())[FACT_COLUMN - 1 :]) - 2.0
_WRAPPED = ("sheet", "value", "message")


def compose(
    facts: ReceiptFacts,
    findings: Sequence[Finding],
    texts: Texts,
    sheets: Sequence[str] | None = None,
    asides: Sequence[str] = (),
) -> Result:
    """Say what became of a file. `sheets` are those of the copy that carries the result, None for a receipt.

    `asides` name the texts `reply.aside.…` of what the copy could not keep, or what cannot be read in it.
    """
    counts = _counts(findings)
    listed = sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))
    # What to do comes first: the rest is for the file.
    known = (*advise(facts, findings, texts, asides, is_annotated=sheets is not None), *_facts(facts, counts, texts))
    places, changes = frozenset(sheets or ()), facts.changes or ()
    return Result(
        texts.language,
        facts.state,
        facts.banner or "",
        texts(f"reply.state.{state_key(facts, findings)}", **counts, duplicate_of=facts.duplicate_of or ""),
        tuple(Fact(name, text, lines_of(text, FACT_WIDTH)) for name, text in known),
        tuple(_line(finding, texts, places) for finding in listed[:MOST_FINDINGS]),
        _left_out(len(listed) - MOST_FINDINGS, texts),
        (escape_header(facts.unit_name), escape_header(facts.number), escape_header(facts.file_name)),
        _changed(facts, texts),
        tuple(_change_line(change, texts, places) for change in changes[:MOST_CHANGES]),
        _left_out(len(changes) - MOST_CHANGES, texts),
    )


def _counts(findings: Sequence[Finding]) -> dict[str, int]:
    counted = Counter(finding.severity for finding in findings)
    return {"errors": counted[ERROR], "warnings": counted[WARNING], "infos": counted[INFO]}


def _left_out(count: int, texts: Texts) -> str:
    return texts("reply.more", count=texts.number(count)) if count > 0 else ""


def _facts(facts: ReceiptFacts, counts: Mapping[str, int], texts: Texts) -> Iterator[tuple[str, str]]:
    """Give what is known of the file, line by line: name of the fact and text."""
    yield "findings", texts("reply.value.findings", **counts)
    yield "number", facts.number
    yield "received_at", texts.moment(facts.received_at)
    yield "unit", texts("reply.value.unit", code=facts.unit, name=facts.unit_name)
    if facts.directive and facts.period:
        kind = texts.label("workbook.list.kind", facts.kind)
        yield "report", texts("reply.value.report", directive=facts.directive, period=facts.period, kind=kind)
    size = texts.number(max(1, facts.size // 1024))
    yield "file", texts("reply.value.size", name=facts.file_name, size=size)
    if facts.revision is not None:
        yield "revision", texts.number(facts.revision)
    if facts.due is not None and facts.days_late is not None:  # a copy of an earlier file is neither late nor in time
        key = "late" if facts.days_late else "on_time"
        yield "due", texts(f"reply.value.{key}", due=texts.date(facts.due), days=facts.days_late or 0)
    yield from _contents(facts, texts)
    yield "sha256", facts.sha256


def _contents(facts: ReceiptFacts, texts: Texts) -> Iterator[tuple[str, str]]:
    """Say how much was answered and taken in, and how good it is."""
    if facts.required:
        filled, required = texts.number(facts.filled or 0), texts.number(facts.required)
        yield "answered", texts("reply.value.answered", filled=filled, required=required)
    if facts.counted:
        yield "counted", "; ".join(_counted(facts.counted, texts))
    if facts.quality is not None and facts.state == "accepted":
        yield "quality", "\n".join(_quality(facts.quality, texts))


def _counted(counted: Mapping[str, int], texts: Texts) -> Iterator[str]:
    for sheet, count in counted.items():
        name = texts.label("workbook.sheet", f"{sheet}.title")
        yield texts("reply.value.counted", sheet=name, count=texts.number(count))


def _quality(quality: Quality, texts: Texts) -> Iterator[str]:
    yield texts("reply.value.quality", score=texts.number(quality.score))
    for one in quality.deductions:
        numbers = {"count": texts.number(one.count), "points": texts.number(one.points)}
        yield texts("reply.value.deduction", reason=texts(f"quality.{one.reason}", **numbers))


def _line(finding: Finding, texts: Texts, sheets: frozenset[str]) -> Line:
    place = finding.cell or ""
    shown = (finding.sheet or texts("reply.whole_file"), shorten(finding.value or ""), say(finding, texts))
    return Line(finding.severity, shown[0], place, shown[1], shown[2], _height(shown), _link(finding, sheets))


def _height(shown: Sequence[str]) -> int:
    return max(lines_of(text, COLUMNS[key] - 2.0) for text, key in zip(shown, _WRAPPED, strict=True))


def _link(placed: Finding | Change, sheets: frozenset[str]) -> str:
    """Give the place in the copy that a click leads to."""
    if not placed.cell or placed.sheet not in sheets:
        return ""
    return "'" + (placed.sheet or "").replace("'", "''") + "'!" + placed.cell.split(",")[0].strip()


def say(finding: Finding, texts: Texts) -> str:
    """Give the sentence of a finding without its place, which stands in columns of its own."""
    return message(found(finding.check, value=finding.value, **finding.values), texts)


def shorten(text: str, limit: int = MOST_LETTERS) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def _changed(facts: ReceiptFacts, texts: Texts) -> str:
    if facts.changes is None or facts.state != "accepted":
        return ""
    return texts(
        "reply.changes.some" if facts.changes else "reply.changes.none", count=texts.number(len(facts.changes))
    )


def _change_line(change: Change, texts: Texts, sheets: frozenset[str]) -> ChangeLine:
    column = texts.label("workbook", f"{change.sheet_key}.{change.column}")
    gone = texts("reply.changes.empty" if change.cell else "reply.changes.gone")
    before = _in_words(change, change.before, texts) or texts("reply.changes.empty")
    said = f"{before} → {_in_words(change, change.after, texts) or gone}"
    shown = (change.sheet, column, said)
    return ChangeLine(
        change.subject, change.sheet, change.cell or "", column, said, _height(shown), _link(change, sheets)
    )


def _in_words(change: Change, value: str | Decimal | date | int | None, texts: Texts) -> str:
    """Write a value as its cell shows it: a code by its word, numbers and dates in the reader's way."""
    if isinstance(value, date):
        return texts.date(value)
    if isinstance(value, Decimal | int):
        exponent = Decimal(value).normalize().as_tuple().exponent
        return texts.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
    sheet = load_layout("return").by_key.get(change.sheet_key)
    column = sheet.by_key.get(change.column) if sheet else None
    listed = texts.label(f"workbook.list.{column.list}", value) if column and column.list else value
    return shorten(listed or "")
