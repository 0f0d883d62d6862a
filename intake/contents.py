"""What the parts of a workbook may not be: anything but plain XML, active, tied to other files, or beyond all size."""

import re
from collections.abc import Iterable
from xml.parsers import expat

from lxml import etree

from models.errors import UnreadableWorkbookError

STRETCH = 1 << 20  # bytes of one text or tag; Excel holds 32,767 letters
DEPTH = 10_000  # of tags in tags; ten are usual, and what a border of two pieces hides is counted as open
CELLS = 2_000_000  # filled ones, in a sheet
AREA = 100_000  # cells of a sheet under merges and links: programs make an object of each
MERGES, NAMES = 10_000, 50_000  # old workbooks drag tens of thousands of dead names along
_ENCODINGS = frozenset({None, "utf-8", "utf8", "us-ascii", "ascii"})
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_MACROS = re.compile(r"macroenabled|vbaproject|macrosheet|activex|customui|/control$|/extensibility$", re.IGNORECASE)
_LINKS = re.compile(
    r"externallink|/embeddings|/xl/connections|querytable|/oleobject|\.oleobject|/package$|/connections$|connections\+xml",
    re.IGNORECASE,
)
_HYPERLINK = "/hyperlink"
_XML = (".xml", ".rels", ".vml")
_RANGE = re.compile(
    rb"""<(?:\w+:)?(?:mergeCell|hyperlink)\s(?:[^<>]*?\s)?ref\s*=\s*["']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})["']"""
)
_NO_STRING = re.compile(rb"""\st=["']s["'][^<>]*>\s*<(?:\w+:)?v>(?!\d+<)""")


class XmlWatch:
    """Sees a part pass by in pieces, and refuses all but well-formed XML in UTF-8 without declarations of its own.

    Readers resolve entities differently, and see no cell at all in some encodings. What an add-in stored for itself
    may be in UTF-16: no reader opens it.
    """

    def __init__(self, *, is_stored: bool = False) -> None:
        self.encodings = _ENCODINGS | {"utf-16"} if is_stored else _ENCODINGS
        self.is_begun = self.is_stored = is_stored
        self.depth = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = _refuse_doctype
        self.parser.XmlDeclHandler = self._ensure_encoding

    def feed(self, piece: bytes, *, is_last: bool = False) -> None:
        """Raise UnreadableWorkbookError for what no writer of workbooks writes."""
        if not self.is_begun and (piece.startswith(_WIDE) or b"\x00" in piece[:4]):
            raise UnreadableWorkbookError("file.unsafe")
        self.is_begun = True
        self._ensure_flat(piece)
        try:
            self.parser.Parse(piece, is_last)
        except expat.ExpatError as error:
            raise UnreadableWorkbookError("file.unreadable") from error

    def _ensure_flat(self, piece: bytes) -> None:
        """Count before the parser sees them: it keeps all tags that are open, and a comment until it ends."""
        for at in range(0, 0 if self.is_stored else len(piece), STRETCH):
            place = at, at + STRETCH
            singles = piece.count(b"/>", *place) + piece.count(b"<?", *place) + piece.count(b"<!", *place)
            self.depth += piece.count(b"<", *place) - singles - 2 * piece.count(b"</", *place)
            if self.depth > DEPTH:
                raise UnreadableWorkbookError("file.too-large-inside")

    def _ensure_encoding(self, _: str, encoding: str | None, __: int) -> None:
        if (encoding and encoding.lower()) not in self.encodings:
            raise UnreadableWorkbookError("file.unsafe")


def _refuse_doctype(*_: object) -> None:
    raise UnreadableWorkbookError("file.unsafe")


class SheetWatch:
    """Counts in a sheet that passes by in pieces what would cost a reader its memory."""

    def __init__(self) -> None:
        self.rest = b""
        self.cells = self.merges = self.area = 0

    def feed(self, piece: bytes) -> None:
        """Look at all whole tags so far. Raises UnreadableWorkbookError."""
        window = self.rest + piece
        cut = window.rfind(b"<")
        whole, self.rest = window[:cut], window[cut:]
        ensure_short(whole)
        self.cells += (whole.count(b"v>") + whole.count(b"is>")) // 2
        self.merges += whole.count(b"mergeCell ")
        if self.cells > CELLS or self.merges > MERGES or len(self.rest) > STRETCH:
            raise UnreadableWorkbookError("file.too-large-inside")
        if b"mergeCell " in whole or b"hyperlink" in whole:
            self._ensure_narrow(whole)

    def _ensure_narrow(self, content: bytes) -> None:
        for left, top, right, bottom in _RANGE.findall(content):
            width, height = _column(right) - _column(left) + 1, int(bottom) - int(top) + 1
            self.area += width * height
            if self.area > AREA:
                address = f"{left.decode()}{int(top)}:{right.decode()}{int(bottom)}"
                raise UnreadableWorkbookError("file.wide-range", address=address)


def ensure_short(content: bytes) -> None:
    """Refuse a text or tag of unheard-of length."""
    starts = range(0, len(content) - STRETCH, STRETCH)
    if any(content.find(b"<", at, at + STRETCH) < 0 for at in starts):
        raise UnreadableWorkbookError("file.too-large-inside")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def ensure_whole_references(sheet: bytes) -> None:
    """Refuse a cell that names a shared text by anything but a number: a reader may give it another one's text."""
    if (b't="s"' in sheet or b"t='s'" in sheet) and _NO_STRING.search(sheet):
        raise UnreadableWorkbookError("file.unreadable")


def ensure_single_names(workbook: etree._Element) -> None:
    """Refuse two sheets of one name: a reader that asks by name gets one of them twice."""
    names = [sheet.get("name", "").casefold() for sheet in workbook.iterfind(".//{*}sheets/{*}sheet")]
    if len(set(names)) != len(names):
        raise UnreadableWorkbookError("file.unreadable")


def ensure_passive(names: Iterable[str], types: etree._Element) -> None:
    """Refuse parts that act, or fetch, by their names and by their types, whatever they are called.

    Raises UnreadableWorkbookError; also for XML under the name of something else.
    """
    by_name = {one.get("PartName", "").casefold(): one.get("ContentType", "") for one in types.iterfind("{*}Override")}
    by_end = {one.get("Extension", "").casefold(): one.get("ContentType", "") for one in types.iterfind("{*}Default")}
    for name in names:
        folded = f"/{name}".casefold()
        kind = by_name.get(folded) or by_end.get(folded.rpartition(".")[2], "")
        _ensure_passive(folded, kind)
        if kind.endswith("+xml") and not folded.endswith(_XML) and "svg" not in kind:
            raise UnreadableWorkbookError("file.unsafe")


def _ensure_passive(*signs: str) -> None:
    if any(map(_MACROS.search, signs)):
        raise UnreadableWorkbookError("file.macros")
    if any(map(_LINKS.search, signs)):
        raise UnreadableWorkbookError("file.external-links")


def ensure_tied_to_nothing(relations: etree._Element) -> None:
    """Refuse relations to other files, but for links that a reader of the workbook clicks on."""
    for one in relations.iter("{*}Relationship"):
        kind = one.get("Type", "")
        _ensure_passive(kind)
        if one.get("TargetMode", "").lower() == "external" and not kind.endswith(_HYPERLINK):
            raise UnreadableWorkbookError("file.external-links")


def ensure_few_names(workbook: bytes) -> None:
    """Refuse a workbook with more defined names than any that grew over the years."""
    if workbook.count(b"definedName ") > NAMES:
        raise UnreadableWorkbookError("file.too-large-inside")
