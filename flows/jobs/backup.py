"""The work of `dondoc backup`: the record, then the files it names, in one verified file."""

import hashlib
import os
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from importlib import metadata
from pathlib import Path

from flows.jobs.auditing import audit_apart
from flows.jobs.keeping import originals_of
from flows.jobs.kept_settings import find_template, list_left_out, write_kept_settings
from flows.jobs.parcel import RECORD, Manifest, Parcel, is_inside, new_parcel, open_parcel, unpack
from flows.jobs.record import migrated
from intake.originals import Originals
from models.errors import RefusedError
from models.store import newest_migration
from models.transfer import copy_to_file, find_fault, list_originals
from schemas.texts import load_texts
from settings import Settings

FOLDERS = ("reviews", "outbox", "outbox-mail")
FILES = ("stamp.key", "catalogue.toml")


@dataclass(frozen=True)
class BackupOutcome:
    """A backup that was written, read again and found whole."""

    file: str
    sha256: str
    members: int
    receipts: int
    bytes: int
    migration: str
    made_at: str
    lost: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)


def run_backup(settings: Settings, file: Path, now: datetime) -> BackupOutcome:
    """Write everything that must be kept into one file, while others go on working.

    Raises RefusedError where the file may not or cannot be written; nothing of it is left then.
    """

    def take(record: Path) -> None:
        with migrated(settings) as engine:
            copy_to_file(engine, record)

    written = write_backup(settings, file, now, take)
    counts = {"members": written.members, "receipts": written.receipts, "lost": len(written.lost)}
    audit_apart(settings, "backup.written", Path(written.file).name, sha256=written.sha256, **counts)
    return written


def write_backup(settings: Settings, file: Path, now: datetime, take: Callable[[Path], object]) -> BackupOutcome:
    """Write a backup around a record that `take` writes as a SQLite file; read it again. Raises RefusedError."""
    file = file.absolute()
    ensure_place(settings, file)
    try:
        with _scratch(file) as (scratch, partial):
            manifest = _write(settings, scratch / RECORD, partial, now, take)
            _ensure_restorable(partial, scratch / "again.db")
            digest = _sha256(partial)
            partial.replace(file)
            _sync_folder(file.parent)
    except OSError as error:
        raise RefusedError("backup.not-written", path=file, found=error.strerror or error) from error
    return _outcome(settings, file, digest, manifest)


def ensure_place(settings: Settings, file: Path) -> None:
    """Whether a backup may be written there. Raises RefusedError."""
    if file.exists():
        raise RefusedError("backup.exists", path=file)
    if not file.parent.is_dir():
        raise RefusedError("backup.no-folder", path=file.parent)
    places = [settings.inbox, *settings.archive_folders, *(settings.workspace / name for name in FOLDERS)]
    if any(file.resolve().is_relative_to(place.resolve()) for place in places):
        raise RefusedError("backup.inside", path=file)


@contextmanager
def _scratch(file: Path) -> Iterator[tuple[Path, Path]]:
    """Give a folder of our own beside the file, and the name under which the file is written first."""
    partial = file.with_name(f".{file.name}.{uuid.uuid4().hex}.tmp")
    try:
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".dondoc-") as scratch:
            yield Path(scratch), partial
    finally:
        partial.unlink(missing_ok=True)


def _write(settings: Settings, record: Path, partial: Path, now: datetime, take: Callable[[Path], object]) -> Manifest:
    """Take the record first: the archive only grows, so that it has all that the record names."""
    take(record)
    receipts, originals = list_originals(record)
    manifest = Manifest(
        product=metadata.version("dondoc"),
        migration=newest_migration(),
        made_at=now.isoformat(timespec="seconds"),
        workspace=str(settings.workspace),
        receipts=receipts,
        left_out=list_left_out(settings),
    )
    with new_parcel(partial, manifest) as parcel:
        parcel.add(RECORD, record)
        manifest.lost += _add_originals(parcel, originals_of(settings), originals)
        _add_files(parcel, settings)
    return manifest


def _add_originals(parcel: Parcel, archive: Originals, hashes: list[str]) -> Iterator[str]:
    """Add the originals that the record names; give those that are gone, or no longer what they were."""
    for sha256 in hashes:
        with archive.at_hand([sha256]) as found:
            added = parcel.add(f"archive/{sha256}", found[sha256]) if sha256 in found else None
        if added is None or added.sha256 != sha256:
            yield sha256


def _add_files(parcel: Parcel, settings: Settings) -> None:
    for folder in FOLDERS:
        for path in sorted((settings.workspace / folder).rglob("*")):
            name = path.relative_to(settings.workspace).as_posix()
            if path.is_file() and not path.is_symlink() and not path.name.startswith(".") and is_inside(name):
                parcel.add(name, path)
    for name in FILES:
        parcel.add(name, settings.workspace / name)
    template = find_template(settings)
    if template and template[0] not in parcel.manifest.members:
        parcel.add(*template)
    kept = write_kept_settings(settings, template and template[0])
    if kept is not None:
        parcel.add_bytes("dondoc.toml", kept)


def _ensure_restorable(partial: Path, again: Path) -> None:
    """Read the backup as a restore would. Raises RefusedError."""
    with open_parcel(partial) as (archive, manifest):
        unpack(archive, manifest, RECORD, again)
    if find_fault(again) is not None:
        raise RefusedError("restore.damaged", path=partial, name=RECORD)


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems cannot; they keep folders in order themselves
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _outcome(settings: Settings, file: Path, sha256: str, manifest: Manifest) -> BackupOutcome:
    texts = load_texts(settings.language)
    lines = [texts("backup.left-out", names=", ".join(manifest.left_out))] if manifest.left_out else []
    lines += [texts("backup.lost", count=len(manifest.lost))] if manifest.lost else []
    return BackupOutcome(
        file=str(file),
        sha256=sha256,
        members=len(manifest.members),
        receipts=manifest.receipts,
        bytes=manifest.bytes,
        migration=manifest.migration,
        made_at=manifest.made_at,
        lost=manifest.lost,
        left_out=manifest.left_out,
        lines=lines,
    )
