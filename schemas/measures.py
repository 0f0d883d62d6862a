"""What the indicators may say; a frame holds the rows of many returns, only those that were asked."""

import polars as pl

from schemas.checks import WARNING
from schemas.layout import load_layout
from schemas.rules import EXACT, Rule, frame_schema

PARTS = ("value", "numerator", "denominator")
# A change of half, or of ten times, says nothing about a figure that went from one to three.
SMALL = 5
JUMP = 10
LARGE = 100  # what counts this much within a part of the year does not stand still by chance
CONTEXT = {
    "indicator": pl.String(),
    "dimension": pl.String(),
    "kind": pl.String(),  # of the indicator
    "decimals": pl.Int64(),
    "lower": EXACT,
    "upper": EXACT,
    "is_own": pl.Boolean(),  # else consolidated
    "is_typed": pl.Boolean(),  # else taken over from the last period, because nothing arose
    "floor_period": pl.String(),  # the newest earlier period of the same year, where the figure is cumulative
    "before_period": pl.String(),  # the period to compare with
    "is_like": pl.Boolean(),  # whether that is of the same length; else an earlier part of the year, which grows
    **{f"{part}_floor": EXACT for part in PARTS},
    **{f"{part}_before": EXACT for part in PARTS},
}  # fmt: skip

_is_ratio = pl.col("kind") == "ratio"
_no_marker = ~pl.col("marker_given")
_value, _before = pl.col("value"), pl.col("value_before")
_is_total = pl.col("dimension") == ""  # one word explains a figure and the lines of its breakdown
_is_like = pl.col("is_like")
_is_number = ~pl.col("kind").is_in(["boolean", "ratio"])


def _jumps(part: str) -> pl.Expr:
    now, before = pl.col(part), pl.col(f"{part}_before")
    up = (now >= before * JUMP) & (_is_like | (before > SMALL))
    down = (now * JUMP <= before) & _is_like  # else it has fallen, which is another finding
    return (now > 0) & (before > 0) & (up | down) & ((now - before).abs() > SMALL)


def _not_below(part: str) -> pl.Expr:
    return pl.col(part) >= pl.col(f"{part}_floor")


def _compared(part: str) -> dict[str, str]:
    return {"now": part, "before": f"{part}_before", "period": "before_period"}


def _fallen(part: str) -> dict[str, str]:
    return {"now": part, "before": f"{part}_floor", "period": "floor_period"}


_changes_much = ((_value - _before).abs() > SMALL) & ((_value - _before).abs() * 2 > _before.abs())
_has_whole_value = _value == _value.floor()
_stands_still = (pl.col("kind") == "flow") & (_value >= LARGE) & (_value == pl.col("value_floor"))

RULES = (
    Rule("measures.duplicate", ("indicator",), pl.struct("receipt", "indicator", "dimension").is_first_distinct()),
    Rule("measures.required", ("value",), _is_ratio | pl.col("value_given") | pl.col("marker_given")),
    *(Rule("measures.part-required", (part,), ~_is_ratio | pl.col(f"{part}_given") | pl.col("marker_given"))
      for part in PARTS[1:]),
    Rule("measures.marker-and-value", ("marker",),
         _no_marker | ~(pl.col("value_given") | pl.col("numerator_given") | pl.col("denominator_given"))),
    Rule("measures.reason-required", ("explanation",),
         (pl.col("marker") != "KCS") | pl.col("explanation_given")),
    Rule("measures.numerator-above", ("numerator",), pl.col("numerator") <= pl.col("denominator"),
         tells={"numerator": "numerator", "denominator": "denominator"}),
    Rule("measures.not-whole", ("value",), ~(_is_number & (pl.col("decimals") == 0)) | _has_whole_value),
    Rule("measures.below", ("value",), ~_is_number | (_value >= pl.col("lower")), tells={"lower": "lower"}),
    Rule("measures.above", ("value",), ~_is_number | (_value <= pl.col("upper")), tells={"upper": "upper"}),
    *(Rule("measures.decreased", (part,), ~pl.col("is_own") | _not_below(part),
           tells=_fallen(part)) for part in PARTS),
    *(Rule("measures.decreased-below", (part,), pl.col("is_own") | _not_below(part), WARNING,
           tells=_fallen(part)) for part in PARTS),
    *(Rule("measures.jump", (part,), ~_jumps(part), WARNING, tells=_compared(part)) for part in PARTS),
    Rule("measures.unexplained", ("explanation",),
         ~(_is_number & _is_total & _is_like & _changes_much & ~_jumps("value")) | pl.col("explanation_given"), WARNING,
         tells=_compared("value")),
    Rule("measures.unchanged", ("value",), ~(_stands_still & pl.col("is_typed")) | pl.col("explanation_given"),
         WARNING, tells=_fallen("value")),
)  # fmt: skip
MEASURES = frame_schema(load_layout("return").by_key["measures"], CONTEXT, RULES)
