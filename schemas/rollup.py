"""What a rolled-up frame must look like before anybody prints it: checked once a query."""

from collections.abc import Mapping
from typing import Any

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


KINDS = ("flow", "stock", "ratio", "boolean", "ordinal")

FIGURES: Mapping[str, Any] = {
    "code": pl.String, "directive": pl.String, "indicator": pl.String, "unit": pl.String, "period": pl.String,
    "kind": pl.String, "value": EXACT, "numerator": EXACT, "denominator": EXACT,
    "distribution": pl.String,  # JSON: how many units at each level
    "n": pl.Int64, "of": pl.Int64, "inputs": pl.Int64, "partial": pl.Boolean,
    "said_as": pl.String,  # older codes that it was reported by: "I02", "A + B"
    "reading": pl.String,
}  # fmt: skip
MAY_BE_EMPTY = ("value", "numerator", "denominator", "distribution", "said_as")
LAWS: Mapping[str, pl.Expr] = {
    "unique": pl.col("code").is_unique(),
    "kind": pl.col("kind").is_in(KINDS),
    "reading": pl.col("reading").is_in(READINGS),
    "counts": (pl.col("n") >= 0) & (pl.col("inputs") >= 0),
    "n-within-of": pl.col("n") <= pl.col("of"),  # a share is never capped
    "missing-is-not-zero": (pl.col("inputs") > 0) | (pl.col("value").is_null() & pl.col("numerator").is_null()),
    **{f"{name}-is-there": pl.col(name).is_not_null() for name in FIGURES if name not in MAY_BE_EMPTY},
}


def ensure_figures(rolled: pl.DataFrame) -> pl.DataFrame:
    """Give the frame as it is. Raises RuntimeError where it is none of figures: that would be a fault of ours.

    In one pass: a library of schemas takes a column at a time, and longer to load than the question to answer.
    """
    if dict(rolled.schema) != {name: kind() if isinstance(kind, type) else kind for name, kind in FIGURES.items()}:
        raise RuntimeError(rolled.schema)
    kept = rolled.select(law.all(ignore_nulls=False).alias(name) for name, law in LAWS.items()).row(0, named=True)
    broken = [name for name, holds in kept.items() if not holds]
    if broken:
        raise RuntimeError(broken)
    return rolled
