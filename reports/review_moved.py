"""The annex of a review that says what moved since the revision that was approved: figure by figure, and why."""

from collections.abc import Iterator

from models.directive import DIMENSION, Indicator
from models.grades import write_distribution
from models.parts import split_part
from models.queries.moved import ChangedReturn, Frozen, MovedFigure
from reports.content import Block, Cell, Column, Row, Table
from reports.pen import PERCENTAGES, Pen
from schemas.texts import UNKNOWN

JOIN = " + "


def moved_annex(pen: Pen) -> Iterator[Block]:
    """Give a paragraph and a table; nothing where there is no approved revision or nothing moved since."""
    moved = pen.facts.moved
    if moved is None or not moved.figures:
        return
    counts = pen.numbers(count=len(moved.figures), returns=len(moved.returns))
    yield pen.body("moved.opening", review=moved.before, **counts)
    keys = (("indicator", 3), ("unit", 2), ("period", 1), ("before", 0), ("after", 0), ("cause", 3))
    columns = tuple(
        Column(pen.say(f"moved.{key}"), "text" if weight else "number", weight or 1) for key, weight in keys
    )
    by_code = {one.code: one for one in pen.facts.indicators}
    rows = tuple(_row(pen, one, by_code.get(split_part(one.indicator)[0])) for one in moved.figures)
    yield Table("moved", pen.say("moved.table", review=moved.before), columns, rows, pen.source())


def _row(pen: Pen, one: MovedFigure, indicator: Indicator | None) -> Row:
    named = f"{one.indicator}. {pen.indicator(indicator)}" if indicator else one.indicator
    if part := split_part(one.indicator)[1]:
        named += f" – {pen.term(DIMENSION, part)}"
    units = JOIN.join(pen.unit(code) for code in one.unit.split(JOIN))
    before, after = (_figure(pen, frozen, indicator) for frozen in (one.before, one.after))
    return Row((Cell(named), Cell(units), Cell(one.period), before, after, Cell(_causes(pen, one))))


def _figure(pen: Pen, frozen: Frozen | None, indicator: Indicator | None) -> Cell:
    """Write a figure with its n/N, since that alone may have moved."""
    if frozen is None:
        return Cell(UNKNOWN)
    value = write_distribution(frozen.distribution) if frozen.distribution else _number(pen, frozen, indicator)
    return Cell(pen.say("with_coverage", value=value, n=frozen.n, of=frozen.of), frozen.value)


def _number(pen: Pen, frozen: Frozen, indicator: Indicator | None) -> str:
    is_percent = indicator is not None and indicator.kind in PERCENTAGES
    value = pen.texts.number(frozen.value, pen.decimals(indicator) if indicator else 0)
    return value + "%" * (is_percent and frozen.value is not None)


def _causes(pen: Pen, one: MovedFigure) -> str:
    return "; ".join(_cause(pen, cause) for cause in one.causes) or pen.say("moved.no_return")


def _cause(pen: Pen, cause: ChangedReturn) -> str:
    day = pen.day(cause.received_at.astimezone(pen.facts.as_at.tzinfo).date()) if cause.received_at else UNKNOWN
    told = {"unit": pen.unit(cause.unit), "period": cause.period, "receipt": cause.receipt, "earlier": cause.earlier}
    return pen.say(f"moved.{cause.change}", **told, date=day)
