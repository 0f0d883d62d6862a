"""The work of `dondoc draft`: a directive's text becomes a plan workbook that a person checks and completes."""

import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from intake.draft import CitedDocument, Draft, DraftClause, DraftDocument, draft_directive
from intake.read_text import read_document_text
from reports.plan_draft import PlanDraft, task_title
from reports.plan_workbook import write_plan
from schemas.layout import load_layout
from schemas.texts import Texts, load_texts
from settings import Settings

_SYMBOL = re.compile(r"(?P<number>\d+)\s*-\s*(?P<letter>\w)")
_NO_SYMBOL = "V"
_OTHER_RELATION = "refers_to"  # a plan has no word for an amendment; the quotation tells it


@dataclass(frozen=True)
class DraftOutcome:
    """Where the draft lies and what was found; `kept` is where a file that lay there before was moved to."""

    path: Path
    clauses: tuple[dict[str, Any], ...]
    documents: tuple[dict[str, Any], ...]
    kept: Path | None = None
    document: dict[str, Any] = field(default_factory=dict)  # the directive itself, with what the plan has no column for
    lines: tuple[str, ...] = ()  # what a person should know of the text as a whole


def run_draft(settings: Settings, document: Path, out: Path) -> DraftOutcome:
    """Take a directive's text apart and write the draft plan. Raises UnreadableTextError, saying what to do."""
    draft = draft_directive(read_document_text(document), file=document.name)
    texts = load_texts(settings.language)
    book = _workbook(draft, texts)
    kept = keep_previous(out)
    write_plan(book.rows, out, texts, attention=book.attention, notes=book.notes, banner=settings.banner)
    return DraftOutcome(
        path=out,
        clauses=tuple(_clause_json(clause) for clause in draft.clauses),
        documents=tuple(_document_json(one) for one in _named(draft)),
        kept=kept,
        document=asdict(draft.document),
        lines=_doubts(draft.document, texts),
    )


def _doubts(document: DraftDocument, texts: Texts) -> tuple[str, ...]:
    """Say so where the text is no document, or does not say which one."""
    if document.is_news:
        return (texts("plan.draft.news"),)
    return () if document.is_found else (texts("plan.draft.unknown-document"),)


def _named(draft: Draft) -> list[DraftDocument | CitedDocument]:
    own = [draft.document] if draft.document.symbol else []
    return [*own, *draft.documents]


def task_code(symbol: str | None, path: str) -> str:
    """Give a task's code from the directive's symbol and the clause's path: 60-KL/ĐUK and 1.1 give K60-1.1."""
    found = _SYMBOL.search(symbol or "")
    return f"{found['letter']}{found['number']}-{path}" if found else f"{_NO_SYMBOL}-{path}"


def _workbook(draft: Draft, texts: Texts) -> PlanDraft:
    book = PlanDraft()
    document = draft.document
    at = book.add("documents", _document_row(document))
    for column, note in _head_notes(document, texts).items():
        book.notes["documents", at, column] = note
    for cited in draft.documents:
        relation = cited.relation if cited.relation in load_layout("plan").lists["relation"] else _OTHER_RELATION
        row = {**_document_row(cited), "relation": relation, "quote": cited.quote}
        book.add("documents", {**row, "inferred": "yes" if cited.inferred else "no"}, ("relation",))
    for clause in draft.clauses:
        _add_task(book, document, clause, texts)
    for sheet in ("units", "indicators", "periods"):
        book.add(sheet, {})
    return book


def _document_row(document: DraftDocument | CitedDocument) -> dict[str, Any]:
    names = ("symbol", "issuer", "issued_on", "title")
    known = document.type in load_layout("plan").lists["document_type"]
    return {**{name: getattr(document, name) for name in names}, "type": document.type if known else None}


def _head_notes(document: DraftDocument, texts: Texts) -> dict[str, str]:
    """Say beside number and issuer what the plan has no column for."""
    said = {
        "superior": document.superior,
        "place": document.place,
        "recipients": "; ".join(document.recipients),
        "signed": ", ".join(filter(None, (document.signed_for, document.signed_as))),
    }
    lines = [texts(f"plan.draft.{name}", value=value) for name, value in said.items() if value]
    notes = {"issuer": "\n".join(lines)} if lines else {}
    if document.blank_symbol:
        notes["symbol"] = texts("plan.draft.blank-symbol", value=document.blank_symbol)
    return notes


def _add_task(book: PlanDraft, document: DraftDocument, clause: DraftClause, texts: Texts) -> None:
    expression = clause.time_expression
    row = {
        "code": task_code(document.symbol, clause.path),
        "clause": clause.path,
        "kind": clause.kind,
        "title": task_title(clause.text),
        "text": clause.text,
        "lead": clause.leads,
        "start": document.issued_on,
        "due": clause.due,
        "due_set_by": texts("plan.draft.time-expression", expression=expression) if expression else None,
    }
    at = book.add("tasks", row, ("kind", "title", "lead", "start", *(("due",) if expression else ())))
    book.notes["tasks", at, "kind"] = texts("plan.draft.evidence", evidence=clause.evidence)
    for column, bodies in (("coordinate", clause.coordinators), ("monitor", clause.monitors)):
        if bodies:  # often partners outside the tree: noted for the person, not written as if they were units
            book.attention.add(("tasks", at, column))
            book.notes["tasks", at, column] = texts("plan.draft.bodies", bodies="; ".join(bodies))


def keep_previous(out: Path) -> Path | None:
    """Move a file that lies there out of the way: a person may have worked on it."""
    if not out.exists():
        return None
    number = 1
    while (kept := out.with_name(f"{out.stem}-{number}{out.suffix}")).exists():
        number += 1
    return out.rename(kept)


def _clause_json(clause: DraftClause) -> dict[str, Any]:
    return {
        "path": clause.path,
        "text": clause.text,
        "kind": clause.kind,
        "leads": list(clause.leads),
        "coordinators": list(clause.coordinators),
        "monitors": list(clause.monitors),
        "due": clause.due.isoformat() if clause.due else None,
        "time_expression": clause.time_expression,
        "evidence": clause.evidence,
        "confidence": clause.confidence,
    }


def _document_json(document: DraftDocument | CitedDocument) -> dict[str, Any]:
    issued_on = document.issued_on.isoformat() if document.issued_on else None
    relation = getattr(document, "relation", None)
    return {"symbol": document.symbol, "date": issued_on, "type": document.type, "relation": relation}
