"""What was known at a time: which plans, and so which rows of the ledger and which units, events and assignments.

The first plan of a directive counts as known from the start: an office often puts it on record when its periods
have begun. A later plan is known from when it was recorded, or from when a return arrived that rests on it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.addressing import days_met
from models.directive import PlanVersion
from models.errors import ConflictError
from models.plan import PlanContact, PlanContent, PlanEvent, PlanLink, PlanUnit, plan_from_json
from models.queries.units import event_values
from models.returns import LedgerChange, Receipt, Return
from models.states import ReturnState
from models.unit import UnitEvent
from models.unit_history import History, contradictions, read_history


class Duty(NamedTuple):
    """What the ledger says of a return apart from files: its due date and whether it is owed."""

    due: date
    state: ReturnState
    reason: str | None


@dataclass(frozen=True)
class PastLedger:
    """How the ledger of a time differs from today's: other duties by return, and returns that were not on it yet."""

    duties: Mapping[int, Duty] = field(default_factory=dict)
    unopened: frozenset[int] = frozenset()

    def duty(self, key: int, now: Duty) -> Duty | None:
        """Give what was known of a return, of which the ledger says so much now; None where it was not on it yet."""
        return None if key in self.unopened else self.duties.get(key, now)


@dataclass(frozen=True)
class Organisation:
    """The units and events of several plans in force together: a later plan's word wins."""

    units: tuple[PlanUnit, ...]
    events: tuple[PlanEvent, ...]
    history: History
    contacts: tuple[PlanContact, ...] = ()


def organise(plans: Iterable[PlanContent]) -> Organisation:
    """Put the units of several plans together. Raises ConflictError where they cannot all be true."""
    units: dict[str, PlanUnit] = {}
    events: dict[str, PlanEvent] = {}
    contacts: dict[tuple[str, str, str], PlanContact] = {}
    for plan in plans:
        contacts |= {(one.unit, one.role, one.address): one for one in plan.contacts}
        units |= {unit.code: unit for unit in plan.units}
        events |= {event.code: event for event in plan.events}
    history = read_history(units.values(), events.values())
    faults = contradictions(history)
    if faults:
        first = faults[0]
        raise ConflictError("plan.units-conflict", unit=first.unit, superior=first.superior, day=first.day.isoformat())
    return Organisation(tuple(units.values()), tuple(events.values()), history, tuple(contacts.values()))


def read_past_ledger(session: Session, as_at: datetime | None) -> PastLedger:
    """Give how the ledger known at a time differs from the one of now."""
    if as_at is None:
        return PastLedger()
    unknown = _unknown_plans(session, as_at)
    opened_later = select(col(Return.id)).where(col(Return.plan_version_id).in_(unknown))
    unopened = frozenset(key for key in session.execute(opened_later).scalars() if key is not None)
    changes = select(LedgerChange).order_by(col(LedgerChange.id).desc())
    later = [one for one in session.execute(changes).scalars() if _is_later(one, as_at, unknown)]
    # newest first: what stays is the oldest change not known yet, and so what the row said at that time
    return PastLedger({one.return_id: Duty(one.due, one.state, one.reason) for one in later}, unopened)


def _is_later(change: LedgerChange, as_at: datetime, unknown: frozenset[int]) -> bool:
    if change.plan_version_id is None:
        return change.recorded_at > as_at
    return change.plan_version_id in unknown


@dataclass(frozen=True)
class PastPlans:
    """What all plans said at a time; lines are as models/queries/figures.py reads them from the tables.

    `plans` are the newest of each directive, `versions` all that were known, the oldest first.
    """

    plans: tuple[PlanContent, ...]
    organisation: Organisation
    versions: tuple[PlanContent, ...]

    def spans(self) -> list[tuple[str, str, str, str | None, date, date | None]]:
        """Give code, name, kind, code of the superior, first and last day of every stretch of a unit."""
        return [
            (s.unit, s.name, s.kind, s.parent, s.valid_from, s.valid_to) for s in self.organisation.history.spans
        ]  # fmt: skip

    def events(self) -> list[UnitEvent]:
        """Give what happened to units, in the order of days and codes."""
        ordered = sorted(self.organisation.events, key=lambda event: (event.day, event.code))
        return [UnitEvent(code=event.code, **event_values(event)) for event in ordered]

    def links(self) -> dict[str, tuple[PlanLink, ...]]:
        """Give by symbol how the codes of indicators follow from one another."""
        return {plan.directive.symbol: plan.crosswalk for plan in self.plans if plan.crosswalk}

    def assigned(self) -> list[tuple[str, str, str, date, date | None]]:
        """Give directive, unit, indicator and the days on which the unit leads a task measured by it."""
        return [
            (plan.directive.symbol, met.unit, indicator, max(task.start, met.valid_from), met.valid_to)
            for plan in self.plans
            for task in plan.tasks
            for met in days_met(task.lead, self.organisation.history, task.start)
            for indicator in task.indicators
        ]


def find_past_plans(session: Session, as_at: datetime | None) -> PastPlans | None:
    """Find the plans as they were known at a time; None where they are those of now, which the tables say."""
    unknown = _unknown_plans(session, as_at) if as_at else frozenset()
    return _read_plans(session, unknown) if unknown else None


def read_known_plans(session: Session, as_at: datetime) -> PastPlans:
    """Read the plans as they were known at a time, whether or not the tables say the same."""
    return _read_plans(session, _unknown_plans(session, as_at))


def _read_plans(session: Session, unknown: frozenset[int]) -> PastPlans:
    query = select(PlanVersion).where(col(PlanVersion.id).not_in(unknown)).order_by(col(PlanVersion.id))
    newest: dict[int, PlanContent] = {}
    versions: list[PlanContent] = []
    for version in session.execute(query).scalars():
        versions.append(plan_from_json(version.content))
        newest.pop(version.directive_id, None)
        newest[version.directive_id] = versions[-1]
    plans = tuple(newest.values())
    return PastPlans(plans, organise(plans), tuple(versions))


def _unknown_plans(session: Session, as_at: datetime) -> frozenset[int]:
    """Give the ids of the plan versions that nobody knew at a time."""
    columns = select(col(PlanVersion.id), col(PlanVersion.number), col(PlanVersion.recorded_at))
    versions: Sequence[tuple[int | None, int, datetime]] = session.execute(columns).tuples().all()
    later = {key for key, number, recorded in versions if key and number > 1 and recorded > as_at}
    if not later:
        return frozenset()
    rested_on = (
        select(func.max(col(Return.plan_version_id)))
        .join(Receipt, col(Receipt.return_id) == col(Return.id))
        .where(col(Receipt.received_at) <= as_at)
    )
    newest_used = session.execute(rested_on).scalar() or 0
    return frozenset(key for key in later if key > newest_used)
