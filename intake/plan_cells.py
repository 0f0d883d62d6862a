"""Types the cells of a plan's sheets: a value, or a finding that says which cell and what may stand there."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from openpyxl.utils.datetime import from_excel
from rapidfuzz import fuzz

from intake.tables import Table, TableRow
from models.returns import Finding
from schemas.checks import WARNING, found
from schemas.folds import fold, nfc, without_accents
from schemas.layout import Column, Layout, Sheet
from schemas.texts import LANGUAGES, UNKNOWN, Texts, load_texts

_DAY_FIRST = re.compile(r"(\d{1,2})\s*[/.-]\s*(\d{1,2})\s*[/.-]\s*(\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?")
_NUMBER = re.compile(r"-?(?:0[.,]\d+|\d+(?:[.,](?!\d{3}\Z)\d+)?)")  # 1.000 may be a thousand: asked, not guessed
_EXCEL_DAYS = range(20_000, 80_000)  # 1954 to 2119
_FORMULA_ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#N/A", "#NUM!", "#NULL!")
_COMMA_IS_TEXT = {"to", "share", "lead", "coordinate", "monitor"}  # names and decimals have commas


class _FaultError(Exception):
    def __init__(self, check: str, **values: Any) -> None:
        super().__init__(check)
        self.check, self.values = check, values


@dataclass(frozen=True)
class Line:
    """One typed line of a sheet; a column that is empty or faulty is absent, one of several values is a tuple."""

    number: int
    values: Mapping[str, Any]

    def __call__(self, column: str, default: Any = None) -> Any:
        return self.values.get(column, default)


@dataclass
class PlanTables:
    """The typed sheets with everything found so far; each stage of the checks adds to `findings`."""

    tables: Mapping[str, Table]
    texts: Texts
    lines: dict[str, tuple[Line, ...]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    faulty: set[str] = field(default_factory=set)  # sheets with a finding
    remarks: list[Finding] = field(default_factory=list)  # warnings: the plan is taken all the same

    def add(
        self, check: str, sheet: str, row: int | None, column: str | None, value: Any = None, **values: Any
    ) -> None:
        """Note a fault; the same check in the same cell is noted once."""
        table = self.tables.get(sheet)
        name = table.name if table else self.texts(f"plan.sheet.{sheet}.title")
        cell = table.cell(row, column) if table and row and column else None
        self.faulty.add(sheet)
        finding = found(check, sheet=name, cell=cell or (f"A{row or 1}" if table else None), value=value, **values)
        if not any((f.check, f.sheet, f.cell) == (check, name, finding.cell) and cell for f in self.findings):
            self.findings.append(finding)

    def remark(self, check: str, sheet: str, row: int, column: str, value: Any) -> None:
        """Note something that a person should look at and that keeps no plan from being taken."""
        table = self.tables[sheet]
        self.remarks.append(found(check, WARNING, sheet=table.name, cell=table.cell(row, column), value=value))

    @cached_property
    def unit_names(self) -> dict[str, str]:
        """Codes by folded name; asked for only once the sheets are typed."""
        return {fold(line("name", "")): code for code, line in self.codes("units").items()}

    def codes(self, sheet: str) -> dict[str, Line]:
        """Give the lines of a sheet by code, the first of a duplicate."""
        return {line("code"): line for line in reversed(self.lines.get(sheet, ())) if line("code")}


def type_tables(tables: Mapping[str, Table], layout: Layout, language: str) -> PlanTables:
    """Type every sheet; missing sheets, columns and required cells are findings too."""
    typed = PlanTables(tables, load_texts(language))
    for sheet in layout.sheets:
        if sheet.kind != "table":
            continue
        if sheet.key not in tables and sheet.optional:
            continue
        if sheet.key not in tables:
            typed.add("plan.sheet-missing", sheet.key, None, None, title=typed.texts(f"plan.sheet.{sheet.key}.title"))
            continue
        _find_missing_columns(typed, sheet)
        rows = tables[sheet.key].rows
        typed.lines[sheet.key] = tuple(_line(typed, sheet, row, layout, at == 0) for at, row in enumerate(rows))
    return typed


def nearest(value: str, allowed: Iterable[str], most: int = 6) -> str:
    """Give the allowed values, the one most like the given first; a long list is cut."""
    key = without_accents(fold(value))
    ranked = sorted(allowed, key=lambda one: -fuzz.ratio(key, without_accents(fold(one))))
    return ", ".join(ranked[:most]) + (", …" if len(ranked) > most else "") or UNKNOWN


def _find_missing_columns(typed: PlanTables, sheet: Sheet) -> None:
    for column in sheet.columns:
        if column.required and column.key not in typed.tables[sheet.key].columns:
            label = typed.texts(f"plan.{sheet.key}.{column.key}")
            typed.add("plan.column-missing", sheet.key, None, None, label=label)


def _line(typed: PlanTables, sheet: Sheet, row: TableRow, layout: Layout, is_first: bool) -> Line:
    values: dict[str, Any] = {}
    for column in sheet.columns:
        raw = row.values.get(column.key)
        if raw is None:
            if (
                is_first or sheet.key != "documents" or column.key == "symbol"
            ):  # of a cited document little may be known
                _require(typed, sheet, row.number, column, layout)
            continue
        try:
            values[column.key] = _typed(raw, column, layout, typed.texts)
        except _FaultError as fault:
            typed.add(fault.check, sheet.key, row.number, column.key, raw, **fault.values)
    return Line(row.number, {key: value for key, value in values.items() if value not in (None, "", ())})


def _require(typed: PlanTables, sheet: Sheet, row: int, column: Column, layout: Layout) -> None:
    if not column.required or column.key not in typed.tables[sheet.key].columns:
        return
    label = typed.texts(f"plan.{sheet.key}.{column.key}")
    if column.list in layout.lists:
        allowed = ", ".join(typed.texts(f"plan.list.{column.list}.{code}") for code in layout.lists[column.list])
        typed.add("plan.required-list", sheet.key, row, column.key, label=label, allowed=allowed)
    else:
        typed.add("plan.required", sheet.key, row, column.key, label=label)


def _typed(raw: Any, column: Column, layout: Layout, texts: Texts) -> Any:
    if isinstance(raw, str) and raw.strip() in _FORMULA_ERRORS:
        raise _FaultError("plan.formula-error")
    if column.type == "list" and column.list in layout.lists:
        return _list_code(_text(raw), column.list, layout.lists[column.list], texts)
    if column.type == "number":
        return _number(raw, column)
    if column.type == "multi":
        return _several(_text(raw), column.key)
    if column.key == "recurrence" and isinstance(raw, date):
        return raw.strftime("%d/%m")  # "31/12" that the program took for a day of this year
    read: Callable[[Any], Any] = _READERS.get(column.type, _text)
    return read(raw)


def _text(raw: Any) -> str:
    if isinstance(raw, float) and raw.is_integer():
        return str(int(raw))
    return nfc(str(raw))


def _code(raw: Any) -> str:
    return re.sub(r"\s+", "", _text(raw))


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    if isinstance(raw, date):
        return raw
    if isinstance(raw, int | float) and not isinstance(raw, bool) and int(raw) in _EXCEL_DAYS:
        day = from_excel(int(raw))
        return day.date() if isinstance(day, datetime) else _text_date(str(raw))
    return _text_date(nfc(str(raw)))


def find_date(raw: Any) -> date | None:
    """Give the day that a cell names, or None for a cell that names none."""
    try:
        return _date(raw)
    except _FaultError:
        return None


def _text_date(text: str) -> date:
    try:
        if day_first := _DAY_FIRST.fullmatch(text):
            return date(int(day_first[3]), int(day_first[2]), int(day_first[1]))
        if year_first := _YEAR_FIRST.fullmatch(text):
            return date(int(year_first[1]), int(year_first[2]), int(year_first[3]))
    except ValueError as error:
        raise _FaultError("plan.no-such-day") from error
    raise _FaultError("plan.date")


def _number(raw: Any, column: Column) -> Decimal:
    text = _text(raw)
    if isinstance(raw, bool) or not _NUMBER.fullmatch(text):
        raise _FaultError("plan.number")
    value = Decimal(text.replace(",", "."))
    low, high = column.minimum, column.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        raise _FaultError("plan.out-of-range", minimum=low, maximum=high)
    return value


def _several(text: str, key: str) -> tuple[str, ...]:
    parts = re.split(r"[;\n]" if key in _COMMA_IS_TEXT else r"[;,\n]", text)
    return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _list_code(text: str, name: str, codes: tuple[str, ...], texts: Texts) -> str:
    words = {fold(load_texts(lang)(f"plan.list.{name}.{code}")): code for lang in LANGUAGES for code in codes}
    words |= {fold(code): code for code in codes}
    if fold(text) not in words:
        labels = (texts(f"plan.list.{name}.{code}") for code in codes)
        raise _FaultError("plan.list", allowed=nearest(text, labels, len(codes)))
    return words[fold(text)]


_READERS: Mapping[str, Callable[[Any], Any]] = {"date": _date, "code": _code}
