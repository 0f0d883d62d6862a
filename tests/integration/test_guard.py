"""Files that no parser may see, and genuine ones that look odd: each ends with its own sentence, or passes."""

import io
import os
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from builders import VI, Edited, build_return, page_of, place_of
from openpyxl import Workbook
from scene import make_answers

from intake.guard import LIMITS, ensure_safe
from intake.reader import read_return
from models.errors import UnreadableWorkbookError
from schemas.layout import load_layout
from schemas.texts import LANGUAGES, load_texts

LAYOUT = load_layout("return")
SHEET = "xl/worksheets/sheet3.xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "return.xlsx"
    return build_return(path, make_answers("D01", "2022-6T", "own")).read_bytes()


def refused(path: Path, key: str, **limits: int) -> UnreadableWorkbookError:
    """See that the file is refused with this key, and that the key has its sentence in both languages."""
    with pytest.raises(UnreadableWorkbookError) as caught:
        read_return(path, LAYOUT, replace(LIMITS, **limits))
    assert caught.value.key == key
    for language in LANGUAGES:
        assert load_texts(language)(f"findings.{key}", **caught.value.values)
    return caught.value


def rewritten(data: bytes, change: Callable[[str, bytes], bytes] = lambda name, part: part, **parts: bytes) -> bytes:
    """Write a zip anew with changed and added parts; `__` in a name stands for `/`."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info.filename, change(info.filename, old.read(info)))
        for name, content in parts.items():
            new.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def in_sheet(xml: bytes) -> Callable[[str, bytes], bytes]:
    """Put rows before the end of a sheet's data."""
    end = b"</sheetData>"
    return lambda name, part: part.replace(end, xml + end) if name == SHEET else part


def test_lets_a_good_return_pass(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(good)
    raw = read_return(path, LAYOUT)
    assert set(raw.sheets) == {"cover", "progress", "measures", "evidence", "shortcomings", "statements"}
    assert len(raw.tokens) == 2
    assert len(set(raw.tokens)) == 1


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"", "file.empty"),
        (b"a;b;c\n1;2;3\n", "file.csv"),
        (b"<html><table></table></html>", "file.web-page"),
        (OLE, "file.old-xls"),
        (OLE + "EncryptedPackage".encode("utf-16-le"), "file.password"),
        (b"PK\x03\x04" + bytes(400), "file.truncated"),
    ],
)
def test_tells_what_a_file_is_that_is_no_workbook(tmp_path: Path, content: bytes, key: str) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(content)
    refused(path, key)


def test_refuses_every_prefix_of_a_workbook(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    for length in range(100, len(good), 997):
        path.write_bytes(good[:length])
        refused(path, "file.truncated")


@pytest.mark.parametrize(
    ("parts", "key"),
    [
        ({"xl__vbaProject.bin": b"x"}, "file.macros"),
        ({"xl__externalLinks__externalLink1.xml": b"<x/>"}, "file.external-links"),
        ({"xl__embeddings__oleObject1.bin": b"x"}, "file.external-links"),
        ({"XL__WORKBOOK.XML": b"<x/>"}, "file.unsafe"),
        ({"..__..__evil.xml": b"<x/>"}, "file.unsafe"),
        ({"/etc__passwd": b"x"}, "file.unsafe"),
        ({"docProps__x.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "file.unsafe"),
        ({"docProps__x.xml": '<?xml version="1.0" encoding="UTF-16"?><x/>'.encode("utf-16")}, "file.unsafe"),
        ({"docProps__x.xml": b'<?xml version="1.0" encoding="cp1252"?><x/>'}, "file.unsafe"),
        ({"xl__media__image1.png": bytes(30 << 20)}, "file.too-large-inside"),
        ({f"xl__p{n}.xml": b"<x/>" for n in range(600)}, "file.unsafe"),
    ],
)
def test_refuses_parts_that_no_return_has(good: bytes, tmp_path: Path, parts: dict[str, bytes], key: str) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(rewritten(good, **parts))
    refused(path, key)


def test_refuses_a_document_that_is_no_workbook(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    refused(path, "file.not-xlsx")


@pytest.mark.parametrize("address", ["XFD1048576", "A1048576", "XFD20000", "ZZZ1"])
def test_refuses_a_cell_so_far_out_that_the_reader_would_die(good: bytes, tmp_path: Path, address: str) -> None:
    row = "".join(c for c in address if c.isdigit())
    path = tmp_path / "return.xlsx"
    path.write_bytes(rewritten(good, in_sheet(f'<row r="{row}"><c r="{address}"><v>1</v></c></row>'.encode())))
    assert refused(path, "file.far-cell").values["address"] == address


@pytest.mark.parametrize(
    "row",
    [
        b"<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>",
        b'<row r="1048576"><c><v>1</v></c></row>',
        b'<row r="1048576"><c t="inlineStr"><is><t>x</t></is></c></row>',
        b'<x:row xmlns:x="u" r="1048576"><x:c r="XFD1048576"><x:v>1</x:v></x:c></x:row>',
    ],
)
def test_refuses_a_far_cell_in_whatever_spelling(good: bytes, tmp_path: Path, row: bytes) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(rewritten(good, in_sheet(row)))
    refused(path, "file.far-cell")


def test_lets_a_far_style_pass(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(rewritten(good, in_sheet(b'<row r="1048576"><c r="L1048576" s="1"/></row>')))
    assert len(read_return(path, LAYOUT).sheets["progress"].rows) == 2


@pytest.mark.slow
def test_lets_a_million_blank_styled_rows_pass(good: bytes, tmp_path: Path) -> None:
    rows = b"".join(
        b'<row r="%d"><c r="A%d" s="1"/><c r="B%d" s="1"/></row>' % (n, n, n) for n in range(100, 1_000_100)
    )
    path = tmp_path / "return.xlsx"
    path.write_bytes(rewritten(good, in_sheet(rows)))
    assert len(read_return(path, LAYOUT).sheets["progress"].rows) == 2


def test_refuses_a_bomb_of_one_text(good: bytes, tmp_path: Path) -> None:
    bomb = b'<row r="99"><c r="A99" t="inlineStr"><is><t>' + b" " * (40 << 20) + b"</t></is></c></row>"
    path = tmp_path / "return.xlsx"
    path.write_bytes(rewritten(good, in_sheet(bomb)))
    refused(path, "file.too-large-inside")


def test_refuses_a_size_that_lies(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    data = bytearray(good)
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    path.write_bytes(bytes(data))
    refused(path, "file.unreadable")


def test_refuses_parts_that_overlap(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    data = bytearray(good)
    length = struct.pack("<I", struct.unpack_from("<I", data, 18)[0] + 40)
    data[18:22] = length  # before the first part, and in the directory
    entry = data.find(b"PK\x01\x02")
    data[entry + 20 : entry + 24] = length
    path.write_bytes(bytes(data))
    refused(path, "file.unsafe")


def test_refuses_a_flipped_byte(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    data = bytearray(good)
    data[good.find(SHEET.encode()) + len(SHEET) + 40] ^= 0xFF
    path.write_bytes(bytes(data))
    refused(path, "file.unreadable")


def test_refuses_what_is_too_large_and_says_how_large(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(good)
    assert refused(path, "file.too-large", size=1000).values == {"size": "1", "limit": "1"}


def test_follows_no_link_and_opens_no_pipe(good: bytes, tmp_path: Path) -> None:
    real, link, pipe = tmp_path / "real.xlsx", tmp_path / "link.xlsx", tmp_path / "pipe.xlsx"
    real.write_bytes(good)
    link.symlink_to(real)
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="symbolic"):
        ensure_safe(link)
    refused(pipe, "file.unreadable")


def test_sees_what_the_fast_reader_loses(good: bytes, tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    path.write_bytes(good)
    with Edited(path) as book:
        page = page_of(book, "progress")
        page[place_of("progress", "percent", 0)].value = 0.5
        page[place_of("progress", "percent", 0)].number_format = "0.0%"
        page[place_of("progress", "percent", 1)].value = "#N/A"
        page[place_of("progress", "done_on", 0)].value = "=TODAY()"
    rows = read_return(path, LAYOUT).sheets["progress"].rows
    seen = [
        type(row.cells.get(key)).__name__
        for row, key in ((rows[0], "percent"), (rows[1], "percent"), (rows[0], "done_on"))
    ]
    assert seen == ["PercentValue", "ErrorValue", "UncachedFormula"]


def test_a_workbook_of_another_kind_has_none_of_our_sheets(tmp_path: Path) -> None:
    path = tmp_path / "other.xlsx"
    book = Workbook()
    book.active["A1"] = VI("workbook.sheet.progress.title")
    book.save(path)
    raw = read_return(path, LAYOUT)
    assert (raw.tokens, dict(raw.sheets)) == ((), {})
