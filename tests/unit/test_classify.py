"""Classification inputs are counts, a band is suggested by data alone, and the cap inside a group is never exceeded."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RefusedError
from models.queries.cascade import AskedTask, Lead, Sign
from reports.classify import Case, Inputs, Share, judge
from reports.classify_rule import RULES_DIR, Band, Cap, ClassificationRule, choose_classification
from reports.classify_suggest import Suggestion, suggest
from reports.task_due import Year, find_due
from reports.task_status import TaskStatus
from schemas.texts import load_texts

YEAR = Year(2022, date(2023, 1, 15))
TASK = AskedTask("T1", None, "deliverable", "Ban hành kế hoạch", date(2020, 1, 1), date(2022, 3, 31), None, frozenset())
ANNUAL = AskedTask("T2", None, "annual", "Kiểm tra", date(2020, 1, 1), None, "12-31", frozenset())
GOING_ON = AskedTask("T3", None, "continuous", "Quán triệt", date(2020, 1, 1), date(2022, 8, 31), None, frozenset())


def lead(since: date = date(2020, 1, 1)) -> Lead:
    return Lead("D01", "T1", since)


def word(status: str, year: int, done_on: date | None = None) -> Sign:
    cutoff = date(year, 12, 14)
    return Sign("progress", "D01", "own", f"{year}-N", year, cutoff, "R000001", "T1", status, done_on)


def case(one: AskedTask, *words: Sign, since: date = date(2020, 1, 1), carry_over: bool = True) -> Case | None:
    return judge(one, find_due(one, lead(since), YEAR.year), words, YEAR, carry_over=carry_over)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([word("done", 2022, date(2022, 3, 31))], TaskStatus.DONE_ON_TIME),
        ([word("done_beyond", 2022, date(2022, 4, 1))], TaskStatus.DONE_LATE),
        ([word("in_progress", 2022)], TaskStatus.OVERDUE),
        ([], TaskStatus.OVERDUE),
        ([word("done", 2021, date(2021, 11, 1)), word("in_progress", 2022)], TaskStatus.OVERDUE),
    ],
)
def test_a_task_of_the_year_is_in_one_of_the_four_cells(words: list[Sign], status: TaskStatus) -> None:
    told = case(TASK, *words)
    assert told is not None
    assert (told.status, told.carried) == (status, False)


def test_a_yearly_task_is_asked_anew_each_year() -> None:
    last_year = case(ANNUAL, word("done", 2021, date(2021, 12, 1)))
    this_year = case(ANNUAL, word("done", 2021, date(2021, 12, 1)), word("done", 2022, date(2022, 12, 1)))
    assert last_year is not None
    assert this_year is not None
    assert (last_year.status, this_year.status) == (TaskStatus.OVERDUE, TaskStatus.DONE_ON_TIME)


def test_what_is_left_over_from_an_earlier_year_counts_where_the_rule_says_so() -> None:
    old = AskedTask("T1", None, "deliverable", "…", date(2020, 1, 1), date(2021, 3, 31), None, frozenset())
    told = case(old, word("done", 2022, date(2022, 5, 1)))
    assert told is not None
    assert (told.status, told.carried) == (TaskStatus.DONE_LATE, True)
    assert case(old, word("done", 2022, date(2022, 5, 1)), carry_over=False) is None
    assert case(old, word("done", 2022, date(2021, 5, 1))) is None  # late, but in the year before


def test_what_is_due_later_is_another_years_and_what_goes_on_has_no_day() -> None:
    later = AskedTask("T1", None, "deliverable", "…", date(2020, 1, 1), date(2023, 1, 1), None, frozenset())
    going_on = case(GOING_ON, word("in_progress", 2022))
    assert case(later) is None
    assert going_on is not None
    assert going_on.status is TaskStatus.NO_DUE_DATE


def test_a_day_before_the_unit_was_given_the_task_binds_nobody() -> None:
    told = case(TASK, word("in_progress", 2022), since=date(2022, 4, 1))
    assert told is not None
    assert (told.status, told.dated) == (TaskStatus.NO_DUE_DATE, False)


BANDS = (
    Band("excellent", {"on_time": Fraction(100), "beyond": Fraction(30)}, {}),
    Band("good", {"on_time": Fraction(100)}, {}),
    Band("fulfilled", {"done": Fraction(100)}, {"late": Fraction(20)}),
)
CAP = Cap("excellent", "good", Fraction(20), ("good",), ("beyond", "reporting"))


def rule(cap: Cap | None = CAP) -> ClassificationRule:
    return ClassificationRule("Mẫu", None, None, "", False, ("kind",), True, BANDS, cap)


def inputs(unit: str, beyond: int, of: int = 10, *, on_time: int | None = None, returns: int = 4) -> Inputs:
    timely = of if on_time is None else on_time
    return Inputs(
        unit, unit, "dang_uy", Share(of, of), Share(timely, of), Share(beyond, of), Share(of - timely, of),
        Share(returns, 4), 0, 0, 0, 0,
    )  # fmt: skip


def test_the_best_band_whose_bounds_are_met_is_suggested() -> None:
    units = [inputs("A", 3), inputs("B", 2), inputs("C", 5, on_time=8), inputs("D", 5, on_time=7), inputs("E", 0, of=0)]
    told, caps = suggest(units, rule(None))
    assert [one.suggested for one in told] == ["excellent", "good", "fulfilled", None, None]
    assert caps == []


def test_without_a_rule_there_are_inputs_and_no_band() -> None:
    (told,), caps = suggest([inputs("A", 10)], None)
    assert (told.meets, told.suggested, caps) == (None, None, [])


def test_the_cap_is_a_share_of_those_graded_good_and_who_is_over_it_falls_to_good() -> None:
    units = [inputs(f"G{at}", 0) for at in range(4)] + [inputs("A", 9), inputs("B", 8)]
    told, (cap,) = suggest(units, rule())
    marks = {one.inputs.unit: (one.cap, one.suggested) for one in told}
    assert (cap.candidates, cap.places, cap.base) == (2, 1, 5)
    assert (marks["A"], marks["B"]) == (("within", "excellent"), ("over", "good"))


def test_who_is_equal_at_the_cap_is_shown_and_not_chosen() -> None:
    units = [inputs(f"G{at}", 0) for at in range(9)] + [inputs("A", 9), inputs("B", 5), inputs("C", 5)]
    told, (cap,) = suggest(units, rule())
    marks = {one.inputs.unit: (one.cap, one.suggested) for one in told}
    assert (cap.places, cap.tied, cap.open) == (2, ("B", "C"), 1)
    assert (marks["A"][0], marks["B"], marks["C"]) == ("within", ("tied", None), ("tied", None))


def test_groups_are_apart_and_one_of_two_units_has_no_place() -> None:
    told, (cap,) = suggest([inputs("A", 9), inputs("B", 0)], rule())
    assert cap.places == 0
    assert [one.cap for one in told] == ["over", None]


@given(
    st.lists(st.tuples(st.integers(0, 10), st.integers(6, 10), st.integers(0, 4), st.sampled_from("XYZ")), max_size=40),
    st.integers(0, 100),
    st.sampled_from([("good",), ("excellent", "good")]),
)
def test_the_cap_is_never_exceeded_however_ties_are_decided(
    drawn: list[tuple[int, int, int, str]], percent: int, base: tuple[str, ...]
) -> None:
    units = [
        Inputs(
            f"{group}{at}", "", group, Share(10, 10), Share(timely, 10), Share(beyond, 10), Share(10 - timely, 10),
            Share(returns, 4), 0, 0, 0, 0,
        )
        for at, (beyond, timely, returns, group) in enumerate(drawn)
    ]  # fmt: skip
    cap = Cap("excellent", "good", Fraction(percent), base, ("beyond", "reporting"))
    told, caps = suggest(units, rule(cap))
    for group in caps:
        members = [one for one in told if one.inputs.group == group.group]
        tied = [one for one in members if one.cap == "tied"]
        chosen = [one for one in members if one.suggested == "excellent"]
        final = len(chosen) + group.open
        good = sum(one.suggested == "good" for one in members) + len(tied) - group.open
        whole = good + (final if "excellent" in base else 0)
        assert final == group.places
        assert final * 100 <= percent * whole
        assert len(tied) > group.open or not tied
        assert _no_better_one_is_behind(members)


def _no_better_one_is_behind(members: list[Suggestion]) -> bool:
    def rank(one: Suggestion) -> tuple[int, int]:
        return one.inputs.beyond.n, one.inputs.reporting.n

    by_mark = {mark: [rank(one) for one in members if one.cap == mark] for mark in ("within", "tied", "over")}
    worst_in, best_out = min(by_mark["within"], default=None), max(by_mark["tied"] + by_mark["over"], default=None)
    return worst_in is None or best_out is None or worst_in > best_out


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2017, 12, 31), None),
        (date(2018, 12, 31), "132-QĐ/TW"),
        (date(2023, 12, 31), "124-QĐ/TW"),
        (date(2025, 12, 31), "366-QĐ/TW"),
    ],
)
def test_a_year_is_read_by_the_rule_valid_at_its_end(day: date, name: str | None) -> None:
    chosen = choose_classification(day)
    assert (chosen.name if chosen else None) == name


def test_every_word_of_our_rules_has_its_text_in_both_languages() -> None:
    chosen = choose_classification(date(2025, 12, 31))
    assert chosen is not None
    for language in ("vi", "en"):
        texts = load_texts(language)
        assert all(texts.has(f"cli.word.{band.code}") for band in chosen.bands)
        assert all(texts.has(f"classify.also.{name}") for band in chosen.bands for name in band.also)


def test_an_offices_own_file_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = 'name = "Quy định của cấp ủy"\n[[bands]]\ncode = "good"\nat_least = { done = 90.5 }\n'
    (tmp_path / "366-QD-TW.toml").write_text(own, "utf-8")
    chosen = choose_classification(date(2025, 12, 31), (RULES_DIR, tmp_path))
    assert chosen is not None
    assert (chosen.name, chosen.bands[0].at_least) == ("Quy định của cấp ủy", {"done": Fraction(181, 2)})


@pytest.mark.parametrize(
    "text",
    [
        "name = ",
        "bands = []",
        'name = "A"\n[[bands]]\ncode = "good"\nat_least = { speed = 1 }',
        'name = "A"\ngroup = ["colour"]',
        'name = "A"\n[[bands]]\ncode = "good"\n[cap]\nband = "best"\npercent = 20\nbase = ["good"]',
    ],
)
def test_a_wrong_rule_file_is_refused_with_its_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "a.toml").write_text(text, "utf-8")
    with pytest.raises(RefusedError, match=r"classify\.wrong-rule") as refused:
        choose_classification(date(2025, 12, 31), (tmp_path,))
    assert "a.toml" in load_texts("vi")(refused.value.key, **refused.value.values)
