"""A sheet of figures that are all those of an earlier period: nobody counted, somebody copied."""

from collections import defaultdict
from collections.abc import Iterator

from intake.check_types import Case, Known, Notes, TypedRow
from intake.past import Earlier, past_of
from models.directive import Indicator
from schemas.checks import WARNING

FEWEST = 5  # fewer figures stay the same by chance
COUNTED = frozenset({"flow", "stock", "ratio"})  # a plan that exists goes on existing


def check_unchanged(case: Case, known: Known, notes: Notes) -> None:
    """Warn once where every figure that can be compared with an earlier period is the same; single ones are in it.

    Lines that were answered by saying that nothing arose keep their figures rightly.
    """
    sheet = case.sheets.get("measures")
    if sheet is None:
        return
    compared: dict[str, list[tuple[bool, bool]]] = defaultdict(list)
    for row in sheet.rows:
        for period, is_same, is_something in _compared(case, known, row):
            compared[period].append((is_same, is_something))
    for period, several in compared.items():
        if len(several) >= FEWEST and all(same for same, _ in several) and any(arose for _, arose in several):
            case.findings = [one for one in case.findings if one.check != "measures.unchanged"]
            told = {"count": len(several), "period": period}
            case.findings.append(notes.about("measures.all-unchanged", WARNING, sheet=sheet.raw.name, **told))
            return


def _compared(case: Case, known: Known, row: TypedRow) -> Iterator[tuple[str, bool, bool]]:
    """Give each earlier period with whether the figure is the same as then, and whether it is more than nothing."""
    indicator = known.indicators[row.values["indicator"]]
    parts = ("numerator", "denominator") if indicator.kind == "ratio" else ("value",)
    now = [row.values.get(part) for part in parts]
    if row.source or indicator.kind not in COUNTED or row.values.get("dimension") or None in now:
        return
    for earlier in _earlier(case, known, indicator):
        before = [getattr(earlier.said, part) for part in parts]
        if None not in before:
            yield earlier.period, now == before, any(now)


def _earlier(case: Case, known: Known, indicator: Indicator) -> Iterator[Earlier]:
    past = past_of(case, known, indicator)
    yield from (one for one in (past.last, past.like) if one is not None)
