"""From a section's text to its clauses: where one ends, what kind it is, whom it addresses and by when."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from intake.citations import DATE, blank_mentions, to_date
from intake.draft_bodies import (
    Addressee,
    find_assessed,
    find_coordinators,
    find_lead,
    find_role_owner,
    opens_with_verb,
    without_partners,
)
from intake.draft_outline import ONLY_SECTION, Block, Opening, find_opening, is_addressed_heading
from intake.draft_rules import load_rules
from intake.draft_text import split_sentences
from intake.draft_types import DraftClause
from schemas.folds import fold_in_place

CONTINUOUS = "continuous"
_RULES_OF_ASSESSMENT = ("annual_rule", "rule")
# How sure a guess is, by what it rests on.
_EXPLICIT, _CARRIED, _NAMED_IN_TEXT, _OPENING, _NOBODY = 0.95, 0.9, 0.85, 0.8, 0.5
_PLAIN_VERB, _NO_VERB = 0.8, 0.4
_BETWEEN_EVIDENCE = " · "


@dataclass(frozen=True)
class _Guess:
    """A value, the words it rests on and how sure it is."""

    value: tuple[str, ...] = ()
    words: str = ""
    confidence: float = 1.0


def draft_clauses(blocks: list[Block], trusted: bool) -> tuple[DraftClause, ...]:
    """Break blocks into clauses numbered in their section; `trusted`: the text is surely a directive."""
    numbers: Counter[tuple[str, ...]] = Counter()
    clauses = []
    for block in blocks:
        for text, lead in _addressed_units(block):
            if not _is_asked(text, trusted):
                continue
            numbers[block.section] += 1
            clauses.append(_clause(block, f"{'.'.join(block.section)}.{numbers[block.section]}", text, lead))
    return tuple(clauses)


def blocks_in_prose(paragraphs: list[str]) -> list[Block]:
    """Find what a text without sections asks: lists after opening words, "X cần …" and what follows it."""
    return [block for paragraph in paragraphs for block in _prose_blocks(split_sentences(paragraph))]


def split_clauses(sentence: str) -> list[str]:
    """Split a sentence at the semicolons after which something new is asked; they stay with the left part."""
    clauses, start = [], 0
    for found in re.finditer(r";\s+", sentence):
        left, right = sentence[start : found.end()].strip(), sentence[found.end() :]
        if left.count("(") > left.count(")") or left.count("“") > left.count("”"):
            continue
        if _opens_clause(right.partition(";")[0]):
            clauses.append(left)
            start = found.end()
    return [*clauses, sentence[start:].strip()]


def _opens_clause(part: str) -> bool:
    if load_rules().verbs.only_a_deadline.match(fold_in_place(part)):
        return False
    return opens_with_verb(part, at_start=False) or find_lead(part) is not None


def guess_kind(text: str, lead: Addressee | None = None) -> tuple[str, str, float]:
    """Give the kind of a clause, the words that show it, and how sure that is."""
    core = _core(text, lead)
    small = fold_in_place(core)
    for rule in load_rules().kinds:
        found = rule.pattern.search(small)
        if found:
            return rule.kind, core[found.start() : found.end()].strip(), rule.weight
    if lead and load_rules().verbs.promising.match(fold_in_place(text[lead.end :])):
        return "self_commitment", text[lead.start : lead.end].strip(), _PLAIN_VERB
    return CONTINUOUS, "", _PLAIN_VERB if lead or opens_with_verb(text) else _NO_VERB


def find_due(text: str) -> date | None:
    """Give the day by which something must be done; None unless day, month and year are there and mean that."""
    blanked = fold_in_place(blank_mentions(text))
    due = load_rules().due
    dates = (to_date(found) for found in DATE.finditer(blanked) if due.search(blanked[: found.start()]))
    return next((day for day in dates if day), None)


def find_time_expression(text: str) -> str | None:
    """Give the first words that say when or how often, verbatim; dates of cited documents do not count."""
    blanked = fold_in_place(blank_mentions(text))
    found = [match.span() for pattern in load_rules().times if (match := pattern.search(blanked))]
    if not found:
        return None
    start, end = min(found, key=lambda span: (span[0], -span[1]))
    return text[start:end]


def _addressed_units(block: Block) -> Iterator[tuple[str, _Guess]]:
    """Give each clause of a block with its leads; a lead at a sentence's start holds for the rest of the block."""
    opening, text = _inline_opening(block)
    carried = _Guess(opening.names, opening.words, _OPENING if opening.names else _NOBODY)
    for sentence in split_sentences(text):
        for unit in split_clauses(sentence):
            unit = _without_connective(unit)
            if not unit:
                continue
            lead, carries = _leads(unit, carried)
            yield unit, lead
            if carries:
                carried = _Guess(lead.value, lead.words, _CARRIED)


def _inline_opening(block: Block) -> tuple[Opening, str]:
    """Take opening words off a block's start: "Các chi bộ trực thuộc: …", "Các cấp ủy tập trung vào: …"."""
    head, colon, rest = block.text.partition(": ")
    if not colon:
        return block.opening, block.text
    opening = is_addressed_heading(head) or find_opening(f"{split_sentences(head)[-1]}:")
    return (opening if opening.names else block.opening, rest) if opening else (block.opening, block.text)


def _without_connective(unit: str) -> str:
    found = load_rules().connectives.match(fold_in_place(unit))
    return unit[found.end() :] if found else unit


def _leads(unit: str, carried: _Guess) -> tuple[_Guess, bool]:
    """Give who leads a clause, and whether that also holds for the clauses after it."""
    lead = find_lead(unit)
    if lead:
        return _Guess(lead.names, unit[lead.start : lead.end].strip(), _EXPLICIT), True
    named = find_role_owner(unit)
    if not named and guess_kind(unit)[0] in _RULES_OF_ASSESSMENT:
        named = find_assessed(unit)
    if named:
        return _Guess(named.names, unit[named.start : named.end].strip(), _NAMED_IN_TEXT), False
    return carried, False


def _is_asked(unit: str, trusted: bool) -> bool:
    """Tell a clause from narration; in a text that may be no directive at all, only what clearly asks is one."""
    rules, small = load_rules(), fold_in_place(unit)
    if find_lead(unit):
        return True
    if rules.narrative_starts.match(small):
        return False
    if opens_with_verb(unit) or guess_kind(unit)[0] != CONTINUOUS:
        return True
    return trusted and not rules.narrative_words.search(small)


def _clause(block: Block, path: str, text: str, leads: _Guess) -> DraftClause:
    lead = find_lead(text)
    kind, kind_words, kind_weight = guess_kind(text, lead)
    if block.kind and kind == CONTINUOUS:
        kind, kind_words = block.kind, block.title
    coordinators = find_coordinators(text)
    when = find_time_expression(text)
    evidence = (
        leads.words,
        coordinators and text[coordinators.start : coordinators.end].strip(),
        kind_words,
        when,
    )
    return DraftClause(
        path=path,
        text=text,
        kind=kind,
        leads=leads.value,
        coordinators=coordinators.names if coordinators else (),
        monitors=leads.value if kind == "monitoring" else (),
        due=find_due(text),
        time_expression=when,
        evidence=_BETWEEN_EVIDENCE.join(dict.fromkeys(words for words in evidence if words)),
        confidence=min(leads.confidence, kind_weight),
        section_title=block.title,
    )


def _core(text: str, lead: Addressee | None) -> str:
    """Give the clause from its own verb on: without addressee, modals and "phối hợp với …"."""
    core = text[lead.end if lead else 0 :].strip(" ,")
    while True:
        found = load_rules().verbs.modals.match(fold_in_place(core))
        shorter = core[found.end() :].strip(" ,") if found else without_partners(core)
        if not shorter or shorter == core:
            return core
        core = shorter


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
            return sentence[start + lead.start :]
    return None
