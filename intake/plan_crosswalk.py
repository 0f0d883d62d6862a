"""Checks how a plan says that the codes of its indicators follow from one another."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from intake.plan_cells import Line, PlanTables, find_date, nearest
from models.crosswalk import Crosswalk
from models.plan import PlanLink

SHEET = "crosswalk"
LARGEST = 10**9  # of both parts of a factor as a fraction: exact with every number that a return can hold
_NO_BEFORE, _NO_AFTER = "new", "dropped"
_RENAMED, _RESCALED, _SPLIT, _MERGED = "renamed", "rescaled", "split", "merged"
_MEASURES = {_RESCALED: {"flow", "stock"}, _SPLIT: {"flow", "stock", "ratio"}, _MERGED: {"flow", "stock", "ratio"}}
_WHOLE = Decimal(1)


def check_crosswalk(plan: PlanTables) -> None:
    """Check codes, kinds, factors and shares line by line, then what only all lines together can tell."""
    lines = [line for line in plan.lines.get(SHEET, ()) if line("relation")]
    for line in lines:
        if line("since") and find_since(plan, line("since")) is None:
            plan.add("plan.link-since", SHEET, line.number, "since", line("since"),
                     allowed=nearest(line("since"), plan.codes("periods")))  # fmt: skip
        _check_ends(plan, line)
        _check_kinds(plan, line)
        _check_factor(plan, line)
    _check_one_way(plan, lines)
    _check_shares(plan, lines)
    _check_merged(plan, lines)
    _check_circles(plan, lines)
    _check_dropped(plan, lines)
    if SHEET not in plan.faulty:
        _check_products(plan, lines)


def read_link(plan: PlanTables, line: Line) -> PlanLink:
    """Make what a line without faults says."""
    factor = line("factor")
    return PlanLink(
        since=find_since(plan, line("since")),
        relation=line("relation"),
        before=line("before"),
        after=line("after"),
        factor=None if factor is None else format(factor, "f"),
        breaks=line("breaks") == "yes",
        note=line("note"),
    )


def find_since(plan: PlanTables, written: str | None) -> Any:
    """Give the first cut-off that uses the newer code: of the period named, or the day written; None for neither."""
    period = plan.codes("periods").get(written or "")
    if period or written is None:
        return period("cutoff") if period else None
    return find_date(int(written) if written.isdecimal() else written)  # a day in a cell without a date's format


def _check_ends(plan: PlanTables, line: Line) -> None:
    """Both codes are on the sheet of indicators; a new one has nothing before it, a dropped one nothing after."""
    indicators = plan.codes("indicators")
    for column, none_for in (("before", _NO_BEFORE), ("after", _NO_AFTER)):
        code, is_none = line(column), line("relation") == none_for
        if bool(code) == is_none:
            check = "plan.link-code-unused" if is_none else "plan.link-code-missing"
            plan.add(check, SHEET, line.number, column, code, relation=_called(plan, line))
        elif code and code not in indicators:
            plan.add("plan.unknown-indicator", SHEET, line.number, column, code, allowed=nearest(code, indicators))


def _check_kinds(plan: PlanTables, line: Line) -> None:
    """Both are measured alike, and only what can be added up is added up, divided or multiplied."""
    before, after = (plan.codes("indicators").get(line(column) or "") for column in ("before", "after"))
    if before is None or after is None:
        return
    kinds = [(one("kind"), one("mode")) for one in (before, after)]
    allowed = _MEASURES.get(line("relation"))
    if kinds[0] != kinds[1]:
        said = [_way_of(plan, one) for one in (before, after)]
        plan.add("plan.link-kind", SHEET, line.number, "after", line("after"), code=line("before"),
                 older=said[0], newer=said[1])  # fmt: skip
    elif allowed and before("kind") not in allowed:
        kind = plan.texts(f"plan.list.indicator_kind.{before('kind')}")
        plan.add("plan.link-measure", SHEET, line.number, "relation", _called(plan, line), kind=kind)


def _way_of(plan: PlanTables, indicator: Line) -> str:
    kind, mode = (plan.texts(f"plan.list.indicator_{name}.{indicator(name)}") for name in ("kind", "mode"))
    return f"{kind} ({mode})"


def _called(plan: PlanTables, line: Line) -> str:
    return plan.texts(f"plan.list.link_relation.{line('relation')}")


def _check_factor(plan: PlanTables, line: Line) -> None:
    factor = line("factor")
    if line("relation") == _RESCALED and not factor:
        plan.add("plan.link-factor", SHEET, line.number, "factor", factor)
    elif factor is not None and line("relation") not in (_RESCALED, _SPLIT):
        plan.add("plan.link-factor-unused", SHEET, line.number, "factor", factor)


def _check_one_way(plan: PlanTables, lines: Iterable[Line]) -> None:
    """On one day a code turns into one other, only a split into several; a later day only where the code went on."""
    told: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if not line("before"):
            continue
        for other in told[line("before")]:
            days = [find_since(plan, one("since")) for one in (line, other)]
            both_split = line("relation") == other("relation") == _SPLIT
            if not both_split if days[0] == days[1] else not _goes_on(plan, lines, line("before"), min(days)):
                plan.add("plan.link-twice", SHEET, line.number, "before", line("before"), other=other.number)
                break
        told[line("before")].append(line)


def _goes_on(plan: PlanTables, lines: Iterable[Line], code: str, day: date) -> bool:
    return any(line("before") == line("after") == code and find_since(plan, line("since")) == day for line in lines)


def _check_shares(plan: PlanTables, lines: Iterable[Line]) -> None:
    """The parts of a split have a share each that make the whole, or none has one."""
    splits: dict[tuple[str, Any], list[Line]] = defaultdict(list)
    for line in lines:
        if line("relation") == _SPLIT and line("before"):
            splits[line("before"), find_since(plan, line("since"))].append(line)
    for (code, _), parts in splits.items():
        shares = [line("factor") for line in parts if line("factor") is not None]
        if shares and (len(shares) < len(parts) or sum(shares) != _WHOLE):
            plan.add("plan.link-shares", SHEET, parts[0].number, "factor", sum(shares), code=code)


def _check_merged(plan: PlanTables, lines: Iterable[Line]) -> None:
    """A merger is of two codes or more; a code that keeps its name is one of them."""
    merged: dict[tuple[str, Any], list[Line]] = defaultdict(list)
    for line in lines:
        if line("relation") == _MERGED and line("before") and line("after"):
            merged[line("after"), find_since(plan, line("since"))].append(line)
    for (code, _), parts in merged.items():
        if len(parts) < 2:
            plan.add("plan.link-merged", SHEET, parts[0].number, "before", parts[0]("before"), code=code)


def _check_circles(plan: PlanTables, lines: Iterable[Line]) -> None:
    pairs = [(line, line("before"), line("after")) for line in lines if line("before") and line("after")]
    onward: dict[str, set[str]] = defaultdict(set)
    for line, before, after in pairs:
        if before != after or line("relation") == _RENAMED:  # the same code may go on with another meaning
            onward[before].add(after)
    for line, before, after in pairs:
        if after in onward[before] and before in _reached(onward, after):
            plan.add("plan.link-cycle", SHEET, line.number, "after", after, code=before)


def _reached(onward: dict[str, set[str]], code: str) -> set[str]:
    """Give a code with every later one that follows from it."""
    seen: set[str] = set()
    ahead = {code}
    while ahead:
        seen |= ahead
        ahead = {after for one in ahead for after in onward.get(one, ())} - seen
    return seen


def _check_dropped(plan: PlanTables, lines: Iterable[Line]) -> None:
    """A code that was dropped is not what another one comes from, or turns into, on that day or later."""
    days: dict[str, date | None] = {
        line("before"): find_since(plan, line("since")) for line in lines if line("relation") == _NO_AFTER
    }
    for line in lines:
        since, after = find_since(plan, line("since")), line("after")
        ended = days.get(after)
        if since and ended and since >= ended:
            plan.add("plan.link-dropped", SHEET, line.number, "after", after, day=plan.texts.date(ended))


def _check_products(plan: PlanTables, lines: Iterable[Line]) -> None:
    """Over several conversions a factor stays exact."""
    carried = Crosswalk(read_link(plan, line) for line in lines).carried()
    long = {one.indicator for one in carried if max(one.factor.numerator, one.factor.denominator) > LARGEST}
    for line in lines:
        if line("after") in long and line("factor") is not None:
            plan.add("plan.link-factor-long", SHEET, line.number, "factor", line("factor"), code=line("after"))
