"""Workbooks that are small outside and huge inside, or that cost time; and honest ones that are only large."""

import io
import random
import zipfile
from collections.abc import Iterator

from hostile import (
    EITHER,
    EVIDENCE,
    MAIN,
    PROGRESS,
    STRINGS,
    STYLES,
    Case,
    Entry,
    Parts,
    changed,
    declared,
    entries_of,
    genuine,
    packed,
    put_behind,
    put_rows,
    refused,
    with_strings,
    written,
)

MIB = 1 << 20
GUIDE = "xl/worksheets/sheet1.xml"  # which no check reads
LARGE = "file.too-large-inside"
_DICE = random.Random(3)


def cases(parts: Parts) -> Iterator[Case]:
    yield from _swelling(parts)
    yield from _lying(parts)
    yield from _slow(parts)
    yield from _only_large(parts)


def _with_swollen(parts: Parts, name: str, middle: bytes, mebibytes: int) -> bytes:
    """Repeat something in the middle of a part, `@@` in it, until it is so large, without ever holding it whole."""
    head, tail = parts[name].split(b"@@")
    piece = middle * (MIB // len(middle))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for other, content in parts.items():
            if other != name:
                archive.writestr(other, content)
        with archive.open(name, "w", force_zip64=True) as file:
            file.write(head)
            for _ in range(mebibytes):
                file.write(piece)
            file.write(tail)
    return made.getvalue()


def _swelling(parts: Parts) -> Iterator[Case]:
    inline = put_rows(parts, '<row r="99"><c r="A99" t="inlineStr"><is><t>@@</t></is></c></row>')
    yield refused("one-shared-string", _with_swollen(with_strings(parts, "<t>@@</t>"), STRINGS, b"x", 600), LARGE)
    tiny = _with_swollen(with_strings(parts, "@@"), STRINGS, b"</si><si><t>x</t>", 512)
    yield refused("many-shared-strings", tiny, LARGE)
    yield refused("inline-string", _with_swollen(inline, PROGRESS, b"x", 512), LARGE)
    yield refused("inline-string-smaller", _with_swollen(inline, PROGRESS, b"x", 100), LARGE)
    yield refused("attribute", _with_swollen(put_rows(parts, '<row r="99" x="@@"/>'), PROGRESS, b"x", 256), LARGE)
    yield refused("comment", _with_swollen(put_behind(parts, "<!--@@-->"), PROGRESS, b"< ", 256), LARGE)
    styles = changed(parts, STYLES, "</styleSheet>", "@@</styleSheet>")
    yield refused("styles", _with_swollen(styles, STYLES, b"<x/>", 256), LARGE)
    yield refused("picture", _with_swollen(parts | {"xl/media/a.png": b"@@"}, "xl/media/a.png", b"\0", 600), LARGE)
    yield refused("deep-nesting", _with_swollen(put_behind(parts, "@@"), PROGRESS, b"<a>", 100), LARGE)
    merges = put_behind(parts, "<mergeCells>@@</mergeCells>")
    yield refused("a-million-merges", _with_swollen(merges, PROGRESS, b'<mergeCell ref="A9:B9"/>', 24), LARGE)
    many = {f"xl/media/{n}.bin": _DICE.randbytes(20_000) + bytes(4 * MIB) for n in range(150)}
    yield refused("many-parts", packed(parts | many), LARGE)


def _lying(parts: Parts) -> Iterator[Case]:
    bomb = bytes(200 * MIB)
    said = {"size": 1000, "crc": 0xF1E8BA9E}
    for name in (STRINGS, "xl/media/a.png", GUIDE):
        entries = [one for one in entries_of(parts) if one.name != name.encode()]
        lying = Entry(name.encode(), bomb, local=said, central=said)
        yield refused(f"lying-{name}", written([*entries, lying]), "file.unreadable")


def _slow(parts: Parts) -> Iterator[Case]:
    noise = _DICE.randbytes(16 * MIB).hex().encode()
    text = b'<row r="99"><c r="A99" t="inlineStr"><is><t>' + noise + b"</t></is></c></row>"
    yield refused("random-text", packed(put_rows(parts, text)), LARGE)
    yield refused("random-attribute", packed(put_rows(parts, b'<row r="99" x="' + noise + b'"/>')), LARGE)
    yield refused("random-shared-string", packed(with_strings(parts, b"<t>" + noise + b"</t>")), LARGE)
    comment = b"<!--" + _DICE.randbytes(12 * MIB).hex("<", 8).encode() + b"-->"
    yield Case("random-comment", packed(changed(parts, EVIDENCE, b"<sheetData>", comment + b"<sheetData>")), EITHER)
    names = [b"a%x" % _DICE.getrandbits(32) for _ in range(500_000)]
    deep = b"".join(b"<%b>" % one for one in names) + b"".join(b"</%b>" % one for one in reversed(names))
    yield Case("random-nesting", packed(changed(parts, EVIDENCE, b"</worksheet>", deep + b"</worksheet>")), EITHER)
    deep_styles = changed(parts, STYLES, b"</styleSheet>", deep + b"</styleSheet>")
    yield refused("random-nesting-in-styles", packed(deep_styles), LARGE)
    attributes = b" ".join(b'a%d=""' % n for n in range(1_000_000))
    yield refused("a-million-attributes", packed(put_rows(parts, b"<row " + attributes + b"/>")), LARGE)
    columns = b"".join(b'<row r="%d"><c r="SR%d"><v>%d</v></c></row>' % (n, n, n) for n in range(10, 3900))
    yield Case("a-wide-rectangle", packed(put_rows(parts, columns, GUIDE)), EITHER)
    doubled = b"<row>" + b"<c><v>1</v></c>" * 100 + b"</row>"
    yield Case("cells-without-end", packed(put_rows(parts, doubled * 30_000, GUIDE)), "refused")


def _only_large(parts: Parts) -> Iterator[Case]:
    blank = b"".join(
        b'<row r="%d" spans="1:9" s="1" customFormat="1" ht="15.75"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>'
        % (n, n, n)
        for n in range(100, 1_000_100)
    )
    yield genuine("a-million-blank-rows", packed(put_rows(parts, blank)))
    filled = b"".join(
        b'<row r="%d"><c r="A%d"><v>%d</v></c><c r="B%d" t="inlineStr"><is><t>ghi</t></is></c></row>' % (n, n, n, n)
        for n in range(1, 100_000)
    )
    yield genuine("a-hundred-thousand-rows", packed(put_rows(parts, filled, GUIDE)))
    yield genuine("many-strings", packed(with_strings(parts, *(b"<t>string %d</t>" % n for n in range(400_000)))))
    styles = (
        b"<cellStyles>" + b"".join(b'<cellStyle name="s%d" xfId="0"/>' % n for n in range(60_000)) + b"</cellStyles>"
    )
    yield genuine(
        "sixty-thousand-styles",
        packed(declared(parts, "xl/old.xml", b'<x xmlns="' + MAIN.encode() + b'">' + styles + b"</x>")),
    )
    photo = {f"xl/media/image{n}.jpg": b"\xff\xd8\xff" + _DICE.randbytes(3 * MIB) for n in range(5)}
    yield genuine("fifteen-megabytes-of-pictures", packed(parts | photo))
