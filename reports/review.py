"""What a review says, from facts to a whole document; how it looks is the writers' business."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import count

from models.period import years_between
from reports.content import Block, Chart, ChartGrid, Document, Heading, Signature, Table
from reports.facts import Facts
from reports.letterhead import NO_WORDS, Letterhead, closed, dressed, surround
from reports.outlines import OUTLINES
from reports.pen import Pen
from reports.profile import read_profile
from reports.review_annexes import ROMAN, annexes
from schemas.texts import Texts


@dataclass(frozen=True)
class ReviewForm:
    """What surrounds the content: page form, draft mark, banner, the snapshot it rests on, the office's words."""

    profile: str
    is_draft: bool
    banner: str | None
    snapshot: str  # hash of the frozen figures
    letterhead: Letterhead = NO_WORDS


def compose(facts: Facts, texts: Texts, form: ReviewForm) -> Document:
    """Write the review of its kind."""
    pen, outline = Pen(facts, texts), OUTLINES[facts.kind]
    blocks = list(_numbered(pen, [block for chapter in outline.chapters for block in chapter(pen)]))
    profile = read_profile(form.profile)
    around = surround(
        form.letterhead,
        profile,
        texts,
        issuer=pen.unit(facts.root),
        type_name=pen.as_kind("type_name"),
        type_code=pen.as_kind("type_code"),
        goes_up=outline.goes_up,
    )
    return Document(
        language=texts.language,
        profile=form.profile,
        symbol_line=around.symbol_line,
        superior=around.superior,
        issuer=around.issuer,
        place_and_date=around.place_and_date,
        type_name=pen.as_kind("type_name"),
        subject=_subject(pen),
        is_draft=form.is_draft,
        banner=form.banner,
        blocks=closed(blocks, profile),
        annexes=dressed(annexes(pen, outline.annexes), profile),
        addressee=around.addressee,
        recipients=around.recipients if outline.is_sent else (),
        signature=Signature(around.on_behalf, around.office, around.post),
        as_at_line=pen.say("as_at_line", date=pen.as_at, snapshot=form.snapshot[:12]),
        contents=outline.contents,
        annex_reference=around.annex_reference,
    )


def _subject(pen: Pen) -> str:
    """Say what the review is about; its years are counted from the days it covers."""
    facts = pen.facts
    years = years_between(facts.start, facts.periods[-1].cutoff)
    return pen.as_kind(
        "subject" if years and facts.is_whole_round else "subject_part",
        years=years,
        year=facts.periods[-1].year,
        directive=pen.directive(facts.directive),
        earlier=pen.directive(facts.earlier.directive) if facts.earlier else "",
        title=facts.directive.title,
    )


def _numbered(pen: Pen, blocks: Sequence[Block]) -> Iterator[Block]:
    """Number chapters, their sections, tables and charts in the order in which they are read."""
    tables, charts, chapters, sections = count(1), count(1), iter(ROMAN), count(1)
    for block in blocks:
        if isinstance(block, Table):
            yield replace(block, caption=_labelled(pen, "table", next(tables), block.caption))
        elif isinstance(block, Chart | ChartGrid):
            yield replace(block, caption=_labelled(pen, "chart", next(charts), block.caption))
        elif isinstance(block, Heading) and block.level == 1:
            sections = count(1)
            yield replace(block, text=pen.say("numbered.chapter", number=next(chapters), title=block.text))
        elif isinstance(block, Heading):
            yield replace(block, text=pen.say("numbered.section", number=next(sections), title=block.text))
        else:
            yield block


def _labelled(pen: Pen, kind: str, number: int, caption: str) -> str:
    """Put a table's or chart's own number before its caption: a name, no number of the record."""
    return pen.texts(f"review.numbered.{kind}", number=number, caption=caption)
