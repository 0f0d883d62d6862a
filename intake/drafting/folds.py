"""Folded texts, remembered: the rules look at the same few words of a clause again and again."""

from functools import lru_cache

from schemas import folds

_REMEMBERED = 4096  # texts; a directive of twenty pages has a few thousand


@lru_cache(_REMEMBERED)
def fold_in_place(text: str) -> str:
    """Give a text in small letters with folded tones, letter for letter."""
    return folds.fold_in_place(text)
