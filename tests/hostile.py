"""Workbooks that are hostile, broken or only odd: mutations of a good return, each with what must become of it."""

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

ACCEPTED, REJECTED, QUARANTINED = "accepted", "rejected", "quarantined"
REFUSED, EITHER = "refused", "either"  # with a finding; or accepted with the right values
FIRST_TASK = "K60-1.1"
CANARY = "canary-7f3a91"  # what lies in a file that no workbook may make us read
PROGRESS, MEASURES, EVIDENCE = (f"xl/worksheets/sheet{number}.xml" for number in (3, 4, 5))
WORKBOOK, TYPES, STYLES, THEME = "xl/workbook.xml", "[Content_Types].xml", "xl/styles.xml", "xl/theme/theme1.xml"
STRINGS, RELATIONS, TOP_RELATIONS = "xl/sharedStrings.xml", "xl/_rels/workbook.xml.rels", "_rels/.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"

Parts = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A file and what must become of it: its state, its finding, and what it alone may say otherwise than the good one.

    `changed` gives by code of an indicator or a task the only value, or text, that may be stored.
    """

    name: str
    content: bytes
    state: str
    check: str | None = None
    changed: Mapping[str, Any] = field(default_factory=dict)


def refused(name: str, content: bytes, check: str) -> Case:
    return Case(name, content, QUARANTINED, check)


def genuine(name: str, content: bytes, told: str | None = None) -> Case:
    """Give a case that is accepted; `told` is the text of the first task if it is another."""
    return Case(name, content, ACCEPTED, None, {FIRST_TASK: told} if told else {})


def parts_of(workbook: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def packed(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, method, compresslevel=1)
    return made.getvalue()


def changed(parts: Parts, name: str, old: bytes | str, new: bytes | str, count: int = 1) -> Parts:
    """Change a text in a part; it must be there."""
    before, after = (one.encode() if isinstance(one, str) else one for one in (old, new))
    assert before in parts[name], (name, before)
    return parts | {name: parts[name].replace(before, after, count)}


def put_cell(parts: Parts, address: str, cell: str | bytes, sheet: str = MEASURES) -> Parts:
    """Put the XML of a cell in place of the one at an address; it must be filled."""
    content = parts[sheet]
    start = content.index(f'<c r="{address}"'.encode())
    end = content.index(b"</c>", start) + len(b"</c>")
    return parts | {sheet: content[:start] + (cell.encode() if isinstance(cell, str) else cell) + content[end:]}


def put_rows(parts: Parts, rows: str | bytes, sheet: str = PROGRESS) -> Parts:
    end = b"</sheetData>"
    return changed(parts, sheet, end, (rows.encode() if isinstance(rows, str) else rows) + end)


def put_behind(parts: Parts, xml: str, sheet: str = PROGRESS) -> Parts:
    """Put something behind the rows of a sheet."""
    return changed(parts, sheet, "</sheetData>", "</sheetData>" + xml)


def declared(parts: Parts, name: str, content: bytes, kind: str = "") -> Parts:
    """Add a part with its type, or give one another type."""
    types = parts[TYPES]
    if kind:
        entry = f'<Override PartName="/{name}" ContentType="{kind}"/>'.encode()
        types = types.replace(b"</Types>", entry + b"</Types>")
    return parts | {name: content, TYPES: types}


def related(parts: Parts, source: str, kind: str, target: str, *, is_external: bool = False, key: str = "rX") -> Parts:
    """Relate a part to another one."""
    folder, _, name = source.rpartition("/")
    relations = f"{folder}/_rels/{name}.rels".lstrip("/")
    mode = ' TargetMode="External"' if is_external else ""
    kind = kind if kind.startswith("http") else f"{OFFICE}/{kind}"
    entry = f'<Relationship Id="{key}" Type="{kind}" Target="{target}"{mode}/>'.encode()
    empty = f'<Relationships xmlns="{PACKAGE}/relationships"></Relationships>'.encode()
    whole = parts.get(relations, empty).replace(b"</Relationships>", entry + b"</Relationships>")
    return parts | {relations: whole}


def with_strings(parts: Parts, *texts: str | bytes, head: bytes = b"") -> Parts:
    """Give the workbook shared strings; the XML of each stands between `<si>` and `</si>`."""
    items = b"".join(b"<si>" + (one.encode() if isinstance(one, str) else one) + b"</si>" for one in texts)
    strings = head + f'<sst xmlns="{MAIN}">'.encode() + items + b"</sst>"
    return related(
        declared(parts, STRINGS, strings, f"{SPREADSHEET}.sharedStrings+xml"), WORKBOOK, "sharedStrings", STRINGS[3:]
    )


@dataclass(frozen=True)
class Entry:
    """A part as it is written into a zip, with what the two headers say of it where that is not the truth."""

    name: bytes
    content: bytes
    local: Mapping[str, int] = field(default_factory=dict)
    central: Mapping[str, int] = field(default_factory=dict)
    local_name: bytes | None = None
    extra: bytes = b""
    flags: int = 0
    method: int = zipfile.ZIP_DEFLATED
    tail: bytes = b""


def entries_of(parts: Mapping[str, bytes]) -> list[Entry]:
    return [Entry(name.encode(), content) for name, content in parts.items()]


def written(entries: Sequence[Entry], *, prefix: bytes = b"", tail: bytes = b"", **end: int) -> bytes:
    """Write a zip header by header; `end` may say otherwise of `count`, `size` and `start` of the directory."""
    body, directory = bytearray(prefix), bytearray()
    for entry in entries:
        packed_content = _deflated(entry.content) if entry.method == zipfile.ZIP_DEFLATED else entry.content
        true = {"crc": zlib.crc32(entry.content), "packed": len(packed_content), "size": len(entry.content)}
        true |= {"flags": entry.flags, "method": entry.method, "at": len(body)}
        body += _local(entry, {**true, **entry.local}) + packed_content + entry.tail
        directory += _central(entry, {**true, **entry.central})
    said = {"count": len(entries), "size": len(directory), "start": len(body)} | end
    count = min(said["count"], 0xFFFF)
    last = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, said["size"], said["start"], 0)
    return bytes(body + directory) + last + tail


def _local(entry: Entry, said: Mapping[str, int]) -> bytes:
    name = entry.name if entry.local_name is None else entry.local_name
    sums = (said["crc"], said["packed"], said["size"], len(name), len(entry.extra))
    return struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, said["flags"], said["method"], 0, 33, *sums) + name + entry.extra


def _central(entry: Entry, said: Mapping[str, int]) -> bytes:
    sums = (said["crc"], said["packed"], said["size"], len(entry.name), len(entry.extra), 0, 0, 0, 0, said["at"])
    head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, said["flags"], said["method"], 0, 33, *sums)
    return head + entry.name + entry.extra


def _deflated(content: bytes) -> bytes:
    stream = zlib.compressobj(1, zlib.DEFLATED, -zlib.MAX_WBITS)
    return stream.compress(content) + stream.flush()
