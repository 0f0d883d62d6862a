"""A plan on record as the lines of its workbook: what `intake.plan` reads from them is the plan again."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from models.addressing import split_rule
from models.plan import SHEETS, PlanContent, PlanDocument, PlanEvent, PlanIndicator, PlanLink, PlanPeriod, PlanTask

Row = dict[str, Any]
YES_NO = {True: "yes", False: "no"}


def plan_lines(plan: PlanContent) -> dict[str, list[Row]]:
    """Give the rows by sheet, as `write_plan` takes them."""
    return {sheet: [_LINES.get(sheet, asdict)(one) for one in getattr(plan, sheet)] for sheet in SHEETS}


def document_line(one: PlanDocument) -> Row:
    return {**asdict(one), "symbol": one.symbol_written, "inferred": YES_NO[one.inferred]}


def event_line(one: PlanEvent) -> Row:
    return {
        "code": one.code,
        "date": one.day,
        "type": one.type,
        "from": one.sources,
        "to": one.targets,
        "children": [f"{unit}>{superior}" for unit, superior in one.children],
        "share": [f"{indicator}={'/'.join(parts)}" for indicator, parts in one.shares],
        "basis": one.basis,
    }


def task_line(one: PlanTask) -> Row:
    day_and_month = "/".join(reversed(one.recurrence.split("-"))) if one.recurrence else None
    return {**asdict(one), **{role: split_rule(rule) for role, rule in one.rules}, "recurrence": day_and_month}


def indicator_line(one: PlanIndicator) -> Row:
    limits = {name: _number(getattr(one, name)) for name in ("lower", "upper")}
    return {**asdict(one), **limits}


def period_line(one: PlanPeriod) -> Row:
    rules = {name: split_rule(getattr(one, name) or "") for name in ("own_rule", "consolidated_rule")}
    return {**asdict(one), **rules}


def link_line(one: PlanLink) -> Row:
    return {**asdict(one), "factor": _number(one.factor), "breaks": YES_NO[one.breaks]}


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


_LINES: Mapping[str, Callable[[Any], Row]] = {
    "documents": document_line,
    "events": event_line,
    "tasks": task_line,
    "indicators": indicator_line,
    "periods": period_line,
    "crosswalk": link_line,
}
