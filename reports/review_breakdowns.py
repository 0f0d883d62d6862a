"""The annex of a review that takes indicators apart: the lines of each breakdown, and the total they belong to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from models.directive import DIMENSION, Indicator
from models.parts import part_code
from reports.content import Block
from reports.figure_facts import FigureFact
from reports.pen import Pen
from reports.review_indicators import figure_row, figure_table

Line = Sequence[FigureFact | None]  # the figures of a row, one for each column


def breakdowns(pen: Pen) -> Iterator[Block]:
    """Give a table for each indicator of whose parts something was reported, and a note where they do not add up."""
    for one in pen.facts.indicators:
        parts = {part: _line(pen, part_code(one.code, part)) for part in one.parts}
        if any(fact and fact.value is not None for line in parts.values() for fact in line):
            total = _line(pen, one.code)
            rows = [figure_row(pen, one, pen.term(DIMENSION, part), line) for part, line in parts.items()]
            rows.append(figure_row(pen, one, pen.say("total"), total, "total"))
            yield figure_table(pen, one, f"breakdown-{one.code}", "column.breakdown", rows)
            yield from _gaps(pen, one, total, list(parts.values()))


def _line(pen: Pen, code: str) -> Line:
    facts = pen.facts
    return [facts.figure(code, facts.root, period) for period in facts.labels]


def _gaps(pen: Pen, indicator: Indicator, total: Line, parts: Sequence[Line]) -> Iterator[Block]:
    """Say for which columns the parts are not the whole: units that gave a total need not have given its parts."""
    labels = [pen.label(label) for label in pen.facts.labels]
    columns = zip(labels, total, zip(*parts, strict=True), strict=True)
    wrong = [label for label, whole, several in columns if not _adds_up(whole, several)]
    if wrong:
        yield pen.note("annex.parts_differ", code=indicator.code, periods="; ".join(wrong))


def _adds_up(whole: FigureFact | None, parts: Line) -> bool:
    added = [sum(amounts) for amounts in zip(*map(_amounts, parts), strict=True)]
    return added == list(_amounts(whole))


def _amounts(fact: FigureFact | None) -> tuple[Decimal, Decimal]:
    """What of a figure adds up: the two parts of a ratio, else its value."""
    if fact is None:
        return Decimal(0), Decimal(0)
    if fact.denominator is not None:
        return fact.numerator or Decimal(0), fact.denominator
    return fact.value or Decimal(0), Decimal(0)
