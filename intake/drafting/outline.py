"""A directive's levels: which paragraph stands in which section, under which heading and which opening words."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise

from intake.drafting.folds import fold_in_place
from intake.drafting.markers import (
    BULLET,
    CHAPTER,
    HEADING,
    LETTERED,
    NUMBERED,
    PLAIN,
    Marked,
    is_annex,
    own_part,
    part_bare_number,
    part_marker,
)
from intake.drafting.opening import Opening, find_lead_in, find_opening, is_addressed_heading
from intake.drafting.rules import load_rules
from intake.drafting.task_tables import TaskRow, is_row, read_columns, read_row
from intake.drafting.text import ends_like_a_sentence, split_sentences

_WHOLE_TEXT = -1
_LONGEST_HEADING = 40  # words
ONLY_SECTION = "1"  # where a text has no numbered sections, its clauses are 1.1, 1.2 …


@dataclass(frozen=True)
class Block:
    """One paragraph or dash of a section, without its marker."""

    section: tuple[str, ...]  # marks from the outermost level inwards, such as ("II", "3")
    title: str
    kind: str | None  # what the section's heading says of the kind of its clauses
    opening: Opening
    text: str
    depth: int = PLAIN
    of_text: Opening = field(default_factory=Opening)  # whom the whole text addresses
    row: TaskRow | None = None  # where the text is a row of a table of tasks


@dataclass(frozen=True)
class _Level:
    depth: int
    mark: str
    title: str = ""
    told: bool = False  # a section that reports instead of asking
    kind: str | None = None
    opening: Opening | None = None


def outline(paragraphs: list[str], addressed: Opening) -> list[Block]:
    """Give the blocks that can hold clauses: from the first numbered section on, or after the opening words.

    `addressed` is whom a letter goes to: they are meant where its opening words name nobody.
    """
    begin = _first(paragraphs, NUMBERED)
    if begin is not None:
        opened, asked = _last_opening(paragraphs[:begin]) or (begin, Opening())
        return list(_blocks(paragraphs[opened:], asked if asked.names else addressed))
    for n, paragraph in enumerate(paragraphs[:-1]):
        opening = find_opening(split_sentences(paragraph)[-1])
        if opening:
            return list(_blocks(paragraphs[n + 1 :], opening if opening.names else addressed))
    begin = _first(paragraphs, PLAIN - 1, tables=True)
    return list(_blocks(paragraphs[begin:], Opening())) if begin is not None else []


def _last_opening(paragraphs: list[str]) -> tuple[int, Opening] | None:
    """Give the last opening words of some paragraphs, and where what they lead in begins."""
    openings = ((n, find_opening(split_sentences(paragraph)[-1])) for n, paragraph in enumerate(paragraphs, 1))
    return max(((n, opening) for n, opening in openings if opening), key=lambda one: one[0], default=None)


def _first(paragraphs: list[str], deepest: int, tables: bool = False) -> int | None:
    listed = ((n, part_marker(p).depth <= deepest or (tables and read_columns(p))) for n, p in enumerate(paragraphs))
    return next((n for n, begins in listed if begins), None)


def _blocks(paragraphs: list[str], opening: Opening) -> Iterator[Block]:
    levels = [_Level(_WHOLE_TEXT, "", opening=opening)]
    columns: dict[str, int] | None = None
    for paragraph, following in pairwise([*paragraphs, ""]):
        columns = read_columns(paragraph) or (columns if is_row(paragraph) else None)
        if columns:
            levels, block = _tabled(levels, read_row(paragraph, columns) if not read_columns(paragraph) else None)
            if block:
                yield block
            continue
        marked = part_bare_number(paragraph, following) or part_marker(paragraph)
        levels = _annexed(levels, marked) if marked.is_annex else _entered(levels, marked)
        if _names_chapter(levels, marked):
            levels = [*levels[:-1], _titled(levels[-1], marked.text)]
        elif marked.text and not marked.is_annex and _is_heading(marked, following):
            levels = _headed(levels, marked.text, _heading_depth(marked.depth, following))
        elif (
            marked.text
            and not marked.is_annex
            and not _is_signature(marked, following)
            and not any(level.told for level in levels)
        ):
            yield replace(_block(levels, marked.text), depth=marked.depth)


def _tabled(levels: list[_Level], row: TaskRow | None) -> tuple[list[_Level], Block | None]:
    """Read a table's row: one that names nobody is a heading of the rows under it."""
    if row is None:
        return levels, None
    outer = [level for level in levels if level.depth < HEADING]
    if row.is_heading:
        return [*outer, _Level(HEADING, row.mark, title=row.text)], None
    below = levels if levels[-1].depth == HEADING else outer
    return below, replace(_block([*below, _Level(PLAIN, row.mark)], row.text), row=row)


def _entered(levels: list[_Level], marked: Marked) -> list[_Level]:
    """Leave the levels a marked paragraph does not stand in, and enter its own."""
    if marked.depth == PLAIN:
        return levels
    levels = [level for level in levels if level.depth < marked.depth]
    if not marked.mark:
        return levels
    return [*levels, _Level(marked.depth, own_part(marked.mark, [level.mark for level in levels if level.mark]))]


def _annexed(levels: list[_Level], marked: Marked) -> list[_Level]:
    """Enter an annex: its numbers begin again."""
    return [levels[0], _titled(_Level(CHAPTER, marked.mark), marked.text)]


def _titled(level: _Level, title: str) -> _Level:
    """Name a chapter; an annex that is a form or a list of figures asks nothing."""
    told = is_annex(level.mark) and bool(load_rules().forms.match(fold_in_place(title)))
    return replace(level, title=title, told=told)


def _heading_depth(depth: int, following: str) -> int:
    """Put a dash that only names what stands under it above dashes as deep as itself: "* Phòng A:" and "- …"."""
    return HEADING if depth == BULLET == part_marker(following).depth else depth


def _is_signature(marked: Marked, following: str) -> bool:
    """Tell what is left of a signature at the end: a post in capitals without a number."""
    return not following and marked.depth == PLAIN and marked.text.isupper()


def _names_chapter(levels: list[_Level], marked: Marked) -> bool:
    """Tell the line under "Chương I" that says what the chapter is about."""
    last = levels[-1]
    return marked.depth == PLAIN and last.depth == CHAPTER and not last.title and marked.text.isupper()


def _block(levels: list[_Level], text: str) -> Block:
    inwards = levels[::-1]
    return Block(
        section=tuple(level.mark for level in levels if level.mark) or (ONLY_SECTION,),
        title=next((level.title for level in inwards if level.title), ""),
        kind=next((level.kind for level in inwards if level.kind), None),
        opening=next((level.opening for level in inwards if level.opening), Opening()),
        text=text,
        of_text=levels[0].opening or Opening(),
    )


def _headed(levels: list[_Level], text: str, depth: int) -> list[_Level]:
    """Hang opening words on the innermost level, a heading on its own section or on a level without a mark."""
    last = split_sentences(text)[-1]
    opening = (find_opening(last) or find_lead_in(last)) if text.endswith(":") else None
    if opening and depth > LETTERED:
        return [*levels[:-1], replace(levels[-1], opening=opening)]
    rules, small = load_rules(), fold_in_place(text)
    marked = depth <= LETTERED
    depth = depth if depth < PLAIN else HEADING
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


def _is_heading(marked: Marked, following: str) -> bool:
    """Tell a heading or opening words from content: no full stop at its end, and something under it."""
    if not following:
        return False
    if marked.text.endswith(":"):
        return True
    short = not ends_like_a_sentence(marked.text) and len(marked.text.split()) <= _LONGEST_HEADING
    deeper = marked.depth <= LETTERED and (part_marker(following).depth > marked.depth or is_row(following))
    return short and (marked.text.isupper() if marked.depth == PLAIN else deeper)
