"""A frame that is none of figures goes no further."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from schemas.rollup import FIGURES, ensure_figures

SAID = {
    "code": "04-CT/X:I01:K00:2022", "directive": "04-CT/X", "indicator": "I01", "unit": "K00", "period": "2022",
    "kind": "flow", "value": Decimal(5), "n": 1, "of": 2, "inputs": 1, "partial": False, "reading": "as-was",
}  # fmt: skip


def frame(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(FIGURES) | SAID | row for row in rows], schema=dict(FIGURES))


def test_figures_pass_as_they_are() -> None:
    for rolled in (frame({}), frame({"inputs": 0, "n": 0, "value": None}), frame()):
        assert ensure_figures(rolled) is rolled


@pytest.mark.parametrize(
    ("wrong", "law"),
    [
        ({"n": 3}, "n-within-of"),
        ({"inputs": 0}, "missing-is-not-zero"),
        ({"n": -1}, "counts"),
        ({"kind": "mean"}, "kind"),
        ({"reading": "tomorrow"}, "reading"),
        ({"unit": None}, "unit-is-there"),
        ({"partial": None}, "partial-is-there"),
    ],
)
def test_one_that_breaks_a_law_is_refused_and_the_law_named(wrong: dict[str, Any], law: str) -> None:
    with pytest.raises(RuntimeError, match=law):
        ensure_figures(frame({}, {"code": "04-CT/X:I01:D01:2022"} | wrong))


def test_a_code_that_comes_twice_and_another_kind_of_column_are_refused() -> None:
    with pytest.raises(RuntimeError, match="unique"):
        ensure_figures(frame({}, {}))
    with pytest.raises(RuntimeError, match="Float64"):
        ensure_figures(frame({}).with_columns(pl.col("value").cast(pl.Float64)))
