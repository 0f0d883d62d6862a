"""Words that open a list and say whom it addresses: "… yêu cầu các cấp ủy thực hiện tốt các nhiệm vụ sau:"."""

import re
from dataclasses import dataclass

from intake.drafting.bodies import bodies_at, find_coordinators, find_lead, find_verb, split_bodies
from intake.drafting.english import run_of_names, split_names
from intake.drafting.folds import fold_in_place
from intake.drafting.names import Addressee
from intake.drafting.rules import load_rules

_LONGEST_BODIES = 160  # letters
_ENGLISH_BODY = re.compile(
    r"(?:The|All|Each|Every|Heads of|Directors of|Members of) [^.;:]+\Z"
    r"|(?:[A-Z]\w+ )+(?:Department|Unit|Board|Office|Division|Committee)s?\Z"
)
_LONGEST_NAME = 10  # words
_TO = re.compile(r"\s+to\s")
_DETERMINED = re.compile(r"\A(?:các|tất cả|toàn thể|mọi|all|each|every|the)\s")
_LIST_FOLLOWS = re.compile(r"(?:sau đây|như sau|sau|như|gồm|là|the following(?: \w+)?|as follows|below)?\s*:\Z")
_TAIL = 60  # letters before the colon that say what the list holds


@dataclass(frozen=True)
class Opening:
    """Words that address all clauses under them, and the sentence part that says so."""

    names: tuple[str, ...] = ()
    words: str = ""
    partners: tuple[str, ...] = ()  # with whom: "Ban A chủ trì, phối hợp với Ban B:"


def find_opening(sentence: str) -> Opening | None:
    """Read "… yêu cầu các cấp ủy thực hiện các nhiệm vụ sau:"; None for a sentence that opens no list."""
    rules = load_rules()
    small = fold_in_place(sentence)
    obliged = _obliged_opening(sentence)
    if obliged:
        return obliged
    asked = list(rules.asking.finditer(small))
    follows = _LIST_FOLLOWS.search(small)
    if not follows or rules.not_lead_in.search(small[-_TAIL:]):
        return None
    if not asked and not (follows[0] != ":" and rules.listing.search(small)):
        return None
    for found in reversed(asked):
        addressed = bodies_at(sentence, found.end() + 1) or _unknown_bodies(sentence, found.end() + 1)
        if addressed:
            return Opening(addressed.names, sentence[found.start() : addressed.end].strip())
    return _subject_opening(sentence)


def find_lead_in(sentence: str) -> Opening | None:
    """Read "Ban Tuyên giáo chủ trì, phối hợp với Văn phòng:", "The Ministry shall ensure that:": a body, and a list."""
    lead = find_lead(sentence) if sentence.endswith(":") else None
    if lead is None or load_rules().not_lead_in.search(fold_in_place(sentence)[-_TAIL:]):
        return None
    if load_rules().bodies.announces.match(fold_in_place(sentence[lead.end :])):
        return None
    partners = find_coordinators(sentence[lead.end :].rstrip(": "))
    return Opening(lead.names, sentence[lead.start : lead.end].strip(), partners.names if partners else ())


def _obliged_opening(sentence: str) -> Opening | None:
    """Read "Every department shall:", "Các đơn vị có trách nhiệm:"."""
    lead = find_lead(sentence) if sentence.endswith(":") else None
    rest = sentence[lead.end :].strip() if lead else ""
    obliging = load_rules().obliging.match(fold_in_place(rest))
    whole = lead and obliging and rest[obliging.end() :].strip() == ":"
    return Opening(lead.names, sentence[lead.start : lead.end].strip()) if lead and whole else None


def _unknown_bodies(sentence: str, start: int) -> Addressee | None:
    """Give what stands between "yêu cầu" and the verb, "directs" and "to", although no word of it is a known body."""
    run = run_of_names(sentence, start)
    if run and _TO.match(sentence, run.end):
        return run
    verb = find_verb(sentence, start)
    words = sentence[start : verb or start]
    if not _DETERMINED.match(fold_in_place(words)) or len(words) > _LONGEST_BODIES or re.search(r"[.;:]", words):
        return None
    return Addressee(split_bodies(words), start, start + len(words))


def is_addressed_heading(title: str) -> Opening | None:
    """Give the bodies a heading consists of: "1. Ban Tuyên giáo Đảng ủy Khối", "Trách nhiệm của các chi bộ"."""
    title = title.rstrip(": .")
    if _is_english_body(title):
        return Opening(split_names(title), title)
    role = load_rules().role_of.match(fold_in_place(title))
    start = role.end() if role else 0
    known = load_rules().bodies.any_body.match(fold_in_place(title[start:]))
    if not known or len(title) > _LONGEST_BODIES or find_verb(title, start + known.end()) is not None:
        return None
    addressed = bodies_at(title, start)
    whole = addressed and addressed.end == len(title)
    names = addressed.names if addressed and whole else split_bodies(title[start:])
    return Opening(names, title[start:]) if whole or _is_proper(title[start:]) else None


def _is_english_body(title: str) -> bool:
    """Tell "3. The Safety Department" and "Heads of Faculty" from a heading such as "Policy and training"."""
    small = fold_in_place(title)
    is_short = title.isascii() and len(title.split()) <= _LONGEST_NAME
    return is_short and bool(_ENGLISH_BODY.match(title) and load_rules().subjects.heads.search(small))


def _is_proper(title: str) -> bool:
    """Tell a name with a comma in it: "Báo và Phát thanh, truyền hình tỉnh"; a phrase has small letters only."""
    first, *others = title.split()
    return first[0].isupper() and sum(word[0].isupper() for word in others) > 0 and len(title.split()) <= _LONGEST_NAME


def _subject_opening(sentence: str) -> Opening:
    """Find who takes a list upon itself ("Đảng ủy Khối sẽ tập trung vào …:"); who only issues it is not asked."""
    for start in (0, *(found.end() for found in re.finditer(r",\s+", sentence))):
        lead = find_lead(sentence[start:])
        if lead and load_rules().bodies.announces.match(fold_in_place(sentence[start + lead.end :])):
            return Opening()
        if lead:
            return Opening(lead.names, sentence[start + lead.start : start + lead.end].strip())
    return Opening()
