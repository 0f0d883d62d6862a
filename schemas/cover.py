"""What the cover of a return may hold."""

import polars as pl

from schemas.checks import WARNING
from schemas.layout import load_layout
from schemas.rules import Rule, frame_schema

RULES = (
    Rule(
        "cover.approved-later", ("approved_on",), pl.col("approved_on") <= pl.col("received_on"), WARNING,
        tells={"approved": "approved_on", "received": "received_on"},
    ),
)  # fmt: skip
COVER = frame_schema(load_layout("return").by_key["cover"], {"received_on": pl.Date()}, RULES)
