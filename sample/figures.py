"""The true figures of the invented units, by recipe: base × growth × unit factor × season × events.

A draw depends on unit, indicator and year only, so the order of calls does not matter.
"""

import math
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from sample.draws import normal, share
from sample.organisation import (
    SampleIndicator,
    SamplePeriod,
    below_at,
    indicators,
    indicators_asked,
    periods,
    units,
)
from sample.progress import finished_on

BASE_YEAR = 2017
SEASON = {"stub": 0.25, "6T": 0.46, "9T": 0.71, "N": 1.0, "5N": 0.55}  # 5N is cut off at the end of July
_GROWTH = {"I10": 1.25, "members": 1.01}
_USUAL_GROWTH = 1.04
# Of the spread of 0.25 most belongs to the unit, a little to the year: one year is like the next.
_UNIT_SIGMA, _YEAR_SIGMA = 0.24, 0.07
_EPIDEMIC = {2020: 0.6, 2021: 0.55}
_CONFERENCES = frozenset({"I01", "I15", "I21"})
_AWARD_SEASON = {
    "I16": {"6T": 0.3, "9T": 1.0},
    "I17": {"6T": 0.0, "9T": 0.0},
}  # entries in August, prizes in November
_DECIMALS = {"I18": 1}

_MERGED = {"D11": ("D07", "D08")}
_SPLIT_ON = date(2020, 4, 1)
_SPLIT_SHARE = {"D03": 0.6, "D12": 0.4}
_AFTER_SPLIT = 0.85  # what D03 does with C0303 and D12's staff gone
_HANDED_OVER = ("D10", "D09", date(2024, 6, 30))

_MEMBERS = {"L": 1800, "M": 650, "S": 190}
_STAFF_SHARE = 0.6  # information staff per communicator
_FULL_TIME_2026 = {"L": 22, "M": 16, "S": 8}
_REACHED_SEASON = {"stub": 0.82, "6T": 0.93, "9T": 0.97, "N": 1.0, "5N": 0.96}
_ANSWERED = {"I13": (0.70, 0.025), "I14": (0.68, 0.02)}  # share in 2017, and what a year adds
# What a deliberate fault writes as "1.234" must be true, or every sum above it would be wrong as well.
_TOLD = {("C0201", "I02", "2021-N"): Decimal(1234)}
_PLAN_TASKS = {("R1", "I05"): "R1-06", ("R2", "I05"): "K60-3.5", ("R1", "I06"): "R1-08", ("R2", "I06"): "K60-3.7"}


@dataclass(frozen=True)
class Figures:
    """One indicator of one unit at a cut-off: a value (a boolean is 1 or 0) or the two parts of a ratio."""

    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None

    @property
    def is_ratio(self) -> bool:
        return self.denominator is not None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing arose: no event to count, or nothing to take a share of."""
        return self.denominator == 0 if self.is_ratio else self.value == 0


def true_value(unit: str, indicator: str, period: str, *, consolidated: bool = False) -> Figures:
    """Give a unit's own figure, or that with all below it: ratios by parts. Raises KeyError for unknown codes."""
    if not consolidated:
        return _own(unit, indicator, period)
    asked = [u for u in below_at(unit, periods()[period].cutoff) if indicator in indicators_asked(u, period)]
    return _together(indicators()[indicator].kind, [_own(one, indicator, period) for one in asked])


def _together(kind: str, parts: list[Figures]) -> Figures:
    if kind == "ratio":
        numerators = sum((p.numerator or Decimal(0) for p in parts), Decimal(0))
        return Figures(None, numerators, sum((p.denominator or Decimal(0) for p in parts), Decimal(0)))
    values = [p.value or Decimal(0) for p in parts]
    if kind == "boolean":
        return Figures(min(values, default=Decimal(0)))  # true of the whole only where it is true of each
    return Figures(max(values, default=Decimal(0)) if kind == "ordinal" else sum(values, Decimal(0)))


@cache
def _own(unit: str, indicator: str, period: str) -> Figures:
    if (unit, indicator, period) in _TOLD:
        return Figures(_TOLD[unit, indicator, period])
    of, at = indicators()[indicator], periods()[period]
    if of.kind == "flow":
        return Figures(_flow(unit, of, at))
    if of.kind == "stock":
        return Figures(_stock(unit, of, at))
    if of.kind == "ratio":
        return _ratio(unit, of, at)
    if of.kind == "boolean":
        return Figures(Decimal(_is_true(unit, of.code, at)))
    return Figures(Decimal(1 + int(3 * share(unit, indicator, at.year) ** 1.5)))


def _flow(unit: str, indicator: SampleIndicator, period: SamplePeriod) -> Decimal:
    """Add what each source unit did from the start of the year; rounded apart, so it never falls within a year."""
    decimals = _DECIMALS.get(indicator.code, 0)
    season = _AWARD_SEASON.get(indicator.code, {}).get(period.stage, SEASON[period.stage])
    whole = [_rate(source, indicator, period.year) for source in _MERGED.get(unit, (unit,))]
    return sum((_round(rate * _share_of_year(unit, period, season), decimals) for rate in whole), Decimal(0))


def _rate(source: str, indicator: SampleIndicator, year: int) -> float:
    """Give a whole year's figure."""
    events = _EPIDEMIC.get(year, 1.0) if indicator.code in _CONFERENCES else 1.0
    yearly = math.exp(normal(_YEAR_SIGMA, source, indicator.code, year))
    return _level(source, indicator, year) * events * yearly


def _level(source: str, indicator: SampleIndicator, year: float) -> float:
    base = indicator.bases[units()[source].size]
    growth: float = _GROWTH.get(indicator.code, _USUAL_GROWTH) ** (year - BASE_YEAR)
    return base * growth * math.exp(normal(_UNIT_SIGMA, source, indicator.code))


def _share_of_year(unit: str, period: SamplePeriod, season: float) -> float:
    """Give how much of a full year's work lies behind a unit that was founded or divided in mid-year."""
    if unit == "D13" and period.year == 2020:
        return max(0.0, season - 0.78)
    if unit not in _SPLIT_SHARE or period.cutoff < _SPLIT_ON:
        return season
    before = 0.25 if period.year == _SPLIT_ON.year else 0.0
    if unit == "D12":
        return max(0.0, season - before)
    return before + (season - before) * _AFTER_SPLIT if season > before else season


def _stock(unit: str, indicator: SampleIndicator, period: SamplePeriod, at: float | None = None) -> Decimal:
    """Give the stock at the cut-off, or at another point of the year, with what came and went by events."""
    moment = period.year - 1 + (SEASON[period.stage] if at is None else at)
    if indicator.code == "I19" and unit in _SPLIT_SHARE and period.cutoff >= _SPLIT_ON:
        return _split_stock(unit, indicator, moment)
    sources = list(_MERGED.get(unit, (unit,)))
    given, taker, last_day = _HANDED_OVER
    if unit == taker and period.cutoff > last_day:
        sources.append(given)
    return sum((_round(_level(source, indicator, moment)) for source in sources), Decimal(0))


def _split_stock(unit: str, indicator: SampleIndicator, moment: float) -> Decimal:
    whole = _round(_level("D03", indicator, moment))
    first = _round(float(whole) * _SPLIT_SHARE["D03"])
    return first if unit == "D03" else whole - first


def _ratio(unit: str, indicator: SampleIndicator, period: SamplePeriod) -> Figures:
    if indicator.code in _ANSWERED:
        return _answered(unit, indicator, period)
    denominator = _whole_of(unit, indicator.code, period)
    reached = float(denominator) * _percent(unit, indicator, period) / 100
    # Not rounded half up: small units would all have nobody, or all have one.
    numerator = Decimal(math.floor(reached + share(unit, indicator.code, "odd")))
    return Figures(None, min(numerator, denominator), denominator)


def _whole_of(unit: str, indicator: str, period: SamplePeriod) -> Decimal:
    communicators = indicators()["I19"]
    if indicator == "I22":
        return _stock(unit, communicators, period, at=0.0)  # those in post at New Year: the same all year
    if indicator == "I20":
        return max(Decimal(2), _round(float(_stock(unit, communicators, period)) * _STAFF_SHARE))
    return _stock(unit, SampleIndicator("members", "", "stock", "last", _MEMBERS), period)


def _percent(unit: str, indicator: SampleIndicator, period: SamplePeriod) -> float:
    size, years = units()[unit].size, period.year - BASE_YEAR
    base = indicator.bases[size]
    if indicator.code == "I20":
        return base + (_FULL_TIME_2026[size] - base) * max(0.0, years / 9)
    if indicator.code == "I22":
        epidemic = 0.8 if period.year in _EPIDEMIC else 1.0
        spread = normal(5, unit, indicator.code)
        return max(5.0, min(98.0, base + 2.6 * years + spread)) * SEASON[period.stage] * epidemic
    spread = normal(1.4, unit, indicator.code, period.year)
    return min(99.6, base + 0.25 * years + spread) * _REACHED_SEASON[period.stage]


def _answered(unit: str, indicator: SampleIndicator, period: SamplePeriod) -> Figures:
    arose = _flow(unit, indicator, period)
    start, yearly = _ANSWERED[indicator.code]
    part = min(0.97, start + yearly * max(0, period.year - BASE_YEAR))
    handled = math.floor(float(arose) * part + share(unit, indicator.code, period.year, "odd"))
    return Figures(None, min(Decimal(handled), arose), arose)


def _is_true(unit: str, indicator: str, period: SamplePeriod) -> bool:
    """Say whether the plan, the scenario or the person in charge stands; once there, it stays.

    A plan (I05) is that of the round; the scenario of the first round (I06) is good for the second.
    """
    if indicator == "I04":
        begin = date(2021, 9, 15).toordinal() + int(500 * share(unit, indicator) ** 2.2)
        return period.cutoff.toordinal() >= begin
    rounds: tuple[str, ...] = (period.round,)
    if indicator == "I06":
        rounds = ("R1", "R2") if unit.startswith("D") else ("R2",)
    ends = (finished_on(unit, _PLAN_TASKS[each, indicator]) for each in rounds)
    return any(end is not None and end <= period.cutoff for end in ends)


def _round(number: float, decimals: int = 0) -> Decimal:
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
