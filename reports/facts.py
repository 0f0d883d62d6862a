"""Everything a review says, gathered once from the record and the roll-up, before a word is written."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

import polars as pl
from sqlmodel import Session

from models.crosswalk import JOIN, Crosswalk
from models.directive import Directive, Indicator, Term
from models.period import Period
from models.queries import reviewing
from models.queries.asked import find_asked
from models.queries.cascade import AskedTask, list_progress_signs
from models.queries.moved import Moved
from models.queries.planned import Planned, read_planned
from models.queries.reviewing import Said, SaidShortcoming, Scope, ShownEvidence
from models.unit import UnitEvent
from models.unit_history import Span, Tree
from reports.answering import find_speakers
from reports.cases import Case, list_cases
from reports.columns import FIVE_YEAR, ONE_YEAR, Columns, choose_columns, is_whole_round
from reports.figure_facts import FigureFact, Figures
from reports.standing import Rates, Standing, StandingLine, count_rates
from reports.task_status import TaskCounts, TaskStatus, count_statuses
from schemas.folds import sort_key


@dataclass(frozen=True)
class Facts:
    """What is known of a round as of a time; every list is in the order in which it is printed."""

    kind: str  # of review
    directive: Directive
    relations: Sequence[tuple[Any, Directive]]
    periods: Sequence[Period]
    planned: Sequence[Period]  # all of the directive, by cut-off
    as_at: datetime
    reading: str
    root: str
    start: date  # of what is reviewed: the directive's own day, if it is later than the first period's
    units: Mapping[str, Span]  # in force at the last cut-off, down the tree, siblings in Vietnamese order
    spans: Sequence[Span]  # of every unit that ever stood, the oldest first
    units_at_start: int
    events: Sequence[UnitEvent]
    tasks: Sequence[AskedTask]
    cases: Sequence[Case]
    indicators: Sequence[Indicator]
    columns: Columns
    is_whole_round: bool
    figures: Figures
    returns: Sequence[StandingLine]  # of the reviewed periods
    shortcomings: Sequence[SaidShortcoming]
    statements: Sequence[Said]
    evidence: Sequence[ShownEvidence]
    findings: Sequence[Any]
    receipts: Mapping[str, int]
    reminders: int
    terms: Mapping[tuple[str, str], Term]
    crosswalk: Crosswalk = field(default_factory=lambda: Crosswalk(()))  # how codes of indicators changed
    moved: Moved | None = None  # since the revision that was approved
    earlier: "Facts | None" = None  # of the round of the directive that this one continues

    @cached_property
    def levels(self) -> dict[str, int]:
        """Depth in the tree at the last cut-off; the root is 0."""
        tree = Tree(self.units)
        return {code: tree.level(code) for code in self.units}

    @property
    def coming(self) -> list[Period]:
        return [period for period in self.planned if period.cutoff > self.periods[-1].cutoff]

    @property
    def labels(self) -> tuple[str, ...]:
        """Labels of the figures that stand side by side in a long table."""
        return (*self.columns.before, self.columns.last)

    @cached_property
    def rates(self) -> Rates:
        return count_rates(self.returns)

    def period(self, code: str) -> Period:
        return next(period for period in self.planned if period.code == code)

    def called(self, code: str, day: date | None = None) -> Span | None:
        """Find how a unit was called on a day, or at the last it was heard of."""
        if day is None and code in self.units:
            return self.units[code]
        spans = [span for span in self.spans if span.unit == code]
        if day is not None:
            spans = [span for span in spans if span.valid_from <= day <= (span.valid_to or day)]
        return spans[-1] if spans else None

    def figure(self, indicator: str, unit: str, period: str) -> FigureFact | None:
        return self.figures.of_unit(unit).get((indicator, period))

    def counts(self, task: str | None = None, unit: str | None = None) -> TaskCounts:
        """Count the four cells over all cases, or those of one task or unit."""
        chosen = self.cases if unit is None else self._cases_by_unit.get(unit, ())
        return self.counts_of(case for case in chosen if task in (None, case.task.code))

    @cached_property
    def _cases_by_unit(self) -> Mapping[str, Sequence[Case]]:
        found: dict[str, list[Case]] = defaultdict(list)
        for case in self.cases:
            found[case.unit].append(case)
        return found

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
    kind: str = FIVE_YEAR,
) -> Facts:
    """Read all that a review of these periods needs. `figures` has the columns of schemas.rollup."""
    planned = read_planned(session, as_at)
    directive = planned.directives[directive.id or 0]
    planned_periods = planned.periods_of(directive)
    periods = [period for period in planned_periods if first.cutoff <= period.cutoff <= last.cutoff]
    scope = Scope(directive, tuple(periods), as_at)
    crosswalk = planned.crosswalks().get(directive.symbol, Crosswalk(()))
    start = max(first.coverage_start, directive.issued_on)
    asked = find_asked(session, planned, directive, last.cutoff)
    returns = _within(standing, periods)
    cases = list_cases(
        asked.leads,
        {one.code: one for one in asked.tasks},
        list_progress_signs(session, scope),
        find_speakers(asked.tree, returns),
        periods,
        min(as_at.date(), last.cutoff) if kind in ONE_YEAR else as_at.date(),
    )
    if kind in ONE_YEAR:
        cases = [case for case in cases if not _is_of_earlier_years(case, last.year)]
    return Facts(
        kind=kind,
        directive=directive,
        relations=planned.related(directive.id or 0),
        periods=periods,
        planned=planned_periods,
        as_at=as_at,
        reading=reading,
        root=_root(asked.tree),
        start=start,
        units=_down_the_tree(asked.tree),
        spans=sorted(planned.history.spans, key=lambda span: (span.valid_from, span.unit)),
        units_at_start=len(planned.history.tree(start).spans),
        events=[event for event in planned.events if start <= event.happened_on <= last.cutoff],
        tasks=_asked_about(asked.tasks, cases, kind),
        cases=cases,
        indicators=_indicators(planned, asked.tasks, crosswalk, last.cutoff),
        crosswalk=crosswalk,
        columns=choose_columns(kind, directive, planned_periods, periods),
        is_whole_round=is_whole_round(planned_periods, periods),
        figures=Figures(figures),
        returns=returns,
        shortcomings=reviewing.list_shortcomings(session, scope),
        statements=reviewing.list_statements(session, scope),
        evidence=reviewing.list_evidence(session, scope),
        findings=reviewing.count_findings(session, scope),
        receipts=reviewing.count_receipts(session, scope),
        reminders=reviewing.count_reminders(session, scope),
        terms=planned.terms,
    )


def _is_of_earlier_years(case: Case, year: int) -> bool:
    """Whether a task was over before the year: its day, and the day on which it was done."""
    begins = date(year, 1, 1)
    done = case.status in (TaskStatus.DONE_ON_TIME, TaskStatus.DONE_LATE)
    return done and case.due is not None and case.due < begins and (case.done_on or begins) <= begins


def _asked_about(tasks: Sequence[AskedTask], cases: Sequence[Case], kind: str) -> Sequence[AskedTask]:
    """Leave out of the review of one year what was over before it."""
    if kind not in ONE_YEAR:
        return tasks
    asked = {case.task.code for case in cases}
    return [one for one in tasks if one.code in asked]


def _root(tree: Tree) -> str:
    return min(tree.children[None])


def _down_the_tree(tree: Tree) -> dict[str, Span]:
    """Order units as an office lists them: each one, then those under it, siblings in Vietnamese order."""
    ordered: dict[str, Span] = {}
    waiting = list(tree.children[None])
    waiting.sort(key=lambda code: _in_order(tree, code), reverse=True)
    while waiting:
        code = waiting.pop()
        ordered[code] = tree.spans[code]
        waiting += sorted(tree.children.get(code, ()), key=lambda code: _in_order(tree, code), reverse=True)
    return ordered


def _in_order(tree: Tree, code: str) -> tuple[Any, str]:
    return sort_key(tree.spans[code].name), code


def _within(standing: Standing, periods: Sequence[Period]) -> tuple[StandingLine, ...]:
    codes = {period.code for period in periods}
    return tuple(line for line in standing.returns if line.period in codes)


def _indicators(planned: Planned, tasks: Iterable[AskedTask], crosswalk: Crosswalk, day: date) -> list[Indicator]:
    """Give the indicators that the tasks are measured by, under the codes that a day knows, joint lines after them."""
    measured = frozenset[str]().union(*(one.indicators for one in tasks))
    wanted = crosswalk.series(measured, day)
    found = [indicator for indicator in planned.indicators if indicator.code in wanted]
    by_code = {one.code: one for one in planned.indicators}
    joint = {line: members for line, members in crosswalk.joint().items() if line in wanted}
    return [*found, *(_joint(line, [by_code[code] for code in members[1:]]) for line, members in joint.items())]


def _joint(line: str, parts: Sequence[Indicator]) -> Indicator:
    """Make what stands for several indicators that cannot be told apart in older figures."""
    named = {
        "name": JOIN.join(one.name for one in parts),
        "name_en": JOIN.join(one.name_en or one.name for one in parts),
    }
    return Indicator(**{**parts[0].model_dump(exclude={"id"}), "code": line, **named})
