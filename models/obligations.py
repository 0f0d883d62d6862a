"""Who owes which return for a period, and who is excused: the rules of the ledger, without the record. Pure."""

from dataclasses import dataclass
from datetime import date

from models.addressing import resolve
from models.plan import PlanPeriod
from models.unit_history import History, Tree

OWN, CONSOLIDATED = "own", "consolidated"


@dataclass(frozen=True)
class Obligation:
    """One row of the ledger; `ended` is the last day of a unit excused because it ended, `event` the reason."""

    unit: str
    kind: str
    level: int
    ended: date | None = None
    event: str | None = None


def obligations(period: PlanPeriod, history: History) -> list[Obligation]:
    """Give what is owed on the tree of the cut-off, then what is excused because its unit ended before it."""
    tree = history.tree(period.cutoff)
    owed = [Obligation(unit, kind, tree.level(unit)) for unit, kind in _owing(period, tree)]
    return owed + _excused(period, history)


def _owing(period: PlanPeriod, tree: Tree) -> list[tuple[str, str]]:
    own = resolve(period.own_rule, tree)
    asked = set(own)
    above = [unit for unit in resolve(period.consolidated_rule, tree) if asked.intersection(tree.below(unit))]
    return [(unit, OWN) for unit in own] + [(unit, CONSOLIDATED) for unit in above]


def _excused(period: PlanPeriod, history: History) -> list[Obligation]:
    found: list[Obligation] = []
    for code, ending in history.endings.items():
        if not period.coverage_start <= ending.last < period.cutoff:
            continue
        tree = history.tree(ending.last)
        found += [
            Obligation(unit, kind, tree.level(unit), ending.last, ending.event)
            for unit, kind in _owing(period, tree) if unit == code
        ]  # fmt: skip
    return found
