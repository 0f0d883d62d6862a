"""The results of a review: tasks, indicators, reporting discipline, and a suggested assessment."""

from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal

from models.directive import Indicator
from reports.content import Block, Cell, Chart, ChartGrid, Column, Heading, Row, RowRole, Series, Table
from reports.discipline import YearDiscipline, by_unit, by_year
from reports.pen import Pen
from reports.task_status import TaskCounts, deadline

CHARTED = 6  # small charts under one caption; the annex has every indicator


def results(pen: Pen) -> Iterator[Block]:
    """Give chapter III."""
    yield Heading(1, pen.say("results.heading"))
    yield from _tasks(pen)
    yield from _indicators(pen)
    yield from _discipline(pen)
    yield from _assessment(pen)


def _tasks(pen: Pen) -> Iterator[Block]:
    total = pen.facts.counts()
    yield Heading(2, pen.say("results.tasks_heading"))
    yield pen.body(
        "results.tasks",
        assignments=pen.texts.number(total.total),
        tasks=len(pen.facts.tasks),
        done=total.done,
        due=total.due,
        done_percent=pen.texts.percent(total.done, total.due),
        on_time=total.done_on_time,
        on_time_percent=pen.texts.percent(total.done_on_time, total.due),
        no_due=total.no_due_date,
    )
    yield _task_table(pen, total)
    yield from _best_and_weakest(pen)


def _task_table(pen: Pen, total: TaskCounts) -> Table:
    keys = ("done_on_time", "done_late", "in_term", "overdue", "no_due_date", "not_reported", "total")
    columns = (
        Column(pen.say("column.task"), "text", 3),
        Column(pen.say("column.due"), "code"),
        *(Column(pen.say(f"status.{key}"), "number") for key in keys),
    )
    rows = [
        _task_row(pen, f"{task.code}. {task.title}", deadline(task.kind, task.due), pen.facts.counts(task.code))
        for task in pen.facts.tasks
    ]
    rows.append(_task_row(pen, pen.say("total"), None, total, "total"))
    return Table(
        "tasks", pen.say("results.tasks_table"), columns, tuple(rows), pen.source(), pen.say("measure.assignments")
    )


def _task_row(pen: Pen, title: str, due: date | None, counts: TaskCounts, role: RowRole = "body") -> Row:
    numbers = (
        counts.done_on_time,
        counts.done_late,
        counts.in_term,
        counts.overdue,
        counts.no_due_date,
        counts.not_reported,
        counts.total,
    )
    day = pen.texts.date(due) if due else "" if role == "total" else pen.say("status.no_due_short")
    return Row((Cell(title), Cell(day), *(pen.count(number) for number in numbers)), role)


def _best_and_weakest(pen: Pen) -> Iterator[Block]:
    """Name the units with the highest and lowest share on time, with the counts that say so."""
    ranked = []
    for unit in pen.facts.units:
        counts = pen.facts.counts(unit=unit)
        if counts.due:
            ranked.append((Decimal(counts.done_on_time) / counts.due, unit, counts))
    ranked.sort(key=lambda entry: -entry[0])
    if len(ranked) < 2 or ranked[0][0] == ranked[-1][0]:
        return
    best = [entry for entry in ranked if entry[0] == ranked[0][0]]
    weakest = [entry for entry in ranked if entry[0] == ranked[-1][0]]
    yield pen.body("results.best", units=_listed(pen, best))
    yield pen.body("results.weakest", units=_listed(pen, weakest))


def _listed(pen: Pen, entries: list[tuple[Decimal, str, TaskCounts]], most: int = 5) -> str:
    said = [f"{pen.unit(unit)} ({counts.done_on_time}/{counts.due})" for _, unit, counts in entries[:most]]
    if len(entries) > most:
        said.append(pen.say("and_more", count=len(entries) - most))
    return "; ".join(said)


def _indicators(pen: Pen) -> Iterator[Block]:
    facts = pen.facts
    shown = [one for one in facts.indicators if _has_value(pen, one)]
    if not shown:
        return
    yield Heading(2, pen.say("results.indicators_heading"))
    yield pen.body("results.indicators", count=len(shown), years=f"{facts.years[0]}–{facts.years[-1]}")
    yield indicator_table(pen, shown, (facts.years[0], facts.years[-1]))
    if any(fact.partial for (_, unit, _), fact in facts.figures.items() if unit == facts.root):
        yield pen.note("results.partial")
    charted = [one for one in shown if one.kind in ("flow", "stock", "ratio")][:CHARTED]
    grid = tuple(_trend(pen, indicator) for indicator in charted)
    yield ChartGrid("trends", pen.say("results.trends"), grid, pen.source())


def _has_value(pen: Pen, indicator: Indicator) -> bool:
    facts = pen.facts
    keys = (facts.figure(indicator.code, facts.root, period) for period in (*facts.years, facts.round))
    return any(fact is not None and fact.value is not None for fact in keys)


def indicator_table(pen: Pen, shown: list[Indicator], years: Sequence[str]) -> Table:
    """Each indicator in some years and the round, its target, and how many units are in the last figure."""
    columns = (
        Column(pen.say("column.indicator"), "text", 3),
        *(Column(year, "number") for year in years),
        Column(pen.say("column.round"), "number"),
        Column(pen.say("column.target"), "number"),
        Column(pen.say("column.coverage"), "code"),
    )
    rows = tuple(_indicator_row(pen, indicator, years) for indicator in shown)
    return Table("indicators", pen.say("results.indicators_table"), columns, rows, pen.source())


def _indicator_row(pen: Pen, indicator: Indicator, years: Sequence[str]) -> Row:
    facts = pen.facts
    whole = facts.figure(indicator.code, facts.root, facts.round)
    measure = "%" if indicator.kind in ("ratio", "boolean") else indicator.measure
    return Row(
        (
            Cell(f"{pen.indicator(indicator)} ({measure})"),
            *(pen.figure(facts.figure(indicator.code, facts.root, year), indicator) for year in years),
            pen.figure(whole, indicator),
            Cell(indicator.target or ""),
            Cell(f"{whole.n}/{whole.of}" if whole else ""),
        )
    )


def _trend(pen: Pen, indicator: Indicator) -> Chart:
    facts = pen.facts
    label = pen.indicator(indicator)
    unit = "%" if indicator.kind == "ratio" else indicator.measure
    found = [(year, facts.figure(indicator.code, facts.root, year)) for year in facts.years]
    points = tuple(
        (f"{year}*" if fact and fact.partial else year, fact.value if fact else None) for year, fact in found
    )
    written = "; ".join(f"{year} {pen.texts.number(value, pen.decimals(indicator))}" for year, value in points)
    series = (Series(pen.unit(facts.root), points),)
    alt = f"{label} ({unit}): {written}"
    return Chart(
        f"trend-{indicator.code}",
        "trend",
        label,
        "",
        alt,
        series,
        unit,
        _target(indicator),
        pen.decimals(indicator),
    )


def _target(indicator: Indicator) -> Decimal | None:
    """Read a target that is a share; others ("3 a unit") are no line in a chart of totals."""
    digits = "".join(letter for letter in (indicator.target or "").split("%")[0] if letter.isdigit())
    return Decimal(digits) if indicator.kind == "ratio" and digits else None


def _discipline(pen: Pen) -> Iterator[Block]:
    years = by_year(pen.facts.standing.returns)
    total = YearDiscipline.total(years)
    yield Heading(2, pen.say("results.discipline_heading"))
    yield pen.body(
        "results.discipline",
        owed=pen.texts.number(total.owed),
        accepted=pen.texts.number(total.accepted),
        accepted_percent=pen.texts.percent(total.accepted, total.owed),
        on_time=pen.texts.number(total.on_time),
        on_time_percent=pen.texts.percent(total.on_time, total.owed),
        late=total.late,
        missing=total.missing,
        sent_back=pen.facts.receipts.get("rejected", 0),
        reminders=pen.facts.reminders,
    )
    yield _discipline_table(pen, years, total)
    yield _punctuality(pen, years)
    late = [line for line in by_unit(pen.facts.standing.returns) if line.late + line.missing]
    if late:
        worst = sorted(late, key=lambda line: (-(line.late + line.missing), line.label))[:5]
        named = "; ".join(f"{pen.unit(line.label)} ({line.late + line.missing}/{line.owed})" for line in worst)
        yield pen.body("results.latecomers", units=named)


def _discipline_table(pen: Pen, years: list[YearDiscipline], total: YearDiscipline) -> Table:
    keys = ("owed", "accepted", "on_time", "late", "missing", "on_time_share", "excused")
    columns = (
        Column(pen.say("column.year"), "code"),
        *(Column(pen.say(f"discipline.{key}"), "number") for key in keys),
    )
    rows = [_discipline_row(pen, year.label, year) for year in years]
    rows.append(_discipline_row(pen, pen.say("total"), total, "total"))
    return Table(
        "discipline",
        pen.say("results.discipline_table"),
        columns,
        tuple(rows),
        pen.source(),
        pen.say("measure.returns"),
    )


def _discipline_row(pen: Pen, label: str, line: YearDiscipline, role: str = "body") -> Row:
    counts = (line.owed, line.accepted, line.on_time, line.late, line.missing)
    share = pen.share(line.on_time, line.owed)
    return Row((Cell(label), *(pen.count(one) for one in counts), share, pen.count(line.excused)), role)  # type: ignore[arg-type]


def _punctuality(pen: Pen, years: list[YearDiscipline]) -> Chart:
    parts = {"on_time": [], "late": [], "missing": []}  # type: dict[str, list[tuple[str, Decimal | None]]]
    for year in years:
        for key, points in parts.items():
            points.append((year.label, Decimal(getattr(year, key))))
    series = tuple(Series(pen.say(f"discipline.{key}"), tuple(points)) for key, points in parts.items())
    alt = "; ".join(f"{year.label}: {year.on_time}/{year.owed}" for year in years)
    return Chart(
        "punctuality",
        "stacked",
        pen.say("results.punctuality"),
        pen.source(),
        alt,
        series,
        pen.say("measure.return"),
    )


def _assessment(pen: Pen) -> Iterator[Block]:
    """Suggest a sentence by a stated rule; the committee judges, the engine does not."""
    total = pen.facts.counts()
    if not total.due:
        return
    share = Decimal(total.done_on_time) / total.due
    level = "good" if share >= Decimal("0.8") else "fair" if share >= Decimal("0.5") else "weak"
    yield Heading(2, pen.say("results.assessment_heading"))
    yield pen.body(f"results.assessment_{level}", on_time=total.done_on_time, due=total.due)
    yield pen.note("results.assessment_note")
