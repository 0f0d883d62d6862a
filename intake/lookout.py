"""What lies in the inbox, how long it has stood still by a clock that nobody sets, and what is ready to be taken in."""

import os
import stat
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

GRACE = timedelta(minutes=15)  # a copy that stands still this long will not be finished
LARGEST = 200 << 20  # bytes; ten times what a workbook may have, and what one sender may cost the archive at a time
_UNFINISHED = (".tmp", ".part", ".filepart", ".crdownload")
_OF_SYSTEMS = frozenset({"thumbs.db", "desktop.ini"})
_LOCKS = ("~${}", ".~lock.{}#")  # what Excel and LibreOffice lay beside a workbook that is open
_TAIL = 512  # bytes; a copy made to size beforehand ends in zeros until it is done
_ZIP_END = struct.Struct("<4s4H2LH")
_LONGEST_END = _ZIP_END.size + 0xFFFF


@dataclass(frozen=True)
class Look:
    """A file in the inbox at one moment: equal looks mean that nothing was written in between."""

    unit: str  # name of the folder
    path: Path
    size: int
    modified_ns: int
    inode: int
    is_open: bool = False  # a program's lock lies beside it
    since: float = field(default=0.0, compare=False)  # POSIX time by the file server's clock, which no sender can set

    def still_stands(self) -> bool:
        """Whether the file is what it was at this look."""
        try:
            return _marks(self.path.lstat()) == (self.size, self.modified_ns, self.inode)
        except OSError:
            return False


def look(inbox: Path) -> dict[Path, Look]:
    """See every regular file in the units' folders, but for those that programs leave beside their work.

    Raises OSError where the inbox itself cannot be listed: an inbox that is not there is not an empty one.
    """
    return {one.path: one for folder in unit_folders(inbox) for one in _look_into(folder)}


def unit_folders(inbox: Path) -> list[Path]:
    """Give the folders of the inbox; never one behind a link, it could lead anywhere."""
    with os.scandir(inbox) as entries:
        folders = [one for one in entries if one.is_dir(follow_symlinks=False) and not one.name.startswith(".")]
    return sorted(Path(one.path) for one in folders)


def _look_into(folder: Path) -> Iterator[Look]:
    entries = {entry.name: entry for entry in entries_of(folder)}
    for name, entry in entries.items():
        state = state_of(entry)
        if state is not None and stat.S_ISREG(state.st_mode) and not is_left_by_programs(name):
            locks = [entries[lock] for sign in _LOCKS if (lock := sign.format(name)) in entries]
            since = max([state.st_ctime, *(seen.st_ctime for lock in locks if (seen := state_of(lock)))])
            yield Look(folder.name, Path(entry.path), *_marks(state), bool(locks), since)


def entries_of(folder: Path) -> list[os.DirEntry[str]]:
    """List a folder; one that is gone, or closed to us, has nothing to take."""
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:
        return []


def state_of(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat(follow_symlinks=False)
    except OSError:  # gone meanwhile
        return None


def is_left_by_programs(name: str) -> bool:
    """Whether a name is one that programs give to what they leave beside their work, or have not finished."""
    folded = name.casefold()
    return folded.startswith(("~$", ".")) or folded.endswith(_UNFINISHED) or folded in _OF_SYSTEMS


def _marks(state: os.stat_result) -> tuple[int, int, int]:
    return state.st_size, state.st_mtime_ns, state.st_ino


class Lookout:
    """Watches one inbox and remembers each file's last look and since when it has not changed.

    What is gone is forgotten, so the memory is as large as the inbox.
    """

    def __init__(self, inbox: Path, grace: timedelta = GRACE) -> None:
        self.inbox, self.grace = inbox, grace.total_seconds()
        self._known: dict[Path, tuple[Look, float]] = {}

    def poll(self, *, at: float, now: datetime) -> list[Look]:
        """Look again, at a moment of the monotonic clock; give the files to take in, the oldest first."""
        known = self._known
        self._known = {}
        for path, seen in look(self.inbox).items():
            before, since = known.get(path, (None, at))
            self._known[path] = seen, since if seen == before else at
        ready = [seen for seen, since in self._known.values() if self._is_ready(seen, at - since, now)]
        return sorted(ready, key=lambda one: (one.modified_ns, one.path.name))

    @property
    def seen(self) -> list[Look]:
        """What the last poll saw."""
        return [seen for seen, _ in self._known.values()]

    def _is_ready(self, seen: Look, stood: float, now: datetime) -> bool:
        """Whether a file is complete, or will never be.

        The directory of a zip stands at its end: one that has it is complete. Any other must have stood still
        between two polls, and for the grace time where it ends in zeros, as a copy made to size does. A lock may be
        one that a program left when it crashed: it, too, is waited for no longer than the grace time.
        """
        if seen.size > LARGEST or not os.access(seen.path, os.R_OK):
            return False
        if max(stood, now.timestamp() - seen.since) > self.grace:
            return True
        if seen.is_open:
            return False
        return ends_as_zip(seen.path) or (stood > 0 and not _ends_in_zeros(seen.path))


def open_regular(path: Path) -> BinaryIO:
    """Open a file, but no link, and no pipe to wait at for ever. Raises OSError."""
    file = os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb")
    if stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        return file
    file.close()
    raise OSError(f"no regular file: {path.name!r}")  # noqa: EM102  for the log


def ends_as_zip(path: Path) -> bool:
    """Whether the end of a zip directory closes the file, and the directory lies right before it.

    Nothing is parsed: a directory of millions of entries is for the guard to refuse, not for the collector to load.
    """
    size, tail = _read_end(path, _LONGEST_END)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _ZIP_END.size:
        return False
    *_, length, offset, comment = _ZIP_END.unpack_from(tail, at)
    is_last = at + _ZIP_END.size + comment == len(tail)
    return bool(is_last and offset + length == size - len(tail) + at)


def _ends_in_zeros(path: Path) -> bool:
    size, tail = _read_end(path, _TAIL)
    return size > 0 and not any(tail)


def _read_end(path: Path, count: int) -> tuple[int, bytes]:
    """Give a file's size and its last bytes; a file that we may not read has none."""
    try:
        with open_regular(path) as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, size - count))
            return size, file.read(count)
    except OSError:
        return 0, b""
