"""The periods of a round once more, as many years later as the round is long. Pure."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from models.period import months_later, years_between
from models.plan import PlanPeriod

_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)")
_NUMBER = re.compile(r"\d+\Z")
_DAYS = ("nominal_from", "nominal_to", "coverage_start", "cutoff", "lock")


def years_of_round(periods: Sequence[PlanPeriod], issued_on: date) -> int:
    """Give how many years the periods of a round cover since the directive was issued, and at least one."""
    begins = max(min(one.coverage_start for one in periods), issued_on)
    return max(1, years_between(begins, max(one.cutoff for one in periods)))


def next_round(name: str) -> str:
    """Give the name of the round after one: R2 and R3; a name without a number stays for a person to change."""
    return _NUMBER.sub(lambda number: str(int(number.group()) + 1), name)


def shift_period(one: PlanPeriod, years: int) -> PlanPeriod:
    """Give the same period in the next round: 2021-9T and five years are 2026-9T, R2-5N is R3-5N."""
    following = next_round(one.round)
    named = re.sub(rf"(?<!\w){re.escape(one.round)}(?!\w)", following, one.code)
    code = _YEAR.sub(lambda year: str(int(year.group()) + years), named)
    days: dict[str, Any] = {name: months_later(getattr(one, name), 12 * years) for name in _DAYS if getattr(one, name)}
    return replace(one, code=code, round=following, **days)
