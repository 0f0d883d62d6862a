"""Which document a text is: by its head, else by the words that issued it, else by its title."""

import re
from collections.abc import Sequence

from intake.drafting.citations import Mention
from intake.drafting.dates import DATE, to_date
from intake.drafting.drafted import DraftDocument
from intake.drafting.folds import fold_in_place
from intake.drafting.foot import Foot
from intake.drafting.head import Head
from intake.drafting.head_rules import load_head_rules
from intake.drafting.symbols import type_named

_PROCLAIMED = re.compile(r"(?:ban hành|issued|promulgated)\s+(?:\S+\s+){0,4}\Z")
_TITLE_OF = re.compile(
    r"\A(?P<type>\S+(?: \S+)?) (?:của|of(?: the)?) (?P<issuer>.{3,120}?) (?P<title>(?:về|on) .+)\Z", re.I
)
_NAMED_SO = re.compile(r"\W*(?:(?:về|v/v|on|concerning)\s.*)?\Z", re.IGNORECASE | re.DOTALL)
_LONGEST_TITLE = 400
_EDGE_LINES = 8  # at a text's beginning and end, where a news item shows that it is one


def identify_document(
    head: Head | None, foot: Foot, paragraphs: Sequence[str], mentions: Sequence[Mention], *, is_news: bool
) -> DraftDocument:
    """Say which document the text is; `paragraphs` and `mentions` are of what stands below the head."""
    if head:
        return _by_head(head, foot)
    title_line = _title_line(paragraphs)
    titled = _TITLE_OF.match(title_line or "")
    title_kind = type_named(titled["type"]) if titled else None
    titled = titled if title_kind else None
    own = _proclaimed(mentions) or _titled_with_symbol(paragraphs, mentions)
    kind = own.type if own else title_kind
    return DraftDocument(
        symbol=own.symbol if own else None,
        type=kind.code if kind else None,
        issuer=titled["issuer"] if titled else own.issuer if own else None,
        issued_on=(own.issued_on or to_date(DATE.search(own.sentence[: own.start]))) if own else None,
        title=titled["title"] if titled else title_line,
        recipients=foot.recipients,
        signed_for=foot.signed_for,
        signed_as=foot.signed_as,
        is_news=is_news and own is None and kind is None,
    )


def reads_like_news(lines: Sequence[str]) -> bool:
    """Tell a news item by how it begins and ends: a weekday with an hour, "Ngày 7/12, tại …", "Tin, ảnh: …"."""
    news = load_head_rules().debris.news
    there = [line for line in lines if line.strip()]
    edges = {*there[:_EDGE_LINES], *there[-_EDGE_LINES:]}
    return any(news.match(fold_in_place(line.strip())) for line in edges)


def _by_head(head: Head, foot: Foot) -> DraftDocument:
    return DraftDocument(
        symbol=head.symbol,
        type=head.type.code if head.type else None,
        issuer=head.issuer,
        issued_on=head.issued_on,
        title=head.subject,
        blank_symbol=head.blank_symbol,
        superior=head.superior,
        place=head.place,
        recipients=foot.recipients,
        signed_for=foot.signed_for,
        signed_as=foot.signed_as,
    )


def _title_line(paragraphs: Sequence[str]) -> str | None:
    """Give the first paragraph if it reads like a heading."""
    first = paragraphs[0] if paragraphs else ""
    return first if first and not re.search(r"[.;:]\Z", first) and len(first) < _LONGEST_TITLE else None


def _proclaimed(mentions: Sequence[Mention]) -> Mention | None:
    """Find the document that somebody "đã ký ban hành" right before it is named."""
    return next((m for m in mentions if _PROCLAIMED.search(m.sentence[: m.start])), None)


def _titled_with_symbol(paragraphs: Sequence[str], mentions: Sequence[Mention]) -> Mention | None:
    """Find a document whose name is the title of the text: "Kết luận số 60-KL/ĐUK về …"."""
    opening = paragraphs[0] if paragraphs else ""
    return next(
        (
            m
            for m in mentions[:1]
            if m.start == 0 and m.type and opening.startswith(m.sentence) and _NAMED_SO.match(m.sentence, m.end)
        ),
        None,
    )
