"""Figures followed to the cells they are made of, and files to the figures they feed."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import factories as make
import pytest
from histories import FIRST, SECOND, History
from sqlalchemy import Engine

from models.errors import NotFoundError
from models.store import writing
from reports.trace import TracedInput, read_figure_code, trace_figure, trace_file


@pytest.fixture
def history(engine: Engine, tmp_path: Path) -> Iterator[History]:
    """Two rounds: the second starts in mid-year."""
    with writing(engine) as session:
        history = History(session, tmp_path / "analytics")
        history.directive(FIRST)
        history.directive(SECOND, continues=FIRST)
        for code, parent in (("K00", None), ("D01", "K00"), ("D02", "K00")):
            history.unit(code, parent)
        for code, kind in (("I01", "flow"), ("I03", "ratio"), ("I04", "boolean"), ("I05", "ordinal")):
            history.indicator(code, kind)
        history.lead("D01", "D02")
        history.period("2021-6T")
        history.period("2021-N", SECOND, "R2")
        history.period("2022-N", SECOND, "R2")
        yield history


def total(inputs: list[TracedInput], part: str = "value") -> Decimal:
    return sum((one.sign * (one.value or 0) for one in inputs if one.part == part), Decimal(0))


def test_every_figure_is_the_signed_sum_of_its_cells(history: History) -> None:
    for unit, shift in (("D01", 0), ("D02", 5)):
        said: dict[str, Any] = {"I01": 4 + shift, "I03": (1, 2), "I04": 1, "I05": 2}
        history.answer(unit, "2021-6T", said)
        history.answer(unit, "2021-N", {"I01": 10 + shift, "I03": (3, 4), "I04": shift and 1, "I05": 1}, SECOND)
        history.answer(unit, "2022-N", {"I01": 20 + shift, "I03": (5, 8), "I04": 1, "I05": 1}, SECOND)
    copy = history.copy()
    for symbol in (FIRST, SECOND):
        for row in history.figures(symbol).iter_rows(named=True):
            inputs = trace_figure(copy, row["code"])
            assert inputs, row["code"]
            if row["kind"] == "flow":
                assert total(inputs) == row["value"]
            elif row["kind"] == "ratio":
                assert total(inputs, "numerator") == row["numerator"]
                assert total(inputs, "denominator") == row["denominator"]
            elif row["kind"] == "boolean":
                assert (total(inputs), len(inputs)) == (row["numerator"], row["denominator"])


def test_a_difference_names_the_earlier_cell_with_a_minus(history: History) -> None:
    before = history.answer("D01", "2021-6T", {"I01": 4})
    history.answer("D01", "2021-N", {"I01": 10}, SECOND)
    first, second = trace_figure(history.copy(), f"{SECOND}:I01:K00:2021")
    assert (first.period, first.value, first.sign) == ("2021-6T", 4, -1)
    assert (second.period, second.value, second.sign) == ("2021-N", 10, 1)
    assert (first.receipt, first.sha256, first.file) == (before.number, before.sha256, before.file_name)
    assert first.sheet
    assert first.cell


def test_a_figure_of_which_nothing_was_said_has_no_cells(history: History) -> None:
    history.owe("D01", "2022-N", SECOND)
    assert trace_figure(history.copy(), f"{SECOND}:I01:K00:2022") == []


@pytest.mark.parametrize("code", ["", "K00", "60-KL/ĐUK:I07:K00", "60-KL/ĐUK::K00:2022", "a:b:c:d:e", "a:b:c:d:TODAY"])
def test_what_is_no_code_of_a_figure_is_refused(code: str) -> None:
    with pytest.raises(NotFoundError, match=r"figures.not-found.code"):
        read_figure_code(code)


@pytest.mark.parametrize("code", [f"{SECOND}:I07:K00:2022", f"{SECOND}:I07:D03 + D12:R2:today"])
def test_a_code_is_the_same_after_it_was_read(code: str) -> None:
    assert read_figure_code(code).code == code


def test_a_file_names_its_cells_and_the_figures_it_feeds(history: History) -> None:
    receipt = history.answer("D01", "2021-6T", {"I01": 4, "I03": (1, 2)})
    history.answer("D01", "2021-N", {"I01": 10}, SECOND)
    found = trace_file(history.session, receipt.sha256, history.copy())
    assert [(one.indicator, one.part, one.value, one.counts) for one in found.values] == [
        ("I01", "value", 4, True),
        ("I03", "numerator", 1, True),
        ("I03", "denominator", 2, True),
    ]
    assert f"{FIRST}:I01:K00:2021" in found.figures
    assert f"{SECOND}:I01:K00:2021" in found.figures
    assert f"{SECOND}:I01:K00:2021-N" not in found.figures
    assert len(found.figures) == len(set(found.figures))


def test_a_file_that_no_longer_counts_feeds_nothing(history: History) -> None:
    owed = history.owe("D01", "2021-6T")
    receipt = make.make_receipt(history.session, owed)
    history.value(receipt, "I01", 4)
    found = trace_file(history.session, receipt.sha256, history.copy())
    assert [one.counts for one in found.values] == [False]
    assert found.figures == ()


def test_a_file_that_never_arrived_is_not_found(history: History) -> None:
    with pytest.raises(NotFoundError, match=r"figures.not-found.file"):
        trace_file(history.session, "0" * 64)
