"""What the simulated units write: whole sentences, within the limits of the form, and not all the same."""

from datetime import timedelta

import pytest

from sample.answers import Answers, answer, sample_terms
from sample.organisation import owed, periods
from schemas.layout import load_layout

PERIODS = ("2016-N", "2020-6T", "2021-9T", "R2-5N")


@pytest.fixture(scope="module")
def returns() -> list[Answers]:
    due = {code: period.cutoff + timedelta(days=7) for code, period in periods().items()}
    terms = sample_terms()
    return [answer(unit, period, kind, due[period], terms) for unit, period, kind in owed() if period in PERIODS]


def texts_of(one: Answers) -> list[tuple[str, str, str]]:
    """Give sheet, column and text of everything that is written in words."""
    rows = {"progress": one.progress.values(), "evidence": one.evidence, "shortcomings": one.shortcomings,
            "statements": one.statements, "cover": [one.cover]}  # fmt: skip
    return [
        (sheet, column, value)
        for sheet, lines in rows.items()
        for row in lines
        for column, value in row.items()
        if isinstance(value, str)
    ]


def test_every_text_is_filled_in_and_fits_its_cell(returns: list[Answers]) -> None:
    sheets = load_layout("return").by_key
    for one in returns:
        for sheet, column, text in texts_of(one):
            assert not {"{", "}"} & set(text), text
            assert text == " ".join(text.split()), text
            assert len(text) <= (sheets[sheet].by_key[column].max_length or 300)


def test_two_units_hardly_ever_say_the_same_of_a_task(returns: list[Answers]) -> None:
    said = [
        (one.voice.period, task, row["result"])
        for one in returns
        if one.voice.kind == "own"
        for task, row in one.progress.items()
    ]
    assert len(said) - len(set(said)) <= len(said) // 500


def test_codes_of_the_free_rows_are_those_of_the_plans_lists(returns: list[Answers]) -> None:
    terms = sample_terms()
    for one in returns:
        assert all(row["type"] in terms["evidence_type"] for row in one.evidence)
        assert all(row["code"] in terms["shortcoming"] for row in one.shortcomings)
        assert all(row["cause_code"] in terms["cause"] for row in one.shortcomings)


def test_nobody_blames_the_epidemic_in_other_years(returns: list[Answers]) -> None:
    early = [row["cause_code"] for one in returns if one.voice.period == "2016-N" for row in one.shortcomings]
    assert early
    assert "N06" not in early


def test_a_document_is_cited_alike_in_every_return_that_names_it(returns: list[Answers]) -> None:
    plans = {
        (one.voice.unit, row["number"])
        for one in returns
        if one.voice.kind == "own" and one.voice.period in ("2020-6T",)
        for row in one.evidence
        if row["subject"] == "R1-06"
    }
    assert len(plans) == len({unit for unit, _ in plans})
    for one in returns:
        for row in one.evidence:
            assert row["number"] in one.progress[row["subject"]]["result"] or row["subject"] in ("R1-10", "R1-11")


def test_posts_are_named_and_persons_are_not(returns: list[Answers]) -> None:
    posts = {one.cover[key] for one in returns for key in ("preparer_role", "approver_role")}
    assert all(post.split()[0] in {"Chuyên", "Ủy", "Chi", "Phó", "Bí"} for post in posts)
