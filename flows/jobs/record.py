"""The record opened for a job: brought to the newest tables, its connections given back when the job is done."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache

from sqlalchemy import Engine
from sqlmodel import Session

from flows.jobs.logs import keep_log
from models.store import migrate, open_engine, reading, writing
from settings import Settings


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    # Kept for the statements it has compiled: a small batch would pay as much for them as for its files.
    return open_engine(url)


@contextmanager
def connected(settings: Settings) -> Iterator[Engine]:
    """Give the record as it is, for a job of several transactions."""
    keep_log(settings)
    engine = _engine(settings.url)
    try:
        yield engine
    finally:
        engine.dispose()


@contextmanager
def migrated(settings: Settings) -> Iterator[Engine]:
    """Give the record with the newest tables, for a job of several transactions."""
    with connected(settings) as engine:
        migrate(engine)
        yield engine


@contextmanager
def read_record(settings: Settings) -> Iterator[Session]:
    with migrated(settings) as engine, reading(engine) as session:
        yield session


@contextmanager
def write_record(settings: Settings) -> Iterator[Session]:
    """One transaction: all of it or nothing."""
    with migrated(settings) as engine, writing(engine) as session:
        yield session


@contextmanager
def collector_paused() -> Iterator[None]:
    """Let Python look for no cyclic garbage while a bounded job makes millions of objects that all live on.

    The looking takes a tenth to a sixth of such a job's time, and finds nothing.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
