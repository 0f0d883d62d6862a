"""Series whose code or meaning changed: where a line breaks, and what a reader is told of it."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from models.directive import Indicator
from models.plan import PlanLink
from reports.content import Block
from reports.pen import Pen
from reports.phrase import Phrase

BREAK = "//"  # stands between two points of a line that are not comparable

Point = tuple[str, Decimal | None]


def breaks_between(pen: Pen, indicator: Indicator, first: str, last: str) -> bool:
    """Whether a series broke after one label's last cut-off and up to that of a later one."""
    before, after = (pen.facts.columns.cutoffs[label] for label in (first, last))
    return any(before < day <= after for day in pen.facts.crosswalk.breaks(indicator.code))


def part_line(pen: Pen, indicator: Indicator, points: Sequence[Point], labels: Sequence[str]) -> tuple[Point, ...]:
    """Put a gap of its own name into a line wherever the series broke between two of its labels."""
    parted = list(points[:1])
    for (first, last), point in zip(pairwise(labels), points[1:], strict=True):
        if breaks_between(pen, indicator, first, last):
            gaps = sum(name.startswith(BREAK) for name, _ in parted)
            parted.append((BREAK + " " * gaps, None))
        parted.append(point)
    return tuple(parted)


def break_notes(pen: Pen, shown: Sequence[Indicator]) -> Iterator[Block]:
    """Say of each series that broke from which day on it is something else."""
    last = pen.facts.periods[-1].cutoff
    for one in shown:
        for day in pen.facts.crosswalk.breaks(one.code):
            if day <= last:
                yield pen.note("results.broken", code=one.code, name=pen.indicator(one), date=pen.day(day))


def link_bullets(pen: Pen) -> Iterator[Block]:
    """Say in the annex on method how codes follow from one another, each change with its day and its basis."""
    last = pen.facts.periods[-1].cutoff
    links = {link: None for one in pen.facts.indicators for link in pen.facts.crosswalk.origins(one.code)}
    gone = {link: None for link in pen.facts.crosswalk.links if link.after is None}
    for link in sorted({**links, **gone}, key=lambda link: (link.since, link.before or "", link.after or "")):
        if link.since <= last:
            yield pen.bullet(_told(pen, link))


def _told(pen: Pen, link: PlanLink) -> Phrase:
    relation = "split_unknown" if link.relation == "split" and link.factor is None else link.relation
    factor = pen.texts.fraction(Fraction(link.factor)) if link.factor else ""
    told = {"before": link.before, "after": link.after, "date": pen.day(link.since), "factor": factor}
    broken = f" {pen.say('method.link.breaks')}" if link.breaks else ""
    note = f" ({link.note})" if link.note else ""
    return Phrase(f"{pen.say(f'method.link.{relation}', **told)}{note}{broken}")
