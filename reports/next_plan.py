"""Drafts the plan of a directive to come from a review: what it leaves to do, in the words the record knows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from models.directive import Indicator
from models.plan import PlanContent, PlanIndicator, PlanPeriod
from models.queries.known import Organisation
from models.queries.planned import CONTINUES
from reports.next_round import shift_period
from reports.next_tasks import lasting_tasks, list_finished, unfinished_tasks
from reports.next_words import count_left_out, intended_tasks, mending_tasks, proposed_tasks
from reports.outlook import NextTask, Outlook
from reports.plan_draft import PlanBook
from reports.plan_lines import YES_NO, document_line, event_line, indicator_line, period_line, task_line

NO_SYMBOL = "V"  # begins the codes of tasks until the directive has a number
GROUPS = {"unfinished": 1, "going_on": 2, "proposals": 3, "shortcomings": 4, "directions": 5}
GUESSED = ("code", "title", "lead", "start")


@dataclass(frozen=True)
class NextPlan:
    """The draft, how many tasks it has by group, which tasks all units have done, and for how many was no room."""

    draft: PlanBook
    counts: Mapping[str, int]
    finished: Sequence[str]
    left_out: int


def draft_next_plan(look: Outlook, organisation: Organisation, periods: Sequence[PlanPeriod]) -> NextPlan:
    """Draft the plan; `periods` are those of the round under review."""
    tasks = [
        *unfinished_tasks(look),
        *lasting_tasks(look),
        *proposed_tasks(look),
        *mending_tasks(look),
        *intended_tasks(look),
    ]
    draft = PlanBook()
    _add_documents(draft, look)
    _add_tasks(draft, tasks)
    _add_indicators(draft, look, organisation)
    _add_periods(draft, look, periods)
    draft.rows |= {
        "units": [asdict(one) for one in organisation.units],
        "events": [event_line(one) for one in organisation.events],
        "contacts": [asdict(one) for one in organisation.contacts],
        "terms": [asdict(one) for one in look.plan.terms],
    }
    counts = Counter(dict.fromkeys(GROUPS, 0))
    counts.update(one.group for one in tasks)
    return NextPlan(draft, counts, list_finished(look), count_left_out(look, tasks))


def _add_documents(draft: PlanBook, look: Outlook) -> None:
    """Leave the new directive to a person, but for its issuer: an empty first line would not be read as one."""
    old = look.plan.directive
    at = draft.add("documents", {"issuer": old.issuer}, ("issuer",))
    draft.notes["documents", at, "symbol"] = look.say("document", directive=old.symbol_written)
    line = {**document_line(old), "relation": CONTINUES, "inferred": YES_NO[True], "quote": None}
    draft.add("documents", line, ("relation",))


def _add_tasks(draft: PlanBook, tasks: Sequence[NextTask]) -> None:
    """Number the tasks by group and say beside each what it rests on."""
    numbers: Counter[str] = Counter()
    for one in tasks:
        numbers[one.group] += 1
        code = f"{NO_SYMBOL}-{GROUPS[one.group]}.{numbers[one.group]}"
        guesses = (*GUESSED, *(("due",) if one.group in ("unfinished", "going_on") else ("kind",)))
        at = draft.add("tasks", task_line(replace(one.task, code=code)), guesses)
        draft.notes["tasks", at, "title"] = one.evidence


def _add_indicators(draft: PlanBook, look: Outlook, organisation: Organisation) -> None:
    """Give the indicators in use, and older ones that the history of units names; a target is for a person to set."""
    facts = look.pen.facts
    shared = {indicator for event in organisation.events for indicator, _ in event.shares}
    day = facts.periods[-1].cutoff
    measured = {one.code: one for one in facts.indicators}
    for one in look.plan.indicators:
        if facts.crosswalk.is_in_use(one.code, day) or one.code in shared:
            at = draft.add("indicators", indicator_line(one), ("target",) if one.code in measured else ())
            if one.code in measured:
                draft.notes["indicators", at, "target"] = _result(look, one, measured[one.code])


def _result(look: Outlook, one: PlanIndicator, indicator: Indicator) -> str:
    """Say what the review found for an indicator, with how many units are in it."""
    facts = look.pen.facts
    fact = facts.figure(one.code, facts.root, facts.columns.last)
    if fact is None:
        return look.say("no-result", period=facts.columns.last)
    counts = {"n": fact.n, "of": fact.of, "figure": fact.code}
    return look.say("result", period=facts.columns.last, value=look.pen.figure(fact, indicator).text, **counts)


def _add_periods(draft: PlanBook, look: Outlook, periods: Sequence[PlanPeriod]) -> None:
    for one in periods:
        at = draft.add("periods", period_line(shift_period(one, look.years)), ("code", "cutoff"))
        draft.notes["periods", at, "code"] = look.say("period", period=one.code, years=look.years)


def periods_of_round(plan: PlanContent, name: str) -> list[PlanPeriod]:
    """Give the periods of a round in the order of the plan."""
    return [one for one in plan.periods if one.round == name]
