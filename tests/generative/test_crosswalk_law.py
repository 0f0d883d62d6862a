"""Law of codes that change: figures are those that would stand if every unit had said the newer codes all along."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from generative.test_rollup import (
    AFTER_ALL,
    INDICATORS,
    NEW,
    OFTEN,
    OLD,
    ROOT,
    SECOND_TIME,
    World,
    Writer,
    with_copy,
    worlds,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import OraclePeriod

from models.directive import Indicator, IndicatorLink, PlanVersion
from reports.rollup import figures
from reports.trace import trace_figure

FIRST = date(2020, 9, 1)  # when B00 was renamed B0
OLDER = {"G1": "FC", "S1": "S", "S2": "S", "P0": "FP", "Q": "RC", "B00": "B", "B0": "B"}  # code → its measure's model
SAME = ["indicator", "unit", "period", "value", "numerator", "denominator", "n", "of", "partial"]


def links(since: date) -> list[IndicatorLink]:
    told: list[tuple[date, str, str, str, str | None]] = [
        (since, "rescaled", "G1", "FC", "0.001"),
        (since, "merged", "S1", "S", None),
        (since, "merged", "S2", "S", None),
        (since, "split", "P0", "FP", "0.4"),
        (since, "split", "P0", "FPX", "0.6"),
        (since, "renamed", "Q", "RC", None),
        (FIRST, "renamed", "B00", "B0", None),
        (since, "renamed", "B0", "B", None),
    ]
    return [
        IndicatorLink(plan_version_id=1, position=at, since=day, relation=word, before=old, after=new, factor=factor)
        for at, (day, word, old, new, factor) in enumerate(told)
    ]


class LinkedWriter(Writer):
    """Lays down the older codes too, and how the newer follow from them as the later directive's plan says."""

    since: date

    def _directives(self) -> None:
        super()._directives()
        for code, model in {**OLDER, "FPX": "FP"}.items():
            kind, mode, _ = INDICATORS[model]
            self.rows.append(Indicator(id=self.id("i", code), code=code, name=code, measure="-", kind=kind, mode=mode))
        words = {"sha256": "0" * 64, "content_hash": "0" * 64, "content": {}}
        key = self.id("d", NEW)
        self.rows.append(PlanVersion(id=1, directive_id=key, number=1, recorded_at=SECOND_TIME, **words))
        self.rows += links(self.since)


def older(period: OraclePeriod, unit: str, said: dict[str, Any]) -> dict[str, Any]:
    """Say the same by the codes of the time; some units leave out a part of what was merged later."""
    found = {}
    for code, value in said.items():
        is_number = isinstance(value, Decimal)
        if code == "FC":
            found["G1"] = value * 1000 if is_number else value
        elif code == "S":
            first = (value / 3).quantize(Decimal("0.01")) if is_number else value
            found |= {"S1": first} | ({} if is_partial(period, unit) else {"S2": value - first if is_number else value})
        else:
            found[{"FP": "P0", "RC": "Q", "B": "B00" if period.cutoff < FIRST else "B0"}.get(code, code)] = value
    return found


def newer(period: OraclePeriod, unit: str, said: dict[str, Any]) -> dict[str, Any]:
    """Say what that is in newer codes: 2/5 of what was split, nothing of a sum that lacks a part."""
    found = {code: value for code, value in said.items() if code != "S" or not is_partial(period, unit)}
    if isinstance(said.get("FP"), Decimal):
        found["FP"] = said["FP"] * 2 / 5
    return found


def is_partial(period: OraclePeriod, unit: str) -> bool:
    return (len(period.code) + int(unit[1:]) + period.cutoff.month) % 4 == 0


def told(world: World, since: date, by: Any) -> World:
    said = {
        (period, unit): tuple(by(period, unit, one) for one in files) if period.cutoff < since else files
        for (period, unit), files in world.said.items()
    }
    return replace(world, said=said)


@pytest.mark.slow
@settings(OFTEN, max_examples=4)
@given(world=worlds(), since=st.sampled_from([date(2021, 9, 1), date(2022, 1, 1)]), data=st.data())
def test_figures_are_those_of_the_newer_codes_said_all_along(world: World, since: date, data: st.DataObject) -> None:
    wanted: dict[tuple[str, str], pl.DataFrame] = {}

    def keep(copy: Path) -> None:
        for directive in (OLD, NEW):
            for reading in ("as-was", "today"):
                wanted[directive, reading] = comparable(copy, directive, reading)

    def compare(copy: Path) -> None:
        for (directive, reading), frame in wanted.items():
            assert comparable(copy, directive, reading).equals(frame), (directive, reading)
        rows = figures(copy, directive=NEW).filter(pl.col("said_as").is_not_null()).to_dicts()
        for row in data.draw(st.lists(st.sampled_from(rows), max_size=4)) if rows else ():
            assert_traced(copy, row)

    LinkedWriter.since = since
    with_copy(told(world, since, newer), keep)
    with_copy(told(world, since, older), compare, writer=LinkedWriter)


def comparable(copy: Path, directive: str, reading: Any) -> pl.DataFrame:
    """Give the figures of the newer codes; on today's tree their totals, for parts are rounded one by one."""
    rolled = figures(copy, directive=directive, reading=reading, today=AFTER_ALL)
    chosen = rolled.filter(pl.col("indicator").is_in(list(INDICATORS)))
    return (chosen.filter(pl.col("unit") == ROOT) if reading == "today" else chosen).select(SAME).sort(SAME[:3])


def assert_traced(copy: Path, row: dict[str, Any]) -> None:
    cells = trace_figure(copy, row["code"])
    assert {one.said_as for one in cells} - {None} == set(row["said_as"].split(" + "))
    for part in ("value", "numerator", "denominator"):
        found = [one.sign * (one.value or 0) for one in cells if one.part == part]
        if row["kind"] not in ("boolean", "ratio") or (row["kind"] == "ratio" and part != "value"):
            assert sum(found) == (row[part] or 0), (row["code"], part)
