"""How dates stand in sentences."""

from datetime import date

import pytest

from schemas.texts import load_texts


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2016, 9, 5), "05/9/2016", "5 Sep 2016"),
        (date(2021, 1, 31), "31/01/2021", "31 Jan 2021"),
        (date(2021, 2, 9), "09/02/2021", "9 Feb 2021"),
        (date(2021, 12, 14), "14/12/2021", "14 Dec 2021"),
        (None, "–", "–"),
    ],
)
def test_a_date_in_a_sentence_has_a_zero_only_where_the_rule_has_one(day: date | None, vi: str, en: str) -> None:
    assert (load_texts("vi").day(day), load_texts("en").day(day)) == (vi, en)
