"""Checks what a plan breaks its indicators down by: codes of its own list, for kinds whose parts add up."""

import re

from intake.plan_cells import Line, PlanTables, nearest
from models.directive import DIMENSION

ADDITIVE = frozenset({"flow", "stock", "ratio"})
_CODE = re.compile(r"[\w.-]+")  # it stands in the codes of figures, between marks that it must not hold


def check_dimensions(plan: PlanTables) -> None:
    """Check the list of breakdowns and every indicator that names some of it."""
    terms = [line for line in plan.lines.get("terms", ()) if line("list") == DIMENSION and line("code")]
    for line in terms:
        if not _CODE.fullmatch(line("code")):
            plan.add("plan.dimension-code", "terms", line.number, "code", line("code"))
    codes = [line("code") for line in terms]
    for line in plan.lines.get("indicators", ()):
        if line("dimensions"):
            _check_indicator(plan, line, codes)


def _check_indicator(plan: PlanTables, line: Line, codes: list[str]) -> None:
    if line("kind") and line("kind") not in ADDITIVE:
        written = "; ".join(line("dimensions"))
        plan.add("plan.dimension-kind", "indicators", line.number, "dimensions", written)
        return
    for code in line("dimensions"):
        if code not in codes:
            plan.add("plan.unknown-dimension", "indicators", line.number, "dimensions", code,
                     allowed=nearest(code, codes))  # fmt: skip
