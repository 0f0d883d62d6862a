"""A review on one page, to be read out: what was done, how far, what is lacking, what comes next."""

from collections.abc import Iterator
from decimal import Decimal

from models.directive import Indicator
from reports.content import Block, Paragraph
from reports.discipline import count
from reports.pen import PERCENTAGES, Pen
from reports.phrase import Number, Phrase, join
from reports.review_discipline import discipline_sentence
from reports.review_indicators import changed_cell
from reports.review_opening import coverage_said
from reports.review_tasks import due_sentence
from reports.unfinished import unfinished

TOLD = 3  # indicators: the text is to fit one page
NAMED = 3  # shortcomings; tasks


def summary(pen: Pen) -> Iterator[Block]:
    """Give the text of one page: sentences only, each with its counts."""
    facts = pen.facts
    directive, day = pen.directive(facts.directive), pen.day(facts.directive.issued_on)
    yield Paragraph(join((pen.say("summary.opening", directive=directive, date=day), coverage_said(pen)), " "))
    yield due_sentence(pen, facts.counts())
    yield from _indicators(pen)
    if count("", facts.returns).owed:
        yield discipline_sentence(pen, count("", facts.returns))
    yield from main_shortcomings(pen)
    ahead = [*_ahead(pen)]
    if ahead:
        yield Paragraph(join(ahead, " "))


def _ahead(pen: Pen) -> Iterator[Phrase]:
    """Say what is carried over and what the units proposed."""
    behind = unfinished(pen.facts)
    if behind:
        tasks = join(pen.task(one.task) for one in behind[:NAMED])
        if len(behind) > NAMED:
            tasks = join((tasks, pen.say("summary.more_tasks", count=len(behind) - NAMED)))
        yield pen.say("summary.carried_over", count=len(behind), tasks=tasks)
    proposals = [said for said in pen.facts.statements if said.kind == "proposal"]
    if proposals:
        yield pen.say("summary.proposals", count=len(proposals), units=len({said.unit for said in proposals}))


def _indicators(pen: Pen) -> Iterator[Block]:
    told = [text for text in (_told(pen, one) for one in pen.facts.indicators) if text][:TOLD]
    if not told:
        return
    if pen.facts.columns.changes:
        first, last = (pen.label(label) for label in pen.facts.columns.compared)
        yield pen.body("summary.indicators_changed", indicators=join(told), first=first, last=last)
    else:
        yield pen.body("summary.indicators", indicators=join(told))


def _told(pen: Pen, indicator: Indicator) -> Phrase | None:
    """Say one figure with its coverage and change; levels and answers are for the tables."""
    fact = pen.facts.figure(indicator.code, pen.facts.root, pen.facts.columns.last)
    if fact is None or fact.value is None or indicator.kind in ("boolean", "ordinal"):
        return None
    return pen.say(
        "summary.share" if indicator.kind in PERCENTAGES else "summary.amount",
        indicator=pen.indicator(indicator),
        value=pen.inline(fact, indicator),
        measure=pen.measure(indicator),
        n=fact.n,
        of=fact.of,
        change=_change(pen, indicator),
    )


def _change(pen: Pen, indicator: Indicator) -> str:
    columns = pen.facts.columns
    if not columns.changes:
        return ""
    found = [pen.facts.figure(indicator.code, pen.facts.root, label) for label in columns.compared]
    changed = changed_cell(pen, indicator, found, columns.compared)
    told = (Number("", changed.text, changed.value),) if isinstance(changed.value, Decimal) else ()
    return pen.say("summary.change", change=Phrase(changed.text, told))


def main_shortcomings(pen: Pen) -> Iterator[Block]:
    """Name what most units named, with how many did."""
    named = pen.facts.by_code().most_common()
    ranked = sorted(named, key=lambda entry: (-entry[1], entry[0]))[:NAMED]
    of = pen.facts.reporting_units()
    if ranked:
        listed = join(pen.counted_of(pen.term("shortcoming", code), n, of) for code, n in ranked)
        yield pen.body("summary.shortcomings", shortcomings=listed)
