"""Zips whose headers lie, overlap or disagree; and odd ones that genuine programs write."""

import io
import struct
import zipfile
from collections.abc import Iterator
from dataclasses import replace

from hostile import MEASURES, THEME, WORKBOOK, Case, Entry, Parts, entries_of, genuine, packed, refused, written

NAMES = {
    "traversal": b"../../evil.xml",
    "traversal-inside": b"xl/../../evil.xml",
    "absolute": b"/etc/evil.xml",
    "backslash": b"xl\\evil.xml",
    "drive": b"C:/evil.xml",
    "nul": b"xl/workbook.xml\x00.png",
    "line-break": b"xl/a\nb.xml",
    "long": b"xl/" + b"a" * 5000 + b".xml",
    "empty": b"",
    "device": b"xl/a|b.xml",
}


def cases(good: bytes, parts: Parts) -> Iterator[Case]:
    entries = entries_of(parts)
    yield genuine("plain-writer", written(entries))
    for name, written_as in NAMES.items():
        yield refused(f"name-{name}", written([*entries, Entry(written_as, b"<x/>")]), "file.unsafe")
    yield from _doubled(parts, entries)
    yield from _lying(entries)
    yield from _overlapping(entries)
    yield from _around(good, parts, entries)
    yield from _odd_but_genuine(parts, entries)


def _doubled(parts: Parts, entries: list[Entry]) -> Iterator[Case]:
    other = parts[MEASURES].replace(b"<v>12</v>", b"<v>99</v>")
    yield refused("sheet-twice", written([*entries, Entry(MEASURES.encode(), other)]), "file.unsafe")
    yield refused("sheet-twice-first", written([Entry(MEASURES.encode(), other), *entries]), "file.unsafe")
    yield refused("sheet-in-capitals", written([*entries, Entry(MEASURES.upper().encode(), other)]), "file.unsafe")
    yield refused("workbook-twice", written([*entries, Entry(WORKBOOK.encode(), parts[WORKBOOK])]), "file.unsafe")
    hidden = Entry(b"xl/media/a.png", other, extra=struct.pack("<2H", 0x7075, 4) + b"xl/w")
    yield refused("second-name", written([*entries, hidden]), "file.unsafe")


def _lying(entries: list[Entry]) -> Iterator[Case]:
    def with_last(**said: object) -> bytes:
        return written([*entries[:-1], replace(entries[-1], **said)])  # type: ignore[arg-type]

    size = len(entries[-1].content)
    yield refused("size-too-small", with_last(central={"size": 10}), "file.unreadable")
    yield refused("size-too-large", with_last(central={"size": size + 1}), "file.unreadable")
    yield refused("both-sizes-too-small", with_last(central={"size": 10}, local={"size": 10}), "file.unreadable")
    yield refused("local-size", with_last(local={"size": 10}), "file.unreadable")
    yield refused("packed-size", with_last(central={"packed": 10}), "file.unreadable")
    yield refused("sum", with_last(central={"crc": 1}, local={"crc": 1}), "file.unreadable")
    yield refused("local-sum", with_last(local={"crc": 1}), "file.unreadable")
    yield refused("local-name", with_last(local_name=b"xl/other.xml"), "file.unreadable")
    yield refused("local-method", with_last(local={"method": 0}), "file.unreadable")
    yield refused("locked", with_last(flags=1), "file.password")
    yield refused("locked-inside", with_last(local={"flags": 1}), "file.unreadable")
    yield refused("method", with_last(method=99), "file.unsafe")
    yield refused("method-bzip2", with_last(method=zipfile.ZIP_BZIP2), "file.unsafe")
    yield refused(
        "claims-4-gib", with_last(central={"size": 0xFFFFFFFE}, local={"size": 0xFFFFFFFE}), "file.too-large-inside"
    )
    claim = struct.pack("<2HQ", 1, 8, 1 << 40)
    unknown = {"size": 0xFFFFFFFF}
    yield refused("claims-1-tib", with_last(central=unknown, local=unknown, extra=claim), "file.too-large-inside")
    yield refused("two-streams", with_last(tail=b"more", local={"packed": 10}), "file.unreadable")
    yield refused("count-too-small", written(entries, count=3), "file.unreadable")
    yield refused("count-too-large", written(entries, count=400), "file.unreadable")
    yield refused("count-zip64", written(entries, count=0xFFFF), "file.unsafe")
    yield refused("directory-elsewhere", written(entries, start=0), "file.unreadable")
    yield refused(
        "many-entries", written([*entries, *(Entry(b"xl/%d.xml" % n, b"") for n in range(60_000))]), "file.unsafe"
    )


def _overlapping(entries: list[Entry]) -> Iterator[Case]:
    last = entries[-1]
    inside = written([replace(entries[0], tail=written([last])[: 30 + len(last.name)]), *entries[1:]])
    yield genuine("a-gap", inside)
    # The first part is said to reach over the header of the second, as the parts of a quoted overlap do.
    plain = [replace(one, method=zipfile.ZIP_STORED) for one in entries]
    longer = len(plain[0].content) + 40
    said = {"packed": longer, "size": longer}
    yield refused("overlap", written([replace(plain[0], local=said, central=said), *plain[1:]]), "file.unsafe")
    yield refused("same-place", written([*entries, replace(last, central={"at": 0})]), "file.unreadable")


def _around(good: bytes, parts: Parts, entries: list[Entry]) -> Iterator[Case]:
    yield refused("stub-before", b"MZ" + bytes(500) + good, "file.not-xlsx")
    yield refused("stub-that-looks-right", written(entries, prefix=b"PK\x03\x04" + bytes(60)), "file.unsafe")
    yield refused("two-zips", good + packed(parts), "file.unsafe")
    yield refused("an-end-in-the-comment", _commented(good, b"PK\x05\x06" + bytes(40)), "file.unreadable")
    yield genuine("a-comment", _commented(good, b"made by a program"))
    yield genuine("a-line-break-behind", good + b"\r\n")
    yield genuine("padded-by-a-gateway", good + b"\r\n-- \r\nscanned by the mail gateway\r\n")


def _commented(good: bytes, comment: bytes) -> bytes:
    return good[:-2] + struct.pack("<H", len(comment)) + comment


def _odd_but_genuine(parts: Parts, entries: list[Entry]) -> Iterator[Case]:
    yield genuine("stored", packed(parts, zipfile.ZIP_STORED))
    folders = {"xl/": b"", "xl/worksheets/": b"", "docProps/": b""}
    yield genuine("with-folders", packed(folders | parts))
    yield genuine("streamed", _streamed(parts))
    yield genuine("in-another-order", packed(dict(reversed(parts.items()))))
    nothing = {"crc": 0, "packed": 0, "size": 0}
    described = [replace(one, flags=8, local=nothing, tail=b"PK\x07\x08" + bytes(12)) for one in entries]
    yield genuine("with-descriptors", written(described))
    yield genuine("utf8-names", written([replace(one, flags=0x800) for one in entries]))
    yield genuine("with-zip64-fields", _with_zip64(parts))
    yield genuine(
        "with-extra-fields", written([replace(one, extra=struct.pack("<2HB", 0x5455, 1, 0)) for one in entries])
    )
    yield genuine("without-theme", packed({name: part for name, part in parts.items() if name != THEME}))
    other_case = {name.replace("theme1", "Theme1"): part for name, part in parts.items()}
    yield genuine("theme-in-other-case", packed(other_case))


class _Pipe(io.RawIOBase):
    """A stream that cannot go back, so that the writer must put sizes behind each part."""

    def __init__(self) -> None:
        self.taken = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self.taken += data
        return len(data)


def _streamed(parts: Parts) -> bytes:
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return bytes(pipe.taken)


def _with_zip64(parts: Parts) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            with archive.open(name, "w", force_zip64=True) as file:
                file.write(content)
    return made.getvalue()
