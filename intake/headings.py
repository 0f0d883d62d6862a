"""Where things stand in a sheet of a return: which sheet it is, its columns and lines, by hidden keys or by headers."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from intake.book import Grid
from intake.cells import is_blank
from intake.reach import column_letters
from schemas.folds import fold
from schemas.layout import Sheet, load_layout
from schemas.texts import LANGUAGES, load_texts

HEAD_ROWS, FORM_ROWS = 40, 80  # headers and lines of a form stand among the first rows, whatever was inserted
FEWEST_KEYS, FEWEST_HEADERS = 2, 3


@dataclass(frozen=True)
class Words:
    """What is written in an issued workbook: tags → sheet and column; labels by sheet; names of sheets."""

    tags: Mapping[str, tuple[str, str]]
    labels: Mapping[str, Mapping[str, str]]
    names: Mapping[str, str]


@cache
def read_words(name: str, version: int) -> Words:
    layout = load_layout(name, version)
    filled = [sheet for sheet in layout.sheets if sheet.kind != "guide"]
    tags = {sheet.tag(column.key): (sheet.key, column.key) for sheet in filled for column in sheet.columns}
    labels: dict[str, dict[str, str]] = {sheet.key: {} for sheet in filled}
    names: dict[str, str] = {}
    for texts in map(load_texts, LANGUAGES):
        for sheet in filled:
            names[fold(texts(f"workbook.sheet.{sheet.key}.title"))] = sheet.key
            for column in sheet.columns:
                label = texts(f"workbook.{sheet.key}.{column.key}")
                labels[sheet.key].setdefault(fold(label), column.key)
                labels[sheet.key].setdefault(label, column.key)  # as issued: most labels need no fold
    return Words(tags, labels, names)


def find_key(grid: Grid, words: Words) -> str | None:
    counts: dict[str, int] = {}
    for row in grid[:FORM_ROWS]:
        for cell in row:
            if isinstance(cell, str) and cell in words.tags:
                key = words.tags[cell][0]
                counts[key] = counts.get(key, 0) + 1
    best = max(counts, key=lambda key: counts[key], default=None)
    return best if best and counts[best] >= FEWEST_KEYS else None


def find_head(grid: Grid, sheet: Sheet, words: Words) -> tuple[int, int, dict[str, list[int]]] | None:
    """Give the row of the keys, the count of rows above the first line of data, and the places of each column.

    A line that was inserted above the hidden keys, but below the headers, is data.
    """
    tags = {tag: column for tag, (key, column) in words.tags.items() if key == sheet.key}
    labels = words.labels[sheet.key]
    for at, row in enumerate(grid[:HEAD_ROWS], 1):
        places = _places(row, tags)
        if len(places) >= FEWEST_KEYS:
            return at, _find_labels(grid, range(at - 1, 0, -1), labels) or at, places
    head = _find_labels(grid, range(1, min(len(grid), HEAD_ROWS) + 1), labels)
    return (head, head, _places(grid[head - 1], labels, folded=True)) if head else None


def _find_labels(grid: Grid, numbers: Iterable[int], labels: Mapping[str, str]) -> int | None:
    """Find the first of some rows, counted from 1, that has the headers."""
    found = (number for number in numbers if len(_places(grid[number - 1], labels, folded=True)) >= FEWEST_HEADERS)
    return next(found, None)


def _places(row: Sequence[Any], keys: Mapping[str, str], *, folded: bool = False) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(row):
        key = keys.get(cell.strip()) or (keys.get(fold(cell)) if folded else None) if isinstance(cell, str) else None
        if key:
            found.setdefault(key, []).append(place)
    return found


def single_places(
    grid: Grid, above: int, found: Mapping[str, Sequence[int]]
) -> tuple[dict[str, int], tuple[tuple[str, str, str], ...]]:
    """Give one place for each column: of a column and its copy, the one that is filled; and the pairs that differ."""
    places: dict[str, int] = {}
    doubled: list[tuple[str, str, str]] = []
    for key, (first, *copies) in found.items():
        places[key] = first
        for copy in copies:
            one, other = _column(grid, above, places[key]), _column(grid, above, copy)
            if not any(one):
                places[key] = copy
            elif any(other) and one != other:
                doubled.append((key, column_letters(places[key] + 1), column_letters(copy + 1)))
    return places, tuple(doubled)


def _column(grid: Grid, above: int, place: int) -> list[Any]:
    return [row[place] if place < len(row) and not is_blank(row[place]) else None for row in grid[above:]]


def find_lines(grid: Grid, keys: Mapping[str, str], *, folded: bool) -> dict[str, tuple[int, int]]:
    """Give row number and place of each key."""
    found: dict[str, tuple[int, int]] = {}
    for number, row in enumerate(grid[:FORM_ROWS], 1):
        for place, cell in enumerate(row):
            if not isinstance(cell, str):
                continue
            key = keys.get(fold(cell) if folded else cell.strip())
            if key:
                found.setdefault(key, (number, place))
                break
    return found


def find_value_place(grid: Grid, rows: Sequence[int], first: int) -> int:
    width = max((len(grid[row - 1]) for row in rows), default=first)
    for place in range(first, width):
        if any(place < len(grid[row - 1]) and grid[row - 1][place] != "" for row in rows):
            return place
    return first
