"""Records in SQLite files, copied from one made once: to make the tables anew takes a hundred times as long."""

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from models.store import migrate, open_engine, writing
from models.transfer import settle


def open_record(path: Path, fill: Callable[[Session], None] | None = None) -> Engine:
    """Open a record at a path where none is, empty or filled; `fill` must do the same each time."""
    path.write_bytes(_content(fill))
    return open_engine(f"sqlite:///{path}")


@cache
def _content(fill: Callable[[Session], None] | None) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.db"
        engine = open_engine(f"sqlite:///{path}")
        migrate(engine)
        if fill is not None:
            with writing(engine) as session:
                fill(session)
        engine.dispose()
        settle(path)
        return path.read_bytes()
