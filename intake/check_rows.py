"""Whether a return has the sheets, columns and rows that it was asked for, and speaks of nothing unknown."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from intake.cells import clean, display
from intake.cells_lists import nearest
from intake.check_cells import find_code
from intake.check_types import Case, Known, Notes, TypedRow, TypedSheet
from models.crosswalk import Newer
from models.returns import Finding
from schemas.checks import INFO, WARNING
from schemas.layout import Layout

_WORDS = {"progress": "result", "measures": "explanation"}  # the one column of free text
_OPTIONAL = ("evidence", "shortcomings", "statements")


def check_rows(case: Case, known: Known, layout: Layout, notes: Notes) -> None:
    """Check sheets, columns and codes; rows that nobody asked for leave the case."""
    asked = known.asked[case.key]
    tasks = {known.task_names[key] for key in asked.task_ids}
    measures = {code for code, one in known.indicators.items() if one.id in asked.indicator_ids}
    needed = {"cover"} | ({"progress"} if tasks else set()) | ({"measures"} if measures else set())
    case.findings += _check_sheets(case, needed, layout, notes)
    measures = _take_old_codes(case, measures, known.newer, notes)
    _keep_asked(case, "progress", "task", tasks, known.tasks, notes)
    _keep_asked(case, "measures", "indicator", measures, known.indicators, notes)
    _check_subjects(case, "evidence", "subject", tasks | measures, {**known.tasks, **known.indicators}, notes)
    _check_subjects(case, "shortcomings", "task", tasks, known.tasks, notes)


def _check_sheets(case: Case, needed: Collection[str], layout: Layout, notes: Notes) -> list[Finding]:
    findings: list[Finding] = []
    for sheet in layout.sheets:
        name = notes.texts(f"workbook.sheet.{sheet.key}.title")
        typed = case.sheets.get(sheet.key)
        if typed is None and sheet.key in needed:
            findings.append(notes.about("sheet.missing", name=name))
        elif typed is None and sheet.key in _OPTIONAL:
            findings.append(notes.about("sheet.absent", WARNING, name=name))
        elif typed is not None and (sheet.key in needed or sheet.key in _OPTIONAL):
            lost = [c.key for c in sheet.columns if not c.locked and c.key not in typed.raw.columns]
            labels = [notes.label(sheet.key, key) for key in lost]
            if labels:
                findings.append(notes.about("sheet.column-missing", sheet=typed.raw.name, columns=labels))
    return findings


def _take_old_codes(case: Case, asked: set[str], newer: Mapping[str, Newer], notes: Notes) -> set[str]:
    """Read rows under older codes, of a blank issued before the codes changed, as the indicators asked now.

    One that was renamed is read as the newer code; one in another measure stays what it is and is asked instead.
    """
    sheet = case.sheets.get("measures")
    if sheet is None or not newer:
        return asked
    codes = dict.fromkeys([*newer, *asked])
    written = {row.number: find_code(row.raw.get("indicator", ""), codes) for row in sheet.rows}
    older = {code: newer[code] for code in written.values() if code and code not in asked}
    older = {code: one for code, one in older.items() if one.code in asked - set(written.values())}
    rows = [_taken(sheet, row, older.get(written[row.number] or ""), case, notes) for row in sheet.rows]
    case.sheets["measures"] = replace(sheet, rows=tuple(rows))
    rescaled = {code: one.code for code, one in older.items() if one.factor != 1}
    return asked - set(rescaled.values()) | set(rescaled)


def _taken(sheet: TypedSheet, row: TypedRow, newer: Newer | None, case: Case, notes: Notes) -> TypedRow:
    if newer is None:
        return row
    if row.given and newer.factor == 1:
        case.findings.append(notes.at(sheet.raw, row, "indicator", "measures.old-code", INFO, code=newer.code))
    elif row.given:
        told = {"code": newer.code, "factor": notes.texts.fraction(newer.factor)}
        case.findings.append(notes.at(sheet.raw, row, "indicator", "measures.old-measure", INFO, **told))
    return replace(row, raw={**row.raw, "indicator": newer.code}) if newer.factor == 1 else row


def _keep_asked(
    case: Case, key: str, column: str, asked: Collection[str], on_record: Mapping[str, Any], notes: Notes
) -> None:
    """Keep the rows that were asked, under their exact codes; say what is missing and what is unknown."""
    sheet = case.sheets.get(key)
    if sheet is None:
        return
    codes = dict.fromkeys(asked)
    kept: list[TypedRow] = []
    for row in sheet.rows:
        code = find_code(row.raw.get(column, ""), codes)
        if code is not None:
            kept.append(replace(row, values={**row.values, column: code}))
        elif row.given:
            case.findings.append(_stray(sheet, row, column, asked, on_record, notes))
    case.sheets[key] = replace(sheet, rows=tuple(kept))
    lost = sorted(set(asked) - {row.values[column] for row in kept})
    if lost:
        case.findings.append(notes.about(f"{key}.row-missing", sheet=sheet.raw.name, codes=lost))


def _stray(
    sheet: TypedSheet,
    row: TypedRow,
    column: str,
    asked: Collection[str],
    on_record: Mapping[str, Any],
    notes: Notes,
) -> Finding:
    """Say of a filled row that it has no code, one that this unit was not asked, or one that nobody knows."""
    written = row.raw.get(column)
    if written is None and row.given == {_WORDS[sheet.raw.key]}:  # a signature or a remark below the table
        return notes.at(sheet.raw, row, _WORDS[sheet.raw.key], "row.left-out", WARNING)
    if written is None:
        return notes.at(sheet.raw, row, column, "row.code-missing")
    if find_code(written, on_record):
        return notes.at(sheet.raw, row, column, "row.not-asked", WARNING)
    return _unknown(sheet, row, column, asked, notes)


def _unknown(sheet: TypedSheet, row: TypedRow, column: str, asked: Collection[str], notes: Notes) -> Finding:
    allowed = nearest(clean(display(row.raw.get(column, ""))), sorted(asked))
    return notes.at(sheet.raw, row, column, "row.unknown-code", allowed=allowed)


def _check_subjects(
    case: Case, key: str, column: str, asked: Collection[str], on_record: Mapping[str, Any], notes: Notes
) -> None:
    """Put exact codes into the rows that the sender added; a code that nobody knows is a finding."""
    sheet = case.sheets.get(key)
    if sheet is None:
        return
    rows: list[TypedRow] = []
    for row in sheet.rows:
        written = row.raw.get(column)
        code = find_code(written, on_record) if written is not None else None
        if written is not None and code is None:
            case.findings.append(_unknown(sheet, row, column, asked, notes))
        rows.append(replace(row, values={**row.values, column: code}))
    case.sheets[key] = replace(sheet, rows=tuple(rows))
