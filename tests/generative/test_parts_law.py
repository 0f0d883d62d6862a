"""Law of breakdowns: parts add up to their total wherever all that makes the total was given part by part."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any, Literal

import pytest
from generative.test_rollup import (
    AFTER_ALL,
    EVENT_DAYS,
    NEW,
    OFTEN,
    OLD,
    World,
    Writer,
    by_key,
    with_copy,
    worlds,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import OraclePeriod

from models.directive import Indicator
from models.parts import part_code
from models.returns import ReportedValue
from reports.duck import frame, opened
from reports.placing import Question, place
from reports.rollup import figures

PARTS = ("A", "B")
BROKEN_DOWN = ("FC", "FP", "S", "RL", "RC")
SMALLEST = Decimal("0.000001")  # of a divided stock each part is rounded by itself

Reading = Literal["as-was", "today"]


class PartedWriter(Writer):
    """Lays down parts beside the totals: mostly all of them, now and then one or none."""

    def __init__(self, world: World, chance: Random) -> None:
        super().__init__(world)
        self.chance = chance
        self.whole: set[tuple[int, str]] = set()  # receipt and indicator whose every part was given

    def _directives(self) -> None:
        super()._directives()
        for row in self.rows:
            if isinstance(row, Indicator) and row.code in BROKEN_DOWN:
                row.dimensions = ";".join(PARTS)

    def _file(self, period: OraclePeriod, unit: str, owed: int, number: int, said: Any, *, is_last: bool) -> None:
        before = len(self.rows)
        super()._file(period, unit, owed, number, said, is_last=is_last)
        for row in self.rows[before:]:
            if isinstance(row, ReportedValue) and row.cell in BROKEN_DOWN:
                self._take_apart(row)

    def _take_apart(self, total: ReportedValue) -> None:
        given = self.chance.choice([*[PARTS] * 18, PARTS[:1], ()])
        if given == PARTS:
            self.whole.add((total.receipt_id, total.cell))
        portion = Decimal(self.chance.randrange(101)) / 100
        for part in given:
            kept = total.model_dump(exclude={"id", "dimension"})
            for name in ("value", "numerator", "denominator"):
                kept[name] = _portion(kept[name], portion, part)
            self.rows.append(ReportedValue(dimension=part, **kept))


def _portion(whole: Decimal | None, portion: Decimal, part: str) -> Decimal | None:
    first = None if whole is None else (whole * portion).quantize(Decimal("0.01"))
    return first if part == PARTS[0] or whole is None or first is None else whole - first


Files = dict[tuple[str, str, str], set[int]]


def files_of(copy: Path, directive: str, lines: Sequence[str], today: date | None) -> Files:
    """Give by indicator, label and line the receipts that its figure was made of."""
    found: Files = {}
    with opened(copy) as connection:
        place(connection, Question(directive, today=today))
        for line in lines:
            traced = frame(connection, "traced", {"unit": line})
            for code, label, receipt in traced.select("indicator", "label", "receipt").iter_rows():
                found.setdefault((code, label, line), set()).add(receipt)
    return found


@pytest.mark.slow
@settings(OFTEN, max_examples=3)
@given(world=worlds(), seed=st.integers(0, 10**6), reading=st.sampled_from(["as-was", "today"]),
       day=st.sampled_from([*EVENT_DAYS, AFTER_ALL]), directive=st.sampled_from([OLD, NEW]))  # fmt: skip
def test_parts_add_up_to_the_total_where_every_input_gave_them(
    world: World, seed: int, reading: Reading, day: date, directive: str
) -> None:
    parted = PartedWriter(world, Random(seed))

    def check(copy: Path) -> None:
        rolled = figures(copy, directive=directive, reading=reading, today=day, by_dimension=True)
        rows, lines = by_key(rolled), rolled["unit"].unique().sort().to_list()
        made_of = files_of(copy, directive, lines, day if reading == "today" else None)
        for (code, label, line), files in made_of.items():
            if code in BROKEN_DOWN and {(one, code) for one in files} <= parted.whole:
                assert_adds_up(rows[code, label, line], [rows[part_code(code, one), label, line] for one in PARTS])

    with_copy(world, check, writer=lambda _: parted)


def assert_adds_up(total: dict[str, Any], parts: list[dict[str, Any]]) -> None:
    names = ("numerator", "denominator") if total["kind"] == "ratio" else ("value",)
    assert [sum(part[name] for part in parts) for name in names] == [total[name] for name in names], (total, parts)
    counted = ("n", "of", "inputs", "partial")
    for part in parts:
        assert [part[name] for name in counted] == [total[name] for name in counted], (total, part)
