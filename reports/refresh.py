"""How an analytic copy is made: from an earlier one by what has changed since, or whole; never unlike the record."""

import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from sqlmodel import Session

from models.queries import values as record
from models.types import SCALE
from reports.duck import connect, frame, lend, run
from reports.touched import derive_touched, find_touched, put, read
from schemas.rollup import EXACT

LARGEST_REFRESH = 5_000  # changed receipts: with more, little of a copy is left to start from
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
    resting_on: str  # a digest of the small tables but `meta`
    receipts: pl.DataFrame
    as_at: datetime | None
    derived: Sequence[str]


def read_wanted(
    session: Session, small: Mapping[str, Rows], resting_on: str, derived: Sequence[str], as_at: datetime | None
) -> Wanted:
    """Read which receipts count now, or counted at a time."""
    receipts = pl.DataFrame(record.read_counting(session, as_at), schema=RECEIPTS, orient="row")
    return Wanted(small, resting_on, receipts.with_row_index("position"), as_at, derived)


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
        return _refresh(session, path, wanted) or not _write(session, path, wanted)
    except (duckdb.Error, pl.exceptions.PolarsError, OSError):  # damaged where nobody looked before, or deleted since
        return False


def _refresh(session: Session, path: Path, wanted: Wanted) -> bool:
    """Change what a few receipts changed; False, and nothing changed, where the copy rests on more than those."""
    with _writing(path, wanted) as connection:
        ended, lacking = (frame(connection, name)["receipt"].to_list() for name in ("ended", "lacking"))
        is_alike = connection.execute("SELECT resting_on FROM meta").fetchone() == (wanted.resting_on,)
        if not is_alike or len(ended) + len(lacking) > LARGEST_REFRESH:
            return False
        touched = find_touched(connection)
        expected = _moved(session, _by_period(connection.table("total").fetchall()), ended, lacking)
        run(connection, "outdated")
        _add(connection, session)
        totals = frame(connection, "totals")
        if _counted(expected) != _counted(_by_period(totals.rows())):
            return False
        derive_touched(connection, touched, wanted.small, wanted.derived)
        for name in ("meta", "total"):
            connection.execute(f"DROP TABLE {name}")
        put(connection, "meta", read("meta", wanted.small["meta"]))
        put(connection, "total", totals)
        connection.commit()
    return True


def _moved(session: Session, before: Totals, ended: Sequence[int], added: Sequence[int]) -> Totals:
    """Give what values add up to after some receipts ended and others came: the record itself adds those up."""
    after = {key: _numbers(sums) for key, sums in before.items()}
    for sign, receipts in ((-1, ended), (1, added)):
        for key, sums in _by_period(record.read_totals_of(session, receipts)).items():
            pairs = zip(after.get(key, _numbers(())), _numbers(sums), strict=True)
            after[key] = tuple(old + sign * new for old, new in pairs)
    return after


def _numbers(sums: Sequence[Any]) -> tuple[Decimal, ...]:
    return tuple(Decimal(one or 0) for one in sums) or (Decimal(0),) * (1 + len(NUMBERS))


def _counted(totals: Totals) -> Totals:
    """Give the totals of which there is any value; a sum of nothing is 0."""
    return {key: _numbers(sums) for key, sums in totals.items() if sums[0]}


def _write(session: Session, path: Path, wanted: Wanted) -> list[str]:
    """Fill a file and derive all that rests on it; give where it differs from the record, and stop there."""
    totals = _by_period(record.read_totals(session, wanted.as_at))
    with _writing(path, wanted) as connection:
        _clear(connection)
        run(connection, "outdated")
        _add(connection, session)
        differences = list(_differences(connection, totals))
        if differences:
            return differences
        for name, rows in wanted.small.items():
            put(connection, name, read(name, rows))
        put(connection, "total", frame(connection, "totals"))
        for name in wanted.derived:
            run(connection, name)
        connection.commit()
    return []


@contextmanager
def _writing(path: Path, wanted: Wanted) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a copy with the receipts that count lent to it, in one transaction: each would wait for the disk."""
    with connect(path) as connection:
        lend(connection, "receipts", wanted.receipts)
        connection.begin()
        yield connection


def _clear(connection: duckdb.DuckDBPyConnection) -> None:
    """Leave nothing but the values that an earlier copy holds; a new file holds none."""
    for statement in frame(connection, "rebuilt")["statement"]:
        connection.execute(statement)
    if not connection.execute("FROM duckdb_tables()").fetchone():
        put(connection, "reported", read("reported", []))


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
