"""The text of a Word document in reading order, with the numbers and dashes that Word only draws."""

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import ascii_lowercase
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from docx.table import Table

from models.errors import UnreadableTextError

_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_LEVELS = 9  # of a Word list


def read_docx(path: Path) -> str:
    """Give all paragraphs, also of a letterhead in a table. Raises UnreadableTextError for a damaged file."""
    try:
        document = docx.Document(str(path))
        return "\n\n".join(_lines(document, Numbering(document)))
    except (OpcError, zipfile.BadZipFile, KeyError, ValueError, SyntaxError) as error:
        raise UnreadableTextError("draft.refused.damaged", file=path.name) from error


class Numbering:
    """The running numbers of a document's lists; asked paragraph by paragraph, in order."""

    def __init__(self, document: Any) -> None:
        self._levels = _list_levels(document)
        self._counts: dict[str, Counter[int]] = {}

    def label(self, paragraph: Any) -> str:
        """Give what Word draws before a paragraph, "1. " or "- ", and count it."""
        list_id, depth = _place_in_list(paragraph)
        level = self._levels.get((list_id, depth))
        if level is None:
            return ""
        counts = self._counts.setdefault(list_id, Counter())
        counts[depth] += 1
        for deeper in range(depth + 1, _LEVELS):
            counts[deeper] = 0
        if _value(level, "w:numFmt") in {"bullet", "none"}:
            return "- "
        pattern = _value(level, "w:lvlText") or "%1."
        for upper in range(depth + 1):
            form = _value(self._levels.get((list_id, upper)), "w:numFmt")
            pattern = pattern.replace(f"%{upper + 1}", _written(max(counts[upper], 1), form))
        return f"{pattern} "


def _lines(container: Any, numbering: Numbering) -> Iterator[str]:
    for item in container.iter_inner_content():
        if isinstance(item, Table):
            for cell in dict.fromkeys(cell._tc for row in item.rows for cell in row.cells):
                yield from ("".join(p.itertext(qn("w:t"))) for p in cell.iter(qn("w:p")))
            yield ""
        else:
            yield f"{numbering.label(item)}{item.text}" if item.text.strip() else ""


def _list_levels(document: Any) -> dict[tuple[str, int], Any]:
    """Map list and depth to the XML element that says how Word draws it."""
    try:
        root = document.part.numbering_part.element
    except (KeyError, NotImplementedError):
        return {}
    abstract = {a.get(qn("w:abstractNumId")): a for a in root.findall(qn("w:abstractNum"))}
    levels = {}
    for numbered in root.findall(qn("w:num")):
        drawn = abstract.get(_value(numbered, "w:abstractNumId"))
        for level in drawn.findall(qn("w:lvl")) if drawn is not None else ():
            levels[numbered.get(qn("w:numId")), int(level.get(qn("w:ilvl")))] = level
    return levels


def _place_in_list(paragraph: Any) -> tuple[str, int]:
    """Give list and depth of a paragraph, from itself or from its style; "" for a paragraph in no list."""
    for properties in (paragraph._p.pPr, paragraph.style.element.pPr if paragraph.style is not None else None):
        place = properties.numPr if properties is not None else None
        if place is not None and place.numId is not None:
            return str(place.numId.val), place.ilvl.val if place.ilvl is not None else 0
    return "", 0


def _value(element: Any, tag: str) -> str:
    child = element.find(qn(tag)) if element is not None else None
    return str(child.get(qn("w:val"))) if child is not None else ""


def _written(number: int, form: str) -> str:
    if form == "upperRoman":
        return _roman(number)
    if form == "lowerLetter" and number <= len(ascii_lowercase):
        return ascii_lowercase[number - 1]
    return str(number)


def _roman(number: int) -> str:
    written = ""
    for value, letters in _ROMAN:
        while number >= value:
            written, number = written + letters, number - value
    return written
