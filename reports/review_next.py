"""What comes after a review of one year: tasks whose day is near, what is behind, the next return."""

from collections.abc import Iterator
from datetime import date

from models.queries.cascade import AskedTask
from reports.cases import Case
from reports.columns import YEARLY
from reports.content import Block, Cell, Column, Heading, Row, Table
from reports.pen import Pen
from reports.review_words import carried_over, going_on, intentions
from reports.task_status import DONE


def next_tasks(pen: Pen) -> Iterator[Block]:
    """Give the chapter on what is to be done until the end of the year, or in the year to come."""
    yield Heading(1, pen.as_kind("next_heading"))
    yield from _coming(pen)
    yield from carried_over(pen)
    yield from going_on(pen)
    yield from next_period(pen)
    yield from intentions(pen)


def _coming(pen: Pen) -> Iterator[Block]:
    """List the tasks whose day lies ahead: by which day, and how many units still owe them."""
    until = _horizon(pen)
    ahead = [case for case in pen.facts.cases if _is_ahead(case, pen.facts.periods[-1].cutoff, until)]
    if not ahead:
        yield pen.body("next.none", until=pen.day(until))
        return
    days = sorted({(case.due or until, case.task.code) for case in ahead})
    tasks = {case.task.code: case.task for case in ahead}
    columns = (
        Column(pen.say("column.task"), "text", 3),
        Column(pen.say("column.due"), "code"),
        Column(pen.say("column.units_owing"), "number"),
    )
    rows = tuple(_row(pen, tasks[code], day, ahead) for day, code in days)
    yield pen.body("next.coming", count=len(tasks), until=pen.day(until))
    yield Table("coming", pen.say("next.table"), columns, rows, pen.source(), pen.say("measure.units"))


def _horizon(pen: Pen) -> date:
    last = pen.facts.periods[-1]
    return date(last.year + (pen.facts.kind == YEARLY), 12, 31)


def _is_ahead(case: Case, cutoff: date, until: date) -> bool:
    return case.due is not None and cutoff < case.due <= until and case.reported not in DONE


def _row(pen: Pen, task: AskedTask, day: date, ahead: list[Case]) -> Row:
    owing = sum(case.task.code == task.code and case.due == day for case in ahead)
    return Row((Cell(f"{task.code}. {pen.task(task)}"), pen.date_cell(day), pen.count(owing)))


def next_period(pen: Pen) -> Iterator[Block]:
    """Name the next period, so that nobody can say he had not heard."""
    for period in pen.facts.coming[:1]:
        yield pen.body("next.period", period=pen.period(period.code), date=pen.day(period.cutoff))
