"""Histories for the tests of figures: units, events, periods and answers, laid down with few words."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import factories as make
import polars as pl
from sqlmodel import Session, select

from models.directive import Directive, DirectiveRelation, Indicator, Task
from models.period import Period
from models.returns import Receipt, Return
from models.states import ReturnState
from models.unit import Unit, UnitEvent, UnitSpan
from reports.analytic import publish
from reports.rollup import figures

FIRST, SECOND = "04-CT/ĐUK", "60-KL/ĐUK"


@dataclass
class History:
    """A record being written: everything is found again by its code."""

    session: Session
    folder: Path
    directives: dict[str, Directive] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)
    units: dict[str, Unit] = field(default_factory=dict)
    periods: dict[tuple[str, str], Period] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)
    returns: dict[tuple[str, str, str], Return] = field(default_factory=dict)

    def directive(self, symbol: str = FIRST, *, continues: str | None = None) -> Directive:
        made = make.make_directive(self.session, symbol=symbol, symbol_written=symbol)
        self.directives[symbol] = made
        self.tasks[symbol] = make.make_task(self.session, made, f"T-{symbol}", start=date(2010, 1, 1))
        if continues:
            other = self.directives[continues]
            make.add(
                self.session,
                DirectiveRelation(directive_id=made.id, other_id=other.id, type="continues"),
            )
        return made

    def unit(self, code: str, parent: str | None = None, **over: Any) -> Unit:
        above = self.units[parent] if parent else None
        self.units[code] = make.make_unit(self.session, code, parent=above, **over)
        return self.units[code]

    def move(self, code: str, parent: str | None, day: date) -> None:
        """Put a unit under another one from a day on."""
        spans = select(UnitSpan).where(UnitSpan.unit_id == self.units[code].id, UnitSpan.valid_to == None)  # noqa: E711
        span = self.session.exec(spans).one()
        span.valid_to = date.fromordinal(day.toordinal() - 1)
        above = self.units[parent] if parent else None
        make.make_span(self.session, self.units[code], above, valid_from=day, valid_to=self.units[code].valid_to)

    def event(self, type_: str, day: date, sources: list[str], targets: list[str], **over: Any) -> UnitEvent:
        code = f"E{day.isoformat()}-{type_}-{'-'.join(sources)}"
        made = UnitEvent(code=code, happened_on=day, type=type_, sources=sources, targets=targets, **over)
        return make.add(self.session, made)

    def period(self, code: str, directive: str = FIRST, round_: str = "R1", **over: Any) -> Period:
        self.periods[directive, code] = make.make_period(
            self.session, self.directives[directive], code, round=round_, **over
        )
        return self.periods[directive, code]

    def indicator(self, code: str = "I01", kind: str = "flow", mode: str | None = None, **over: Any) -> Indicator:
        """Add an indicator that every directive so far is measured by."""
        usual = {"flow": "cumulative", "ratio": "at_cutoff"}.get(kind, "at_cutoff")
        made = make.make_indicator(self.session, code, kind=kind, mode=mode or usual, **over)
        for task in self.tasks.values():
            make.link(self.session, task, made)
        self.indicators[code] = made
        return made

    def lead(self, *units: str) -> None:
        """Let units lead the task of every directive."""
        for code in units:
            for task in self.tasks.values():
                make.make_assignment(self.session, task, self.units[code])

    def owe(self, unit: str, period: str, directive: str = FIRST, kind: str = "own", **over: Any) -> Return:
        made = make.make_return(self.session, self.periods[directive, period], self.units[unit], kind, **over)
        self.returns[directive, unit, period] = made
        return made

    def answer(self, unit: str, period: str, said: Mapping[str, Any], directive: str = FIRST, **over: Any) -> Receipt:
        """Let a unit owe a return and let its file be accepted; a pair is a ratio's two parts, a word a marker."""
        kind = over.pop("kind", "own")
        owed = self.owe(unit, period, directive, kind, state=ReturnState.ACCEPTED)
        return self.file(owed, said, **over)

    def file(self, owed: Return, said: Mapping[str, Any], **over: Any) -> Receipt:
        """Let a file be accepted for a return."""
        receipt = make.make_receipt(self.session, owed, **over)
        make.make_effective(self.session, receipt)
        for code, value in said.items():
            self.value(receipt, code, value)
        return receipt

    def value(self, receipt: Receipt, code: str, value: Any) -> None:
        indicator = self.indicators[code]
        if isinstance(value, tuple):
            parts = {"numerator": Decimal(value[0]), "denominator": Decimal(value[1])}
            make.make_value(self.session, receipt, indicator, **parts, denominator_cell=f"I{receipt.id}")
        elif isinstance(value, str) and value in ("KPS", "KCS"):
            make.make_value(self.session, receipt, indicator, marker=value)
        else:
            make.make_value(self.session, receipt, indicator, value)

    def copy(self, as_at: datetime | None = None) -> Path:
        self.session.flush()
        return publish(self.session, self.folder, as_at=as_at)

    def figures(self, directive: str = FIRST, as_at: datetime | None = None, **asked: Any) -> pl.DataFrame:
        return figures(self.copy(as_at), directive=directive, **asked)

    def figure(self, code: str, directive: str = FIRST, **asked: Any) -> dict[str, Any]:
        """Give one figure by "indicator:unit:period"."""
        indicator, unit, period = code.split(":")
        rows = self.figures(directive, indicator=indicator, period=period, unit=unit, **asked)
        (row,) = [row for row in rows.iter_rows(named=True) if row["unit"] == unit]
        return row
