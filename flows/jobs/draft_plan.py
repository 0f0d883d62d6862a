"""The rows of a drafted plan, with what each guess rests on and which cells a person should look at first."""

import re
from datetime import date
from typing import Any

from flows.jobs.draft_known import Known
from intake.drafting.catalogue import suggest
from intake.drafting.draft import CitedDocument, Draft, DraftClause, DraftDocument
from intake.drafting.units import UnitMatch, match_unit
from models.unit_history import Span
from reports.plan_draft import PlanBook, task_title
from reports.plan_lines import period_line
from schemas.layout import load_layout
from schemas.texts import Texts

_SYMBOL = re.compile(r"(?P<number>\d+)\s*-\s*(?P<letter>\w)")
_NO_SYMBOL = "V"
_OTHER_RELATION = "refers_to"  # a plan has no word for an amendment; the quotation tells it
_UNSURE = 0.7  # a guess less sure than this is to be looked at before the others
_ROLES = (("lead", "leads"), ("coordinate", "coordinators"), ("monitor", "monitors"))


def draft_plan(draft: Draft, known: Known, texts: Texts) -> PlanBook:
    """Lay a draft out as the rows of a plan workbook."""
    book = PlanBook()
    first = book.add("documents", _document_row(draft.document))
    for column, note in _head_notes(draft.document, texts).items():
        book.note(("documents", first, column), note)
    if draft.unnumbered:
        names = "; ".join(one.name for one in draft.unnumbered)
        book.note(("documents", first, "title"), texts("plan.draft.unnumbered", names=names))
    for cited in draft.documents:
        relation = cited.relation if cited.relation in load_layout("plan").lists["relation"] else _OTHER_RELATION
        row = {**_document_row(cited), "relation": relation, "quote": cited.quote}
        at = book.add("documents", {**row, "inferred": "yes" if cited.inferred else "no"}, ("relation",))
        for column in ("type", "issuer", "issued_on", "title"):  # of a cited document little may be known
            book.attention.pop(("documents", at, column), None)
    spans = known.spans
    wanted: dict[str, dict[str, Any]] = {}
    for clause in draft.clauses:
        _add_task(book, draft.document, clause, known, spans, texts, wanted)
    _add_known(book, known, wanted)
    _add_periods(book, known, draft.document.issued_on, texts)
    _add_shortcomings(book, draft, texts)
    return book


def task_code(symbol: str | None, path: str) -> str:
    """Give a task's code from the directive's symbol and the clause's path: 60-KL/ĐUK and 1.1 give K60-1.1."""
    found = _SYMBOL.search(symbol or "")
    return f"{found['letter']}{found['number']}-{path}" if found else f"{_NO_SYMBOL}-{path}"


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


def _add_task(
    book: PlanBook,
    document: DraftDocument,
    clause: DraftClause,
    known: Known,
    spans: tuple[Span, ...],
    texts: Texts,
    wanted: dict[str, dict[str, Any]],
) -> None:
    expression = clause.time_expression
    suggestions = suggest(clause.text, known.catalogue.indicators)
    wanted.update({one.entry.code: one.entry.row for one in suggestions})
    title = task_title(clause.text)
    row = {
        "code": task_code(document.symbol, clause.path),
        "clause": clause.path,
        "kind": clause.kind,
        "title": texts("plan.draft.overcome", text=title) if clause.proposed else title,
        "text": clause.text,
        "lead": clause.leads,
        "start": document.issued_on,
        "due": clause.due,
        "due_set_by": texts("plan.draft.time-expression", expression=expression) if clause.due and expression else None,
        "recurrence": clause.recurrence,
        "indicators": [one.entry.code for one in suggestions],
    }
    at = book.add("tasks", row, ("kind", "title", "lead", "start", "due", "recurrence", "indicators"))
    _note_guesses(book, at, clause, texts)
    for role, name in _ROLES:
        _put_bodies(book, at, role, getattr(clause, name), spans, texts)
    if suggestions:
        words = "; ".join(f"{one.entry.code}: “{one.words}”" for one in suggestions)
        book.note(("tasks", at, "indicators"), texts("plan.draft.indicators", words=words))


def _note_guesses(book: PlanBook, at: int, clause: DraftClause, texts: Texts) -> None:
    columns = {"leads": "lead", "kind": "kind", "time": "due"}
    for guess in clause.guesses:
        column = columns.get(guess.of)
        if column is None or (column == "due" and not guess.words):
            continue
        words = guess.words or texts("plan.draft.no-words")
        text = texts("plan.draft.evidence", evidence=words, percent=round(guess.confidence * 100))
        book.note(("tasks", at, column), text, "unsure" if guess.confidence < _UNSURE else None)
    if clause.parent:
        book.note(("tasks", at, "clause"), texts("plan.draft.parent", path=clause.parent))


def _put_bodies(
    book: PlanBook, at: int, role: str, bodies: tuple[str, ...], spans: tuple[Span, ...], texts: Texts
) -> None:
    """Write the units that are meant; words that fit none stay words, coordinating ones only beside the cell."""
    if not bodies:
        return
    matches = {body: match_unit(body, spans) for body in bodies}
    unknown = [body for body, match in matches.items() if match is None]
    if role == "lead" or not unknown:
        book.rows["tasks"][at][role] = [match.rule if match else body for body, match in matches.items()]
    elif len(unknown) < len(bodies):
        book.rows["tasks"][at][role] = [match.rule for match in matches.values() if match]
    for body, match in matches.items():
        if match:
            book.note(
                ("tasks", at, role), _matched(body, match, texts), "unsure" if match.confidence < _UNSURE else None
            )
    if unknown and (role != "lead" or spans):
        book.note(("tasks", at, role), texts("plan.draft.bodies", bodies="; ".join(unknown)), "unsure")


def _matched(body: str, match: UnitMatch, texts: Texts) -> str:
    return texts("plan.draft.unit", body=body, unit=match.rule, percent=round(match.confidence * 100))


def _add_known(book: PlanBook, known: Known, wanted: dict[str, dict[str, Any]]) -> None:
    """Take units and their history over from what is known; indicators that tasks and events name."""
    plan = known.plan
    for unit in plan.units if plan else ():
        book.add("units", dict(vars(unit)))
    for event in plan.events if plan else ():
        children = [f"{child}>{superior}" for child, superior in event.children]
        shares = [f"{indicator}={'/'.join(parts)}" for indicator, parts in event.shares]
        row = {"code": event.code, "date": event.day, "type": event.type, "from": event.sources, "to": event.targets}
        book.add("events", {**row, "children": children, "share": shares, "basis": event.basis})
    taken = {one.code: dict(vars(one)) for one in plan.indicators} if plan else {}
    shared = [indicator for event in (plan.events if plan else ()) for indicator, _ in event.shares]
    for code, row in {**{one: taken[one] for one in shared if one in taken}, **wanted}.items():
        mine = taken.get(code, row)
        dimensions = mine.get("dimensions")
        listed = dimensions.split(";") if isinstance(dimensions, str) else dimensions
        book.add("indicators", {**mine, "dimensions": listed}, () if code in taken else ("code", "name"))
    for sheet in ("units", "indicators"):
        if not book.rows.get(sheet):
            book.add(sheet, {})


def _add_periods(book: PlanBook, known: Known, since: date | None, texts: Texts) -> None:
    """Take the periods over that end after the directive was issued: an office mostly asks by the same ones."""
    periods = known.plan.periods if known.plan else ()
    for period in (one for one in periods if since is None or one.cutoff >= since):
        at = book.add("periods", period_line(period), ("code", "cutoff"))
        book.note(("periods", at, "code"), texts("plan.draft.period"))
    if not book.rows.get("periods"):
        book.add("periods", {})


def _add_shortcomings(book: PlanBook, draft: Draft, texts: Texts) -> None:
    """Put the limitations and causes a text tells on the sheet of terms, each with its code and its own words."""
    coded: set[str] = set()
    for number, one in enumerate(draft.shortcomings, 1):
        entry = one.suggestion.entry if one.suggestion else None
        code = entry.code if entry and entry.code not in coded else f"{'N' if one.list == 'cause' else 'H'}X{number}"
        coded.add(code)
        label = entry.row["label"] if entry and code == entry.code else one.text
        row = {
            "list": one.list,
            "code": code,
            "label": label,
            "label_en": entry and code == entry.code and entry.row["label_en"],
        }
        at = book.add("terms", row, ("list", "code", "label"))
        book.note(("terms", at, "label"), texts("plan.draft.told", text=one.text))
