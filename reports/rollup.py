"""Figures: what own returns add up to, for every unit with all that stands under it, by period, year and round."""

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Literal

import duckdb
import polars as pl

from models.exact import percentage
from models.parts import BEGIN
from reports.duck import frame, opened
from reports.placing import Question, place
from schemas.rollup import EXACT, FIGURES, TODAY_SUFFIX, ensure_figures

Reading = Literal["as-was", "today"]
SHARES = ("ratio", "boolean")  # kinds whose value is a percentage of two sums


def figures(
    copy: Path,
    *,
    directive: str,
    indicator: str | None = None,
    period: str | None = None,
    unit: str | None = None,
    reading: Reading = "as-was",
    today: date | None = None,
    by_dimension: bool = False,
) -> pl.DataFrame:
    """Give one row for each indicator, unit (itself and all under it) and period, year ("2022") or round ("R2").

    The frame is schemas.rollup.FIGURES. `value` is in the indicator's measure, a percentage for ratio and boolean,
    null where nothing was said; `n` of the `of` units that owe for the (last) period are in it; it is `partial`
    where some of it is missing. With reading "today" all of it stands on the tree of `today`: by default the day
    the copy was known on, else its last cut-off. Units that cannot be told apart share a line "D03 + D12".
    Only totals, and a line of a breakdown ("I07[BAO]") where that is the indicator asked for; `by_dimension` gives
    the lines of every breakdown beside the totals.
    """
    with opened(copy) as connection:
        day = (today or known_on(connection)) if reading == "today" else None
        question = Question(directive, None if by_dimension else indicator, period, day)
        place(connection, question)
        rolled = roll_up(connection, directive, unit, reading)
    return rolled.filter(_is_wanted(indicator, by_dimension=by_dimension))


def roll_up(connection: duckdb.DuckDBPyConnection, directive: str, unit: str | None, reading: Reading) -> pl.DataFrame:
    """Give the figures of what is placed."""
    rolled = frame(connection, "rollup", {"directive": directive, "unit": unit})
    return ensure_figures(_finished(rolled, directive, reading))


def _is_wanted(indicator: str | None, *, by_dimension: bool) -> pl.Expr:
    code = pl.col("indicator")
    if by_dimension:
        return pl.lit(True) if indicator is None else (code == indicator) | code.str.starts_with(indicator + BEGIN)
    return ~code.str.contains(BEGIN, literal=True) if indicator is None else code == indicator


def figure_code(directive: str, indicator: str, unit: str, period: str, reading: str = "as-was") -> str:
    """Name a figure as reviews print it and `dondoc trace` takes it: "60-KL/ĐUK:I07:K00:2022"."""
    suffix = TODAY_SUFFIX if reading == "today" else ""
    return f"{directive}:{indicator}:{unit}:{period}{suffix}"


def labels(copy: Path, directive: str) -> list[str]:
    """Give everything a figure's period may be: codes, years and rounds, by their last cut-off."""
    with opened(copy) as connection:
        return frame(connection, "labels", {"directive": directive})["label"].to_list()


def indicator_codes(copy: Path, *, by_dimension: bool = False) -> list[str]:
    """Give everything a figure may be of: indicators, joint lines, and lines of breakdowns unless those come anyway."""
    with opened(copy) as connection:
        codes = [code for (code,) in connection.execute("SELECT code FROM indicator ORDER BY code").fetchall()]
    return [code for code in codes if BEGIN not in code] if by_dimension else codes


def known_on(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Give the day whose tree is today's where none is asked for: of the as-at time, else the last cut-off."""
    found = connection.execute("SELECT coalesce(any_value(known_on), (SELECT max(cutoff) FROM period)) FROM meta")
    row = found.fetchone()
    return row[0] if row else None


def _finished(rolled: pl.DataFrame, directive: str, reading: Reading) -> pl.DataFrame:
    """Add the code, and the percentages: DuckDB divides decimals as floats, so they are made here."""
    suffix = TODAY_SUFFIX if reading == "today" else ""
    return rolled.with_columns(
        code=pl.concat_str(pl.lit(directive), "indicator", "unit", "period", separator=":") + suffix,
        directive=pl.lit(directive),
        value=_values(rolled),
        reading=pl.lit(reading),
    ).select(list(FIGURES))


def _values(rolled: pl.DataFrame) -> pl.Series:
    """Give the sums, and percentages where the kind is a share."""
    at = rolled["kind"].is_in(SHARES).arg_true()
    shares = rolled[at].select("numerator", "denominator").iter_rows()
    return rolled["value"].scatter(at, pl.Series([_percent(n, d) for n, d in shares], dtype=EXACT))


def _percent(numerator: Decimal | None, denominator: Decimal | None) -> Decimal | None:
    """Give the percentage; None where there is nothing to divide by."""
    if numerator is None or not denominator:
        return None
    return percentage(numerator, denominator)
