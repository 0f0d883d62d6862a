"""Inspection and commendation in a review: what units said of the tasks of monitoring, and what was commended."""

from collections.abc import Iterator

from reports.content import Block, Heading
from reports.pen import Pen
from reports.phrase import Phrase
from reports.task_status import DONE, NOT_STARTED

MONITORING = "monitoring"


def inspection(pen: Pen) -> Iterator[Block]:
    """Give the section, or nothing where no task of monitoring was given and nothing was commended."""
    blocks = [*_monitored(pen), *_commended(pen)]
    if blocks:
        yield Heading(2, pen.say("results.inspection_heading"))
        yield from blocks


def _monitored(pen: Pen) -> Iterator[Block]:
    for task in pen.facts.tasks:
        if task.kind == MONITORING:
            yield pen.body("results.monitored", title=pen.task(task), code=task.code, **_heard(pen, task.code))
            yield from _measured(pen, task.indicators)


def _heard(pen: Pen, code: str) -> dict[str, Phrase]:
    said = {case.unit: case.reported for case in pen.facts.cases if case.task.code == code}
    begun = sum(word not in NOT_STARTED for word in said.values())
    return {"units": pen.some(begun, len(said)), **pen.numbers(done=sum(word in DONE for word in said.values()))}


def _measured(pen: Pen, codes: frozenset[str]) -> Iterator[Block]:
    """Give the figures by which the task is measured, with how many units are in each."""
    for indicator in pen.facts.indicators:
        fact = pen.facts.figure(indicator.code, pen.facts.root, pen.facts.columns.last)
        if indicator.code in codes and fact is not None and fact.value is not None:
            told = {"indicator": pen.indicator(indicator), "measure": pen.measure(indicator)}
            value = pen.inline(fact, indicator)
            yield pen.bullet(pen.say("results.measured", value=value, n=fact.n, of=fact.of, **told))


def _commended(pen: Pen) -> Iterator[Block]:
    said = [one for one in pen.facts.statements if one.kind == "commendation"]
    if said:
        collectives, individuals = (
            sum(getattr(one, whom) or 0 for one in said) for whom in ("collectives", "individuals")
        )
        counts = pen.numbers(collectives=collectives, individuals=individuals)
        yield pen.body("commendation.given", units=len({one.unit for one in said}), **counts)
