"""A new draft laid onto a plan that a person worked on: what they wrote stays, what nobody touched is drafted anew."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from intake.drafting.kept import KeptLine, KeptPlan, line_name, said, same_text
from reports.plan_draft import PlanBook
from schemas.layout import Column, load_layout
from schemas.texts import Texts

Numbered = tuple[int, dict[str, Any]]  # a row of the new draft, and where it stands there


@dataclass(frozen=True)
class Difference:
    """A cell a person corrected, and what the new draft would have written there."""

    sheet: str
    line: str
    column: str
    kept: str
    draft: str


@dataclass(frozen=True)
class Merged:
    """The plan to write, where it differs from the draft, and what the draft alone says (for the next time)."""

    book: PlanBook
    differences: tuple[Difference, ...]
    origin: dict[str, list[dict[str, Any]]]


def merge(book: PlanBook, kept: KeptPlan, texts: Texts) -> Merged:
    """Lay lines in the person's order, then what is new in the draft; what a person struck out stays out."""
    merged = PlanBook()
    differences: list[Difference] = []
    origin: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for sheet, lines in kept.lines.items():
        fresh = list(enumerate(book.rows.get(sheet, [])))
        for line in lines:
            found = next((one for one in fresh if line.drafted and _is_same(sheet, one[1], line.drafted)), None)
            if found:
                fresh.remove(found)
                differences += _differences(sheet, line, found[1], texts)
                origin[sheet].append({**found[1], **_numbers(line.drafted or {})})
            if found or line.corrected:  # a line the draft alone wrote goes when it writes it no more
                _lay(book, merged, sheet, found, line)
        struck = {same_text(sheet, one) for one in kept.struck.get(sheet, ())}
        origin[sheet] += [dict(one) for one in kept.struck.get(sheet, ())]
        for at, row in fresh:
            if any(row.values()) and same_text(sheet, row) not in struck:
                _take_over(book, merged, sheet, at, row)
                origin[sheet].append(row)
        if not merged.rows.get(sheet) and book.rows.get(sheet):
            merged.add(sheet, {})
    return Merged(merged, tuple(differences), dict(origin))


def _is_same(sheet: str, row: Mapping[str, Any], drafted: Mapping[str, str]) -> bool:
    return same_text(sheet, row) == same_text(sheet, drafted) != ""


def _lay(book: PlanBook, merged: PlanBook, sheet: str, found: Numbered | None, line: KeptLine) -> None:
    """Write one line: the new draft's values under the person's own; a line of their own as it is."""
    if found is None:
        merged.rows.setdefault(sheet, []).append(dict(line.now))
        return
    at, row = found
    mine = line.corrected
    to = _take_over(book, merged, sheet, at, {**row, **_numbers(line.now), **mine})
    for column in mine:
        merged.attention.pop((sheet, to, column), None)


def _take_over(book: PlanBook, merged: PlanBook, sheet: str, at: int, row: dict[str, Any]) -> int:
    to = len(merged.rows.setdefault(sheet, []))
    merged.rows[sheet].append(row)
    for (name, number, column), level in book.attention.items():
        if (name, number) == (sheet, at):
            merged.attention[sheet, to, column] = level
    for (name, number, column), text in book.notes.items():
        if (name, number) == (sheet, at):
            merged.notes[sheet, to, column] = text
    return to


def _numbers(values: Mapping[str, Any]) -> dict[str, Any]:
    """Give the numbers by which a person knows a line: they stay although the draft may count otherwise today."""
    return {name: values[name] for name in ("code", "clause") if name in values}


def _differences(sheet: str, line: KeptLine, row: Mapping[str, Any], texts: Texts) -> list[Difference]:
    name = line_name(sheet, line.now)
    columns = {column.key: column for column in load_layout("plan").by_key[sheet].columns}
    mine = {column: said(value) for column, value in line.corrected.items()}
    pairs = [(key, kept, _flat(row.get(key), columns[key], texts)) for key, kept in mine.items()]
    return [Difference(sheet, name, key, kept, draft) for key, kept, draft in pairs if kept != draft]


def _flat(value: Any, column: Column, texts: Texts) -> str:
    if column.list:
        return texts.label(f"plan.list.{column.list}", value)
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else said(value)
