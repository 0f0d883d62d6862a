"""Which of many texts are quoted: from different units and years, on different things, word for word."""

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from typing import TypeVar

from schemas.folds import fold

OPENING = 4  # words by which two texts are taken for the same formula
LONG = 400  # letters; a longer text is quoted only where there is no shorter one

Text = TypeVar("Text")


def excerpts(
    said: Sequence[Text], most: int, *, text: Callable[[Text], str], traits: Callable[[Text], Sequence[Hashable]]
) -> list[Text]:
    """Choose at most `most`, the newest first among equals, so that traits (unit, year, …) repeat least.

    `said` is newest first. Texts that open with the same words are taken for one formula, the worst repetition.
    """
    left, chosen = list(said), list[Text]()
    used: Counter[Hashable] = Counter()
    while left and len(chosen) < most:
        best = min(left, key=lambda one: _repetition(text(one), traits(one), used))
        left.remove(best)
        chosen.append(best)
        used.update(_marks(text(best), traits(best)))
    return chosen


def _marks(text: str, traits: Sequence[Hashable]) -> list[Hashable]:
    opening = " ".join(fold(text).split()[:OPENING])
    return [("opening", opening), *(("trait", at, trait) for at, trait in enumerate(traits))]


def _repetition(text: str, traits: Sequence[Hashable], used: Counter[Hashable]) -> tuple[bool, list[int]]:
    return len(text) > LONG, [used[mark] for mark in _marks(text, traits)]
