"""Tasks with a product that some unit still owes: what a review carries over into the next plan."""

from collections.abc import Iterator
from dataclasses import dataclass

from models.queries.cascade import AskedTask
from reports.facts import Facts
from reports.task_due import is_yearly
from reports.task_status import TaskStatus

OPEN = (TaskStatus.OVERDUE, TaskStatus.IN_TERM)


@dataclass(frozen=True)
class Unfinished:
    """A task, the units that have not finished it in the order of the tree, and how many were bound by its day."""

    task: AskedTask
    units: tuple[str, ...]
    of: int


def unfinished(facts: Facts) -> list[Unfinished]:
    """Give the tasks due once that some unit owes, in the order of the plan."""
    return list(_unfinished(facts))


def _unfinished(facts: Facts) -> Iterator[Unfinished]:
    for task in facts.tasks:
        cases = [case for case in facts.cases if case.task is task and case.due and not is_yearly(task)]
        owing = {case.unit for case in cases if case.status in OPEN}
        if owing:
            yield Unfinished(task, tuple(unit for unit in facts.units if unit in owing), len(cases))
