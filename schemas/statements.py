"""What rows of proposals, commendations, lessons and directions may hold; the sender adds them, none is asked."""

import polars as pl

from schemas.layout import load_layout
from schemas.rules import Rule, frame_schema

CONTEXT = {"written": pl.String()}  # the whole row as it was typed
RULES = (
    Rule("row.duplicate", ("text",), pl.struct("receipt", "written").is_first_distinct()),
    *(Rule("number.not-whole", (key,), pl.col(key) == pl.col(key).floor()) for key in ("collectives", "individuals")),
)
STATEMENTS = frame_schema(load_layout("return").by_key["statements"], CONTEXT, RULES)
