"""The opening of a review, the context, and how the directive was passed on."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial

from models.directive import Indicator
from models.unit import UnitEvent
from reports.content import Block, Cell, Column, Heading, Paragraph, Row, Table
from reports.pen import Pen
from reports.phrase import Phrase

PASSING = ("merge", "split", "dissolve")  # events after which another unit's figures hold what a unit reported


def opening(pen: Pen) -> Iterator[Block]:
    """Say what is reviewed, on what basis, and how much of what was owed is in it."""
    facts, directive = pen.facts, pen.facts.directive
    yield pen.body(
        "opening.basis",
        directive=pen.directive(directive),
        date=pen.day(directive.issued_on),
        issuer=directive.issuer,
        title=directive.title,
    )
    for relation, other in facts.relations:
        if relation.type in ("implements", "continues"):
            yield pen.body(
                f"opening.{relation.type}",
                type=pen.document_type(directive),
                other=pen.directive(other),
                date=pen.day(other.issued_on),
            )
    yield coverage(pen)


def coverage(pen: Pen) -> Block:
    """Say which days are covered and how many of the returns owed are in the figures."""
    return Paragraph(coverage_said(pen))


def coverage_said(pen: Pen) -> Phrase:
    facts = pen.facts
    return pen.say(
        "opening.coverage",
        first=pen.day(facts.start),
        last=pen.day(facts.periods[-1].cutoff),
        periods=len(facts.periods),
        percent=pen.percent(facts.rates["accepted"], facts.rates["owed"]),
        date=pen.as_at,
        **pen.numbers(accepted=facts.rates["accepted"], owed=facts.rates["owed"]),
    )


def context(pen: Pen) -> Iterator[Block]:
    """Say how many units there were at the start and at the end, and what happened to them."""
    facts = pen.facts
    yield Heading(1, pen.say("context.heading"))
    yield pen.body(
        "context.units",
        start=facts.units_at_start,
        start_day=pen.day(facts.start),
        end=len(facts.units),
        end_day=pen.day(facts.periods[-1].cutoff),
        reporting=facts.reporting_units(),
    )
    if not facts.events:
        yield pen.body("context.no_events")
        return
    passing = any(event.type in PASSING for event in facts.events)
    yield pen.body("context.events_passing" if passing else "context.events", count=len(facts.events))
    yield _events(pen)


def _events(pen: Pen) -> Table:
    columns = (
        Column(pen.say("column.day"), "code"),
        Column(pen.say("column.event"), "status"),
        Column(pen.say("column.units"), "text", 3),
    )
    rows = tuple(
        Row((pen.date_cell(event.happened_on), Cell(pen.say(f"event.{event.type}")), Cell(_happened(pen, event))))
        for event in pen.facts.events
    )
    return Table("events", pen.say("context.table"), columns, rows, pen.say("source_plan"))


def _happened(pen: Pen, event: UnitEvent) -> str:
    """Name the units as they were called the day before and the day itself: a rename shows both names."""
    day = event.happened_on
    before = "; ".join(pen.unit(code, day - timedelta(days=1)) for code in event.sources)
    if event.type == "rename":
        after = "; ".join(pen.unit(code, day) for code in event.sources)
    elif event.type == "change_kind":
        after = "; ".join(pen.texts.label("review.unit_kind", kind) for kind in event.targets)
    else:
        after = "; ".join(pen.unit(code, day) for code in event.targets)
    return f"{before} → {after}" if before and after else before or after


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


def _answered(pen: Pen, indicator: Indicator) -> Phrase | None:
    fact = pen.facts.figure(indicator.code, pen.facts.root, pen.facts.columns.last)
    if indicator.kind != "boolean" or fact is None or not fact.denominator:
        return None
    units = pen.some(int(fact.numerator or 0), int(fact.denominator))
    return pen.say("leadership.yes_no", indicator=pen.indicator(indicator), units=units)


def _cascade(pen: Pen) -> Table:
    """Of the units at each level that owe returns at the end: who answered at all, and who showed a document."""
    lines = [line for line in pen.facts.returns if line.unit in pen.facts.units and line.owed]
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
        rows.append(Row((Cell(_level(pen, level)), *(pen.count(count) for count in counts))))
    return Table("cascade", pen.say("leadership.table"), columns, tuple(rows), pen.source(), pen.say("measure.units"))


def _level(pen: Pen, level: int) -> str:
    key = f"review.level.{level}"
    return pen.texts(key) if pen.texts.has(key) else pen.say("level.deeper", level=level)
