"""Wording that remembers the numbers in it: what a sentence of a review says is found again in the annex."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Number:
    """A number as printed and its exact value; `id` is a figure's code, or names the text and the place in it."""

    id: str
    printed: str
    value: Decimal
    is_figure: bool = False


class Phrase(str):
    """A text with the numbers that were put into it."""

    __slots__ = ("numbers",)
    numbers: tuple[Number, ...]

    def __new__(cls, text: str, numbers: Iterable[Number] = ()) -> "Phrase":
        made = super().__new__(cls, text)
        made.numbers = tuple(numbers)
        return made

    def capital(self) -> "Phrase":
        return Phrase(self[:1].upper() + self[1:], self.numbers)


def numbers_of(text: object) -> tuple[Number, ...]:
    """Give the numbers that a text remembers; a plain one, or what is no text, remembers none."""
    return text.numbers if isinstance(text, Phrase) else ()


def join(parts: Iterable[str], by: str = "; ") -> Phrase:
    listed = list(parts)
    return Phrase(by.join(listed), (number for part in listed for number in numbers_of(part)))


def filled(key: str, pattern: str, values: Mapping[str, Any]) -> Phrase:
    """Fill the pattern of a text; its counts are named by the text's key and their places in it."""
    named = ((name, value) for name, value in values.items() if f"{{{name}}}" in pattern)
    return Phrase(pattern.format(**values), (number for name, value in named for number in _within(key, name, value)))


def _within(key: str, name: str, value: Any) -> Iterable[Number]:
    if isinstance(value, int | Decimal):
        return (Number(f"{key}:{name}", str(value), Decimal(value)),)
    told = numbers_of(value) if isinstance(value, str) else ()
    return (one if one.is_figure else replace(one, id=_path(key, name, one.id)) for one in told)


def _path(key: str, name: str, inner: str) -> str:
    return f"{key}/{inner}" if inner else f"{key}:{name}"
