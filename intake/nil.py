"""A return in which nothing arose: one cell of the cover answers for every line that was left empty.

What adds up over the year stays at its last figure of the year, what is counted on a day at its last figure; a task
that was done stays done. What is counted on a day and never was has no figure: nobody can know it.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from intake.check_types import Case, Known, Notes, TypedRow, TypedSheet
from intake.past import newest_of
from models.queries.issuing import HistoryProgress
from schemas.checks import INFO
from schemas.progress import DONE

_ANSWERS = ("progress", "measures")
_CONTRADICTING = ("progress", "measures", "evidence")
KEPT, NOTHING, UNKNOWN = "kept", "nothing", "unknown"
Values = dict[str, Any]


@dataclass(frozen=True)
class _Nil:
    """The cell that says it, and what was read out of it."""

    sheet: TypedSheet
    row: TypedRow

    @property
    def place(self) -> tuple[str, str]:
        return self.sheet.raw.name, self.sheet.raw.address("nil", self.row.number) or ""


def answer_nil(case: Case, known: Known, notes: Notes) -> None:
    """Answer the empty lines of a return whose cover says that nothing arose; say so, or what contradicts it."""
    nil = _find_nil(case)
    if nil is None:
        return
    filled = [(sheet, row) for sheet, row in _lines(case) if row.given]
    if filled:
        sheet, row = filled[0]
        first = sheet.raw.address(sorted(row.given)[0], row.number)
        told: Values = {"count": len(filled), "first": f"{sheet.raw.name}!{first}"}
        case.findings.append(notes.at(nil.sheet.raw, nil.row, "nil", "cover.nil-contradicted", **told))
        return
    counted = Counter(kind for key in _ANSWERS for kind in _answer_sheet(case, key, known, nil, notes))
    told = {kind: counted[kind] for kind in (KEPT, NOTHING, UNKNOWN)}
    case.findings.append(notes.at(nil.sheet.raw, nil.row, "nil", "cover.nil", INFO, **told))


def _find_nil(case: Case) -> _Nil | None:
    cover = case.sheets.get("cover")
    if cover is None or not cover.rows or cover.rows[0].values.get("nil") != "yes":
        return None
    return _Nil(cover, cover.rows[0])


def _lines(case: Case) -> Iterator[tuple[TypedSheet, TypedRow]]:
    for key in _CONTRADICTING:
        sheet = case.sheets.get(key)
        if sheet is not None:
            yield from ((sheet, row) for row in sheet.rows)


def _answer_sheet(case: Case, key: str, known: Known, nil: _Nil, notes: Notes) -> list[str]:
    """Answer every line of a sheet; give how each was answered."""
    sheet = case.sheets.get(key)
    if sheet is None:
        return []
    answer = _of_task if key == "progress" else _of_indicator
    answers = [answer(case, known, row) for row in sheet.rows]
    reason = notes.texts("workbook.cover.nil_reason")
    rows = [_answered(row, values, nil, reason) for row, (_, values) in zip(sheet.rows, answers, strict=True)]
    case.sheets[key] = replace(sheet, rows=tuple(rows))
    return [kind for kind, _ in answers]


def _answered(row: TypedRow, values: Values, nil: _Nil, reason: str) -> TypedRow:
    if values.get("marker") == "KCS":
        values = values | {"explanation": reason}
    given = frozenset(key for key, value in values.items() if value is not None)
    return replace(row, values={**row.values, **values}, given=given, source=nil.place)


def _of_task(case: Case, known: Known, row: TypedRow) -> tuple[str, Values]:
    said: HistoryProgress | None = known.progress.get(case.key, {}).get(known.tasks[row.values["task"]])
    if said is not None and said.status in DONE:
        return KEPT, {"status": said.status, "done_on": said.done_on}
    return NOTHING, {"status": "nothing_arose"}


def _of_indicator(case: Case, known: Known, row: TypedRow) -> tuple[str, Values]:
    one = known.indicators[row.values["indicator"]]
    dimension = row.values.get("dimension") or ""
    said = newest_of(case, known, one, dimension)
    is_counted_on_a_day = one.mode == "at_cutoff"
    same_year = said is not None and said.year == known.period.year and said.mode == known.period.mode
    if said is not None and (is_counted_on_a_day or (one.mode == "cumulative" and same_year)):
        return KEPT, {"value": said.value, "numerator": said.numerator, "denominator": said.denominator}
    if dimension and newest_of(case, known, one, "") is not None:
        return UNKNOWN, {"marker": "KCS"}  # the total stays: how it was made up was not asked then
    return (UNKNOWN, {"marker": "KCS"}) if is_counted_on_a_day else (NOTHING, {"marker": "KPS"})
