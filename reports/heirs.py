"""Who holds a unit's old figures on a later day: its heirs through mergers, splits and dissolutions. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from models.exact import to_decimal

JOIN = " + "  # between the units of a line that cannot be told apart

Parts = frozenset[str]


@dataclass(frozen=True)
class Passing:
    """A unit passes its figures on; `shares` says how a stock divides over the targets, by indicator."""

    happened_on: date
    type: str  # merge, split, dissolve
    source: str
    targets: tuple[str, ...]
    shares: Mapping[str, tuple[Decimal, ...]] = field(default_factory=dict)

    def applies_to(self, said_on: date) -> bool:
        """Whether it came after a figure of that day; the day of a dissolution is the unit's last one."""
        return said_on < self.happened_on or (said_on == self.happened_on and self.type != "split")


@dataclass(frozen=True)
class Heir:
    """One unit, or several together where no share is known, and the weight of the old figure that went there."""

    parts: Parts
    weight: Fraction = Fraction(1)

    @property
    def line(self) -> str:
        return JOIN.join(sorted(self.parts))


def find_heirs(unit: str, said_on: date, until: date, indicator: str, passings: Iterable[Passing]) -> tuple[Heir, ...]:
    """Follow the events after `said_on` up to `until`, given in their order; the weights add up to 1."""
    heirs = [Heir(frozenset({unit}))]
    for passing in passings:
        if passing.happened_on <= until and passing.applies_to(said_on):
            heirs = [heir for before in heirs for heir in _pass_on(before, passing, indicator)]
    return tuple(heirs)


def _pass_on(heir: Heir, passing: Passing, indicator: str) -> list[Heir]:
    if passing.source not in heir.parts:
        return [heir]
    shares = passing.shares.get(indicator, ())
    if len(heir.parts) == 1 and len(passing.targets) > 1 and len(shares) == len(passing.targets) and any(shares):
        whole = sum(map(Fraction, shares))
        pairs = zip(passing.targets, shares, strict=True)
        return [Heir(frozenset({to}), heir.weight * Fraction(share) / whole) for to, share in pairs]
    return [Heir(heir.parts - {passing.source} | set(passing.targets), heir.weight)]


def divide(value: Decimal | None, heirs: Sequence[Heir]) -> list[Decimal | None]:
    """Give each heir its part, rounded half up to six decimals; the last takes the rest, so nothing is lost."""
    if value is None:
        return [None] * len(heirs)
    parts: list[Decimal | None] = []
    rest = value
    for heir in heirs[:-1]:
        part = to_decimal(Fraction(value) * heir.weight)
        parts.append(part)
        rest -= part
    return [*parts, rest]


def joint_groups(sets: Iterable[Parts]) -> list[Parts]:
    """Join the sets that share a unit, until no two do."""
    groups: list[Parts] = []
    for parts in sorted(sets, key=sorted):
        met = [group for group in groups if group & parts]
        groups = [group for group in groups if not group & parts]
        groups.append(parts.union(*met))
    return groups
