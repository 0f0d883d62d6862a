"""The rules of figures once more, as plain loops over plain facts: what SQL must agree with to the last digit."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from models.plan import PlanEvent
from models.unit_history import History

Amounts = tuple[Decimal | None, Decimal | None, Decimal | None]  # value, numerator, denominator


@dataclass(frozen=True)
class OraclePeriod:
    directive: str
    code: str
    round: str
    year: int
    start: date
    cutoff: date
    is_span: bool = False
    is_year_end: bool = False

    def __repr__(self) -> str:
        return self.code


@dataclass(frozen=True)
class Input:
    """A signed contribution: said by `reporter`, held by `holder`, placed on the tree of `day`."""

    holder: str
    reporter: str
    day: date
    sign: int
    amounts: Amounts


@dataclass
class Expected:
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    n: int = 0
    of: int = 0
    partial: bool = False

    def add(self, one: Input) -> None:
        for name, amount in zip(("value", "numerator", "denominator"), one.amounts, strict=True):
            if amount is not None:
                setattr(self, name, (getattr(self, name) or Decimal(0)) + one.sign * amount)


@dataclass
class Oracle:
    """All facts: `said` by period, unit and indicator; `waits_for` the units asked, by period and indicator."""

    history: History
    events: Sequence[PlanEvent]
    periods: Sequence[OraclePeriod]
    manners: dict[str, str]  # indicator → cumulative, per_period, last
    continued: dict[str, str]
    said: dict[tuple[OraclePeriod, str, str], Amounts] = field(default_factory=dict)
    waits_for: dict[tuple[OraclePeriod, str], set[str]] = field(default_factory=dict)

    def labels(self, directive: str) -> Iterator[tuple[str, str]]:
        mine = [p for p in self.periods if p.directive == directive]
        yield from ((p.code, "period") for p in mine)
        yield from ((str(year), "year") for year in sorted({p.year for p in mine if not p.is_span}))
        yield from ((round_, "round") for round_ in sorted({p.round for p in mine}))

    # the tree

    def chain(self, unit: str, day: date) -> list[str]:
        """The unit and those above it, as they stood that day (or last stood before it)."""
        found: list[str] = []
        at: str | None = unit
        while at is not None and at not in found:
            found.append(at)
            spans = sorted((s for s in self.history.spans if s.unit == at), key=lambda s: s.valid_from)
            begun = [s for s in spans if s.valid_from <= day]
            at = (begun[-1] if begun else spans[0]).parent
        return found

    def merged_into(self, unit: str) -> Iterator[tuple[str, date, date]]:
        """Units that took the unit's place by merging: code, day of the first and of the last merger."""
        for event in self.events:
            if event.type == "merge" and unit in event.sources and event.targets[0] != unit:
                yield event.targets[0], event.day, event.day
                for heir, first, last in self.merged_into(event.targets[0]):
                    if first >= event.day and heir != unit:
                        yield heir, event.day, last

    def covers(self, heir: str, said_on: date, unit: str, unit_said_on: date) -> bool:
        """Whether what an heir said holds what the unit had said before it was merged."""
        return any(
            code == heir and unit_said_on < first and said_on >= last for code, first, last in self.merged_into(unit)
        )

    # what a figure is made of

    def newest(self, periods: Sequence[OraclePeriod], indicator: str) -> dict[str, OraclePeriod]:
        """For each unit the last of the periods in which it said something that no successor's word holds."""
        last: dict[str, OraclePeriod] = {}
        for period in sorted(periods, key=lambda p: p.cutoff):
            for at, unit, code in self.said:
                if at == period and code == indicator:
                    last[unit] = period
        return {
            unit: period
            for unit, period in last.items()
            if not any(self.covers(heir, said.cutoff, unit, period.cutoff) for heir, said in last.items())
        }

    def before(self, mine: Sequence[OraclePeriod]) -> list[OraclePeriod]:
        """Earlier periods of the year whose figures lie wholly inside those of a round that starts in mid-year."""
        first, start = min(p.cutoff for p in mine), min(p.start for p in mine)
        directive, round_, year = mine[0].directive, mine[0].round, mine[0].year
        return [
            p
            for p in self.periods
            if not p.is_span and p.year == year and p.cutoff < first and p.start >= start
            and ((p.directive == directive and p.round != round_) or self.continued.get(directive) == p.directive)
        ]  # fmt: skip

    def year_of_flows(self, mine: Sequence[OraclePeriod], indicator: str) -> tuple[list[Input], set[str]]:
        """Inputs of a round's year, and the units of whose figure the difference is not known."""
        if self.manners[indicator] == "per_period":
            return [
                Input(unit, unit, p.cutoff, 1, amounts)
                for (p, unit, code), amounts in self.said.items() if p in mine and code == indicator
            ], set()  # fmt: skip
        newest = self.newest(mine, indicator)
        earlier = self.earlier(mine, indicator)
        inputs: list[Input] = []
        unknown: set[str] = set()
        for unit, period in newest.items():
            owing = {other: said for other, said in earlier.items() if self.holder(other, said[1], newest) == unit}
            if any(said[0] is None for said in owing.values()):
                unknown.add(unit)
                continue
            inputs.append(Input(unit, unit, period.cutoff, 1, self.said[period, unit, indicator]))
            for other, (at, _) in owing.items():
                assert at is not None
                inputs.append(Input(unit, other, period.cutoff, -1, self.said[at, other, indicator]))
        return inputs, unknown

    def earlier(self, mine: Sequence[OraclePeriod], indicator: str) -> dict[str, tuple[OraclePeriod | None, date]]:
        """For each unit asked before the round in this year: when it last said it, or None, and the day."""
        found: dict[str, tuple[OraclePeriod | None, date]] = {}
        for period in sorted(self.before(mine), key=lambda p: p.cutoff):
            for unit in self.waits_for[period, indicator]:
                if (period, unit, indicator) in self.said:
                    found[unit] = period, period.cutoff
                elif unit not in found or found[unit][0] is None:
                    found[unit] = None, period.cutoff
        return {
            unit: said
            for unit, said in found.items()
            if not any(other[0] and self.covers(heir, other[1], unit, said[1]) for heir, other in found.items())
        }

    def holder(self, unit: str, said_on: date, newest: dict[str, OraclePeriod]) -> str | None:
        if unit in newest:
            return unit
        heirs = [heir for heir, p in newest.items() if self.covers(heir, p.cutoff, unit, said_on)]
        return heirs[0] if heirs else None

    def years(self, directive: str, label: str, level: str) -> list[list[OraclePeriod]]:
        """The ordinary periods of each round's year that belong to a label."""
        groups: dict[tuple[str, int], list[OraclePeriod]] = {}
        for p in self.periods:
            if p.directive == directive and not p.is_span and label == (str(p.year) if level == "year" else p.round):
                groups.setdefault((p.round, p.year), []).append(p)
        return list(groups.values())

    def last_periods(self, directive: str, label: str, level: str) -> tuple[list[OraclePeriod], date | None]:
        """The periods from which a stock may be taken, and the last ordinary cut-off of the label."""
        mine = [
            p for p in self.periods
            if p.directive == directive and label == (str(p.year) if level == "year" else p.round)
        ]  # fmt: skip
        year = max(p.year for p in mine)
        cutoffs = [p.cutoff for p in mine if not p.is_span]
        return [p for p in mine if p.year == year], max(cutoffs, default=None)

    def inputs(self, directive: str, indicator: str, label: str, level: str) -> list[Input]:
        if level == "period":
            return [
                Input(unit, unit, p.cutoff, 1, amounts)
                for (p, unit, code), amounts in self.said.items()
                if (p.directive, p.code, code) == (directive, label, indicator)
            ]
        if self.manners[indicator] != "last":
            return [
                one for mine in self.years(directive, label, level) for one in self.year_of_flows(mine, indicator)[0]
            ]
        periods, last = self.last_periods(directive, label, level)
        found = []
        for unit, period in self.newest(periods, indicator).items():
            if unit in self.history.tree(max(last or period.cutoff, period.cutoff)).spans:
                found.append(Input(unit, unit, period.cutoff, 1, self.said[period, unit, indicator]))
        return found

    def slots(self, directive: str, indicator: str, label: str, level: str) -> dict[str, tuple[date, bool, bool]]:
        """For each unit waited for: the day it is placed on, whether it counts in N, whether it is complete."""
        if level == "period":
            (period,) = [p for p in self.periods if (p.directive, p.code) == (directive, label)]
            waited = self.waits_for.get((period, indicator), set())
            return {u: (period.cutoff, True, (period, u, indicator) in self.said) for u in waited}
        last = max(p.cutoff for mine in self.years(directive, label, level) for p in mine)
        if self.manners[indicator] == "last":
            return self.slots_of_last(directive, indicator, label, level, last)
        found: dict[str, tuple[date, bool, bool]] = {}
        for mine in self.years(directive, label, level):
            for unit, day, complete in self.complete(mine, indicator):
                before = found.get(unit, (day, False, True))
                day = max(day, before[0])
                found[unit] = day, day == last, complete and before[2]
        return found

    def slots_of_last(
        self, directive: str, indicator: str, label: str, level: str, last: date
    ) -> dict[str, tuple[date, bool, bool]]:
        periods, _ = self.last_periods(directive, label, level)
        used = {one.reporter: one.day for one in self.inputs(directive, indicator, label, level)}
        asked = {u for p in periods if p.cutoff == last and not p.is_span for u in self.waits_for[p, indicator]}
        return {u: (last, True, u in used and used[u] >= last) for u in asked}

    def complete(self, mine: Sequence[OraclePeriod], indicator: str) -> Iterator[tuple[str, date, bool]]:
        inputs, _ = self.year_of_flows(mine, indicator)
        used = {one.holder: one.day for one in inputs if one.sign == 1}
        for unit in {u for p in mine for u in self.waits_for[p, indicator]}:
            asked = [p for p in mine if unit in self.waits_for[p, indicator]]
            day = max(p.cutoff for p in asked)
            if self.manners[indicator] == "per_period":
                yield unit, day, all((p, unit, indicator) in self.said for p in asked)
            else:
                own = unit in used and used[unit] >= day
                yield unit, day, own or any(self.covers(h, said, unit, day) for h, said in used.items())

    # figures

    def figures(self, directive: str, indicator: str, label: str, level: str) -> dict[str, Expected]:
        """Every unit's figure as it was."""
        found: dict[str, Expected] = {}
        answered: dict[str, set[str]] = {}
        for one in self.inputs(directive, indicator, label, level):
            for above in self.chain(one.holder, one.day):
                found.setdefault(above, Expected()).add(one)
                if one.sign == 1:
                    answered.setdefault(above, set()).add(one.reporter)
        for unit, (day, counted, complete) in self.slots(directive, indicator, label, level).items():
            for above in self.chain(unit, day):
                row = found.setdefault(above, Expected())
                row.of += counted
                row.n += counted and unit in answered.get(above, ())
                row.partial |= not complete
        if level == "year" and not any(p.is_year_end for mine in self.years(directive, label, level) for p in mine):
            for row in found.values():
                row.partial = True
        return found
