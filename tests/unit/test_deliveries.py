"""Who sends when: the pattern of the sample, the habits of its units, and its deliberate faults."""

from collections import Counter

import pytest

from models.workdays import WorkCalendar
from sample.deliveries import (
    LATE,
    MOST_DAYS_LATE,
    NEVER,
    ON_TIME,
    REFUSED,
    Delivery,
    collecting_days,
    extra_sendings,
    plan_deliveries,
    sample_owed,
    sendings_on,
)
from sample.faults import BASIS, FAULTS, fault_named
from sample.organisation import periods


@pytest.fixture(scope="module")
def deliveries() -> list[Delivery]:
    return plan_deliveries(sample_owed())


def of(deliveries: list[Delivery], *key: str) -> Delivery:
    return next(one for one in deliveries if (one.unit, one.period, one.kind) == key)


def test_every_return_has_one_delivery_and_the_totals_meet_the_pattern(deliveries: list[Delivery]) -> None:
    assert len({(one.unit, one.period, one.kind) for one in deliveries}) == len(deliveries) == 1007
    fates = Counter(one.fate for one in deliveries)
    wanted = {ON_TIME: 78, LATE: 15, NEVER: 4, REFUSED: 3}
    assert all(abs(fates[fate] * 100 / 1007 - percent) < 1 for fate, percent in wanted.items()), fates


def test_the_same_plan_comes_out_twice_and_in_any_order_of_the_returns(deliveries: list[Delivery]) -> None:
    again = plan_deliveries(list(reversed(sample_owed())))
    assert {(o.unit, o.period, o.kind): o for o in again} == {(o.unit, o.period, o.kind): o for o in deliveries}


@pytest.mark.parametrize(("year", "percent"), [(2017, 62), (2025, 88)])
def test_more_comes_on_time_over_the_years(deliveries: list[Delivery], year: int, percent: int) -> None:
    fates = [one.fate for one in deliveries if periods()[one.period].year == year]
    assert abs(fates.count(ON_TIME) * 100 / len(fates) - percent) <= 3


def test_a_reorganisation_is_followed_by_a_dip(deliveries: list[Delivery]) -> None:
    def on_time(period: str) -> float:
        fates = [one.fate for one in deliveries if one.period == period]
        return fates.count(ON_TIME) / len(fates)

    assert on_time("2019-6T") < on_time("2019-N")
    assert on_time("2020-6T") < on_time("2020-N")


@pytest.mark.parametrize("unit", ["D09", "C0501"])
def test_habitual_late_filers_are_late_more_often_than_not(deliveries: list[Delivery], unit: str) -> None:
    fates = Counter(one.fate for one in deliveries if one.unit == unit)
    assert fates[LATE] > fates[ON_TIME]


def test_files_come_on_at_most_five_working_days_and_at_most_fifteen_days_late(deliveries: list[Delivery]) -> None:
    calendar = WorkCalendar()
    for period in periods():
        rows = [one for one in sample_owed() if one.period == period]
        days = collecting_days(rows)
        assert len(days) <= 5
        assert all(calendar.is_working(day) for day in days)
        sent = [one for one in deliveries if one.period == period and one.sent_on]
        assert {day for one in sent for day in (one.sent_on, one.resend_on) if day} <= set(days)
        late = [calendar.working_days_between(one.due, one.sent_on) for one in sent if one.sent_on and one.fate == LATE]
        assert all(1 <= count <= MOST_DAYS_LATE for count in late)


def test_a_refused_file_is_sent_again_later_and_has_a_fault(deliveries: list[Delivery]) -> None:
    refused = [one for one in deliveries if one.fate == REFUSED]
    for one in refused:
        assert one.sent_on
        assert one.resend_on
        assert one.resend_on > one.sent_on
        assert one.faults
        assert all(fault_named(code, one).severity == "error" for code in one.faults)


def test_every_deliberate_fault_is_on_its_way(deliveries: list[Delivery]) -> None:
    sent = {(code, one.unit) for one in deliveries for code in one.faults}
    extra = {
        (code, one.unit) for p in periods().values() for one in extra_sendings(p.code, p.dues[0]) for code in one.faults
    }
    assert {(fault.code, fault.unit) for fault in FAULTS} <= sent | extra
    assert of(deliveries, "C0501", "2023-6T", "own").sent_on is None
    late = of(deliveries, "C0402", "2022-6T", "own")
    assert late.sent_on
    assert WorkCalendar().working_days_between(late.due, late.sent_on) == 9


def test_what_a_fault_is_compared_with_has_come_before_it(deliveries: list[Delivery]) -> None:
    for key in BASIS:
        assert of(deliveries, *key).fate == ON_TIME


def test_the_files_of_all_days_are_the_deliveries_of_the_period(deliveries: list[Delivery]) -> None:
    rows = [one for one in sample_owed() if one.period == "2019-6T"]
    files = [file for day in collecting_days(rows) for file in sendings_on(deliveries, "2019-6T", day)]
    sent = [one for one in deliveries if one.period == "2019-6T" and one.sent_on]
    again = [one for one in sent if one.resend_on]
    assert len(files) == len(sent) + len(again) + 1  # and the merged unit that owes nothing any more
    assert sum(file.version == 2 for file in files) == len(again)
