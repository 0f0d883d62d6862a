"""Laws of the ladder, over any due date, any days on which somebody runs the reminders, and any delivery."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from models.states import NoticeState
from models.workdays import WorkCalendar
from reminders.due import audiences_of, count_days_late, load_ladder, plan_step, rungs_reached

LADDER = load_ladder()
NAMES = [rung.name for rung in LADDER]
HELD = WorkCalendar()

dues = st.dates(date(2016, 9, 1), date(2026, 12, 31))
offsets = st.integers(-30, 60)
overlays = st.dictionaries(st.dates(date(2021, 1, 1), date(2021, 3, 31)), st.booleans(), max_size=20)
runs = st.lists(st.tuples(offsets, st.booleans()), max_size=30).map(sorted)


def _brute_force_reached(due: date, on: date, calendar: WorkCalendar) -> set[str]:
    """Count day by day, as a clerk would with a finger on the calendar."""
    reached = {rung.name for rung in LADDER if rung.days < 0 and (due - on).days <= -rung.days}
    worked, day = 0, due
    while day < on:
        day += timedelta(days=1)
        worked += calendar.is_working(day)
    return reached | {rung.name for rung in LADDER if rung.days > 0 and worked >= rung.days}


@given(dues, offsets)
def test_a_rung_is_reached_when_a_clerk_would_say_so(due: date, offset: int) -> None:
    on = due + timedelta(days=offset)
    found = {rung.name for rung, _ in rungs_reached(LADDER, due, on, HELD)}
    assert found == _brute_force_reached(due, on, HELD)


@given(st.dates(date(2021, 1, 1), date(2021, 3, 31)), offsets, overlays)
def test_decreed_days_move_the_rungs_too(due: date, offset: int, overlay: dict[date, bool]) -> None:
    calendar, on = WorkCalendar(overlay), due + timedelta(days=offset)
    found = {rung.name for rung, _ in rungs_reached(LADDER, due, on, calendar)}
    assert found == _brute_force_reached(due, on, calendar)


@given(dues, runs, st.one_of(st.none(), offsets))
def test_each_rung_goes_out_at_most_once_and_nothing_due_is_missing(
    due: date, days: list[tuple[int, bool]], delivered: int | None
) -> None:
    """`days` are runs, with or without mail working on that day; `delivered` is when the return comes in."""
    known: dict[str, NoticeState] = {}
    sent: list[str] = []
    for offset, mail_works in days:
        if delivered is not None and offset >= delivered:
            break
        on = due + timedelta(days=offset)
        reached = rungs_reached(LADDER, due, on, HELD)
        step = plan_step(reached, known)
        assert not {rung.name for rung, _, _ in step.new} & known.keys()
        known |= dict.fromkeys(step.overtaken, NoticeState.SUPERSEDED)
        known |= {rung.name: state for rung, _, state in step.new}
        assert plan_step(reached, known) == plan_step([], {})
        waiting = [name for name, state in known.items() if state is NoticeState.DUE]
        assert len(waiting) <= 1
        if mail_works and waiting:
            sent += waiting
            known[waiting[0]] = NoticeState.SENT
        if mail_works and reached:
            assert sent[-1] == reached[-1][0].name
    assert len(set(sent)) == len(sent)
    assert [NAMES.index(name) for name in sent] == sorted(NAMES.index(name) for name in sent)


@given(st.lists(offsets, max_size=20).map(sorted))
def test_once_a_rung_went_out_every_audience_up_to_it_was_told(days: list[int]) -> None:
    due = date(2021, 9, 23)
    known: dict[str, NoticeState] = {}
    told: set[str] = set()
    for offset in days:
        reached = rungs_reached(LADDER, due, due + timedelta(days=offset), HELD)
        known |= {rung.name: state for rung, _, state in plan_step(reached, known).new}
        for rung, _ in reached:
            if known[rung.name] is NoticeState.DUE:
                told |= set(audiences_of(LADDER, rung, known))
                known[rung.name] = NoticeState.SENT
        assert told >= {audience for rung, _ in reached for audience in rung.audiences}


@given(st.lists(st.dates(date(2020, 1, 1), date(2022, 12, 31))), st.dates(date(2020, 1, 1), date(2022, 12, 31)))
def test_days_late_are_the_same_one_by_one_and_in_one_walk(due_dates: list[date], on: date) -> None:
    late = count_days_late(due_dates, on, HELD)
    assert late == {due: HELD.working_days_between(due, on) for due in due_dates}
