"""The record's engine and sessions: SQLite in the workspace, or PostgreSQL by URL."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, inspect, text
from sqlmodel import Session, create_engine

import models.tables  # noqa: F401  every table must be known before one is asked for
from models.errors import NewerRecordError
from models.types import ExactSum

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_SECONDS = 30
MIGRATION_LOCK = 7_042_016  # any number that is ours


def open_engine(url: str) -> Engine:
    """Give an engine; a SQLite file keeps every commit through a power cut (WAL, synchronous FULL).

    Its errors name no parameters: what units wrote and addresses of offices would stand in traces and logs.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True, hide_parameters=True)
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, hide_parameters=True)
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _set_up(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # we begin ourselves, below
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "mmap_size=0"):
        connection.execute(f"PRAGMA {pragma}")
    connection.create_aggregate("exact_sum", 1, ExactSum)


def _begin(connection: Any) -> None:
    # A deferred transaction that reads, then writes, fails at once in spite of the busy timeout.
    reading = connection.get_execution_options().get("reading", False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def migrate(engine: Engine) -> None:
    """Bring the record to the newest tables; nothing is lost, whatever version wrote it.

    Raises NewerRecordError for a record that a newer dondoc wrote: this one would not know what it may change.
    """
    if is_current(engine):
        return
    ensure_known(engine)
    from alembic import command  # takes longer to load than most questions to answer, and is needed once
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":  # of two that come to a new record, one waits; SQLite does that itself
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def writing(engine: Engine) -> Iterator[Session]:
    """One transaction that writes: all of it or nothing."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session


@contextmanager
def reading(engine: Engine) -> Iterator[Session]:
    """A view of the record that stands still and waits for no writer."""
    options: dict[str, Any] = {"reading": True}
    if engine.dialect.name == "postgresql":
        options["isolation_level"] = "REPEATABLE READ"  # what SQLite does anyway: one moment for all reads
    with Session(engine.execution_options(**options), expire_on_commit=False) as session:
        yield session


def is_current(engine: Engine) -> bool:
    """Whether the record has the newest tables."""
    return version_of(engine) == newest_migration()


def ensure_known(engine: Engine) -> None:
    """Raise NewerRecordError where the record has tables of a newer dondoc."""
    written = version_of(engine)
    if written is not None and written > newest_migration():
        raise NewerRecordError("cli.newer-record", written=written, known=newest_migration())


def newest_migration() -> str:
    """Give the last migration that this dondoc knows; its file begins with its number."""
    return max(path.stem.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def version_of(engine: Engine) -> str | None:
    """Give the last migration that made the record's tables; None of an empty record."""
    with engine.execution_options(reading=True).connect() as connection:  # no need to wait for a writer
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version
