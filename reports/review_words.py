"""Shortcomings and causes, lessons, directions, proposals and commendation: words, counted and quoted."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TypeVar

from models.queries.reviewing import Said, SaidShortcoming
from reports.content import Block, Cell, Column, Heading, Paragraph, Row, Table
from reports.discipline import by_unit
from reports.excerpts import excerpts
from reports.pen import Pen
from reports.phrase import Phrase, join
from reports.task_due import has_day, is_yearly
from reports.unfinished import unfinished

QUOTED = 4  # excerpts a chapter
ADDRESSEES = 6  # of proposals, those most written to; the others are counted together
NAMED = 10  # units in a sentence
Quotable = TypeVar("Quotable", Said, SaidShortcoming)


def shortcomings(pen: Pen) -> Iterator[Block]:
    """Give chapter IV: shortcomings by code with the units that named them, then causes by kind."""
    yield Heading(1, pen.say("shortcomings.heading"))
    named = pen.facts.by_code()
    if not named:
        yield pen.body("nothing_reported")
        return
    units = len({said.unit for said in pen.facts.shortcomings})
    yield pen.sentence("shortcomings.counted", units=pen.some(units, pen.facts.reporting_units()), codes=len(named))
    yield _shortcoming_table(pen, named)
    yield from _causes(pen)
    newest = _different([said for said in pen.facts.shortcomings if said.text])
    if newest:
        yield pen.body("shortcomings.excerpts")
    for said in _chosen(pen, newest):
        yield _quote(pen, said)


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
            named = join(pen.say("counted", name=pen.term("cause", code), n=len(units)) for code, units in ranked)
            yield pen.body(f"shortcomings.{kind}", causes=named)


def _quote(pen: Pen, said: Quotable) -> Paragraph:
    """Quote a unit word for word, with its name as it was and the period of the return that says it."""
    unit = pen.unit(said.unit, pen.facts.period(said.period).cutoff)
    return Paragraph(pen.say("quote", text=said.text, unit=unit, period=pen.period(said.period)), "quote")


def _chosen(pen: Pen, said: Sequence[Quotable], most: int = QUOTED) -> list[Quotable]:
    def traits(one: Quotable) -> tuple[str | int, ...]:
        return (one.unit, pen.facts.period(one.period).year, getattr(one, "code", ""))

    return excerpts(said, most, text=lambda one: one.text or "", traits=traits)


def lessons(pen: Pen) -> Iterator[Block]:
    """Give chapter V as the units wrote it."""
    yield from _quoted(pen, "lesson", "lessons")


def directions(pen: Pen) -> Iterator[Block]:
    """Give chapter VI: what is unfinished and carried over, then what units intend."""
    yield Heading(1, pen.say("directions.heading"))
    yield from carried_over(pen)
    yield from going_on(pen)
    yield from intentions(pen)


def carried_over(pen: Pen) -> Iterator[Block]:
    """List the tasks with a product that some unit still owes."""
    behind = unfinished(pen.facts)
    yield pen.body("directions.carried_over" if behind else "directions.none_open", count=len(behind))
    for one in behind:
        counted = pen.say("of_units", n=len(one.units), of=one.of)
        if len(one.units) <= NAMED:
            counted = pen.say("named_units", counted=counted, units=pen.units(one.units))
        yield pen.bullet(pen.say("directions.task", code=one.task.code, title=pen.task(one.task), units=counted))


def going_on(pen: Pen) -> Iterator[Block]:
    """Count the tasks that go on by themselves."""
    count = sum(is_yearly(task) or not has_day(task) for task in pen.facts.tasks)
    if count:
        yield pen.body("directions.going_on", count=count)


def intentions(pen: Pen) -> Iterator[Block]:
    """Quote what units intend."""
    said = _of_kind(pen, "direction")
    if said:
        yield pen.body("directions.counted", units=len({one.unit for one in said}))
    for one in _chosen(pen, _different(said)):
        yield _quote(pen, one)


def proposals(pen: Pen) -> Iterator[Block]:
    """Give chapter VII: proposals under the office they are addressed to."""
    yield Heading(1, pen.say("proposals.heading"))
    said = _of_kind(pen, "proposal")
    if not said:
        yield pen.body("nothing_reported")
        return
    by_office: dict[str, list[Said]] = {}
    for one in said:
        by_office.setdefault((one.addressee or "").strip(), []).append(one)
    ranked = sorted(by_office.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    for addressee, to in ranked[:ADDRESSEES]:
        name = pen.office(addressee) if addressee else pen.say("proposals.no_addressee")
        units = len({one.unit for one in to})
        yield pen.body("proposals.to", addressee=name, count=len(to), units=units)
        for one in _chosen(pen, _different(to)):
            yield _quote(pen, one)
    others = ranked[ADDRESSEES:]
    if others:
        yield pen.body("proposals.others", count=sum(len(to) for _, to in others), offices=len(others))


def commendation(pen: Pen) -> Iterator[Block]:
    """Give the chapter on who might be commended, with the rule; the engine awards nothing."""
    yield Heading(1, pen.say("commendation.heading"))
    suggested = _suggested(pen)
    if suggested:
        named = join(suggested[:NAMED])
        more = len(suggested) - NAMED
        units = join((named, pen.say("and_more", count=more))) if more > 0 else named
        yield pen.body("commendation.suggested", count=len(suggested), units=units)
        yield pen.note("commendation.rule")
        return
    yield pen.body("commendation.none" if pen.facts.rates["owed"] else "nothing_reported")


def _suggested(pen: Pen) -> list[Phrase]:
    """Name the units with every due task done on time and every return in time; those that owed either."""
    punctual = {line.label: line for line in by_unit(pen.facts.returns) if line.owed and line.on_time == line.owed}
    named = []
    for unit in pen.facts.units:
        counts = pen.facts.counts(unit=unit)
        if unit in punctual and counts.due and counts.done_on_time == counts.due:
            owed = punctual[unit].owed
            named.append(pen.say("commendation.unit", unit=pen.unit(unit), tasks=counts.due, returns=owed))
    return named


def _quoted(pen: Pen, kind: str, chapter: str) -> Iterator[Block]:
    yield Heading(1, pen.say(f"{chapter}.heading"))
    said = _of_kind(pen, kind)
    if not said:
        yield pen.body("nothing_reported")
        return
    yield pen.body(f"{chapter}.counted", count=len(said), units=len({one.unit for one in said}))
    for one in _chosen(pen, _different(said)):
        yield _quote(pen, one)


def _of_kind(pen: Pen, kind: str) -> list[Said]:
    return [said for said in pen.facts.statements if said.kind == kind]


def _different(said: Sequence[Quotable]) -> list[Quotable]:
    """Keep the newest of texts that are the same to the letter, newest first."""
    newest: dict[str, Quotable] = {}
    for one in reversed(said):
        newest.setdefault(one.text or "", one)
    return list(newest.values())
