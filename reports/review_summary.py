"""A review on one page, to be read out: what was done, how far, what is lacking, what comes next."""

from collections.abc import Iterator

from models.directive import Indicator
from reports.content import Block
from reports.discipline import count
from reports.pen import PERCENTAGES, Pen
from reports.review_discipline import discipline_sentence
from reports.review_indicators import change_cell
from reports.review_opening import coverage
from reports.review_tasks import due_sentence
from reports.unfinished import unfinished

TOLD = 5  # indicators
NAMED = 3  # shortcomings


def summary(pen: Pen) -> Iterator[Block]:
    """Give the text of one page: sentences only, each with its counts."""
    facts = pen.facts
    yield pen.body("summary.opening", directive=pen.directive(facts.directive), date=pen.day(facts.directive.issued_on))
    yield coverage(pen)
    yield due_sentence(pen, facts.counts())
    yield from _indicators(pen)
    if count("", facts.returns).owed:
        yield discipline_sentence(pen, count("", facts.returns))
    yield from main_shortcomings(pen)
    behind = unfinished(facts)
    if behind:
        yield pen.body("summary.carried_over", count=len(behind), tasks="; ".join(pen.task(one.task) for one in behind))
    proposals = [said for said in facts.statements if said.kind == "proposal"]
    if proposals:
        yield pen.body("summary.proposals", count=len(proposals), units=len({said.unit for said in proposals}))


def _indicators(pen: Pen) -> Iterator[Block]:
    told = [text for text in (_told(pen, one) for one in pen.facts.indicators) if text][:TOLD]
    if told:
        yield pen.body("summary.indicators", indicators="; ".join(told))


def _told(pen: Pen, indicator: Indicator) -> str | None:
    """Say one figure with its change since the first year that compares; levels and answers are for the tables."""
    fact = pen.facts.figure(indicator.code, pen.facts.root, pen.facts.columns.last)
    if fact is None or fact.value is None or indicator.kind in ("boolean", "ordinal"):
        return None
    value = pen.figure(fact, indicator).text.rstrip("*")
    told = pen.say(
        "summary.share" if indicator.kind in PERCENTAGES else "summary.amount",
        indicator=pen.indicator(indicator), value=value, measure=pen.measure(indicator), n=fact.n, of=fact.of,
    )  # fmt: skip
    return told + _since(pen, indicator)


def _since(pen: Pen, indicator: Indicator) -> str:
    columns = pen.facts.columns
    if not columns.changes or pen.facts.crosswalk.breaks(indicator.code):
        return ""
    first, last = (pen.facts.figure(indicator.code, pen.facts.root, label) for label in columns.compared)
    change = change_cell(pen, indicator, first, last)
    labels = [pen.label(label) for label in columns.compared]
    return pen.say("summary.change", change=change.text, first=labels[0], last=labels[1]) if first and last else ""


def main_shortcomings(pen: Pen) -> Iterator[Block]:
    """Name what most units named, with how many did."""
    named = pen.facts.by_code().most_common()
    ranked = sorted(named, key=lambda entry: (-entry[1], entry[0]))[:NAMED]
    of = pen.facts.reporting_units()
    if ranked:
        listed = "; ".join(f"{pen.term('shortcoming', code)} ({n}/{of})" for code, n in ranked)
        yield pen.body("summary.shortcomings", shortcomings=listed)
