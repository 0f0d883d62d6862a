"""Who is meant in an English clause: the words before "shall", after "in coordination with", after "by"."""

import re

from intake.drafting.folds import fold_in_place
from intake.drafting.names import Addressee
from intake.drafting.rules import load_rules

_LONGEST_SUBJECT = 160  # letters; more before "shall" is no list of bodies
_PREFIX = re.compile(  # "No branch shall …" forbids the branch
    r"\A(?:no\s+|(?:in|on|by|before|after|within|not? later than|as|under|upon|pursuant to|subject to|consistent with|"
    r"(?:every|each) (?:day|week|month|quarter|year)|from|where|when|if|to|for|following)\b[^,;:]*,\s+)?",
    re.I,
)
_RUN = re.compile(
    r"[^;.:]+?(?=,\s+(?!(?:the|all|each|and)\b)[a-z]|"
    r",?\s+(?:to|shall|must|will|should|by|before|for|on|in|at|within)\s|[;.:]|\Z)"
)
_LIST_BREAK = re.compile(r",\s+(?:and\s+)?|\s+and\s+")
_FORBIDS, _MAY = re.compile(r"no\s", re.I), re.compile(r"\bmay\b")  # "No contractor may …"
_TO_DO = re.compile(r"(?P<who>[A-Z][^,;.:]{2,100}?)\s+to\s+(?:(?:jointly|also|urgently|immediately)\s+)?(?=[a-z])")
_IS_SENTENCE = re.compile(
    r"\b(?:is|are|was|were|be|has|have|shall|must|will|should|can|may|the number|need|needs|ability|effort)\b"
)
_DETERMINER = re.compile(r"\A(?:the|all|each|every|any|both|our|its|their)\b", re.I)
_AGENT = re.compile(r"\bbe \w+(?: \w+)? by (?=(?:the|all|each|every|[A-Z]))")


def find_subject(text: str) -> Addressee | None:
    """Find who shall do it: "The Legal Unit and all offices shall …"; the agent of a passive too."""
    charged = _to_do(text)
    if charged:
        return charged
    prefix = _PREFIX.match(text)
    start = prefix.end() if prefix else 0
    forbids = _FORBIDS.match(text)
    found = (_MAY if forbids else load_rules().subjects.obliging).search(fold_in_place(text), start)
    found = found or (load_rules().subjects.obliging.search(fold_in_place(text), start) if forbids else None)
    if found and 0 < found.start() - start <= _LONGEST_SUBJECT and not re.search(r"[.;:]", text[start : found.start()]):
        if load_rules().subjects.pronouns.fullmatch(fold_in_place(text[start : found.start()].strip())):
            return None
        partners = load_rules().subjects.together.search(fold_in_place(text), start, found.start())
        return Addressee(
            split_names(text[start : partners.start() if partners else found.start()]), start, found.start()
        )
    agent = _AGENT.search(text)
    return run_of_names(text, agent.end()) if agent else None


def _to_do(text: str) -> Addressee | None:
    """Read "Faculty of Science to revise …", as minutes put it: a body, "to" and what it is to do."""
    found = _TO_DO.match(text)
    small = fold_in_place(found["who"]) if found else ""
    if not found or _IS_SENTENCE.search(small) or not load_rules().subjects.heads.search(small):
        return None
    verb = load_rules().verbs.opening.match(fold_in_place(text[found.end() :]))
    return Addressee(split_names(found["who"]), 0, found.end()) if verb else None


def find_partners(text: str) -> Addressee | None:
    """Find the bodies after "in coordination with"."""
    found = load_rules().subjects.together.search(fold_in_place(text))
    if not found:
        return None
    subject = find_subject(text)
    end = subject.start if subject and subject.start > found.end() else len(text)
    return run_of_names(text[:end], found.end())


def find_assessed_in_english(text: str) -> Addressee | None:
    """Find who is appraised or assessed by what a rule says."""
    found = load_rules().subjects.assessed.search(fold_in_place(text))
    return run_of_names(text, found.end()) if found else None


def run_of_names(text: str, start: int) -> Addressee | None:
    """Give the bodies from `start` on, up to what is to be done or when."""
    found = _RUN.match(text, start)
    names = split_names(found[0]) if found else ()
    return Addressee(names, start, found.end()) if found and names else None


def split_names(run: str) -> tuple[str, ...]:
    """Split "the Legal Unit, the Planning and Finance Department and all offices" into its three bodies."""
    heads = load_rules().subjects.heads
    names, start = [], 0
    run = run.strip(" ,;.")
    for found in _LIST_BREAK.finditer(run):
        left, right = run[start : found.start()], run[found.end() :]
        if _DETERMINER.match(right) or (heads.search(fold_in_place(left)) and heads.search(fold_in_place(right))):
            names.append(left.strip())
            start = found.end()
    return tuple(name for name in (*names, run[start:].strip()) if name)
