"""All that is on record for a cascade, arranged by who leads what and who has said what."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from models.queries.cascade import AskedTask, Lead, Sign
from models.unit_history import Tree
from reports.answering import Speaker, find_speakers
from reports.standing import StandingLine

FIGURES = ""  # no task and no indicator has this code


@dataclass(frozen=True)
class Word:
    """All that is on record for a cascade: `lines` are the ledger of the periods looked at, `last` the newest one.

    `signs` are in order of their periods.
    """

    tree: Tree
    tasks: Sequence[AskedTask]
    leads: Sequence[Lead]
    signs: Sequence[Sign]
    lines: Sequence[StandingLine]
    last: str

    @cached_property
    def led(self) -> dict[str, list[AskedTask]]:
        """The tasks that each unit in force leads."""
        by_code = {one.code: one for one in self.tasks}
        found: dict[str, list[AskedTask]] = defaultdict(list)
        for lead in self.leads:
            if lead.task in by_code and lead.unit in self.tree.spans:
                found[lead.unit].append(by_code[lead.task])
        return found

    @cached_property
    def leaders(self) -> dict[str, set[str]]:
        """The units that lead each task."""
        found: dict[str, set[str]] = defaultdict(set)
        for unit, tasks in self.led.items():
            for one in tasks:
                found[one.code].add(unit)
        return found

    @cached_property
    def speakers(self) -> dict[str, Speaker | None]:
        speakers = find_speakers(self.tree, self.lines)
        return {code: speakers.of(code) for code in self.tree.spans}

    @cached_property
    def said(self) -> dict[tuple[Speaker, str], list[Sign]]:
        """The lines by speaker and subject; all figures of a speaker stand together."""
        found: dict[tuple[Speaker, str], list[Sign]] = defaultdict(list)
        for sign in self.signs:
            subject = FIGURES if sign.by == "figure" else sign.subject
            found[Speaker(sign.unit, sign.kind), subject].append(sign)
        return found

    @cached_property
    def returns(self) -> dict[str, list[StandingLine]]:
        found: dict[str, list[StandingLine]] = defaultdict(list)
        for line in self.lines:
            if line.owed:
                found[line.unit].append(line)
        return found

    def signs_for(self, unit: str, tasks: Iterable[AskedTask]) -> list[Sign]:
        """Give what is on record for a unit and some tasks; a figure of a return above is not the unit's own."""
        speaker = self.speakers[unit]
        if speaker is None:
            return []
        subjects = {name: None for one in tasks for name in (one.code, *sorted(one.indicators))}
        own = [FIGURES] if speaker.unit == unit else []
        signs = [sign for subject in (*subjects, *own) for sign in self.said.get((speaker, subject), ())]
        return sorted(signs, key=lambda sign: sign.cutoff)
