"""What the commands that only read have in common: the record as of a time, names as they are on record."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapidfuzz import process
from sqlmodel import Session

from models.directive import Directive
from models.errors import NotFoundError
from models.period import Period
from models.queries.reviewing import list_plan_periods
from models.store import migrate, open_engine, reading
from reports.export import Sheet, ensure_ending, write_tables
from schemas.texts import load_texts
from settings import Settings

NAMED = 3  # near matches that a refusal names


@dataclass(frozen=True)
class Exported:
    """Where tables go that are asked for as a file; nowhere without one."""

    settings: Settings
    out: Path | None

    def __post_init__(self) -> None:
        if self.out is not None:
            ensure_ending(self.out)  # before the work, not after it

    def write(self, *sheets: Sheet) -> list[str]:
        """Write the tables and give their files. Raises RefusedError where that cannot be done."""
        if self.out is None:
            return []
        return [str(path) for path in write_tables(self.out, sheets, load_texts(self.settings.language))]


@contextmanager
def open_record(settings: Settings) -> Iterator[Session]:
    """Read the record; nothing is written but what its own version asks for."""
    engine = open_engine(settings.url)
    migrate(engine)
    with reading(engine) as session:
        yield session
    engine.dispose()


def find_moment(settings: Settings, as_at: datetime | None) -> datetime | None:
    """Give a time in the office's zone: its day is the day whose tree is today's."""
    return settings.local(as_at).astimezone(settings.zone) if as_at else None


def find_name(what: str, name: str | None, known: Sequence[str], directive: str) -> str | None:
    """Give a name as it is on record, small letters or capitals. Raises NotFoundError with the nearest there are."""
    if not name:
        return None
    written = {one.casefold(): one for one in known}
    if name.casefold() in written:
        return written[name.casefold()]
    near = [found[0] for found in process.extract(name, known, limit=NAMED)]
    key = f"figures.not-found.{what}"
    raise NotFoundError(key, name=name, directive=directive, near=", ".join(near) or "–")


def find_periods(session: Session, directive: Directive, label: str | None) -> list[Period]:
    """Give the periods of a label (a period, a year, a round; all without one), by cut-off.

    Raises NotFoundError with near labels for a wrong one.
    """
    periods = list_plan_periods(session, directive)
    by_label: dict[str, list[Period]] = {}
    for period in periods:
        for name in (period.code, str(period.year), period.round):
            by_label.setdefault(name, []).append(period)
    found = find_name("period", label, list(by_label), directive.symbol)
    return by_label[found] if found else list(periods)
