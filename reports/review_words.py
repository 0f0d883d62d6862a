"""Shortcomings and causes, lessons, directions, proposals and commendation: words, counted and quoted."""

from collections import Counter
from collections.abc import Iterator

from models.queries.reviewing import Said
from reports.content import Block, Cell, Column, Heading, Paragraph, Row, Table
from reports.pen import Pen
from reports.task_status import TaskStatus, deadline

QUOTED = 4  # excerpts a chapter; the annex names where the rest stands
OPEN = (TaskStatus.OVERDUE, TaskStatus.NO_DUE_DATE, TaskStatus.IN_TERM, TaskStatus.NOT_REPORTED)


def shortcomings(pen: Pen) -> Iterator[Block]:
    """Give chapter IV: shortcomings by code with the units that named them, then causes by kind."""
    yield Heading(1, pen.say("shortcomings.heading"))
    named = pen.facts.by_code()
    if not named:
        yield pen.body("nothing_reported")
        return
    units = len({said.unit for said in pen.facts.shortcomings})
    yield pen.body("shortcomings.counted", units=pen.some(units, pen.facts.reporting_units()), codes=len(named))
    yield _shortcoming_table(pen, named)
    yield from _causes(pen)
    quotes = [said for said in reversed(pen.facts.shortcomings) if said.text][:QUOTED]
    for said in quotes:
        yield _quote(pen, said.text or "", said.unit, said.period)


def _shortcoming_table(pen: Pen, named: Counter[str]) -> Table:
    columns = (
        Column(pen.say("column.shortcoming"), "text", 3),
        Column(pen.say("column.units_naming"), "number"),
        Column(pen.say("column.times"), "number"),
    )
    times = Counter(said.code for said in pen.facts.shortcomings)
    rows = tuple(
        Row((Cell(pen.term("shortcoming", code)), pen.count(count), pen.count(times[code])))
        for code, count in sorted(named.items(), key=lambda entry: (-entry[1], entry[0]))
    )
    return Table("shortcomings", pen.say("shortcomings.table"), columns, rows, pen.source(), pen.say("measure.units"))


def _causes(pen: Pen) -> Iterator[Block]:
    for kind in ("subjective", "objective"):
        counted: dict[str, set[str]] = {}
        for said in pen.facts.shortcomings:
            if said.cause_type == kind and said.cause_code:
                counted.setdefault(said.cause_code, set()).add(said.unit)
        if counted:
            ranked = sorted(counted.items(), key=lambda entry: (-len(entry[1]), entry[0]))[:5]
            named = "; ".join(f"{pen.term('cause', code)} ({len(units)})" for code, units in ranked)
            yield pen.body(f"shortcomings.{kind}", causes=named)


def _quote(pen: Pen, text: str, unit: str, period: str) -> Paragraph:
    return Paragraph(pen.say("quote", text=text, unit=pen.unit(unit), period=period), "quote")


def lessons(pen: Pen) -> Iterator[Block]:
    """Give chapter V as the units wrote it."""
    yield from _quoted(pen, "lesson", "lessons")


def directions(pen: Pen) -> Iterator[Block]:
    """Give chapter VI: what is unfinished and carried over, then what units intend."""
    yield Heading(1, pen.say("directions.heading"))
    yield from _carried_over(pen)
    said = _different(_of_kind(pen, "direction"))
    for one in said[:QUOTED]:
        yield _quote(pen, one.text, one.unit, one.period)


def _carried_over(pen: Pen) -> Iterator[Block]:
    """List the tasks with a product that some unit still owes; continuous ones go on by themselves."""
    open_by_task = Counter(
        case.task.code for case in pen.facts.cases if deadline(case.task.kind, case.task.due) and case.status in OPEN
    )
    titles = {task.code: task.title for task in pen.facts.tasks}
    if not open_by_task:
        yield pen.body("directions.none_open")
        return
    yield pen.body("directions.carried_over", count=len(open_by_task))
    for code in titles:
        if code in open_by_task:
            whole = sum(case.task.code == code for case in pen.facts.cases)
            counted = pen.say("of_units", n=open_by_task[code], of=whole)
            yield pen.bullet(pen.say("directions.task", code=code, title=titles[code], units=counted))


def proposals(pen: Pen) -> Iterator[Block]:
    """Give chapter VII: proposals under the office they are addressed to."""
    yield Heading(1, pen.say("proposals.heading"))
    said = _different(_of_kind(pen, "proposal"))
    if not said:
        yield pen.body("nothing_reported")
        return
    addressees = Counter(one.addressee or pen.say("proposals.no_addressee") for one in said)
    for addressee, count in sorted(addressees.items(), key=lambda entry: (-entry[1], entry[0])):
        chosen = [one for one in said if (one.addressee or pen.say("proposals.no_addressee")) == addressee]
        units = len({one.unit for one in chosen})
        yield pen.body("proposals.to", addressee=addressee, count=count, units=units)
        for one in chosen[:QUOTED]:
            yield _quote(pen, one.text, one.unit, one.period)


def commendation(pen: Pen) -> Iterator[Block]:
    """Give chapter VIII: what was commended, and who might be, with the rule; the engine awards nothing."""
    yield Heading(1, pen.say("commendation.heading"))
    said = _of_kind(pen, "commendation")
    collectives = sum(one.collectives or 0 for one in said)
    individuals = sum(one.individuals or 0 for one in said)
    if said:
        yield pen.body(
            "commendation.given",
            collectives=pen.texts.number(collectives),
            individuals=pen.texts.number(individuals),
            units=len({one.unit for one in said}),
        )
    suggested = _suggested(pen)
    if suggested:
        yield pen.body("commendation.suggested", count=len(suggested), units=pen.units(suggested[:10]))
        yield pen.note("commendation.rule")
    elif not said:
        yield pen.body("nothing_reported")


def _suggested(pen: Pen) -> list[str]:
    """Give the units with every due task done on time and every return accepted in time."""
    tardy = {line.unit for line in pen.facts.standing.returns if line.state != "excused" and not line.on_time}
    return [
        unit
        for unit in pen.facts.units
        if unit not in tardy and (counts := pen.facts.counts(unit=unit)).due and counts.done_on_time == counts.due
    ]


def _quoted(pen: Pen, kind: str, chapter: str) -> Iterator[Block]:
    yield Heading(1, pen.say(f"{chapter}.heading"))
    said = _different(_of_kind(pen, kind))
    if not said:
        yield pen.body("nothing_reported")
        return
    yield pen.body(f"{chapter}.counted", count=len(said), units=len({one.unit for one in said}))
    for one in said[:QUOTED]:
        yield _quote(pen, one.text, one.unit, one.period)


def _of_kind(pen: Pen, kind: str) -> list[Said]:
    return [said for said in pen.facts.statements if said.kind == kind]


def _different(said: list[Said]) -> list[Said]:
    """Keep the newest of texts that are the same to the letter, newest first."""
    newest = {one.text: one for one in said}
    return list(reversed(newest.values()))
