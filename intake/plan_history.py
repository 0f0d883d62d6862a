"""Checks of a plan's units through time: superiors, events on the days they happen, rules that meet nobody."""

from datetime import date

from intake.plan_cells import Line, PlanTables
from models.addressing import days_met, names_units, resolve
from models.plan import PlanContent, PlanEvent
from models.unit_history import DAY, History, contradictions, read_history

_NO_UNITS_IN_TO = ("rename", "change_kind", "establish")


def check_history(plan: PlanTables, content: PlanContent) -> None:
    """Check what only the walk through all events can tell; the sheets themselves are in order."""
    history = read_history(content.units, content.events)
    _check_tree(plan, history)
    for event in content.events:
        _check_event(plan, event, history)
    _check_rules(plan, content, history)


def _check_tree(plan: PlanTables, history: History) -> None:
    units = plan.codes("units")
    for fault in contradictions(history):
        check = "plan.cycle" if fault.kind == "cycle" else "plan.superior-not-in-force"
        day = plan.texts.date(fault.day)
        plan.add(check, "units", units[fault.unit].number, "parent", fault.superior, unit=fault.unit, day=day)


def _check_event(plan: PlanTables, event: PlanEvent, history: History) -> None:
    line = plan.codes("events")[event.code]
    for code in event.sources if event.type != "establish" else ():
        if not _in_force(history, code, event.day - DAY, event.day):
            plan.add("plan.unit-not-in-force", "events", line.number, "from", code, day=plan.texts.date(event.day))
        _check_end(plan, event, code, line)
    first = event.day + DAY if event.type == "dissolve" else event.day
    for code in event.targets if event.type not in _NO_UNITS_IN_TO else ():
        if not _in_force(history, code, event.day, first):
            plan.add("plan.unit-not-in-force", "events", line.number, "to", code, day=plan.texts.date(first))
    if event.type == "establish":
        _check_beginning(plan, event, line)


def _in_force(history: History, code: str, *days: date) -> bool:
    return any(code in history.tree(day).spans for day in days)


def _check_end(plan: PlanTables, event: PlanEvent, code: str, line: Line) -> None:
    """A unit's own last day and the event that ends it have to be the same day, or one beside the other."""
    ends = event.type == "dissolve" or (event.type in ("merge", "split") and code not in event.targets)
    stated = plan.codes("units")[code]("valid_to")
    if ends and stated and not event.day - DAY <= stated <= event.day:
        plan.add("plan.end-day", "events", line.number, "date", plan.texts.date(event.day),
                 unit=code, day=plan.texts.date(stated))  # fmt: skip


def _check_beginning(plan: PlanTables, event: PlanEvent, line: Line) -> None:
    for code in event.targets:
        first = plan.codes("units")[code]("valid_from")
        if first != event.day:
            plan.add("plan.first-day", "events", line.number, "date", plan.texts.date(event.day),
                     unit=code, day=plan.texts.date(first))  # fmt: skip


def _check_rules(plan: PlanTables, content: PlanContent, history: History) -> None:
    tasks, periods = plan.codes("tasks"), plan.codes("periods")
    for item in content.tasks:
        for role, rule in item.rules:
            if names_units(rule) and not days_met(rule, history, item.start):
                plan.add("plan.rule-meets-nobody", "tasks", tasks[item.code].number, role, rule)
    for period in content.periods:
        if not resolve(period.own_rule, history.tree(period.cutoff)):
            plan.add("plan.rule-meets-nobody", "periods", periods[period.code].number, "own_rule", period.own_rule)
