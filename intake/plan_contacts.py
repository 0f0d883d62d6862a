"""Checks the addresses of offices in a plan: on the units' own lines and on the sheet of other addresses."""

import re
from collections.abc import Iterator

from intake.plan_cells import Line, PlanTables, nearest

SHEET = "contacts"
_MAIL = re.compile(r"[^@\s;,]+@[^@\s;,]+\.[^@\s;,.]+")


def check_contacts(plan: PlanTables) -> None:
    """Check that every address is one, and whose it is."""
    units = plan.codes("units")
    for line in plan.lines.get(SHEET, ()):
        if line("unit") and line("unit") not in units:
            allowed = nearest(line("unit"), units)
            plan.add("plan.unknown-unit", SHEET, line.number, "unit", line("unit"), allowed=allowed)
    for sheet, line, column, address in _addresses(plan):
        if not _MAIL.fullmatch(address):
            plan.add("plan.email", sheet, line.number, column, address)


def _addresses(plan: PlanTables) -> Iterator[tuple[str, Line, str, str]]:
    for line in plan.lines.get("units", ()):
        for column in ("email", "superior_email"):
            yield from (("units", line, column, address) for address in line(column, ()))
    for line in plan.lines.get(SHEET, ()):
        if line("address"):
            yield SHEET, line, "address", line("address")
