"""What a yearly classification rests on: shares of tasks and returns by unit, each with its counts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from models.exact import to_decimal
from models.queries.cascade import AskedTask, Lead, Sign
from reports.answering import Speakers
from reports.standing import StandingLine, count_rates
from reports.task_due import Year, find_due, newest_words, words_about
from reports.task_status import DONE, TaskCounts, TaskStatus, count_statuses, task_status

BEYOND = "done_beyond"


@dataclass(frozen=True)
class Share:
    """n of `of`, never a percentage without them."""

    n: int
    of: int

    @property
    def exact(self) -> Fraction | None:
        return Fraction(self.n * 100, self.of) if self.of else None

    @property
    def percent(self) -> Decimal | None:
        """To six places, None of nothing, never capped."""
        return None if self.exact is None else to_decimal(self.exact)


@dataclass(frozen=True)
class Inputs:
    """One unit's year in counts; the shares are of the tasks that are due (done, or past their day).

    `in_term` are not due yet; `undated` tasks have no day and are in no share. Of those with a day `not_started` have
    not begun; of those due `carried` come from an earlier year.
    """

    unit: str
    unit_name: str
    group: str
    done: Share
    on_time: Share
    beyond: Share
    late: Share
    reporting: Share
    in_term: int
    not_started: int
    undated: int
    carried: int

    @property
    def shares(self) -> dict[str, Share]:
        return {"done": self.done, "on_time": self.on_time, "beyond": self.beyond, "late": self.late,
                "reporting": self.reporting}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One task that a unit leads, as it counts for the year; `dated` where a day binds the unit."""

    status: TaskStatus
    reported: str | None
    carried: bool
    dated: bool = True


def judge(one: AskedTask, due: date | None, words: Sequence[Sign], year: Year, *, carry_over: bool) -> Case | None:
    """Say how a task counts for the year; None where it is none of this year's.

    Due in a later year, or done with before this one began: not this year's.
    """
    heard = words_about(one, words, year.year)
    said = heard[-1] if heard else None
    reported, done_on = (said.word, said.done_on) if said else (None, None)
    if due is None:
        return Case(task_status(reported, None, None, year.today), reported, carried=False, dated=False)
    carried = due < year.first
    if due.year > year.year or (carried and (not carry_over or _was_done(heard, year))):
        return None
    return Case(task_status(reported, done_on, due, year.today), reported, carried)


def _was_done(words: Sequence[Sign], year: Year) -> bool:
    """Whether a task was done with before the year began, by its own day or by the cut-off that first said so."""
    done = [word for word in words if word.word in DONE]
    return bool(done) and words[-1].word in DONE and min(word.done_on or word.cutoff for word in done) < year.first


def gather_inputs(
    leads: Sequence[Lead],
    tasks: Mapping[str, AskedTask],
    signs: Sequence[Sign],
    lines: Sequence[StandingLine],
    speakers: Speakers,
    year: Year,
    *,
    groups: Mapping[str, str],
    carry_over: bool,
) -> list[Inputs]:
    """Count each leading unit's year. `lines` are the returns of the year, `groups` the group of each unit in force."""
    words = newest_words(signs, year.year)
    cases: dict[str, list[Case]] = defaultdict(list)
    for lead in leads:
        if lead.unit in groups and lead.task in tasks:
            one = tasks[lead.task]
            said = speakers.words(lead.unit, lead.task, words)
            case = judge(one, find_due(one, lead, year.year), said, year, carry_over=carry_over)
            cases[lead.unit] += [case] if case else []
    returns: dict[str, list[StandingLine]] = defaultdict(list)
    for line in lines:
        returns[line.unit].append(line)
    names = {code: span.name for code, span in speakers.tree.spans.items()}
    return [_inputs(unit, names.get(unit, unit), groups[unit], found, returns[unit]) for unit, found in cases.items()]


def _inputs(unit: str, name: str, group: str, cases: Sequence[Case], lines: Sequence[StandingLine]) -> Inputs:
    counts: TaskCounts = count_statuses((case.status, case.reported) for case in cases if case.dated)
    done = [case for case in cases if case.status in (TaskStatus.DONE_ON_TIME, TaskStatus.DONE_LATE)]
    rates = count_rates(lines)
    return Inputs(
        unit=unit,
        unit_name=name,
        group=group,
        done=Share(counts.done, counts.due),
        on_time=Share(counts.done_on_time, counts.due),
        beyond=Share(sum(case.reported == BEYOND for case in done), counts.due),
        late=Share(counts.done_late + counts.overdue, counts.due),
        reporting=Share(rates["on_time"], rates["owed"]),
        in_term=counts.in_term,
        not_started=counts.not_started,
        undated=sum(not case.dated for case in cases),
        carried=sum(case.carried for case in cases),
    )
