"""Everything a review says, gathered once from the record and the roll-up, before a word is written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

import polars as pl
from sqlmodel import Session, col, select

from models.directive import Directive, Indicator, Task, Term
from models.period import Period
from models.queries import reviewing
from models.queries.moved import Moved
from models.queries.reviewing import ReportedProgress, Said, SaidShortcoming, Scope, ShownEvidence
from models.unit import UnitEvent, UnitSpan
from reports.standing import Rates, Standing, StandingLine, count_rates
from reports.task_status import TaskCounts, TaskStatus, count_statuses, deadline, task_status
from schemas.folds import sort_key

SPAN = "span"  # the mode of a period that asks again for years already told


@dataclass(frozen=True)
class FigureFact:
    """One figure as the review prints it; `value` is None where nothing was reported."""

    code: str
    indicator: str
    unit: str
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    of: int
    partial: bool


@dataclass(frozen=True)
class Case:
    """One unit and one task it leads."""

    unit: str
    task: Task
    status: TaskStatus
    reported: str | None
    done_on: date | None
    text: str | None
    period: str | None


@dataclass(frozen=True)
class Facts:
    """What is known of a round as of a time; every list is in the order in which it is printed."""

    directive: Directive
    relations: Sequence[tuple[Any, Directive]]
    periods: Sequence[Period]
    as_at: datetime
    reading: str
    root: str
    start: date  # of what is reviewed: the directive's own day, if it is later than the first period's
    units: Mapping[str, UnitSpan]  # in force at the last cut-off, down the tree, siblings in Vietnamese order
    spans: Sequence[tuple[str, UnitSpan]]  # of every unit that ever stood, the oldest first
    units_at_start: int
    events: Sequence[UnitEvent]
    tasks: Sequence[Task]
    cases: Sequence[Case]
    indicators: Sequence[Indicator]
    years: Sequence[str]  # those whose every period is reviewed
    closing: str  # label of the last figures: the round where all of it is reviewed, else the last period
    is_whole_round: bool
    figures: Mapping[tuple[str, str, str], FigureFact]  # indicator, unit, period
    returns: Sequence[StandingLine]  # of the reviewed periods
    shortcomings: Sequence[SaidShortcoming]
    statements: Sequence[Said]
    evidence: Sequence[ShownEvidence]
    findings: Sequence[Any]
    receipts: Mapping[str, int]
    reminders: int
    terms: Mapping[tuple[str, str], Term]
    moved: Moved | None = None  # since the revision that was approved

    @cached_property
    def levels(self) -> dict[str, int]:
        """Depth in the tree at the last cut-off; the root is 0."""
        by_id = {span.unit_id: span for span in self.units.values()}
        return {code: _depth(span, by_id) for code, span in self.units.items()}

    @cached_property
    def rates(self) -> Rates:
        return count_rates(self.returns)

    @cached_property
    def full_years(self) -> list[str]:
        """Give the years that lie in the review from their first day to their last: only these compare as flows."""
        told = [period for period in self.periods if period.mode != SPAN]
        by_year = {year: [period for period in told if str(period.year) == year] for year in self.years}
        return [year for year, periods in by_year.items() if periods and self._is_full(int(year), periods)]

    def _is_full(self, year: int, periods: Sequence[Period]) -> bool:
        begins, ends = date(year, 1, 1), date(year, 12, 31)
        return (
            self.directive.issued_on <= begins
            and min(one.nominal_from for one in periods) <= begins
            and max(one.nominal_to for one in periods) >= ends
        )

    def period(self, code: str) -> Period:
        return next(period for period in self.periods if period.code == code)

    def called(self, code: str, day: date | None = None) -> UnitSpan | None:
        """Find how a unit was called on a day, or at the last it was heard of."""
        spans = [span for unit, span in self.spans if unit == code]
        if day is not None:
            spans = [span for span in spans if span.valid_from <= day <= (span.valid_to or day)]
        return self.units.get(code) if day is None and code in self.units else spans[-1] if spans else None

    def figure(self, indicator: str, unit: str, period: str) -> FigureFact | None:
        return self.figures.get((indicator, unit, period))

    def counts(self, task: str | None = None, unit: str | None = None) -> TaskCounts:
        """Count the four cells over all cases, or those of one task or unit."""
        chosen = (case for case in self.cases if task in (None, case.task.code) and unit in (None, case.unit))
        return self.counts_of(chosen)

    def counts_of(self, cases: Iterable[Case]) -> TaskCounts:
        return count_statuses((case.status, case.reported) for case in cases)

    def by_code(self) -> Counter[str]:
        """Count the units that named each shortcoming."""
        named: dict[str, set[str]] = defaultdict(set)
        for said in self.shortcomings:
            named[said.code].add(said.unit)
        return Counter({code: len(units) for code, units in named.items()})

    def reporting_units(self) -> int:
        """Count the units that owed a return in the round."""
        return len({line.unit for line in self.returns if line.owed})


def _depth(span: UnitSpan, by_id: Mapping[int, UnitSpan]) -> int:
    depth = 0
    while (above := by_id.get(span.parent_id or 0)) is not None:
        span = above
        depth += 1
    return depth


def gather(
    session: Session,
    *,
    directive: Directive,
    first: Period,
    last: Period,
    as_at: datetime,
    reading: str,
    figures: pl.DataFrame,
    standing: Standing,
) -> Facts:
    """Read all that a review of these periods needs. `figures` has the columns of schemas.rollup."""
    scope = reviewing.get_scope(session, directive, first, last, as_at)
    periods = reviewing.list_periods(session, scope)
    planned = reviewing.list_plan_periods(session, directive)
    start = max(first.coverage_start, directive.issued_on)
    spans = dict(reviewing.list_spans(session, last.cutoff))
    tasks = reviewing.list_tasks(session, scope)
    is_whole_round = {one.code for one in planned if one.round == last.round} <= {one.code for one in periods}
    return Facts(
        directive=directive,
        relations=reviewing.list_relations(session, scope.directive_id),
        periods=periods,
        as_at=as_at,
        reading=reading,
        root=next(code for code, span in spans.items() if span.parent_id is None),
        start=start,
        units=_down_the_tree(spans),
        spans=reviewing.list_all_spans(session),
        units_at_start=len(reviewing.list_spans(session, start)),
        events=reviewing.list_events(session, start, last.cutoff),
        tasks=tasks,
        cases=_cases(session, scope, tasks, last, as_at),
        indicators=_indicators(session, scope),
        years=_whole_years(planned, periods),
        closing=last.round if is_whole_round else last.code,
        is_whole_round=is_whole_round,
        figures=_figures(figures),
        returns=_within(standing, periods),
        shortcomings=reviewing.list_shortcomings(session, scope),
        statements=reviewing.list_statements(session, scope),
        evidence=reviewing.list_evidence(session, scope),
        findings=reviewing.count_findings(session, scope),
        receipts=reviewing.count_receipts(session, scope),
        reminders=reviewing.count_reminders(session, scope, as_at.date()),
        terms=reviewing.list_terms(session),
    )


def _down_the_tree(spans: Mapping[str, UnitSpan]) -> dict[str, UnitSpan]:
    """Order units as an office lists them: each one, then those under it, siblings in Vietnamese order."""
    below: dict[int | None, list[str]] = defaultdict(list)
    known = {span.unit_id for span in spans.values()}
    for code in sorted(spans, key=lambda code: (sort_key(spans[code].name), code)):
        parent = spans[code].parent_id
        below[parent if parent in known else None].append(code)
    ordered: dict[str, UnitSpan] = {}
    waiting = below[None][::-1]
    while waiting:
        code = waiting.pop()
        ordered[code] = spans[code]
        waiting += below[spans[code].unit_id][::-1]
    return ordered


def _whole_years(planned: Sequence[Period], reviewed: Sequence[Period]) -> list[str]:
    """Give the years that are reviewed with all their periods: only those have a figure of their own to show."""
    codes = {period.code for period in reviewed}
    years: dict[int, list[str]] = defaultdict(list)
    for period in planned:
        if period.mode != SPAN:
            years[period.year].append(period.code)
    return [str(year) for year in sorted(years) if codes.issuperset(years[year])]


def _within(standing: Standing, periods: Sequence[Period]) -> tuple[StandingLine, ...]:
    codes = {period.code for period in periods}
    return tuple(line for line in standing.returns if line.period in codes)


def _cases(session: Session, scope: Scope, tasks: Sequence[Task], last: Period, as_at: datetime) -> list[Case]:
    """Give every unit and task it leads at the last cut-off; for a board the consolidated return above answers."""
    by_code = {task.code: task for task in tasks}
    progress = reviewing.list_progress(session, scope)
    own = {(said.unit, said.task): said for said in progress if said.kind == "own"}
    above = {said.task: said for said in progress if said.kind == "consolidated"}
    reporting = {said.unit for said in progress}
    leads = reviewing.list_leads(session, scope, last.cutoff)
    day = as_at.date()
    return [
        _case(unit, by_code[code], own.get((unit, code)) if unit in reporting else above.get(code), day)
        for unit, code in leads
        if code in by_code
    ]


def _case(unit: str, asked: Task, said: ReportedProgress | None, day: date) -> Case:
    reported, done_on = (said.status, said.done_on) if said else (None, None)
    return Case(
        unit=unit,
        task=asked,
        status=task_status(reported, done_on, deadline(asked.kind, asked.due), day),
        reported=reported,
        done_on=done_on,
        text=said.text if said else None,
        period=said.period if said else None,
    )


def _indicators(session: Session, scope: Scope) -> list[Indicator]:
    chosen = select(Indicator).where(col(Indicator.id).in_(reviewing.list_indicator_ids(session, scope)))
    return list(session.exec(chosen.order_by(col(Indicator.position), col(Indicator.code))))


def _figures(frame: pl.DataFrame) -> dict[tuple[str, str, str], FigureFact]:
    columns = list(FigureFact.__dataclass_fields__)
    facts = (FigureFact(**row) for row in frame.select(columns).iter_rows(named=True))
    return {(fact.indicator, fact.unit, fact.period): fact for fact in facts}
