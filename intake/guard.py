"""The guard before any parser: refuses what is no workbook, what is locked, and what would break the reader."""

import os
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import IO

from lxml import etree

from intake.marks import Marks, find_marks, find_marks_fast
from models.errors import UnreadableWorkbookError

MIB = 1 << 20
CHUNK = MIB
SHORTEST = 22  # bytes of an empty zip
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


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ZIP = b"PK\x03\x04"
_DIRECTORY_END = b"PK\x05\x06"
_NAME = re.compile(r"(?!/)(?!.*(?:^|/)\.\.(?:/|$))[^\\\x00-\x1f:*?\"<>|]{1,200}")
_MACROS = re.compile(r"vbaproject|macrosheets|activex|customui", re.IGNORECASE)
_LINKS = re.compile(r"externallinks/|embeddings/|xl/connections|querytables/", re.IGNORECASE)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_KEPT = frozenset({"xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "docProps/custom.xml"})
_XML = (".xml", ".rels", ".vml")
_DECLARATIONS = (b"<!DOCTYPE", b"<!ENTITY")
_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w-]+)")
_PLAIN_ENCODINGS = frozenset({b"utf-8", b"utf8", b"us-ascii", b"ascii"})


def ensure_safe(path: Path, limits: Limits = LIMITS) -> Package:
    """Look at a file as bytes, as a zip, part by part. Raises UnreadableWorkbookError with a key `file.…`."""
    data = read_bytes(path, limits.size)
    _ensure_zip(data, limits)
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            _ensure_parts(archive.infolist(), limits)
            return _open(archive, data, limits)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        UnicodeDecodeError,
    ) as error:
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


def _ensure_zip(data: bytes, limits: Limits) -> None:
    if data.startswith(_OLE):
        raise UnreadableWorkbookError("file.password" if _ENCRYPTED in data else "file.old-xls")
    if not data.startswith(_ZIP):
        raise UnreadableWorkbookError("file.not-xlsx")
    end = data.rfind(_DIRECTORY_END, -(SHORTEST + 0xFFFF))
    if end < 0 or len(data) - end < SHORTEST:
        raise UnreadableWorkbookError("file.truncated")
    # Counted here: to list sixty thousand entries takes seconds.
    if int.from_bytes(data[end + 10 : end + 12], "little") > limits.parts:
        raise UnreadableWorkbookError("file.unsafe")


def _ensure_parts(infos: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = [info.filename for info in infos]
    _ensure_names(names)
    for info in infos:
        if info.flag_bits & 0x1:
            raise UnreadableWorkbookError("file.password")
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise UnreadableWorkbookError("file.unsafe")
        largest = limits.sheet if _SHEET.fullmatch(info.filename) else limits.part
        is_bomb = info.file_size > MIB and info.file_size > limits.ratio * info.compress_size
        if info.file_size > largest or is_bomb:
            raise UnreadableWorkbookError("file.too-large-inside")
    if sum(info.file_size for info in infos) > limits.total:
        raise UnreadableWorkbookError("file.too-large-inside")
    _ensure_no_overlap(infos)


def _ensure_names(names: list[str]) -> None:
    if len({name.casefold() for name in names}) != len(names) or not all(map(_NAME.fullmatch, names)):
        raise UnreadableWorkbookError("file.unsafe")
    if any(_MACROS.search(name) for name in names):
        raise UnreadableWorkbookError("file.macros")
    if any(_LINKS.search(name) for name in names):
        raise UnreadableWorkbookError("file.external-links")
    if "xl/workbook.xml" not in names or "[Content_Types].xml" not in names:
        raise UnreadableWorkbookError("file.not-xlsx")


def _ensure_no_overlap(infos: list[zipfile.ZipInfo]) -> None:
    """Python before 3.11.8 reads one part out of another where their places overlap (CVE-2024-0450)."""
    ends = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < ends:
            raise UnreadableWorkbookError("file.unsafe")
        ends = info.header_offset + 30 + len(info.filename.encode()) + info.compress_size


def _open(archive: zipfile.ZipFile, data: bytes, limits: Limits) -> Package:
    infos = archive.infolist()
    parts: dict[str, bytes] = {}
    for info in infos:
        if info.filename.lower().endswith(_XML) and not _SHEET.fullmatch(info.filename):
            content = archive.read(info)
            _ensure_plain(content)
            if info.filename in _KEPT:
                parts[info.filename] = content
            if content.count(b"<si") > SHARED_STRINGS:
                raise UnreadableWorkbookError("file.too-large-inside")
    styles = percent_styles(parts.get("xl/styles.xml"))
    sheets = [info for info in infos if _SHEET.fullmatch(info.filename)]
    return Package(data, parts, {info.filename: _marks(archive, info, styles) for info in sheets})


def _marks(archive: zipfile.ZipFile, info: zipfile.ZipInfo, styles: frozenset[str]) -> Marks:
    if info.file_size <= IN_MEMORY:
        content = archive.read(info)
        _ensure_plain(content)
        return find_marks_fast(content, styles)
    with archive.open(info) as file:
        return find_marks(_plain_chunks(file), styles)


def _plain_chunks(file: IO[bytes]) -> Iterator[bytes]:
    tail = b""
    while chunk := file.read(CHUNK):
        _ensure_plain(tail + chunk, is_start=not tail)
        tail = chunk[-16:]
        yield chunk


def _ensure_plain(content: bytes, *, is_start: bool = True) -> None:
    """Refuse entities, which readers resolve differently, and encodings in which they see no cell at all."""
    if any(declaration in content for declaration in _DECLARATIONS):
        raise UnreadableWorkbookError("file.unsafe")
    if not is_start:
        return
    encoding = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf").lstrip())
    if (encoding and encoding[1].lower() not in _PLAIN_ENCODINGS) or b"\x00" in content[:4]:
        raise UnreadableWorkbookError("file.unsafe")


def parse_part(content: bytes) -> etree._Element:
    """Parse a small part without entities and network. Raises UnreadableWorkbookError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise UnreadableWorkbookError("file.unreadable") from error


def percent_styles(styles: bytes | None) -> frozenset[str]:
    """Give the numbers of the cell styles that show a number as a percentage."""
    if not styles:
        return frozenset()
    root = parse_part(styles)
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iterfind(".//{*}numFmts/{*}numFmt")}
    percents = {"9", "10"} | {key for key, code in codes.items() if "%" in code}
    forms = root.iterfind(".//{*}cellXfs/{*}xf")
    return frozenset(str(at) for at, form in enumerate(forms) if form.get("numFmtId") in percents)
