"""What the fast reader loses in a sheet: failed and uncalculated formulas, percent formats; and its reach."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from models.errors import UnreadableWorkbookError

ROWS, COLUMNS, AREA = 200_000, 512, 2_000_000
CELL_CHARACTERS = 1_000_000  # thirty times what Excel can hold
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# A genuine sheet can have a million of these; the parser would take half a minute to walk them.
_BLANK_CELLS = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: [a-z]+="\w*")*/>')
_BLANK_ROWS = re.compile(rb'<row r="\d{1,7}"[^<>/]*(?:/>|></row>)')
_FAR = re.compile(rb' r="(?:[A-Z]{2}|[A-Z]?\d{5})')  # beyond column Z or row 9,999
_WORTH_A_WALK = (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/", b'"e"', b"'e'")  # formulas and errors
_UNUSUAL = (
    b"<c>",
    b"<c/",
    b"<c\t",
    b"<c\n",
    b"<c\r",
    b":c ",
    b":c>",
    b":c/",
    b"<row>",
    b"<row\t",
    b"<row\n",
    b":row",
)


@dataclass(frozen=True)
class Marks:
    """Cells by address: errors with their text, formulas without a value, numbers under a percent format."""

    errors: dict[str, str] = field(default_factory=dict)
    uncached: frozenset[str] = frozenset()
    percents: frozenset[str] = frozenset()

    @property
    def has_any(self) -> bool:
        return bool(self.errors or self.uncached or self.percents)


def find_marks(chunks: Iterable[bytes], percent_styles: Collection[str]) -> Marks:
    """Walk a sheet's XML. Raises UnreadableWorkbookError for cells too far out and for XML that is none."""
    walk = _Walk(percent_styles)
    try:
        for chunk in chunks:
            walk.parser.Parse(walk.without_blanks(chunk), False)
        walk.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableWorkbookError("file.unreadable") from error
    return Marks(walk.errors, frozenset(walk.uncached), frozenset(walk.percents))


def find_marks_fast(data: bytes, percent_styles: Collection[str]) -> Marks:
    """As `find_marks`, for a sheet in memory: most sheets have nothing that is worth a walk."""
    styled = [quoted.encode() for style in percent_styles for quoted in (f's="{style}"', f"s='{style}'")]
    if _is_ordinary(data) and not _has_any(data, _WORTH_A_WALK) and not _has_any(data, styled):
        return Marks()
    return find_marks((data,), percent_styles)


def _has_any(data: bytes, signs: Sequence[bytes]) -> bool:
    return any(map(data.__contains__, signs))


def _is_ordinary(data: bytes) -> bool:
    """Whether every cell and row begins with its address, as all programs write them, and none is far out."""
    has_addresses = data.count(b"<c ") == data.count(b'<c r="') and data.count(b"<row ") == data.count(b'<row r="')
    return has_addresses and not _has_any(data, _UNUSUAL) and not _FAR.search(data)


class _Walk:
    """Handlers of one pass over a sheet, with the cell that is open."""

    def __init__(self, percent_styles: Collection[str]) -> None:
        self.percent_styles = frozenset(percent_styles)
        self.errors: dict[str, str] = {}
        self.uncached: set[str] = set()
        self.percents: set[str] = set()
        self.row = self.column = self.far_row = self.far_column = self.characters = 0
        self.attributes: dict[str, str] = {}
        self.text: list[str] | None = None
        self.is_filled = self.has_formula = self.has_gaps = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters_of

    def without_blanks(self, chunk: bytes) -> bytes:
        """Give a piece of the sheet without blank cells and rows that say themselves where they stand."""
        without_cells, cells = _BLANK_CELLS.subn(b"", chunk)
        slim, rows = _BLANK_ROWS.subn(b"", without_cells)
        self.has_gaps = self.has_gaps or cells + rows > 0
        return slim

    def start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(":")[2]
        if tag == "c":
            self._open_cell(attributes)
        elif tag == "row":
            self._open_row(attributes)
        elif tag in ("v", "is", "f"):
            self.is_filled = True
            self.has_formula = self.has_formula or tag == "f"
            self.text = [] if tag == "v" else self.text

    def _open_row(self, attributes: dict[str, str]) -> None:
        if "r" not in attributes and self.has_gaps:  # a row that counts on its neighbours for its place
            raise UnreadableWorkbookError("file.unsafe")
        self.row, self.column = int(attributes.get("r", self.row + 1)), 0

    def _open_cell(self, attributes: dict[str, str]) -> None:
        self.attributes, self.text, self.characters = attributes, None, 0
        self.is_filled = self.has_formula = False
        found = _ADDRESS.fullmatch(attributes.get("r", ""))
        if not found and self.has_gaps:
            raise UnreadableWorkbookError("file.unsafe")
        self.column = column_number(found[1]) if found else self.column + 1
        self.row = int(found[2]) if found else self.row

    def characters_of(self, text: str) -> None:
        self.characters += len(text)
        if self.characters > CELL_CHARACTERS:
            raise UnreadableWorkbookError("file.too-large-inside")
        if self.text is not None:
            self.text.append(text)

    def end(self, name: str) -> None:
        if name.rpartition(":")[2] == "c" and self.is_filled:
            self._close_cell()

    def _close_cell(self) -> None:
        self._ensure_near()
        address, value = f"{column_letters(self.column)}{self.row}", "".join(self.text or ())
        if self.attributes.get("t") == "e":
            self.errors[address] = value
        elif self.has_formula and not value and self.attributes.get("t") != "str":
            self.uncached.add(address)
        elif self.attributes.get("s") in self.percent_styles:
            self.percents.add(address)
        self.text = None

    def _ensure_near(self) -> None:
        """The fast reader asks memory for the whole rectangle from A1 on, and dies where there is too little."""
        self.far_row, self.far_column = max(self.far_row, self.row), max(self.far_column, self.column)
        if self.far_row > ROWS or self.far_column > COLUMNS or self.far_row * self.far_column > AREA:
            raise UnreadableWorkbookError("file.far-cell", address=f"{column_letters(self.column)}{self.row}")


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
