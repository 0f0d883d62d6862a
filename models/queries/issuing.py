"""What a period's returns ask of each unit, and what the unit last said: a few queries for the whole period."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, func
from sqlmodel import Session, col, or_, select

from models.assignment import Assignment
from models.crosswalk import Crosswalk
from models.directive import Directive, Indicator, PlanVersion, Task, TaskIndicator, Term
from models.period import Period
from models.queries.crosswalk import find_crosswalk
from models.returns import EffectiveReturn, Extension, Progress, ReportedValue, Return
from models.states import ReturnState
from models.unit import Unit, UnitSpan

OWN, CONSOLIDATED = "own", "consolidated"
CLOSED_STATES = frozenset({ReturnState.EXCUSED, ReturnState.SUPERSEDED})
SPAN_KINDS = frozenset({"stock", "boolean"})

ReturnKey = tuple[int, str]  # unit, kind of return


@dataclass(frozen=True)
class HistoryValue:
    """The newest accepted number of a unit for an indicator, and the period it stood in."""

    period_code: str
    year: int
    cutoff: date
    mode: str  # of the period: cumulative, per_period, span
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


@dataclass(frozen=True)
class HistoryProgress:
    """The newest accepted word of a unit on a task, and the period it stood in."""

    period_code: str
    cutoff: date
    status: str
    text: str | None
    done_on: date | None = None


@dataclass(frozen=True)
class Asked:
    """What one return asks; `leads` names, per task, the bodies whose progress a consolidated return tells."""

    return_id: int
    task_ids: tuple[int, ...] = ()
    indicator_ids: tuple[int, ...] = ()
    leads: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Tree:
    """Units in force on a day, with their names and superiors."""

    spans: Mapping[int, UnitSpan]
    codes: Mapping[int, str]

    def below(self, unit_id: int) -> frozenset[int]:
        """Give the unit itself and all below it; empty for a unit that is not in force."""
        if unit_id not in self.spans:
            return frozenset()
        found, open_ = {unit_id}, [unit_id]
        while open_:
            parent = open_.pop()
            fresh = {unit for unit, span in self.spans.items() if span.parent_id == parent} - found
            found |= fresh
            open_ += fresh
        return frozenset(found)


def get_tree(session: Session, day: date) -> Tree:
    """Give the units in force on a day."""
    rows = session.exec(
        select(UnitSpan, Unit.code)
        .join(Unit, col(Unit.id) == UnitSpan.unit_id)
        .where(*_in_force(UnitSpan, day), *_in_force(Unit, day))
    ).all()
    spans = {span.unit_id: span for span, _ in rows}
    return Tree(spans, {span.unit_id: code for span, code in rows})


def asked_of(session: Session, directive: Directive, period: Period) -> dict[ReturnKey, Asked]:
    """Give what each return of the period asks, excused ones too, on the tree of the cut-off.

    Tasks are in the plan's order, indicators in theirs. A task that starts after the cut-off is not asked.
    """
    owed = _returns(session, period)
    tree = get_tree(session, period.cutoff)
    led = _tasks_led(session, directive, period.cutoff)
    measured = _indicators_by_task(session, directive, period.cutoff)
    wanted = _indicators_in_order(session, period, measured)
    owners = {unit for unit, kind in owed if kind == OWN}
    asked = {}
    for (unit, kind), return_id in owed.items():
        below = tree.below(unit)
        telling = below - owners if kind == CONSOLIDATED else below & {unit}
        counted = below & owners if kind == CONSOLIDATED else telling
        leads = _leads(led, telling, tree)
        indicators = {i for one in counted for task in led.get(one, ()) for i in measured.get(task, ())}
        chosen = tuple(i for i in wanted if i in indicators)
        asked[unit, kind] = Asked(return_id, tuple(sorted(leads)), chosen, leads)
    return asked


def _leads(led: Mapping[int, Sequence[int]], units: Iterable[int], tree: Tree) -> dict[int, tuple[str, ...]]:
    """Give the tasks led by any of the units, each with the codes of those units."""
    found: dict[int, list[str]] = {}
    for unit in units:
        for task in led.get(unit, ()):
            found.setdefault(task, []).append(tree.codes[unit])
    return {task: tuple(sorted(codes)) for task, codes in found.items()}


def _returns(session: Session, period: Period) -> dict[ReturnKey, int]:
    rows = session.exec(
        select(Return.unit_id, Return.kind, Return.id)
        .where(Return.period_id == period.id)
        .order_by(col(Return.unit_id), col(Return.kind).desc())
    )
    return {(unit, kind): key for unit, kind, key in rows if key is not None}


def _tasks_led(session: Session, directive: Directive, day: date) -> dict[int, list[int]]:
    """Give the ids of the tasks that each unit leads on the day."""
    rows = session.exec(
        select(Assignment.unit_id, Task.id)
        .join(Task, col(Task.id) == Assignment.task_id)
        .where(Task.directive_id == directive.id, Assignment.role == "lead", ~col(Task.retired))
        .where(Task.start <= day, *_in_force(Assignment, day))
        .distinct()
    )
    led: dict[int, list[int]] = {}
    for unit, task in rows:
        if task is not None:
            led.setdefault(unit, []).append(task)
    return led


def _indicators_by_task(session: Session, directive: Directive, day: date) -> dict[int, set[int]]:
    """Give by task the ids of the indicators that measure it, by the codes in use on the day."""
    rows = session.exec(
        select(TaskIndicator.task_id, Indicator.code, Indicator.id)
        .join(Task, col(Task.id) == TaskIndicator.task_id)
        .join(Indicator, col(Indicator.id) == TaskIndicator.indicator_id)
        .where(Task.directive_id == directive.id)
    ).all()
    crosswalk = find_crosswalk(session, directive)
    if crosswalk:
        return _in_codes_of(session, crosswalk, [(task, code) for task, code, _ in rows], day)
    measured: dict[int, set[int]] = {}
    for task, _, indicator in rows:
        measured.setdefault(task, set()).add(indicator or 0)
    return measured


def _in_codes_of(
    session: Session, crosswalk: Crosswalk, pairs: Iterable[tuple[int, str]], day: date
) -> dict[int, set[int]]:
    ids = dict(session.exec(select(Indicator.code, Indicator.id)).all())
    measured: dict[int, set[str]] = {}
    for task, code in pairs:
        measured.setdefault(task, set()).add(code)
    spread = crosswalk.spread(measured, day)
    return {task: {ids[code] or 0 for code in codes if code in ids} for task, codes in spread.items()}


def _indicators_in_order(session: Session, period: Period, measured: Mapping[int, Collection[int]]) -> list[int]:
    """Give the ids of the indicators that this kind of period asks, in the plan's order."""
    ids = {indicator for several in measured.values() for indicator in several}
    rows = session.exec(
        select(Indicator).where(col(Indicator.id).in_(ids)).order_by(col(Indicator.position), col(Indicator.code))
    )
    return [one.id for one in rows if one.id is not None and is_asked(one, period)]


def is_asked(indicator: Indicator, period: Period) -> bool:
    """Whether this kind of period asks for it: a span of years has no flows of its own."""
    if period.mode != "span":
        return True
    return indicator.kind in SPAN_KINDS or (indicator.kind == "ratio" and indicator.mode == "at_cutoff")


def effective_values(
    session: Session, *, before: date, unit_ids: Collection[int] | None = None
) -> dict[ReturnKey, dict[int, HistoryValue]]:
    """Give by unit, kind of return and indicator the newest number in force with a cut-off before that day.

    Over all directives; only totals, no breakdowns; a cell without a number (KPS, KCS) does not count as one.
    """
    newest = _newest(ReportedValue, (ReportedValue.indicator_id,), before, unit_ids)
    history: dict[ReturnKey, dict[int, HistoryValue]] = {}
    for key, said, value in _values(session, newest.where(col(ReportedValue.dimension) == "")):
        history.setdefault(key, {})[said.indicator_id] = value
    return history


def effective_parts(
    session: Session, *, before: date, unit_ids: Collection[int] | None = None
) -> dict[ReturnKey, dict[tuple[int, str], HistoryValue]]:
    """Give the same for breakdowns, by indicator and dimension; nothing is read where the plans have none."""
    if session.exec(select(Indicator.id).where(col(Indicator.dimensions).is_not(None))).first() is None:
        return {}
    subject = (ReportedValue.indicator_id, ReportedValue.dimension)
    newest = _newest(ReportedValue, subject, before, unit_ids).where(col(ReportedValue.dimension) != "")
    history: dict[ReturnKey, dict[tuple[int, str], HistoryValue]] = {}
    for key, said, value in _values(session, newest):
        history.setdefault(key, {})[said.indicator_id, said.dimension] = value
    return history


def _values(session: Session, newest: Select[Any]) -> Iterator[tuple[ReturnKey, ReportedValue, HistoryValue]]:
    """Give the newest rows that have a number."""
    has_number = or_(col(ReportedValue.value).is_not(None), col(ReportedValue.numerator).is_not(None))
    ranked = newest.where(has_number).subquery()
    rows = session.exec(
        select(Return.unit_id, Return.kind, Period, ReportedValue)
        .join(ranked, ranked.c.return_id == col(Return.id))
        .join(Period, col(Period.id) == Return.period_id)
        .join(ReportedValue, col(ReportedValue.id) == ranked.c.row_id)
        .where(ranked.c.rank == 1)
    )
    for unit, kind, period, said in rows:
        yield (unit, kind), said, history_value(period, said)


def history_value(period: Period, said: ReportedValue) -> HistoryValue:
    numbers = said.value, said.numerator, said.denominator
    return HistoryValue(period.code, period.year, period.cutoff, period.mode, *numbers)


def find_older_forms(session: Session, directive: Directive, period: Period) -> dict[int, frozenset[str]]:
    """Give by return the indicators whose breakdown no plan asked for yet when the return was put on the ledger.

    A blank issued then has no line for its parts. Nothing is read where no indicator has a breakdown.
    """
    if session.exec(select(Indicator.id).where(col(Indicator.dimensions).is_not(None))).first() is None:
        return {}
    versions = select(PlanVersion).where(PlanVersion.directive_id == directive.id).order_by(col(PlanVersion.id))
    since: dict[str, int] = {}
    for version in session.exec(versions):
        for one in version.content["indicators"]:
            if one.get("dimensions"):
                since.setdefault(one["code"], version.id or 0)
    opened = session.exec(select(Return.id, Return.plan_version_id).where(Return.period_id == period.id)).all()
    return {key: frozenset(code for code, first in since.items() if (by or 0) < first) for key, by in opened if key}


def effective_progress(
    session: Session, *, before: date, unit_ids: Collection[int] | None = None
) -> dict[ReturnKey, dict[int, HistoryProgress]]:
    """Give by unit, kind of return and task the newest word in force with a cut-off before that day."""
    ranked = _newest(Progress, (Progress.task_id,), before, unit_ids).subquery()
    rows = session.exec(
        select(Return.unit_id, Return.kind, Period, Progress)
        .join(ranked, ranked.c.return_id == col(Return.id))
        .join(Period, col(Period.id) == Return.period_id)
        .join(Progress, col(Progress.id) == ranked.c.row_id)
        .where(ranked.c.rank == 1)
    )
    history: dict[ReturnKey, dict[int, HistoryProgress]] = {}
    for unit, kind, period, said in rows:
        word = HistoryProgress(period.code, period.cutoff, said.status, said.text, said.done_on)
        history.setdefault((unit, kind), {})[said.task_id] = word
    return history


def _newest(
    table: type[ReportedValue] | type[Progress],
    subject: tuple[Any, ...],
    before: date,
    unit_ids: Collection[int] | None,
) -> Select[Any]:
    """Rank the rows of effective returns per unit, kind and subject: 1 is the newest cut-off."""
    rank = func.row_number().over(
        partition_by=(col(Return.unit_id), col(Return.kind), *subject),
        order_by=(col(Period.cutoff).desc(), col(table.receipt_id).desc()),
    )
    ranked: Select[Any] = (
        select(col(table.id).label("row_id"), col(Return.id).label("return_id"), rank.label("rank"))
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == table.receipt_id)
        .join(Return, col(Return.id) == EffectiveReturn.return_id)
        .join(Period, col(Period.id) == Return.period_id)
        .where(col(EffectiveReturn.until).is_(None), col(Period.cutoff) < before)
    )
    return ranked if unit_ids is None else ranked.where(col(Return.unit_id).in_(unit_ids))


def _in_force(table: type[UnitSpan] | type[Unit] | type[Assignment], day: date) -> list[ColumnElement[bool]]:
    return [col(table.valid_from) <= day, or_(col(table.valid_to).is_(None), col(table.valid_to) >= day)]


def find_directive(session: Session, symbol: str) -> Directive | None:
    """Find a tracked directive by its folded symbol."""
    return session.exec(select(Directive).where(Directive.symbol == symbol, col(Directive.tracked))).first()


def get_period(session: Session, directive: Directive, code: str) -> Period:
    return session.exec(select(Period).where(Period.directive_id == directive.id, Period.code == code)).one()


def directive_symbols(session: Session) -> list[str]:
    """Give the symbols of all tracked directives, as they were written."""
    return list(session.exec(select(Directive.symbol_written).where(col(Directive.tracked))))


def period_codes(session: Session, directive: Directive) -> list[str]:
    """Give the codes of a directive's periods, oldest first."""
    chosen = select(Period.code).where(Period.directive_id == directive.id)
    return list(session.exec(chosen.order_by(col(Period.cutoff))))


def unit_codes(session: Session) -> list[str]:
    return list(session.exec(select(Unit.code).order_by(col(Unit.code))))


def is_period_code_shared(session: Session, period: Period) -> bool:
    """Whether another directive has a period of the same code: file names must then tell them apart."""
    other = select(Period.id).where(Period.code == period.code, Period.id != period.id)
    return session.exec(other).first() is not None


def owed_returns(session: Session, period: Period) -> list[Return]:
    """Give the period's returns, in the order of their units' codes."""
    return list(
        session.exec(
            select(Return)
            .join(Unit, col(Unit.id) == Return.unit_id)
            .where(Return.period_id == period.id)
            .order_by(col(Unit.code), col(Return.kind).desc())
        )
    )


def owing_units(session: Session, period: Period) -> list[str]:
    """Give the codes of the units with a return of the period that is neither excused nor superseded."""
    owing = select(Unit.code).join(Return, col(Return.unit_id) == Unit.id)
    chosen = owing.where(Return.period_id == period.id, col(Return.state).not_in(CLOSED_STATES))
    return list(session.exec(chosen.distinct().order_by(col(Unit.code))))


def extended_dues(session: Session, period: Period) -> dict[int, date]:
    """Give by return the latest date granted, for the returns that have one."""
    rows = session.exec(
        select(Extension.return_id, func.max(Extension.until))
        .join(Return, col(Return.id) == Extension.return_id)
        .where(Return.period_id == period.id)
        .group_by(col(Extension.return_id))
    )
    return dict(rows.all())


def tasks_by_id(session: Session, ids: Collection[int]) -> dict[int, Task]:
    rows = session.exec(select(Task).where(col(Task.id).in_(ids)))
    return {task.id: task for task in rows if task.id is not None}


def indicators_by_id(session: Session, ids: Collection[int]) -> dict[int, Indicator]:
    rows = session.exec(select(Indicator).where(col(Indicator.id).in_(ids)))
    return {one.id: one for one in rows if one.id is not None}


def terms_by_list(session: Session) -> dict[str, list[Term]]:
    """Give the plan's own lists, each in its order."""
    terms: dict[str, list[Term]] = {}
    for term in session.exec(select(Term).order_by(col(Term.position), col(Term.code))):
        terms.setdefault(term.list, []).append(term)
    return terms
