"""What the progress of tasks may say; a frame holds the rows of many returns, only those that were asked."""

import polars as pl

from schemas.checks import WARNING
from schemas.layout import load_layout
from schemas.rules import Rule, frame_schema

DONE = ("done", "done_beyond")
WORKED = ("in_progress", *DONE)  # of the others there is little to tell, and little to tell it with
CONTEXT = {
    "cutoff": pl.Date(),
    "has_evidence": pl.Boolean(),
    "was_done": pl.Boolean(),  # reported before as done on the same day: its story is told
    "same_as_period": pl.String(),  # of the unit's own earlier text
    "same_as_unit": pl.String(),  # that wrote the same text for the same period
    "nearly_as_period": pl.String(),
    "nearly_as_period_percent": pl.Int64(),  # of its words are the same
    "nearly_as_unit": pl.String(),
    "nearly_as_unit_percent": pl.Int64(),
}

_done = pl.col("status").is_in(DONE)
_worked = pl.col("status").is_in(WORKED)


def _is_new(column: str) -> pl.Expr:
    return ~_worked | pl.col("was_done") | pl.col(column).is_null()


def _is_its_own(column: str) -> pl.Expr:
    return ~_worked | pl.col(column).is_null()


RULES = (
    Rule("progress.duplicate", ("task",), pl.struct("receipt", "subject").is_first_distinct()),
    Rule("progress.done-without-date", ("done_on",), ~_done | pl.col("done_on_given")),
    Rule("progress.done-after-cutoff", ("done_on",), pl.col("done_on") <= pl.col("cutoff"),
         tells={"done": "done_on", "cutoff": "cutoff"}),
    Rule("progress.no-evidence", ("status",), ~_done | pl.col("has_evidence"), WARNING),
    Rule("progress.unchanged", ("result",), _is_new("same_as_period"), WARNING, tells={"period": "same_as_period"}),
    Rule("progress.nearly-unchanged", ("result",), _is_new("nearly_as_period"), WARNING,
         tells={"period": "nearly_as_period", "percent": "nearly_as_period_percent"}),
    Rule("progress.same-as-other", ("result",), _is_its_own("same_as_unit"), WARNING, tells={"unit": "same_as_unit"}),
    Rule("progress.nearly-same", ("result",), _is_its_own("nearly_as_unit"), WARNING,
         tells={"unit": "nearly_as_unit", "percent": "nearly_as_unit_percent"}),
)  # fmt: skip
PROGRESS = frame_schema(load_layout("return").by_key["progress"], CONTEXT, RULES)
