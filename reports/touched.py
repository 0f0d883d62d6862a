"""The units that changed returns touch: what is derived of them is made anew by itself, and put in place of the old.

Every derived row rests on values and duties of one unit, and of those it was merged with. So the queries that make a
whole copy, run over these units alone, give their rows of it.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from reports.duck import connect, frame, lend, run
from schemas.rollup import COPY

OF_UNITS = ("owed", "assigned")  # the tables read from the record that have a line for each unit and more
DERIVED_OF_UNITS = {
    "wanted": "unit", "usable": "unit", "asked": "unit", "newest": "unit", "earlier": "unit", "difference": "unit",
    "yearly": "holder", "last_input": "unit", "input": "holder", "slot": "unit",
}  # fmt: skip

Rows = Sequence[Sequence[Any]]


def find_touched(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Give the units whose derived rows may change with the receipts that are lent, before any value moves."""
    return frame(connection, "touched")


def derive_touched(
    connection: duckdb.DuckDBPyConnection, touched: pl.DataFrame, small: Mapping[str, Rows], derived: Sequence[str]
) -> None:
    """Make the derived rows of some units anew; the values in the copy are the new ones already."""
    lend(connection, "touched", touched)
    with connect(Path(":memory:")) as part:
        put(part, "reported", frame(connection, "of_touched"))
        units = frozenset(touched["unit"])
        for name, rows in small.items():
            put(part, name, read(name, _of(units, name, rows)))
        for name in derived:
            run(part, name)
        for name, column in DERIVED_OF_UNITS.items():
            _replace(connection, name, column, pl.DataFrame(part.table(name)))


def _of(units: frozenset[str], name: str, rows: Rows) -> Rows:
    if name not in OF_UNITS:
        return rows
    at = list(COPY[name]).index("unit")
    return [row for row in rows if row[at] in units]


def _replace(connection: duckdb.DuckDBPyConnection, name: str, column: str, rows: pl.DataFrame) -> None:
    connection.execute(f"DELETE FROM {name} WHERE {column} IN (SELECT unit FROM touched)")  # noqa: S608  our own names
    lend(connection, "moved", rows)
    connection.table("moved").insert_into(name)


def read(name: str, rows: Rows) -> pl.DataFrame:
    """Give rows of a table of the copy as a frame."""
    return pl.DataFrame(rows, schema=dict(COPY[name]), orient="row")


def put(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    """Make a table of a frame."""
    lend(connection, "incoming", rows)
    connection.table("incoming").create(name)
