"""The work of `dondoc tidy`: what was handed out long ago, and is made anew or needed no more, is removed."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flows.jobs.auditing import audit_apart
from flows.jobs.record import read_record
from intake.originals import UNFINISHED as COPIES
from models.errors import RefusedError
from models.queries.tidying import find_needed_files, list_open_returns
from reports.blank import blank_ending
from settings import Settings

SHORTEST = 30  # days; an office may be away for a month
UNFINISHED = (".restore-*", ".rebuild-*", f"{COPIES}*")  # what a command that was killed left in the workspace


@dataclass(frozen=True)
class TidyOutcome:
    """What was removed, or would be; `kept` are old files of the outbox that somebody still needs."""

    dry_run: bool
    before: datetime
    removed: int
    bytes: int
    counts: dict[str, int]
    kept: int


def run_tidy(settings: Settings, older_than: int, now: datetime, *, dry_run: bool = False) -> TidyOutcome:
    """Remove files older than so many days from outbox, outbox-mail, analytics and logs; never originals or record.

    Raises RefusedError for a time that is too short.
    """
    if older_than < SHORTEST:
        raise RefusedError("tidy.too-short", days=older_than, shortest=SHORTEST)
    before = now - timedelta(days=older_than)
    is_needed = _needed(settings)
    old = [(kind, path) for kind, path in _candidates(settings) if _modified(path) < before.timestamp()]
    due = [(kind, path) for kind, path in old if not is_needed(path)]
    size = sum(_size(path) for _, path in due)
    counts = Counter(kind for kind, _ in due)
    if due and not dry_run:
        for _, path in due:
            _remove(path)
        audit_apart(settings, "files.tidied", before.date().isoformat(), bytes=size, counts=counts)
    return TidyOutcome(dry_run, before, len(due), size, dict(counts), len(old) - len(due))


def _candidates(settings: Settings) -> Iterator[tuple[str, Path]]:
    places = {"outbox": settings.outbox, "outbox-mail": settings.mail_folder, "analytics": settings.analytics}
    for kind, folder in (places | {"logs": settings.logs}).items():
        yield from ((kind, path) for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink())
    for pattern in UNFINISHED:
        yield from (("unfinished", path) for path in sorted(settings.workspace.glob(pattern)))


def _needed(settings: Settings) -> Callable[[Path], bool]:
    """Give what says whether a file is still needed: blanks and replies of open returns, what waits to be sent."""
    with read_record(settings) as session:
        files = {settings.workspace / path for path in find_needed_files(session)}
        blanks: dict[str, tuple[str, ...]] = {}
        for unit, period, kind in list_open_returns(session):
            blanks[unit] = (*blanks.get(unit, ()), blank_ending(period, kind))
    current = settings.analytics / "current"
    files |= {current, *([settings.analytics / current.read_text("utf-8").strip()] if current.is_file() else [])}

    def is_needed(path: Path) -> bool:
        is_out = path.is_relative_to(settings.outbox)
        return path in files or (is_out and path.name.endswith(blanks.get(path.parent.name, ())))

    return is_needed


def _modified(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")  # gone meanwhile


def _size(path: Path) -> int:
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(one.stat().st_size for one in files if one.is_file())


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
