"""Words for counts: computed from n of N by one table, in both languages, never by feeling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.pen import QUANTIFIERS, quantifier
from schemas.texts import load_texts

WORDS = ("none", "few", "some", "many", "most", "almost_all", "all")


@pytest.mark.parametrize(
    ("n", "of", "word"),
    [
        (0, 0, "none"), (0, 28, "none"), (1, 28, "few"), (3, 28, "some"), (6, 28, "some"), (9, 28, "many"),
        (9, 30, "many"), (18, 30, "most"), (26, 29, "most"), (27, 30, "almost_all"), (27, 28, "almost_all"),
        (28, 28, "all"), (1, 1, "all"),
    ],
)  # fmt: skip
def test_a_word_follows_from_the_counts(n: int, of: int, word: str) -> None:
    assert quantifier(n, of) == word


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of - 1), st.just(of))))
def test_one_unit_more_never_gives_a_weaker_word(drawn: tuple[int, int]) -> None:
    n, of = drawn
    assert WORDS.index(quantifier(n, of)) <= WORDS.index(quantifier(n + 1, of))


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_all_is_said_of_all_and_none_of_none_only(drawn: tuple[int, int]) -> None:
    n, of = drawn
    assert (quantifier(n, of) == "all") == (n == of)
    assert (quantifier(n, of) == "none") == (n == 0)


@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_word_has_its_text(language: str) -> None:
    texts = load_texts(language)
    said = {texts(f"review.quantifier.{word}") for word in WORDS}
    assert len(said) == len(WORDS) == len(QUANTIFIERS) + 2
