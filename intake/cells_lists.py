"""Cells that hold a word of a list, in any certain spelling; what is unknown comes with the nearest words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rapidfuzz import process

from intake.cells import Reading, broken, clean, display
from schemas.folds import fold, without_accents

NEAREST = 6
_AROUND = " .,;:-+*•"  # a full stop after a word of a list, a bullet before it


@dataclass(frozen=True)
class Choices:
    """The allowed values of a list: the codes by every folded spelling, and the labels to show."""

    codes: Mapping[str, str]
    labels: Sequence[str]

    def find(self, written: str) -> str | None:
        key = fold(written).strip(_AROUND)
        return self.codes.get(key) or self.codes.get(without_accents(key))

    def nearest(self, written: str) -> list[str]:
        """Give the labels, the one most like `written` first."""
        return nearest(written, self.labels)


def make_choices(labels: Mapping[str, Sequence[str]]) -> Choices:
    """Make choices from code -> labels, the first to be shown. A spelling that two codes share counts for none."""
    return _make(tuple((code, tuple(names)) for code, names in labels.items()))


@lru_cache(maxsize=256)
def _make(labels: tuple[tuple[str, tuple[str, ...]], ...]) -> Choices:
    spellings: dict[str, set[str]] = {}
    for code, names in labels:
        for key in (key for name in (code, *names) for key in _spellings(code, name)):
            spellings.setdefault(key, set()).add(code)
    codes = {key: next(iter(found)) for key, found in spellings.items() if len(found) == 1}
    return Choices(codes, [names[0] if names else code for code, names in labels])


def _spellings(code: str, name: str) -> Iterator[str]:
    for written in (name, f"{code} - {name}", f"{code}. {name}", f"{name} ({code})"):
        yield fold(written)
        yield without_accents(fold(written))


def nearest(written: str, allowed: Iterable[str], count: int = NEAREST) -> list[str]:
    """Give some of the allowed words, the one most like `written` first."""
    words = {word: without_accents(fold(word)) for word in allowed}
    return [found[2] for found in process.extract(without_accents(fold(written)), words, limit=count)]


def read_choice(raw: object, choices: Choices) -> Reading:
    """Read a word of a list, by label or code in any spelling. What is unknown comes with the nearest words."""
    bad = broken(raw)
    if bad:
        return bad
    written = clean(display(raw))
    code = choices.find(written)
    if code is not None:
        return Reading(code)
    return Reading(check="list.unknown", values={"allowed": choices.nearest(written)})


def read_yes_no(raw: object, choices: Choices) -> Reading:
    """Read yes or no as 1 or 0; a cell may hold the word, the number, or Excel's TRUE."""
    if isinstance(raw, bool | int | float) and raw in (0, 1):
        return Reading(Decimal(int(raw)))
    reading = read_choice(raw, choices)
    return Reading(Decimal(reading.value == "yes")) if reading.value else reading
