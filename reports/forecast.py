"""Which units are likely to be late at their next due date, from nothing but their own record, with the reason."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from statistics import median

from models.workdays import WorkCalendar
from reports.standing import StandingLine

RECORD = 8  # owed returns looked back on
LEAST = 3  # with fewer nothing is said
ROW = 2  # as many late in a row make the next one likely to be late


class Outlook(StrEnum):
    """How likely a unit is late, from the least to the most; unknown where its record is too short."""

    UNKNOWN = "too-short"
    UNLIKELY = "unlikely"
    POSSIBLE = "possible"
    LIKELY = "likely"


class Trend(StrEnum):
    """The newer half of the record against the older one."""

    WORSE = "worse"
    BETTER = "better"
    STEADY = "steady"


@dataclass(frozen=True)
class Past:
    """One return that was due: how many working days late it came, or is; 0 for in time."""

    due: date
    days_late: int

    @property
    def is_late(self) -> bool:
        return self.days_late > 0


@dataclass(frozen=True)
class Forecast:
    """One return that is due next, and what the unit's last returns of that kind say of it.

    `late` of the last `of`; `late_newer` of `of_newer` in the newer half, `late_older` of `of_older` in the older;
    `in_a_row` the newest that were late one after another; `median_days` of those late, in working days.
    """

    unit: str
    unit_name: str
    period: str
    kind: str
    due: date
    outlook: Outlook
    late: int
    of: int
    late_newer: int
    of_newer: int
    late_older: int
    of_older: int
    in_a_row: int
    median_days: Decimal | None
    trend: Trend


def forecasts(
    lines: Iterable[StandingLine], on: date, calendar: WorkCalendar, earlier: Iterable[StandingLine] = ()
) -> list[Forecast]:
    """Say of the next return each unit still owes on a day how likely it is late; the likeliest first.

    `lines` are the ledger as known on that day, `earlier` that of directives continued by this one: the same offices.
    Each kind of return is a record of its own.
    """
    owed, before = _by_unit(lines), _by_unit(earlier)
    found = []
    for key, mine in sorted(owed.items()):
        waiting = [line for line in mine if line.due >= on and line.received_at is None]
        if waiting:
            past = [read_past(line, on, calendar) for line in (*before.get(key, ()), *mine) if line.due < on]
            found.append(forecast(min(waiting, key=lambda line: line.due), past))
    order = list(Outlook)[::-1]
    return sorted(found, key=lambda one: (order.index(one.outlook), one.due, -one.late, one.unit, one.kind))


def _by_unit(lines: Iterable[StandingLine]) -> dict[tuple[str, str], list[StandingLine]]:
    """Group what is owed by unit and kind of return."""
    found: dict[tuple[str, str], list[StandingLine]] = defaultdict(list)
    for line in lines:
        if line.owed:
            found[line.unit, line.kind].append(line)
    return found


def read_past(line: StandingLine, on: date, calendar: WorkCalendar) -> Past:
    """Say how late a return was, from its first file; one that is still open is late by the days up to now.

    One sent back and not mended counts from its due date too: on time are accepted returns only.
    """
    if line.overdue:
        return Past(line.due, max(1, calendar.working_days_between(line.due, on)))
    return Past(line.due, line.days_late or 0)


def forecast(next_: StandingLine, past: Sequence[Past]) -> Forecast:
    """Weigh a unit's last returns. A late one more never makes the outlook better."""
    record = sorted(past, key=lambda one: one.due)[-RECORD:]
    older, newer = record[: len(record) // 2], record[len(record) // 2 :]
    days = [one.days_late for one in record if one.is_late]
    late_older, late_newer = (sum(one.is_late for one in half) for half in (older, newer))
    return Forecast(
        unit=next_.unit,
        unit_name=next_.unit_name,
        period=next_.period,
        kind=next_.kind,
        due=next_.due,
        outlook=find_outlook(record),
        late=len(days),
        of=len(record),
        late_newer=late_newer,
        of_newer=len(newer),
        late_older=late_older,
        of_older=len(older),
        in_a_row=count_in_a_row(record),
        median_days=Decimal(str(median(days))) if days else None,
        trend=_trend(late_older * len(newer), late_newer * len(older)),
    )


def find_outlook(record: Sequence[Past]) -> Outlook:
    """Likely: half or more of the record late, or the last two in a row; possible: a quarter, or the last one."""
    late, of, in_a_row = sum(one.is_late for one in record), len(record), count_in_a_row(record)
    if of < LEAST:
        return Outlook.UNKNOWN
    if late * 2 >= of or in_a_row >= ROW:
        return Outlook.LIKELY
    return Outlook.POSSIBLE if late * 4 >= of or in_a_row else Outlook.UNLIKELY


def count_in_a_row(record: Sequence[Past]) -> int:
    """Count the newest returns that were late, back to the first one that was not."""
    return next((at for at, one in enumerate(reversed(record)) if not one.is_late), len(record))


def _trend(older: int, newer: int) -> Trend:
    """Compare two shares, each multiplied by the other's whole."""
    if newer == older:
        return Trend.STEADY
    return Trend.WORSE if newer > older else Trend.BETTER
