"""What a text without sections asks: "X cần …", "X shall …", lists after opening words, and what follows them."""

import re
from collections.abc import Iterator

from intake.drafting.bodies import find_lead, opens_with_verb
from intake.drafting.folds import fold_in_place
from intake.drafting.opening import Opening, find_opening
from intake.drafting.outline import ONLY_SECTION, Block
from intake.drafting.rules import load_rules
from intake.drafting.text import split_sentences

_FORBIDS = re.compile(r"no\s", re.IGNORECASE)


def blocks_in_prose(paragraphs: list[str]) -> list[Block]:
    """Find what a text without sections asks: lists after opening words, "X cần …" and what follows it."""
    return [block for paragraph in paragraphs for block in _prose_blocks(split_sentences(paragraph))]


def _prose_blocks(sentences: list[str]) -> Iterator[Block]:
    asked: list[str] = []
    for n, sentence in enumerate(sentences):
        if _opens_inline_list(sentence):
            asked = [*asked, *sentences[n:]]
            break
        clause = _obliged_part(sentence)
        if clause:
            asked.append(clause)
        elif asked and opens_with_verb(sentence):
            asked.append(sentence)
    for start in (n for n, text in enumerate(asked) if n == 0 or find_lead(text)):
        end = next((n for n in range(start + 1, len(asked)) if find_lead(asked[n])), len(asked))
        yield Block((ONLY_SECTION,), "", None, Opening(), " ".join(asked[start:end]))


def _opens_inline_list(sentence: str) -> bool:
    head, colon, rest = sentence.partition(": ")
    return bool(colon and rest and find_opening(f"{head}:"))


def _obliged_part(sentence: str) -> str | None:
    """Give the part of a sentence from "X cần …" on, also inside reported speech."""
    obliging = load_rules().obliging
    begins = load_rules().speech_begins.finditer(fold_in_place(sentence))
    for start in (0, *(found.end() for found in begins)):
        lead = find_lead(sentence[start:])
        if lead and obliging.match(fold_in_place(sentence[start + lead.end :])):
            forbids = _FORBIDS.match(sentence, start)  # "No branch shall …": without its first word it would allow
            return sentence[start if forbids else start + lead.start :]
    return None
