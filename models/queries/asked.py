"""What a directive's plan asks of whom, as known at a time: the tree of a day, its tasks, who leads which."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from models.addressing import days_met
from models.directive import Directive
from models.plan import PlanTask
from models.queries.cascade import AskedTask, Lead, list_asked_tasks, list_leads_on
from models.queries.known import PastPlans
from models.queries.planned import Planned
from models.unit_history import History, Tree


@dataclass(frozen=True)
class Asked:
    """The units in force on a day, the tasks of the plan that stood, and who led which on that day."""

    tree: Tree
    tasks: list[AskedTask]
    leads: list[Lead]


def find_asked(session: Session, planned: Planned, directive: Directive, day: date) -> Asked:
    """Read it from the tables, or where a later plan has changed them since, from the plan that was known."""
    if planned.past is not None:
        return _as_it_stood(planned.past, directive.symbol, day)
    key = directive.id or 0
    return Asked(planned.history.tree(day), list_asked_tasks(session, key), list_leads_on(session, key, day))


def _as_it_stood(past: PastPlans, symbol: str, day: date) -> Asked:
    history = past.organisation.history
    tasks = [one for plan in past.plans if plan.directive.symbol == symbol for one in plan.tasks]
    leads = sorted(_leads(tasks, history, day), key=lambda lead: lead.unit)
    return Asked(history.tree(day), [_asked(one) for one in tasks], leads)


def _leads(tasks: list[PlanTask], history: History, day: date) -> Iterator[Lead]:
    for one in tasks:
        for met in days_met(one.lead, history, one.start):
            if met.valid_from <= day <= (met.valid_to or day):
                yield Lead(met.unit, one.code, met.valid_from)


def _asked(one: PlanTask) -> AskedTask:
    return AskedTask(
        code=one.code,
        clause=one.clause,
        kind=one.kind,
        title=one.title,
        start=one.start,
        due=one.due,
        recurrence=one.recurrence,
        indicators=frozenset(one.indicators),
        title_en=one.title_en,
    )
