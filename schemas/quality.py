"""The data-quality score of a return, from 0 to 100, and what took points from it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Deduction:
    """Points lost for one reason: `reason` names a text `quality.<reason>`, `count` how many cells or lines."""

    reason: str
    count: int
    points: int


@dataclass(frozen=True)
class Quality:
    """The score and its explanation, the heaviest reason first."""

    score: int
    deductions: tuple[Deduction, ...] = ()
