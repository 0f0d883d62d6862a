"""The work of `dondoc rebuild`: all files again from the archive into a record beside, held against the record."""

import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from flows.jobs.auditing import audit
from flows.jobs.backup import ensure_place, write_backup
from flows.jobs.collect import BATCH, office_of
from flows.jobs.keeping import originals_of
from flows.jobs.record import migrated
from intake.originals import Originals
from intake.readers import Read, Readers
from intake.receive import process
from models.errors import RefusedError
from models.queries import rebuilding as record
from models.queries.rebuilding import Facts, Step
from models.queries.receipts import get_receipts
from models.returns import receipt_number
from models.store import open_engine, reading, writing
from models.transfer import copy_to_file, settle
from schemas.texts import UNKNOWN, Texts, load_texts
from settings import Settings

SHOWN = 200  # differences that are told one by one; all are counted


@dataclass(frozen=True)
class Difference:
    """One thing that the archive says otherwise than the record: empty where one of the two has it not."""

    what: str
    subject: str
    record: str
    archive: str


@dataclass(frozen=True)
class RebuildOutcome:
    """How the record compares with what its originals say when they are read again, by this dondoc and its settings."""

    receipts: int
    same: bool
    counts: dict[str, int]
    differences: list[Difference] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    file: str | None = None
    sha256: str | None = None
    lines: list[str] = field(default_factory=list)


def run_rebuild(settings: Settings, now: datetime, out: Path | None = None) -> RebuildOutcome:
    """Read every original again and decide it as it was decided then; the record itself is only read.

    `out`: a backup to write, of the office as its originals say now; `restore` brings it up.
    Raises RefusedError where it may not be written, or where originals are wanting.
    """
    if out is not None:
        ensure_place(settings, out.absolute())
    with tempfile.TemporaryDirectory(dir=settings.workspace, prefix=".rebuild-") as folder:
        kept, fresh = Path(folder) / "kept.db", Path(folder) / "fresh.db"
        with migrated(settings) as engine:
            copy_to_file(engine, kept)
        fresh.write_bytes(kept.read_bytes())
        outcome = _rebuild(settings, kept, fresh)
        return outcome if out is None else _keep(settings, outcome, fresh, out, now)


def _rebuild(settings: Settings, kept: Path, fresh: Path) -> RebuildOutcome:
    before, after = (open_engine(f"sqlite:///{path}") for path in (kept, fresh))
    try:
        batches, lost = _replay(settings, after)
        counts, told = _compare(before, after, batches)
    finally:
        before.dispose()
        after.dispose()
    same = not lost and not any(counts.values())
    lines = [] if same else list(_lines(told, lost, load_texts(settings.language)))
    return RebuildOutcome(sum(map(len, batches)), same, counts, told, lost, lines=lines)


def _keep(settings: Settings, outcome: RebuildOutcome, fresh: Path, out: Path, now: datetime) -> RebuildOutcome:
    """Write the record that was made anew as a backup: it replaces nothing until someone restores it."""
    if outcome.lost:
        raise RefusedError("rebuild.wanting", count=len(outcome.lost), first=outcome.lost[0])
    engine = open_engine(f"sqlite:///{fresh}")
    try:
        with writing(engine) as session:
            audit(session, "record.rebuilt", out.name, counts=outcome.counts)
    finally:
        engine.dispose()
    settle(fresh)
    written = write_backup(settings, out, now, partial(shutil.move, fresh))
    return replace(outcome, file=written.file, sha256=written.sha256, lines=[*outcome.lines, *written.lines])


def _lines(told: Sequence[Difference], lost: Sequence[str], texts: Texts) -> Iterator[str]:
    if lost:
        yield texts("rebuild.lost", count=len(lost), first=lost[0])
    yield texts("rebuild.why")
    for one in told:
        what = texts(f"rebuild.what.{one.what}", subject=one.subject)
        yield texts("rebuild.line", what=what, record=one.record or UNKNOWN, archive=one.archive or UNKNOWN)


def _replay(settings: Settings, engine: Engine) -> tuple[list[list[int]], list[str]]:
    """Decide all receipts anew in the order in which they came, the ledger as it was at each time."""
    with writing(engine) as session:
        batches = record.decided_batches(session, BATCH)
        steps = record.forget_files(session)
    office, lost = office_of(settings, load_texts(settings.language)), list[str]()
    originals = originals_of(settings)
    with closing(Readers()) as readers:
        for ids in batches:
            with writing(engine) as session:
                receipts = get_receipts(session, ids)
                steps = _go_on(session, steps, receipts[0].received_at)
                there = [one for one in receipts if originals.is_whole(one.sha256)]
                lost += [one.sha256 for one in receipts if one not in there]
                files = _read(originals, readers, {one.sha256 for one in there})
                process(session, [one.id or 0 for one in there], office, files)
    with writing(engine) as session:
        _go_on(session, steps, None)
    return batches, sorted(set(lost))


def _go_on(session: Session, steps: Sequence[Step], until: datetime | None) -> list[Step]:
    """Do to the ledger what had been done by a time; give what comes later."""
    due = [step for step in steps if until is None or step.at <= until]
    for step in due:
        record.take_step(session, step)
    session.flush()
    return list(steps[len(due) :])


def _read(originals: Originals, readers: Readers, hashes: set[str]) -> dict[str, Read]:
    wanted = sorted(hashes)
    with originals.at_hand(wanted) as found:
        return dict(zip(wanted, readers.read([found[one] for one in wanted]), strict=True))


def _compare(before: Engine, after: Engine, batches: list[list[int]]) -> tuple[dict[str, int], list[Difference]]:
    counts = dict.fromkeys(record.COMPARED, 0)
    told: list[Difference] = []
    for one in _differences(before, after, batches):
        counts[one.what] += 1
        if len(told) < SHOWN:
            told.append(one)
    return counts, told


def _differences(before: Engine, after: Engine, batches: list[list[int]]) -> Iterator[Difference]:
    with reading(before) as kept, reading(after) as fresh:
        for ids in batches:
            yield from _between(record.facts_of_receipts(kept, ids), record.facts_of_receipts(fresh, ids))
        yield from _between(record.facts_of_returns(kept), record.facts_of_returns(fresh))


def _between(kept: Mapping[str, Facts], fresh: Mapping[str, Facts]) -> Iterator[Difference]:
    for what, rows in kept.items():
        others = fresh[what]
        for key in sorted(rows.keys() | others.keys()):
            if rows.get(key) != others.get(key):
                yield Difference(what, _subject(what, key), _shown(rows.get(key)), _shown(others.get(key)))


def _subject(what: str, key: tuple[Any, ...]) -> str:
    first = f"#{key[0]}" if what in ("return", "counting") else receipt_number(key[0])
    return " ".join([first, *(f"{part}" for part in key[1:])])


def _shown(values: tuple[Any, ...] | None) -> str:
    return "" if values is None else ", ".join(f"{value}" for value in values if value is not None)
