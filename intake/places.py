"""Where the cells and rows of a sheet say that they stand; told once for all who look at its bytes."""

import re
from dataclasses import dataclass

from models.errors import UnreadableWorkbookError

_CELL, _ROW = re.compile(rb'<c r="([^"]*)"'), re.compile(rb'<row r="([^"]*)"')
_CELLS, _ROWS = re.compile(rb"(?:[A-Z]{1,3}[1-9]\d{0,6} )*"), re.compile(rb"(?:[1-9]\d{0,6} )*")
_FAR = re.compile(rb"[A-Z]{2}|\d{5}")  # beyond column Z or row 9,999
_PREFIXED = re.compile(rb"<\w+:(?:c|row)[\s>/]")
_PLACED = re.compile(rb"""<(?:\w+:)?(?:c|row)\s(?:[^<>]*?\s)?r\s*=\s*["']([^"']*)["']""")
_ANY_CELL, _ANY = re.compile(rb"<(?:\w+:)?c[\s>/]"), re.compile(rb"<(?:\w+:)?(?:c|row)[\s>/]")
_ADDRESS = re.compile(rb"[A-Z]{0,3}[1-9]\d{0,6}")


@dataclass(frozen=True)
class Plain:
    """A sheet in which every cell and row begins with its address, as nearly all programs write them.

    `table` is the part of it that holds them.
    """

    table: bytes
    cells: list[bytes]
    rows: list[bytes]

    @property
    def is_near(self) -> bool:
        """Whether no cell or row is far out."""
        return not _FAR.search(b" ".join(self.cells)) and not _FAR.search(b" ".join(self.rows))


def find_plain(sheet: bytes) -> Plain | None:
    """Give the places where the sheet is plain in that way; to count is five times as fast as to search."""
    begin, end = sheet.find(b"<sheetData"), sheet.rfind(b"</sheetData>")
    if not 0 <= begin < end:
        return None
    table = sheet[begin:end]
    cells, rows = _CELL.findall(table), _ROW.findall(table)
    is_plain = table.count(b"<c") == len(cells) and table.count(b"<row") == len(rows)
    if not is_plain or _ANY.search(sheet[:begin]) or _ANY.search(sheet[end:]):
        return None
    is_prefixed = (b":c" in table or b":row" in table) and _PREFIXED.search(table)
    return None if is_prefixed else Plain(table, cells, rows)


def ensure_single_places(sheet: bytes, plain: Plain | None) -> None:
    """Refuse two cells, or two rows, at one place, and places that no sheet has: programs differ in what they show."""
    if plain is None:
        _ensure_single(sheet)
        return
    is_single = all(len(set(found)) == len(found) for found in (plain.cells, plain.rows))
    is_known = _CELLS.fullmatch(_line(plain.cells)) and _ROWS.fullmatch(_line(plain.rows))
    if not (is_single and is_known):
        raise UnreadableWorkbookError("file.unreadable")


def _line(places: list[bytes]) -> bytes:
    return b" ".join([*places, b""])


def _ensure_single(sheet: bytes) -> None:
    found = _PLACED.findall(sheet)
    cells = sum(1 for place in found if not place.isdigit())
    if len(set(found)) != len(found) or cells not in (0, len(_ANY_CELL.findall(sheet))):
        raise UnreadableWorkbookError("file.unreadable")
    if not all(map(_ADDRESS.fullmatch, found)):
        raise UnreadableWorkbookError("file.unreadable")
