"""What is left in the inbox after a run, and why: nothing waits there without an operator being able to see it."""

import os
import stat
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from intake.folder import find_claims, shown
from intake.lookout import LARGEST, Look, entries_of, is_left_by_programs, look, state_of

NO_UNIT = "no-unit"  # lies beside the units' folders, not in one
STRANGER = "stranger"  # lies in a folder that bears no unit's code
NO_FILE = "no-file"  # a folder, a link, a pipe
TOO_LARGE = "too-large"
UNREADABLE = "unreadable"
NO_ROOM = "no-room"
OPEN = "open"
NOT_YET = "not-yet"  # still being written, held by another program, or just come
CLAIMED_ONLY = "claimed"  # taken out, not archived yet


@dataclass(frozen=True, order=True)
class Waiting:
    """A file that stays where it is for now; `unit` is empty where it lies in no unit's folder."""

    unit: str
    file: str
    reason: str


def find_waiting(inbox: Path, units: Collection[str], has_room: Callable[[int], bool]) -> list[Waiting]:
    """Give what is left in the units' folders, beside them, and claimed but not archived; sorted."""
    seen = look(inbox).values()
    left = [Waiting(one.unit, shown(one.path.name), _reason(one, has_room)) for one in seen if one.unit in units]
    left += [Waiting(shown(one.unit), shown(one.path.name), STRANGER) for one in seen if one.unit not in units]
    left += [Waiting(one.unit, one.file_name, CLAIMED_ONLY) for one in find_claims(inbox)]
    left += [Waiting("", name, NO_UNIT) for name in _others(inbox, stat.S_ISREG)]
    left += [Waiting("", name, NO_FILE) for name in _others(inbox, stat.S_ISLNK)]
    for unit in units:
        left += [Waiting(unit, name, NO_FILE) for name in _others(inbox / unit, lambda mode: not stat.S_ISREG(mode))]
    return sorted(left)


def find_oldest(inbox: Path, units: Collection[str], has_room: Callable[[int], bool]) -> float | None:
    """Give since when (POSIX seconds) the file lies there longest that nothing keeps from being taken in."""
    ready = (one.since for one in look(inbox).values() if one.unit in units and _reason(one, has_room) == NOT_YET)
    return min(ready, default=None)


def _reason(seen: Look, has_room: Callable[[int], bool]) -> str:
    if seen.size > LARGEST:
        return TOO_LARGE
    if not os.access(seen.path, os.R_OK):
        return UNREADABLE
    if not has_room(seen.size):
        return NO_ROOM
    return OPEN if seen.is_open else NOT_YET


def _others(folder: Path, is_meant: Callable[[int], bool]) -> Iterator[str]:
    """Give the names of what lies in a folder, is of a kind, and is none of what programs leave."""
    if folder.is_symlink():
        return
    for entry in entries_of(folder):
        state = state_of(entry)
        if state is not None and is_meant(state.st_mode) and not is_left_by_programs(entry.name):
            yield shown(entry.name)
