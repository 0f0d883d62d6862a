"""A directive's text taken apart: the document, what it cites and what it asks. Pure rules, no model, no store."""

from intake.citations import find_mentions, identify_document, list_citations
from intake.clauses import blocks_in_prose, draft_clauses
from intake.draft_outline import outline
from intake.draft_text import read_paragraphs
from intake.draft_types import CitedDocument, Draft, DraftClause, DraftDocument
from models.errors import UnreadableTextError

__all__ = ["CitedDocument", "Draft", "DraftClause", "DraftDocument", "draft_directive"]


def draft_directive(text: str, *, file: str = "") -> Draft:
    """Take a directive's text apart. Raises UnreadableTextError, naming `file`, where the text asks nothing."""
    paragraphs = read_paragraphs(text)
    mentions = find_mentions(paragraphs)
    document = identify_document(paragraphs, mentions)
    blocks = outline(paragraphs)
    opened = any(block.opening.names for block in blocks)
    clauses = draft_clauses(blocks, trusted=document.symbol is not None or opened)
    if not clauses:
        clauses = draft_clauses(blocks_in_prose(paragraphs), trusted=False)
    if not clauses:
        raise UnreadableTextError("draft.refused.no-clauses", file=file)
    return Draft(document, list_citations(document, mentions), clauses)
