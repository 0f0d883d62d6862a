"""What the rows of the evidence may hold; the sender adds them, none is asked."""

import polars as pl

from schemas.layout import load_layout
from schemas.rules import Rule, frame_schema

CONTEXT = {"written": pl.String()}  # the whole row as it was typed
RULES = (Rule("row.duplicate", ("title",), pl.struct("receipt", "written").is_first_distinct()),)
EVIDENCE = frame_schema(load_layout("return").by_key["evidence"], CONTEXT, RULES)
