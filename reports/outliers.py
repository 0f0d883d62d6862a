"""Figures far from the unit's own earlier ones, or from those of units of its size: for a reader to look at again."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from models.exact import to_decimal
from models.queries.forecast import UnitFigure

LEAST_OWN = 3  # earlier figures of the unit; with fewer nothing is said
LEAST_GROUP = 6  # units of the group, itself among them
FAR = Decimal("3.5")  # in robust deviations
SCALE = Decimal("1.4826")  # of a median absolute deviation, to be told in standard deviations of normal figures
LEAST_SPREAD = Decimal("0.1")  # of the median: figures that hardly moved are not far apart for a small step
SAME_LENGTH = 31  # days: a year that began late is not set beside whole ones

Against = Literal["own-past", "size-group"]
Key = tuple[str, str]  # unit or size group, indicator


@dataclass(frozen=True)
class Outlier:
    """A figure far from a median: `against` that of the unit's own `n` earlier ones, or of `n` units of its size group.

    The group's are of the same period, with the unit's own among them. `deviations` is how far, in robust deviations;
    below nought where it is less than the median.
    """

    unit: str
    indicator: str
    period: str
    against: Against
    group: str | None
    value: Decimal
    median: Decimal
    spread: Decimal
    n: int
    deviations: Decimal


def find_outliers(figures: Iterable[UnitFigure], period_id: int) -> list[Outlier]:
    """Look at the figures of one period; the others are what they are measured by. The farthest comes first."""
    now: dict[Key, tuple[UnitFigure, Decimal]] = {}
    earlier: dict[Key, list[tuple[UnitFigure, Decimal]]] = defaultdict(list)
    for figure in figures:
        value = amount(figure)
        if value is None:
            continue
        if figure.period_id == period_id:
            now[figure.unit, figure.indicator] = (figure, value)
        else:
            earlier[figure.unit, figure.indicator].append((figure, value))
    groups = _by_group(now)
    found = []
    for key, (figure, value) in sorted(now.items()):
        own = [other for past, other in earlier[key] if abs(past.days - figure.days) <= SAME_LENGTH]
        if len(own) >= LEAST_OWN:
            found += _judge(figure, value, _yardstick(own, figure.decimals), "own-past")
        if group := groups.get((figure.size_group or "", figure.indicator)):
            found += _judge(figure, value, group, "size-group")
    return sorted(found, key=lambda one: (-abs(one.deviations), one.unit, one.indicator, one.against))


def amount(figure: UnitFigure) -> Decimal | None:
    """Give a figure as a number, of a ratio its percentage; None of nothing."""
    if figure.numerator is None and figure.denominator is None:
        return figure.value
    if figure.numerator is None or not figure.denominator:
        return None
    return figure.numerator * 100 / figure.denominator


def middle(values: Sequence[Decimal]) -> Decimal:
    """Give the median. Raises ValueError of nothing."""
    if not values:
        raise ValueError(values)
    ordered, half = sorted(values), len(values) // 2
    return ordered[half] if len(values) % 2 else (ordered[half - 1] + ordered[half]) / 2


def spread_of(values: Sequence[Decimal], decimals: int) -> Decimal:
    """Give the robust deviation of some values, never less than a tenth of their median or the smallest step."""
    centre = middle(values)
    robust = SCALE * middle([abs(value - centre) for value in values])
    return max(robust, LEAST_SPREAD * abs(centre), Decimal(1).scaleb(-decimals))


@dataclass(frozen=True)
class _Yardstick:
    """The middle of some figures and how far they lie from it."""

    median: Decimal
    spread: Decimal
    n: int


def _yardstick(values: Sequence[Decimal], decimals: int) -> _Yardstick:
    return _Yardstick(middle(values), spread_of(values, decimals), len(values))


def _by_group(now: Mapping[Key, tuple[UnitFigure, Decimal]]) -> dict[Key, _Yardstick]:
    """Measure each size group's figures of an indicator once; groups too small have none."""
    values: dict[Key, list[Decimal]] = defaultdict(list)
    decimals: dict[str, int] = {}
    for figure, value in now.values():
        values[figure.size_group or "", figure.indicator].append(value)
        decimals[figure.indicator] = figure.decimals
    return {
        key: _yardstick(found, decimals[key[1]])
        for key, found in values.items()
        if key[0] and len(found) >= LEAST_GROUP
    }


def _judge(figure: UnitFigure, value: Decimal, by: _Yardstick, against: Against) -> list[Outlier]:
    deviations = (value - by.median) / by.spread
    if abs(deviations) <= FAR:
        return []
    return [
        Outlier(
            unit=figure.unit,
            indicator=figure.indicator,
            period=figure.period,
            against=against,
            group=figure.size_group if against == "size-group" else None,
            value=_rounded(value),
            median=_rounded(by.median),
            spread=_rounded(by.spread),
            n=by.n,
            deviations=_rounded(deviations),
        )
    ]


def _rounded(value: Decimal) -> Decimal:
    return to_decimal(Fraction(value))
