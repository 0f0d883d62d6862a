"""The opening of a review, the context, and how the directive was passed on."""

from collections.abc import Iterator
from functools import partial

from models.directive import Indicator
from models.unit import UnitEvent
from reports.content import Block, Cell, Column, Heading, Row, Table
from reports.pen import Pen


def opening(pen: Pen) -> Iterator[Block]:
    """Say what is reviewed, on what basis, and how much of what was owed is in it."""
    facts, rates = pen.facts, pen.facts.standing.rates
    directive = facts.directive
    yield pen.body(
        "opening.basis",
        type=pen.texts.label("plan.list.document_type", directive.type),
        symbol=directive.symbol,
        date=pen.day(directive.issued_on),
        issuer=directive.issuer,
        title=directive.title,
    )
    for relation, other in facts.relations:
        if relation.type in ("implements", "continues"):
            yield pen.body(
                f"opening.{relation.type}",
                type=pen.texts.label("plan.list.document_type", other.type),
                symbol=other.symbol,
                date=pen.day(other.issued_on),
            )
    yield pen.body(
        "opening.coverage",
        first=pen.day(facts.periods[0].coverage_start),
        last=pen.day(facts.periods[-1].cutoff),
        periods=len(facts.periods),
        accepted=pen.texts.number(rates["accepted"]),
        owed=pen.texts.number(rates["owed"]),
        percent=pen.texts.percent(rates["accepted"], rates["owed"]),
        date=pen.as_at,
    )


def context(pen: Pen) -> Iterator[Block]:
    """Say how many units there were at the start and at the end, and what happened to them."""
    facts = pen.facts
    yield Heading(1, pen.say("context.heading"))
    yield pen.body(
        "context.units",
        start=facts.units_at_start,
        start_day=pen.day(facts.periods[0].cutoff),
        end=len(facts.units),
        end_day=pen.day(facts.periods[-1].cutoff),
        reporting=facts.reporting_units(),
    )
    if facts.events:
        yield pen.body("context.events", count=len(facts.events))
        yield _events(pen)
    else:
        yield pen.body("context.no_events")


def _events(pen: Pen) -> Table:
    columns = (
        Column(pen.say("column.day"), "code"),
        Column(pen.say("column.event"), "status"),
        Column(pen.say("column.units"), "text", 3),
    )
    rows = tuple(
        Row((Cell(pen.day(event.happened_on)), Cell(pen.say(f"event.{event.type}")), Cell(_happened(pen, event))))
        for event in pen.facts.events
    )
    return Table("events", pen.say("context.table"), columns, rows, pen.say("source_plan"))


def _happened(pen: Pen, event: UnitEvent) -> str:
    before = pen.units(event.sources)
    after = pen.units(event.targets)
    if not event.sources or not event.targets:
        return before or after
    kind = [pen.texts.label("review.unit_kind", target) for target in event.targets]
    return f"{before} → {'; '.join(kind) if event.type == 'change_kind' else after}"


def leadership(pen: Pen) -> Iterator[Block]:
    """Say how far down the directive was passed on: yes-or-no indicators, and who answered at each level."""
    yield Heading(1, pen.say("leadership.heading"))
    answered = [sentence for sentence in map(partial(_answered, pen), pen.facts.indicators) if sentence]
    if answered:
        yield pen.body("leadership.answered")
    for sentence in answered:
        yield pen.bullet(sentence)
    documents = {(entry.unit, entry.title, entry.number) for entry in pen.facts.evidence}
    if documents:
        yield pen.body("leadership.documents", count=len(documents), units=len({unit for unit, _, _ in documents}))
    yield _cascade(pen)


def _answered(pen: Pen, indicator: Indicator) -> str | None:
    fact = pen.facts.figure(indicator.code, pen.facts.root, pen.facts.round)
    if indicator.kind != "boolean" or fact is None or not fact.denominator:
        return None
    units = pen.some(int(fact.numerator or 0), int(fact.denominator))
    return pen.say("leadership.yes_no", indicator=pen.indicator(indicator), units=units)


def _cascade(pen: Pen) -> Table:
    """Of the units at each level that owe returns at the end: who answered at all, and who showed a document."""
    lines = [line for line in pen.facts.standing.returns if line.unit in pen.facts.units and line.state != "excused"]
    owing = {line.unit for line in lines}
    answered = {line.unit for line in lines if line.accepted}
    documented = {entry.unit for entry in pen.facts.evidence}
    columns = (
        Column(pen.say("column.level"), "text", 2),
        *(Column(pen.say(f"column.{key}"), "number") for key in ("owing", "answered", "documented")),
    )
    rows = []
    for level in sorted({pen.facts.levels[unit] for unit in owing}):
        here = {unit for unit in owing if pen.facts.levels[unit] == level}
        counts = (len(here), len(here & answered), len(here & documented))
        rows.append(Row((Cell(pen.say("level", level=level)), *(pen.count(count) for count in counts))))
    return Table("cascade", pen.say("leadership.table"), columns, tuple(rows), pen.source(), pen.say("measure.units"))
