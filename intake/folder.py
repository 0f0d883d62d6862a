"""The folder protocol: claimed by rename, archived by content, recorded, released. Recovery is the same run.

`inbox/<unit>/name → .claimed/<uuid>.<unit>/name → archive/<sha256> → receipt → claim removed`
"""

import errno
import hashlib
import os
import stat
import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from sqlmodel import Session

from intake.lookout import Look, entries_of, open_regular, state_of
from models.queries.arrivals import Arrival, record_receipt

CLAIMED = ".claimed"
CHUNK = 1 << 20
TRIES = 3
_INVISIBLE = frozenset({"Cc", "Cf", "Zl", "Zp"})  # what moves a cursor, hides, or breaks a line


@dataclass(frozen=True)
class Claim:
    """A file that is ours alone; `id` names the claim for ever."""

    id: str
    unit: str
    path: Path

    @property
    def file_name(self) -> str:
        """The sender's name for it, fit to be shown and stored."""
        return shown(self.path.name)


@dataclass(frozen=True)
class Archived:
    """A claim whose bytes are in the archive under their hash."""

    claim: Claim
    sha256: str
    size: int
    modified_ns: int


def shown(name: str) -> str:
    """Give a name of a file or folder as a line of text: composed, without what is invisible or no text at all."""
    text = os.fsencode(name).decode("utf-8", "replace")
    return "".join(c for c in unicodedata.normalize("NFC", text) if unicodedata.category(c) not in _INVISIBLE) or "?"


def claim(inbox: Path, seen: Look) -> Claim | None:
    """Take a file out of the inbox: of two who try, exactly one gets it, the other None.

    It is also left where it changed since it was seen, or where the system does not let it go.
    """
    for _ in range(TRIES):
        if not seen.still_stands():
            return None
        folder = _new_folder(inbox, seen.unit)
        try:
            folder.mkdir(parents=True)
            seen.path.rename(folder / seen.path.name)
        except FileNotFoundError:  # taken by another; or our folder was, still empty, by one who tidied up
            _remove_folder(folder)
        except OSError:  # held open by its sender, or on another file system
            _remove_folder(folder)
            return None
        else:
            return Claim(folder.name, seen.unit, folder / seen.path.name)
    return None


def _new_folder(inbox: Path, unit: str) -> Path:
    return inbox / CLAIMED / f"{uuid.uuid4().hex}.{unit}"


def find_claims(inbox: Path) -> list[Claim]:
    """Give claims that are not finished, the oldest file first; folders left behind empty are removed.

    Where several files lie in one, the others become claims of their own as the first is released.
    """
    found: list[tuple[int, str, Claim]] = []
    for entry in entries_of(inbox / CLAIMED):
        if entry.is_dir(follow_symlinks=False):
            folder = Path(entry.path)
            _remove_folder(folder)  # goes through only where it is empty
            found += [(at, name, _claim_of(folder, name)) for at, name in sorted(_files_in(folder))[:1]]
    return [one for _, _, one in sorted(found, key=lambda each: each[:2])]


def _claim_of(folder: Path, name: str) -> Claim:
    return Claim(folder.name, folder.name.partition(".")[2], folder / name)


def _files_in(folder: Path) -> list[tuple[int, str]]:
    states = ((entry.name, state_of(entry)) for entry in entries_of(folder))
    return [(state.st_mtime_ns, name) for name, state in states if state and stat.S_ISREG(state.st_mode)]


def archive(claimed: Claim, into: Path) -> Archived | None:
    """Copy a claim into the archive under its hash, safe from a power cut.

    None where another finished it, or its sender is still writing to it. The copy is what is read from now on.
    Raises OSError, and then leaves nothing of the copy; the claim stands.
    """
    partial = into / f".{claimed.id}.{uuid.uuid4().hex}.tmp"
    try:
        with open_regular(claimed.path) as source:
            done = _copy_still(source, partial)
        if done is None:
            return None
        sha256, size, modified_ns = done
        partial.replace(into / sha256)
        _sync_folder(into)
        return Archived(claimed, sha256, size, modified_ns)
    except FileNotFoundError:
        if not claimed.path.exists():
            return None
        raise
    finally:
        with suppress(OSError):  # a disk that fails here has failed above
            partial.unlink(missing_ok=True)


def _copy_still(source: BinaryIO, target: Path) -> tuple[str, int, int] | None:
    """Copy while hashing, again if the source changed meanwhile; give hash, size and time of modification."""
    for _ in range(TRIES):
        before = _version(os.fstat(source.fileno()))
        sha256, size = _copy(source, target)
        if _version(os.fstat(source.fileno())) == before and size == before[0]:
            return sha256, *before
    return None


def _copy(source: BinaryIO, target: Path) -> tuple[str, int]:
    digest, size = hashlib.sha256(), 0
    source.seek(0)
    target.unlink(missing_ok=True)
    with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o440), "wb") as writer:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += writer.write(chunk)
        writer.flush()
        os.fsync(writer.fileno())
    return digest.hexdigest(), size


def _version(state: os.stat_result) -> tuple[int, int]:
    return state.st_size, state.st_mtime_ns


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot; they keep folders in order themselves
            raise
    finally:
        os.close(descriptor)


def remove_partials(archive_folder: Path, before: datetime) -> None:
    """Remove what copies left in the archive that were cut off before a moment."""
    for entry in entries_of(archive_folder):
        if entry.name.startswith(".") and entry.name.endswith(".tmp"):
            state = state_of(entry)
            if state is not None and state.st_mtime < before.timestamp():
                Path(entry.path).unlink(missing_ok=True)


def record(session: Session, arrived: Sequence[Archived], units: Mapping[str, int], received_at: datetime) -> list[int]:
    """Write a receipt for every archived claim, once however often it is called; give their ids."""
    return [
        record_receipt(
            session,
            Arrival(one.claim.id, units[one.claim.unit], one.claim.file_name, one.sha256, one.size, received_at),
        )
        for one in arrived
    ]


def release(inbox: Path, arrived: Archived, recorded: str) -> None:
    """Remove a claim whose receipt is on record with the hash `recorded`.

    A sender who held the file open may have written to it since: what its receipt does not speak of becomes a claim
    of its own, for the next run.
    """
    claimed = arrived.claim
    if recorded == arrived.sha256 and _is_as_archived(arrived):
        claimed.path.unlink(missing_ok=True)
        _remove_folder(claimed.path.parent)
    with suppress(FileNotFoundError):
        claimed.path.parent.rename(_new_folder(inbox, claimed.unit))


def _is_as_archived(one: Archived) -> bool:
    try:
        return _version(one.claim.path.lstat()) == (one.size, one.modified_ns)
    except FileNotFoundError:
        return True


def _remove_folder(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:  # gone already, or another is at work in it
        return
