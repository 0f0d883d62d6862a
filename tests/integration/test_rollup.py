"""Figures on small histories whose totals can be added up by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import factories as make
import pytest
from histories import FIRST, SECOND, History
from sqlalchemy import Engine

from models.returns import EffectiveReturn
from models.states import ReturnState
from models.store import writing
from reports.analytic import POINTER
from reports.rollup import figure_code, labels


@pytest.fixture
def history(any_engine: Engine, tmp_path: Path) -> Iterator[History]:
    with writing(any_engine) as session:
        yield History(session, tmp_path / "analytics")


@pytest.fixture
def bloc(history: History) -> History:
    """A bloc of two committees, one with a cell below; a directive with one indicator of each kind."""
    history.directive(FIRST)
    for code, parent in (("K00", None), ("D01", "K00"), ("D02", "K00"), ("C01", "D01")):
        history.unit(code, parent)
    for code, kind in (
        ("I01", "flow"),
        ("I02", "stock"),
        ("I03", "ratio"),
        ("I04", "boolean"),
        ("I05", "ordinal"),
    ):
        history.indicator(code, kind)
    history.lead("D01", "D02", "C01")
    return history


def test_a_years_figure_is_that_of_its_last_period_and_earlier_ones_are_never_added(bloc: History) -> None:
    for period, value in (("2022-6T", 4), ("2022-9T", 7), ("2022-N", 10)):
        bloc.period(period)
        bloc.answer("D01", period, {"I01": value})
    assert bloc.figure("I01:K00:2022")["value"] == 10
    assert bloc.figure("I01:K00:2022-9T")["value"] == 7


def test_a_unit_has_its_own_figure_and_those_below_it(bloc: History) -> None:
    bloc.period("2022-N")
    for unit, value in (("D01", 10), ("C01", 3), ("D02", 5)):
        bloc.answer(unit, "2022-N", {"I01": value})
    rows = bloc.figures(indicator="I01", period="2022")
    assert dict(rows.select("unit", "value").iter_rows()) == {"C01": 3, "D01": 13, "D02": 5, "K00": 18}
    assert dict(rows.select("unit", "of").iter_rows()) == {"C01": 1, "D01": 2, "D02": 1, "K00": 3}
    assert rows["code"].to_list()[0] == f"{FIRST}:I01:C01:2022"


def test_a_consolidated_return_is_never_added(bloc: History) -> None:
    bloc.period("2022-N")
    bloc.answer("D01", "2022-N", {"I01": 10})
    bloc.answer("D01", "2022-N", {"I01": 99}, kind="consolidated")
    assert bloc.figure("I01:K00:2022")["value"] == 10


def test_a_year_without_its_last_period_is_partial_and_says_how_many_are_in_it(bloc: History) -> None:
    bloc.period("2022-9T")
    bloc.period("2022-N")
    bloc.answer("D01", "2022-9T", {"I01": 7})
    bloc.owe("D01", "2022-N")
    bloc.answer("D02", "2022-N", {"I01": 5})
    bloc.owe("C01", "2022-N")
    year = bloc.figure("I01:K00:2022")
    assert (year["value"], year["n"], year["of"], year["partial"]) == (12, 2, 3, True)
    assert not bloc.figure("I01:D02:2022")["partial"]


def test_a_round_that_ends_with_a_span_of_years_counts_who_owed_that(bloc: History) -> None:
    bloc.period("2021-N")
    bloc.period("R1-5N", year=2022, kind="5N", mode="span", coverage_start=date(2018, 1, 1), cutoff=date(2022, 6, 14))
    bloc.answer("D01", "2021-N", {"I04": 1})
    bloc.answer("D01", "R1-5N", {"I04": 1})
    bloc.owe("D02", "R1-5N")
    row = bloc.figure("I04:K00:R1")
    assert (row["numerator"], row["denominator"], row["n"], row["of"]) == (1, 1, 1, 2)


def test_missing_is_not_zero(bloc: History) -> None:
    bloc.period("2022-N")
    bloc.owe("D01", "2022-N")
    row = bloc.figure("I01:D01:2022")
    assert (row["value"], row["n"], row["of"]) == (None, 0, 1)


def test_nothing_arose_counts_as_zero_and_not_available_counts_as_missing(bloc: History) -> None:
    bloc.period("2022-N")
    bloc.answer("D01", "2022-N", {"I01": "KPS", "I03": "KPS"})
    bloc.answer("D02", "2022-N", {"I01": "KCS", "I03": (1, 4)})
    none, missing = bloc.figure("I01:D01:2022"), bloc.figure("I01:D02:2022")
    assert (none["value"], none["n"]) == (0, 1)
    assert (missing["value"], missing["n"], missing["of"]) == (None, 0, 1)
    share = bloc.figure("I03:K00:2022")
    assert (share["value"], share["n"], share["of"]) == (25, 2, 2)


def test_a_ratio_is_one_sum_over_the_other_and_never_a_mean_of_percentages(bloc: History) -> None:
    bloc.period("2022-N")
    bloc.answer("D01", "2022-N", {"I03": (90, 100)})
    bloc.answer("D02", "2022-N", {"I03": (1, 2)})
    row = bloc.figure("I03:K00:2022")
    assert (row["numerator"], row["denominator"], row["value"]) == (91, 102, Decimal("89.215686"))


def test_a_ratio_over_nothing_has_no_value(bloc: History) -> None:
    bloc.period("2022-N")
    bloc.answer("D01", "2022-N", {"I03": (0, 0)})
    row = bloc.figure("I03:K00:2022")
    assert (row["value"], row["n"], row["of"]) == (None, 1, 1)


def test_a_boolean_counts_true_among_answered(bloc: History) -> None:
    bloc.period("2022-N")
    bloc.answer("D01", "2022-N", {"I04": 1})
    bloc.answer("D02", "2022-N", {"I04": 0})
    bloc.owe("C01", "2022-N")
    row = bloc.figure("I04:K00:2022")
    assert (row["numerator"], row["denominator"], row["value"], row["n"], row["of"]) == (1, 2, 50, 2, 3)


def test_grades_are_shown_as_a_distribution(bloc: History) -> None:
    bloc.period("2022-N")
    for unit, grade in (("D01", 2), ("D02", 2), ("C01", 1)):
        bloc.answer(unit, "2022-N", {"I05": grade})
    row = bloc.figure("I05:K00:2022")
    assert (row["value"], row["distribution"]) == (None, '{"1": 1, "2": 2}')


def test_a_stock_of_a_year_is_the_last_one_and_of_a_round_that_of_its_span(bloc: History) -> None:
    for code, value in (("2022-6T", 40), ("2022-N", 55), ("R1-5N", 60)):
        bloc.period(code, **({"year": 2023, "cutoff": date(2023, 7, 31)} if code == "R1-5N" else {}))
        bloc.answer("D01", code, {"I01": value, "I02": value})
    assert bloc.figure("I02:K00:2022")["value"] == 55
    row = bloc.figure("I02:K00:R1")
    assert (row["value"], row["n"], row["of"]) == (60, 1, 1)
    assert bloc.figure("I01:K00:R1")["value"] == 55  # a span adds no flows
    assert bloc.figures(indicator="I01", period="R1-5N").is_empty()


def test_a_figure_per_period_is_added_up_over_the_year(bloc: History) -> None:
    bloc.indicator("I06", "flow", "per_period")
    for code, value in (("2022-6T", 4), ("2022-N", 5)):
        bloc.period(code)
        bloc.answer("D01", code, {"I06": value})
    bloc.period("2023-N")
    bloc.owe("D01", "2023-N")
    assert bloc.figure("I06:K00:2022")["value"] == 9
    assert not bloc.figure("I06:K00:2022")["partial"]
    whole = bloc.figure("I06:K00:R1")
    assert (whole["value"], whole["partial"]) == (9, True)


def test_a_rounds_flow_is_the_sum_of_its_years(bloc: History) -> None:
    for code, value in (("2021-N", 8), ("2022-6T", 3), ("2022-N", 10)):
        bloc.period(code)
        bloc.answer("D01", code, {"I01": value})
    row = bloc.figure("I01:K00:R1")
    assert (row["value"], row["n"], row["of"], row["partial"]) == (18, 1, 1, False)


def test_a_unit_that_is_not_asked_an_indicator_is_not_waited_for(bloc: History) -> None:
    bloc.period("2022-N")
    bloc.unit("C02", "D02")
    bloc.owe("C02", "2022-N")
    bloc.answer("D02", "2022-N", {"I01": 5})
    assert bloc.figure("I01:D02:2022")["of"] == 1


def test_an_excused_return_is_not_waited_for_but_what_its_unit_said_before_stays(bloc: History) -> None:
    bloc.unit("D10", "K00", valid_to=date(2022, 6, 30))
    bloc.lead("D10")
    bloc.event("dissolve", date(2022, 6, 30), ["D10"], ["D02"])
    for code in ("2022-6T", "2022-N"):
        bloc.period(code)
        bloc.answer("D02", code, {"I01": 5, "I02": 30})
    bloc.answer("D10", "2022-6T", {"I01": 2, "I02": 9})
    bloc.owe("D10", "2022-N", state=ReturnState.EXCUSED)
    flow, stock = bloc.figure("I01:K00:2022"), bloc.figure("I02:K00:2022")
    assert (flow["value"], flow["n"], flow["of"], flow["partial"]) == (7, 1, 1, False)
    assert (stock["value"], stock["n"], stock["of"]) == (30, 1, 1)  # its people are the successor's now
    assert bloc.figure("I01:D02:2022", reading="today")["value"] == 7


class TestARoundThatStartsInMidYear:
    @pytest.fixture
    def rounds(self, bloc: History) -> History:
        bloc.period("2021-6T")
        bloc.directive(SECOND, continues=FIRST)
        for indicator in bloc.indicators.values():
            make.link(bloc.session, bloc.tasks[SECOND], indicator)
        for unit in ("D01", "D02", "C01"):
            make.make_assignment(bloc.session, bloc.tasks[SECOND], bloc.units[unit])
        for code in ("2021-9T", "2021-N", "2022-N"):
            bloc.period(code, SECOND, "R2")
        return bloc

    def test_takes_the_difference_to_the_last_figure_before_it(self, rounds: History) -> None:
        rounds.answer("D01", "2021-6T", {"I01": 4})
        rounds.answer("D01", "2021-9T", {"I01": 6}, SECOND)
        rounds.answer("D01", "2021-N", {"I01": 10}, SECOND)
        rounds.answer("D01", "2022-N", {"I01": 7}, SECOND)
        assert rounds.figure("I01:K00:2021", SECOND)["value"] == 6
        assert rounds.figure("I01:K00:2021-N", SECOND)["value"] == 10  # as it was reported
        assert rounds.figure("I01:K00:R2", SECOND)["value"] == 13
        first = rounds.figure("I01:K00:2021")
        assert (first["value"], first["partial"]) == (4, True)  # its round ends before the year does
        assert not rounds.figure("I01:K00:R1")["partial"]

    def test_leaves_out_a_unit_whose_earlier_figure_is_missing(self, rounds: History) -> None:
        rounds.owe("D01", "2021-6T")
        rounds.answer("D01", "2021-N", {"I01": 10}, SECOND)
        rounds.answer("D02", "2021-6T", {"I01": 1})
        rounds.answer("D02", "2021-N", {"I01": 3}, SECOND)
        row = rounds.figure("I01:K00:2021", SECOND)
        assert (row["value"], row["n"], row["of"], row["partial"]) == (2, 1, 2, True)

    def test_takes_all_of_a_unit_that_owed_nothing_before(self, rounds: History) -> None:
        rounds.answer("D01", "2021-N", {"I01": 10}, SECOND)
        assert rounds.figure("I01:K00:2021", SECOND)["value"] == 10

    def test_takes_the_difference_to_the_units_that_were_merged(self, rounds: History) -> None:
        rounds.unit("D11", "K00", valid_from=date(2021, 8, 1))
        rounds.event("merge", date(2021, 8, 1), ["D01", "D02"], ["D11"])
        make.make_assignment(rounds.session, rounds.tasks[SECOND], rounds.units["D11"])
        rounds.answer("D01", "2021-6T", {"I01": 4})
        rounds.answer("D02", "2021-6T", {"I01": 3})
        rounds.answer("D11", "2021-N", {"I01": 20}, SECOND)
        assert rounds.figure("I01:D11:2021", SECOND)["value"] == 13

    def test_takes_no_difference_of_stocks(self, rounds: History) -> None:
        rounds.answer("D01", "2021-6T", {"I02": 40})
        rounds.answer("D01", "2021-N", {"I02": 50}, SECOND)
        assert rounds.figure("I02:K00:2021", SECOND)["value"] == 50


class TestUnitsThatChange:
    @pytest.fixture
    def sample(self, history: History) -> History:
        """The merger D07 + D08 → D11 of 2019, the split of D03 of 2020, the move of C0104 of 2022."""
        history.directive(FIRST)
        history.unit("K00")
        for code in ("D01", "D02", "D03"):
            history.unit(code, "K00")
        for code in ("D07", "D08"):
            history.unit(code, "K00", valid_to=date(2018, 12, 31))
        history.unit("D11", "K00", valid_from=date(2019, 1, 1))
        history.unit("D12", "K00", valid_from=date(2020, 4, 1))
        history.unit("C0104", "D01")
        history.unit("C0303", "D03")
        history.event("merge", date(2019, 1, 1), ["D07", "D08"], ["D11"])
        history.event("split", date(2020, 4, 1), ["D03"], ["D03", "D12"], shares={"I19": ["60", "40"]})
        history.event("move", date(2022, 3, 1), ["C0104"], ["D02"])
        history.move("C0104", "D02", date(2022, 3, 1))
        history.move("C0303", "D12", date(2020, 4, 1))
        history.indicator("I01")
        history.indicator("I19", "stock")
        history.lead(*history.units)
        for year in (2018, 2019, 2020, 2022):
            history.period(f"{year}-N")
        return history

    def test_a_merged_units_history_is_its_successors_on_todays_tree(self, sample: History) -> None:
        sample.answer("D07", "2018-N", {"I01": 5, "I19": 11})
        sample.answer("D08", "2018-N", {"I01": 6, "I19": 12})
        sample.answer("D11", "2019-N", {"I01": 9})
        now = sample.figure("I01:D11:2018", reading="today")
        assert (now["value"], now["n"], now["of"]) == (11, 2, 2)
        assert now["code"] == f"{FIRST}:I01:D11:2018:today"
        assert sample.figure("I19:D11:2018", reading="today")["value"] == 23
        assert sample.figure("I01:D07:2018")["value"] == 5
        assert sample.figure("I01:D11:R1", reading="today")["value"] == 20
        assert sample.figures(period="2018", unit="D11").is_empty()
        assert sample.figures(period="2018", unit="D07", reading="today").is_empty()

    def test_a_stock_with_known_shares_is_divided_and_its_parts_add_up(self, sample: History) -> None:
        sample.answer("D03", "2019-N", {"I19": "100.5"})
        parts = [sample.figure(f"I19:{unit}:2019", reading="today")["value"] for unit in ("D03", "D12")]
        assert parts == [Decimal("60.3"), Decimal("40.2")]
        assert sample.figure("I19:K00:2019", reading="today")["value"] == Decimal("100.5")

    def test_what_cannot_be_divided_is_shown_together(self, sample: History) -> None:
        sample.answer("D03", "2019-N", {"I01": 8})
        sample.answer("C0303", "2019-N", {"I01": 2})
        sample.answer("D03", "2020-N", {"I01": 5})
        sample.answer("D12", "2020-N", {"I01": 4})
        sample.answer("C0303", "2020-N", {"I01": 1})
        asked = {"indicator": "I01", "reading": "today"}
        then = dict(sample.figures(period="2019", **asked).select("unit", "value").iter_rows())
        assert then == {"C0303": 2, "D03 + D12": 10, "K00": 10}
        after = dict(sample.figures(period="2020", **asked).select("unit", "value").iter_rows())
        assert after == {"C0303": 1, "D03": 5, "D12": 5, "K00": 10}
        whole = dict(sample.figures(period="R1", **asked).select("unit", "value").iter_rows())
        assert whole == {"C0303": 3, "D03 + D12": 20, "K00": 20}
        was = dict(sample.figures(period="2019", indicator="I01").select("unit", "value").iter_rows())
        assert was == {"C0303": 2, "D03": 10, "K00": 10}
        assert sample.figure("I01:D03 + D12:2019", reading="today")["n"] == 2

    def test_a_moved_unit_counts_where_it_stood_or_where_it_stands(self, sample: History) -> None:
        sample.answer("C0104", "2020-N", {"I01": 3})
        sample.answer("C0104", "2022-N", {"I01": 4})
        assert sample.figure("I01:D01:2020")["value"] == 3
        assert sample.figure("I01:D02:2022")["value"] == 4
        assert sample.figure("I01:D01:R1")["value"] == 3
        assert sample.figure("I01:D02:R1", reading="today")["value"] == 7
        assert sample.figures(unit="D01", reading="today").is_empty()

    def test_todays_tree_is_that_of_the_day_asked_for(self, sample: History) -> None:
        sample.answer("C0104", "2020-N", {"I01": 3})
        assert sample.figure("I01:D01:2020", reading="today", today=date(2021, 1, 1))["value"] == 3
        then = datetime.fromisoformat("2022-02-28T08:00:00+07:00")
        assert sample.figure("I01:D01:2020", as_at=then, reading="today")["value"] == 3

    def test_a_successors_cumulative_figure_holds_its_predecessors_part_of_the_year(self, sample: History) -> None:
        sample.unit("D20", "K00", valid_from=date(2022, 8, 1))
        sample.event("merge", date(2022, 8, 1), ["D01", "D02"], ["D20"])
        sample.lead("D20")
        sample.period("2022-6T")
        sample.answer("D01", "2022-6T", {"I01": 4})
        sample.answer("D02", "2022-6T", {"I01": 3})
        assert sample.figure("I01:K00:2022")["value"] == 7
        sample.answer("D20", "2022-N", {"I01": 20})
        row = sample.figure("I01:K00:2022")
        assert (row["value"], row["n"], row["of"], row["partial"]) == (20, 1, 1, False)


class TestTheAnalyticCopy:
    @pytest.fixture
    def told(self, bloc: History) -> History:
        bloc.period("2022-N")
        bloc.answer("D01", "2022-N", {"I01": 10, "I03": (1, 2)})
        return bloc

    def test_is_used_again_while_nothing_has_changed(self, told: History) -> None:
        first = told.copy()
        written = first.stat().st_mtime_ns
        assert told.copy() == first
        assert first.stat().st_mtime_ns == written
        assert (told.folder / POINTER).read_text("utf-8").strip() == first.name

    def test_is_built_anew_when_a_return_counts_is_excused_or_a_file_is_broken(self, told: History) -> None:
        first = told.copy()
        told.answer("D02", "2022-N", {"I01": 1})
        second = told.copy()
        assert second != first
        told.owe("C01", "2022-N", state=ReturnState.EXCUSED)
        third = told.copy()
        assert third != second
        third.write_bytes(b"cut short")
        assert told.copy() == third
        assert told.figure("I01:K00:2022")["value"] == 11

    def test_gives_the_figures_as_they_were_known_at_a_time(self, told: History) -> None:
        owed = told.returns[FIRST, "D01", "2022-N"]
        first = told.session.get(EffectiveReturn, 1) or pytest.fail("no pointer")
        later = first.since + timedelta(days=30)
        first.until = later
        told.session.flush()
        told.file(owed, {"I01": 25}, received_at=later)
        assert told.figure("I01:K00:2022")["value"] == 25
        assert told.figure("I01:K00:2022", as_at=later - timedelta(seconds=1))["value"] == 10
        assert told.figure("I01:K00:2022", as_at=later)["value"] == 25
        nothing = told.figure("I01:K00:2022", as_at=first.since - timedelta(seconds=1))
        assert (nothing["value"], nothing["n"], nothing["of"]) == (None, 0, 1)

    def test_keeps_only_a_few_older_ones(self, told: History) -> None:
        for number in range(8):
            told.unit(f"D{50 + number}", "K00")
            newest = told.copy()
        kept = list(told.folder.glob("rollup-*.duckdb"))
        assert newest in kept
        assert len(kept) == 5

    def test_names_every_period_a_figure_can_have(self, told: History) -> None:
        assert sorted(labels(told.copy(), FIRST)) == ["2022", "2022-N", "R1"]
        assert figure_code(FIRST, "I01", "K00", "R1", "today") == f"{FIRST}:I01:K00:R1:today"
