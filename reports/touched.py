"""What changed returns touch: what is derived of these units and years is made anew by itself, and takes its place.

Every derived row rests on values and duties of one unit, and of those it was merged with, and of one year; but for a
round, whose rows rest on what is derived of each of its years. So the queries that make a whole copy, run over these
units and years alone, give their rows of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from reports.duck import connect, frame, lend, run
from schemas.rollup import COPY

OF_YEARS = "year IN (SELECT year FROM touched_year)"
OF_LABELS = "(directive, label) IN (SELECT (directive, label) FROM touched_label)"
DERIVED_OF_UNITS: Mapping[str, tuple[str, str]] = {  # the column of the unit, and which rows are made anew
    "wanted": ("unit", OF_YEARS), "usable": ("unit", OF_YEARS), "asked": ("unit", OF_YEARS),
    "newest": ("unit", OF_YEARS), "earlier": ("unit", OF_YEARS), "difference": ("unit", OF_YEARS),
    "yearly": ("holder", OF_YEARS), "last_input": ("unit", OF_LABELS), "input": ("holder", OF_LABELS),
    "slot": ("unit", OF_LABELS),
}  # fmt: skip
LAST_OF_YEARS = "last_input"  # the queries after it put the years of a round together
OTHER_YEARS = {
    "asked": f"NOT {OF_YEARS}",
    "yearly": f"NOT {OF_YEARS}",
    "last_input": f"(directive, label) NOT IN (SELECT (directive, label) FROM label WHERE {OF_YEARS})",  # noqa: S608
}

Rows = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Touched:
    """Units and years whose derived rows may change."""

    units: pl.DataFrame
    years: pl.DataFrame


def find_touched(connection: duckdb.DuckDBPyConnection) -> Touched:
    """Give what may change with the receipts that are lent, before any value moves."""
    return Touched(frame(connection, "touched"), frame(connection, "touched_year"))


def derive_touched(
    connection: duckdb.DuckDBPyConnection, touched: Touched, small: Mapping[str, Rows], derived: Sequence[str]
) -> None:
    """Make the derived rows of some units and years anew; the values in the copy are the new ones already."""
    with connect(Path(":memory:")) as part:
        for one in (connection, part):
            lend(one, "touched", touched.units)
            lend(one, "touched_year", touched.years)
        put(part, "reported", frame(connection, "of_touched"))
        for name, rows in small.items():
            put(part, name, _of(touched, small["period"], name, read(name, rows)))
        for name in derived:
            run(part, name)
            if name == LAST_OF_YEARS:
                _add_other_years(connection, part)
        for one in (connection, part):
            lend(one, "touched_label", frame(connection, "touched_label"))
        for name, (column, anew) in DERIVED_OF_UNITS.items():
            _replace(connection, name, f"{_of_units(column)} AND {anew}", pl.DataFrame(part.table(name).filter(anew)))


def _of(touched: Touched, periods: Rows, name: str, rows: pl.DataFrame) -> pl.DataFrame:
    """Give what a table read from the record holds of what is touched."""
    if name in ("owed", "assigned"):
        rows = rows.join(touched.units, on="unit", how="semi")
    if name == "owed":
        of_years = read("period", periods).join(touched.years, on="year", how="semi")
        rows = rows.join(of_years, left_on=["directive", "period"], right_on=["directive", "code"], how="semi")
    return rows


def _of_units(column: str) -> str:
    return f"{column} IN (SELECT unit FROM touched)"  # noqa: S608


def _add_other_years(connection: duckdb.DuckDBPyConnection, part: duckdb.DuckDBPyConnection) -> None:
    """Add what the copy holds of the same units for other years, which stays as it is."""
    for name, apart in OTHER_YEARS.items():
        column, _ = DERIVED_OF_UNITS[name]
        lend(part, "apart", pl.DataFrame(connection.table(name).filter(f"{_of_units(column)} AND {apart}")))
        part.table("apart").insert_into(name)


def _replace(connection: duckdb.DuckDBPyConnection, name: str, held: str, rows: pl.DataFrame) -> None:
    """Put rows in place of those that a condition names; what is in both is not written again.

    Most are: a correction changes what one period says, not what was asked.
    """
    lend(connection, "moved", rows)
    there = f"(SELECT rowid AS place, * FROM {name} WHERE {held})"  # noqa: S608  our own names, as everywhere here
    same = " AND ".join(f"t.{column} IS NOT DISTINCT FROM m.{column}" for column in rows.columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE gone AS SELECT place FROM {there} t ANTI JOIN moved m ON {same}")  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TEMP TABLE come AS SELECT m.* FROM moved m ANTI JOIN {there} t ON {same}")  # noqa: S608
    connection.execute(f"DELETE FROM {name} WHERE rowid IN (SELECT place FROM gone)")  # noqa: S608
    connection.table("come").insert_into(name)


def read(name: str, rows: Rows) -> pl.DataFrame:
    """Give rows of a table of the copy as a frame."""
    return pl.DataFrame(rows, schema=dict(COPY[name]), orient="row")


def put(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    """Make a table of a frame."""
    lend(connection, "incoming", rows)
    connection.table("incoming").create(name)
