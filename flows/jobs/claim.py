"""The first half of taking in: what waits in the inbox is claimed, archived and put on record."""

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache

from sqlalchemy import Engine

from intake import folder
from models.queries import receipts
from models.store import migrate, open_engine, reading, writing
from settings import Settings

SETTLE_SECONDS = 3.0  # between two looks at a file that is no workbook, or not yet one


@lru_cache(maxsize=4)
def _engine(url: str) -> Engine:
    # Kept for the statements it has compiled, which would cost each small batch as much as its files;
    # its connections are given back after every step.
    return open_engine(url)


@contextmanager
def open_record(settings: Settings) -> Iterator[Engine]:
    engine = _engine(settings.url)
    try:
        yield engine
    finally:
        engine.dispose()


def claim_waiting(settings: Settings, received_at: datetime) -> list[int]:
    """Claim, archive and record what waits; give the receipts without an answer, those of an earlier run too."""
    with open_record(settings) as engine:
        migrate(engine)
        return _claim(engine, settings, received_at)


def _claim(engine: Engine, settings: Settings, received_at: datetime) -> list[int]:
    with reading(engine) as session:
        units = receipts.unit_ids(session)
    claims = [one for one in folder.find_claims(settings.inbox) if one.unit in units]
    for waiting in _settled(settings, units.keys()):
        claimed = folder.claim(settings.inbox, waiting)
        claims += [claimed] if claimed else []
    arrived = [one for claimed in claims if (one := folder.archive(claimed, settings.archive))]
    with writing(engine) as session:
        folder.record(session, arrived, units, received_at)
    for one in arrived:
        folder.release(one.claim)
    with reading(engine) as session:
        return receipts.unanswered(session)


def _settled(settings: Settings, units: Collection[str]) -> list[folder.Waiting]:
    """Give the files to take in; one that does not open as a workbook is looked at twice."""
    first = {path: one for path, one in folder.look(settings.inbox).items() if one.unit in units}
    settled = folder.settled_files(settings.inbox, now=datetime.now(UTC))
    if {one.path for one in settled} < first.keys():
        time.sleep(SETTLE_SECONDS)
        settled = folder.settled_files(settings.inbox, now=datetime.now(UTC), before=first)
    return [one for one in settled if one.unit in units]


def find_strangers(settings: Settings) -> list[str]:
    """Give the folders of the inbox that hold files and bear no unit's code."""
    with open_record(settings) as engine, reading(engine) as session:
        units = receipts.unit_ids(session)
    return sorted({one.unit for one in folder.look(settings.inbox).values()} - units.keys())
