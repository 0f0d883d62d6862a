"""What kind of thing a clause asks: by its own verb, once addressee, modals and partners are taken off."""

import re

from intake.drafting.bodies import find_verb, opens_with_verb, without_partners
from intake.drafting.folds import fold_in_place
from intake.drafting.names import Addressee
from intake.drafting.rules import load_rules

CONTINUOUS = "continuous"
RULES_OF_ASSESSMENT = ("annual_rule", "rule")
_PLAIN_VERB, _NO_VERB = 0.8, 0.4
_GROUNDS = re.compile(r"\A(?:căn cứ|trên cơ sở|theo(?! dõi)|tùy theo|dựa trên)\s")


def guess_kind(text: str, lead: Addressee | None = None) -> tuple[str, str, float]:
    """Give the kind of a clause, the words that show it, and how sure that is."""
    core = _core(text, lead)
    small, ahead = fold_in_place(core), fold_in_place(text[: lead.start if lead else 0])
    for rule in load_rules().kinds:
        found = rule.ahead.search(ahead) if rule.ahead else None
        if found:
            return rule.kind, text[found.start() : found.end()].strip(" ,"), rule.weight
        found = rule.pattern.search(small)
        if found:
            return rule.kind, core[found.start() : found.end()].strip(), rule.weight
    if lead and load_rules().verbs.promising.match(fold_in_place(text[lead.end :])):
        return "self_commitment", text[lead.start : lead.end].strip(), _PLAIN_VERB
    return CONTINUOUS, "", _PLAIN_VERB if lead or opens_with_verb(text) else _NO_VERB


def _core(text: str, lead: Addressee | None) -> str:
    """Give the clause from its own verb on: without addressee, modals, grounds and "phối hợp với …"."""
    core = text[lead.end if lead else 0 :].strip(" ,")
    while True:
        shorter = _shorter(core)
        if not shorter or shorter == core:
            return core
        core = shorter


def _shorter(core: str) -> str:
    small = fold_in_place(core)
    they = load_rules().subjects.pronouns.match(small)
    if they:
        return core[they.end() :].strip()
    found = load_rules().verbs.modals.match(small) or load_rules().subjects.obliging.match(small)
    if found:
        return core[found.end() :].strip(" ,")
    grounds = _GROUNDS.match(small)
    verb = find_verb(core, grounds.end()) if grounds else None
    return core[verb:] if verb else without_partners(core)
