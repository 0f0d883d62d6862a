"""What the sheets of a plan may hold: a pandera schema for each, from layout and rules between columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import pandera.polars as pa
import polars as pl

from schemas.layout import load_layout

ROW = "row"
_TYPES: Mapping[str, pl.DataType] = {"date": pl.Date(), "number": pl.Decimal(28, 6)}


@dataclass(frozen=True)
class Rule:
    """A rule between columns: `name` is the check, `column` where it is found, `holds` true where it is kept."""

    name: str
    column: str
    holds: pl.Expr


@dataclass(frozen=True)
class Failure:
    """A rule broken in one row of a sheet."""

    check: str
    column: str
    row: int


def _unique(*columns: str, at: str = "code") -> Rule:
    key = pl.struct(columns)
    return Rule("plan.duplicate", at, pl.col(at).is_null() | key.is_first_distinct())


def _not_before(name: str, later: str, earlier: str) -> Rule:
    return Rule(name, later, pl.col(later) >= pl.col(earlier))


_MODES = (
    pl.when(pl.col("kind") == "flow")
    .then(pl.col("mode").is_in(["cumulative", "per_period"]))
    .otherwise((pl.col("kind") == "ratio") | (pl.col("mode") == "at_cutoff"))
)

RULES: Mapping[str, tuple[Rule, ...]] = {
    "documents": (_unique("symbol", at="symbol"),),
    "units": (_unique("code"), _not_before("plan.ends-before-it-begins", "valid_to", "valid_from")),
    "events": (_unique("code"),),
    "tasks": (_unique("code"), _not_before("plan.due-before-start", "due", "start")),
    "indicators": (
        _unique("code"),
        Rule("plan.mode-of-kind", "mode", _MODES),
        Rule("plan.ratio-parts", "numerator", (pl.col("kind") != "ratio") | pl.col("numerator").is_not_null()),
        Rule("plan.ratio-parts", "denominator", (pl.col("kind") != "ratio") | pl.col("denominator").is_not_null()),
        _not_before("plan.range", "upper", "lower"),
    ),
    "periods": (
        _unique("code"),
        _not_before("plan.ends-before-it-begins", "nominal_to", "nominal_from"),
        _not_before("plan.cutoff-before-start", "cutoff", "coverage_start"),
        _not_before("plan.lock-before-cutoff", "lock", "cutoff"),
    ),
    "terms": (_unique("list", "code"),),
    "contacts": (
        _unique("unit", "role", "address", at="unit"),
        _not_before("plan.ends-before-it-begins", "valid_to", "valid_from"),
    ),
    "crosswalk": (_unique("since", "before", "after", at="before"),),
}


@cache
def plan_schema(sheet: str) -> pa.DataFrameSchema:
    """Give the schema of one sheet's frame: a row number and the layout's columns, rules as named frame checks."""
    columns = {ROW: pa.Column(pl.Int64)}
    columns |= {key: pa.Column(kind, nullable=True) for key, kind in frame_types(sheet).items()}
    checks = [_frame_check(rule, number) for number, rule in enumerate(RULES[sheet])]
    return pa.DataFrameSchema(columns, checks=checks, strict=True)


def frame_types(sheet: str) -> dict[str, pl.DataType]:
    """Give the column types of a sheet's frame; all but dates and numbers are text."""
    return {c.key: _TYPES.get(c.type, pl.String()) for c in load_layout("plan").by_key[sheet].columns}


def broken_rules(sheet: str, frame: pl.DataFrame) -> list[Failure]:
    """Validate a frame (columns of `plan_schema`) and list what it breaks, in the order of rules and rows."""
    try:
        plan_schema(sheet).validate(frame, lazy=True)
    except pa.errors.SchemaErrors as error:
        rows = frame[ROW]
        return [_failure(sheet, case, rows) for case in error.failure_cases.iter_rows(named=True)]
    return []


def _frame_check(rule: Rule, number: int) -> pa.Check:
    # Pandera names no column for a check of the whole frame, so the check's name leads back to the rule.
    return pa.Check(lambda data: data.lazyframe.select(rule.holds.fill_null(True)), name=str(number))


def _failure(sheet: str, case: Mapping[str, object], rows: pl.Series) -> Failure:
    rule = RULES[sheet][int(str(case["check"]))]
    return Failure(rule.name, rule.column, rows[int(str(case["index"]))])
