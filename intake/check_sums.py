"""A consolidated return against what its units said: own figures and all below, where all of them are in."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from intake.check_types import Case, Known, Notes, TypedRow
from models.queries.receipts import CONSOLIDATED, Said
from models.returns import Finding
from schemas.checks import WARNING

ADDITIVE = frozenset({"flow", "stock", "ratio"})
OwnValues = Mapping[int, Mapping[int, Said] | None]  # unit → indicator → what it said; None: still owed


def check_sums(case: Case, known: Known, own: OwnValues, notes: Notes) -> list[Finding]:
    """Warn with both figures where a consolidated one is not the sum; silent until every unit below is in."""
    sheet = case.sheets.get("measures")
    below = [own[unit] for unit in known.tree.below(case.receipt.unit_id) if unit in own]
    said = [values for values in below if values is not None]
    if case.key[1] != CONSOLIDATED or sheet is None or len(said) < len(below) or not said:
        return []
    findings: list[Finding] = []
    for row in sheet.rows:
        indicator = known.indicators[row.values["indicator"]]
        if indicator.kind not in ADDITIVE or row.values.get("dimension"):
            continue
        answers = [values[indicator.id or 0] for values in said if indicator.id in values]
        parts = ("numerator", "denominator") if indicator.kind == "ratio" else ("value",)
        for part, summed in _differences(row, parts, answers):
            told = {"now": row.values[part], "summed": summed, "count": len(answers)}
            code = row.values["indicator"]
            finding = notes.at(sheet.raw, row, part, "measures.sum-mismatch", WARNING, subject=code, **told)
            findings.append(finding)
    return findings


def _differences(row: TypedRow, parts: Sequence[str], answers: Sequence[Said]) -> Iterable[tuple[str, Decimal]]:
    """Give the parts that are not the sum. Nothing arose is zero; without every figure there is no sum."""
    if any(one.marker == "KCS" for one in answers):
        return
    for part in parts:
        written = row.values.get(part)
        numbers = [getattr(one, part) for one in answers if one.marker is None]
        if written is None or any(number is None for number in numbers):
            continue
        summed = sum(numbers, Decimal(0))
        if summed != written:
            yield part, summed
