"""Checks of a plan's typed sheets: rules between columns, rows and sheets; findings go to the tables."""

import re
from collections.abc import Iterable, Mapping
from datetime import date

import polars as pl

from intake.plan_cells import Line, PlanTables, nearest
from intake.plan_dimensions import check_dimensions
from models.addressing import parse_rule, split_rule
from schemas.folds import fold, fold_symbol
from schemas.plan import ROW, broken_rules, frame_types

_SHARE = re.compile(r"(?P<indicator>[\w.-]+)\s*=\s*(?P<parts>\d+(?:[.,]\d+)?(?:\s*/\s*\d+(?:[.,]\d+)?)*)")
_CHILD = re.compile(r"(?P<unit>[\w.-]+)\s*>\s*(?P<superior>[\w.-]+)")
_RECURRENCE = re.compile(r"(?P<day>\d{1,2})/(?P<month>\d{1,2})|(?P<m>\d{2})-(?P<d>\d{2})")
QUOTE = '"'
_DUE_RULE = re.compile(r"\d{1,3}(?:\s*;\s*\d{1,3})*")
_LEAP_YEAR = 2024

# How many units an event comes from and goes to (least, most); None: no bound.
_MANY = None
_FROM: Mapping[str, tuple[int, int | None]] = {
    "establish": (0, _MANY), "rename": (1, 1), "move": (1, _MANY), "merge": (1, _MANY),
    "split": (1, 1), "change_kind": (1, _MANY), "dissolve": (1, _MANY),
}  # fmt: skip
_TO: Mapping[str, tuple[int, int | None]] = {
    "establish": (1, _MANY), "rename": (1, 2), "move": (1, 1), "merge": (1, 1),
    "split": (2, _MANY), "change_kind": (1, 1), "dissolve": (0, 1),
}  # fmt: skip
_TO_IS_NO_UNIT = ("rename", "change_kind")
FILLED = ("documents", "units", "tasks", "periods")  # a plan without one of these is none


def check_sheets(plan: PlanTables) -> None:
    """Run every check that needs no history of the units."""
    for sheet in plan.lines:
        if not plan.lines[sheet] and sheet in FILLED:
            plan.add("plan.sheet-empty", sheet, None, None)
        _check_columns(plan, sheet)
    _check_units(plan)
    _check_events(plan)
    _check_tasks(plan)
    check_dimensions(plan)
    _check_periods(plan)


def share_parts(text: str) -> tuple[str, tuple[str, ...]] | None:
    """Take "I19=60/40" apart, or give None."""
    match = _SHARE.fullmatch(text)
    if not match:
        return None
    return match["indicator"], tuple(part.strip().replace(",", ".") for part in match["parts"].split("/"))


def child_pair(text: str) -> tuple[str, str] | None:
    """Take "C0303>D12" apart, or give None."""
    match = _CHILD.fullmatch(text)
    return (match["unit"], match["superior"]) if match else None


def recurrence(text: str) -> str | None:
    """Give "31/12" or "12-31" as "12-31", or None for no day of a year."""
    match = _RECURRENCE.fullmatch(text.replace(" ", ""))
    if not match:
        return None
    month, day = int(match["month"] or match["m"]), int(match["day"] or match["d"])
    try:
        return date(_LEAP_YEAR, month, day).strftime("%m-%d")
    except ValueError:
        return None


def _check_columns(plan: PlanTables, sheet: str) -> None:
    lines = plan.lines[sheet]
    columns: dict[str, list[object]] = {key: [_plain(key, line(key)) for line in lines] for key in frame_types(sheet)}
    columns[ROW] = [line.number for line in lines]
    frame = pl.DataFrame(columns, schema=frame_types(sheet) | {ROW: pl.Int64()}, strict=False)
    by_number = {line.number: line for line in lines}
    for failure in broken_rules(sheet, frame):
        value = by_number[failure.row](failure.column)
        shown = plan.texts.date(value) if isinstance(value, date) else value
        plan.add(failure.check, sheet, failure.row, failure.column, shown)


def _plain(key: str, value: object) -> object:
    if key == "symbol" and isinstance(value, str):
        return fold_symbol(value)
    return "; ".join(value) if isinstance(value, tuple) else value


def _check_units(plan: PlanTables) -> None:
    units = plan.codes("units")
    for line in plan.lines.get("units", ()):
        if line("parent") and line("parent") not in units:
            plan.add("plan.unknown-superior", "units", line.number, "parent", line("parent"),
                     allowed=nearest(line("parent"), units))  # fmt: skip
    for line in _circle(units):
        plan.add("plan.cycle", "units", line.number, "parent", line("parent"), unit=line("code"))


def _circle(units: Mapping[str, Line]) -> Iterable[Line]:
    """Give the units that come back to themselves on the way up."""
    for code, line in units.items():
        seen, parent = {code}, line("parent")
        while parent in units and parent not in seen:
            seen.add(parent)
            parent = units[parent]("parent")
        if parent == code:
            yield line


def _check_events(plan: PlanTables) -> None:
    for line in plan.lines.get("events", ()):
        if not line("type"):
            continue
        _check_count(plan, line, "from", _FROM[line("type")])
        _check_count(plan, line, "to", _TO[line("type")])
        _know_units(plan, line, "from", line("from", ()))
        if line("type") not in _TO_IS_NO_UNIT:
            _know_units(plan, line, "to", line("to", ()))
        _check_children(plan, line)
        _check_shares(plan, line)


def _check_count(plan: PlanTables, line: Line, column: str, bounds: tuple[int, int | None]) -> None:
    least, most = bounds
    if len(line(column, ())) < least or (most is not None and len(line(column, ())) > most):
        plan.add(f"plan.event-{line('type')}", "events", line.number, column, "; ".join(line(column, ())))


def _know_units(plan: PlanTables, line: Line, column: str, codes: Iterable[str]) -> None:
    units = plan.codes("units")
    for code in codes:
        if code not in units:
            plan.add("plan.unknown-unit", "events", line.number, column, code, allowed=nearest(code, units))


def _check_children(plan: PlanTables, line: Line) -> None:
    for text in line("children", ()):
        pair = child_pair(text)
        if pair:
            _know_units(plan, line, "children", pair)
        else:
            plan.add("plan.children", "events", line.number, "children", text)


def _check_shares(plan: PlanTables, line: Line) -> None:
    indicators = plan.codes("indicators")
    for text in line("share", ()):
        share = share_parts(text)
        if not share or len(share[1]) != len(line("to", ())) or not any(float(part) for part in share[1]):
            plan.add("plan.share", "events", line.number, "share", text, count=len(line("to", ())))
        elif share[0] not in indicators:
            plan.add("plan.unknown-indicator", "events", line.number, "share", share[0],
                     allowed=nearest(share[0], indicators))  # fmt: skip


def _check_tasks(plan: PlanTables) -> None:
    indicators = plan.codes("indicators")
    for line in plan.lines.get("tasks", ()):
        for code in line("indicators", ()):
            if code not in indicators:
                plan.add("plan.unknown-indicator", "tasks", line.number, "indicators", code,
                         allowed=nearest(code, indicators))  # fmt: skip
        if line("recurrence") and not recurrence(line("recurrence")):
            plan.add("plan.recurrence", "tasks", line.number, "recurrence", line("recurrence"))
        for column in ("lead", "coordinate", "monitor"):
            _check_rule(plan, "tasks", line, column)


def _check_periods(plan: PlanTables) -> None:
    for line in plan.lines.get("periods", ()):
        if line("due_rule") and not _DUE_RULE.fullmatch(line("due_rule")):
            plan.add("plan.due-rule", "periods", line.number, "due_rule", line("due_rule"))
        for column in ("own_rule", "consolidated_rule"):
            _check_rule(plan, "periods", line, column)


def rule_of(plan: PlanTables, parts: Iterable[str]) -> str:
    """Give a rule as it is kept: a unit's full name becomes its code, what nobody understands stays as written."""
    kept = [one for part in parts for one in _understood(plan, part)]
    return ";".join(dict.fromkeys(re.sub(r"\s*=\s*", "=", part) for part in kept))


def _understood(plan: PlanTables, part: str) -> list[str]:
    """Take a name for its unit and "D01, D02" for two units; words that name nobody we know are kept in quotes."""
    if not _is_rule(part) and fold(part) in plan.unit_names:
        return [plan.unit_names[fold(part)]]
    parts = [one.strip() for one in part.split(",") if one.strip()]
    if all(_is_rule(one) for one in parts):
        return parts
    return [f'"{part.replace(QUOTE, "")}"'] if len(part.split()) > 1 and "=" not in part else [part]


def _is_rule(part: str) -> bool:
    try:
        parse_rule(part)
    except ValueError:
        return False
    return True


def _check_rule(plan: PlanTables, sheet: str, line: Line, column: str) -> None:
    units = plan.codes("units")
    for part in split_rule(rule_of(plan, line(column, ()))):
        if not _is_rule(part):
            plan.add("plan.rule", sheet, line.number, column, part, allowed=_nearest_unit(part, units))
            continue
        (token,) = parse_rule(part)
        if token.by == "words" and sheet == "tasks":
            plan.remark("plan.addressee-open", sheet, line.number, column, token.value)
        elif token.by == "words":
            plan.add("plan.rule", sheet, line.number, column, token.value, allowed=_nearest_unit(token.value, units))
        elif token.by == "code" and token.value not in units:
            plan.add("plan.unknown-unit", sheet, line.number, column, part, allowed=nearest(part, units))
        elif token.by == "prefix" and not any(code.startswith(token.value) for code in units):
            plan.add("plan.rule-meets-nobody", sheet, line.number, column, part)
        elif token.by == "kind" and token.value not in _kinds(plan):
            plan.add("plan.unknown-kind", sheet, line.number, column, part, allowed=nearest(token.value, _kinds(plan)))


def _nearest_unit(name: str, units: Mapping[str, Line]) -> str:
    named = {line("name", code): code for code, line in units.items()}
    first = nearest(name, named, 1).removesuffix(", …")
    return f"{named[first]} ({first})" if first in named else first


def _kinds(plan: PlanTables) -> set[str]:
    kinds = {line("kind") for line in plan.lines.get("units", ()) if line("kind")}
    changes = [line for line in plan.lines.get("events", ()) if line("type") == "change_kind"]
    return kinds | {kind for line in changes for kind in line("to", ())}
