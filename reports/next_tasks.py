"""The tasks of a plan once more for the next directive: what is unfinished, and what no day ends. Pure."""

from collections.abc import Iterator
from dataclasses import replace

from models.period import months_later
from models.plan import PlanTask
from models.queries.cascade import AskedTask
from reports.cases import Case
from reports.outlook import NextTask, Outlook
from reports.task_due import has_day, is_yearly
from reports.task_status import DONE, GOING_ON
from reports.unfinished import OPEN

ONE_OFF = frozenset({"deliverable", "self_commitment"})  # done once, also where no day is set


def list_finished(look: Outlook) -> list[str]:
    """Give the codes of the tasks that all units have done."""
    return [one.code for one in look.pen.facts.tasks if not _goes_on(one) and not _open_cases(look, one)]


def _goes_on(one: AskedTask) -> bool:
    return is_yearly(one) or one.kind in GOING_ON or not (has_day(one) or one.kind in ONE_OFF)


def _open_cases(look: Outlook, one: AskedTask) -> list[Case]:
    """Give the cases that are not done; a unit that no day binds has nothing open where others have a day."""
    if has_day(one):
        return [case for case in look.cases.get(one.code, ()) if case.status in OPEN]
    return [case for case in look.cases.get(one.code, ()) if case.reported not in DONE]


def _asked(look: Outlook) -> Iterator[tuple[AskedTask, PlanTask]]:
    """Pair the tasks with their lines of the plan; these name the codes of indicators that are in use now."""
    order = [indicator.code for indicator in look.plan.indicators]
    planned = {one.code: one for one in look.plan.tasks}
    for one in look.pen.facts.tasks:
        if one.code in planned:
            indicators = tuple(code for code in order if code in one.indicators)
            yield one, replace(planned[one.code], start=look.start, clause=None, indicators=indicators, due_set_by=None)


def unfinished_tasks(look: Outlook) -> Iterator[NextTask]:
    """Give one-off tasks that some unit still owes to those units, or to all whom the old rule meets."""
    for one, line in _asked(look):
        left = [] if _goes_on(one) else _open_cases(look, one)
        if not left:
            continue
        units = look.standing(case.unit for case in left)
        every = len(left) == len(look.cases[one.code])
        due = look.pen.day(one.due) if one.due else look.say("no-day")
        counts = {"open": len(left), "of": len(look.cases[one.code])}
        told = look.say("evidence.unfinished", task=one.code, due=due, **counts)
        said = [look.newest_words[one.code, unit] for unit in units if (one.code, unit) in look.newest_words]
        lead = line.lead if every else ";".join(units)
        yield NextTask("unfinished", replace(line, lead=lead, due=None), told + look.quoted(said))


def lasting_tasks(look: Outlook) -> Iterator[NextTask]:
    """Give the tasks that no day ends, with the end that the plan set moved by a round."""
    for one, line in _asked(look):
        if not _goes_on(one):
            continue
        cases = look.cases.get(one.code, ())
        counts = {"done": sum(case.reported in DONE for case in cases), "of": len(cases)}
        due = months_later(line.due, 12 * look.years) if line.due else None
        key = "evidence.yearly" if is_yearly(one) else "evidence.going_on"
        yield NextTask("going_on", replace(line, due=due), look.say(key, task=one.code, **counts))
