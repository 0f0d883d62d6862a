"""A consolidated return against what its units said: own figures and all below, where all of them are in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from intake.check_types import Case, Known, Notes, TypedRow, TypedSheet
from models.queries.receipts import CONSOLIDATED, Said
from models.returns import Finding
from schemas.checks import WARNING

ADDITIVE = frozenset({"flow", "stock", "ratio"})
FEWEST_MIXED = 3  # figures that are the unit's own and not the sum; fewer may be slips
MOSTLY = Decimal("0.8")  # of the figures that can tell own from consolidated
OwnValues = Mapping[int, Mapping[int, Said] | None]  # unit → indicator → what it said; None: still owed


@dataclass(frozen=True)
class Sum:
    """A consolidated figure that can be added up: what was written, and what the own returns give.

    `own` is what the unit's own return says, None where it says nothing of it.
    """

    row: TypedRow
    part: str
    written: Decimal
    summed: Decimal
    count: int
    own: Decimal | None

    @property
    def is_own(self) -> bool:
        """Whether it is the unit's own figure, where that is not the sum."""
        return self.written == self.own != self.summed


def check_sums(case: Case, known: Known, own: OwnValues, notes: Notes) -> list[Finding]:
    """Warn with both figures where a consolidated one is not the sum; silent until every unit below is in.

    One warning for all where the unit's own figures were written instead.
    """
    sheet = case.sheets.get("measures")
    if case.key[1] != CONSOLIDATED or sheet is None:
        return []
    sums = list(_sums(case, known, own))
    mixed = [one for one in sums if one.is_own]
    if not _is_mixed(sums, mixed):
        mixed = []
    single = [one for one in sums if one.written != one.summed and one not in mixed]
    said = [_say_mixed(case, known, sums, mixed, notes)] if mixed else []
    return said + [_say(one, sheet, notes) for one in single]


def _is_mixed(sums: Sequence[Sum], mixed: Sequence[Sum]) -> bool:
    telling = [one for one in sums if one.own is not None and one.own != one.summed]
    return len(mixed) >= FEWEST_MIXED and len(mixed) >= MOSTLY * len(telling)


def _say_mixed(case: Case, known: Known, sums: Sequence[Sum], mixed: Sequence[Sum], notes: Notes) -> Finding:
    first, name = mixed[0], case.sheets["measures"].raw.name
    told = {"now": first.written, "summed": first.summed, "example": first.row.values["indicator"]}
    same = sum(one.written == one.own for one in sums)
    unit = known.unit_codes[case.receipt.unit_id]
    return notes.about("return.kind-mixed", WARNING, sheet=name, unit=unit, same=same, count=len(sums), **told)


def _say(one: Sum, sheet: TypedSheet, notes: Notes) -> Finding:
    told = {"now": one.written, "summed": one.summed, "count": one.count}
    code = one.row.values["indicator"]
    return notes.at(sheet.raw, one.row, one.part, "measures.sum-mismatch", WARNING, subject=code, **told)


def _sums(case: Case, known: Known, own: OwnValues) -> Iterator[Sum]:
    """Add up what the unit and all below it said of each figure; nothing while one of them still owes."""
    unit = case.receipt.unit_id
    below = [own[one] for one in known.tree.below(unit) if one in own]
    said = [values for values in below if values is not None]
    if not said or len(said) < len(below):
        return
    for row in case.sheets["measures"].rows:
        indicator = known.indicators[row.values["indicator"]]
        if indicator.kind not in ADDITIVE or row.values.get("dimension"):
            continue
        answers = [values[indicator.id or 0] for values in said if indicator.id in values]
        parts = ("numerator", "denominator") if indicator.kind == "ratio" else ("value",)
        answer = (own.get(unit) or {}).get(indicator.id or 0)
        for part, written, summed in _summed(row, parts, answers):
            yield Sum(row, part, written, summed, len(answers), getattr(answer, part, None))


def _summed(row: TypedRow, parts: Sequence[str], answers: Sequence[Said]) -> Iterator[tuple[str, Decimal, Decimal]]:
    """Give the parts with their sums. Nothing arose is zero; without every figure there is no sum."""
    if any(one.marker == "KCS" for one in answers):
        return
    for part in parts:
        written = row.values.get(part)
        numbers = [getattr(one, part) for one in answers if one.marker is None]
        if written is not None and None not in numbers:
            yield part, written, sum(numbers, Decimal(0))
