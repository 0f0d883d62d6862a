"""How wide each column of a table must be, and where its cells stand: the same in every format."""

import unicodedata
from functools import cache, lru_cache
from math import ceil, sqrt

from reports.content import ZERO_WIDTH_SPACE, Cell, Column, Table

POINT = 25.4 / 72  # millimetres
CELL_PADDING = 1.5  # millimetres at either side of a cell
STATUS_CAP = 26.0  # millimetres: a status, or several numbers in a cell, wrap rather than taking the room of a text
TEXT_FLOOR = 28.0  # millimetres: a narrower text stands two words wide
FLOOR_SHARE = 0.62  # of an even share of the room, where there is less
BOLD = 1.08
BOLD_WORD = 1.15  # small letters gain more than capitals
LABEL_SHARE = 0.42  # a label may take three lines over a narrow column, not five

WIDE = 200.0  # millimetres of text: a page on its side
KEPT_ROWS, KEPT_HEIGHT = 8, 57.0  # a table of no more rows and millimetres is never broken over pages
LINE_PITCH, ROW_PADDING = 1.18, 1.7  # of a line, in sizes of its letters; above and below a row, in millimetres

GRID_GAP = 4.0  # millimetres between small charts

# Advance widths of Times and its metric twins in thousandths of the size, for letters that are off the average.
_ADVANCE = {
    " ": 250, "i": 278, "j": 278, "l": 278, "t": 278, "f": 333, "r": 333, "s": 389, "m": 778, "w": 722,
    "I": 333, "J": 389, "M": 889, "W": 944, "S": 556, "P": 556, "F": 556, "L": 611, "E": 611, "T": 611,
    ".": 250, ",": 250, ":": 278, ";": 278, "-": 333, "(": 333, ")": 333, "/": 278, "%": 833, "–": 500,
    "a": 444, "c": 444, "e": 444, "z": 444, "Đ": 722, "đ": 500, "“": 444, "”": 444, "…": 1000,
}  # fmt: skip
_UPPER, _LOWER = 700, 500


@lru_cache(maxsize=65_536)  # tables say the same few words and numbers again and again
def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in millimetres, set upright in Times at a size in points."""
    return sum(_advance(letter) for letter in text) * size * POINT / 1000


@cache
def _advance(letter: str) -> int:
    base = unicodedata.normalize("NFD", letter)[0]
    if unicodedata.combining(base) or base == ZERO_WIDTH_SPACE:
        return 0
    return _ADVANCE.get(base, _UPPER if base.isupper() else _LOWER)


def is_wide(width: float) -> bool:
    return width > WIDE


def grid_columns(width: float) -> int:
    """Say how many small charts stand side by side in a text so wide (millimetres)."""
    return 3 if is_wide(width) else 2


def fit_columns(table: Table, width: float, size: float) -> tuple[float, ...]:
    """Share the width (millimetres) of a table set at a size (points) among its columns.

    Codes, figures and statuses get what their contents need; texts share the rest by weight and by how much they
    hold; what is left over once every text fits on one line is spread evenly.
    """
    measured = [_measure(table, index, column, size) for index, column in enumerate(table.columns)]
    fixed = [
        0.0 if column.role == "text" else need for column, (_, need, *_) in zip(table.columns, measured, strict=True)
    ]
    texts = [index for index, column in enumerate(table.columns) if column.role == "text"]
    widths = list(fixed)
    for index, share in zip(texts, _shares(table, texts, measured, width - sum(fixed)), strict=True):
        widths[index] = share
    for index, column in enumerate(table.columns):  # a status need not wrap where there is room
        if column.role == "status":
            widths[index] += max(min(measured[index][3] - widths[index], width - sum(widths)), 0)
    spare = (width - sum(widths)) / len(widths)
    if spare > 0:
        return tuple(each + spare for each in widths)
    return tuple(each * width / sum(widths) for each in widths)


def is_kept_whole(table: Table, widths: tuple[float, ...], size: float) -> bool:
    """Whether a table is so small that a page may rather end early than break it."""
    if len(table.rows) > KEPT_ROWS:
        return False
    return _height(table, widths, size, rows=KEPT_ROWS) <= KEPT_HEIGHT


def height_of_top(table: Table, widths: tuple[float, ...], size: float) -> float:
    """Give the height (millimetres) of a table's heads and first two rows: less of it is not left on a page."""
    return _height(table, widths, size, rows=2)


def _height(table: Table, widths: tuple[float, ...], size: float, *, rows: int) -> float:
    heads = [(column.label, BOLD) for column in table.columns]
    lines = [[(cell.text, 1.0) for cell in row.cells] for row in table.rows[:rows] if row.role != "group"]
    return sum(_row_height(texts, widths, size) for texts in (heads, *lines))


def _row_height(texts: list[tuple[str, float]], widths: tuple[float, ...], size: float) -> float:
    """Give the height of a row; with each text stands how much wider its letters are than upright ones."""
    rooms = (width - 2 * CELL_PADDING for width in widths)
    lines = (ceil(text_width(text, size) * bold / room) for (text, bold), room in zip(texts, rooms, strict=True))
    return max(1, *lines) * LINE_PITCH * size * POINT + ROW_PADDING


def sides_of(table: Table) -> tuple[str, ...]:
    """Say where the cells of each column stand: figures right, shaded ones in the middle, all else left."""
    return tuple(_side(table, index, column) for index, column in enumerate(table.columns))


def _side(table: Table, index: int, column: Column) -> str:
    if any(row.cells[index].shade is not None for row in table.rows if row.role != "group"):
        return "center"
    return "right" if column.role == "number" else "left"


# The widest word, what the column is given, the middling length of its cells, what it takes for none to wrap.
Measured = tuple[float, float, float, float]


def _measure(table: Table, index: int, column: Column, size: float) -> Measured:
    cells = [row.cells[index] for row in table.rows if row.role != "group"]
    texts = [cell.text for cell in cells]
    lengths = [text_width(text, size) for text in texts] or [0.0]  # figures are as wide in bold
    words = max((_widest_word(text, size) for text in texts), default=0.0)
    word, line = _widest_word(column.label, size), text_width(column.label, size)
    label = max(word * BOLD_WORD, line * LABEL_SHARE * BOLD)
    padding = 2 * CELL_PADDING + 0.4
    kept = [length for cell, length in zip(cells, lengths, strict=False) if _is_unbroken(cell, column)]
    need = max(words, min(max(lengths), STATUS_CAP), *kept)
    whole = max(*lengths, label) + padding
    return max(words, label) + padding, max(need, label) + padding, sum(lengths) / len(lengths), whole


def _is_unbroken(cell: Cell, column: Column) -> bool:
    """Whether a column asks for a line of this text: not of a status, nor of several numbers in one cell."""
    if column.role == "number":
        return cell.value is not None or " " not in cell.text
    return column.role != "status"


def _widest_word(text: str, size: float) -> float:
    words = text.replace(ZERO_WIDTH_SPACE, " ").split(" ")
    return max(text_width(word, size) for word in words)


def _shares(table: Table, texts: list[int], measured: list[Measured], room: float) -> list[float]:
    """Share the room among the text columns: none under a floor or its widest word, none wider than needed."""
    floor = min(TEXT_FLOOR, FLOOR_SHARE * room / len(texts)) if texts else 0.0
    drawn = {index: table.columns[index].weight * sqrt(max(measured[index][2], 1)) for index in texts}
    settled: dict[int, float] = {}
    while pending := [index for index in texts if index not in settled]:
        left = room - sum(settled.values())
        unit = left / sum(drawn[index] for index in pending)
        shares = {index: _within(unit * drawn[index], measured[index], floor) for index in pending}
        bound = {index: share for index, share in shares.items() if share != unit * drawn[index]}
        settled.update(bound or shares)
    return [settled[index] for index in texts]


def _within(share: float, measured: Measured, floor: float) -> float:
    narrowest, whole, *_ = measured
    narrowest = max(narrowest, min(whole, floor))
    return min(max(share, narrowest), max(whole, narrowest))
