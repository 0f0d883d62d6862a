"""Where units stand with the tasks they lead: one case for each, of a yearly task one for each year it was due in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.period import Period
from models.queries.cascade import AskedTask, Lead, Sign
from reports.answering import Speakers
from reports.task_due import find_due, is_yearly, newest_words, words_about
from reports.task_status import TaskStatus, task_status


@dataclass(frozen=True)
class Case:
    """One unit and one task it leads; `due` is None where no day binds the unit, `reported` where it said nothing."""

    unit: str
    task: AskedTask
    due: date | None
    status: TaskStatus
    reported: str | None
    done_on: date | None = None

    @property
    def sign(self) -> str:
        """Name the status in one word for a matrix: of what is not due yet also that nothing was reported."""
        is_silent = self.reported is None and self.status in (TaskStatus.IN_TERM, TaskStatus.NO_DUE_DATE)
        return "not_reported" if is_silent else self.status.value


def list_cases(
    leads: Sequence[Lead],
    tasks: Mapping[str, AskedTask],
    signs: Iterable[Sign],
    speakers: Speakers,
    periods: Sequence[Period],
    today: date,
) -> list[Case]:
    """Give the cases of some periods (by cut-off) as they stand on a day; a body is answered for by who speaks for it.

    Of a yearly task with several years the earliest comes first.
    """
    words = newest_words(signs, max(period.year for period in periods))
    return [
        case
        for lead in leads
        if lead.task in tasks
        for case in _cases(tasks[lead.task], lead, speakers.words(lead.unit, lead.task, words), periods, today)
    ]


def _cases(one: AskedTask, lead: Lead, words: Sequence[Sign], periods: Sequence[Period], today: date) -> Iterator[Case]:
    for year, due in _days(one, lead, periods):
        heard = words_about(one, words, year)
        said = heard[-1] if heard else None
        reported, done_on = (said.word, said.done_on) if said else (None, None)
        yield Case(lead.unit, one, due, task_status(reported, done_on, due, today), reported, done_on)


def _days(one: AskedTask, lead: Lead, periods: Sequence[Period]) -> list[tuple[int, date | None]]:
    """Give the years asked about and the day of each: of a yearly task all whose day lies in the periods, else one."""
    years = sorted({period.year for period in periods})
    if not is_yearly(one):
        return [(years[-1], find_due(one, lead, years[-1]))]
    days = [(year, find_due(one, lead, year)) for year in years]
    end = max(period.nominal_to for period in periods)
    return [(year, due) for year, due in days if due and due <= end] or days[-1:]
