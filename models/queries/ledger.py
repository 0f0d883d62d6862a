"""The ledger: a plan's periods with their due dates, and a row for every return that is owed or excused."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert
from sqlmodel import Session, col, select

from models.obligations import Obligation, obligations
from models.period import Period, PeriodDue, due_dates
from models.plan import PlanEvent, PlanPeriod
from models.queries.units import UnitsOnRecord
from models.returns import LedgerChange, Receipt, Return
from models.states import RETURN_MOVES, ReturnState, ensure_move
from models.unit_history import History
from models.workdays import WorkCalendar

NOT_OWED = (ReturnState.EXCUSED, ReturnState.SUPERSEDED)
SAID = ("due", "state", "reason", "event_id")  # what the ledger says of a return, apart from files
Key = tuple[int, int, str]  # unit, period, kind


@dataclass(frozen=True)
class Standing:
    """What a row of the ledger should say."""

    due: date
    state: ReturnState
    event_id: int | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Ledger:
    """What the ledger of one directive is made from."""

    directive_id: int
    version: int
    cause: int  # id of the plan version that is being put on record, of this directive or another
    periods: tuple[PlanPeriod, ...]
    history: History
    on_record: UnitsOnRecord
    events: Mapping[str, PlanEvent]


def record_ledger(session: Session, ledger: Ledger, *, now: datetime, calendar: WorkCalendar) -> None:
    """Bring periods, due dates and owed rows to what the plan says; a row that has a receipt is kept as it is."""
    periods = _record_periods(session, ledger, now, calendar)
    wanted = _wanted(session, ledger, periods)
    stored = {
        (row.unit_id, row.period_id, row.kind): row
        for row in session.exec(select(Return).where(Return.directive_id == ledger.directive_id)).all()
    }
    _insert_new(session, ledger, {key: one for key, one in wanted.items() if key not in stored})
    touched = _rows_with_receipts(session, ledger.directive_id)
    for key, row in stored.items():
        if row.id not in touched:
            before = change_of(row, now, ledger.cause)
            _adjust(row, wanted.get(key), ledger.version)
            if _says_other(row, before):
                session.add(before)
    session.flush()


def change_of(row: Return, now: datetime, plan_version_id: int | None = None) -> LedgerChange:
    """Give what a row says before it is changed: to be added where it then says something else."""
    said = {name: getattr(row, name) for name in SAID}
    return LedgerChange(return_id=row.id or 0, recorded_at=now, plan_version_id=plan_version_id, **said)


def _says_other(row: Return, before: LedgerChange) -> bool:
    return any(getattr(row, name) != getattr(before, name) for name in SAID)


def count_owed(session: Session, directive_id: int) -> tuple[int, int]:
    """Give how many returns of a directive are owed, whatever became of them, and how many are excused."""
    query = select(Return.state, func.count()).where(Return.directive_id == directive_id).group_by(col(Return.state))
    counts = dict(session.exec(query).all())
    owed = sum(count for state, count in counts.items() if state not in NOT_OWED)
    return owed, counts.get(ReturnState.EXCUSED, 0)


def _record_periods(session: Session, ledger: Ledger, now: datetime, calendar: WorkCalendar) -> dict[str, Period]:
    stored = {
        period.code: period
        for period in session.exec(select(Period).where(Period.directive_id == ledger.directive_id)).all()
    }
    for wanted in ledger.periods:
        period = stored.get(wanted.code)
        moved = period is None or (period.cutoff, period.due_rule) != (wanted.cutoff, wanted.due_rule)
        rule = None if wanted.lock else wanted.lock_rule
        is_locked_anew = moved or period is None or period.lock_rule != rule
        if period is None:
            period = Period(directive_id=ledger.directive_id, opened_at=now, **period_values(wanted))
            session.add(period)
            stored[wanted.code] = period
        else:
            period.sqlmodel_update(period_values(wanted))
        session.flush()
        if moved:
            _freeze_dues(session, period, calendar)
        if rule is None:
            period.lock, period.lock_rule = wanted.lock, None
        elif is_locked_anew:
            period.lock, period.lock_rule = _lock_day(session, period, rule, calendar), rule
    return stored


def period_values(period: PlanPeriod) -> dict[str, Any]:
    """Give a period of a plan as the columns of its row, but for the lock."""
    names = ("code", "kind", "nominal_from", "nominal_to", "coverage_start", "cutoff", "mode", "round",
             "due_rule", "own_rule", "consolidated_rule")  # fmt: skip
    return {"year": period.nominal_to.year, **{name: getattr(period, name) for name in names}}


def _freeze_dues(session: Session, period: Period, calendar: WorkCalendar) -> None:
    """Due dates stay as computed when the period opened, whatever a later list of public holidays says."""
    session.execute(delete(PeriodDue).where(col(PeriodDue.period_id) == period.id))
    dues = due_dates(period.cutoff, period.due_rule, calendar)
    rows = [{"period_id": period.id, "level": level, "due": due} for level, due in enumerate(dues)]
    session.execute(insert(PeriodDue), rows)


def _lock_day(session: Session, period: Period, rule: int, calendar: WorkCalendar) -> date:
    """Give the day so many working days after the last due date: as frozen as the due dates are."""
    last = session.exec(select(func.max(PeriodDue.due)).where(PeriodDue.period_id == period.id)).one()
    return calendar.add_working_days(last or period.cutoff, rule)


def _wanted(session: Session, ledger: Ledger, periods: Mapping[str, Period]) -> dict[Key, Standing]:
    dues = _dues(session, [period.id for period in periods.values() if period.id is not None])
    found: dict[Key, Standing] = {}
    for wanted in ledger.periods:
        period_id = periods[wanted.code].id
        if period_id is None:
            continue
        by_level = dues[period_id]
        for one in obligations(wanted, ledger.history):
            due = by_level[min(one.level, len(by_level) - 1)]  # a level deeper than the rule is due with the last one
            found[ledger.on_record.units[one.unit], period_id, one.kind] = _standing(one, due, ledger)
    return found


def _standing(one: Obligation, due: date, ledger: Ledger) -> Standing:
    if one.ended is None:
        return Standing(due, ReturnState.OWED)
    event = ledger.events.get(one.event) if one.event else None
    reason = (event.basis or event.code) if event else None  # no event: the unit's own last day says it
    return Standing(due, ReturnState.EXCUSED, ledger.on_record.events.get(one.event or ""), reason)


def _dues(session: Session, period_ids: Iterable[int]) -> dict[int, list[date]]:
    found: dict[int, list[date]] = {}
    query = select(PeriodDue).where(col(PeriodDue.period_id).in_(period_ids)).order_by(col(PeriodDue.level))
    for row in session.exec(query).all():
        found.setdefault(row.period_id, []).append(row.due)
    return found


def _insert_new(session: Session, ledger: Ledger, wanted: Mapping[Key, Standing]) -> None:
    rows = [
        {"directive_id": ledger.directive_id, "unit_id": unit, "period_id": period, "kind": kind, "due": one.due,
         "state": one.state, "event_id": one.event_id, "reason": one.reason, "plan_version_id": ledger.cause}
        for (unit, period, kind), one in wanted.items()
    ]  # fmt: skip
    if rows:
        session.execute(insert(Return), rows)


def _rows_with_receipts(session: Session, directive_id: int) -> set[int | None]:
    query = select(Receipt.return_id).join(Return, col(Return.id) == col(Receipt.return_id))
    return set(session.exec(query.where(Return.directive_id == directive_id)).all())


def _adjust(row: Return, wanted: Standing | None, version: int) -> None:
    """Bring a row without a receipt to what is wanted; what a person excused stays excused."""
    if row.state is ReturnState.EXCUSED and _by_hand(row):
        return
    state = wanted.state if wanted else ReturnState.SUPERSEDED
    _move(row, state)
    if wanted:
        row.due, row.event_id, row.reason = wanted.due, wanted.event_id, wanted.reason
    elif row.state is not ReturnState.SUPERSEDED or row.reason is None:
        row.event_id, row.reason = None, f"plan {version}"


def _by_hand(row: Return) -> bool:
    return row.event_id is None and row.reason is not None


def _move(row: Return, after: ReturnState) -> None:
    if row.state is after:
        return
    if after not in RETURN_MOVES[row.state]:  # excused ↔ superseded goes by way of owed
        row.state = ensure_move(RETURN_MOVES, row.state, ReturnState.OWED)
    if row.state is not after:
        row.state = ensure_move(RETURN_MOVES, row.state, after)
