"""The first half of taking in: what waits in the inbox is claimed, archived and put on record."""

import logging
import shutil
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Engine

from flows.jobs.keeping import originals_of
from flows.jobs.record import connected, migrated
from intake import folder, waiting
from intake.lookout import Look, Lookout
from models.queries import receipts
from models.queries.arrivals import claimed_hashes
from models.store import reading, writing
from schemas.texts import load_texts
from settings import Settings

SETTLE_SECONDS = 3.0  # between two looks at a file that is no workbook, or not yet one
BATCH = 200  # claims a transaction: a commit costs as much as writing a small file
STALE = timedelta(hours=1)  # no copy into the archive takes this long

logger = logging.getLogger(__name__)


def claim_waiting(settings: Settings, received_at: datetime) -> list[int]:
    """Claim, archive and record what waits; give the receipts without an answer, those of an earlier run too."""
    with migrated(settings):
        return claim_ready(settings, _settled(settings), received_at)


def _settled(settings: Settings) -> list[Look]:
    """Give the files to take in; one that is not known to be complete is looked at twice."""
    lookout = Lookout(settings.inbox, settings.grace)
    ready = lookout.poll(at=time.monotonic(), now=datetime.now(UTC))
    if len(ready) < len(lookout.seen):
        time.sleep(SETTLE_SECONDS)
        ready = lookout.poll(at=time.monotonic(), now=datetime.now(UTC))
    return ready


def claim_ready(settings: Settings, ready: Iterable[Look], received_at: datetime) -> list[int]:
    """Finish the claims of an earlier run, then take in files; give the receipts without an answer."""
    with connected(settings) as engine:
        with reading(engine) as session:
            units = receipts.unit_ids(session)
        arriving = _archived(settings, _claims(settings, ready, units))
        while arrived := sorted(islice(arriving, BATCH), key=_age):
            _record(engine, settings, arrived, units, received_at)
        with reading(engine) as session:
            return receipts.unanswered(session)


def _claims(settings: Settings, ready: Iterable[Look], units: Collection[str]) -> Iterator[folder.Claim]:
    left = [one for one in folder.find_claims(settings.inbox) if one.unit in units]
    arriving = [one for one in ready if one.unit in units]
    if left or arriving:
        originals_of(settings).ensure_open()  # else all stays where it is
    yield from left
    for seen in arriving:
        if has_room(settings, seen.size):
            claimed = folder.claim(settings.inbox, seen)
            if claimed is not None:
                yield claimed


def has_room(settings: Settings, size: int) -> bool:
    """Whether a file may be claimed: the archive needs room for it, the record and the replies for what follows."""
    free = min(shutil.disk_usage(place).free for place in (*settings.archive_folders, settings.workspace))
    return free >= max(settings.free_space_floor, 5 * size)


def _archived(settings: Settings, claims: Iterable[folder.Claim]) -> Iterator[folder.Archived]:
    """Archive claims one by one; one that cannot be copied now keeps its claim, and the next run tries again."""
    originals, is_tidy = originals_of(settings), False
    for claimed in claims:
        if not is_tidy:
            originals.remove_partials(datetime.now(UTC) - STALE)
            is_tidy = True
        try:
            arrived = originals.keep(claimed)
        except OSError as error:
            logger.error("claim %s (%s) cannot be archived: %s", claimed.id, claimed.file_name, error.strerror or error)
        else:
            if arrived is not None:
                yield arrived


def _age(one: folder.Archived) -> tuple[int, str, str]:
    """Sort the oldest first, and alike for every collector, lest two that write the same receipts block each other."""
    return one.modified_ns, one.claim.path.name, one.claim.id


def _record(
    engine: Engine, settings: Settings, arrived: list[folder.Archived], units: Mapping[str, int], received_at: datetime
) -> None:
    with writing(engine) as session:
        folder.record(session, arrived, units, received_at)
    with reading(engine) as session:
        recorded = claimed_hashes(session, [one.claim.id for one in arrived])
    for one in arrived:
        folder.release(settings.inbox, one, recorded[one.claim.id])


def find_ready(settings: Settings) -> list[dict[str, Any]]:
    """Give the files of known units that would be taken in now; nothing is moved."""
    with migrated(settings) as engine, reading(engine) as session:
        units = receipts.unit_ids(session)
    return [{"unit": one.unit, "file": one.path.name} for one in _settled(settings) if one.unit in units]


def find_waiting(settings: Settings) -> list[dict[str, Any]]:
    """Give the files that stay where they are for now, each with its reason and what to do about it."""
    with connected(settings) as engine, reading(engine) as session:
        units = receipts.unit_ids(session)
    texts = load_texts(settings.language)
    return [
        vars(one) | {"message": texts(f"cli.waiting.{one.reason}", unit=one.unit, file=one.file)}
        for one in waiting.find_waiting(settings.inbox, units, lambda size: has_room(settings, size))
    ]
