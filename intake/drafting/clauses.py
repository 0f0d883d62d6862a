"""From a section's blocks to its clauses: where one ends, whom it addresses, and what else its words say."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from intake.drafting.bodies import find_assessed, find_coordinators, find_lead, find_role_owner, opens_with_verb
from intake.drafting.drafted import DraftClause, Guess
from intake.drafting.folds import fold_in_place
from intake.drafting.kinds import CONTINUOUS, RULES_OF_ASSESSMENT, guess_kind
from intake.drafting.markers import is_annex
from intake.drafting.opening import Opening, find_opening, is_addressed_heading
from intake.drafting.outline import Block
from intake.drafting.rules import load_rules
from intake.drafting.sentences import split_clauses
from intake.drafting.task_tables import TaskRow
from intake.drafting.text import split_sentences
from intake.drafting.times import find_due, find_recurrence, find_time_expression, read_deadline

# How sure a guess is, by what it rests on.
_EXPLICIT, _CARRIED, _NAMED_IN_TEXT, _OPENING, _NOBODY = 0.95, 0.9, 0.85, 0.8, 0.5
_WHOLE_DATE, _WORDS_OF_TIME = 0.95, 0.6
_LABEL = 2  # words that say nothing to be done without a verb
_LONGEST_LABEL = 8  # words: "Về kinh phí: Sở Tài chính …"
_ENUMERATES = re.compile(r"\s(?:gồm|bao gồm|như|là|including|such as)\Z")  # "Lập hồ sơ gồm: …" goes on
_BETWEEN_EVIDENCE = " · "


@dataclass(frozen=True)
class _Leads:
    """Who leads, the words that say so, and how sure that is."""

    names: tuple[str, ...] = ()
    words: str = ""
    confidence: float = _NOBODY


@dataclass(frozen=True)
class _Above:
    """The clause under which deeper blocks stand, and whom it addressed."""

    depth: int
    section: tuple[str, ...]
    path: str
    leads: _Leads | None  # None: it said nothing that holds for what stands under it


def draft_clauses(blocks: list[Block], trusted: bool) -> tuple[DraftClause, ...]:
    """Break blocks into clauses numbered in their section; `trusted`: the text is surely a directive."""
    numbers: Counter[tuple[str, ...]] = Counter()
    clauses: list[DraftClause] = []
    above: list[_Above] = []
    for block in blocks:
        above = [one for one in above if one.depth < block.depth and one.section == block.section[: len(one.section)]]
        last: _Above | None = None
        for text, leads in _addressed_units(block, above[-1].leads if above else None):
            if not (block.row or _is_asked(text, trusted and not is_annex(block.section[0]))):
                continue
            numbers[block.section] += 1
            path = f"{'.'.join(block.section)}.{numbers[block.section]}"
            clause = _clause(block, path, text, leads)
            clauses.append(replace(clause, parent=above[-1].path if above else None))
            own = leads if leads.confidence in (_EXPLICIT, _CARRIED) else last.leads if last else None
            last = _Above(block.depth, block.section, path, own)
        above += [last] if last else []
    return tuple(clauses)


def _addressed_units(block: Block, above: _Leads | None) -> Iterator[tuple[str, _Leads]]:
    """Give each clause of a block with its leads; a lead at a sentence's start holds for the rest of the block."""
    if block.row:
        yield block.text, _Leads(block.row.leads, "; ".join(block.row.leads), _EXPLICIT if block.row.leads else _NOBODY)
        return
    opening, text = _inline_opening(block)
    carried = _opened(opening)
    if opening is block.opening and above:
        carried = above
    whole = _opened(block.of_text) if block.of_text.names else carried
    for sentence in split_sentences(text):
        for unit in split_clauses(sentence):
            unit = _without_connective(unit)
            if not unit:
                continue
            of_text = load_rules().of_itself.match(fold_in_place(unit))
            lead, carries = _leads(unit, whole if of_text else carried)
            yield unit, lead
            if carries:
                carried = replace(lead, confidence=_CARRIED)


def _opened(opening: Opening) -> _Leads:
    return _Leads(opening.names, opening.words, _OPENING if opening.names else _NOBODY)


def _inline_opening(block: Block) -> tuple[Opening, str]:
    """Take opening words off a block's start: "Các chi bộ trực thuộc: …", "Các cấp ủy tập trung vào: …"."""
    head, colon, rest = block.text.partition(": ")
    if not colon:
        return block.opening, block.text
    if len(head.split()) <= _LONGEST_LABEL and not opens_with_verb(head) and find_lead(rest) and not find_lead(head):
        labelled = is_addressed_heading(head)
        return labelled or block.opening, rest
    if _ENUMERATES.search(fold_in_place(head)) and opens_with_verb(head):
        return block.opening, block.text
    opening = is_addressed_heading(head) or find_opening(f"{split_sentences(head)[-1]}:")
    return (opening if opening.names else block.opening, rest) if opening else (block.opening, block.text)


def _without_connective(unit: str) -> str:
    found = load_rules().connectives.match(fold_in_place(unit))
    return unit[found.end() :] if found else unit


def _leads(unit: str, carried: _Leads) -> tuple[_Leads, bool]:
    """Give who leads a clause, and whether that also holds for the clauses after it."""
    lead = find_lead(unit)
    if lead:
        return _Leads(lead.names, unit[lead.start : lead.end].strip(), _EXPLICIT), True
    named = find_role_owner(unit)
    if not named and guess_kind(unit)[0] in RULES_OF_ASSESSMENT:
        named = find_assessed(unit)
    if named:
        return _Leads(named.names, unit[named.start : named.end].strip(), _NAMED_IN_TEXT), False
    return carried, False


def _is_asked(unit: str, trusted: bool) -> bool:
    """Tell a clause from narration; in a text that may be no directive at all, only what clearly asks is one."""
    rules, small = load_rules(), fold_in_place(unit)
    if rules.closings.search(small):
        return False
    if find_lead(unit):
        return True
    if rules.narrative_starts.match(small):
        return False
    if len(unit.split()) <= _LABEL and not opens_with_verb(unit):  # "Policy.": a heading on the line of its text
        return False
    if opens_with_verb(unit) or guess_kind(unit)[0] != CONTINUOUS:
        return True
    return trusted and not rules.narrative_words.search(small)


def _clause(block: Block, path: str, text: str, leads: _Leads) -> DraftClause:
    lead = find_lead(text)
    kind, kind_words, kind_weight = guess_kind(text, lead)
    if block.kind and kind in (CONTINUOUS, "monitoring" if block.kind == "principle" else CONTINUOUS):
        kind, kind_words, kind_weight = block.kind, block.title, max(kind_weight, _OPENING)
    partners, partner_words = _partners(block, text, leads)
    due, when = _times(block.row, text)
    guesses = (
        Guess("leads", leads.words, leads.confidence),
        Guess("coordinators", partner_words, _NAMED_IN_TEXT),
        Guess("kind", kind_words, kind_weight),
        Guess("time", when or "", _WHOLE_DATE if due else _WORDS_OF_TIME),
    )
    assessed = find_assessed(text) if kind in RULES_OF_ASSESSMENT else None
    return DraftClause(
        path=path,
        text=text,
        kind=kind,
        leads=leads.names,
        coordinators=partners,
        monitors=leads.names if kind == "monitoring" else (),
        assessed=assessed.names if assessed else (),
        due=due,
        time_expression=when,
        recurrence=find_recurrence(f"{text} {block.row.time}" if block.row else text),
        evidence=_BETWEEN_EVIDENCE.join(dict.fromkeys(guess.words for guess in guesses if guess.words)),
        confidence=min(leads.confidence, kind_weight),
        guesses=guesses,
        section_title=block.title,
    )


def _partners(block: Block, text: str, leads: _Leads) -> tuple[tuple[str, ...], str]:
    """Give who takes part: by the row of a table, the clause's own words, or those that open the list it stands in."""
    if block.row and block.row.coordinators:
        return block.row.coordinators, "; ".join(block.row.coordinators)
    found = find_coordinators(text)
    if found:
        return found.names, text[found.start : found.end].strip()
    of_list = block.opening.partners if leads.words == block.opening.words else ()
    return of_list, "; ".join(of_list)


def _times(row: TaskRow | None, text: str) -> tuple[date | None, str | None]:
    if row and row.time:
        return read_deadline(row.time), row.time
    return find_due(text), find_time_expression(text)
