"""The invented organisation as its CSV files tell it: units and tree by day, periods, tasks, what is asked."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
TOP = "K00"
OWN, CONSOLIDATED = "own", "consolidated"

# Who goes under whom, and when: the events of scenario `base`, whose notes say it in words.
_MOVES = (
    (date(2019, 1, 1), ("C0701", "C0801"), "D11"),
    (date(2020, 4, 1), ("C0303",), "D12"),
    (date(2022, 3, 1), ("C0104",), "D02"),
)


@dataclass(frozen=True)
class SampleUnit:
    """A unit of units.csv; `parent` is the one it began under."""

    code: str
    parent: str | None
    kind: str
    name: str
    valid_from: date
    valid_to: date | None
    size: str

    def in_force(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def reports(self) -> bool:
        """Whether it owes returns of its own: the boards and the bloc itself do not."""
        return self.code[0] in "CD"


@dataclass(frozen=True)
class SamplePeriod:
    """A period of periods.csv; `stage` is 6T, 9T, N, 5N, or stub for the first months."""

    code: str
    stage: str
    year: int
    round: str
    mode: str
    start: date
    cutoff: date
    dues: tuple[date, date, date]  # of C, D and K00

    @property
    def directive(self) -> str:
        return "04-CT/ĐUK" if self.round == "R1" else "60-KL/ĐUK"


@dataclass(frozen=True)
class SampleTask:
    """A task of tasks.csv; `lead` holds unit codes and prefixes such as D*."""

    directive: str
    code: str
    kind: str
    title: str
    lead: tuple[str, ...]
    start: date
    due: date | None
    indicators: tuple[str, ...]

    def is_led_by(self, unit: str) -> bool:
        return any(unit.startswith(rule[:-1]) if rule.endswith("*") else unit == rule for rule in self.lead)


@dataclass(frozen=True)
class SampleIndicator:
    """An indicator of indicators.csv; `bases` are the figures of 2017 by size."""

    code: str
    name: str
    kind: str  # flow, stock, ratio, boolean, ordinal
    in_time: str  # sum, last
    bases: dict[str, int]

    @property
    def asked_in_span(self) -> bool:
        """A span return asks no flows: those come from the yearly returns."""
        return self.in_time != "sum"


def _rows(name: str) -> Iterable[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.split(";") if code)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


@cache
def units() -> dict[str, SampleUnit]:
    return {
        row["code"]: SampleUnit(
            row["code"], row["parent_at_start"] or None, row["kind"], row["name_vi"],
            date.fromisoformat(row["valid_from"]), _day(row["valid_to"]), row["size"],
        )
        for row in _rows("units")
    }  # fmt: skip


@cache
def periods() -> dict[str, SamplePeriod]:
    return {row["code"]: _period(row) for row in _rows("periods")}


def _period(row: dict[str, str]) -> SamplePeriod:
    stage = "stub" if "stub" in row["kind_vi"] else row["code"].split("-")[1]
    dues = tuple(date.fromisoformat(row[f"due_{level}"]) for level in "CDK")
    return SamplePeriod(
        row["code"], stage, date.fromisoformat(row["nominal_to"]).year, row["round"], row["mode"],
        date.fromisoformat(row["data_from"]), date.fromisoformat(row["data_to_cutoff"]), dues,  # type: ignore[arg-type]
    )  # fmt: skip


@cache
def tasks() -> dict[str, SampleTask]:
    return {
        row["code"]: SampleTask(
            row["directive"], row["code"], row["kind"], row["title_vi"], _codes(row["lead"]),
            date.fromisoformat(row["start"]), _day(row["due"]), _codes(row["indicators"]),
        )
        for row in _rows("tasks")
    }  # fmt: skip


@cache
def indicators() -> dict[str, SampleIndicator]:
    return {row["code"]: _indicator(row) for row in _rows("indicators")}


def _indicator(row: dict[str, str]) -> SampleIndicator:
    kind = "ratio" if "ratio" in row["kind"] else row["kind"].split()[0]
    bases = [int(part) for part in row["demo_base_year_L/M/S"].split("/") if part]
    in_time = "sum" if row["time_agg"].startswith("sum") else "last"
    return SampleIndicator(row["code"], row["label_vi"], kind, in_time, dict(zip("LMS", bases, strict=False)))


def parent_at(code: str, day: date) -> str | None:
    """Give the superior of a unit on a day."""
    parent = units()[code].parent
    for since, moved, target in _MOVES:
        if code in moved and day >= since:
            parent = target
    return parent


@cache
def children_at(code: str, day: date) -> tuple[str, ...]:
    """Give the units directly below one, in force on a day."""
    return tuple(unit.code for unit in units().values() if unit.in_force(day) and parent_at(unit.code, day) == code)


@cache
def below_at(code: str, day: date) -> tuple[str, ...]:
    """Give the unit itself and all below it in force on a day that report figures of their own."""
    found = [code] if units()[code].reports and units()[code].in_force(day) else []
    for child in children_at(code, day):
        found += below_at(child, day)
    return tuple(found)


@cache
def indicators_asked(unit: str, period: str) -> frozenset[str]:
    """Give the indicators that a unit's own return asks in a period: those of the tasks it leads."""
    of = periods()[period]
    codes = {
        i for one in tasks().values() if one.directive == of.directive and one.is_led_by(unit) for i in one.indicators
    }
    return frozenset(code for code in codes if of.mode != "span" or indicators()[code].asked_in_span)


@cache
def owed() -> tuple[tuple[str, str, str], ...]:
    """Give all (unit, period, kind) owed in scenario `base`: 766 own and 241 consolidated."""
    rows: list[tuple[str, str, str]] = []
    for period in periods().values():
        reporting = below_at(TOP, period.cutoff)
        rows += [(unit, period.code, OWN) for unit in reporting]
        tops = [u for u in reporting if u.startswith("D") and children_at(u, period.cutoff)]
        rows += [(unit, period.code, CONSOLIDATED) for unit in [TOP, *tops]]
    return tuple(rows)


def due_of(unit: str, period: str) -> date:
    """Give the day on which a unit's return is due, by its level."""
    return periods()[period].dues["CDK".index(unit[0])]
