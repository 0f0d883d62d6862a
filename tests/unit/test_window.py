"""When messages may leave: hours, days off, Tết, a Saturday worked in exchange."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.workdays import WorkCalendar
from reminders.window import SendWindow

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DECREED_OFF, WORKED_SATURDAY = date(2026, 8, 31), date(2026, 8, 22)
WINDOW = SendWindow(WorkCalendar({DECREED_OFF: False, WORKED_SATURDAY: True}), time(7, 30), time(17, 0))


def _at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("moment", "obstacle", "opening"),
    [
        (_at(date(2026, 11, 25), 7, 29, 59), "too-early", _at(date(2026, 11, 25), 7, 30)),
        (_at(date(2026, 11, 25), 17), "too-late", _at(date(2026, 11, 26), 7, 30)),
        (_at(date(2026, 11, 27), 18), "too-late", _at(date(2026, 11, 30), 7, 30)),  # a Friday
        (_at(date(2026, 11, 28), 10), "day-off", _at(date(2026, 11, 30), 7, 30)),  # a Saturday
        (_at(date(2026, 2, 17), 6), "day-off", _at(date(2026, 2, 23), 7, 30)),  # Tết, before the hours
        (_at(DECREED_OFF, 10), "day-off", _at(date(2026, 9, 3), 7, 30)),  # and the national day after it
    ],
)
def test_outside_the_window_the_next_opening_is_told(moment: datetime, obstacle: str, opening: datetime) -> None:
    assert WINDOW.find_obstacle(moment) == obstacle
    assert WINDOW.next_opening(moment) == opening


@pytest.mark.parametrize(
    "moment", [_at(date(2026, 11, 25), 7, 30), _at(date(2026, 11, 25), 16, 59, 59), _at(WORKED_SATURDAY, 9)]
)
def test_within_the_window_nothing_stands_in_the_way(moment: datetime) -> None:
    assert WINDOW.find_obstacle(moment) is None


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)), st.integers(1, 400))  # noqa: DTZ001
def test_acting_for_another_day_happens_within_its_hours(now: datetime, days: int) -> None:
    now = now.replace(tzinfo=ZONE)
    on = now.date() + timedelta(days=days)
    moment = WINDOW.moment_on(on, now)
    assert moment.date() == on
    assert WINDOW.find_obstacle(moment) in (None, "day-off")
    assert WINDOW.moment_on(now.date(), now) == now
    assert WINDOW.find_obstacle(WINDOW.next_opening(moment)) is None
