"""The files that go with a message: the blank return as it was issued, the annotated copy of a refused one."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from reminders.bundle import Entry

MOST_BYTES = 10 << 20  # a message; mail servers refuse much more
UNSAFE = re.compile(r"[^\w.-]+")  # never in the name of a workbook that we issue


def find_attachments(workspace: Path, entries: Iterable[Entry], replies: Mapping[int, str]) -> dict[int, str]:
    """Give by return what to attach, as a path in the workspace; what does not lie there or is too much stays out.

    `replies` names the annotated copy of the last file of a return, if there was one.
    """
    found: dict[int, str] = {}
    room = MOST_BYTES
    for entry in entries:
        reply = replies.get(entry.owed.id)
        names = [reply] if entry.is_rejected and reply else _blank_names(entry)
        path = _find(workspace, entry.owed.unit, names)
        if path and path.stat().st_size <= room:
            room -= path.stat().st_size
            found[entry.owed.id] = path.relative_to(workspace).as_posix()
    return found


def _find(workspace: Path, unit: str, names: Iterable[str]) -> Path | None:
    """Find the first file that lies in the unit's outbox, or where its path says; none from outside is sent."""
    places = (workspace / "outbox" / unit, workspace / "outbox", workspace)
    paths = ((place / name).resolve() for name in names for place in places)
    return next((path for path in paths if path.is_file() and path.is_relative_to(workspace)), None)


def _blank_names(entry: Entry) -> list[str]:
    """Name the blank return as it was issued; the directive is named too where two have a period of that code."""
    owed = entry.owed
    if entry.is_rejected or not entry.rung.attach_blank:
        return []
    stems = (f"{owed.unit}_{owed.directive}_{owed.period}", f"{owed.unit}_{owed.period}")
    return [UNSAFE.sub("-", f"{stem}_{owed.kind}") + ".xlsx" for stem in stems]
