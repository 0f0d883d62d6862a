"""Documents that a text names without a number: "Nghị quyết Đại hội XIII của Đảng", "Luật Người cao tuổi"."""

import re
from collections.abc import Iterable
from functools import cache

from intake.drafting.drafted import NamedDocument
from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules
from intake.drafting.rules import DocumentType, load_rules
from intake.drafting.text import split_sentences

_LONGEST, _FEWEST_WORDS = 140, 3  # letters; words of a name with its type
_QUOTED = 60  # letters on each side
_NUMBER = re.compile(r"\s*(?:số\b|no\.?\s|\d+\s*[-/])")
_ENDS = re.compile(r"[,;.:()\n“”\"]|\s[-–]\s")
_ABOUT = re.compile(r"\s+(?:về|on)\s")
_ENDS_SUBJECT = re.compile(r"\s+(?:gắn với|ngày|được|đã|là|tại|từ|do|của|and|of|by)\s")


def find_unnumbered(paragraphs: Iterable[str]) -> tuple[NamedDocument, ...]:
    """Give each document named by type and name alone, once, in reading order."""
    found: dict[str, NamedDocument] = {}
    for paragraph in paragraphs:
        for sentence in split_sentences(paragraph):
            for one in _named_in(sentence):
                found.setdefault(fold_in_place(one.name), one)
    return tuple(found.values())


def _named_in(sentence: str) -> Iterable[NamedDocument]:
    for kind, found in _types(sentence):
        end = _name_end(sentence, found.end())
        name = sentence[found.start() : end].strip(" ,;.")
        if _is_name(sentence, found, name):
            quote = sentence[max(0, found.start() - _QUOTED) : min(len(sentence), end + _QUOTED)].strip()
            yield NamedDocument(kind.code, name, quote)


def _types(sentence: str) -> Iterable[tuple[DocumentType, re.Match[str]]]:
    for found in _pattern().finditer(sentence):
        small = fold_in_place(found[0])
        kind = next((one for one in load_rules().types if small in one.words), None)
        if kind:
            yield kind, found


@cache
def _pattern() -> re.Pattern[str]:
    """Compile the types' words with a capital; a kind of writing that no office files by a name is left out."""
    words = {word.capitalize() for kind in load_rules().types if kind.code != "cong_van" for word in kind.words}
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))})(?=\s)")


def _name_end(sentence: str, start: int) -> int:
    """End a name at a mark, or at a word that cannot belong to it; "về …" belongs to it."""
    small = fold_in_place(sentence)
    ends = [len(sentence), start + _LONGEST]
    mark = _ENDS.search(sentence, start)
    about = _ABOUT.match(small, start)
    ends_name = _ENDS_SUBJECT if about else load_head_rules().citing.issuer_ends
    stop = ends_name.search(small, about.end() if about else start)
    return min([*ends, *(found.start() for found in (mark, stop) if found)])


def _is_name(sentence: str, found: re.Match[str], name: str) -> bool:
    """A name goes on with a capital or "về …", in English with "on …"; "Kế hoạch này", "Chỉ thị số …" do not."""
    rest = name[len(found[0]) :].strip()
    begins = rest.startswith("on ") if found[0].isascii() else rest[:1].isupper() or rest.startswith("về ")
    is_numbered = _NUMBER.match(sentence, found.end())
    return begins and found.start() > 0 and not is_numbered and len(name.split()) >= _FEWEST_WORDS
