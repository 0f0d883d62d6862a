"""The score of a return: what takes points, how many at most, and the laws it keeps."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.returns import Finding
from schemas.checks import INFO, WARNING, found
from schemas.quality import WEIGHTS, Deduction, rate
from schemas.texts import LANGUAGES, load_texts

CHECKS = [*WEIGHTS, "row.not-asked", "cover.unit-name", "file.old-template"]
READINGS = ["number.text", "date.text", "measures.marker-in-value", "sheet.rearranged"]
CELLS = st.sampled_from([None, "H5", "H5:H9", "AB10:AB400"])
WARNINGS = st.builds(lambda check, cell: found(check, WARNING, cell=cell), st.sampled_from(CHECKS), CELLS)
INFOS = st.builds(lambda check, cell: found(check, INFO, cell=cell), st.sampled_from(READINGS), CELLS)
FINDINGS = st.lists(WARNINGS | INFOS, max_size=40)
LINES = st.integers(0, 120)


def warnings(*checks: str, cell: str | None = "H5") -> list[Finding]:
    return [found(check, WARNING, cell=cell) for check in checks]


def reasons(deductions: Sequence[Deduction]) -> list[tuple[str, int, int]]:
    return [(one.reason, one.count, one.points) for one in deductions]


@given(FINDINGS, LINES, LINES, LINES)
def test_a_score_lies_between_0_and_100(several: list[Finding], filled: int, required: int, unavailable: int) -> None:
    assert 0 <= rate(several, filled, required, unavailable).score <= 100


@given(LINES)
def test_a_complete_return_without_a_finding_has_the_full_score(required: int) -> None:
    assert rate([], required, required) == rate(warnings("file.old-template"), required, required)
    assert (rate([], required, required).score, rate([], required, required).deductions) == (100, ())


@given(FINDINGS, WARNINGS | INFOS, LINES)
def test_one_more_finding_never_raises_the_score(several: list[Finding], more: Finding, required: int) -> None:
    assert rate([*several, more], required, required).score <= rate(several, required, required).score


@given(LINES, st.integers(0, 119), LINES)
def test_one_more_answer_never_lowers_the_score(required: int, filled: int, unavailable: int) -> None:
    assert rate([], filled, required, unavailable).score <= rate([], filled + 1, required, unavailable).score


@given(FINDINGS, st.randoms(use_true_random=False), LINES)
def test_the_order_of_findings_says_nothing(several: list[Finding], chance: object, required: int) -> None:
    shuffled = list(several)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rate(shuffled, 0, required) == rate(several, 0, required)


@given(FINDINGS, LINES, LINES)
def test_the_deductions_explain_the_score_the_heaviest_first(
    several: list[Finding], filled: int, required: int
) -> None:
    quality = rate(several, filled, required)
    points = [one.points for one in quality.deductions]
    assert quality.score == max(0, 100 - sum(points))
    assert points == sorted(points, reverse=True)
    assert len({one.reason for one in quality.deductions}) == len(points)


@pytest.mark.parametrize("check", CHECKS)
def test_one_kind_of_slip_alone_leaves_most_of_the_score(check: str) -> None:
    assert rate(warnings(*[check] * 500), 20, 20).score >= 70


def test_every_check_of_a_reason_has_the_same_cap() -> None:
    caps = {(weight.reason, weight.most) for weight in WEIGHTS.values()}
    assert len(caps) == len({reason for reason, _ in caps})


def test_counts_the_cells_of_a_block() -> None:
    assert reasons(rate(warnings("progress.unchanged", cell="I5:I7"), 8, 8).deductions) == [("text-unchanged", 3, 12)]


def test_a_slip_weighs_less_in_a_long_return() -> None:
    several = warnings("progress.same-as-other", "progress.nearly-same")
    assert reasons(rate(several, 18, 18).deductions) == [("text-copied", 2, 10)]
    assert reasons(rate(several, 80, 80).deductions) == [("text-copied", 2, 3)]
    assert reasons(rate(several * 3, 30, 30).deductions) == [("text-copied", 6, 20)]  # to the point


def test_a_whole_sheet_weighs_the_same_in_any_return() -> None:
    for lines in (8, 80):
        deductions = rate(warnings("return.kind-mixed", cell=None), lines, lines).deductions
        assert reasons(deductions) == [("sums", 1, 25)]


def test_what_is_not_answered_or_not_available_is_told_apart() -> None:
    quality = rate([], 30, 40, unavailable=10)
    assert (quality.score, reasons(quality.deductions)) == (85, [("unanswered", 10, 10), ("unavailable", 10, 5)])


def test_an_info_weighs_only_where_a_cell_had_to_be_repaired() -> None:
    told = [
        found("sheet.rearranged", INFO),
        found("cover.nil", INFO, cell="C15"),
        found("number.text", INFO, cell="G5"),
    ]
    assert reasons(rate(told, 8, 8).deductions) == [("repaired", 1, 1)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_reason_can_be_said(language: str) -> None:
    worst = rate([*warnings(*CHECKS), found("date.text", INFO)], 0, 20, unavailable=5)
    assert worst.score == 0
    texts = load_texts(language)
    said = {one.reason: texts(f"quality.{one.reason}", count=1, points=2) for one in worst.deductions}
    weighed = {weight.reason for weight in WEIGHTS.values()}
    assert said.keys() == weighed | {"unanswered", "unavailable", "repaired", "other"}
