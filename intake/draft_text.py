"""A directive's text as clean paragraphs and sentences: debris out, broken lines joined, words untouched."""

import re
from collections.abc import Iterator
from itertools import pairwise

from intake.draft_rules import load_rules
from schemas.folds import fold, fold_in_place, nfc

MARKER = re.compile(
    r"(?P<roman>[IVX]{1,5})\s*[.)/\-–]\s+(?=\S)"
    r"|(?P<decimal>\d{1,2}(?:\.\d{1,2}){1,3})[.)]?\s+(?=\S)"
    r"|(?:(?:Điều|Mục|Phần)\s+)?(?P<arabic>\d{1,2})\s*[.)/:]\s+(?=\S)"
    r"|(?P<letter>[a-zđ])\s*[.)]\s+(?=\S)"
    r"|(?P<bullet>[-–—−•*●])\s*(?=\w)"
    r"|(?P<sub>[+▪◦·o])\s+(?=\w)"
)
_HAS_LETTER = re.compile(r"[^\W\d_]")
_ENDS = re.compile(r"[.;:!?…]['\"”’)]*\Z")
_WRAPPED = 60  # letters; a line so long without an end, and another right under it: broken by the page
_SENTENCE_END = re.compile(r"(?<=[.!?…])[”\"’)]?\s+(?=[“\"‘(]?[A-ZĐÀ-Ỹ0-9])")
_ABBREVIATION = re.compile(r"(?:\b(?:TP|Tp|Tr|TS|PGS|GS|ThS|BS|St|v\.v|đ/c|T/M|Nxb|No)|\b[A-ZĐ])\.\Z")
_CLOSING_MARK = re.compile(r"\s*\./\.?\Z")


def read_paragraphs(text: str) -> list[str]:
    """Give the text's paragraphs in order, without debris and without what stands below the document's end."""
    return _without_repeats(list(_up_to_the_end(_joined(_clean_lines(text)))))


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


def _clean_lines(text: str) -> Iterator[str]:
    """Give each line tidy, blank ones as empty: they separate paragraphs."""
    rules = load_rules()
    for raw in text.splitlines():
        line = nfc(raw)
        debris = rules.debris_anywhere.search(fold_in_place(line))
        if debris:
            line = line[: debris.start()].strip()
        if rules.debris_line.match(fold_in_place(line)):
            continue
        yield line if _HAS_LETTER.search(line) else ""


def _joined(lines: Iterator[str]) -> Iterator[str]:
    """Join a line to the one before it where a page break or a page's width tore them apart."""
    paragraph, last, blank_between = "", "", False
    for line in lines:
        if not line:
            blank_between = True
            continue
        if paragraph and _goes_on(last, line, blank_between):
            paragraph = f"{paragraph} {line}"
        else:
            if paragraph:
                yield paragraph
            paragraph = line
        last, blank_between = line, False
    if paragraph:
        yield paragraph


def _goes_on(last: str, line: str, blank_between: bool) -> bool:
    if MARKER.match(line) or ends_like_a_sentence(last):
        return False
    return line[0].islower() or (not blank_between and len(last) >= _WRAPPED and not last.isupper())


def _up_to_the_end(paragraphs: Iterator[str]) -> Iterator[str]:
    end = load_rules().end_line
    for paragraph in paragraphs:
        if end.match(fold_in_place(paragraph)):
            return
        yield paragraph


def _without_repeats(paragraphs: list[str]) -> list[str]:
    """Keep a heading that is printed twice once; drop a caption that stands twice under its picture altogether."""
    if not paragraphs:
        return []
    keys = [fold(paragraph) for paragraph in paragraphs]
    twice = {keys[0], *(one for one, other in pairwise(keys) if one == other)}
    rest = zip(paragraphs[1:], keys[1:], strict=True)
    return [paragraphs[0], *(p for p, key in rest if key not in twice or MARKER.match(p))]
