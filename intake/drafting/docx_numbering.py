"""The numbers and dashes that Word draws before the paragraphs of a list and does not write into the text."""

from collections import Counter
from string import ascii_lowercase
from typing import Any

from docx.oxml.ns import qn

from intake.drafting.docx_styles import Styles, value_of

_ROMAN = (
    *((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC")),
    *((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")),
)
_LEVELS = 9  # of a Word list


class Numbering:
    """The running numbers of a document's lists; asked paragraph by paragraph, in order."""

    def __init__(self, document: Any, styles: Styles) -> None:
        root = _numbering_of(document)
        drawn = root.findall(qn("w:abstractNum")) if root is not None else []
        lists = root.findall(qn("w:num")) if root is not None else []
        self._abstract = {one.get(qn("w:abstractNumId")): one for one in drawn}
        self._lists = {one.get(qn("w:numId")): one for one in lists}
        self._styles = styles
        self._counts: dict[str, Counter[int]] = {}  # by abstract list: lists that share one go on counting
        self._begun: set[tuple[str, int]] = set()  # lists and depths whose own start was heeded

    def label(self, paragraph: Any) -> str:
        """Give what Word draws before a paragraph element, "1. " or "- ", and count it; "" for one in no list."""
        list_id, depth = self._place(paragraph)
        level = self._level(list_id, depth)
        if level is None:
            return ""
        if value_of(level, "w:numFmt") == "bullet":
            return "- "
        counts = self._count(list_id, depth)
        pattern = value_of(level, "w:lvlText")
        if value_of(level, "w:numFmt") == "none":
            return f"{pattern} " if pattern else ""
        is_plain = level.find(qn("w:isLgl")) is not None  # all numbers in figures, whatever their own form
        for upper in range(depth + 1):
            form = "decimal" if is_plain else value_of(self._level(list_id, upper), "w:numFmt")
            pattern = pattern.replace(f"%{upper + 1}", _written(counts[upper], form))
        return f"{pattern} " if pattern.strip() else ""

    def _count(self, list_id: str, depth: int) -> Counter[int]:
        counts = self._counts.setdefault(value_of(self._lists[list_id], "w:abstractNumId"), Counter())
        for upper in range(depth):
            counts[upper] = counts[upper] or self._start(list_id, upper)
        restarts = self._restart(list_id, depth)
        if restarts is not None and (list_id, depth) not in self._begun:
            counts[depth] = restarts
        elif counts[depth]:
            counts[depth] += 1
        else:
            counts[depth] = self._start(list_id, depth)
        self._begun.add((list_id, depth))
        for deeper in range(depth + 1, _LEVELS):
            counts[deeper] = 0
        return counts

    def _start(self, list_id: str, depth: int) -> int:
        start = value_of(self._level(list_id, depth), "w:start")
        return int(start) if start.isdigit() else 1

    def _restart(self, list_id: str, depth: int) -> int | None:
        """Give the number at which a list that shares its form with others begins anew; None where it goes on."""
        override = self._override(list_id, depth)
        start = value_of(override, "w:startOverride")
        return int(start) if start.isdigit() else None

    def _override(self, list_id: str, depth: int) -> Any:
        overrides = self._lists[list_id].findall(qn("w:lvlOverride"))
        return next((one for one in overrides if one.get(qn("w:ilvl")) == str(depth)), None)

    def _level(self, list_id: str, depth: int) -> Any:
        """Give the element that says how Word draws a depth of a list."""
        if list_id not in self._lists:
            return None
        override = self._override(list_id, depth)
        own = override.find(qn("w:lvl")) if override is not None else None
        if own is not None:
            return own
        abstract = self._abstract.get(value_of(self._lists[list_id], "w:abstractNumId"))
        levels = abstract.findall(qn("w:lvl")) if abstract is not None else []
        return next((one for one in levels if one.get(qn("w:ilvl")) == str(depth)), None)

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """Give list and depth of a paragraph, from itself or from its style; "" for a paragraph in no list."""
        list_id, depth = "", ""
        for properties in self._properties(paragraph):
            place = properties.find(qn("w:numPr"))
            list_id = list_id or value_of(place, "w:numId")
            depth = depth or value_of(place, "w:ilvl")
        return list_id, int(depth) if depth.isdigit() else 0

    def _properties(self, paragraph: Any) -> list[Any]:
        """Give the properties that hold for a paragraph, its own first, then those of its styles."""
        own = paragraph.find(qn("w:pPr"))
        styled = self._styles.properties(value_of(own, "w:pStyle"), "w:pPr")
        return [one for one in (own, *styled) if one is not None]


def _numbering_of(document: Any) -> Any:
    try:
        return document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return None


def _written(number: int, form: str) -> str:
    """Write a number in a form of Word: 4 as IV, iv, D, d, 04 or 4."""
    match form:
        case "upperRoman":
            return _roman(number)
        case "lowerRoman":
            return _roman(number).lower()
        case "lowerLetter":
            return _letters(number)
        case "upperLetter":
            return _letters(number).upper()
        case "decimalZero":
            return f"{number:02}"
    return str(number)


def _letters(number: int) -> str:
    """Write 1 as a, 26 as z, 27 as aa."""
    rounds, letter = divmod(max(number, 1) - 1, len(ascii_lowercase))
    return ascii_lowercase[letter] * (rounds + 1)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written, number = written + letters, number - value
    return written
