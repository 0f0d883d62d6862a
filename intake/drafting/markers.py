"""What stands before a paragraph: its number, letter or dash, how deep it puts it, and its part of a path."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

_ROMAN = r"[IVXL]{1,6}"
_CHAPTER = r"(?:Chương|CHƯƠNG|Phần|PHẦN|Chapter|CHAPTER|Part|PART)"
_ANNEX = r"(?:PHỤ LỤC|Phụ lục|ANNEX|Annex|APPENDIX|Appendix)"
_ORDINALS = {
    **dict.fromkeys(("một", "nhất", "first"), 1),
    **dict.fromkeys(("hai", "second"), 2),
    **dict.fromkeys(("ba", "third"), 3),
    **dict.fromkeys(("bốn", "tư", "fourth"), 4),
    **dict.fromkeys(("năm", "fifth"), 5),
    **dict.fromkeys(("sáu", "sixth"), 6),
    **dict.fromkeys(("bảy", "seventh"), 7),
    **dict.fromkeys(("tám", "eighth"), 8),
}
_WORD = "|".join(_ORDINALS)
_COUNTED = "|".join(word for word in _ORDINALS if word.isascii() and word.endswith(("st", "nd", "rd", "th")))
ARTICLE = r"(?:Điều|ĐIỀU|Article|ARTICLE|Section|SECTION|Sec\.|SEC\.)"
MARKER = re.compile(
    rf"(?P<annex>{_ANNEX}(?:\s+(?:số\s+)?(?:{_ROMAN}|\d{{1,2}}|[A-H]))?)(?!\w)\s*[.:\-–]?\s*(?=\Z|[A-ZĐ(])|"
    rf"{_CHAPTER}\s+(?P<chapter>{_ROMAN}|\d{{1,2}}|thứ\s\w+|THỨ\s\w+)(?!\w)\s*[.:\-–]?\s*"
    rf"|(?:Mục|MỤC)\s+(?P<group>{_ROMAN}|\d{{1,2}})(?!\w)\s*[.:\-–]?\s*"
    rf"|{ARTICLE}\s+(?P<article>\d{{1,3}}[a-zđ]?)\s*[.:\-–]\s*"
    rf"|(?P<decimal>(?:{_ROMAN}|\d{{1,2}})(?:\.\d{{1,2}}){{1,4}})[.)]?\s+(?=\S)"
    r"|(?P<capital>[A-H])\s*[.)/\-–]\s+(?=\S)"
    rf"|(?P<roman>{_ROMAN})\s*[.)/\-–]\s+(?=\S)"
    r"|\(?(?P<arabic>\d{1,2})(?:\s*[.)/:]+-?\s+(?=\S)|\s?[-–]\s+(?=[A-ZĐÀ-Ỹ“])(?![A-ZĐ]+[a-zđ]*/))"
    rf"|(?P<ordinal>(?i:thứ (?:{_WORD})|(?:{_WORD}) là|(?:{_COUNTED})(?:ly)?))[,:]\s+(?!\d|ngày)(?=\S)"
    r"|\(?(?P<letter>[a-zđ])\s*(?:[.)/]|[-–](?=\s+[A-ZĐ]))\s+(?=\S)"
    r"|(?P<bullet>[-–—−•*●]|\([ivx]{1,4}\)(?=\s))\s*(?=\w)"
    r"|(?P<sub>[+▪◦·o])\s+(?=\w)"
)
# How deep a paragraph stands by its marker; an unnumbered heading lies between letters and dashes.
_DEPTHS = {
    "annex": 0,
    "chapter": 0,
    "capital": 1,
    "group": 2,
    "roman": 2,
    "article": 3,
    "arabic": 4,
    "ordinal": 9,
    "letter": 9,
    "bullet": 11,
    "sub": 12,
}
CHAPTER, NUMBERED, LETTERED, HEADING, BULLET, PLAIN = 0, 8, 9, 10, 11, 13
_ANNEX_MARKS = ("PL", "AX")
# "Sec. 2. Inspection of Ferries. (a) The Director shall …": number, heading and first part on one line
_RUN_IN = re.compile(rf"(?P<head>{ARTICLE}\s+\d{{1,3}}[a-zđ]?\s*[.:]\s*[^.:;()]{{3,90}})\.\s+(?=\(a\)\s)")
_BARE_NUMBER = re.compile(r"(\d{1,2})\s+(?=[^\W\d_])")
_THIRD_PART = 2  # "1.1" stands one deeper than "1.", "II.1" as deep as it


@dataclass(frozen=True)
class Marked:
    """A paragraph parted from its marker; `depth` is PLAIN and `mark` empty where there is none."""

    depth: int
    mark: str
    text: str

    @property
    def is_annex(self) -> bool:
        return self.depth == CHAPTER and is_annex(self.mark)


def part_marker(paragraph: str) -> Marked:
    """Take the marker off a paragraph: "2.1. Sở Nội vụ …" gives depth 4, "2.1" and the rest."""
    found = MARKER.match(paragraph)
    if not found:
        return Marked(PLAIN, "", paragraph)
    level = found.lastgroup or ""
    mark = _mark(level, " ".join(found[level].split()))
    depth = _DEPTHS[level] if level != "decimal" else _decimal_depth(mark)
    return Marked(depth, mark if depth <= LETTERED else "", paragraph[found.end() :])


def part_run_in(paragraph: str) -> list[str]:
    """Part the heading of an article from its first lettered part, where one line has both."""
    found = _RUN_IN.match(paragraph)
    return [found["head"], paragraph[found.end() :]] if found else [paragraph]


def is_annex(mark: str) -> bool:
    """Tell the mark of an annex, in which numbers begin again."""
    return mark.split(".")[0] in _ANNEX_MARKS


def _mark(level: str, words: str) -> str:
    """Give an annex its letters, an ordinal its number: "Phụ lục II" is PL.II, "Hai là" is 2; others stay."""
    if level == "annex":
        number = re.search(r"(?<=\s)(?:[IVXL]+|\d+|[A-H])\Z", words)
        return ".".join(filter(None, (_ANNEX_MARKS[0 if words[0] in "Pp" else 1], number and number[0])))
    if level == "ordinal":
        said = (word.removesuffix("ly") for word in words.lower().split())
        return str(next(_ORDINALS[word] for word in said if word in _ORDINALS))
    return words


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
