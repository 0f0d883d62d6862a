"""Rolled-up figures as a review looks them up: by unit, and only of the units that it prints."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import polars as pl

from models.grades import read_distribution


@dataclass(frozen=True)
class FigureFact:
    """One figure as the review prints it; `value` is None where nothing was reported."""

    code: str
    indicator: str
    unit: str
    period: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    of: int
    partial: bool
    distribution: Mapping[str, int] | None  # units at each level of an ordinal measure; stays the last


class Figures:
    """The figures of one directive; a unit's are read when it is first asked about: there may be half a million."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frames = frame.partition_by("unit", as_dict=True)
        self._read: dict[str, Mapping[tuple[str, str], FigureFact]] = {}

    def of_unit(self, unit: str) -> Mapping[tuple[str, str], FigureFact]:
        """Give a unit's figures by indicator, or line of its breakdown, and period."""
        if unit not in self._read:
            frame = self._frames.get((unit,))
            self._read[unit] = _read(frame) if frame is not None else {}
        return self._read[unit]


def _read(frame: pl.DataFrame) -> dict[tuple[str, str], FigureFact]:
    rows = frame.select(list(FigureFact.__dataclass_fields__)).iter_rows()
    facts = (FigureFact(*(*row[:-1], read_distribution(row[-1]))) for row in rows)
    return {(fact.indicator, fact.period): fact for fact in facts}
