"""What a review says, from facts to a whole document; how it looks is the writers' business."""

from dataclasses import dataclass

from reports.content import Document, Signature
from reports.facts import Facts
from reports.pen import Pen
from reports.review_annexes import annexes
from reports.review_opening import context, leadership, opening
from reports.review_results import results
from reports.review_words import commendation, directions, lessons, proposals, shortcomings
from schemas.texts import Texts

CHAPTERS = (context, leadership, results, shortcomings, lessons, directions, proposals, commendation)


@dataclass(frozen=True)
class ReviewForm:
    """What surrounds the content: page form, draft mark, banner, and the snapshot it rests on."""

    profile: str
    is_draft: bool
    banner: str | None
    snapshot: str  # hash of the frozen figures


def compose(facts: Facts, texts: Texts, form: ReviewForm) -> Document:
    """Write the five-year review of a round."""
    pen = Pen(facts, texts)
    blocks = [block for chapter in (opening, *CHAPTERS) for block in chapter(pen)]
    issuer = pen.unit(facts.root)
    return Document(
        language=texts.language,
        profile=form.profile,
        symbol_line=pen.say("symbol_line"),
        superior="",
        issuer=issuer.upper(),
        place_and_date=pen.say("place_and_date"),
        type_name=pen.say("type_name"),
        subject=pen.say("subject", symbol=facts.directive.symbol, title=facts.directive.title),
        is_draft=form.is_draft,
        banner=form.banner,
        blocks=tuple(blocks),
        annexes=annexes(pen),
        recipients=tuple(pen.say(f"recipients.{key}") for key in ("committee", "boards", "units", "file")),
        signature=Signature(pen.say("signature.on_behalf"), pen.say("signature.office"), pen.say("signature.post")),
        as_at_line=pen.say("as_at_line", date=pen.as_at, snapshot=form.snapshot[:12]),
    )
