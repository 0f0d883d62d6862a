"""A directive's text taken apart: the document, what it cites and what it asks. Pure rules, no model, no store."""

from intake.drafting.addressed import find_addressed
from intake.drafting.catalogue import Catalogue, find_shortcomings, load_catalogue
from intake.drafting.citations import find_mentions, list_citations
from intake.drafting.clauses import draft_clauses
from intake.drafting.document import identify_document, reads_like_news
from intake.drafting.drafted import CitedDocument, Draft, DraftClause, DraftDocument
from intake.drafting.foot import read_foot
from intake.drafting.head import read_head
from intake.drafting.lines import read_lines
from intake.drafting.opening import Opening
from intake.drafting.outline import outline
from intake.drafting.proposals import propose_clauses
from intake.drafting.prose import blocks_in_prose
from intake.drafting.text import join_lines, split_foot
from intake.drafting.unnumbered import find_unnumbered
from models.errors import UnreadableTextError

__all__ = ["CitedDocument", "Draft", "DraftClause", "DraftDocument", "draft_directive"]

_UPWARDS = ("bao_cao", "to_trinh")  # they go to a superior, who is not asked


def draft_directive(text: str, *, file: str = "", catalogue: Catalogue | None = None) -> Draft:
    """Take a directive's text apart. Raises UnreadableTextError, naming `file`, where the text asks nothing."""
    head, lines = read_head(read_lines(text))
    body, foot = split_foot(lines[head.length if head else 0 :])
    paragraphs = join_lines(body)
    subject = [head.subject] if head and head.subject else []
    mentions = find_mentions([*subject, *paragraphs])
    is_news = reads_like_news(text.splitlines())
    document = identify_document(head, read_foot(foot), paragraphs, mentions, is_news=is_news)
    blocks = outline(paragraphs, Opening() if document.type in _UPWARDS else find_addressed(lines))
    opened = any(block.opening.names for block in blocks)
    clauses = draft_clauses(blocks, trusted=document.is_found or opened)
    if not clauses:
        clauses = draft_clauses(blocks_in_prose(paragraphs), trusted=False)
    shortcomings = find_shortcomings(paragraphs, catalogue or load_catalogue())
    if not clauses and not is_news:
        clauses = propose_clauses(shortcomings)
    if not clauses:
        key = "draft.refused.news" if document.is_news else "draft.refused.no-clauses"
        raise UnreadableTextError(key, file=file)
    return Draft(
        document,
        list_citations(document, mentions),
        clauses,
        shortcomings,
        find_unnumbered(paragraphs),
    )
