"""What a rolled-up frame must look like before anybody prints it: checked once a query, on polars frames."""

from collections.abc import Mapping
from typing import Any

import pandera.polars as pa
import polars as pl

from models.types import PRECISION, SCALE

EXACT = pl.Decimal(PRECISION, SCALE)
READINGS = ("as-was", "today")
TODAY_SUFFIX = ":today"  # at the end of a figure's code, where it is read on today's tree

COPY: Mapping[str, Mapping[str, Any]] = {
    # The tables of the analytic copy that are read from the record; the others are derived by reports/sql.
    "reported": {
        "id": pl.Int64, "directive": pl.String, "period": pl.String, "unit": pl.String, "kind": pl.String,
        "indicator": pl.String, "dimension": pl.String, "value": EXACT, "numerator": EXACT, "denominator": EXACT,
        "marker": pl.String, "receipt": pl.Int64, "sha256": pl.String, "file": pl.String, "sheet": pl.String,
        "cell": pl.String, "denominator_cell": pl.String,
    },
    "owed": {
        "directive": pl.String, "period": pl.String, "unit": pl.String, "kind": pl.String, "owed": pl.Boolean,
    },
    "period": {
        "directive": pl.String, "code": pl.String, "kind": pl.String, "year": pl.Int64, "round": pl.String,
        "mode": pl.String, "coverage_start": pl.Date, "cutoff": pl.Date, "nominal_to": pl.Date,
    },
    "indicator": {"code": pl.String, "kind": pl.String, "mode": pl.String},
    "assigned": {
        "directive": pl.String, "unit": pl.String, "indicator": pl.String, "valid_from": pl.Date,
        "valid_to": pl.Date,
    },
    "span": {
        "unit": pl.String, "name": pl.String, "kind": pl.String, "parent": pl.String, "valid_from": pl.Date,
        "valid_to": pl.Date,
    },
    "passing": {  # a line for each source and target of an event that passes figures on to other units
        "event": pl.String, "happened_on": pl.Date, "type": pl.String, "source": pl.String, "target": pl.String,
        "position": pl.Int64,
    },
    "share": {"event": pl.String, "indicator": pl.String, "position": pl.Int64, "share": pl.String},
    "carried": {  # what is said under one code of an indicator and adds to another, times a fraction
        "directive": pl.String, "code": pl.String, "indicator": pl.String, "numerator": pl.Int64,
        "denominator": pl.Int64, "valid_from": pl.Date, "valid_to": pl.Date,
    },
    "continued": {"directive": pl.String, "earlier": pl.String},
    "meta": {"watermark": pl.String, "known_on": pl.Date, "made_by": pl.String, "resting_on": pl.String},
}  # fmt: skip


def _counts_are_possible(data: pa.PolarsData) -> pl.LazyFrame:
    # More answers than returns owed would be a fault of ours: a share is never capped.
    return data.lazyframe.select(pl.col("n") <= pl.col("of"))


def _missing_is_not_zero(data: pa.PolarsData) -> pl.LazyFrame:
    kept = pl.col("inputs") > 0
    return data.lazyframe.select(kept | (pl.col("value").is_null() & pl.col("numerator").is_null()))


FIGURES = pa.DataFrameSchema(
    {
        "code": pa.Column(pl.String, unique=True),
        "directive": pa.Column(pl.String),
        "indicator": pa.Column(pl.String),
        "unit": pa.Column(pl.String),
        "period": pa.Column(pl.String),
        "kind": pa.Column(pl.String, pa.Check.isin(["flow", "stock", "ratio", "boolean", "ordinal"])),
        "value": pa.Column(EXACT, nullable=True),
        "numerator": pa.Column(EXACT, nullable=True),
        "denominator": pa.Column(EXACT, nullable=True),
        "distribution": pa.Column(pl.String, nullable=True),  # JSON: how many units at each level
        "n": pa.Column(pl.Int64, pa.Check.ge(0)),
        "of": pa.Column(pl.Int64, pa.Check.ge(0)),
        "inputs": pa.Column(pl.Int64, pa.Check.ge(0)),
        "partial": pa.Column(pl.Boolean),
        "said_as": pa.Column(pl.String, nullable=True),  # older codes that it was reported by: "I02", "A + B"
        "reading": pa.Column(pl.String, pa.Check.isin(list(READINGS))),
    },
    checks=[
        pa.Check(_counts_are_possible, name="n-within-of"),
        pa.Check(_missing_is_not_zero, name="missing-is-not-zero"),
    ],
    strict=True,
    ordered=True,
)
