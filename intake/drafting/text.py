"""A directive's text as clean paragraphs and sentences: debris out, broken lines joined, words untouched."""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules
from intake.drafting.lines import read_lines
from intake.drafting.markers import MARKER, part_marker, part_run_in
from intake.drafting.task_tables import is_row
from schemas.folds import fold

_ENDS = re.compile(r"[.;:!?…]['\"”’)]*\Z")
_WRAPPED = 60  # letters; a line so long without an end, and another right under it: broken by the page
_LONGEST_SIGNATURE = 3  # lines: the post, "(Đã ký)", the name
_WIDEST_PAGE = 130  # letters; where lines are longer, no page's width broke any of them
_SENTENCE_END = re.compile(r"(?<=[.!?…])[”\"’)]?\s+(?=[“\"‘(]?[A-ZĐÀ-Ỹ0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:TP|Tp|Tr|TS|PGS|GS|ThS|BS|St|v\.v|đ/c|T/M|Nxb|No)|\b[A-ZĐ])\.\Z")
_CLOSING_MARK = re.compile(r"\s*\./\.?\Z")


def read_paragraphs(text: str) -> list[str]:
    """Give the text's paragraphs in order, without debris and without what stands below the document's end."""
    return join_lines(split_foot(read_lines(text))[0])


def split_foot(lines: Sequence[str]) -> tuple[list[str], list[str]]:
    """Part the text from recipients and signature; an annex issued with the document belongs to the text."""
    text: list[str] = []
    foot: list[str] = []
    at = 0
    while at < len(lines):
        end = _foot_begins(lines, at)
        again = next((n for n in range(end, len(lines)) if _begins_annex(lines[n])), len(lines))
        text += lines[at:end]
        foot += lines[end:again]
        if again == len(lines):
            break
        is_named = not load_head_rules().head.issued_with.match(fold_in_place(lines[again]))
        text += ["", lines[again], ""] if is_named else [""]
        at = again + 1
    return text, foot


def _foot_begins(lines: Sequence[str], start: int) -> int:
    ends = load_head_rules().foot.end
    end = next((n for n in range(start, len(lines)) if ends.match(fold_in_place(lines[n]))), None)
    return start + _bare_foot(lines[start:]) if end is None else end


def _bare_foot(lines: Sequence[str]) -> int:
    """Find a signature without "T/M" and without recipients: a post alone on one of the last lines of the text."""
    end = next((n for n, line in enumerate(lines) if n and part_marker(line).is_annex), len(lines))
    last = [n for n, line in enumerate(lines[:end]) if line][-_LONGEST_SIGNATURE:]
    return next((n for n in last if _is_post(lines[n])), end)


def _is_post(line: str) -> bool:
    found = load_head_rules().foot.posts.match(fold_in_place(line))
    return bool(found and found.end() == len(line))


def _begins_annex(line: str) -> bool:
    """Tell "PHỤ LỤC I", and the line "(Ban hành kèm theo Quyết định số …)" of a regulation behind its decision."""
    return part_marker(line).is_annex or bool(load_head_rules().head.issued_with.match(fold_in_place(line)))


def join_lines(lines: Iterable[str]) -> list[str]:
    """Join what page breaks tore apart to paragraphs; a heading stays once, a doubled caption goes."""
    return [part for paragraph in _without_repeats(list(_joined(lines))) for part in part_run_in(paragraph)]


def split_sentences(paragraph: str) -> list[str]:
    """Split at full stops before a capital; abbreviations, initials and quotations stay whole."""
    sentences, start = [], 0
    for found in _SENTENCE_END.finditer(paragraph):
        sentence = paragraph[start : found.start()]
        if _ABBREVIATION.search(sentence) or sentence.count("“") > sentence.count("”") + ("”" in found[0]):
            continue
        sentences.append(paragraph[start : found.end()].strip())
        start = found.end()
    return [*sentences, _CLOSING_MARK.sub(".", paragraph[start:].strip())]


def ends_like_a_sentence(text: str) -> bool:
    return bool(_ENDS.search(text))


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """Join a line to the one before it where a page break or a page's width tore them apart."""
    lines = list(lines)
    wide = max(map(len, (line for line in lines if not is_row(line))), default=0) > _WIDEST_PAGE
    paragraph, last, blank_between = "", "", wide
    for line in lines:
        if not line or load_head_rules().head.issued_with.match(fold_in_place(line)):
            blank_between = True
            continue
        if paragraph and _goes_on(last, line, blank_between):
            paragraph = f"{paragraph} {line}"
        else:
            if paragraph:
                yield paragraph
            paragraph = line
        last, blank_between = line, wide
    if paragraph:
        yield paragraph


def _goes_on(last: str, line: str, blank_between: bool) -> bool:
    if MARKER.match(line) or ends_like_a_sentence(last) or is_row(line) or is_row(last):
        return False
    return line[0].islower() or (not blank_between and len(last) >= _WRAPPED and not last.isupper())


def _without_repeats(paragraphs: list[str]) -> list[str]:
    """Keep a heading that is printed twice once; drop a caption that stands twice under its picture altogether."""
    if not paragraphs:
        return []
    keys = [fold(paragraph) for paragraph in paragraphs]
    twice = {keys[0], *(one for one, other in pairwise(keys) if one == other)}
    rest = zip(paragraphs[1:], keys[1:], strict=True)
    return [paragraphs[0], *(p for p, key in rest if key not in twice or MARKER.match(p))]
