"""What a review says, from facts to a whole document; how it looks is the writers' business."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from reports.content import Block, Chart, ChartGrid, Document, Signature, Table
from reports.facts import Facts
from reports.letterhead import NO_WORDS, Letterhead, closed, dressed, surround
from reports.pen import Pen
from reports.profile import read_profile
from reports.review_annexes import annexes
from reports.review_opening import context, leadership, opening
from reports.review_results import results
from reports.review_words import commendation, directions, lessons, proposals, shortcomings
from schemas.texts import Texts

CHAPTERS = (context, leadership, results, shortcomings, lessons, directions, proposals, commendation)
DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class ReviewForm:
    """What surrounds the content: page form, draft mark, banner, the snapshot it rests on, the office's words."""

    profile: str
    is_draft: bool
    banner: str | None
    snapshot: str  # hash of the frozen figures
    letterhead: Letterhead = NO_WORDS


def compose(facts: Facts, texts: Texts, form: ReviewForm) -> Document:
    """Write the five-year review of a round."""
    pen = Pen(facts, texts)
    blocks = list(_numbered(pen, [block for chapter in (opening, *CHAPTERS) for block in chapter(pen)]))
    profile = read_profile(form.profile)
    around = surround(
        form.letterhead,
        profile,
        texts,
        issuer=pen.unit(facts.root),
        type_name=pen.say("type_name"),
        type_code=pen.say("type_code"),
    )
    return Document(
        language=texts.language,
        profile=form.profile,
        symbol_line=around.symbol_line,
        superior=around.superior,
        issuer=around.issuer,
        place_and_date=around.place_and_date,
        type_name=pen.say("type_name"),
        subject=_subject(pen),
        is_draft=form.is_draft,
        banner=form.banner,
        blocks=closed(blocks, profile),
        annexes=dressed(annexes(pen), profile),
        recipients=around.recipients,
        signature=Signature(around.on_behalf, around.office, around.post),
        as_at_line=pen.say("as_at_line", date=pen.as_at, snapshot=form.snapshot[:12]),
        contents=True,
        annex_reference=around.annex_reference,
    )


def _subject(pen: Pen) -> str:
    """Say what the review is about; its years are counted from the days it covers."""
    facts = pen.facts
    years = round((facts.periods[-1].cutoff - facts.start).days / DAYS_A_YEAR)
    key = "subject" if years and facts.is_whole_round else "subject_part"
    return pen.say(key, years=years, directive=pen.directive(facts.directive), title=facts.directive.title)


def _numbered(pen: Pen, blocks: Sequence[Block]) -> Iterator[Block]:
    """Number tables and charts in the order in which they are read."""
    tables, charts = count(1), count(1)
    for block in blocks:
        if isinstance(block, Table):
            yield replace(block, caption=pen.say("numbered.table", number=next(tables), caption=block.caption))
        elif isinstance(block, Chart | ChartGrid):
            yield replace(block, caption=pen.say("numbered.chart", number=next(charts), caption=block.caption))
        else:
            yield block
