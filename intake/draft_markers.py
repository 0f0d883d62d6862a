"""What stands before a paragraph: its number, letter or dash, how deep it puts it, and its part of a path."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ROMAN = r"[IVXL]{1,6}"
_CHAPTER = r"(?:Chương|CHƯƠNG|Phần|PHẦN|Chapter|CHAPTER|Part|PART)"
_ARTICLE = r"(?:Điều|ĐIỀU|Article|ARTICLE|Section|SECTION)"
MARKER = re.compile(
    rf"{_CHAPTER}\s+(?P<chapter>{_ROMAN}|\d{{1,2}}|thứ\s\w+|THỨ\s\w+)(?!\w)\s*[.:\-–]?\s*"
    rf"|(?:Mục|MỤC)\s+(?P<group>{_ROMAN}|\d{{1,2}})(?!\w)\s*[.:\-–]?\s*"
    rf"|{_ARTICLE}\s+(?P<article>\d{{1,3}}[a-zđ]?)\s*[.:\-–]\s*"
    rf"|(?P<decimal>(?:{_ROMAN}|\d{{1,2}})(?:\.\d{{1,2}}){{1,4}})[.)]?\s+(?=\S)"
    r"|(?P<capital>[A-H])\s*[.)/\-–]\s+(?=\S)"
    rf"|(?P<roman>{_ROMAN})\s*[.)/\-–]\s+(?=\S)"
    r"|\(?(?P<arabic>\d{1,2})\s*[.)/:]\s+(?=\S)"
    r"|\(?(?P<letter>[a-zđ])\s*[.)]\s+(?=\S)"
    r"|(?P<bullet>[-–—−•*●])\s*(?=\w)"
    r"|(?P<sub>[+▪◦·o])\s+(?=\w)"
)
# How deep a paragraph stands by its marker; an unnumbered heading lies between letters and dashes.
_DEPTHS = {
    "chapter": 0,
    "capital": 1,
    "group": 2,
    "roman": 2,
    "article": 3,
    "arabic": 4,
    "letter": 9,
    "bullet": 11,
    "sub": 12,
}
CHAPTER, NUMBERED, LETTERED, HEADING, BULLET, PLAIN = 0, 8, 9, 10, 11, 13
_BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=[^\W\d_])")
_THIRD_PART = 2  # "1.1" stands one deeper than "1.", "II.1" as deep as it


@dataclass(frozen=True)
class Marked:
    """A paragraph parted from its marker; `depth` is PLAIN and `mark` empty where there is none."""

    depth: int
    mark: str
    text: str


def part_marker(paragraph: str) -> Marked:
    """Take the marker off a paragraph: "2.1. Sở Nội vụ …" gives depth 4, "2.1" and the rest."""
    found = MARKER.match(paragraph)
    if not found:
        return Marked(PLAIN, "", paragraph)
    level = found.lastgroup or ""
    mark = " ".join(found[level].split())
    depth = _DEPTHS[level] if level != "decimal" else _decimal_depth(mark)
    return Marked(depth, mark if depth <= LETTERED else "", paragraph[found.end() :])


def part_bare_number(paragraph: str, following: str) -> Marked | None:
    """Read "2 Preparation" as a heading where "2.1 …" stands right under it; a bare number alone proves nothing."""
    found = _BARE_NUMBER.match(paragraph)
    if not found or not following.startswith(f"{found[1]}."):
        return None
    return Marked(_DEPTHS["arabic"], found[1], paragraph[found.end() :])


def own_part(mark: str, above: Sequence[str]) -> str:
    """Give what a mark adds to the marks above it: "2.1" under "2" adds "1", under nothing it stays."""
    for start in range(len(above)):
        head = ".".join(above[start:]) + "."
        if mark.startswith(head):
            return mark.removeprefix(head)
    return mark


def _decimal_depth(mark: str) -> int:
    parts = mark.split(".")
    return _DEPTHS["arabic"] + len(parts) - (1 if parts[0].isdigit() else _THIRD_PART)
