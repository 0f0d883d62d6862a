"""Whether everything that dondoc rests on is well, and how to mend what is not."""

import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import metadata, util
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from flows.jobs.channel_checks import check_chats, check_mail
from flows.jobs.claim import has_room
from flows.jobs.keeping import originals_of
from flows.jobs.record import connected
from intake.lookout import unit_folders
from intake.waiting import find_oldest
from models.errors import RefusedError
from models.queries.audit import find_break, find_head
from models.queries.receipts import unit_ids
from models.store import ensure_known, is_current, open_engine, reading
from schemas.texts import Texts, load_texts
from settings import Settings

GIB = 1 << 30
LATEST = 1_000  # entries of the audit log that are looked at each time
UNCOLLECTED = timedelta(hours=1)  # a watch takes seconds, the schedule five minutes, and no longer than a large batch
CLOCK_SLACK = timedelta(minutes=2)  # the doctor itself has just opened the database
BOUNDS = {  # versions known to break us, with the first that does
    "fastapi": (0, 150),
    "sqlalchemy": (2, 1),
    "apprise": (2,),
    "prefect": (3, 9),
}
WRONG_DUCKDB = "2.0.0"
PROBED = frozenset({"database", "audit", "folders", "disk", "archive", "inbox", "clock"})  # quick, all of the house
OWN_PACKAGES = ("flows", "models", "schemas", "intake", "reports", "reminders", "sample")


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    check: str
    ok: bool
    advice: str
    found: str = ""  # what is worth knowing though nothing is wrong


@dataclass(frozen=True)
class DoctorOutcome:
    """All checks, in a fixed order; `ok` when none failed."""

    checks: list[Check]
    ok: bool


def run_doctor(settings: Settings, now: datetime, *, probe: bool = False) -> DoctorOutcome:
    """Look at versions, packages, database, folders, disk, clock, mail and chats; a probe at a few."""
    texts = load_texts(settings.language)
    looks: dict[str, Callable[[], str | None]] = {
        "python": _python,
        "versions": _versions,
        "packages": _packages,
        "sqlite": lambda: _sqlite(settings),
        "database": lambda: _database(settings, texts),
        "audit": lambda: _audit(settings, texts),
        "folders": lambda: _folders(settings),
        "disk": lambda: _disk(settings),
        "archive": lambda: _archive(settings, texts),
        "inbox": lambda: _inbox(settings, texts, now),
        "clock": lambda: _clock(settings, now),
        "mail": lambda: check_mail(settings),
        "chats": lambda: check_chats(settings),
    }
    found = {name: look() for name, look in looks.items() if not probe or name in PROBED}
    checks = [
        Check(name, said is None, "" if said is None else texts(f"doctor.{name}", found=said), _found(name, settings))
        for name, said in found.items()
    ]
    return DoctorOutcome(checks, all(check.ok for check in checks))


def _python() -> str | None:
    return None if (3, 11) <= sys.version_info[:2] < (3, 14) else sys.version.split()[0]


def _versions() -> str | None:
    broken = [f"{name} {metadata.version(name)}" for name, first in BOUNDS.items() if _numbers(name) >= first]
    if metadata.version("duckdb") == WRONG_DUCKDB:
        broken.append(f"duckdb {WRONG_DUCKDB}")
    return ", ".join(broken) or None


def _numbers(name: str) -> tuple[int, ...]:
    return tuple(int(part) for part in metadata.version(name).split(".")[:2] if part.isdigit())


def _packages() -> str | None:
    """Our packages have everyday names; a library called `intake` or `reports` must not stand before them."""
    home = Path(__file__).resolve().parents[2]
    strangers = [name for name in OWN_PACKAGES if not _lies_in(name, home)]
    return ", ".join(strangers) or None


def _lies_in(name: str, home: Path) -> bool:
    spec = util.find_spec(name)
    return spec is not None and spec.origin is not None and Path(spec.origin).resolve().is_relative_to(home)


def _sqlite(settings: Settings) -> str | None:
    """3.7.0 to 3.51.2 can lose a commit when two processes reset the WAL at once: one writer process only."""
    if not settings.url.startswith("sqlite"):
        return None
    return sqlite3.sqlite_version if (3, 7, 0) <= sqlite3.sqlite_version_info <= (3, 51, 2) else None


def _database(settings: Settings, texts: Texts) -> str | None:
    try:
        engine = open_engine(settings.url)
        with reading(engine) as session:
            session.connection().execute(text("SELECT 1"))
        ensure_known(engine)
        return None if is_current(engine) else "tables"
    except RefusedError as error:
        return texts(error.key, **error.values)
    except SQLAlchemyError as error:
        return type(error).__name__


def _audit(settings: Settings, texts: Texts) -> str | None:
    """The whole chain is verified by `dondoc audit --verify`."""
    with suppress(SQLAlchemyError), connected(settings) as engine, reading(engine) as session:
        broken = find_break(session, last=LATEST)
        return None if broken is None else texts(f"audit.broken.{broken.why}", sequence=broken.sequence)
    return None  # no record yet, or none that can be read: the check of the database says so


def _found(name: str, settings: Settings) -> str:
    if name != "audit":
        return ""
    with suppress(SQLAlchemyError), connected(settings) as engine, reading(engine) as session:
        head = find_head(session)
        return f"{head.sequence} {head.hash}" if head else ""
    return ""


def _folders(settings: Settings) -> str | None:
    for folder in (settings.inbox, settings.claimed, settings.outbox, *settings.archive_folders, settings.reviews):
        try:
            probe = folder / f".probe-{id(settings)}"
            probe.touch()
            probe.unlink()
        except OSError:
            return str(folder)
    # A claim is a rename, and a rename stays on one file system; a unit's folder may be a mount of its own.
    on, places = settings.claimed.stat().st_dev, (settings.inbox, *unit_folders(settings.inbox))
    return next((str(place) for place in places if place.stat().st_dev != on), None)


def _disk(settings: Settings) -> str | None:
    """Below the floor, collecting leaves the files in the inbox."""
    free = min(shutil.disk_usage(place).free for place in (settings.workspace, *settings.archive_folders))
    return None if free >= settings.free_space_floor else f"{free / GIB:.1f} GiB"


def _archive(settings: Settings, texts: Texts) -> str | None:
    """A store has to answer, to be written to and read from; a folder is looked at with the others."""
    try:
        originals_of(settings).ensure_in_order()
    except RefusedError as error:
        return texts(error.key, **error.values)
    return None


def _inbox(settings: Settings, texts: Texts, now: datetime) -> str | None:
    """Where a file lies in the inbox that a collector would have taken long since, none is at work."""
    with suppress(SQLAlchemyError), connected(settings) as engine, reading(engine) as session:
        units = unit_ids(session)
        oldest = find_oldest(settings.inbox, units, lambda size: has_room(settings, size))
        since = None if oldest is None else datetime.fromtimestamp(oldest, settings.zone)
        return None if since is None or now - since < UNCOLLECTED else texts.moment(since)
    return None  # no record yet: nothing could be taken in


def _clock(settings: Settings, now: datetime) -> str | None:
    """A clock before the last write of the house, or not that of the database's server, would date receipts wrongly."""
    said = now.isoformat(timespec="minutes")
    if any(now + CLOCK_SLACK < written for written in _last_writes(settings)):
        return said
    server = _clock_of_server(settings)
    is_off = server is not None and abs(server - now) > CLOCK_SLACK
    return f"{said} (PostgreSQL: {server:%H:%M %Z})" if is_off else None


def _last_writes(settings: Settings) -> Iterator[datetime]:
    """Give when the record was last written to: by its file, and by the audit log, which no argument dates."""
    url = make_url(settings.url)
    file = Path(url.database or "") if url.get_backend_name() == "sqlite" else None
    if file is not None and file.exists():
        yield datetime.fromtimestamp(file.stat().st_mtime, UTC)
    with suppress(SQLAlchemyError), connected(settings) as engine, reading(engine) as session:
        head = find_head(session)
        if head is not None:
            yield head.at


def _clock_of_server(settings: Settings) -> datetime | None:
    """Give the time of a database on a server; SQLite has no clock of its own."""
    if make_url(settings.url).get_backend_name() == "sqlite":
        return None
    with suppress(SQLAlchemyError), connected(settings) as engine, reading(engine) as session:
        at: datetime | None = session.connection().scalar(text("SELECT clock_timestamp()"))
        return at
    return None
