"""How codes of indicators follow from one another: what a day asks, and what an old figure is in newer codes."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from models.crosswalk import Carried, Crosswalk, Newer
from models.plan import PlanLink

D1, D2, D3 = date(2021, 12, 14), date(2023, 6, 14), date(2024, 6, 14)
EARLY, MIDDLE, LATE = date(2021, 6, 14), date(2022, 6, 14), date(2023, 12, 14)
EVE = date(2021, 12, 13)


def link(since: date, relation: str, before: str | None, after: str | None, **values: Any) -> PlanLink:
    return PlanLink(since, relation, before, after, **values)


def worth(crosswalk: Crosswalk) -> dict[tuple[str, str], list[Fraction]]:
    found: dict[tuple[str, str], list[Fraction]] = {}
    for one in crosswalk.carried():
        found.setdefault((one.code, one.indicator), []).append(one.factor)
    return found


RENAMED_TWICE = Crosswalk([link(D1, "renamed", "A", "B"), link(D2, "rescaled", "B", "C", factor="0.001")])
MERGED = Crosswalk([link(D1, "merged", "A", "A"), link(D1, "merged", "B", "A")])
SPLIT = Crosswalk([link(D1, "split", "A", "P", factor="0.4"), link(D1, "split", "A", "Q", factor="0.6")])
UNKNOWN = Crosswalk([link(D1, "split", "A", "P"), link(D1, "split", "A", "Q"), link(D2, "renamed", "Z", "A")])


def test_an_old_figure_is_worth_the_product_of_the_factors_over_two_versions() -> None:
    assert worth(RENAMED_TWICE) == {("A", "B"): [1], ("A", "C"): [Fraction(1, 1000)], ("B", "C"): [Fraction(1, 1000)]}


def test_a_day_asks_the_code_in_use_then_whichever_the_plan_names() -> None:
    for named in ("A", "B", "C"):
        asked = [RENAMED_TWICE.codes_on(named, day, {named}) for day in (EARLY, MIDDLE, LATE)]
        assert asked == [["A"], ["B"], ["C"]]


def test_a_code_that_a_task_names_itself_is_asked_only_there() -> None:
    assert RENAMED_TWICE.codes_on("B", EARLY, {"A", "B"}) == []
    assert RENAMED_TWICE.codes_on("A", EARLY, {"A", "B"}) == ["A"]


def test_a_merged_code_asks_all_its_parts_before() -> None:
    assert sorted(MERGED.codes_on("A", EARLY, {"A"})) == ["A", "B"]
    assert MERGED.codes_on("A", MIDDLE, {"A"}) == ["A"]


def test_a_code_that_goes_on_as_a_sum_is_worth_itself_only_since() -> None:
    assert MERGED.carried() == [Carried("A", "A", Fraction(1), None, EVE), Carried("B", "A", Fraction(1))]


def test_the_parts_of_a_split_have_their_shares() -> None:
    assert worth(SPLIT) == {("A", "P"): [Fraction(2, 5)], ("A", "Q"): [Fraction(3, 5)]}
    assert SPLIT.codes_on("P", EARLY, {"P", "Q"}) == ["A"]
    assert SPLIT.breaks("P") == []


def test_a_split_without_shares_goes_on_as_one_line_and_breaks_its_parts() -> None:
    assert UNKNOWN.joint() == {"P + Q": ("A", "P", "Q")}
    assert worth(UNKNOWN) == {
        ("A", "P + Q"): [1], ("P", "P + Q"): [1], ("Q", "P + Q"): [1], ("Z", "A"): [1], ("Z", "P + Q"): [1],
    }  # fmt: skip
    assert UNKNOWN.breaks("P") == [D1]
    assert UNKNOWN.breaks("P + Q") == []


def test_a_code_that_changes_its_meaning_twice_is_worth_something_else_in_each_stretch() -> None:
    crosswalk = Crosswalk([link(day, "rescaled", "A", "A", factor=factor) for day, factor in ((D1, "10"), (D2, "100"))])
    found = [(one.factor, one.first, one.last) for one in crosswalk.carried()]
    assert found == [(1000, None, EVE), (100, D1, date(2023, 6, 13))]


def test_a_new_code_is_asked_from_its_day_and_a_dropped_one_until_then() -> None:
    crosswalk = Crosswalk([link(D1, "new", None, "N"), link(D1, "dropped", "O", None)])
    assert [crosswalk.codes_on("N", day, {"N"}) for day in (EVE, D1)] == [[], ["N"]]
    assert [crosswalk.codes_on("O", day, {"O"}) for day in (EVE, D1)] == [["O"], []]
    assert crosswalk.carried() == []


def test_a_broken_series_tells_its_days_through_all_its_codes() -> None:
    crosswalk = Crosswalk([
        link(D1, "renamed", "A", "B", breaks=True),
        link(D2, "renamed", "B", "C"),
        link(D3, "same", "C", "C", breaks=True),
    ])  # fmt: skip
    assert crosswalk.breaks("C") == [D1, D3]
    assert crosswalk.breaks("A") == []
    assert [one.since for one in crosswalk.origins("C")] == [D1, D2, D3]


def test_a_code_two_versions_old_leads_to_the_newest_on_that_day() -> None:
    newest, thousandth = Newer("C", Fraction(1, 1000)), Fraction(1, 1000)
    assert RENAMED_TWICE.newer(EARLY) == {}
    assert RENAMED_TWICE.newer(MIDDLE) == {"A": Newer("B", Fraction(1))}
    assert RENAMED_TWICE.newer(LATE) == {"A": newest, "B": Newer("C", thousandth)}


@pytest.mark.parametrize("crosswalk", [SPLIT, MERGED, Crosswalk([link(D1, "renamed", "A", "B", breaks=True)])])
def test_a_code_that_asked_something_else_is_not_taken_for_a_newer_one(crosswalk: Crosswalk) -> None:
    assert crosswalk.newer(LATE) == {}


def test_tasks_are_measured_by_the_codes_of_the_day() -> None:
    assert RENAMED_TWICE.spread({"T1": {"C"}, "T2": {"X"}}, EARLY) == {"T1": {"A"}, "T2": {"X"}}
