"""Where a task stands follows from three days; its shares never count what has no due date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.task_status import DONE, TaskStatus, count_statuses, deadline, task_status

DUE = date(2022, 3, 31)
BEFORE, AFTER = DUE - timedelta(days=1), DUE + timedelta(days=1)
CODES = ("not_started", "in_progress", "done", "done_beyond", "suspended", "nothing_arose")


@pytest.mark.parametrize(
    ("reported", "done_on", "today", "status"),
    [
        ("done", DUE, AFTER, TaskStatus.DONE_ON_TIME),
        ("done_beyond", BEFORE, AFTER, TaskStatus.DONE_ON_TIME),
        ("done", AFTER, AFTER, TaskStatus.DONE_LATE),
        ("done", None, AFTER, TaskStatus.DONE_LATE),
        ("done", None, DUE, TaskStatus.DONE_ON_TIME),
        ("in_progress", None, DUE, TaskStatus.IN_TERM),
        ("in_progress", None, AFTER, TaskStatus.OVERDUE),
        ("not_started", None, AFTER, TaskStatus.OVERDUE),
        (None, None, AFTER, TaskStatus.OVERDUE),
        (None, None, DUE, TaskStatus.IN_TERM),
    ],
)
def test_a_task_with_a_due_date_stands_where_its_days_put_it(
    reported: str | None, done_on: date | None, today: date, status: TaskStatus
) -> None:
    assert task_status(reported, done_on, DUE, today) is status


@pytest.mark.parametrize("reported", CODES)
def test_what_has_no_due_date_is_neither_on_time_nor_late(reported: str) -> None:
    assert task_status(reported, DUE, None, AFTER) is TaskStatus.NO_DUE_DATE


@pytest.mark.parametrize(
    ("kind", "due"),
    [("deliverable", DUE), ("self_commitment", DUE), ("continuous", None), ("monitoring", None), ("annual_rule", None)],
)
def test_a_task_that_goes_on_only_ends_and_is_never_overdue(kind: str, due: date | None) -> None:
    assert deadline(kind, DUE) == due


cases = st.lists(
    st.tuples(
        st.sampled_from((None, *CODES)),
        st.none() | st.dates(BEFORE, AFTER),
        st.none() | st.just(DUE),
        st.dates(BEFORE, AFTER),
    )
)


@given(cases)
def test_every_case_is_in_exactly_one_cell_and_shares_never_exceed_the_whole(
    drawn: list[tuple[str | None, date | None, date | None, date]],
) -> None:
    counts = count_statuses((task_status(*case), case[0]) for case in drawn)
    assert counts.total == len(drawn)
    assert counts.done_on_time <= counts.done <= counts.due <= sum(due is not None for _, _, due, _ in drawn)
    assert counts.not_started == sum(reported in (None, "not_started") for reported, *_ in drawn)
    assert counts.not_started <= counts.total - counts.done
    assert counts.done + counts.done_without_due_date == sum(reported in DONE for reported, *_ in drawn)
