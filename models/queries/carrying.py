"""What units said under older codes of indicators, as the numbers of the codes that follow from them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from sqlmodel import Session, col, select

from models.crosswalk import Crosswalk
from models.directive import Indicator
from models.exact import times
from models.queries.issuing import HistoryValue, ReturnKey

PARTS = ("value", "numerator", "denominator")


@dataclass(frozen=True)
class Step:
    """What is said of `before`, with a cut-off from `first` to `last`, is `factor` times that of `after` (ids)."""

    before: int
    after: int
    factor: Fraction
    first: date
    last: date


def find_steps(session: Session, crosswalk: Crosswalk) -> list[Step]:
    """Give the steps of a crosswalk between indicators on record."""
    if not crosswalk:
        return []
    ids = dict(session.exec(select(Indicator.code, Indicator.id).where(col(Indicator.id).is_not(None))).all())
    return [
        Step(ids[one.code] or 0, ids[one.indicator] or 0, one.factor, one.first or date.min, one.last or date.max)
        for one in crosswalk.carried()
        if one.code in ids and one.indicator in ids
    ]


def carry_values(
    history: Mapping[ReturnKey, Mapping[int, HistoryValue]], steps: Sequence[Step]
) -> dict[ReturnKey, dict[int, HistoryValue]]:
    """Add to the newest numbers by unit, kind and indicator what the older codes said."""
    return {key: _carried(said, steps) for key, said in history.items()}


def carry_parts(
    history: Mapping[ReturnKey, Mapping[tuple[int, str], HistoryValue]], steps: Sequence[Step]
) -> dict[ReturnKey, dict[tuple[int, str], HistoryValue]]:
    """Do the same for the lines of breakdowns, each for itself."""
    return {key: _carried_parts(said, steps) for key, said in history.items()}


def _carried_parts(
    said: Mapping[tuple[int, str], HistoryValue], steps: Sequence[Step]
) -> dict[tuple[int, str], HistoryValue]:
    by_part: dict[str, dict[int, HistoryValue]] = defaultdict(dict)
    for (indicator, part), one in said.items():
        by_part[part][indicator] = one
    carried = {part: _carried(all_, steps) for part, all_ in by_part.items()}
    return {(indicator, part): one for part, all_ in carried.items() for indicator, one in all_.items()}


def _carried(said: Mapping[int, HistoryValue], steps: Iterable[Step]) -> dict[int, HistoryValue]:
    """A number said by the newer code itself stays, unless the older ones came later; merged ones must all be there."""
    older: dict[int, list[tuple[Step, HistoryValue]]] = defaultdict(list)
    for step in steps:
        one = said.get(step.before)
        if one is not None and step.first <= one.cutoff <= step.last:
            older[step.after].append((step, one))
    found = dict(said)
    for after, several in older.items():
        cutoffs = {one.cutoff for _, one in several}
        itself = said.get(after)
        stays = itself and itself.cutoff >= max(cutoffs) and all(one is not itself for _, one in several)
        if len(cutoffs) == 1 and not stays:
            found[after] = _summed(several)
    return found


def _summed(several: Sequence[tuple[Step, HistoryValue]]) -> HistoryValue:
    value, numerator, denominator = (
        _sum([times(getattr(one, part), step.factor) for step, one in several]) for part in PARTS
    )
    return replace(several[0][1], value=value, numerator=numerator, denominator=denominator)


def _sum(amounts: Sequence[Decimal | None]) -> Decimal | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known, Decimal()) if known and len(known) == len(amounts) else None
