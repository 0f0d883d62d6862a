"""Types the cells of a return: every fault of a single cell becomes a finding with its address."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from intake.cells import Reading, clean, display, read_number, read_percent, read_text
from intake.cells_dates import read_date
from intake.cells_lists import read_choice, read_yes_no
from intake.check_types import Case, Known, Notes, TypedRow, TypedSheet
from intake.reader import RawRow, RawSheet
from models.directive import Indicator
from models.returns import Finding
from schemas.checks import ERROR, INFO, WARNING
from schemas.folds import fold, fold_symbol, without_accents
from schemas.layout import Column, Layout, Sheet

SUBJECTS = {"progress": "task", "measures": "indicator", "evidence": "subject", "shortcomings": "task"}
NUMBERS = ("value", "numerator", "denominator")
_SYMBOL_COLUMNS = frozenset({("evidence", "number")})
_NUMBERS_OF_PAPERS = _SYMBOL_COLUMNS | {("cover", "letter_number"), ("statements", "decision")}
_TOTALS = frozenset({"tong", "tong so", "tong cong", "cong", "total", "sum"})


def type_cells(case: Case, known: Known, layout: Layout, notes: Notes) -> None:
    """Type every sheet of a case; the findings go to the case."""
    if case.raw is None:
        return
    for first, second in case.raw.twins:
        case.findings.append(notes.about("sheet.duplicate", sheet=first, first=first, second=second))
    for key, raw in case.raw.sheets.items():
        typing = _Typing(known, layout.by_key[key], notes, raw, is_1904=case.raw.is_1904)
        rows = [typing.row(row) for row in raw.rows]
        case.sheets[key] = TypedSheet(raw, tuple(row for row in rows if row is not None))
        case.findings += typing.findings
        case.findings += [_twice(raw, one, notes) for one in raw.doubled]
        if raw.is_moved:
            case.findings.append(notes.about("sheet.rearranged", INFO, sheet=raw.name))


def _twice(raw: RawSheet, doubled: tuple[str, str, str], notes: Notes) -> Finding:
    key, first, second = doubled
    label = notes.label(raw.key, key)
    return notes.about("sheet.column-twice", sheet=raw.name, column=label, first=first, second=second)


class _Typing:
    """The typing of one sheet."""

    def __init__(self, known: Known, sheet: Sheet, notes: Notes, raw: RawSheet, *, is_1904: bool) -> None:
        self.known, self.sheet, self.notes, self.raw, self.is_1904 = known, sheet, notes, raw, is_1904
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

    def row(self, row: RawRow) -> TypedRow | None:
        """Type a line; None for one in which nothing was asked and nothing is written."""
        if self._is_total(row):
            return None
        row = self._with_marker(row) if self.sheet.key == "measures" else row
        covered = self._merged(row) if self.raw.merged else frozenset()
        given = frozenset(row.cells) & self.open | covered
        subject = SUBJECTS.get(self.sheet.key)
        if not given and (subject not in row.cells or subject in self.open) and self.sheet.kind == "table":
            return None
        values: dict[str, Any] = {}
        typed = TypedRow(row.number, values, given, row.cells)
        for column in self.sheet.columns:
            if column.key in row.cells and (not column.locked or column.type == "code"):
                values[column.key] = self._read(column, row, typed)
        return typed

    def _read(self, column: Column, row: RawRow, typed: TypedRow) -> Any:
        """Read a cell and note what is to be said of it; a word of a list may have been Unicode in an old font."""
        read, cell = self.readers[column.type], row.cells[column.key]
        reading, old = read(column, cell, row), row.converted.get(column.key)
        if old and reading.check == "list.unknown":
            as_written = read(column, old[1], row)
            reading, old = (reading, old) if as_written.check else (as_written, None)
        if old and not column.locked:
            font = old[0].partition("-")[0]
            self.findings.append(self.notes.at(self.raw, typed, column.key, "text.legacy-font", INFO, font=font))
        self._note(typed, column, reading)
        return reading.value

    def _is_total(self, row: RawRow) -> bool:
        """Whether the sender added a line of sums: its code is missing, or says so itself."""
        subject = SUBJECTS.get(self.sheet.key)
        if self.sheet.kind != "table" or self.sheet.open_rows or subject is None:
            return False
        labels = [subject] if subject in row.cells else [key for key in row.cells if key not in self.open]
        sums = [key for key in labels if _plain_word(row.cells[key]) in _TOTALS]
        if sums and frozenset(row.cells) & self.open:
            typed = TypedRow(row.number, {}, frozenset(), row.cells)
            self.findings.append(self.notes.at(self.raw, typed, sums[0], "row.total", INFO))
        return bool(sums)

    def _merged(self, row: RawRow) -> frozenset[str]:
        """Note a value that stands in one cell for several lines; give the columns in which a line has part in one."""
        covered: set[str] = set()
        for column in self.sheet.columns:
            address = self.raw.address(column.key, row.number)
            where = self.raw.merged.get(address or "")
            if column.locked or where is None:
                continue
            covered.add(column.key)
            if column.key in row.cells:
                severity = ERROR if column.required or column.type != "text" else WARNING
                typed = TypedRow(row.number, {}, frozenset(), row.cells)
                finding = self.notes.at(self.raw, typed, column.key, "cell.merged", severity)
                finding.cell = where
                self.findings.append(finding)
        return frozenset(covered)

    def _with_marker(self, row: RawRow) -> RawRow:
        """Move a marker that was typed in place of the number to where it belongs."""
        if "marker" in row.cells:
            return row
        markers = self.known.choices["marker"]
        written = {key: cell for key, cell in row.cells.items() if key in NUMBERS and isinstance(cell, str)}
        for key, cell in written.items():
            if markers.find(cell):
                others = {k: v for k, v in row.cells.items() if k not in NUMBERS or v != cell}
                typed = TypedRow(row.number, {}, frozenset(), row.cells)
                self.findings.append(self.notes.at(self.raw, typed, key, "measures.marker-in-value", INFO))
                return replace(row, cells=others | {"marker": cell})
        return row

    def _note(self, row: TypedRow, column: Column, reading: Reading) -> None:
        if reading.check and not column.locked:
            told = dict(reading.values)
            finding = self.notes.at(self.raw, row, column.key, reading.check, reading.severity, **told)
            self.findings.append(finding)

    def _text(self, column: Column, raw: Any, row: RawRow) -> Reading:
        if isinstance(raw, date | time) and (self.sheet.key, column.key) in _NUMBERS_OF_PAPERS:
            return Reading(check="text.is-date")
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
        reading = read_number(raw, decimals=indicator.decimals, is_percent=is_percent)
        return replace(reading, check="measures.none") if reading.check == "number.none" else reading

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


def _plain_word(cell: Any) -> str:
    return without_accents(fold(cell)).strip(" .:;") if isinstance(cell, str) else ""
