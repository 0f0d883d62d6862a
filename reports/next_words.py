"""Tasks for the next directive from what units wrote: proposals, coded shortcomings, what they intend. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar

from models.addressing import split_rule
from models.queries.reviewing import Said, SaidShortcoming
from reports.excerpts import excerpts
from reports.outlook import NAMED, NextTask, Outlook
from schemas.folds import fold
from schemas.texts import UNKNOWN

MOST_PROPOSALS, MOST_DIRECTIONS = 10, 20  # to one office; of all units

Text = TypeVar("Text", Said, SaidShortcoming)


def proposed_tasks(look: Outlook) -> Iterator[NextTask]:
    """Give what units ask for, under the office that they ask, those most asked first."""
    by_office: dict[str, list[Said]] = defaultdict(list)
    for said in _newest(look, "proposal"):
        by_office[_office(said)].append(said)
    for office, all_ in sorted(by_office.items(), key=lambda entry: (-len(entry[1]), entry[0])):
        for group in _chosen(all_, MOST_PROPOSALS):
            named = look.pen.office(office) if office else look.say("no-office")
            told = look.say("evidence.proposals", units=len(_units(group)), office=named)
            lead = [_addressee(look, office)]
            text = group[0].text
            yield NextTask("proposals", look.propose("deliverable", text, lead, text), told + look.named(group))


def _addressee(look: Outlook, office: str) -> str:
    """Give the code of the office that is asked; words in quotes where it is none of ours, the top without any."""
    facts = look.pen.facts
    if not office:
        return facts.root
    ours = next((code for code, span in facts.units.items() if fold(span.name) == fold(office)), None)
    return ours or '"' + office.replace('"', "").replace(";", ",") + '"'


def mending_tasks(look: Outlook) -> Iterator[NextTask]:
    """Give one task for each coded shortcoming to the units that named it; to all where most did."""
    pen = look.pen
    of = pen.facts.reporting_units()
    by_code: dict[str, list[SaidShortcoming]] = defaultdict(list)
    for said in pen.facts.shortcomings:
        by_code[said.code].append(said)
    for code, all_ in sorted(by_code.items(), key=lambda entry: (-len(_units(entry[1])), entry[0])):
        units = _units(all_)
        told = look.say("evidence.shortcomings", units=len(units), of=of, times=len(all_), causes=_causes(look, all_))
        lead = _rule_of_all(look) if 2 * len(units) > of else look.standing(units)
        title = look.say("title.shortcoming", shortcoming=pen.term("shortcoming", code))
        quotes = [group[0] for group in _chosen([one for one in all_ if one.text], NAMED)]
        task = look.propose("continuous", title, lead or (pen.facts.root,))
        yield NextTask("shortcomings", task, told + look.quoted(quotes))


def _rule_of_all(look: Outlook) -> list[str]:
    """Give whom the last period asked for a return."""
    return split_rule(look.pen.facts.periods[-1].own_rule)


def _causes(look: Outlook, all_: Sequence[SaidShortcoming]) -> str:
    counted = Counter(said.cause_code for said in all_ if said.cause_code)
    ranked = sorted(counted.items(), key=lambda entry: (-entry[1], entry[0]))[:NAMED]
    return "; ".join(f"{look.pen.term('cause', code)} ({count})" for code, count in ranked) or UNKNOWN


def intended_tasks(look: Outlook) -> Iterator[NextTask]:
    """Give what units intend, each to those who say so."""
    for group in _chosen(_newest(look, "direction"), MOST_DIRECTIONS):
        told = look.say("evidence.directions", units=len(_units(group)))
        lead = look.standing(_units(group)) or (look.pen.facts.root,)
        text = group[0].text
        yield NextTask("directions", look.propose("self_commitment", text, lead, text), told + look.named(group))


def count_left_out(look: Outlook, tasks: Sequence[NextTask]) -> int:
    """Count the proposals and directions, each text once, for which there was no room among the tasks."""
    said = (*_newest(look, "proposal"), *_newest(look, "direction"))
    different = {(one.kind, _office(one), fold(one.text)) for one in said}
    return len(different) - sum(one.group in ("proposals", "directions") for one in tasks)


def _office(said: Said) -> str:
    return " ".join((said.addressee or "").split())


def _newest(look: Outlook, kind: str) -> list[Said]:
    """Give what each unit said of a kind in the newest of its returns that says any: older ones had their time."""
    of_kind = [said for said in look.pen.facts.statements if said.kind == kind]
    last = {said.unit: said.period for said in of_kind}
    return [said for said in of_kind if said.period == last[said.unit]]


def _chosen(all_: Sequence[Text], most: int) -> list[list[Text]]:
    """Put the same texts together and choose at most so many, those of most units first, the newest among equals."""
    by_text: dict[str, list[Text]] = defaultdict(list)
    for said in reversed(all_):
        by_text[fold(said.text or "")].append(said)
    ranked = sorted(by_text.values(), key=lambda group: -len(_units(group)))
    return excerpts(ranked, most, text=lambda group: group[0].text or "", traits=lambda group: (group[0].unit,))


def _units(said: Sequence[Text]) -> list[str]:
    return list(dict.fromkeys(one.unit for one in said))
