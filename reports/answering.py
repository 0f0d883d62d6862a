"""Whose return speaks for a unit: its own, or the consolidated one above a body that sends none."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from models.unit_history import Tree
from reports.standing import StandingLine

OWN, CONSOLIDATED = "own", "consolidated"
T = TypeVar("T")


@dataclass(frozen=True)
class Speaker:
    """The unit and the kind of its return in which a unit's word is found."""

    unit: str
    kind: str


@dataclass(frozen=True)
class Speakers:
    """Who speaks for whom, from the returns that are owed."""

    tree: Tree
    kinds: Mapping[str, frozenset[str]]  # of the returns each unit owes

    def of(self, unit: str) -> Speaker | None:
        """Give a unit's own return, else its consolidated one, else that of the nearest unit above; None of none."""
        if OWN in self.kinds.get(unit, ()):
            return Speaker(unit, OWN)
        above = self.tree.superiors(unit) if unit in self.tree.spans else ()
        found = next((code for code in (unit, *above) if CONSOLIDATED in self.kinds.get(code, ())), None)
        return Speaker(found, CONSOLIDATED) if found else None

    def words(self, unit: str, task: str, said: Mapping[tuple[Speaker, str], Sequence[T]]) -> Sequence[T]:
        """Give what is said for a unit of a task, by speaker and task; nothing where nobody speaks for it."""
        speaker = self.of(unit)
        return said.get((speaker, task), ()) if speaker else ()


def find_speakers(tree: Tree, lines: Iterable[StandingLine]) -> Speakers:
    """Read from the ledger who sends which kind of return."""
    kinds: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        if line.owed:
            kinds[line.unit].add(line.kind)
    return Speakers(tree, {unit: frozenset(found) for unit, found in kinds.items()})
