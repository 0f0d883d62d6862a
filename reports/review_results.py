"""The results of a review: tasks, indicators, reporting discipline, and a suggested assessment."""

from collections.abc import Iterator
from decimal import Decimal

from reports.content import Block, Heading
from reports.pen import Pen
from reports.review_discipline import discipline_results
from reports.review_indicators import indicator_results
from reports.review_inspection import inspection
from reports.review_tasks import task_results

LEVELS = ((Decimal("0.8"), "good"), (Decimal("0.5"), "fair"), (Decimal(0), "weak"))


def results(pen: Pen) -> Iterator[Block]:
    """Give chapter III."""
    yield Heading(1, pen.say("results.heading"))
    yield from task_results(pen)
    yield from indicator_results(pen)
    yield from discipline_results(pen)
    yield from inspection(pen)
    yield from _assessment(pen)


def _assessment(pen: Pen) -> Iterator[Block]:
    """Suggest a sentence by a stated rule; the committee judges, the engine does not."""
    total = pen.facts.counts()
    if not total.due:
        return
    share = Decimal(total.done_on_time) / total.due
    level = next(word for least, word in LEVELS if share >= least)
    yield Heading(2, pen.say("results.assessment_heading"))
    percent = pen.percent(total.done_on_time, total.due)
    yield pen.body(
        f"results.assessment_{level}", percent=percent, **pen.numbers(on_time=total.done_on_time, due=total.due)
    )
    yield pen.note("results.assessment_note")
