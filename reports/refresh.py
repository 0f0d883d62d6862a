"""How an analytic copy is made: from an earlier one by what has changed since, or whole; never unlike the record."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from sqlmodel import Session

from models.queries import values as record
from models.types import SCALE
from reports.duck import connect, frame, lend, run
from schemas.rollup import COPY, EXACT

BATCH = 500  # receipts whose values are read at a time: memory stays bounded, whatever the record holds
RECEIPTS = {
    "receipt": pl.Int64, "directive": pl.String, "period": pl.String, "unit": pl.String, "kind": pl.String,
    "sha256": pl.String, "file": pl.String,
}  # fmt: skip
VALUES = {
    "id": pl.Int64, "receipt": pl.Int64, "indicator": pl.String, "dimension": pl.String, "value": pl.String,
    "numerator": pl.String, "denominator": pl.String, "marker": pl.String, "sheet": pl.String, "cell": pl.String,
    "denominator_cell": pl.String,
}  # fmt: skip
NUMBERS = ("value", "numerator", "denominator")

Rows = Sequence[Sequence[Any]]
Totals = Mapping[tuple[Any, ...], tuple[Any, ...]]  # by directive, period, kind: how many values, and their sums


@dataclass(frozen=True)
class Wanted:
    """What a copy is to hold: the small tables, the receipts that count, and the queries that derive the rest."""

    small: Mapping[str, Rows]
    receipts: pl.DataFrame
    totals: Totals
    derived: Sequence[str]


def read_wanted(session: Session, small: Mapping[str, Rows], derived: Sequence[str], as_at: datetime | None) -> Wanted:
    """Read which receipts count now, or counted at a time, and what all their values add up to."""
    receipts = pl.DataFrame(record.read_counting(session, as_at), schema=RECEIPTS, orient="row")
    return Wanted(small, receipts.with_row_index("position"), _by_period(record.read_totals(session, as_at)), derived)


def write_copy(session: Session, path: Path, wanted: Wanted, start: Path | None = None) -> None:
    """Make a copy at a path, from an earlier copy or whole; one that led to no sound copy is put aside.

    Raises RuntimeError where record and copy differ even so.
    """
    if start and _is_refreshed(session, path, wanted, start):
        return
    path.unlink(missing_ok=True)
    differences = _write(session, path, wanted)
    if differences:
        said = "; ".join(differences[:5])
        message = f"the analytic copy differs from the record in {len(differences)} periods: {said}"
        raise RuntimeError(message)


def _is_refreshed(session: Session, path: Path, wanted: Wanted, start: Path) -> bool:
    try:
        shutil.copyfile(start, path)
        return not _write(session, path, wanted)
    except (duckdb.Error, pl.exceptions.PolarsError, OSError):  # damaged where nobody looked before, or deleted since
        return False


def _write(session: Session, path: Path, wanted: Wanted) -> list[str]:
    """Fill a file and derive what rests on it; give where it differs from the record, and stop there."""
    with connect(path) as connection:
        _clear(connection)
        connection.begin()  # one transaction: each would wait for the disk
        lend(connection, "receipts", wanted.receipts)
        run(connection, "outdated")
        _add(connection, session)
        differences = list(_differences(connection, wanted.totals))
        if differences:
            return differences
        _derive(connection, wanted)
        connection.commit()
    return []


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave nothing but the values that an earlier copy holds; a new file holds none."""
    connection.begin()
    for statement in frame(connection, "rebuilt")["statement"]:
        connection.execute(statement)
    if not connection.execute("FROM duckdb_tables()").fetchone():
        _create(connection, "reported", [])
    connection.commit()


def _derive(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> None:
    for name, rows in wanted.small.items():
        _create(connection, name, rows)
    for name in wanted.derived:
        run(connection, name)


def _create(connection: duckdb.DuckDBPyConnection, name: str, rows: Rows) -> None:
    lend(connection, "incoming", pl.DataFrame(rows, schema=dict(COPY[name]), orient="row"))
    connection.table("incoming").create(name)


def _add(connection: duckdb.DuckDBPyConnection, session: Session) -> None:
    """Read the values of the receipts that the copy lacks."""
    lacking = frame(connection, "lacking")["receipt"].to_list()
    for first in range(0, len(lacking), BATCH):
        rows = record.read_values(session, lacking[first : first + BATCH])
        values = pl.DataFrame(rows, schema=VALUES, orient="row")
        lend(connection, "incoming", values.with_columns(pl.col(*NUMBERS).str.to_decimal(scale=SCALE).cast(EXACT)))
        run(connection, "added")


def _differences(connection: duckdb.DuckDBPyConnection, wanted: Totals) -> Iterator[str]:
    """Say for each period whose count or sums are not those of the record what both hold."""
    held = _by_period(frame(connection, "totals").rows())
    for key in sorted(wanted.keys() | held.keys()):
        if wanted.get(key) != held.get(key):
            yield f"{'/'.join(key)}: record {wanted.get(key)}, copy {held.get(key)}"


def _by_period(rows: Rows) -> Totals:
    return {tuple(row[:3]): tuple(row[3:]) for row in rows}
