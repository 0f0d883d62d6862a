"""The ladder: which rung is reached on which day, and who hears of it."""

from datetime import date
from pathlib import Path

import pytest

from models.states import NoticeState
from models.workdays import WorkCalendar
from reminders.due import (
    Rung,
    audiences_of,
    count_days_late,
    farthest_ahead,
    load_ladder,
    plan_step,
    rungs_reached,
)

CALENDAR = WorkCalendar()
LADDER = load_ladder()
DUE = date(2021, 9, 23)  # a Thursday


def _names(on: date, due: date = DUE, calendar: WorkCalendar = CALENDAR) -> list[str]:
    return [rung.name for rung, _ in rungs_reached(LADDER, due, on, calendar)]


def _rung(name: str) -> Rung:
    return next(rung for rung in LADDER if rung.name == name)


def test_the_ladder_is_the_one_of_the_house() -> None:
    assert [rung.name for rung in LADDER] == ["T-14", "T-3", "T+1", "T+7", "T+14"]
    assert [rung.slip for rung in LADDER] == ["blue", "blue", "yellow", "red", "red"]
    assert [rung.audiences for rung in LADDER[-2:]] == [("unit", "superior"), ("office",)]
    assert [rung.name for rung in LADDER if rung.attach_blank] == ["T-14"]
    assert farthest_ahead(LADDER).days == 14


def test_a_rung_is_reached_on_its_day_and_not_the_day_before() -> None:
    assert _names(date(2021, 9, 8)) == []
    assert _names(date(2021, 9, 9)) == ["T-14"]
    assert _names(date(2021, 9, 19)) == ["T-14"]
    assert _names(date(2021, 9, 20)) == ["T-14", "T-3"]
    assert _names(DUE) == ["T-14", "T-3"]
    assert _names(date(2021, 9, 24)) == ["T-14", "T-3", "T+1"]


def test_days_after_the_due_date_are_working_days() -> None:
    friday = date(2021, 9, 17)
    assert _names(date(2021, 9, 19), friday) == ["T-14", "T-3"]
    assert _names(date(2021, 9, 20), friday)[-1] == "T+1"
    assert _names(date(2021, 9, 27), friday)[-1] == "T+1"
    assert _names(date(2021, 9, 28), friday)[-1] == "T+7"


def test_nothing_after_the_due_date_falls_into_tet() -> None:
    before_tet = date(2021, 2, 9)  # Tết 2021: 10 to 16 February off
    assert _names(date(2021, 2, 16), before_tet)[-1] == "T-3"
    assert _names(date(2021, 2, 17), before_tet)[-1] == "T+1"


def test_a_decreed_working_day_counts() -> None:
    saturday = date(2021, 9, 25)
    friday = date(2021, 9, 24)
    assert _names(saturday, friday)[-1] == "T-3"
    assert _names(saturday, friday, WorkCalendar({saturday: True}))[-1] == "T+1"


def test_after_a_gap_only_the_highest_rung_goes_out() -> None:
    reached = rungs_reached(LADDER, DUE, date(2021, 10, 20), CALENDAR)
    step = plan_step(reached, {})
    assert [(rung.name, state.value) for rung, _, state in step.new] == [
        ("T-14", "superseded"),
        ("T-3", "superseded"),
        ("T+1", "superseded"),
        ("T+7", "superseded"),
        ("T+14", "due"),
    ]
    assert step.new[0][1] == date(2021, 9, 9)


def test_planning_again_asks_for_nothing() -> None:
    reached = rungs_reached(LADDER, DUE, date(2021, 9, 24), CALENDAR)
    known = {rung.name: state for rung, _, state in plan_step(reached, {}).new}
    assert plan_step(reached, known) == plan_step([], {})


def test_a_notice_that_could_not_go_out_gives_way_to_a_higher_rung() -> None:
    reached = rungs_reached(LADDER, DUE, date(2021, 9, 24), CALENDAR)
    step = plan_step(reached, {"T-14": NoticeState.SENT, "T-3": NoticeState.DUE})
    assert step.overtaken == ("T-3",)
    assert [rung.name for rung, _, _ in step.new] == ["T+1"]


def test_who_was_to_hear_a_rung_lost_in_a_gap_hears_the_next() -> None:
    lost, told = NoticeState.SUPERSEDED, NoticeState.SENT
    top = _rung("T+14")
    assert audiences_of(LADDER, top, {}) == ("office",)
    assert audiences_of(LADDER, top, {"T+7": told, "T+1": told}) == ("office",)
    assert audiences_of(LADDER, top, {"T+7": lost, "T+1": told}) == ("unit", "superior", "office")
    assert audiences_of(LADDER, top, {"T+7": told, "T+1": lost, "T-14": lost}) == ("office",)


def test_days_late_are_working_days_and_none_before_the_due_date() -> None:
    dues = [date(2021, 9, 30), date(2021, 9, 24), date(2021, 9, 17), date(2016, 12, 19), date(2021, 9, 17)]
    late = count_days_late(dues, date(2021, 9, 24), CALENDAR)
    assert late[date(2021, 9, 30)] == late[date(2021, 9, 24)] == 0
    assert late[date(2021, 9, 17)] == 5
    assert late[date(2016, 12, 19)] == CALENDAR.working_days_between(date(2016, 12, 19), date(2021, 9, 24))


@pytest.mark.parametrize(
    "faulty",
    [
        'name = "a"\ndays = 1\naudiences = ["everybody"]\nslip = "red"',
        'name = "a"\ndays = 1\naudiences = ["unit"]\nslip = "pink"',
        'name = "a"\ndays = 1\naudiences = ["unit"]\nslip = "red"\n[[rungs]]\n'
        'name = "b"\ndays = 1\naudiences = ["unit"]\nslip = "red"',
    ],
)
def test_a_faulty_ladder_is_refused(tmp_path: Path, faulty: str) -> None:
    path = tmp_path / "ladder.toml"
    path.write_text(f"[[rungs]]\n{faulty}", encoding="utf-8")
    with pytest.raises(ValueError):  # noqa: PT011
        load_ladder(path)
