"""The results of a review, task by task: those with a due date in four cells, the others as the units reported them."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.queries.cascade import AskedTask
from reports.blank_form import every_year
from reports.cases import Case
from reports.content import Block, Cell, Chart, Column, Heading, Row, RowRole, Series, Table
from reports.pen import Pen
from reports.phrase import Phrase, join
from reports.task_due import has_day, is_yearly
from reports.task_status import DONE, TaskCounts

LEAST_DUE = 2  # a unit with fewer tasks due is neither best nor weakest: 1/1 says nothing
NAMED = 8  # units in a sentence; where more of them are equal only their number is told
IDLE = frozenset({"suspended", "nothing_arose"})
CELLS = ("done_on_time", "done_late", "in_term", "overdue")
REPORTED = ("not_started", "in_progress", "done", "idle", "not_reported", "total")


def task_results(pen: Pen) -> Iterator[Block]:
    """Give chapter III.1."""
    total = pen.facts.counts()
    yield Heading(2, pen.say("results.tasks_heading"))
    yield pen.body("results.tasks", **pen.numbers(tasks=len(pen.facts.tasks), assignments=total.total))
    dated = [task for task in pen.facts.tasks if has_day(task)]
    open_ended = [task for task in pen.facts.tasks if task not in dated]
    if dated:
        yield due_sentence(pen, total)
        yield _due_table(pen, dated)
        if len(dated) > 1:
            yield _due_chart(pen, dated)
        yield from _best_and_weakest(pen)
    if open_ended:
        yield _open_sentence(pen, open_ended)
        yield _open_table(pen, open_ended)


def due_sentence(pen: Pen, total: TaskCounts) -> Block:
    """Say how many assignments with a day were due, done, on time and overdue."""
    if not total.due:
        return pen.body("results.none_due")
    return pen.body(
        "results.due",
        done_percent=pen.percent(total.done, total.due),
        on_time_percent=pen.percent(total.done_on_time, total.due),
        **pen.numbers(due=total.due, done=total.done, on_time=total.done_on_time, overdue=total.overdue),
    )


def _open_sentence(pen: Pen, tasks: Sequence[AskedTask]) -> Block:
    cases = [case for case in pen.facts.cases if case.task in tasks]
    told = sum(case.reported is not None for case in cases)
    done = pen.facts.counts_of(cases).done_without_due_date
    return pen.body("results.open_ended", **pen.numbers(tasks=len(tasks), assignments=told, done=done))


def _due_table(pen: Pen, tasks: Sequence[AskedTask]) -> Table:
    """Tasks with a day: four cells; where there are any, those whom no day binds, and how many have not begun."""
    total = pen.facts.counts_of(case for case in pen.facts.cases if case.task in tasks)
    cells = [*CELLS, *(key for key in ("no_due_date", "total", "not_started") if getattr(total, key))]
    columns = (
        Column(pen.say("column.task"), "text", 3),
        Column(pen.say("column.due"), "code"),
        *(Column(pen.say(f"status.{key}"), "number") for key in cells),
    )
    rows = [_due_row(pen, _named(pen, task), _day(pen, task), pen.facts.counts(task.code), cells) for task in tasks]
    rows.append(_due_row(pen, pen.say("total"), "", total, cells, "total"))
    measure = pen.say("measure.assignments")
    return Table("tasks", pen.say("results.tasks_table"), columns, tuple(rows), pen.source(), measure)


def _due_chart(pen: Pen, tasks: Sequence[AskedTask]) -> Chart:
    """Draw the four cells of each task as shares of its assignments, the counts in them."""
    counts = {_named(pen, task): pen.facts.counts(task.code) for task in tasks}
    counts = {name: each for name, each in counts.items() if any(getattr(each, key) for key in CELLS)}
    return Chart(
        id="task-status",
        kind="stacked",
        caption=pen.say("results.tasks_chart"),
        source=pen.source(),
        alt="; ".join(
            f"{name}: {each.done_on_time}/{sum(getattr(each, key) for key in CELLS)}" for name, each in counts.items()
        ),
        series=tuple(
            Series(
                pen.say(f"status.{key}"), tuple((name, Decimal(getattr(each, key))) for name, each in counts.items())
            )
            for key in CELLS
        ),
        unit=pen.say("measure.assignment"),
        subtitle=pen.say("results.tasks_chart_read"),
        of_whole=True,
    )


def _named(pen: Pen, task: AskedTask) -> str:
    return f"{task.code}. {pen.task(task)}"


def _day(pen: Pen, task: AskedTask) -> str:
    return every_year(task.recurrence, pen.texts) if is_yearly(task) else pen.texts.date(task.due)


def _due_row(pen: Pen, title: str, day: str, counts: TaskCounts, cells: Sequence[str], role: RowRole = "body") -> Row:
    return Row((Cell(title), Cell(day), *(pen.count(getattr(counts, key)) for key in cells)), role)


def _open_table(pen: Pen, tasks: Sequence[AskedTask]) -> Table:
    """Tasks that go on: how many units reported which state at the last."""
    columns = (
        Column(pen.say("column.task"), "text", 3),
        *(Column(pen.say(f"reported.{key}"), "number") for key in REPORTED),
    )
    by_task = {task.code: [case for case in pen.facts.cases if case.task is task] for task in tasks}
    rows = [_open_row(pen, _named(pen, task), by_task[task.code]) for task in tasks]
    every = [case for cases in by_task.values() for case in cases]
    rows.append(_open_row(pen, pen.say("total"), every, "total"))
    measure = pen.say("measure.assignments")
    return Table("going-on", pen.say("results.open_table"), columns, tuple(rows), pen.source(), measure)


def _open_row(pen: Pen, title: str, cases: Sequence[Case], role: RowRole = "body") -> Row:
    said = [case.reported for case in cases]
    counts = (
        said.count("not_started"),
        said.count("in_progress"),
        sum(one in DONE for one in said),
        sum(one in IDLE for one in said),
        said.count(None),
        len(said),
    )
    return Row((Cell(title), *(pen.count(count) for count in counts)), role)


Ranked = list[tuple[Decimal, str, TaskCounts]]


def _best_and_weakest(pen: Pen) -> Iterator[Block]:
    """Name the units with the highest and the lowest share on time, with the counts that say so."""
    ranked: Ranked = []
    for unit in pen.facts.units:
        counts = pen.facts.counts(unit=unit)
        if counts.due >= LEAST_DUE:
            ranked.append((Decimal(counts.done_on_time) / counts.due, unit, counts))
    shares = {share for share, _, _ in ranked}
    if len(shares) < 2:
        return
    best = [entry for entry in ranked if entry[0] == max(shares)]
    weakest = [entry for entry in ranked if entry[0] == min(shares)]
    yield pen.body("results.best", least=LEAST_DUE, of=len(ranked), units=_listed(pen, best))
    yield pen.body("results.weakest", units=_listed(pen, weakest))


def _listed(pen: Pen, entries: Ranked) -> Phrase:
    if len(entries) > NAMED:
        on_time, due = (sum(getattr(counts, key) for _, _, counts in entries) for key in ("done_on_time", "due"))
        counts = pen.numbers(on_time=on_time, due=due)
        return pen.say("results.equal_units", count=len(entries), percent=pen.percent(on_time, due), **counts)
    return join(pen.counted_of(pen.unit(unit), counts.done_on_time, counts.due) for _, unit, counts in entries)
