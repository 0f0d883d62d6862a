"""Laws of the text folds, over any text and over Vietnamese letters."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.folds import fold, fold_symbol, nfc, sort_key, without_accents

VIETNAMESE = "aăâeêioôơuưyqđĐ hcnt-–\u00a0\u0300\u0301\u0303\u0309\u0323ạệộýỷùÝƯ0129"
texts = st.one_of(st.text(max_size=40), st.text(alphabet=VIETNAMESE, max_size=40))
every_fold = pytest.mark.parametrize("apply", [nfc, fold, fold_symbol, without_accents])


@every_fold
@given(text=texts)
def test_folding_twice_changes_nothing_more(apply: Callable[[str], str], text: str) -> None:
    assert apply(apply(text)) == apply(text)


@every_fold
@given(text=texts)
def test_a_decomposed_text_folds_like_the_composed_one(apply: Callable[[str], str], text: str) -> None:
    assert apply(unicodedata.normalize("NFD", text)) == apply(text)


@given(text=texts)
def test_folds_do_not_depend_on_blanks_around(text: str) -> None:
    assert fold(f"\u00a0{text} \n") == fold(text)


@given(text=texts)
def test_texts_with_the_same_fold_sort_to_the_same_place(text: str) -> None:
    assert sort_key(text) == sort_key(fold(text)) == sort_key(unicodedata.normalize("NFD", text))


@given(names=st.lists(texts, max_size=6))
def test_sorting_never_fails_and_keeps_every_name(names: list[str]) -> None:
    assert sorted(sorted(names, key=sort_key)) == sorted(names)


@given(low=st.integers(0, 10**6), high=st.integers(0, 10**6))
def test_numbers_in_names_sort_by_value(low: int, high: int) -> None:
    assert (sort_key(f"Chi bộ {low}") < sort_key(f"Chi bộ {high}")) == (low < high)
