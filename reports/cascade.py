"""How far a directive has come down the tree: who disseminated it, issued a document, planned, reported; by level."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from models.queries.cascade import AskedTask, Sign
from models.unit_history import Tree
from reports.cascade_rule import STEPS, CascadeRule, Step
from reports.cascade_word import Word
from reports.task_status import DONE
from schemas.folds import sort_key

REPORTED = "reported"
ALL_STEPS = (*STEPS, REPORTED)
STARTED = DONE | {"in_progress"}  # words by which a unit has taken a clause up

Reach = Literal["reached", "none", "not-asked"]


@dataclass(frozen=True)
class UnitSteps:
    """One unit: for each step whether it was taken, None where nothing asks the unit for it.

    `document`, `number` and `issued_on` are of the unit's earliest implementing document; `signs` say what shows a
    step. `accepted` of the `owed` returns of all periods looked at.
    """

    unit: str
    unit_name: str
    level: int
    superior: str | None
    disseminated: bool | None
    document: bool | None
    number: str | None
    issued_on: date | None
    planned: bool | None
    reported: bool | None
    accepted: int
    owed: int
    signs: Mapping[str, Sign]


@dataclass(frozen=True)
class LevelCount:
    """How many of the units of a level that are asked for a step have taken it."""

    level: int
    step: str
    n: int
    of: int


@dataclass(frozen=True)
class ClauseReach:
    """One task: how many of the units that lead it have taken it up, down to a level and below it.

    `reach` is "none" where units below are asked and none has, "not-asked" where no unit below is asked.
    """

    task: str
    clause: str | None
    title: str
    n_above: int
    of_above: int
    n_below: int
    of_below: int
    reach: Reach


@dataclass(frozen=True)
class Cascade:
    """Units down the tree, counts by level and step, clauses; `unasked` are the steps no task of the plan asks for."""

    units: tuple[UnitSteps, ...]
    levels: tuple[LevelCount, ...]
    clauses: tuple[ClauseReach, ...]
    unasked: tuple[str, ...]


def cascade(rule: CascadeRule, word: Word, *, below: int) -> Cascade:
    """Say how far a directive has come. `below`: clauses are told apart by whether units under that level have any."""
    asking = {name: [one for one in word.tasks if step.asks(one)] for name, step in rule.steps.items()}
    codes = [code for code in _down(word.tree) if word.led.get(code) or word.returns.get(code)]
    units = tuple(_unit(code, rule, asking, word) for code in codes)
    return Cascade(
        units=units,
        levels=tuple(_levels(units)),
        clauses=tuple(_clause(one, word, below) for one in word.tasks),
        unasked=tuple(name for name in STEPS if not asking[name]),
    )


def _down(tree: Tree) -> list[str]:
    """Order units as an office lists them: each one, then those under it, siblings in Vietnamese order."""
    found: dict[str, None] = {}
    waiting = _backwards(tree, None)
    while waiting:
        code = waiting.pop()
        if code not in found:
            found[code] = None
            waiting += _backwards(tree, code)
    return list(found)


def _backwards(tree: Tree, superior: str | None) -> list[str]:
    return sorted(
        tree.children.get(superior, ()), key=lambda code: (sort_key(tree.spans[code].name), code), reverse=True
    )


def _unit(code: str, rule: CascadeRule, asking: Mapping[str, Sequence[AskedTask]], word: Word) -> UnitSteps:
    taken: dict[str, bool | None] = {}
    signs: dict[str, Sign] = {}
    for name, step in rule.steps.items():
        asked = [one for one in asking[name] if code in word.leaders.get(one.code, ())]
        shown = _first_sign(name, step, word.signs_for(code, asked)) if asked else None
        taken[name] = (shown is not None) if asked else None
        if shown:
            signs[name] = shown
    document, span, returns = signs.get("document"), word.tree.spans[code], word.returns.get(code, ())
    return UnitSteps(
        unit=code,
        unit_name=span.name,
        level=word.tree.level(code),
        superior=span.parent,
        disseminated=taken["disseminated"],
        document=taken["document"],
        number=document.number if document else None,
        issued_on=document.issued_on if document else None,
        planned=taken["planned"],
        reported=_reported(code, word),
        accepted=sum(line.accepted for line in returns),
        owed=len(returns),
        signs=signs,
    )


def _first_sign(name: str, step: Step, signs: Iterable[Sign]) -> Sign | None:
    """Give the earliest word that shows a step; of documents the one that was issued first."""
    shown = [sign for sign in signs if step.shows(sign)]
    if name == "document":
        shown.sort(key=lambda sign: sign.issued_on or sign.cutoff)
    return shown[0] if shown else None


def _reported(code: str, word: Word) -> bool | None:
    """Whether a unit's return of the last period was accepted; None where it owed none."""
    last = [line for line in word.returns.get(code, ()) if line.period == word.last]
    return all(line.accepted for line in last) if last else None


def _levels(units: Sequence[UnitSteps]) -> list[LevelCount]:
    counts = []
    for level in sorted({unit.level for unit in units}):
        for step in ALL_STEPS:
            taken = [getattr(unit, step) for unit in units if unit.level == level]
            counts.append(
                LevelCount(level, step, sum(one is True for one in taken), sum(one is not None for one in taken))
            )
    return counts


def _clause(one: AskedTask, word: Word, below: int) -> ClauseReach:
    asked = word.leaders.get(one.code, ())
    taken_up = {unit for unit in asked if _has_taken_up(unit, one, word)}
    under = {unit for unit in asked if word.tree.level(unit) > below}
    n_below = len(taken_up & under)
    return ClauseReach(
        task=one.code,
        clause=one.clause,
        title=one.title,
        n_above=len(taken_up - under),
        of_above=len(asked) - len(under),
        n_below=n_below,
        of_below=len(under),
        reach="reached" if n_below else "none" if under else "not-asked",
    )


def _has_taken_up(unit: str, one: AskedTask, word: Word) -> bool:
    """Whether a unit's word on a task, or a document for it, is on record; a figure alone says nothing of it."""
    signs = [sign for sign in word.signs_for(unit, [one]) if sign.subject == one.code]
    return any(sign.by == "evidence" or sign.word in STARTED for sign in signs)
