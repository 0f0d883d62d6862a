"""One frame a kind of sheet from all returns of a batch: checked by pandera at once, failures traced to cells."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from intake.cells import bound, display
from intake.check_cells import SUBJECTS
from intake.check_texts import Likeness, TextIndex, last_word
from intake.check_types import Case, Known, Notes, TypedRow, TypedSheet
from intake.check_unchanged import check_unchanged
from intake.past import Past, past_of
from schemas.cover import COVER
from schemas.evidence import EVIDENCE
from schemas.layout import Layout, Sheet
from schemas.measures import MEASURES, PARTS
from schemas.progress import DONE, PROGRESS
from schemas.rules import Failure, FrameSchema
from schemas.shortcomings import SHORTCOMINGS
from schemas.statements import STATEMENTS

SCHEMAS: Mapping[str, FrameSchema] = {
    "cover": COVER,
    "progress": PROGRESS,
    "measures": MEASURES,
    "evidence": EVIDENCE,
    "shortcomings": SHORTCOMINGS,
    "statements": STATEMENTS,
}


@dataclass(frozen=True)
class Line:
    """A row of a frame and where it came from."""

    case: Case
    sheet: TypedSheet
    row: TypedRow
    known: Known


Context = Callable[[Line, TextIndex], dict[str, Any]]


def check_frames(cases: Sequence[tuple[Case, Known]], layout: Layout, notes: Notes) -> None:
    """Check all sheets of all cases; the findings go to the cases."""
    index = TextIndex(cases)
    for sheet in layout.sheets:
        if sheet.key in SCHEMAS:
            _check_sheet(sheet, list(_lines(sheet.key, cases)), index, notes)
    for case, known in cases:
        check_unchanged(case, known, notes)


def _lines(key: str, cases: Sequence[tuple[Case, Known]]) -> Iterator[Line]:
    for case, known in cases:
        sheet = case.sheets.get(key)
        if sheet is not None:
            yield from (Line(case, sheet, row, known) for row in sheet.rows)


def _check_sheet(sheet: Sheet, lines: Sequence[Line], index: TextIndex, notes: Notes) -> None:
    schema = SCHEMAS[sheet.key]
    rows = [_cells(sheet, line) | _CONTEXTS[sheet.key](line, index) for line in lines]
    data = {name: [row.get(name) for row in rows] for name in schema.columns}
    frame = pl.DataFrame(data, schema=dict(schema.columns))
    for failure in schema.check(frame):
        _note(failure, lines[failure.index], rows[failure.index], notes)


def _note(failure: Failure, line: Line, row: Mapping[str, Any], notes: Notes) -> None:
    rule = failure.rule
    told = {name: row.get(column) for name, column in rule.tells.items()} | dict(rule.says)
    subject = row.get("subject") or ""
    finding = notes.at(line.sheet.raw, line.row, rule.columns[0], rule.check, rule.severity, subject=subject, **told)
    line.case.findings.append(finding)


def _cells(sheet: Sheet, line: Line) -> dict[str, Any]:
    """Give what the open cells of a row are in a frame."""
    subject = line.row.values.get(SUBJECTS.get(sheet.key, ""))
    found: dict[str, Any] = {"receipt": line.case.receipt_id, "row": line.row.number, "subject": subject}
    for column in sheet.columns:
        if column.locked:
            continue
        value = line.row.values.get(column.key)
        found[f"{column.key}_given"] = column.key in line.row.given
        if column.type == "text":
            found[f"{column.key}_length"] = len(value) if value else None
        else:
            found[column.key] = value
    return found


def _of_cover(line: Line, index: TextIndex) -> dict[str, Any]:
    return {"received_on": line.case.received_on}


def _of_progress(line: Line, index: TextIndex) -> dict[str, Any]:
    evidence = line.case.sheets.get("evidence")
    shown = {row.values.get("subject") for row in evidence.rows} if evidence else set()
    task = line.row.values["task"]
    said = last_word(line.case, line.known, task)
    return {
        "cutoff": line.known.period.cutoff,
        "has_evidence": bool(shown & ({task} | line.known.task_measures.get(task, set()))),
        "was_done": said is not None and said.status in DONE and said.done_on == line.row.values.get("done_on"),
        **_likenesses(line, task, index),
    }


def _likenesses(line: Line, task: str, index: TextIndex) -> dict[str, Any]:
    asked = (line.case, line.known, task, line.row.values.get("result"))
    return {
        "same_as_period": index.earlier(*asked),
        "same_as_unit": index.other(*asked),
        **_likeness("nearly_as_period", index.nearly_earlier(*asked)),
        **_likeness("nearly_as_unit", index.nearly_other(*asked)),
    }


def _likeness(name: str, found: Likeness | None) -> dict[str, Any]:
    return {name: found.where, f"{name}_percent": found.percent} if found else {}


def _of_measures(line: Line, index: TextIndex) -> dict[str, Any]:
    code = line.row.values["indicator"]
    one = line.known.indicators[code]
    dimension = line.row.values.get("dimension") or ""
    called = line.known.dimensions.get(dimension)
    found = {
        "subject": f"{code} ({called[0]})" if called else code,
        "indicator": code,
        "dimension": dimension,
        "kind": one.kind,
        "decimals": one.decimals,
        "lower": bound(one.lower),
        "upper": bound(one.upper),
        "is_own": line.case.key[1] == "own",
        "is_typed": line.row.source is None,
    }
    return found | _history(past_of(line.case, line.known, one, dimension))


def _history(past: Past) -> dict[str, Any]:
    found: dict[str, Any] = {"is_like": past.is_like}
    for name, earlier in (("floor", past.floor), ("before", past.nearest)):
        if earlier is not None:
            found |= {f"{part}_{name}": getattr(earlier.said, part) for part in PARTS}
            found[f"{name}_period"] = earlier.period
    return found


def _of_rows(line: Line, index: TextIndex) -> dict[str, Any]:
    # As typed: one document under two spellings of its date is two rows to look at, not a slip of copying.
    return {"written": "\x1f".join(f"{key}={display(cell)}" for key, cell in sorted(line.row.raw.items()))}


_CONTEXTS: Mapping[str, Context] = {
    "cover": _of_cover,
    "progress": _of_progress,
    "measures": _of_measures,
    "evidence": _of_rows,
    "shortcomings": _of_rows,
    "statements": _of_rows,
}
