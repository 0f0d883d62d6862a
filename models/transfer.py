"""The whole record on its way to another place: into one SQLite file, from whatever database, and back."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import sqlalchemy
from sqlalchemy import (
    Column,
    Connection,
    Engine,
    Table,
    bindparam,
    create_engine,
    insert,
    inspect,
    select,
    text,
    update,
)
from sqlmodel import Session, col, func

from models.marks import ChangeMark
from models.returns import Receipt
from models.review import ReviewFile
from models.store import migrate, open_engine
from models.tables import CONTENT

ROWS = 1_000  # at a time


def copy_to_file(engine: Engine, file: Path) -> None:
    """Write the record as it is at one moment into a new SQLite file, while others go on writing to it."""
    if engine.dialect.name == "sqlite":
        with closing(sqlite3.connect(file)) as target, closing(engine.raw_connection()) as source:
            source.driver_connection.backup(target)  # type: ignore[union-attr]
    else:
        _copy_to_sqlite(engine, file)
    settle(file)


def _copy_to_sqlite(engine: Engine, file: Path) -> None:
    target = open_engine(f"sqlite:///{file}")
    try:
        migrate(target)
        with engine.execution_options(isolation_level="REPEATABLE READ").connect() as source, target.begin() as into:
            copy_rows(source, into)
    finally:
        target.dispose()


def copy_from_file(file: Path, engine: Engine) -> None:
    """Write a record kept in a SQLite file into an empty database, all of it or nothing."""
    source = open_engine(f"sqlite:///{file}")
    try:
        migrate(engine)
        with source.execution_options(reading=True).connect() as rows, engine.begin() as into:
            copy_rows(rows, into)
            if engine.dialect.name == "postgresql":
                _set_sequences(into)
    finally:
        source.dispose()


def copy_rows(source: Connection, target: Connection) -> None:
    """Copy every row of every table, tables that others point to first."""
    for table in CONTENT:
        own = [column for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
        pointing: list[dict[str, Any]] = []
        for rows in read_chunks(source, table):
            pointing += [_pointers(row, own) for row in rows if any(row[one.key] is not None for one in own)]
            target.execute(insert(table), [row | dict.fromkeys(one.key for one in own) for row in rows])
        if pointing:  # a row that points into its own table may come before the one that it points to
            there = table.c.id == bindparam("at_id")
            target.execute(
                update(table).where(there).values({one.key: bindparam(f"to_{one.key}") for one in own}), pointing
            )


def read_chunks(source: Connection, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Give the rows of a table by their key, a bounded number at a time."""
    found = source.execution_options(yield_per=ROWS).execute(select(table).order_by(*table.primary_key))
    for rows in found.mappings().partitions():
        yield [dict(row) for row in rows]


def _pointers(row: dict[str, Any], own: list[Column[Any]]) -> dict[str, Any]:
    return {"at_id": row["id"]} | {f"to_{one.key}": row[one.key] for one in own}


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL count on from the highest number that was copied."""
    quote = connection.dialect.identifier_preparer.quote
    for table in CONTENT:
        keys = [one for one in table.primary_key if one is table.autoincrement_column]
        for key in keys:
            last = connection.execute(select(func.max(key))).scalar()
            named = {"table": quote(table.name), "key": key.name, "last": last}
            if last is not None:
                connection.execute(text("SELECT setval(pg_get_serial_sequence(:table, :key), :last)"), named)


def is_vacant(engine: Engine) -> bool:
    """Whether a database holds no row of anything."""
    with engine.execution_options(reading=True).connect() as connection:
        tables = set(inspect(connection).get_table_names()) - {"alembic_version", ChangeMark.__tablename__}
        return not any(connection.execute(_any_row(name)).first() for name in tables)


def _any_row(name: str) -> sqlalchemy.Select[Any]:
    return select(sqlalchemy.literal(1)).select_from(sqlalchemy.table(name)).limit(1)


def settle(file: Path) -> None:
    """Leave nothing of a SQLite file beside it."""
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode=DELETE")


def find_fault(file: Path) -> str | None:
    """Give what SQLite finds wrong with a file, None where it is whole."""
    try:
        with closing(sqlite3.connect(file)) as connection:
            (said,) = connection.execute("PRAGMA integrity_check").fetchone()
    except sqlite3.DatabaseError as error:
        return str(error)
    return None if said == "ok" else str(said)


def list_originals(file: Path) -> tuple[int, list[str]]:
    """Give how many receipts a record in a file has, and the SHA-256 of every file they name."""
    engine = create_engine(f"sqlite:///{file}")
    with Session(engine) as session:
        count = session.scalar(select(func.count()).select_from(Receipt)) or 0
        hashes = list(session.scalars(select(col(Receipt.sha256)).distinct().order_by(col(Receipt.sha256))))
    engine.dispose()
    return count, hashes


def relocate_reviews(session: Session, before: Path, after: Path) -> None:
    """Let the files of reviews lie where the workspace now is; those written elsewhere stay as they were."""
    for one in session.scalars(select(ReviewFile)):
        if Path(one.path).is_relative_to(before):
            one.path = str(after / Path(one.path).relative_to(before))
