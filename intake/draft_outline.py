"""A directive's levels: which paragraph stands in which section, under which heading and which opening words."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from intake.draft_bodies import bodies_at, find_lead
from intake.draft_rules import load_rules
from intake.draft_text import MARKER, ends_like_a_sentence, split_sentences
from schemas.folds import fold_in_place

# How deep a paragraph stands by its marker; an unnumbered heading lies between letters and dashes.
_DEPTHS = {"roman": 0, "arabic": 1, "decimal": 1, "letter": 2, "bullet": 4, "sub": 5}
_WHOLE_TEXT, _NUMBERED, _LETTERED, _HEADING, _PLAIN = -1, 1, 2, 3, 6
_LONGEST_HEADING = 40  # words
_LIST_FOLLOWS = re.compile(r"(?:sau đây|như sau|sau|như|gồm|là)?\s*:\Z")
_TAIL = 60  # letters before the colon that say what the list holds
ONLY_SECTION = "1"  # where a text has no numbered sections, its clauses are 1.1, 1.2 …


@dataclass(frozen=True)
class Opening:
    """Words that address all clauses under them, and the sentence part that says so."""

    names: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True)
class Block:
    """One paragraph or dash of a section, without its marker."""

    section: tuple[str, ...]  # marks from the outermost level inwards, such as ("II", "3")
    title: str
    kind: str | None  # what the section's heading says of the kind of its clauses
    opening: Opening
    text: str


@dataclass(frozen=True)
class _Level:
    depth: int
    mark: str
    title: str = ""
    told: bool = False  # a section that reports instead of asking
    kind: str | None = None
    opening: Opening | None = None


def outline(paragraphs: list[str]) -> list[Block]:
    """Give the blocks that can hold clauses: from the first numbered section on, or after the opening words."""
    begin = _first(paragraphs, _NUMBERED)
    if begin is not None:
        return list(_blocks(paragraphs[begin:], _last_opening(paragraphs[:begin]) or Opening()))
    for n, paragraph in enumerate(paragraphs[:-1]):
        opening = find_opening(split_sentences(paragraph)[-1])
        if opening:
            return list(_blocks(paragraphs[n + 1 :], opening))
    begin = _first(paragraphs, _PLAIN - 1)
    return list(_blocks(paragraphs[begin:], Opening())) if begin is not None else []


def find_opening(sentence: str) -> Opening | None:
    """Read "… yêu cầu các cấp ủy thực hiện các nhiệm vụ sau:"; None for a sentence that opens no list."""
    rules = load_rules()
    small = fold_in_place(sentence)
    asked = list(rules.asking.finditer(small))
    follows = _LIST_FOLLOWS.search(small)
    if not follows or rules.not_lead_in.search(small[-_TAIL:]):
        return None
    if not asked and not (follows[0] != ":" and rules.listing.search(small)):
        return None
    for found in reversed(asked):
        addressed = bodies_at(sentence, found.end() + 1)
        if addressed:
            return Opening(addressed.names, sentence[found.start() : addressed.end].strip())
    return _subject_opening(sentence)


def is_addressed_heading(title: str) -> Opening | None:
    """Give the bodies a heading consists of: "1. Ban Tuyên giáo Đảng ủy Khối"."""
    addressed = bodies_at(title.rstrip(":"), 0) if load_rules().bodies.own.match(fold_in_place(title)) else None
    whole = addressed and addressed.end == len(title.rstrip(":"))
    return Opening(addressed.names, title.rstrip(":")) if addressed and whole else None


def _subject_opening(sentence: str) -> Opening:
    for start in (0, *(found.end() for found in re.finditer(r",\s+", sentence))):
        lead = find_lead(sentence[start:])
        if lead:
            return Opening(lead.names, sentence[start + lead.start : start + lead.end].strip())
    return Opening()


def _last_opening(paragraphs: list[str]) -> Opening | None:
    openings = (find_opening(split_sentences(paragraph)[-1]) for paragraph in reversed(paragraphs))
    return next((opening for opening in openings if opening), None)


def _first(paragraphs: list[str], deepest: int) -> int | None:
    return next((n for n, paragraph in enumerate(paragraphs) if _depth(paragraph) <= deepest), None)


def _blocks(paragraphs: list[str], opening: Opening) -> Iterator[Block]:
    levels = [_Level(_WHOLE_TEXT, "", opening=opening)]
    for paragraph, following in pairwise([*paragraphs, ""]):
        marker, depth = MARKER.match(paragraph), _depth(paragraph)
        text = paragraph[marker.end() :] if marker else paragraph
        if marker:
            levels = [level for level in levels if level.depth < depth]
        if marker and depth <= _LETTERED:
            levels.append(_Level(depth, marker[marker.lastgroup or 0]))
        if _is_heading(text, depth, following):
            levels = _headed(levels, text, depth)
        elif not any(level.told for level in levels):
            yield _block(levels, text)


def _block(levels: list[_Level], text: str) -> Block:
    inwards = levels[::-1]
    return Block(
        section=tuple(level.mark for level in levels if level.mark) or (ONLY_SECTION,),
        title=next((level.title for level in inwards if level.title), ""),
        kind=next((level.kind for level in inwards if level.kind), None),
        opening=next((level.opening for level in inwards if level.opening), Opening()),
        text=text,
    )


def _headed(levels: list[_Level], text: str, depth: int) -> list[_Level]:
    """Hang opening words on the innermost level, a heading on its own section or on a level without a mark."""
    opening = find_opening(split_sentences(text)[-1]) if text.endswith(":") else None
    if opening and depth > _LETTERED:
        return [*levels[:-1], replace(levels[-1], opening=opening)]
    rules, small = load_rules(), fold_in_place(text)
    marked = depth <= _LETTERED
    depth = depth if depth < _PLAIN else _HEADING
    outer = levels[:-1] if marked else [level for level in levels if level.depth < depth]
    level = _Level(
        depth,
        mark=levels[-1].mark if marked else "",
        title="" if opening else text.rstrip(": "),
        told=not opening and bool(rules.narrative_titles.match(small)),
        kind=next((kind for kind, title in rules.section_kinds if not opening and title.match(small)), None),
        opening=opening or is_addressed_heading(text),
    )
    return [*outer, level]


def _is_heading(text: str, depth: int, following: str) -> bool:
    """Tell a heading or opening words from content: no full stop at its end, and something under it."""
    if not following:
        return False
    if text.endswith(":"):
        return True
    short = not ends_like_a_sentence(text) and len(text.split()) <= _LONGEST_HEADING
    under = text.isupper() if depth == _PLAIN else depth <= _LETTERED and _depth(following) > depth
    return short and under


def _depth(paragraph: str) -> int:
    marker = MARKER.match(paragraph)
    return _DEPTHS[marker.lastgroup or ""] if marker else _PLAIN
