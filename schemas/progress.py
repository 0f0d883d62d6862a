"""What the progress of tasks may say; a frame holds the rows of many returns, only those that were asked."""

import polars as pl

from schemas.checks import WARNING
from schemas.layout import load_layout
from schemas.rules import Rule, frame_schema

DONE = ("done", "done_beyond")
CONTEXT = {
    "cutoff": pl.Date(),
    "has_evidence": pl.Boolean(),
    "same_as_period": pl.String(),  # of the unit's own earlier text
    "same_as_unit": pl.String(),  # that wrote the same text for the same period
}

_done = pl.col("status").is_in(DONE)

RULES = (
    Rule("progress.duplicate", ("task",), pl.struct("receipt", "subject").is_first_distinct()),
    Rule("progress.done-without-date", ("done_on",), ~_done | pl.col("done_on_given")),
    Rule("progress.done-after-cutoff", ("done_on",), pl.col("done_on") <= pl.col("cutoff"),
         tells={"done": "done_on", "cutoff": "cutoff"}),
    Rule("progress.no-evidence", ("status",), ~_done | pl.col("has_evidence"), WARNING),
    Rule("progress.unchanged", ("result",), pl.col("same_as_period").is_null(), WARNING,
         tells={"period": "same_as_period"}),
    Rule("progress.same-as-other", ("result",), pl.col("same_as_unit").is_null(), WARNING,
         tells={"unit": "same_as_unit"}),
)  # fmt: skip
PROGRESS = frame_schema(load_layout("return").by_key["progress"], CONTEXT, RULES)
