"""Due dates by working days, as the sample's calendar has them."""

import csv
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.period import due_dates
from models.workdays import WorkCalendar

PERIODS = Path(__file__).resolve().parents[2] / "sample" / "data" / "periods.csv"
CALENDAR = WorkCalendar()


def _rows() -> list[dict[str, str]]:
    with PERIODS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["code"])
def test_due_dates_of_the_sample_are_the_third_seventh_and_twelfth_working_day(row: dict[str, str]) -> None:
    cutoff = date.fromisoformat(row["data_to_cutoff"])
    expected = [date.fromisoformat(row[f"due_{level}"]) for level in "KDC"]
    assert due_dates(cutoff, "12; 7; 3", CALENDAR) == expected


def test_the_sample_has_twenty_seven_periods() -> None:
    assert len(_rows()) == 27


def test_a_swapped_day_off_is_no_working_day() -> None:
    assert not CALENDAR.is_working(date(2018, 12, 31))
    assert CALENDAR.is_working(date(2019, 1, 5))  # the Saturday worked instead


def test_a_decreed_day_wins_over_the_calendar() -> None:
    closed = WorkCalendar({date(2022, 6, 15): False})
    assert closed.add_working_days(date(2022, 6, 14), 1) == date(2022, 6, 16)


@pytest.mark.parametrize("days", [-5, -1, 1, 3, 12, 40])
def test_adding_and_counting_working_days_agree(days: int) -> None:
    start = date(2024, 2, 6)  # before the Lunar New Year
    end = CALENDAR.add_working_days(start, days)
    assert CALENDAR.working_days_between(min(start, end), max(start, end)) >= abs(days) - (days < 0)
    assert CALENDAR.is_working(end)


def test_no_working_day_lies_between_a_day_and_an_earlier_one() -> None:
    assert CALENDAR.working_days_between(date(2024, 3, 8), date(2024, 3, 1)) == 0


@given(start=st.dates(date(2016, 1, 1), date(2026, 12, 31)), length=st.integers(-3, 900))
def test_working_days_are_counted_as_if_one_by_one(start: date, length: int) -> None:
    calendar = WorkCalendar({start + timedelta(days=1): False, start + timedelta(days=5): True})
    days = [start + timedelta(days=one) for one in range(1, length + 1)]
    counted = calendar.working_days_between(start, start + timedelta(days=length))
    assert counted == sum(calendar.is_working(day) for day in days)
