"""Who is likely to be late follows from a unit's own returns; figures are far off only beside enough others."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.queries.forecast import UnitFigure
from models.workdays import WorkCalendar
from reports.forecast import LEAST, RECORD, Outlook, Past, Trend, find_outlook, forecast, forecasts, read_past
from reports.outliers import FAR, LEAST_GROUP, LEAST_OWN, find_outliers, middle, spread_of
from reports.standing import StandingLine

FRIDAY = date(2022, 12, 23)
ON = date(2023, 6, 1)
ORDER = {Outlook.UNKNOWN: 0, Outlook.UNLIKELY: 1, Outlook.POSSIBLE: 2, Outlook.LIKELY: 3}
NEXT = StandingLine(
    unit="D01", unit_name="Đảng ủy mẫu", period="2023-6T", year=2023, round="R1", kind="own", due=date(2023, 6, 23),
    state="owed", received_at=None, days_late=None, receipt=None, reason=None, overdue=False, filled=0, required=0,
)  # fmt: skip


def record(*days: int) -> list[Past]:
    """Returns due a week after each other, with the days each was late."""
    return [Past(FRIDAY + timedelta(weeks=at), late) for at, late in enumerate(days)]


@pytest.mark.parametrize(
    ("days", "outlook"),
    [
        ((), Outlook.UNKNOWN),
        ((1, 1), Outlook.UNKNOWN),
        ((0, 0, 0), Outlook.UNLIKELY),
        ((1, 0, 0, 0, 0, 0, 0, 0), Outlook.UNLIKELY),
        ((0, 0, 0, 0, 0, 0, 0, 1), Outlook.POSSIBLE),
        ((2, 0, 0, 0, 0, 0, 2, 0), Outlook.POSSIBLE),
        ((0, 0, 0, 0, 0, 0, 1, 1), Outlook.LIKELY),
        ((1, 1, 1, 1, 0, 0, 0, 0), Outlook.LIKELY),
    ],
)
def test_the_outlook_is_the_share_of_late_returns_and_the_last_ones(days: tuple[int, ...], outlook: Outlook) -> None:
    assert find_outlook(record(*days)) is outlook


lateness = st.lists(st.integers(0, 5), max_size=14)


@given(lateness, st.integers(1, 9))
def test_one_more_late_return_never_makes_the_outlook_better(days: list[int], late: int) -> None:
    before, after = forecast(NEXT, record(*days)), forecast(NEXT, record(*days, late))
    assert ORDER[after.outlook] >= ORDER[before.outlook]


@given(lateness)
def test_counts_are_those_of_the_last_returns(days: list[int]) -> None:
    told, last = forecast(NEXT, record(*days)), days[-RECORD:]
    assert (told.late, told.of) == (len([day for day in last if day]), len(last))
    assert (told.late_older + told.late_newer, told.of_older + told.of_newer) == (told.late, told.of)
    assert told.late <= told.of <= RECORD
    assert told.median_days == (Decimal(str(median([day for day in last if day]))) if any(last) else None)
    assert (told.outlook is Outlook.UNKNOWN) == (len(last) < LEAST)


@pytest.mark.parametrize(
    ("days", "trend"), [((0, 0, 1, 1), Trend.WORSE), ((1, 1, 0, 0), Trend.BETTER), ((1, 0, 0, 1), Trend.STEADY)]
)
def test_the_trend_sets_the_newer_half_beside_the_older(days: tuple[int, ...], trend: Trend) -> None:
    assert forecast(NEXT, record(*days)).trend is trend


def test_only_what_is_still_awaited_is_told_and_the_likeliest_first() -> None:
    def owed(unit: str, due: date, *, days_late: int | None = None, overdue: bool = False) -> StandingLine:
        came = None if days_late is None else _at(due)
        return replace(NEXT, unit=unit, due=due, days_late=days_late, overdue=overdue, received_at=came)

    past = [FRIDAY + timedelta(weeks=at) for at in range(3)]
    lines = [owed("D01", day, days_late=0) for day in past] + [owed("D02", day, days_late=3) for day in past]
    lines += [owed("D03", day, overdue=True) for day in past[:2]]
    lines += [owed(unit, NEXT.due) for unit in ("D01", "D02", "D03")]
    lines.append(owed("D04", NEXT.due, days_late=0))  # it has come already
    lines.append(replace(owed("D05", NEXT.due), state="excused"))
    told = forecasts(lines, ON, WorkCalendar())
    assert [(one.unit, one.outlook) for one in told] == [
        ("D02", Outlook.LIKELY),
        ("D01", Outlook.UNLIKELY),
        ("D03", Outlook.UNKNOWN),
    ]
    (known,) = [one for one in forecasts(lines, ON, WorkCalendar(), lines[6:8]) if one.unit == "D03"]
    assert (known.outlook, known.late, known.of) == (Outlook.LIKELY, 4, 4)


def _at(day: date) -> object:
    return day  # only whether it came is asked


def test_what_never_came_is_late_by_the_working_days_up_to_now() -> None:
    line = replace(NEXT, due=FRIDAY, overdue=True)
    assert read_past(line, FRIDAY + timedelta(days=4), WorkCalendar()).days_late == 2
    assert read_past(line, FRIDAY + timedelta(days=1), WorkCalendar()).days_late == 1  # a Saturday


def figures(*values: int, unit: str = "D01", size: str | None = "M", start: int = 1) -> list[UnitFigure]:
    """A unit's figures of one indicator, period after period."""
    return [
        UnitFigure(unit, size, "I01", 0, at, f"{2010 + at}-N", date(2010 + at, 12, 14), 364, Decimal(value), None, None)
        for at, value in enumerate(values, start=start)
    ]


def test_a_jump_in_the_units_own_series_is_told_with_its_median_and_n() -> None:
    (told,) = find_outliers(figures(50, 52, 48, 51, 510), 5)
    assert (told.against, told.value, told.median, told.n) == ("own-past", 510, Decimal("50.5"), 4)


def test_a_short_series_says_nothing() -> None:
    assert find_outliers(figures(*[50] * (LEAST_OWN - 1), 500), LEAST_OWN) == []


def test_figures_that_never_moved_may_take_a_small_step() -> None:
    assert find_outliers(figures(50, 50, 50, 50, 60), 5) == []


def test_a_year_that_began_late_is_not_set_beside_whole_ones() -> None:
    stubs = [replace(one, days=83) for one in figures(5, 6, 5)]
    assert find_outliers([*stubs, *figures(60, start=4)], 4) == []


def test_a_unit_far_from_those_of_its_size_is_told_and_other_sizes_do_not_count() -> None:
    group = [one for at in range(LEAST_GROUP - 1) for one in figures(10 + at, unit=f"D1{at}")]
    large = [one for at in range(9) for one in figures(900, unit=f"D2{at}", size="L")]
    (told,) = find_outliers([*group, *figures(200), *large], 1)
    assert (told.unit, told.against, told.group, told.n) == ("D01", "size-group", "M", LEAST_GROUP)
    assert find_outliers([*group[1:], *figures(200), *large], 1) == []
    assert find_outliers([replace(one, size_group=None) for one in [*group, *figures(200)]], 1) == []


def test_a_ratio_is_its_percentage_and_of_nothing_there_is_none() -> None:
    def share(at: int, part: int, whole: int) -> UnitFigure:
        (one,) = figures(0, start=at)
        return replace(one, value=None, numerator=Decimal(part), denominator=Decimal(whole))

    told = find_outliers([share(1, 90, 100), share(2, 91, 100), share(3, 45, 50), share(4, 0, 0), share(5, 9, 100)], 5)
    assert [(one.value, one.median, one.n) for one in told] == [(9, 90, 3)]


amounts = st.lists(st.decimals(0, 10**6, places=2), min_size=1, max_size=12)


@given(amounts)
def test_the_middle_and_the_spread_are_those_of_statistics(values: Sequence[Decimal]) -> None:
    centre = median(values)
    assert middle(values) == centre
    wanted = max(Decimal("1.4826") * median([abs(value - centre) for value in values]), centre / 10, Decimal("0.01"))
    assert spread_of(values, 2) == wanted


@given(st.lists(st.integers(0, 1000), min_size=LEAST_OWN, max_size=9), st.integers(0, 5000))
def test_a_figure_is_told_exactly_when_it_is_far_from_the_median(past: list[int], now: int) -> None:
    told = find_outliers(figures(*past, now, size=None), len(past) + 1)
    others = [Decimal(value) for value in past]
    assert bool(told) == (abs(now - middle(others)) > FAR * spread_of(others, 0))
