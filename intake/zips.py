"""A zip as it lies in its bytes: what its directory says holds for every part, and no part gives more than it says."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

from models.errors import UnreadableWorkbookError

CHUNK = 1 << 20
_SLICE = 1 << 16  # packed bytes at a time
_END = struct.Struct("<4s4H2LH")
_END_64 = struct.Struct("<4sQ2H2L4Q20x")  # with the locator behind it
_LOCAL = struct.Struct("<4s5H3L2H")
_ENTRY = b"PK\x01\x02"
_UNKNOWN = 0xFFFFFFFF  # the true number stands in an extra field
_IS_LOCKED, _IS_STREAMED, _IS_UTF8 = 0x1, 0x8, 0x800
_OTHER_NAME = 0x7075  # an extra field that gives the part another name, to those that heed it
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Part:
    """One part: its name, and where its bytes lie, packed or as they are."""

    name: str
    is_packed: bool
    start: int
    packed: int
    size: int
    crc: int


def read_parts(data: bytes, most: int) -> list[Part]:
    """List the parts of a zip, at most so many, inflating none.

    Raises UnreadableWorkbookError where the directory is not whole, or is not true.
    """
    start, size, count = _find_directory(data)
    # Counted here: to list sixty thousand entries takes seconds.
    if max(count, data.count(_ENTRY, start, start + size)) > most:
        raise UnreadableWorkbookError("file.unsafe")
    with zipfile.ZipFile(BytesIO(data)) as archive:
        infos = sorted(archive.infolist(), key=lambda info: info.header_offset)
    if len(infos) != count:
        raise UnreadableWorkbookError("file.unreadable")
    _ensure_known_form(infos)
    parts = [_find_part(data, info) for info in infos]
    _ensure_apart(infos, parts, start)
    return parts


def _find_directory(data: bytes) -> tuple[int, int, int]:
    """Give where the directory lies, its length and the count of its entries.

    Some mail gateways append a few bytes, so the file may go on behind the end; but the end must be the only one.
    """
    lowest = max(0, len(data) - _END.size - 0xFFFF)
    ends = list(_places(data, b"PK\x05\x06", lowest))
    if not ends:
        raise UnreadableWorkbookError("file.truncated")
    found = [one for one in (_read_end(data, end) for end in ends) if one]
    if len(found) != 1:
        raise UnreadableWorkbookError("file.unreadable")
    return found[0]


def _places(data: bytes, mark: bytes, lowest: int) -> Iterator[int]:
    at = data.find(mark, lowest)
    while 0 <= at <= len(data) - _END.size:
        yield at
        at = data.find(mark, at + 1)


def _read_end(data: bytes, end: int) -> tuple[int, int, int] | None:
    """Read one end of a zip; None where no directory lies before it."""
    _, _, _, _, count, size, start, _ = _END.unpack_from(data, end)
    behind = start + size
    if behind == end - _END_64.size and data.startswith(b"PK\x06\x06", behind):
        *_, count_64, size_64, start_64 = _END_64.unpack_from(data, behind)
        return (start, size, count) if (start, size, count) == (start_64, size_64, count_64) else None
    return (start, size, count) if behind == end and data.startswith(_ENTRY, start) else None


def _ensure_known_form(infos: list[zipfile.ZipInfo]) -> None:
    if any(info.flag_bits & _IS_LOCKED for info in infos):
        raise UnreadableWorkbookError("file.password")
    if any(info.compress_type not in METHODS or _OTHER_NAME in _extras(info.extra) for info in infos):
        raise UnreadableWorkbookError("file.unsafe")


def _extras(extra: bytes) -> Iterator[int]:
    """Give the kinds of the extra fields of an entry."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        yield kind
        at += 4 + length


def _find_part(data: bytes, info: zipfile.ZipInfo) -> Part:
    """Find a part by its entry. What stands before the part itself must agree: some programs go by that."""
    at = info.header_offset
    if at + _LOCAL.size > len(data):
        raise UnreadableWorkbookError("file.unreadable")
    mark, _, flags, method, _, _, *sums, name_length, extra_length = _LOCAL.unpack_from(data, at)
    name = info.orig_filename.encode("utf-8" if info.flag_bits & _IS_UTF8 else "cp437")
    start = at + _LOCAL.size + name_length + extra_length
    is_same = (mark, method) == (b"PK\x03\x04", info.compress_type)
    is_same = is_same and data[at + _LOCAL.size :][:name_length] == name and not flags & _IS_LOCKED
    true = (info.CRC, info.compress_size, info.file_size)
    is_true = flags & _IS_STREAMED or all(said in (one, _UNKNOWN) for said, one in zip(sums, true, strict=True))
    if not (is_same and is_true):
        raise UnreadableWorkbookError("file.unreadable")
    is_packed = info.compress_type == zipfile.ZIP_DEFLATED
    return Part(info.orig_filename, is_packed, start, info.compress_size, info.file_size, info.CRC)


def _ensure_apart(infos: list[zipfile.ZipInfo], parts: list[Part], directory: int) -> None:
    """Python before 3.11.8 reads one part out of another where their places overlap (CVE-2024-0450)."""
    ends = [part.start + part.packed for part in parts]
    begins = [info.header_offset for info in infos]
    if begins[:1] != [0] or any(end > begin for end, begin in zip(ends, [*begins[1:], directory], strict=True)):
        raise UnreadableWorkbookError("file.unsafe")


def inflate(data: bytes, part: Part) -> Iterator[bytes]:
    """Give a part piece by piece; raises UnreadableWorkbookError once it is longer, or other, than was said."""
    left, crc = part.size, 0
    for piece in _unpacked(data, part) if part.is_packed else _plain(data, part):
        left -= len(piece)
        crc = zlib.crc32(piece, crc)
        if left < 0:
            break
        yield piece
    if left or crc != part.crc:
        raise UnreadableWorkbookError("file.unreadable")


def _plain(data: bytes, part: Part) -> Iterator[bytes]:
    end = part.start + part.packed
    for at in range(part.start, end, CHUNK):
        yield data[at : min(at + CHUNK, end)]


def _unpacked(data: bytes, part: Part) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    end = part.start + part.packed
    for at in range(part.start, end, _SLICE):
        packed = data[at : min(at + _SLICE, end)]
        while packed:
            yield stream.decompress(packed, CHUNK)
            packed = stream.unconsumed_tail
    yield stream.flush()
    if not stream.eof or stream.unused_data:
        raise UnreadableWorkbookError("file.unreadable")
