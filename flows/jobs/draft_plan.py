"""The rows of a drafted plan, with what each guess rests on and which cells a person should look at first."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from intake.draft import CitedDocument, Draft, DraftClause, DraftDocument
from intake.draft_catalogue import Catalogue, suggest
from intake.draft_units import UnitMatch, match_unit
from models.plan import PlanContent
from models.unit_history import Span, read_history
from reports.plan_draft_sheets import LEVELS, LookHere
from reports.plan_workbook import Place
from schemas.layout import load_layout
from schemas.texts import Texts

_SYMBOL = re.compile(r"(?P<number>\d+)\s*-\s*(?P<letter>\w)")
_NO_SYMBOL = "V"
_TITLE = 120  # letters of a clause that make a title
_UNSURE = 0.7  # a guess less sure than this is to be looked at before the others
_ROLES = (("lead", "leads"), ("coordinate", "coordinators"), ("monitor", "monitors"))


@dataclass
class PlanBook:
    """Rows by sheet, how urgent it is to look at a cell, and what its guess rests on."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    attention: dict[Place, str] = field(default_factory=dict)
    notes: dict[Place, str] = field(default_factory=dict)

    def add(self, sheet: str, row: dict[str, Any], guesses: Iterable[str] = ()) -> int:
        """Add a line; guesses and required cells left empty are for a person to look at. Gives its position."""
        at = len(self.rows.setdefault(sheet, []))
        self.rows[sheet].append(row)
        missing = [c.key for c in load_layout("plan").by_key[sheet].columns if c.required and not row.get(c.key)]
        self.attention |= {(sheet, at, column): "guess" for column in guesses if row.get(column)}
        self.attention |= {(sheet, at, column): "missing" for column in missing}
        return at

    def note(self, place: Place, text: str, level: str | None = None) -> None:
        """Say beside a cell what its guess rests on; a level is set where none as urgent is."""
        self.notes[place] = f"{self.notes[place]}\n{text}" if place in self.notes else text
        if level and self.attention.get(place) != "missing":
            self.attention[place] = level

    def look_here(self, texts: Texts) -> list[LookHere]:
        """List the cells to look at before all others, the empty ones first; plain guesses are only coloured."""
        urgent = [(place, level) for place, level in self.attention.items() if level != "guess"]
        urgent.sort(key=lambda one: (list(LEVELS).index(one[1]), one[0][0] != "documents"))
        return [self._item(place, level, texts) for place, level in urgent if place[0] in ("documents", "tasks")]

    def _item(self, place: Place, level: str, texts: Texts) -> LookHere:
        sheet, at, column = place
        row = self.rows[sheet][at]
        value = row.get(column)
        shown = (
            "; ".join(value)
            if isinstance(value, list | tuple)
            else texts.label("plan.list.task_kind", str(value or ""))
        )
        name = str(row.get("code") or row.get("symbol") or at + 1)
        why = self.notes.get(place) or texts("plan.look.nothing-found")
        return LookHere(sheet, at, column, level, name, shown, why)


@dataclass(frozen=True)
class Known:
    """What an office has already: its units with their history, a plan to take them from, its catalogue."""

    plan: PlanContent | None
    catalogue: Catalogue

    @property
    def spans(self) -> tuple[Span, ...]:
        return tuple(read_history(self.plan.units, self.plan.events).spans) if self.plan else ()


def draft_plan(draft: Draft, known: Known, texts: Texts) -> PlanBook:
    """Lay a draft out as the rows of a plan workbook."""
    book = PlanBook()
    book.add("documents", _document_row(draft.document))
    for cited in draft.documents:
        row = {**_document_row(cited), "relation": cited.relation, "quote": cited.quote}
        at = book.add("documents", {**row, "inferred": "yes" if cited.inferred else "no"}, ("relation",))
        for column in ("type", "issuer", "issued_on", "title"):  # of a cited document little may be known
            book.attention.pop(("documents", at, column), None)
    spans = known.spans
    wanted: dict[str, dict[str, Any]] = {}
    for clause in draft.clauses:
        _add_task(book, draft.document, clause, known, spans, texts, wanted)
    _add_known(book, known, wanted)
    _add_shortcomings(book, draft, texts)
    return book


def task_code(symbol: str | None, path: str) -> str:
    """Give a task's code from the directive's symbol and the clause's path: 60-KL/ĐUK and 1.1 give K60-1.1."""
    found = _SYMBOL.search(symbol or "")
    return f"{found['letter']}{found['number']}-{path}" if found else f"{_NO_SYMBOL}-{path}"


def _document_row(document: DraftDocument | CitedDocument) -> dict[str, Any]:
    names = ("symbol", "type", "issuer", "issued_on", "title")
    return {name: getattr(document, name, None) for name in names}


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
    row = {
        "code": task_code(document.symbol, clause.path),
        "clause": clause.path,
        "kind": clause.kind,
        "title": _title(clause.text),
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
    """Take units, their history and periods over from the plan that was given; indicators that tasks name."""
    plan = known.plan
    for unit in plan.units if plan else ():
        book.add("units", dict(vars(unit)))
    for event in plan.events if plan else ():
        children = [f"{child}>{superior}" for child, superior in event.children]
        shares = [f"{indicator}={'/'.join(parts)}" for indicator, parts in event.shares]
        row = {"code": event.code, "date": event.day, "type": event.type, "from": event.sources, "to": event.targets}
        book.add("events", {**row, "children": children, "share": shares, "basis": event.basis})
    taken = {one.code: dict(vars(one)) for one in plan.indicators} if plan else {}
    for code, row in wanted.items():
        mine = taken.get(code, row)
        dimensions = mine.get("dimensions")
        listed = dimensions.split(";") if isinstance(dimensions, str) else dimensions
        book.add("indicators", {**mine, "dimensions": listed}, () if code in taken else ("code", "name"))
    for sheet in ("units", "indicators", "periods"):
        if not book.rows.get(sheet):
            book.add(sheet, {})


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


def _title(text: str) -> str:
    """Give the beginning of a clause up to a whole word, with a capital and without the closing mark."""
    short = " ".join(text.split()).rstrip(" .;:,")
    if len(short) > _TITLE:
        short = short[:_TITLE].rsplit(" ", 1)[0].rstrip(" .;:,") + "…"
    return short[:1].upper() + short[1:]
