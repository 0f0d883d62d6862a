"""The parts of a reply: what is known of the file it answers, and all texts of the sheet of results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from models.queries.revisions import Change
from schemas.quality import Quality


@dataclass(frozen=True)
class ReceiptFacts:
    """What a reply says of the file it answers; `received_at` in the office's own zone.

    `counted` gives the rows taken in, by sheet key of the return layout; `changes` is None where there was nothing
    to compare with; `same_as` is the number of an earlier refused file with the very same bytes.
    """

    number: str
    state: str  # archived, accepted, rejected, duplicate, quarantined
    unit: str
    unit_name: str
    file_name: str
    sha256: str
    size: int  # bytes
    received_at: datetime
    directive: str | None = None
    period: str | None = None
    kind: str | None = None  # own, consolidated
    revision: int | None = None
    due: date | None = None
    days_late: int | None = None
    filled: int | None = None
    required: int | None = None
    counted: Mapping[str, int] = field(default_factory=dict)
    duplicate_of: str | None = None
    banner: str | None = None
    quality: Quality | None = None  # of an accepted return
    changes: tuple[Change, ...] | None = None  # against the revision that counted before
    same_as: str | None = None


@dataclass(frozen=True)
class Fact:
    """One line of the upper half; `height` in lines."""

    name: str
    text: str
    height: int


@dataclass(frozen=True)
class Line:
    """One finding as it is listed; `link` is the cell's place in the workbook, if it has one."""

    severity: str
    sheet: str
    cell: str
    value: str
    said: str
    height: int
    link: str = ""


@dataclass(frozen=True)
class ChangeLine:
    """One cell that a correction changed: code of its line, place, name of its column, and before → after."""

    subject: str
    sheet: str
    cell: str
    column: str
    said: str
    height: int
    link: str = ""


@dataclass(frozen=True)
class Result:
    """All texts of the sheet of results."""

    language: str
    state: str
    banner: str
    sentence: str
    facts: tuple[Fact, ...]
    lines: tuple[Line, ...]
    left_out: str
    header: tuple[str, str, str]  # unit, receipt number, file
    changed: str = ""  # heading of the changes
    changes: tuple[ChangeLine, ...] = ()
    changes_left_out: str = ""
