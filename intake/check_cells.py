"""Types the cells of a return: every fault of a single cell becomes a finding with its address."""

from collections.abc import Callable, Mapping
from typing import Any

from intake.cells import Reading, clean, display, read_date, read_number, read_percent, read_text
from intake.cells_lists import read_choice, read_yes_no
from intake.check_types import Case, Known, Notes, TypedRow, TypedSheet
from intake.reader import RawRow, RawSheet
from models.directive import Indicator
from models.returns import Finding
from schemas.checks import INFO
from schemas.folds import fold, fold_symbol
from schemas.layout import Column, Layout, Sheet

SUBJECTS = {"progress": "task", "measures": "indicator", "evidence": "subject", "shortcomings": "task"}
NUMBERS = ("value", "numerator", "denominator")
_SYMBOL_COLUMNS = frozenset({("evidence", "number")})


def type_cells(case: Case, known: Known, layout: Layout, notes: Notes) -> None:
    """Type every sheet of a case; the findings go to the case."""
    if case.raw is None:
        return
    for key, raw in case.raw.sheets.items():
        typing = _Typing(known, layout.by_key[key], notes, is_1904=case.raw.is_1904)
        rows = [typing.row(raw, row) for row in raw.rows]
        case.sheets[key] = TypedSheet(raw, tuple(row for row in rows if row is not None))
        case.findings += typing.findings
        if raw.is_moved:
            case.findings.append(notes.about("sheet.rearranged", INFO, sheet=raw.name))


class _Typing:
    """The typing of one sheet."""

    def __init__(self, known: Known, sheet: Sheet, notes: Notes, *, is_1904: bool) -> None:
        self.known, self.sheet, self.notes, self.is_1904 = known, sheet, notes, is_1904
        self.findings: list[Finding] = []
        self.open = frozenset(column.key for column in sheet.columns if not column.locked)
        self.readers: Mapping[str, Callable[[Column, Any, RawRow], Reading]] = {
            "text": self._text,
            "code": self._code,
            "date": lambda column, raw, row: read_date(raw, is_1904=self.is_1904),
            "number": self._number,
            "percent": lambda column, raw, row: read_percent(raw),
            "list": self._list,
        }

    def row(self, raw: RawSheet, row: RawRow) -> TypedRow | None:
        """Type a line; None for one in which nothing was asked and nothing is written."""
        row = self._with_marker(raw, row) if self.sheet.key == "measures" else row
        given = frozenset(row.cells) & self.open
        subject = SUBJECTS.get(self.sheet.key)
        if not given and (subject not in row.cells or subject in self.open) and self.sheet.kind == "table":
            return None
        values: dict[str, Any] = {}
        typed = TypedRow(row.number, values, given, row.cells)
        for column in self.sheet.columns:
            if column.key in row.cells and (not column.locked or column.type == "code"):
                reading = self.readers[column.type](column, row.cells[column.key], row)
                values[column.key] = reading.value
                self._note(raw, typed, column, reading)
        return typed

    def _with_marker(self, raw: RawSheet, row: RawRow) -> RawRow:
        """Move a marker that was typed in place of the number to where it belongs."""
        if "marker" in row.cells:
            return row
        markers = self.known.choices["marker"]
        written = {key: cell for key, cell in row.cells.items() if key in NUMBERS and isinstance(cell, str)}
        for key, cell in written.items():
            if markers.find(cell):
                others = {k: v for k, v in row.cells.items() if k not in NUMBERS or v != cell}
                typed = TypedRow(row.number, {}, frozenset(), row.cells)
                self.findings.append(self.notes.at(raw, typed, key, "measures.marker-in-value", INFO))
                return RawRow(row.number, others | {"marker": cell})
        return row

    def _note(self, raw: RawSheet, row: TypedRow, column: Column, reading: Reading) -> None:
        if reading.check and not column.locked:
            told = dict(reading.values)
            finding = self.notes.at(raw, row, column.key, reading.check, reading.severity, **told)
            self.findings.append(finding)

    def _text(self, column: Column, raw: Any, row: RawRow) -> Reading:
        reading = read_text(raw)
        if reading.value and (self.sheet.key, column.key) in _SYMBOL_COLUMNS and "/" in reading.value:
            return Reading(fold_symbol(reading.value))
        return reading

    def _code(self, column: Column, raw: Any, row: RawRow) -> Reading:
        return Reading(clean(display(raw)))

    def _number(self, column: Column, raw: Any, row: RawRow) -> Reading:
        indicator = self._indicator(row) if column.key in NUMBERS else None
        if indicator is None:
            return read_number(raw)
        if indicator.kind == "boolean":
            return read_yes_no(raw, self.known.choices["yes_no"])
        is_percent = indicator.measure.strip() == "%" and indicator.kind != "ratio"
        return read_number(raw, decimals=indicator.decimals, is_percent=is_percent)

    def _indicator(self, row: RawRow) -> Indicator | None:
        written = row.cells.get("indicator")
        code = find_code(written, self.known.indicators) if written is not None else None
        return self.known.indicators[code] if code else None

    def _list(self, column: Column, raw: Any, row: RawRow) -> Reading:
        choices = self.known.choices.get(column.list or "")
        return read_choice(raw, choices) if choices else read_text(raw)


def find_code(written: Any, codes: Mapping[str, Any]) -> str | None:
    """Find the code that is meant, whatever its case, dashes and blanks."""
    if isinstance(written, str) and written in codes:
        return written
    key = fold(clean(display(written)))
    return {fold(code): code for code in codes}.get(key)
