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
OF_ANSWERS = "answer IN (SELECT answer FROM answered)"
DERIVED_OF_UNITS: Mapping[str, tuple[str, str]] = {  # the column of the unit, and which rows are made anew
    "wanted": ("unit", OF_YEARS), "usable": ("unit", OF_YEARS), "asked": ("unit", OF_YEARS),
    "newest": ("unit", OF_YEARS), "earlier": ("unit", OF_YEARS), "difference": ("unit", OF_YEARS),
    "yearly": ("holder", OF_YEARS), "last_input": ("unit", OF_ANSWERS), "input": ("holder", OF_ANSWERS),
}  # fmt: skip
# Slots rest on these, whichever value an answer is. A round's rest on each of its years.
BEFORE_SLOTS = {
    "asked": f"NOT {OF_YEARS}",
    "yearly": f"NOT {OF_YEARS}",
    "last_input": f"(directive, label) NOT IN (SELECT (directive, label) FROM label WHERE {OF_YEARS})",  # noqa: S608
}
SLOT = "slot"

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
            put(part, name, read(name, _of(touched, small["period"], name, rows)))
        for name in derived:
            if name != SLOT:
                run(part, name)
        run(connection, "answered")
        moved = [
            _replace(connection, name, f"{_of_units(column)} AND {anew}", pl.DataFrame(part.table(name)))
            for name, (column, anew) in DERIVED_OF_UNITS.items()
        ]
        if any(moved):
            _derive_slots(connection, part)


def _derive_slots(connection: duckdb.DuckDBPyConnection, part: duckdb.DuckDBPyConnection) -> None:
    """Make the slots anew, of these units and of all labels that may rest on these years."""
    for name, apart in BEFORE_SLOTS.items():
        column, _ = DERIVED_OF_UNITS[name]
        lend(part, "apart", pl.DataFrame(connection.table(name).filter(f"{_of_units(column)} AND {apart}")))
        part.table("apart").insert_into(name)
    run(part, SLOT)
    for one in (connection, part):
        lend(one, "touched_label", frame(connection, "touched_label"))
    rows = pl.DataFrame(part.table(SLOT).filter(OF_LABELS))
    _replace(connection, SLOT, f"{_of_units('unit')} AND {OF_LABELS}", rows)


def _of(touched: Touched, periods: Rows, name: str, rows: Rows) -> Rows:
    """Give what a table read from the record holds of what is touched."""
    if name not in ("owed", "assigned"):
        return rows
    units, at = frozenset(touched.units["unit"]), list(COPY[name]).index("unit")
    rows = [row for row in rows if row[at] in units]
    if name == "assigned":
        return rows
    years = frozenset(touched.years["year"])
    of_years = {(directive, code) for directive, code, _, year, *_ in periods if year in years}
    return [row for row in rows if (row[0], row[1]) in of_years]


def _of_units(column: str) -> str:
    return f"{column} IN (SELECT unit FROM touched)"  # noqa: S608


def _replace(connection: duckdb.DuckDBPyConnection, name: str, held: str, rows: pl.DataFrame) -> bool:
    """Put rows in place of those that a condition names; say whether slots may rest on what differs.

    What is in both is not written again. Most is: a correction changes what one period says, not what was asked.
    """
    lend(connection, "moved", rows)
    there = f"(SELECT rowid AS place, * FROM {name} WHERE {held})"  # noqa: S608  our own names, as everywhere here
    same = " AND ".join(f"t.{column} IS NOT DISTINCT FROM m.{column}" for column in rows.columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE gone AS FROM {there} t ANTI JOIN moved m ON {same}")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE come AS FROM moved m ANTI JOIN {there} t ON {same}")
    connection.execute(f"DELETE FROM {name} WHERE rowid IN (SELECT place FROM gone)")  # noqa: S608
    connection.table("come").insert_into(name)
    return name in BEFORE_SLOTS and not _are_alike(connection, [one for one in rows.columns if one != "answer"])


def _are_alike(connection: duckdb.DuckDBPyConnection, columns: Sequence[str]) -> bool:
    gone, come = (connection.table(name).select(*columns) for name in ("gone", "come"))
    return not gone.except_(come).fetchone() and not come.except_(gone).fetchone()


def read(name: str, rows: Rows) -> pl.DataFrame:
    """Give rows of a table of the copy as a frame."""
    return pl.DataFrame(rows, schema=dict(COPY[name]), orient="row")


def put(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    """Make a table of a frame."""
    lend(connection, "incoming", rows)
    connection.table("incoming").create(name)
