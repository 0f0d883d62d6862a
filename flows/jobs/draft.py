"""The work of `dondoc draft`: a directive's text becomes a plan workbook that a person checks and completes."""

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from flows.jobs.draft_known import read_known
from flows.jobs.draft_merge import Difference, Merged, merge
from flows.jobs.draft_plan import draft_plan
from intake.drafting.catalogue import load_catalogue
from intake.drafting.draft import CitedDocument, Draft, DraftClause, DraftDocument, draft_directive
from intake.drafting.kept import read_kept
from intake.drafting.read_text import read_document_text
from reports.plan_draft import PlanBook
from reports.plan_draft_sheets import LookHere
from reports.plan_workbook import write_plan
from schemas.texts import Texts, load_texts
from settings import Settings

CATALOGUE = "catalogue.toml"  # in the workspace: the office's own key words


@dataclass(frozen=True)
class DraftOutcome:
    """Where the draft lies and what was found.

    `kept` is where a file that lay there before was moved to; `differences` are cells in which a person's correction
    stands although the draft says something else.
    """

    path: Path
    clauses: tuple[dict[str, Any], ...]
    documents: tuple[dict[str, Any], ...]
    shortcomings: tuple[dict[str, Any], ...] = ()
    look_here: int = 0
    differences: tuple[dict[str, Any], ...] = ()
    kept: Path | None = None
    document: dict[str, Any] = field(default_factory=dict)  # the directive itself, with what the plan has no column for
    unnumbered: tuple[dict[str, Any], ...] = ()  # documents that are cited without a number
    lines: tuple[str, ...] = ()  # what a person should know of the text as a whole


def run_draft(settings: Settings, document: Path, out: Path, units: Path | None = None) -> DraftOutcome:
    """Take a directive's text apart and write the draft plan; `units` is a plan to take units and history from;
    without one they are taken from the record of the workspace, where there is one.

    Raises UnreadableTextError, saying what to do, and what `read_plan` raises for `units`.
    """
    catalogue = load_catalogue(settings.workspace / CATALOGUE)
    known = read_known(settings, units, catalogue)
    draft = draft_directive(read_document_text(document), file=document.name, catalogue=catalogue)
    texts = load_texts(settings.language)
    merged = _laid_on(out, draft_plan(draft, known, texts), texts)
    look_here = [*_told_otherwise(merged, texts), *merged.book.look_here(texts)]
    kept = keep_previous(out)
    write_plan(
        merged.book.rows,
        out,
        texts,
        attention=merged.book.attention,
        notes=merged.book.notes,
        look_here=look_here,
        origin=merged.origin,
        banner=settings.banner,
    )
    return DraftOutcome(
        path=out,
        clauses=tuple(_clause_json(clause) for clause in draft.clauses),
        documents=tuple(_document_json(one) for one in _named(draft)),
        shortcomings=tuple(
            {"list": one.list, "text": one.text, "code": one.suggestion.entry.code if one.suggestion else None}
            for one in draft.shortcomings
        ),
        look_here=len(look_here),
        differences=tuple(asdict(one) for one in merged.differences),
        kept=kept,
        document=asdict(draft.document),
        lines=_doubts(draft, texts),
        unnumbered=tuple(asdict(one) for one in draft.unnumbered),
    )


def _doubts(draft: Draft, texts: Texts) -> tuple[str, ...]:
    """Say so where the text is no document, does not say which one, or tells what is wrong and asks nothing."""
    document = draft.document
    if any(clause.proposed for clause in draft.clauses):
        return (texts("plan.draft.proposed", count=len(draft.clauses)),)
    if document.is_news:
        return (texts("plan.draft.news"),)
    return () if document.is_found else (texts("plan.draft.unknown-document"),)


def _laid_on(out: Path, book: PlanBook, texts: Texts) -> Merged:
    """Keep what a person wrote into a draft that lies there; anything else that lies there is moved aside whole."""
    kept = read_kept(out) if out.exists() else None
    return merge(book, kept, texts) if kept and kept.is_touched else Merged(book, (), book.rows)


def _told_otherwise(merged: Merged, texts: Texts) -> list[LookHere]:
    return [item for one in merged.differences for item in _difference(one, merged.book, texts)]


def _difference(one: Difference, book: PlanBook, texts: Texts) -> list[LookHere]:
    names = ("code", "symbol", "label")
    rows = [at for at, row in enumerate(book.rows[one.sheet]) if one.line in (row.get(name) for name in names)]
    why = texts("plan.look.draft-says", draft=one.draft or texts("plan.look.nothing"))
    return [LookHere(one.sheet, at, one.column, "guess", one.line, one.kept, why) for at in rows[:1]]


def _named(draft: Draft) -> list[DraftDocument | CitedDocument]:
    own = [draft.document] if draft.document.symbol else []
    return [*own, *draft.documents]


def keep_previous(out: Path) -> Path | None:
    """Move a file that lies there out of the way: a person may have worked on it."""
    if not out.exists():
        return None
    number = 1
    while (kept := out.with_name(f"{out.stem}-{number}{out.suffix}")).exists():
        number += 1
    return out.rename(kept)


def _clause_json(clause: DraftClause) -> dict[str, Any]:
    return {**vars(clause), "due": clause.due.isoformat() if clause.due else None}


def _document_json(document: DraftDocument | CitedDocument) -> dict[str, Any]:
    issued_on = document.issued_on.isoformat() if document.issued_on else None
    relation = getattr(document, "relation", None)
    return {"symbol": document.symbol, "date": issued_on, "type": document.type, "relation": relation}
