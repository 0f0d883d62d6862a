"""How far out the filled cells of a sheet lie: a reader asks memory for the whole rectangle from A1 on."""

import re
from collections.abc import Iterable

from models.errors import UnreadableWorkbookError

ROWS, COLUMNS, AREA = 200_000, 512, 2_000_000
_WINDOW = 1 << 16  # bytes at the end of a piece
_FILLED = re.compile(rb'<c r="([A-Z]{1,3})([1-9]\d{0,6})"[^<>]*><(?:v|is)>')


class Reach:
    """The farthest row and column seen so far."""

    def __init__(self) -> None:
        self.row = self.column = 0

    def take(self, row: int, column: int) -> None:
        """Take a filled cell in. Raises UnreadableWorkbookError where the rectangle becomes too large."""
        self.row, self.column = max(self.row, row), max(self.column, column)
        if self.row > ROWS or self.column > COLUMNS or self.row * self.column > AREA:
            raise UnreadableWorkbookError("file.far-cell", address=f"{column_letters(column)}{row}")


def ensure_near(pieces: Iterable[bytes]) -> None:
    """Refuse a sheet by the cells at the end of each of its pieces, before anything takes the time to parse it.

    A sheet that passes may still have a far cell elsewhere. Raises UnreadableWorkbookError.
    """
    reach = Reach()
    for piece in pieces:
        for letters, number in _FILLED.findall(piece, max(0, len(piece) - _WINDOW)):
            reach.take(int(number), column_number(letters.decode()))


def column_number(letters: str) -> int:
    """Give 1 for A, 27 for AA."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def column_letters(number: int) -> str:
    """Give A for 1, AA for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
