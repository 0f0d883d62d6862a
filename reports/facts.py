"""Everything a review says, gathered once from the record and the roll-up, before a word is written."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
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
from models.queries.reviewing import ReportedProgress, Said, SaidShortcoming, Scope, ShownEvidence
from models.unit import UnitEvent, UnitSpan
from reports.standing import Standing
from reports.task_status import TaskCounts, TaskStatus, count_statuses, deadline, task_status
from schemas.folds import sort_key


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
    units: Mapping[str, UnitSpan]  # in force at the last cut-off, in Vietnamese order
    names: Mapping[str, str]  # of every unit that ever stood in the round
    units_at_start: int
    events: Sequence[UnitEvent]
    tasks: Sequence[Task]
    cases: Sequence[Case]
    indicators: Sequence[Indicator]
    years: Sequence[str]
    round: str
    figures: Mapping[tuple[str, str, str], FigureFact]  # indicator, unit, period
    standing: Standing
    shortcomings: Sequence[SaidShortcoming]
    statements: Sequence[Said]
    evidence: Sequence[ShownEvidence]
    findings: Sequence[Any]
    receipts: Mapping[str, int]
    reminders: int
    terms: Mapping[tuple[str, str], Term]

    @cached_property
    def levels(self) -> dict[str, int]:
        """Depth in the tree at the last cut-off; the root is 0."""
        by_id = {span.unit_id: span for span in self.units.values()}
        return {code: _depth(span, by_id) for code, span in self.units.items()}

    def figure(self, indicator: str, unit: str, period: str) -> FigureFact | None:
        return self.figures.get((indicator, unit, period))

    def counts(self, task: str | None = None, unit: str | None = None) -> TaskCounts:
        """Count the four cells over all cases, or those of one task or unit."""
        chosen = [case for case in self.cases if task in (None, case.task.code) and unit in (None, case.unit)]
        return count_statuses((case.status, case.reported) for case in chosen)

    def by_code(self) -> Counter[str]:
        """Count the units that named each shortcoming."""
        named: dict[str, set[str]] = defaultdict(set)
        for said in self.shortcomings:
            named[said.code].add(said.unit)
        return Counter({code: len(units) for code, units in named.items()})

    def reporting_units(self) -> int:
        """Count the units that owed a return in the round."""
        return len({entry.unit for entry in self.standing.returns if entry.state != "excused"})


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
    spans = dict(reviewing.list_spans(session, last.cutoff))
    tasks = reviewing.list_tasks(session, scope)
    return Facts(
        directive=directive,
        relations=reviewing.list_relations(session, scope.directive_id),
        periods=periods,
        as_at=as_at,
        reading=reading,
        root=next(code for code, span in spans.items() if span.parent_id is None),
        units={code: spans[code] for code in sorted(spans, key=lambda code: sort_key(spans[code].name))},
        names=_names(session, periods),
        units_at_start=len(reviewing.list_spans(session, first.cutoff)),
        events=reviewing.list_events(session, first.coverage_start, last.cutoff),
        tasks=tasks,
        cases=_cases(session, scope, tasks, last, as_at),
        indicators=_indicators(session, scope),
        years=sorted({str(period.year) for period in periods}),
        round=last.round,
        figures=_figures(figures),
        standing=standing,
        shortcomings=reviewing.list_shortcomings(session, scope),
        statements=reviewing.list_statements(session, scope),
        evidence=reviewing.list_evidence(session, scope),
        findings=reviewing.count_findings(session, scope),
        receipts=reviewing.count_receipts(session, scope),
        reminders=reviewing.count_reminders(session, scope),
        terms=reviewing.list_terms(session),
    )


def _names(session: Session, periods: Sequence[Period]) -> dict[str, str]:
    names: dict[str, str] = {}
    for period in periods:  # oldest first: the newest name stays
        names |= {code: span.name for code, span in reviewing.list_spans(session, period.cutoff)}
    return names


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
