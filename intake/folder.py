"""The folder protocol: claimed by rename, archived by content, recorded, released. Recovery is the same run.

`inbox/<unit>/name → .claimed/<uuid>.<unit>/name → archive/<sha256> → receipt → claim removed`
"""

import hashlib
import os
import stat
import unicodedata
import uuid
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from models.queries.receipts import Arrival, record_receipt

CLAIMED = ".claimed"
GRACE = timedelta(minutes=15)  # a copy that stands still this long will not be finished
CHUNK = 1 << 20
_UNFINISHED = (".tmp", ".part", ".filepart", ".crdownload")
_OF_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
_TAIL = 512  # bytes; a copy made to size beforehand ends in zeros until it is done


@dataclass(frozen=True)
class Look:
    """A file in the inbox at one moment: equal looks mean that nothing was written in between."""

    unit: str  # name of the folder
    path: Path
    size: int
    modified_ns: int
    inode: int


@dataclass(frozen=True)
class Waiting:
    """A file that is complete, or will never be."""

    unit: str
    path: Path


@dataclass(frozen=True)
class Claim:
    """A file that is ours alone; `id` names the claim for ever."""

    id: str
    unit: str
    path: Path

    @property
    def file_name(self) -> str:
        """The sender's name for it, fit to be shown and stored."""
        name = os.fsencode(self.path.name).decode("utf-8", "replace")
        return "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c) not in ("Cc", "Cf"))


@dataclass(frozen=True)
class Archived:
    """A claim whose bytes are in the archive under their hash."""

    claim: Claim
    sha256: str
    size: int


def look(inbox: Path) -> dict[Path, Look]:
    """See every regular file in the units' folders, but for those that programs leave beside their work."""
    found: dict[Path, Look] = {}
    for folder in sorted(_entries(inbox), key=lambda entry: entry.name):
        if folder.name.startswith(".") or not folder.is_dir(follow_symlinks=False):
            continue
        for entry in _entries(Path(folder.path)):
            state = _state_of(entry)
            if state is not None:
                path = Path(entry.path)
                found[path] = Look(folder.name, path, state.st_size, state.st_mtime_ns, state.st_ino)
    return found


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except FileNotFoundError:
        return []


def _state_of(entry: os.DirEntry[str]) -> os.stat_result | None:
    name = entry.name.casefold()
    if name.startswith(("~$", ".")) or name.endswith(_UNFINISHED) or name in _OF_SYSTEMS:
        return None
    try:
        state = entry.stat(follow_symlinks=False)
    except FileNotFoundError:
        return None
    return state if stat.S_ISREG(state.st_mode) else None


def settled_files(
    inbox: Path, *, now: datetime, before: Mapping[Path, Look] | None = None, grace: timedelta = GRACE
) -> list[Waiting]:
    """Give the files to take in, the oldest first.

    A file whose zip directory opens is complete: it stands at the end. Any other must have stood still since
    the look `before`, and longer than `grace` where it ends in zeros, as a copy made to size does.
    """
    earlier = before or {}
    seen = sorted(look(inbox).values(), key=lambda one: (one.modified_ns, one.path.name))
    return [Waiting(one.unit, one.path) for one in seen if _is_settled(one, earlier.get(one.path), now, grace)]


def _is_settled(now_seen: Look, before: Look | None, now: datetime, grace: timedelta) -> bool:
    if opens_as_zip(now_seen.path):
        return True
    still = now.timestamp() - now_seen.modified_ns / 1e9
    return still > grace.total_seconds() or (now_seen == before and not _ends_in_zeros(now_seen.path))


def opens_as_zip(path: Path) -> bool:
    try:
        with zipfile.ZipFile(path):
            return True
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, UnicodeDecodeError):
        return False


def _ends_in_zeros(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - _TAIL))
            return size > 0 and not any(file.read(_TAIL))
    except OSError:
        return True


def claim(inbox: Path, waiting: Waiting) -> Claim | None:
    """Take a file out of the inbox: of two who try, exactly one gets it, the other None."""
    name = f"{uuid.uuid4().hex}.{waiting.unit}"
    folder = inbox / CLAIMED / name
    folder.mkdir(parents=True)
    try:
        waiting.path.rename(folder / waiting.path.name)
    except (FileNotFoundError, PermissionError):  # taken by another, or held open by its sender
        _remove_folder(folder)
        return None
    return Claim(name, waiting.unit, folder / waiting.path.name)


def find_claims(inbox: Path) -> list[Claim]:
    """Give claims that are not finished; folders that a claim left behind empty are removed."""
    found: list[Claim] = []
    for folder in sorted(_entries(inbox / CLAIMED), key=lambda entry: entry.name):
        files = _entries(Path(folder.path)) if folder.is_dir(follow_symlinks=False) else []
        found += [Claim(folder.name, folder.name.partition(".")[2], Path(entry.path)) for entry in files[:1]]
        if not files and folder.is_dir(follow_symlinks=False):
            _remove_folder(Path(folder.path))
    return found


def archive(claimed: Claim, into: Path) -> Archived | None:
    """Copy a claim into the archive under its hash, safe from a power cut; None where another finished it.

    The copy is what is read from now on: a sender may still hold the claimed file open and write to it.
    """
    partial = into / f".{claimed.id}.{uuid.uuid4().hex}.tmp"
    try:
        sha256, size = _copy(claimed.path, partial)
    except FileNotFoundError:
        return None
    partial.chmod(0o440)
    partial.replace(into / sha256)
    _sync_folder(into)
    return Archived(claimed, sha256, size)


def _copy(source: Path, target: Path) -> tuple[str, int]:
    """Copy while hashing, again if the source changed meanwhile."""
    with os.fdopen(os.open(source, os.O_RDONLY | os.O_NOFOLLOW), "rb") as reader:
        while True:
            digest, size = hashlib.sha256(), 0
            before = _version(reader.fileno())
            reader.seek(0)
            with target.open("wb") as writer:
                for chunk in _chunks(reader.fileno()):
                    digest.update(chunk)
                    size += writer.write(chunk)
                writer.flush()
                os.fsync(writer.fileno())
            if _version(reader.fileno()) == before:
                return digest.hexdigest(), size


def _version(descriptor: int) -> tuple[int, int]:
    state = os.fstat(descriptor)
    return state.st_size, state.st_mtime_ns


def _chunks(descriptor: int) -> Iterator[bytes]:
    while chunk := os.read(descriptor, CHUNK):
        yield chunk


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def record(session: Session, arrived: Sequence[Archived], units: Mapping[str, int], received_at: datetime) -> list[int]:
    """Write a receipt for every archived claim, once however often it is called; give their ids."""
    return [
        record_receipt(
            session,
            Arrival(one.claim.id, units[one.claim.unit], one.claim.file_name, one.sha256, one.size, received_at),
        )
        for one in arrived
    ]


def release(claimed: Claim) -> None:
    """Remove a claim that is recorded."""
    claimed.path.unlink(missing_ok=True)
    _remove_folder(claimed.path.parent)


def _remove_folder(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # gone already, or another is at work in it
        return
