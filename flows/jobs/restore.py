"""The work of `dondoc restore`: a backup becomes an office again, all of it or nothing; it sends nothing by itself."""

import shutil
import tempfile
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy.engine import make_url

from flows.jobs.auditing import audit
from flows.jobs.backup import FOLDERS
from flows.jobs.keeping import originals_of
from flows.jobs.parcel import RECORD, Manifest, open_parcel, unpack
from models.errors import RefusedError
from models.notice import SendingOrder
from models.queries.sending import add_order
from models.store import ensure_known, migrate, newest_migration, open_engine, writing
from models.transfer import copy_from_file, find_fault, is_vacant, relocate_reviews, settle
from schemas.texts import Texts, load_texts
from settings import Settings

SETTINGS, KEY = "dondoc.toml", "stamp.key"


@dataclass(frozen=True)
class RestoreOutcome:
    """An office that stands again; its sending is stopped until someone lets it go on."""

    file: str
    workspace: str
    members: int
    receipts: int
    bytes: int
    made_at: str
    stopped: bool = True
    lost: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def run_restore(settings: Settings, file: Path, now: datetime) -> RestoreOutcome:
    """Unpack a backup into a workspace and a database that hold nothing yet.

    Everything is verified before anything is written. Raises RefusedError for a backup or a place that will not do.
    """
    texts = load_texts(settings.language)
    with open_parcel(file) as (archive, manifest):
        if manifest.migration > newest_migration():
            raise RefusedError("restore.newer-record", path=file, written=manifest.migration, known=newest_migration())
        _ensure_vacant(settings)
        try:
            _unpack_all(settings, archive, manifest, file, now)
        except OSError as error:
            raise RefusedError("restore.not-written", found=error.strerror or error) from error
    return RestoreOutcome(
        file=str(file.absolute()),
        workspace=str(settings.workspace),
        members=len(manifest.members),
        receipts=manifest.receipts,
        bytes=manifest.bytes,
        made_at=manifest.made_at,
        lost=manifest.lost,
        lines=list(_advice(manifest, texts)),
    )


def _ensure_vacant(settings: Settings) -> None:
    """Raise RefusedError where an office lies already. A dondoc.toml may: it says where things are to go."""
    for folder in FOLDERS:
        if any(path.is_file() for path in (settings.workspace / folder).rglob("*")):
            raise RefusedError("restore.not-empty", path=settings.workspace / folder)
    if settings.database_url is None and not (settings.workspace / "dondoc.db").exists():
        return
    engine = open_engine(settings.url)
    try:
        if not is_vacant(engine):
            raise RefusedError("restore.has-record", database=engine.url.render_as_string(hide_password=True))
    finally:
        engine.dispose()


def _unpack_all(settings: Settings, archive: ZipFile, manifest: Manifest, file: Path, now: datetime) -> None:
    """Unpack beside first; the record comes to its place last, so that a restore cut off can be done again."""
    for folder in (settings.workspace, *settings.archive_folders):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.workspace, prefix=".restore-") as beside:
        staging = Path(beside)
        for name in manifest.members:
            if not name.startswith("archive/"):
                unpack(archive, manifest, name, staging / name)
        _prepare_record(staging / RECORD, settings, manifest, file, now)
        _unpack_originals(settings, archive, manifest)
        _put_in_place(staging, settings, manifest)


def _prepare_record(record: Path, settings: Settings, manifest: Manifest, file: Path, now: datetime) -> None:
    """Bring the record to the newest tables and to its new place, and keep all messages in the house."""
    if find_fault(record) is not None:
        raise RefusedError("restore.damaged", path=file, name=RECORD)
    engine = open_engine(f"sqlite:///{record}")
    try:
        ensure_known(engine)
        migrate(engine)
        with writing(engine) as session:
            relocate_reviews(session, Path(manifest.workspace), settings.workspace)
            add_order(session, _stop(settings, manifest, now))
            audit(session, "record.restored", file.name, made_at=manifest.made_at, receipts=manifest.receipts)
    finally:
        engine.dispose()
    settle(record)


def _stop(settings: Settings, manifest: Manifest, now: datetime) -> SendingOrder:
    texts = load_texts(settings.language)
    made_at = texts.moment(datetime.fromisoformat(manifest.made_at))
    return SendingOrder(
        stops=True,
        reason=texts("restore.stop-reason", made_at=made_at),
        given_by=texts("exceptions.office"),
        recorded_at=now,
    )


def _unpack_originals(settings: Settings, archive: ZipFile, manifest: Manifest) -> None:
    originals = originals_of(settings)
    for name in manifest.members:
        if name.startswith("archive/"):
            originals.put(name.removeprefix("archive/"), partial(unpack, archive, manifest, name))


def _put_in_place(staging: Path, settings: Settings, manifest: Manifest) -> None:
    record = staging / RECORD
    if (staging / KEY).exists():
        (staging / KEY).chmod(0o600)
    if settings.database_url is not None and not settings.url.startswith("sqlite"):
        engine = open_engine(settings.url)
        copy_from_file(record, engine)
        engine.dispose()
        record.unlink()
    for name in manifest.members:
        if name != RECORD and not name.startswith("archive/"):
            _move(staging / name, settings.workspace / name)
    if record.exists():
        _place_record(record, Path(make_url(settings.url).database or ""))


def _move(source: Path, target: Path) -> None:
    """Move a file; the settings of this place stay, and those of the backup lie beside them."""
    if target.name == SETTINGS and target.exists():
        target = target.with_name(f"{SETTINGS}.restored")
    target.parent.mkdir(parents=True, exist_ok=True)
    source.replace(target)


def _place_record(record: Path, target: Path) -> None:
    for ending in ("-wal", "-shm"):  # of an empty record
        with suppress(FileNotFoundError):
            target.with_name(target.name + ending).unlink()
    shutil.move(record, target)  # by URL it may lie on another disk


def _advice(manifest: Manifest, texts: Texts) -> list[str]:
    """Say what is left to do by hand."""
    lines = [texts("restore.stopped")]
    if manifest.left_out:
        lines.append(texts("restore.give-again", names=", ".join(manifest.left_out)))
    if manifest.lost:
        lines.append(texts("restore.lost", count=len(manifest.lost)))
    return lines
