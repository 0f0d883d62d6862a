"""Tables of tasks: "No. | Task | Lead | Coordinating | Time", one line a row, the first line says what is what."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from intake.drafting.folds import fold_in_place
from intake.drafting.rules import load_rules

_BETWEEN_CELLS = re.compile(r"\s*[|\t]\s*")
_FEWEST_CELLS = 3
_NAMES = re.compile(r";\s*|\n\s*|,\s+(?=[A-ZĐÀ-Ỹ])")


@dataclass(frozen=True)
class TaskRow:
    """A row that asks something, by what its columns are."""

    mark: str
    text: str
    leads: tuple[str, ...]
    coordinators: tuple[str, ...]
    time: str

    @property
    def is_heading(self) -> bool:
        """Whether the row only names the rows under it: nobody and no time in it."""
        return not (self.leads or self.coordinators or self.time)


def is_row(line: str) -> bool:
    return len(_cells(line)) >= _FEWEST_CELLS


def write_row(cells: Iterable[str]) -> str:
    """Write a row of a Word table as the line the other functions here read."""
    return " | ".join("; ".join(cell.split("\n")).replace("|", "/") for cell in cells)


def read_columns(line: str) -> dict[str, int] | None:
    """Give which column of a table of tasks is what, from its head; None for any other line."""
    if not is_row(line):
        return None
    columns: dict[str, int] = {}
    for at, cell in enumerate(_cells(line)):
        small = fold_in_place(cell)
        name = next((name for name, words in load_rules().columns if words.search(small)), None)
        if name:
            columns.setdefault(name, at)
    return columns if {"text", "lead"} <= columns.keys() or {"text", "time"} <= columns.keys() else None


def read_row(line: str, columns: dict[str, int]) -> TaskRow | None:
    """Give a row of the table; None for a line that is none or says nothing of a task."""
    cells = _cells(line)
    if len(cells) < _FEWEST_CELLS or columns["text"] >= len(cells) or not cells[columns["text"]]:
        return None
    by_name = {name: cells[at] for name, at in columns.items() if at < len(cells)}
    return TaskRow(
        mark=re.sub(r"[.)]\Z", "", by_name.get("mark", "")),
        text=by_name["text"],
        leads=_names(by_name.get("lead", "")),
        coordinators=_names(by_name.get("coordinate", "")),
        time=by_name.get("time", ""),
    )


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in _BETWEEN_CELLS.split(line.strip().strip("|"))]


def _names(cell: str) -> tuple[str, ...]:
    return tuple(_present(_NAMES.split(cell)))


def _present(parts: Iterable[str]) -> Iterator[str]:
    return (part.strip(" .;,-") for part in parts if part.strip(" .;,-"))
