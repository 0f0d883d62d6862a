"""Completes the periods of a plan: dates that are not given follow from code, kind and preset, or are asked for."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from typing import Any

from intake.plan_cells import Line, PlanTables
from models.period import MONTHS, period_dates

SHEET = "periods"
GIVEN_OR_COMPUTED = ("nominal_from", "nominal_to", "coverage_start", "cutoff", "mode")
_CODE = re.compile(r"(?:(?P<year>(?:19|20)\d{2})-)?(?:.*-)?(?P<kind>6T|9T|N|5N|Q[1-4]?)", re.IGNORECASE)
_MODES: Mapping[str, str] = {"5N": "span", "Q": "per_period"}
_CUMULATIVE, _SPAN = "cumulative", "span"


def complete_periods(plan: PlanTables) -> None:
    """Fill in what presets say; a value that stands in the sheet wins. What is missing or does not fit is noted."""
    if SHEET not in plan.tables:
        return
    plan.lines[SHEET] = tuple(_completed(plan, line) for line in plan.lines.get(SHEET, ()))


def _completed(plan: PlanTables, line: Line) -> Line:
    if line("preset") is None or line("kind") is None or line("code") is None:
        _require_all(plan, line)
        return line
    if not _is_consistent(plan, line):
        return line
    start = _start(plan, line)
    if start is None:
        return line
    computed: dict[str, Any] = asdict(period_dates(line("kind"), line("preset"), start))
    computed["mode"] = _MODES.get(line("kind"), _CUMULATIVE)
    return Line(line.number, {**computed, **line.values})


def _require_all(plan: PlanTables, line: Line) -> None:
    """Without a preset every date has to be given; a cell with a fault has its finding already."""
    table = plan.tables[SHEET]
    raw = next((row.values for row in table.rows if row.number == line.number), {})
    for column in GIVEN_OR_COMPUTED:
        label = plan.texts(f"plan.{SHEET}.{column}")
        if column not in table.columns:
            plan.add("plan.column-missing", SHEET, None, None, label=label)
        elif line(column) is None and raw.get(column) is None:
            plan.add("plan.required", SHEET, line.number, column, label=label)


def _is_consistent(plan: PlanTables, line: Line) -> bool:
    """Whether code and mode fit the kind, since the dates are computed from it."""
    kind, named = line("kind"), _CODE.fullmatch(line("code"))
    said = named["kind"].upper()[: 1 if named["kind"].upper().startswith("Q") else None] if named else kind
    if said != kind:
        label = plan.texts(f"plan.list.period_kind.{said}")
        plan.add("plan.period-code-kind", SHEET, line.number, "code", line("code"), kind=label)
        return False
    if line("mode") and (line("mode") == _SPAN) != (kind == "5N"):
        plan.add("plan.period-mode", SHEET, line.number, "mode", plan.texts(f"plan.list.period_mode.{line('mode')}"))
        return False
    return True


def _start(plan: PlanTables, line: Line) -> date | None:
    """Give the day on which the period starts in name, or note what its code does not tell."""
    given, kind = line("nominal_from"), line("kind")
    if kind == "5N" and given:
        return date(given.year, given.month, given.day)
    named = _CODE.fullmatch(line("code"))
    year = int(named["year"]) if named and named["year"] else given.year if given else None
    if year is None:
        plan.add("plan.period-year", SHEET, line.number, "code", line("code"))
        return None
    if kind != "Q":
        return date(year, 1, 1)
    written = named["kind"][1:] if named else ""
    quarter = int(written) if written else (given.month - 1) // MONTHS["Q"] + 1 if given else None
    if quarter is None:
        plan.add("plan.period-quarter", SHEET, line.number, "code", line("code"))
        return None
    return date(year, MONTHS["Q"] * (quarter - 1) + 1, 1)
