"""Files that are no workbook, or only a part of one, under the name of a return."""

import gzip
import random
from collections.abc import Iterator

from hostile import (
    PACKAGE,
    SPREADSHEET,
    TYPES,
    WORKBOOK,
    Case,
    Parts,
    changed,
    declared,
    genuine,
    packed,
    refused,
    related,
)

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1000)
ODS = "application/vnd.oasis.opendocument.spreadsheet"


def cases(good: bytes, parts: Parts) -> Iterator[Case]:
    yield from _texts()
    yield from _binaries(good)
    yield from _packages(good, parts)
    yield from _cut(good)


def _texts() -> Iterator[Case]:
    html = "<html><head><meta charset=utf-8></head><body><table><tr><td>1</td></tr></table></body></html>"
    old_xml = '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    yield refused("csv-semicolons", b"I01;12\r\nI18;800,5\r\n", "file.csv")
    yield refused("csv-commas", b"code,value\nI01,12\n", "file.csv")
    yield refused("csv-unicode", "I01\t12\r\nI18\t0\r\n".encode("utf-16"), "file.csv")
    yield refused("html-as-xls", html.encode(), "file.web-page")
    yield refused("html-with-bom", b"\xef\xbb\xbf\r\n <!DOCTYPE html>" + html.encode(), "file.web-page")
    yield refused("mhtml", b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nx", "file.web-page")
    yield refused("xml-2003", old_xml.encode(), "file.old-xls")
    yield refused("flat-ods", b'<?xml version="1.0"?><office:document xmlns:office="u"/>', "file.ods")
    yield refused("text", "Kính gửi văn phòng.\nXin gửi báo cáo.".encode(), "file.not-xlsx")
    yield refused("json", b'{"I01": 12,\n "I18": 0}', "file.not-xlsx")
    yield refused("rtf", b"{\\rtf1\\ansi x}", "file.word")
    yield refused("empty", b"", "file.empty")
    yield refused("one-byte", b"P", "file.not-xlsx")
    yield refused("two-bytes", b"PK", "file.not-xlsx")


def _binaries(good: bytes) -> Iterator[Case]:
    yield refused("xls", OLE + "Workbook".encode("utf-16-le"), "file.old-xls")
    yield refused("encrypted", OLE + "EncryptedPackage".encode("utf-16-le") + good, "file.password")
    yield refused("doc", OLE + "WordDocument".encode("utf-16-le"), "file.word")
    yield refused("pdf", b"%PDF-1.7\n1 0 obj\n", "file.pdf")
    yield refused("png", b"\x89PNG\r\n\x1a\n" + bytes(50), "file.picture")
    yield refused("jpg", b"\xff\xd8\xff\xe0JFIF", "file.picture")
    yield refused("gz", gzip.compress(good, mtime=0), "file.archive")
    yield refused("rar", b"Rar!\x1a\x07\x01\x00" + good, "file.archive")
    yield refused("7z", b"7z\xbc\xaf\x27\x1c" + good, "file.archive")
    yield refused("noise", b"\x07" + random.Random(1).randbytes(5000), "file.not-xlsx")


def _packages(good: bytes, parts: Parts) -> Iterator[Case]:
    word = {TYPES: b"<Types/>", "word/document.xml": b"<x/>"}
    yield refused("ods", packed({"mimetype": ODS.encode(), "content.xml": b"<x/>"}), "file.ods")
    yield refused("odt", packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), "file.word")
    yield refused("docx", packed(word), "file.word")
    yield refused("zip-of-returns", packed({"a.xlsx": good, "b.xlsx": good}), "file.archive")
    yield refused("zip-of-pictures", packed({"a.png": b"\x89PNG"}), "file.not-xlsx")
    yield refused("xlsb", packed({TYPES: b"<Types/>", "xl/workbook.bin": b"x"}), "file.xlsb")
    yield refused("xlsb-beside", packed(parts | {"xl/workbook.bin": b"x"}), "file.unsafe")
    yield refused("ods-beside", packed(parts | {"content.xml": b"<x/>"}), "file.unsafe")
    main = f"{SPREADSHEET}.sheet.main+xml"
    macro = changed(parts, TYPES, main, "application/vnd.ms-excel.sheet.macroEnabled.main+xml")
    vba = related(declared(macro, "xl/vbaProject.bin", OLE, "application/vnd.ms-office.vbaProject"), WORKBOOK,
                  "http://schemas.microsoft.com/office/2006/relationships/vbaProject", "vbaProject.bin")  # fmt: skip
    yield refused("xlsm", packed(vba), "file.macros")
    yield refused("xlsm-without-macros", packed(macro), "file.macros")
    yield genuine("xltx", packed(changed(parts, TYPES, main, f"{SPREADSHEET}.template.main+xml")))
    without = {name: content for name, content in parts.items() if name != TYPES}
    yield refused("no-content-types", packed(without), "file.not-xlsx")
    yield refused(
        "no-relations", packed({k: v for k, v in parts.items() if "workbook.xml.rels" not in k}), "file.unreadable"
    )
    yield refused("no-sheet", packed({k: v for k, v in parts.items() if "sheet4" not in k}), "file.unreadable")
    yield refused("only-types", packed({TYPES: f'<Types xmlns="{PACKAGE}/content-types"/>'.encode()}), "file.not-xlsx")


def _cut(good: bytes) -> Iterator[Case]:
    directory = good.index(b"PK\x01\x02")
    places = [30, 100, 1000, 4096, len(good) // 2, directory - 1, directory, directory + 20, directory + 60]
    for length in [*places, len(good) - 30, len(good) - 22, len(good) - 10, len(good) - 1]:
        yield refused(f"cut-at-{length}", good[:length], "file.truncated")
    yield refused("cut-in-the-middle", good[:3000] + good[3400:], "file.unreadable")
    yield refused("as-text-by-ftp", good.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"), "file.unreadable")
    for at in (2000, directory // 2, directory - 200):
        flipped = bytearray(good)
        flipped[at] ^= 0x10
        yield refused(f"flipped-at-{at}", bytes(flipped), "file.unreadable")
