"""The guard before any parser: refuses what is no workbook, what is locked, and what would break the reader."""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from intake import contents
from intake.kinds import kind_of_bytes, kind_of_zip
from intake.marks import Marks, find_marks, find_marks_fast
from intake.places import ensure_single_places, find_plain
from intake.reach import ensure_near
from intake.styles import Styles, read_styles
from intake.zips import Part, inflate, read_parts
from models.errors import UnreadableWorkbookError

MIB = 1 << 20
IN_MEMORY = 8 * MIB  # a sheet up to this size is looked at in one piece
SHARED_STRINGS = 1_000_000


@dataclass(frozen=True)
class Limits:
    """What a genuine workbook never reaches: of 111 the most had 152 parts, 16 MB inflated, a ratio of 30."""

    size: int = 20 * MIB
    parts: int = 500
    part: int = 64 * MIB
    sheet: int = 400 * MIB  # a million blank styled rows is a genuine sheet
    total: int = 500 * MIB
    ratio: int = 250  # of parts over 1 MiB


LIMITS = Limits()


@dataclass(frozen=True)
class Package:
    """A workbook that passed: its bytes, its small describing parts, and the marks of each sheet by part name."""

    data: bytes
    parts: dict[str, bytes]
    marks: dict[str, Marks]


_ZIP = b"PK\x03\x04"
_NAME = re.compile(r"(?!/)(?!.*(?:^|/)\.\.(?:/|$))[^\\\x00-\x1f:*?\"<>|]{1,200}")
_WORKBOOK, _TYPES, _STYLES, _STRINGS = "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml", "xl/sharedStrings.xml"
_KEPT = frozenset({_WORKBOOK, "xl/_rels/workbook.xml.rels", _STYLES, _STRINGS, "docProps/custom.xml"})
_OTHER_WORKBOOKS = frozenset({"xl/workbook.bin", "content.xml"})
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_RELATIONS = ".rels"
_XML = (".xml", _RELATIONS)
_STORED = "customXml/"  # what add-ins and servers store for themselves
_LOOSE_PICTURES = (".bmp", ".emf", ".wmf", ".tif", ".tiff")  # a white picture packs to nothing
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, UnicodeError, OverflowError)


def ensure_safe(path: Path, limits: Limits = LIMITS) -> Package:
    """Look at a file as bytes, as a zip, part by part. Raises UnreadableWorkbookError with a key `file.…`."""
    data = read_bytes(path, limits.size)
    if not data.startswith(_ZIP):
        raise UnreadableWorkbookError(kind_of_bytes(data))
    try:
        parts = read_parts(data, limits.parts)
        _ensure_workbook(data, parts)
        _ensure_sizes(parts, limits)
        return _open(data, parts)
    except _DAMAGE as error:
        raise UnreadableWorkbookError("file.unreadable") from error


def ensure_bounded(path: Path, limits: Limits = LIMITS) -> None:
    """Refuse a zip that swells beyond its limits, whatever it says of its sizes. Raises UnreadableWorkbookError."""
    data = read_bytes(path.resolve(), limits.size)
    try:
        parts = read_parts(data, limits.parts)
        _ensure_sizes(parts, limits)
        for part in parts:
            for _ in inflate(data, part):
                pass
    except _DAMAGE as error:
        raise UnreadableWorkbookError("file.unreadable") from error


def read_bytes(path: Path, largest: int) -> bytes:
    """Read a regular file, never through a link. Raises UnreadableWorkbookError where it is too large or empty."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise UnreadableWorkbookError("file.unreadable")
        if found.st_size > largest:
            raise UnreadableWorkbookError("file.too-large", size=_mebibytes(found.st_size), limit=_mebibytes(largest))
        data = file.read(largest + 1)
    if not data:
        raise UnreadableWorkbookError("file.empty")
    return data


def _mebibytes(count: int) -> str:
    return str(-(-count // MIB))


def _ensure_workbook(data: bytes, parts: Sequence[Part]) -> None:
    names = {part.name for part in parts}
    if _WORKBOOK not in names or _TYPES not in names:
        marks = [part for part in parts if part.name == "mimetype" and part.size < MIB]
        raise UnreadableWorkbookError(kind_of_zip(names, b"".join(_read(data, part) for part in marks[:1])))
    # A reader that cannot read the one workbook would try the other.
    is_clear = len({name.casefold() for name in names}) == len(parts) and not names & _OTHER_WORKBOOKS
    if not is_clear or not all(map(_NAME.fullmatch, names)):
        raise UnreadableWorkbookError("file.unsafe")


def _ensure_sizes(parts: Sequence[Part], limits: Limits) -> None:
    for part in parts:
        largest = limits.sheet if _SHEET.fullmatch(part.name) else limits.part
        is_bomb = part.size > MIB and part.size > limits.ratio * part.packed
        if part.size > largest or (is_bomb and not part.name.lower().endswith(_LOOSE_PICTURES)):
            raise UnreadableWorkbookError("file.too-large-inside")
    if sum(part.size for part in parts) > limits.total:
        raise UnreadableWorkbookError("file.too-large-inside")


def _open(data: bytes, parts: Sequence[Part]) -> Package:
    """Look at every part once; at the sheets last, since what their cells mean goes by the styles."""
    sheets = [part for part in parts if _SHEET.fullmatch(part.name)]
    kept: dict[str, bytes] = {}
    for part in parts:
        if not _SHEET.fullmatch(part.name):
            content = _look_at(data, part)
            if part.name in _KEPT or part.name == _TYPES or part.name.endswith(_RELATIONS):
                kept[part.name] = content
    _ensure_harmless([part.name for part in parts], kept)
    styles = read_styles(kept[_STYLES], parse_part(kept[_STYLES])) if _STYLES in kept else Styles()
    described = {name: kept[name] for name in _KEPT if name in kept}
    return Package(data, described, {part.name: _marks(data, part, styles) for part in sheets})


def _look_at(data: bytes, part: Part) -> bytes:
    """Look at a part that is no sheet; give its content where it is XML that somebody reads."""
    is_stored = part.name.startswith(_STORED)
    if not part.name.lower().endswith(_XML):
        for _ in inflate(data, part):  # what it says of its size is true
            pass
        return b""
    content = _read(data, part)
    contents.XmlWatch(is_stored=is_stored).feed(content, is_last=True)
    return content


def _read(data: bytes, part: Part) -> bytes:
    return b"".join(inflate(data, part))


def _ensure_harmless(names: Sequence[str], kept: dict[str, bytes]) -> None:
    contents.ensure_passive(names, parse_part(kept[_TYPES]))
    for name, content in kept.items():
        if name.endswith(_RELATIONS):
            contents.ensure_tied_to_nothing(parse_part(content))
    contents.ensure_few_names(kept[_WORKBOOK])
    contents.ensure_single_names(parse_part(kept[_WORKBOOK]))
    strings = kept.get(_STRINGS, b"")
    contents.ensure_short(strings)
    if strings.count(b"<si") > SHARED_STRINGS:
        raise UnreadableWorkbookError("file.too-large-inside")


def _marks(data: bytes, part: Part, styles: Styles) -> Marks:
    if part.size <= IN_MEMORY:
        content = _read(data, part)
        _look_through([content])
        plain = find_plain(content)
        marks = find_marks_fast(content, styles, plain)
        ensure_single_places(content, plain)
        contents.ensure_whole_references(content)
        return marks
    ensure_near(inflate(data, part))
    _look_through(inflate(data, part))
    return find_marks(inflate(data, part), styles)


def _look_through(pieces: Iterable[bytes]) -> None:
    """Look at the XML of a sheet."""
    xml, sheet = contents.XmlWatch(), contents.SheetWatch()
    for piece in pieces:
        sheet.feed(piece)
        xml.feed(piece)
    xml.feed(b"", is_last=True)


def parse_part(content: bytes) -> etree._Element:
    """Parse a small part without entities and network. Raises UnreadableWorkbookError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableWorkbookError("file.unreadable") from error
