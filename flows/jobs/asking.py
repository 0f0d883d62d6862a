"""What the commands that only read have in common: the record as of a time, names as they are on record."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from rapidfuzz import process

from models.directive import Directive
from models.errors import NotFoundError
from models.period import Period
from models.queries.planned import Planned
from reports.export import Sheet, ensure_ending, write_tables
from schemas.folds import fold
from schemas.texts import UNKNOWN, load_texts
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


def find_moment(settings: Settings, as_at: datetime | None) -> datetime | None:
    """Give a time in the office's zone: its day is the day whose tree is today's."""
    return settings.local(as_at).astimezone(settings.zone) if as_at else None


def get_name(name: str, known: Sequence[str], missing: str, **told: str) -> str:
    """Give a name as it is on record, however it is typed.

    Raises NotFoundError with the text `missing`, which names the nearest there are.
    """
    if name in known:
        return name
    written = {fold(one): one for one in known}
    if fold(name) in written:
        return written[fold(name)]
    raise NotFoundError(missing, name=name, near=nearest(name, known), **told)


def nearest(name: str, known: Sequence[str]) -> str:
    """Name what is most like a name that is not on record."""
    return ", ".join(found[0] for found in process.extract(name, known, limit=NAMED)) or UNKNOWN


def find_periods(planned: Planned, directive: Directive, label: str | None) -> list[Period]:
    """Give the periods of a label (a period, a year, a round; all without one), by cut-off.

    Raises NotFoundError with near labels for a wrong one.
    """
    periods = planned.periods_of(directive)
    name = find_label(periods, directive, label)
    return [one for one in periods if name in (None, *_labels(one))]


def find_label(periods: Sequence[Period], directive: Directive, label: str | None) -> str | None:
    """Give a label of periods as it is on record. Raises NotFoundError with near ones for a wrong one."""
    known = list(dict.fromkeys(name for period in periods for name in _labels(period)))
    return get_name(label, known, "figures.not-found.period", directive=directive.symbol) if label else None


def _labels(period: Period) -> tuple[str, str, str]:
    return period.code, str(period.year), period.round
