"""The lines of a breakdown beneath an indicator's total: each known, none missing, and their sum is the total."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from intake.cells import clean, display
from intake.cells_lists import Choices, make_choices
from intake.check_types import Case, Known, Notes, TypedRow, TypedSheet
from models.directive import Indicator
from models.returns import Finding
from schemas.checks import ERROR, WARNING

NOTHING_AROSE, NOT_AVAILABLE = "KPS", "KCS"


def keep_parts(case: Case, known: Known, notes: Notes) -> None:
    """Put the code of its breakdown on every line; say which lines are unknown and which are missing.

    Where the total has no figure, empty lines beneath it have none for the same reason.
    """
    sheet = case.sheets.get("measures")
    if sheet is None or not known.dimensions:
        return
    kept: list[TypedRow] = []
    for row in sheet.rows:
        parts = known.indicators[row.values["indicator"]].parts
        written = clean(display(row.raw.get("dimension", "")))
        code = _choices(parts, known).find(written) if parts and written else ""
        if code is not None:
            kept.append(replace(row, values={**row.values, "dimension": code}))
        elif row.given:
            allowed = _choices(parts, known).nearest(written)
            told = {"subject": row.values["indicator"], "allowed": allowed}
            case.findings.append(notes.at(sheet.raw, row, "dimension", "measures.dimension-unknown", **told))
    case.sheets["measures"] = replace(sheet, rows=tuple(_with_markers(sheet, kept)))
    older = known.unbroken.get(known.asked[case.key].return_id, frozenset())
    case.findings += _missing(sheet, kept, known, older, notes)


def check_parts(case: Case, known: Known, notes: Notes) -> list[Finding]:
    """Refuse a total that is not the sum of its parts, where all of them have figures."""
    sheet = case.sheets.get("measures")
    if sheet is None or not known.dimensions:
        return []
    findings: list[Finding] = []
    for indicator, rows in _grouped(sheet.rows).items():
        findings += _check_total(sheet, known.indicators[indicator], rows, notes)
    return findings


def _check_total(sheet: TypedSheet, indicator: Indicator, rows: Sequence[TypedRow], notes: Notes) -> Iterator[Finding]:
    totals = [row for row in rows if not row.values.get("dimension")]
    several = {row.values["dimension"]: row for row in rows if row.values.get("dimension")}
    if not several or len(several) + 1 != len(rows) or set(several) != set(indicator.parts) or not totals:
        return  # not broken down; or something is missing or written twice, which is said already
    for column in ("numerator", "denominator") if indicator.kind == "ratio" else ("value",):
        total, figures = _figure(totals[0], column), [_figure(row, column) for row in several.values()]
        numbers = [figure for figure in figures if figure is not None]
        summed = sum(numbers, Decimal(0))
        if total is not None and len(numbers) == len(figures) and total != summed:
            told = {"subject": indicator.code, "now": total, "summed": summed, "count": len(figures)}
            yield notes.at(sheet.raw, totals[0], column, "measures.parts-mismatch", ERROR, **told)


def _figure(row: TypedRow, column: str) -> Decimal | None:
    """Give a figure; what did not arise is zero, what is not available or not written is unknown."""
    marker, figure = row.values.get("marker"), row.values.get(column)
    if marker == NOTHING_AROSE and figure is None:
        return Decimal(0)
    return figure if marker != NOT_AVAILABLE and isinstance(figure, Decimal) else None


def _with_markers(sheet: TypedSheet, rows: Sequence[TypedRow]) -> Iterator[TypedRow]:
    marked = {row.values["indicator"]: row for row in rows if not row.values["dimension"] and row.values.get("marker")}
    for row in rows:
        total = marked.get(row.values["indicator"])
        if total is None or not row.values["dimension"] or row.given:
            yield row
            continue
        said = {key: total.values.get(key) for key in ("marker", "explanation")}
        place = sheet.raw.name, sheet.raw.address("marker", total.number) or ""
        yield replace(row, values={**row.values, **said}, given=total.given, source=place)


def _missing(
    sheet: TypedSheet, rows: Sequence[TypedRow], known: Known, older: Collection[str], notes: Notes
) -> Iterator[Finding]:
    """Ask for lost lines; of a blank that may be older than the breakdown the total alone is taken."""
    for code, several in _grouped(rows).items():
        present = {row.values["dimension"] for row in several}
        lost = [known.dimensions.get(part, [part])[0] for part in known.indicators[code].parts if part not in present]
        if lost and present == {""} and code in older:
            yield notes.about("measures.dimension-later", WARNING, sheet=sheet.raw.name, subject=code, lines=lost)
        elif lost:
            yield notes.about("measures.dimension-missing", sheet=sheet.raw.name, subject=code, lines=lost)
        if "" not in present:
            yield notes.about("measures.total-missing", sheet=sheet.raw.name, subject=code)


def _grouped(rows: Sequence[TypedRow]) -> dict[str, list[TypedRow]]:
    found: dict[str, list[TypedRow]] = defaultdict(list)
    for row in rows:
        found[row.values["indicator"]].append(row)
    return found


def _choices(parts: Sequence[str], known: Known) -> Choices:
    """Give the breakdown of one indicator: another one may use the same word in another sense."""
    return make_choices({part: known.dimensions.get(part, (part,)) for part in parts})
