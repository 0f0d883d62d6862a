"""Cases: which day binds a unit, how often a yearly task counts, and whose word is about which year."""

from datetime import date

import pytest

from models.period import Period
from models.queries.cascade import AskedTask, Lead, Sign
from models.unit_history import Span, Tree
from reports.answering import Speakers
from reports.cases import Case, list_cases
from reports.task_due import find_due
from reports.task_status import TaskStatus, count_statuses

BEGIN, TODAY = date(2016, 1, 1), date(2019, 3, 1)
ONCE = AskedTask("T", None, "deliverable", "Ban hành kế hoạch", BEGIN, date(2017, 3, 31), None, frozenset())
YEARLY = AskedTask("T", None, "annual", "Kiểm tra", BEGIN, None, "12-10", frozenset())
GOING_ON = AskedTask("T", None, "continuous", "Quán triệt", BEGIN, date(2018, 12, 31), None, frozenset())
TREE = Tree({"D01": Span("D01", "Một", None, "dangbo", None, BEGIN)})
OWN = Speakers(TREE, {"D01": frozenset({"own"})})


def period(year: int, **over: date) -> Period:
    days = {"nominal_from": date(year, 1, 1), "nominal_to": date(year, 12, 31), "cutoff": date(year, 12, 14)} | over
    return Period(directive_id=1, code=f"{year}-N", kind="N", year=year, coverage_start=date(year - 1, 12, 15),
                  mode="cumulative", round="R1", due_rule="3", own_rule="D*", **days)  # fmt: skip


def word(status: str, year: int, done_on: date | None = None) -> Sign:
    return Sign("progress", "D01", "own", f"{year}-N", year, date(year, 12, 14), "R000001", "T", status, done_on)


def cases(one: AskedTask, *words: Sign, since: date = BEGIN, years: tuple[int, ...] = (2017, 2018)) -> list[Case]:
    leads = [Lead("D01", "T", since)]
    return list_cases(leads, {"T": one}, words, OWN, [period(year) for year in years], TODAY)


def test_a_yearly_task_counts_once_for_each_year_by_the_words_of_that_year() -> None:
    told = cases(YEARLY, word("done", 2017, date(2017, 12, 10)), word("done", 2018, date(2018, 12, 11)))
    assert [(one.due, one.status) for one in told] == [
        (date(2017, 12, 10), TaskStatus.DONE_ON_TIME), (date(2018, 12, 10), TaskStatus.DONE_LATE),
    ]  # fmt: skip
    assert [one.status for one in cases(YEARLY, word("done", 2017, date(2017, 12, 10)))] == [
        TaskStatus.DONE_ON_TIME, TaskStatus.OVERDUE,
    ]  # fmt: skip


def test_a_day_told_once_more_a_year_later_is_not_that_years() -> None:
    done = date(2017, 12, 10)
    told = cases(YEARLY, word("done", 2017, done), word("done", 2018, done))
    assert [one.status for one in told] == [TaskStatus.DONE_ON_TIME, TaskStatus.OVERDUE]


def test_other_tasks_count_once_and_keep_the_day_on_which_they_were_done() -> None:
    (told,) = cases(ONCE, word("done", 2017, date(2017, 3, 31)), word("done", 2018, date(2017, 3, 31)))
    assert (told.due, told.status) == (date(2017, 3, 31), TaskStatus.DONE_ON_TIME)


@pytest.mark.parametrize(("since", "due"), [(date(2017, 3, 31), date(2017, 3, 31)), (date(2017, 4, 1), None)])
def test_a_day_before_a_unit_was_founded_binds_it_not(since: date, due: date | None) -> None:
    (told,) = cases(ONCE, word("in_progress", 2018), since=since)
    assert told.due == due
    counts = count_statuses([(told.status, told.reported)])
    assert (counts.overdue, counts.no_due_date, counts.due) == ((0, 1, 0) if due is None else (1, 0, 1))


def test_of_a_yearly_task_years_before_the_unit_was_founded_do_not_count() -> None:
    assert [one.due for one in cases(YEARLY, since=date(2017, 12, 11))] == [date(2018, 12, 10)]


def test_a_yearly_task_whose_day_lies_after_the_span_is_in_term_or_of_the_years_before() -> None:
    half = period(2019, nominal_to=date(2019, 6, 30), cutoff=date(2019, 6, 14))
    asked = [Lead("D01", "T", BEGIN)], {"T": YEARLY}, [], OWN
    (told,) = list_cases(*asked, [half], TODAY)
    assert (told.due, told.status) == (date(2019, 12, 10), TaskStatus.IN_TERM)
    assert [one.due for one in list_cases(*asked, [period(2018), half], TODAY)] == [date(2018, 12, 10)]


def test_what_goes_on_has_no_day_and_silence_is_shown_where_nothing_is_due() -> None:
    (told,) = cases(GOING_ON, word("in_progress", 2018))
    (silent,) = cases(GOING_ON)
    (late,) = cases(ONCE)
    assert (told.due, told.sign, silent.sign, late.sign) == (None, "no_due_date", "not_reported", "overdue")


def test_a_day_that_only_leap_years_have_is_the_last_of_february_in_others() -> None:
    leap = AskedTask("T", None, "annual", "…", BEGIN, None, "02-29", frozenset())
    days = [find_due(leap, Lead("D01", "T", BEGIN), year) for year in (2019, 2020)]
    assert days == [date(2019, 2, 28), date(2020, 2, 29)]
