"""The band that a rule suggests for each unit, with the cap inside its group.

Nothing is awarded here: every band is a suggestion, and where units are equal at the cap the office decides.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from reports.classify import Inputs
from reports.classify_rule import Cap, ClassificationRule

CapMark = Literal["within", "tied", "over"]


@dataclass(frozen=True)
class Suggestion:
    """What a rule makes of a unit's inputs.

    `meets` is the best band whose bounds are met. `suggested` is that band after the cap, None where nothing is due,
    the rule has no bounds, or units are equal at the cap.
    """

    inputs: Inputs
    meets: str | None
    cap: CapMark | None
    suggested: str | None


@dataclass(frozen=True)
class GroupCap:
    """The cap inside one group: how many candidates, how many places, of which base; `tied` compete for `open`."""

    group: str
    band: str
    candidates: int
    places: int
    base: int
    tied: tuple[str, ...]
    open: int


def suggest(inputs: Sequence[Inputs], rule: ClassificationRule | None) -> tuple[list[Suggestion], list[GroupCap]]:
    """Give what a rule suggests for each unit, and how the cap works out in each group."""
    first = [_first(one, rule) for one in inputs]
    if rule is None or rule.cap is None or not rule.bands:
        return first, []
    groups: dict[str, list[Suggestion]] = defaultdict(list)
    for one in first:
        groups[one.inputs.group].append(one)
    capped: dict[str, Suggestion] = {}
    caps = []
    for group, members in sorted(groups.items()):
        marks, cap = cap_group(group, members, rule.cap)
        caps.append(cap)
        capped.update((one.inputs.unit, _capped(one, marks.get(one.inputs.unit), rule.cap)) for one in members)
    return [capped[one.inputs.unit] for one in first], caps


def _first(one: Inputs, rule: ClassificationRule | None) -> Suggestion:
    shares = {name: share.exact for name, share in one.shares.items()}
    bands = rule.bands if rule and one.done.of else ()  # nothing due: nothing can be said
    meets = next((band.code for band in bands if band.is_met(shares)), None)
    return Suggestion(one, meets, None, meets)


def cap_group(group: str, members: Sequence[Suggestion], cap: Cap) -> tuple[dict[str, CapMark], GroupCap]:
    """Rank a group's candidates and mark who is within the cap, over it, or equal at it."""
    ranked = sorted((one for one in members if one.meets == cap.band), key=lambda one: _rank(one, cap), reverse=True)
    others = [one for one in members if one.meets in cap.base and one.meets != cap.band]
    places, base = _places(len(ranked), len(others), cap)
    edge = _rank(ranked[places], cap) if places < len(ranked) else None
    marks: dict[str, CapMark] = {}
    for at, one in enumerate(ranked):
        tied = places > 0 and edge is not None and edge == _rank(ranked[places - 1], cap) == _rank(one, cap)
        marks[one.inputs.unit] = "tied" if tied else "within" if at < places else "over"
    tied_units = tuple(unit for unit, mark in marks.items() if mark == "tied")
    sure = sum(mark == "within" for mark in marks.values())
    left = places - sure if tied_units else 0
    return marks, GroupCap(group, cap.band, len(ranked), places, base, tied_units, left)


def _rank(one: Suggestion, cap: Cap) -> tuple[Fraction, ...]:
    return tuple(one.inputs.shares[name].exact or Fraction(0) for name in cap.order)


def _places(candidates: int, others: int, cap: Cap) -> tuple[int, int]:
    """Give the most candidates that may stay, and the base they are a share of.

    Whoever may not stay falls into the next band: where that one is in the base, the base grows by them.
    """
    for places in range(candidates, -1, -1):
        fallen = candidates - places if cap.following in cap.base else 0
        base = others + fallen + (places if cap.band in cap.base else 0)
        if places * 100 <= cap.percent * base:
            return places, base
    raise AssertionError  # none may always stay


def _capped(one: Suggestion, mark: CapMark | None, cap: Cap) -> Suggestion:
    """Give the suggestion after the cap: over it the next band, where units are equal none."""
    if mark in (None, "within"):
        return replace(one, cap=mark)
    return replace(one, cap=mark, suggested=cap.following if mark == "over" else None)
