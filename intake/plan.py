"""Reads a plan workbook: refused whole with every fault at once, or given as content without a fault."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from intake.plan_cells import Line, PlanTables, type_tables
from intake.plan_checks import check_sheets, child_pair, recurrence, rule_of, share_parts
from intake.plan_contacts import check_contacts
from intake.plan_crosswalk import check_crosswalk, read_link
from intake.plan_history import check_history
from intake.plan_periods import complete_periods
from intake.tables import read_tables
from models.errors import PlanRefusedError, UnknownTemplateError
from models.plan import (
    PlanContact,
    PlanContent,
    PlanDocument,
    PlanEvent,
    PlanIndicator,
    PlanPeriod,
    PlanTask,
    PlanTerm,
    PlanUnit,
)
from models.returns import Finding
from schemas.folds import fold_symbol
from schemas.layout import load_layout

LAYOUT = "plan"
_FEWEST_SHEETS = 2  # with fewer of our sheets it is some other workbook

T = TypeVar("T")


def read_plan(path: Path, language: str = "vi") -> PlanContent:
    """Read and check a plan, as read_plan_with_remarks does, for whoever has no use for remarks."""
    return read_plan_with_remarks(path, language)[0]


def read_plan_with_remarks(path: Path, language: str = "vi") -> tuple[PlanContent, tuple[Finding, ...]]:
    """Read and check a plan; give it with the warnings. `language` is that of the labels named in findings.

    Raises NotFoundError, UnreadableWorkbookError (no workbook), UnknownTemplateError (no plan) and
    PlanRefusedError with all findings, each with its sheet and cell.
    """
    layout = load_layout(LAYOUT)
    tables = read_tables(path, layout, LAYOUT)
    if len(tables) < _FEWEST_SHEETS:
        raise UnknownTemplateError("plan.not-a-plan", file=path.name)
    plan = type_tables(tables, layout, language)
    complete_periods(plan)
    check_sheets(plan)
    check_contacts(plan)
    check_crosswalk(plan)
    content = _content(plan)
    if not plan.faulty & {"units", "events", "tasks", "periods"}:
        check_history(plan, content)
    if plan.findings:
        raise PlanRefusedError(plan.findings, file=path.name)
    return content, tuple(_together(plan.remarks))


def _together(remarks: Iterable[Finding]) -> Iterable[Finding]:
    """Say the same remark on the same words once, with all its cells."""
    by_words: dict[tuple[str, str | None, str | None], Finding] = {}
    for remark in remarks:
        first = by_words.setdefault((remark.check, remark.sheet, remark.value), remark)
        if first is not remark:
            first.cell = f"{first.cell}, {remark.cell}"
    return by_words.values()


def _content(plan: PlanTables) -> PlanContent:
    return PlanContent(
        documents=_made(plan, "documents", _document),
        units=_made(plan, "units", lambda line: PlanUnit(**line.values)),
        events=_made(plan, "events", _event),
        tasks=_made(plan, "tasks", lambda line: _task(plan, line)),
        indicators=_made(plan, "indicators", _indicator),
        periods=_made(plan, "periods", lambda line: _period(plan, line)),
        terms=_made(plan, "terms", lambda line: PlanTerm(**line.values)),
        contacts=_made(plan, "contacts", lambda line: PlanContact(**line.values)),
        crosswalk=_made(plan, "crosswalk", lambda line: read_link(plan, line)),
    )


def _made(plan: PlanTables, sheet: str, make: Callable[[Line], T]) -> tuple[T, ...]:
    """Make the lines of a sheet; one that has faults of its own is no matter where the sheet is refused anyway."""
    if sheet in plan.faulty:
        return ()
    return tuple(make(line) for line in plan.lines.get(sheet, ()))


def _document(line: Line) -> PlanDocument:
    written = line("symbol")
    values = {**line.values, "symbol": fold_symbol(written), "symbol_written": written}
    return PlanDocument(**{**values, "inferred": line("inferred") == "yes"})


def _event(line: Line) -> PlanEvent:
    children = (child_pair(text) for text in line("children", ()))
    shares = (share_parts(text) for text in line("share", ()))
    return PlanEvent(
        code=line("code"),
        day=line("date"),
        type=line("type"),
        sources=line("from", ()),
        targets=line("to", ()),
        children=_present(children),
        shares=_present(shares),
        basis=line("basis"),
    )


def _task(plan: PlanTables, line: Line) -> PlanTask:
    roles = {role: rule_of(plan, line(role)) for role in ("lead", "coordinate", "monitor") if line(role)}
    again = recurrence(line("recurrence", ""))
    return PlanTask(**{**line.values, **roles, "recurrence": again})


def _indicator(line: Line) -> PlanIndicator:
    limits = {column: format(line(column), "f") for column in ("lower", "upper") if line(column) is not None}
    dimensions = ";".join(line("dimensions", ())) or None
    decimals = int(line("decimals", 0))
    return PlanIndicator(**{**line.values, **limits, "dimensions": dimensions, "decimals": decimals})


def _period(plan: PlanTables, line: Line) -> PlanPeriod:
    rules = {column: rule_of(plan, line(column)) for column in ("own_rule", "consolidated_rule") if line(column)}
    due_rule = ";".join(part.strip() for part in line("due_rule").split(";"))
    values = {name: value for name, value in line.values.items() if name != "preset"}
    if line("lock_rule") is not None:
        values["lock_rule"] = int(line("lock_rule"))
    return PlanPeriod(**{**values, **rules, "due_rule": due_rule})


def _present(values: Iterable[T | None]) -> tuple[T, ...]:
    return tuple(value for value in values if value is not None)
