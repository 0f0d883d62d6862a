"""What the fast reader loses in a sheet: formulas without a value, formats, old fonts, merges; and its reach."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat

from intake.legacy import has_signs
from intake.places import Plain
from intake.reach import Reach, column_letters, column_number
from intake.styles import Styles
from models.errors import UnreadableWorkbookError

CELL_CHARACTERS = 1_000_000  # thirty times what Excel can hold
_ADDRESS = re.compile(r"([A-Z]{1,3})([1-9]\d{0,6})")
# A genuine sheet can have a million of these; the parser would take half a minute to walk them.
_BLANK_CELLS = re.compile(rb'<c r="[A-Z]{1,3}\d{1,7}"(?: [a-z]+="\w*")*/>')
_BLANK_ROWS = re.compile(rb'<row r="\d{1,7}"[^<>/]*(?:/>|></row>)')
_WORTH_A_WALK = (
    b"<f",
    b":f",
    b'"e"',
    b"'e'",
    b"='",
)  # formulas, errors; attributes in other quotes than nearly all write
_MERGE = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]{0,99}?ref=["']([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})["']""")
_RANGE = re.compile(r"([A-Z]{1,3})(\d+):([A-Z]{1,3})(\d+)")
MERGES = 1000  # more in one sheet are no one's handiwork
_TEXTS = ("s", "inlineStr", "str")


@dataclass(frozen=True)
class Marks:
    """Cells by address: errors with their text, formulas without a value, numbers under a percent format, texts in
    fonts of an old encoding. `merges` are the merged ranges of several rows; `has_signs`: letters of old encodings.
    """

    errors: dict[str, str] = field(default_factory=dict)
    uncached: frozenset[str] = frozenset()
    percents: frozenset[str] = frozenset()
    encodings: dict[str, str] = field(default_factory=dict)
    merges: tuple[str, ...] = ()
    has_signs: bool = False

    @property
    def has_any(self) -> bool:
        return bool(self.errors or self.uncached or self.percents)


def find_marks(chunks: Iterable[bytes], styles: Styles) -> Marks:
    """Walk a sheet's XML. Raises UnreadableWorkbookError for cells too far out and for XML that is none."""
    walk = _Walk(styles)
    try:
        for chunk in chunks:
            walk.has_signs = walk.has_signs or has_signs(chunk)
            walk.parser.Parse(walk.without_blanks(chunk), False)
        walk.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        raise UnreadableWorkbookError("file.unreadable") from error
    return walk.marks()


def find_marks_fast(data: bytes, styles: Styles, plain: Plain | None) -> Marks:
    """As `find_marks`, for a sheet in memory: most sheets have nothing that is worth a walk."""
    if plain and plain.is_near and not _has_any(plain.table, (*_WORTH_A_WALK, *_styled(styles))):
        at = data.find(b"mergeCell ")  # they stand at the end
        merges = [found[1].decode() for found in _MERGE.finditer(data, max(at - 99, 0))] if at >= 0 else []
        return Marks(merges=_of_several_rows(merges), has_signs=has_signs(data))
    return find_marks((data,), styles)


def _styled(styles: Styles) -> list[bytes]:
    """Give what a cell of such a style has in it; one that names no style has the first."""
    wanted = (*styles.percents, *styles.encodings)
    named = [f's="{style}"'.encode() for style in wanted]
    return [*named, b"<c "] if "0" in wanted else named


def _of_several_rows(ranges: Sequence[str]) -> tuple[str, ...]:
    found = (_RANGE.fullmatch(one) for one in ranges[: 10 * MERGES])
    return tuple(one[0] for one in found if one and one[2] != one[4])[:MERGES]


def _has_any(data: bytes, signs: Sequence[bytes]) -> bool:
    return any(map(data.__contains__, signs))


class _Walk:
    """Handlers of one pass over a sheet, with the cell that is open."""

    def __init__(self, styles: Styles) -> None:
        self.styles = styles
        self.errors: dict[str, str] = {}
        self.uncached: set[str] = set()
        self.percents: set[str] = set()
        self.encodings: dict[str, str] = {}
        self.merges: list[str] = []
        self.row = self.column = self.characters = 0
        self.reach = Reach()
        self.attributes: dict[str, str] = {}
        self.text: list[str] | None = None
        self.is_filled = self.has_formula = self.has_gaps = self.has_signs = False
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.characters_of

    def marks(self) -> Marks:
        """Give what was found."""
        merges, uncached, percents = _of_several_rows(self.merges), frozenset(self.uncached), frozenset(self.percents)
        return Marks(self.errors, uncached, percents, self.encodings, merges, self.has_signs)

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
        elif tag == "mergeCell":
            self.merges.append(attributes.get("ref", ""))
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
        self.reach.take(self.row, self.column)
        address, value = f"{column_letters(self.column)}{self.row}", "".join(self.text or ())
        kind, style = self.attributes.get("t"), self.attributes.get("s", "0")
        if kind == "e":
            self.errors[address] = value
        elif self.has_formula and not value and kind != "str":
            self.uncached.add(address)
        elif kind in _TEXTS and style in self.styles.encodings:
            self.encodings[address] = self.styles.encodings[style]
        elif style in self.styles.percents:
            self.percents.add(address)
        self.text = None


def cells_under(ranges: Iterable[str], letters: Collection[str], numbers: Sequence[int]) -> dict[str, str]:
    """Give the merged range of every cell that shares one with other lines; column letters, row numbers in order."""
    found: dict[str, str] = {}
    for one in ranges:
        left, top, right, bottom = _RANGE.fullmatch(one).groups()  # type: ignore[union-attr]
        columns = [each for each in letters if column_number(left) <= column_number(each) <= column_number(right)]
        rows = numbers[bisect_left(numbers, int(top)) : bisect_right(numbers, int(bottom))]
        if len(rows) > 1:
            found |= {f"{column}{row}": one for column in columns for row in rows}
    return found
