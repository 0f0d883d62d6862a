"""Who sends when: on time, late, never, or refused and sent again, as offices do; the same plan on every run."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from models.workdays import WorkCalendar
from sample.draws import pick, share
from sample.faults import BASIS, FAULTS, Fault, mistakes_for
from sample.organisation import CONSOLIDATED, TOP, due_of, owed, periods
from sample.progress import HABITUAL_LATE

ON_TIME, LATE, NEVER, REFUSED = "on time", "late", "never", "refused"
MOST_DAYS_LATE = 15
# Among returns that are not on time: late 15, never 4, refused and sent again 3.
_REST = {LATE: 15 / 22, NEVER: 4 / 22, REFUSED: 3 / 22}
_FIRST_YEAR, _LAST_YEAR, _FIRST_SHARE, _LAST_SHARE = 2017, 2025, 0.62, 0.88
_AFTER_REORGANISATION = {"2019-6T": 0.10, "2020-6T": 0.12, "2022-6T": 0.05, "2024-9T": 0.04}
_EXTRA_ROUNDS = (3, 10)  # working days after the last due date on which files are collected once more


@dataclass(frozen=True)
class Owed:
    """A return that is owed, as the record has it."""

    unit: str
    period: str
    kind: str
    due: date


@dataclass(frozen=True)
class Delivery:
    """What a unit does about one return. `resend_on`: a corrected file follows; `sent_on` None: nothing comes."""

    unit: str
    period: str
    kind: str
    due: date
    sent_on: date | None
    faults: tuple[str, ...] = ()
    resend_on: date | None = None
    refused: bool = False

    @property
    def fate(self) -> str:
        if self.sent_on is None:
            return NEVER
        if self.refused:
            return REFUSED
        return LATE if self.sent_on > self.due else ON_TIME


@dataclass(frozen=True)
class Sending:
    """One file on its way: the n-th of a delivery, with the faults that are in it."""

    unit: str
    period: str
    kind: str
    version: int
    faults: tuple[str, ...]


def sample_owed() -> list[Owed]:
    """Give the 1,007 returns of the sample without asking the record."""
    return [Owed(unit, period, kind, due_of(unit, period)) for unit, period, kind in owed()]


def plan_deliveries(returns: Sequence[Owed]) -> list[Delivery]:
    """Give one delivery a return, in the order of the periods, so that the totals meet the pattern."""
    deliveries: list[Delivery] = []
    given: Counter[str] = Counter()
    wanted: dict[str, float] = defaultdict(float)
    order = list(periods())
    by_period = sorted(returns, key=lambda one: order.index(one.period))
    for period, group in groupby(by_period, key=lambda one: one.period):
        rows = list(group)
        for fate, part in _REST.items():
            wanted[fate] += (1 - on_time_share(period)) * part * len(rows)
        fates = _fates(rows, {fate: round(wanted[fate]) - given[fate] for fate in _REST})
        given.update(fates.values())
        days = collecting_days(rows)
        deliveries += [_delivery(one, fates[one], days) for one in rows]
    return deliveries


def on_time_share(period: str) -> float:
    """Give which share of a period's returns comes on time: more every year, less after a reorganisation."""
    year = min(max(periods()[period].year, _FIRST_YEAR), _LAST_YEAR)
    risen: float = ((year - _FIRST_YEAR) / (_LAST_YEAR - _FIRST_YEAR)) ** 0.65
    return _FIRST_SHARE + (_LAST_SHARE - _FIRST_SHARE) * risen - _AFTER_REORGANISATION.get(period, 0.0)


def collecting_days(returns: Iterable[Owed]) -> list[date]:
    """Give the days on which a period's files arrive: the due date of each level, and two more."""
    dues = sorted({one.due for one in returns})
    calendar = WorkCalendar()
    return dues + [calendar.add_working_days(dues[-1], days) for days in _EXTRA_ROUNDS]


def _fates(rows: Sequence[Owed], counts: dict[str, int]) -> dict[Owed, str]:
    """Give each return its fate: those of the deliberate faults first, then by the habits of the units."""
    fates = {one: ON_TIME for one in rows if (one.unit, one.period, one.kind) in BASIS}
    fates |= {one: _fate_of(fault) for one in rows for fault in FAULTS if fault.met_by(one)}
    for fate in (REFUSED, NEVER, LATE):
        free = sorted((one for one in rows if one not in fates), key=lambda one: _rank(one, fate))
        missing = counts[fate] - sum(known == fate for known in fates.values())
        fates |= dict.fromkeys(free[: max(0, missing)], fate)
    return {one: fates.get(one, ON_TIME) for one in rows}


def _fate_of(fault: Fault) -> str:
    if fault.refused:
        return REFUSED
    if fault.never_sent:
        return NEVER
    return LATE if fault.days_late else ON_TIME


def _rank(one: Owed, fate: str) -> float:
    """Give who is first to be late: the habitual ones, then by character of the unit and luck of the period."""
    if one.unit == TOP:
        return 10.0 + (fate == LATE) * share(one.period, fate) * -9.5
    luck = share(one.unit, one.period, one.kind, fate)
    if fate == LATE:
        luck = luck * 0.3 + share(one.unit, one.period, fate) * 0.7  # both returns of a unit tend to be late together
        return luck * (0.3 if one.unit in HABITUAL_LATE else 0.75 + 0.5 * share(one.unit, "character"))
    return luck


def _delivery(one: Owed, fate: str, days: Sequence[date]) -> Delivery:
    faults = [fault for fault in FAULTS if fault.met_by(one)]
    codes = tuple(fault.code for fault in faults)
    if fate == NEVER:
        return Delivery(one.unit, one.period, one.kind, one.due, None, codes)
    if fate == LATE:
        return Delivery(one.unit, one.period, one.kind, one.due, _late_day(one, days, faults), codes)
    sent = _on_time_day(one, days)
    again = _next_day(sent, days) if fate == REFUSED or any(fault.sent_again for fault in faults) else None
    if fate == REFUSED and not codes:
        codes = (pick(mistakes_for(one), one.unit, one.period, one.kind).code,)
    return Delivery(one.unit, one.period, one.kind, one.due, sent, codes, again, fate == REFUSED)


def _on_time_day(one: Owed, days: Sequence[date]) -> date:
    """Give a day up to the due date, mostly the last; a consolidated return waits for those below."""
    in_time = [day for day in days if day <= one.due]
    early = one.kind != CONSOLIDATED and share(one.unit, one.period, "early") < 0.3
    return in_time[0] if early else in_time[-1]


def _late_day(one: Owed, days: Sequence[date], faults: Sequence[Fault]) -> date:
    calendar = WorkCalendar()
    late = {day: calendar.working_days_between(one.due, day) for day in days if day > one.due}
    for fault in faults:
        if fault.days_late in late.values():
            return next(day for day, count in late.items() if count == fault.days_late)
    possible = [day for day, count in late.items() if count <= MOST_DAYS_LATE]
    return possible[int(share(one.unit, one.period, one.kind, "how late") ** 1.6 * len(possible))]


def _next_day(sent: date, days: Sequence[date]) -> date:
    return next(day for day in days if day > sent)


def extra_sendings(period: str, day: date) -> list[Sending]:
    """Give the files of units that owe nothing: they come with the first of a period."""
    owing = {(unit, kind) for unit, of, kind in owed() if of == period}
    return [
        Sending(fault.unit, period, fault.kind, 1, (fault.code,))
        for fault in FAULTS
        if fault.period == period and (fault.unit, fault.kind) not in owing and day == periods()[period].dues[0]
    ]


def sendings_on(deliveries: Iterable[Delivery], period: str, day: date) -> list[Sending]:
    """Give the files that arrive on one collecting day of a period."""
    files: list[Sending] = []
    for one in deliveries:
        if one.period == period and one.sent_on == day:
            files.append(Sending(one.unit, one.period, one.kind, 1, one.faults))
        if one.period == period and one.resend_on == day:
            files.append(Sending(one.unit, one.period, one.kind, 2, ()))
    return files + extra_sendings(period, day)
