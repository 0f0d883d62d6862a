"""The four-cell status of a task: due date, day of completion and the day of looking, nothing else."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

DONE = frozenset({"done", "done_beyond"})
NOT_STARTED = frozenset({None, "not_started"})  # said so, or said nothing
GOING_ON = frozenset({"continuous", "monitoring", "rule", "principle", "annual_rule"})  # never finished by a day


class TaskStatus(StrEnum):
    """Where one unit stands with one task."""

    DONE_ON_TIME = "done_on_time"
    DONE_LATE = "done_late"
    IN_TERM = "in_term"
    OVERDUE = "overdue"
    NO_DUE_DATE = "no_due_date"


@dataclass(frozen=True)
class TaskCounts:
    """Counts of assignments by status; the two shares are printed together, always.

    Done and due are said of assignments with a due date only: what has none cannot be on time. `not_started` is a flag
    beside the cells: not done, and the unit says that it has not begun, or nothing.
    """

    done_on_time: int = 0
    done_late: int = 0
    in_term: int = 0
    overdue: int = 0
    no_due_date: int = 0
    not_started: int = 0  # a part of in_term, overdue and no_due_date
    done_without_due_date: int = 0  # a part of no_due_date

    @property
    def done(self) -> int:
        return self.done_on_time + self.done_late

    @property
    def due(self) -> int:
        """Assignments with a due date that has passed, or that are done already."""
        return self.done + self.overdue

    @property
    def total(self) -> int:
        return self.done + self.in_term + self.overdue + self.no_due_date


def deadline(kind: str, due: date | None) -> date | None:
    """Give the day by which a task of this kind must be done; a continuous one only ends, it is never overdue."""
    return None if kind in GOING_ON else due


def task_status(reported: str | None, done_on: date | None, due: date | None, today: date) -> TaskStatus:
    """Give the status; a task done without a date counts as done late where its due date has passed."""
    if due is None:
        return TaskStatus.NO_DUE_DATE
    if reported in DONE:
        return TaskStatus.DONE_LATE if (done_on or today) > due else TaskStatus.DONE_ON_TIME
    return TaskStatus.OVERDUE if due < today else TaskStatus.IN_TERM


def count_statuses(cases: Iterable[tuple[TaskStatus, str | None]]) -> TaskCounts:
    """Count statuses with what the unit reported beside each."""
    listed = list(cases)
    counts = {status.value: sum(case is status for case, _ in listed) for status in TaskStatus}
    without = sum(case is TaskStatus.NO_DUE_DATE and reported in DONE for case, reported in listed)
    not_started = sum(reported in NOT_STARTED for _, reported in listed)
    return TaskCounts(**counts, not_started=not_started, done_without_due_date=without)
