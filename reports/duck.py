"""DuckDB opened and asked: one query a file of sql/, values bound, frames lent."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

SQL = Path(__file__).resolve().parent / "sql"
SETTINGS: Mapping[str, str | bool] = {
    "autoinstall_known_extensions": False,  # nothing is fetched
    "autoload_known_extensions": False,
    "memory_limit": "4GB",  # what does not fit goes to disk beside the copy; the default takes most of a machine
}
SMALL = 2**25  # bytes of a copy of which threads cost a fifth more than they save


class _Arrow:
    """A polars frame as DuckDB reads it without pyarrow: the stream, and nothing that it could mistake."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


@contextmanager
def opened(copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read a copy; temporary tables may be made beside it."""
    with connect(copy, read_only=True) as connection:
        if copy.stat().st_size < SMALL:
            connection.execute("SET threads = 1")
        yield connection


def connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(path), read_only=read_only, config={**SETTINGS})
    connection.execute("SET enable_progress_bar = false")  # standard output is for what was asked
    return connection


def run(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None) -> None:
    """Run sql/<name>.sql for what it makes."""
    connection.execute(query(name), dict(values) if values else None)


def frame(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Run sql/<name>.sql and give its rows, in its order."""
    if values is None:
        return pl.DataFrame(connection.sql(query(name)))
    # A relation with bound values is run where it is made, and once more where its rows are taken: so by a table.
    connection.execute(f"CREATE OR REPLACE TEMP TABLE asked AS {query(name)}", dict(values))
    return pl.DataFrame(connection.table("asked"))


def lend(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    """Let queries see a frame as a view of that name, as long as the connection is open."""
    connection.register(name, _Arrow(rows))


@cache
def query(name: str) -> str:
    """Give the text of sql/<name>.sql."""
    return (SQL / f"{name}.sql").read_text("utf-8")
