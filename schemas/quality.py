"""The data-quality score of an accepted return, from 0 to 100, and what took points from it.

Errors send a return back, so only warnings and readings that had to be repaired are left to weigh. Being late is the
ledger's affair, not one of quality.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

from models.returns import Finding
from schemas.severities import INFO, WARNING

BEST = 100
USUAL_LINES = 20  # in a return with more lines a cell weighs less in proportion
_RANGE = re.compile(r"[A-Z]+(\d+):[A-Z]+(\d+)")


@dataclass(frozen=True)
class Deduction:
    """Points lost for one reason: `reason` names a text `quality.<reason>`, `count` how many cells or lines."""

    reason: str
    count: int
    points: int


@dataclass(frozen=True)
class Quality:
    """The score and its explanation, the heaviest reason first."""

    score: int
    deductions: tuple[Deduction, ...] = ()


@dataclass(frozen=True)
class Weight:
    """What a cell costs in a return of usual length, or a whole sheet; and the most that one reason may cost."""

    reason: str
    points: int
    most: int


_UNCHANGED_TEXT = Weight("text-unchanged", 4, 24)
_COPIED_TEXT = Weight("text-copied", 5, 30)
_UNCHANGED_FIGURE = Weight("figures-unchanged", 3, 20)
_WRONG_SUM = Weight("sums", 4, 25)
_UNEXPLAINED = Weight("unexplained", 2, 12)
_OTHER = Weight("other", 1, 5)
_REPAIRED = Weight("repaired", 1, 5)
WEIGHTS: Mapping[str, Weight] = {
    "progress.unchanged": _UNCHANGED_TEXT,
    "progress.nearly-unchanged": _UNCHANGED_TEXT,
    "progress.same-as-other": _COPIED_TEXT,
    "progress.nearly-same": _COPIED_TEXT,
    "progress.no-evidence": Weight("no-evidence", 3, 18),
    "measures.unchanged": _UNCHANGED_FIGURE,
    "measures.all-unchanged": Weight("figures-unchanged", 20, 20),
    "measures.jump": Weight("jumps", 4, 20),
    "measures.unexplained": _UNEXPLAINED,
    "measures.decreased-below": _UNEXPLAINED,
    "measures.sum-mismatch": _WRONG_SUM,
    "return.kind-mixed": Weight("sums", 25, 25),
}
# Shares of all lines that were asked, in points for the whole.
UNANSWERED, UNAVAILABLE = Weight("unanswered", 40, 40), Weight("unavailable", 20, 20)
_READINGS = ("number.", "date.", "text.", "list.", "measures.marker-in-value")
_NO_FAULT_OF_DATA = frozenset({"file.old-template"})


def rate(findings: Iterable[Finding], filled: int, required: int, unavailable: int = 0) -> Quality:
    """Rate a return by its findings and by how much of it is answered.

    `filled` of the `required` lines have an answer; of these `unavailable` say that there is no figure (KCS).
    """
    lost = [*_shares(filled, required, unavailable), *_slips(findings, max(required, USUAL_LINES))]
    heaviest = sorted((one for one in lost if one.points), key=lambda one: (-one.points, one.reason))
    return Quality(max(0, BEST - sum(one.points for one in heaviest)), tuple(heaviest))


def _shares(filled: int, required: int, unavailable: int) -> Iterator[Deduction]:
    for weight, count in ((UNANSWERED, max(0, required - filled)), (UNAVAILABLE, unavailable)):
        yield _deduction(weight.reason, count, Fraction(weight.points * count, max(required, 1)), weight.most)


def _slips(findings: Iterable[Finding], lines: int) -> Iterator[Deduction]:
    """Add up the cells and their points by reason; one finding may stand for a block of cells, or for a sheet."""
    cells: Counter[str] = Counter()
    points: dict[str, Fraction] = defaultdict(Fraction)
    most: dict[str, int] = {}
    for finding in findings:
        weight = _weight_of(finding)
        if weight is not None:
            count = _count_cells(finding)
            cells[weight.reason] += count
            share = Fraction(USUAL_LINES, lines) if finding.cell else 1
            points[weight.reason] += count * weight.points * share
            most[weight.reason] = weight.most
    for reason, count in cells.items():
        yield _deduction(reason, count, points[reason], most[reason])


def _weight_of(finding: Finding) -> Weight | None:
    if finding.severity == INFO:
        return _REPAIRED if finding.check.startswith(_READINGS) else None
    if finding.severity != WARNING or finding.check in _NO_FAULT_OF_DATA:
        return None
    return WEIGHTS.get(finding.check, _OTHER)


def _count_cells(finding: Finding) -> int:
    block = _RANGE.fullmatch(finding.cell or "")
    return int(block[2]) - int(block[1]) + 1 if block else 1


def _deduction(reason: str, count: int, points: Fraction, most: int) -> Deduction:
    return Deduction(reason, count, min(most, ceil(points)))
