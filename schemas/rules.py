"""Rules over a whole frame: each with its finding and the columns it points at, all checked by pandera at once."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from schemas.checks import ERROR
from schemas.layout import Column, Sheet

EXACT = pl.Decimal(28, 6)
KEYS: Mapping[str, Any] = {"receipt": pl.Int64(), "row": pl.Int64(), "subject": pl.String()}


@dataclass(frozen=True)
class Rule:
    """What must hold of a row; null counts as held. The finding stands in the first of `columns`.

    The placeholders of its message are filled from columns of the frame (`tells`) and with fixed values (`says`).
    """

    check: str
    columns: tuple[str, ...]
    holds: pl.Expr
    severity: str = ERROR
    tells: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """What pandera calls it: a frame-level check has no column there."""
        return f"{self.check}@{self.columns[0]}"


@dataclass(frozen=True)
class Failure:
    """A row of the frame that breaks a rule."""

    rule: Rule
    index: int


@dataclass(frozen=True)
class FrameSchema:
    """The columns of a sheet's frame and its rules, by the names under which pandera reports them."""

    columns: Mapping[str, Any]
    rules: Mapping[str, Rule]

    def check(self, frame: pl.DataFrame) -> list[Failure]:
        """Check all rows of all returns in one call; give what fails, in the order of the rows."""
        if frame.is_empty():
            return []
        try:
            is_ours = dict(frame.schema) == dict(self.columns)
            self.pandera(self._broken(frame) if is_ours else self.rules).validate(frame, lazy=True)
        except SchemaErrors as errors:
            cases = errors.failure_cases.select("check", "index", "failure_case").iter_rows()
            return sorted(self._failures(cases), key=lambda failure: failure.index)
        return []

    def pandera(self, names: Iterable[str]) -> pa.DataFrameSchema:
        """Give the schema with the rules of these names."""
        return pa.DataFrameSchema(
            {name: pa.Column(kind, nullable=True) for name, kind in self.columns.items()},
            checks=[pa.Check(_frame_check(self.rules[name].holds), name=name) for name in names],
            strict=True,
        )

    def _broken(self, frame: pl.DataFrame) -> list[str]:
        """Give the rules that any row breaks: one query for all; pandera makes one for each rule."""
        held = (one.holds.fill_null(value=True).all().alias(name) for name, one in self.rules.items())
        return [name for name, is_held in frame.lazy().select(held).collect().row(0, named=True).items() if not is_held]

    def _failures(self, cases: Iterator[tuple[Any, ...]]) -> Iterator[Failure]:
        for name, index, case in cases:
            if name not in self.rules or index is None:  # a frame built wrongly is our fault, not the sender's
                raise TypeError(name, case)
            yield Failure(self.rules[name], index)


def frame_schema(sheet: Sheet, context: Mapping[str, Any], rules: Sequence[Rule]) -> FrameSchema:
    """Make the schema of a sheet: its typed columns and limits from the layout, then rules of its own."""
    columns = {**KEYS, **layout_columns(sheet), **context}
    every = [*_layout_rules(sheet), *rules]
    named = {rule.name: rule for rule in every}
    return FrameSchema(columns, named)


def _frame_check(holds: pl.Expr) -> Any:
    return lambda data: data.lazyframe.select(holds.fill_null(value=True))


def layout_columns(sheet: Sheet) -> dict[str, Any]:
    """Give the frame's columns for the open cells of a sheet: values, lengths of texts, what is given."""
    types = {"date": pl.Date(), "number": EXACT, "percent": EXACT}
    found: dict[str, Any] = {}
    for column in open_columns(sheet):
        found[f"{column.key}_given"] = pl.Boolean()
        if column.type == "text":
            found[f"{column.key}_length"] = pl.Int64()
        else:
            found[column.key] = types.get(column.type, pl.String())
    return found


def open_columns(sheet: Sheet) -> list[Column]:
    return [column for column in sheet.columns if not column.locked]


def _layout_rules(sheet: Sheet) -> Iterator[Rule]:
    for column in open_columns(sheet):
        if column.required:
            check = "progress.status-required" if sheet.key == "progress" else "cell.required"
            yield Rule(check, (column.key,), pl.col(f"{column.key}_given"))
        if column.max_length:
            short = pl.col(f"{column.key}_length") <= column.max_length
            yield Rule("text.too-long", (column.key,), short, tells={"length": f"{column.key}_length"},
                       says={"limit": column.max_length})  # fmt: skip
        yield from _range_rules(sheet, column)


def _range_rules(sheet: Sheet, column: Column) -> Iterator[Rule]:
    value, limits = pl.col(column.key), {"minimum": column.minimum, "maximum": column.maximum}
    if column.minimum is not None and column.maximum is not None:
        within = (value >= column.minimum) & (value <= column.maximum)
        yield Rule(f"{sheet.key}.{column.key}-range", (column.key,), within, says=limits)
    elif column.minimum is not None:
        yield Rule("number.below", (column.key,), value >= column.minimum, says={"minimum": column.minimum})
