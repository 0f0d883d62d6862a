"""By which day a task binds a unit, and which of the unit's words are about that day: one rule for all who ask."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from models.queries.cascade import AskedTask, Lead, Sign
from reports.answering import Speaker
from reports.task_status import deadline

YEARLY = frozenset({"annual"})  # each year asks anew


@dataclass(frozen=True)
class Year:
    """A unit's word is looked for in the returns of the years up to this one; `today` is the day of looking."""

    year: int
    today: date

    @property
    def first(self) -> date:
        return date(self.year, 1, 1)


def is_yearly(one: AskedTask) -> bool:
    """Whether a task is due every year on a day."""
    return one.kind in YEARLY and one.recurrence is not None


def has_day(one: AskedTask) -> bool:
    """Whether a task must be done by some day, once or every year."""
    return is_yearly(one) or deadline(one.kind, one.due) is not None


def find_due(one: AskedTask, lead: Lead, year: int) -> date | None:
    """Give the day by which the task binds the unit: of a yearly one that of the year; None where no such day does.

    A day before the unit was given the task binds nobody.
    """
    due = _day_of(one.recurrence, year) if is_yearly(one) and one.recurrence else deadline(one.kind, one.due)
    return due if due is not None and due >= max(lead.since, one.start) else None


def _day_of(recurrence: str, year: int) -> date:
    """Give a day such as "12-31" in a year; the 29th of February is the 28th where there is none."""
    month, day = (int(part) for part in recurrence.split("-"))
    return date(year, month, min(day, monthrange(year, month)[1]))


def newest_words(signs: Iterable[Sign], year: int) -> dict[tuple[Speaker, str], list[Sign]]:
    """Give by speaker and task what returns of the years up to this one say, the newest last."""
    found: dict[tuple[Speaker, str], list[Sign]] = defaultdict(list)
    for sign in sorted(signs, key=lambda sign: sign.cutoff):
        if sign.by == "progress" and sign.year <= year:
            found[Speaker(sign.unit, sign.kind), sign.subject].append(sign)
    return found


def words_about(one: AskedTask, words: Sequence[Sign], year: int) -> list[Sign]:
    """Keep what answers for a year: of a yearly task only what returns of that year say.

    A day of completion that returns of an earlier year told already is of that year, though it is told once more.
    """
    if one.kind not in YEARLY:
        return list(words)
    told = {word.done_on for word in words if word.year < year and word.done_on}
    return [word for word in words if word.year == year and word.done_on not in told]
