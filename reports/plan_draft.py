"""A draft of a plan on its way to the workbook: rows by sheet, cells to look at, what each guess rests on."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from reports.plan_draft_sheets import LEVELS, LookHere
from reports.plan_workbook import Place
from schemas.layout import load_layout
from schemas.texts import Texts

_TITLE = 120  # letters of a text that make a title


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
        """List the cells to look at before all others, the empty ones first; plain guesses are only coloured.

        What stands in many lines for one reason is listed once.
        """
        urgent = [(place, level) for place, level in self.attention.items() if level != "guess"]
        urgent.sort(key=lambda one: (list(LEVELS).index(one[1]), one[0][0] != "documents"))
        items = [self._item(place, level, texts) for place, level in urgent]
        alike: dict[tuple[str, ...], list[LookHere]] = {}
        for item in items:
            alike.setdefault((item.sheet, item.column, item.level, item.value, item.why), []).append(item)
        return [replace(same[0], also=len(same) - 1) for same in alike.values()]

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


def task_title(text: str) -> str:
    """Give the beginning of a text up to a whole word, with a capital and without the closing mark."""
    short = " ".join(text.split()).rstrip(" .;:,")
    if len(short) > _TITLE:
        short = short[:_TITLE].rsplit(" ", 1)[0].rstrip(" .;:,") + "…"
    return short[:1].upper() + short[1:]
