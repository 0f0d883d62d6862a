"""The invented figures follow their recipe, whatever the order in which they are asked for."""

import subprocess
import sys
from decimal import Decimal
from itertools import pairwise

import pytest

from sample.figures import Figures, true_value
from sample.organisation import below_at, indicators, indicators_asked, owed, periods, units

YEARS = [str(year) for year in range(2017, 2026)]
UNITS = [unit for unit in units() if unit[0] in "CD" and unit not in ("D11", "D12", "D13")]


def value(unit: str, indicator: str, period: str) -> Decimal:
    found = true_value(unit, indicator, period).value
    assert found is not None
    return found


def test_the_organisation_owes_as_many_returns_as_its_periods_say() -> None:
    kinds = [kind for _, _, kind in owed()]
    assert (kinds.count("own"), kinds.count("consolidated")) == (766, 241)


def test_figures_do_not_depend_on_the_order_of_calls_or_on_the_process() -> None:
    program = "from sample.figures import true_value as t; print(t('D04','I07','2023-N'), t('C0101','I22','2019-N'))"
    other = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    here = [true_value("C0101", "I22", "2019-N"), true_value("D04", "I07", "2023-N")]
    assert other.stdout.strip() == f"{here[1]} {here[0]}"


@pytest.mark.parametrize("indicator", [i for i, of in indicators().items() if of.kind == "flow"])
def test_a_cumulative_figure_never_falls_within_a_year(indicator: str) -> None:
    for unit in units():
        if not units()[unit].reports:
            continue
        for year in ("2020", "2022", "2024"):
            stages = [p.code for p in periods().values() if p.code.startswith(year)]
            for earlier, later in pairwise(stages):
                assert value(unit, indicator, earlier) <= value(unit, indicator, later), (unit, earlier)


@pytest.mark.parametrize("indicator", [i for i, of in indicators().items() if of.kind == "ratio"])
def test_a_part_is_never_above_its_whole(indicator: str) -> None:
    for unit, period, kind in owed():
        found = true_value(unit, indicator, period, consolidated=kind == "consolidated")
        assert found.numerator is not None
        assert found.denominator is not None
        assert 0 <= found.numerator <= found.denominator
        assert found.numerator == int(found.numerator)


def test_a_ratio_counted_over_the_year_grows_by_both_its_parts() -> None:
    for unit in UNITS:
        half, whole = (true_value(unit, "I13", period) for period in ("2023-6T", "2023-N"))
        assert (half.numerator or 0) <= (whole.numerator or 0)
        assert (half.denominator or 0) <= (whole.denominator or 0)


@pytest.mark.parametrize("indicator", ["I04", "I06"])
def test_a_yes_stays_a_yes(indicator: str) -> None:
    for unit in UNITS:
        answers = [value(unit, indicator, period) for period in periods()]
        assert answers == sorted(answers), unit


def test_conferences_fall_in_the_epidemic_and_site_visits_grow_by_a_quarter_a_year() -> None:
    conferences = {year: sum(value(unit, "I01", f"{year}-N") for unit in UNITS) for year in YEARS}
    assert Decimal("0.5") < conferences["2020"] / conferences["2019"] < Decimal("0.7")
    assert conferences["2021"] < conferences["2020"]
    visits = [sum(value(unit, "I10", f"{year}-N") for unit in UNITS) for year in YEARS]
    assert all(Decimal("1.1") < later / earlier < Decimal("1.4") for earlier, later in pairwise(visits))


def test_a_merged_unit_goes_on_with_what_the_two_did() -> None:
    before = value("D07", "I19", "2018-N") + value("D08", "I19", "2018-N")
    after = value("D11", "I19", "2019-6T")
    assert abs(after - before) <= before / 10
    assert value("D11", "I01", "2019-N") >= value("D07", "I01", "2018-N")


def test_a_split_divides_the_communicators_sixty_to_forty() -> None:
    first, second = value("D03", "I19", "2020-6T"), value("D12", "I19", "2020-6T")
    assert abs(first / (first + second) - Decimal("0.6")) < Decimal("0.01")
    assert abs(first + second - value("D03", "I19", "2019-N")) <= 10


def test_a_unit_takes_over_the_people_of_one_that_ended() -> None:
    gone = value("D10", "I19", "2024-6T")
    assert value("D09", "I19", "2024-9T") >= value("D09", "I19", "2024-6T") + gone


@pytest.mark.parametrize("period", ["2018-N", "2020-N", "2022-6T", "2025-N"])
def test_the_whole_is_the_sum_of_what_was_asked_of_its_parts(period: str) -> None:
    for unit in ("K00", "D01", "D02", "D03"):
        below = below_at(unit, periods()[period].cutoff)
        for indicator in ("I02", "I07", "I18"):
            parts = [value(one, indicator, period) for one in below if indicator in indicators_asked(one, period)]
            assert true_value(unit, indicator, period, consolidated=True) == Figures(sum(parts, Decimal(0)))


def test_a_moved_unit_counts_where_it_stood_at_the_cutoff() -> None:
    assert "C0104" in below_at("D01", periods()["2021-N"].cutoff)
    assert "C0104" in below_at("D02", periods()["2022-6T"].cutoff)
    assert "C0104" not in below_at("D01", periods()["2022-6T"].cutoff)


def test_spending_has_one_decimal_and_counts_have_none() -> None:
    assert value("D04", "I18", "2023-N").as_tuple().exponent == -1
    assert all(value(unit, "I02", "2023-N").as_tuple().exponent == 0 for unit in UNITS)
