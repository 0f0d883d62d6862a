"""Figures as snapshots keep them: rows in one order, decimals as text; half a million of them in a few seconds."""

from typing import Any

import polars as pl

from models.queries.snapshots import COLUMNS, DECIMALS


def frozen(figures: pl.DataFrame) -> list[tuple[Any, ...]]:
    """Give the rows of a frame of schemas.rollup.FIGURES by their codes: COLUMNS, decimals without idle zeros."""
    return figures.select(COLUMNS).sort("code").with_columns(_as_text(pl.col(*DECIMALS))).rows()


def _as_text(decimals: pl.Expr) -> pl.Expr:
    return decimals.cast(pl.String).str.strip_chars_end("0").str.strip_chars_end(".")  # all of them have six places
