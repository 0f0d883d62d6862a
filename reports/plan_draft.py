"""A draft of a plan on its way to the workbook: rows by sheet, cells to look at, what each guess rests on."""

from dataclasses import dataclass, field
from typing import Any

from reports.plan_workbook import Place
from schemas.layout import load_layout

_TITLE = 120  # letters of a text that make a title


@dataclass
class PlanDraft:
    """What `write_plan` takes, filled row by row."""

    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    attention: set[Place] = field(default_factory=set)
    notes: dict[Place, str] = field(default_factory=dict)

    def add(self, sheet: str, row: dict[str, Any], guesses: tuple[str, ...] = ()) -> int:
        """Add a line; guesses and required cells left empty are for a person to look at. Gives its position."""
        at = len(self.rows.setdefault(sheet, []))
        self.rows[sheet].append(row)
        missing = [c.key for c in load_layout("plan").by_key[sheet].columns if c.required and not row.get(c.key)]
        self.attention |= {(sheet, at, column) for column in (*guesses, *missing)}
        return at


def task_title(text: str) -> str:
    """Give the beginning of a text up to a whole word, with a capital and without the closing mark."""
    short = " ".join(text.split()).rstrip(" .;:,")
    if len(short) > _TITLE:
        short = short[:_TITLE].rsplit(" ", 1)[0].rstrip(" .;:,") + "…"
    return short[:1].upper() + short[1:]
