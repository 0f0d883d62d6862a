"""An invented record of any size: a tree of units that all lead one task, and every return owed accepted in time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from math import isqrt

from sqlalchemy import text
from sqlmodel import Session, SQLModel

from models.assignment import Assignment
from models.directive import Directive, Indicator, Task, TaskIndicator
from models.period import Period
from models.unit import Unit, UnitSpan

SYMBOL = "1-CT/X"
FIRST_YEAR, YEARS, MONTHS = 2021, 5, 12
KINDS = ("flow", "flow", "flow", "flow", "flow", "flow", "stock", "ratio", "boolean", "ordinal")  # and over again
LONG_AGO = date(2015, 1, 1)
SENT, CORRECTED = datetime(2026, 1, 1), datetime(2026, 2, 1)  # noqa: DTZ001  written by SQL as SQLite keeps them


@dataclass(frozen=True)
class Size:
    """How much is laid down."""

    units: int
    indicators: int = 100
    periods: int = MONTHS  # a year: each month, or every so many of them

    @property
    def values(self) -> int:
        return self.units * self.indicators * YEARS * self.periods


def unit_codes(units: int) -> Iterator[tuple[str, str | None]]:
    """Give code and superior of as many units: one at the top, about √n under it, the others under those."""
    middle = isqrt(units)
    yield "K00", None
    for at in range(units - 1):
        yield (f"D{at:05}", "K00") if at < middle else (f"C{at:05}", f"D{at % middle:05}")


def lay_down(session: Session, size: Size, *, with_values: bool = True) -> None:
    """Write a record in SQLite; the values by the database itself, which is how millions of them take seconds."""
    _write_plan(session, size)
    for statement in (RETURNS, RECEIPTS, COUNTING, VALUES) if with_values else (RETURNS,):
        session.execute(text(statement), {"sent": str(SENT)})


def correct(session: Session, receipts: int, at: datetime = CORRECTED) -> None:
    """Let the last returns be corrected by as many receipts, which say the same and count from a time on."""
    for statement in (CORRECTIONS, ENDED, COUNTING_NOW, CORRECTED_VALUES):
        session.execute(text(statement), {"sent": str(at), "receipts": receipts})


def _write_plan(session: Session, size: Size) -> None:
    directive = Directive(
        symbol=SYMBOL, symbol_written=SYMBOL, type="chi_thi", issuer="-", title="-", issued_on=LONG_AGO, tracked=True
    )  # fmt: skip
    _add(session, [directive])
    task = Task(directive_id=directive.id, code="T01", kind="continuous", title="-", lead_rule="*", start=LONG_AGO)
    indicators = [_indicator(at) for at in range(size.indicators)]
    above = dict(unit_codes(size.units))
    units = {code: Unit(code=code, valid_from=LONG_AGO) for code in above}
    _add(session, [task, *indicators, *_periods(directive, size), *units.values()])
    _add(session, (TaskIndicator(task_id=task.id, indicator_id=one.id) for one in indicators))
    _add(session, (_span(unit, units.get(above[unit.code] or "")) for unit in units.values()))
    _add(session, (_lead(task, unit) for unit in units.values()))


def _add(session: Session, rows: Iterable[SQLModel]) -> None:
    session.add_all(rows)
    session.flush()


def _indicator(at: int) -> Indicator:
    kind = KINDS[at % len(KINDS)]
    mode = "cumulative" if kind == "flow" else "at_cutoff"
    return Indicator(code=f"I{at:03}", name="-", measure="-", kind=kind, mode=mode, position=at)


def _span(unit: Unit, above: Unit | None) -> UnitSpan:
    parent = above.id if above else None
    return UnitSpan(unit_id=unit.id, name=unit.code, kind="dang_uy", parent_id=parent, valid_from=LONG_AGO)


def _lead(task: Task, unit: Unit) -> Assignment:
    return Assignment(task_id=task.id, unit_id=unit.id, role="lead", valid_from=LONG_AGO)


def _periods(directive: Directive, size: Size) -> Iterator[Period]:
    step = MONTHS // size.periods
    for year in range(FIRST_YEAR, FIRST_YEAR + YEARS):
        for month in range(step, MONTHS + 1, step):
            first, last = date(year, 1, 1), date(year, month, 28)
            yield Period(
                directive_id=directive.id, code=f"{year}-{month:02}", kind="N" if month == MONTHS else "T", year=year,
                nominal_from=first, nominal_to=last, coverage_start=first, cutoff=last, mode="cumulative", round="R1",
                due_rule="5", own_rule="*",
            )  # fmt: skip


RETURNS = """
INSERT INTO return (directive_id, unit_id, period_id, kind, due, state)
SELECT p.directive_id, u.id, p.id, 'own', p.cutoff, 'accepted' FROM period p CROSS JOIN unit u ORDER BY p.id, u.id
"""
RECEIPTS = """
INSERT INTO receipt (claim, unit_id, return_id, file_name, sha256, size, received_at, state, template)
SELECT 'claim-' || id, unit_id, id, 'return-' || id || '.xlsx', lower(hex(randomblob(32))), 20000, :sent, 'accepted',
    'return-1'
FROM return ORDER BY id
"""
COUNTING = "INSERT INTO effective_return (return_id, receipt_id, since) SELECT return_id, id, :sent FROM receipt"
VALUES = """
INSERT INTO reported_value (receipt_id, indicator_id, dimension, value, numerator, denominator, sheet, cell,
    denominator_cell)
SELECT r.id, i.id, '',
    CASE i.kind
        WHEN 'ratio' THEN NULL WHEN 'boolean' THEN CAST(r.id % 2 AS TEXT) WHEN 'ordinal' THEN CAST(r.id % 5 AS TEXT)
        ELSE CAST((r.id * 31 + i.id * 17) % 100000 AS TEXT) || '.25'
    END,
    CASE i.kind WHEN 'ratio' THEN CAST(r.id % 90 AS TEXT) END,
    CASE i.kind WHEN 'ratio' THEN CAST(90 + i.id % 9 AS TEXT) END,
    'So lieu', 'G' || (i.id + 5), CASE i.kind WHEN 'ratio' THEN 'H' || (i.id + 5) END
FROM receipt r CROSS JOIN indicator i ORDER BY r.id, i.id
"""
CORRECTIONS = """
INSERT INTO receipt (claim, unit_id, return_id, file_name, sha256, size, received_at, state, template)
SELECT 'again-' || id, unit_id, return_id, 'again-' || id || '.xlsx', lower(hex(randomblob(32))), 20000, :sent,
    'accepted', 'return-1'
FROM (SELECT * FROM receipt ORDER BY id DESC LIMIT :receipts)
"""
ENDED = """
UPDATE effective_return SET until = :sent
WHERE until IS NULL AND return_id IN (SELECT return_id FROM receipt WHERE received_at = :sent)
"""
COUNTING_NOW = """
INSERT INTO effective_return (return_id, receipt_id, since)
SELECT return_id, id, :sent FROM receipt WHERE received_at = :sent
"""
CORRECTED_VALUES = """
INSERT INTO reported_value (receipt_id, indicator_id, dimension, value, numerator, denominator, sheet, cell,
    denominator_cell)
SELECT n.id, v.indicator_id, v.dimension, v.value, v.numerator, v.denominator, v.sheet, v.cell, v.denominator_cell
FROM receipt n
JOIN effective_return e ON e.return_id = n.return_id AND e.until = :sent
JOIN reported_value v ON v.receipt_id = e.receipt_id
WHERE n.received_at = :sent
"""
