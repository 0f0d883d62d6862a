"""What a file that is no workbook of today seems to be, so that its sender reads what to do with just that."""

import re
from collections.abc import Collection

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "WordDocument".encode("utf-16-le")
_STARTS = (
    (b"%PDF", "file.pdf"),
    (b"{\\rtf", "file.word"),
    (b"\x89PNG", "file.picture"),
    (b"\xff\xd8\xff", "file.picture"),
    (b"GIF8", "file.picture"),
    (b"BM", "file.picture"),
    (b"II*\x00", "file.picture"),
    (b"MM\x00*", "file.picture"),
    (b"RIFF", "file.picture"),
    (b"Rar!", "file.archive"),
    (b"7z\xbc\xaf", "file.archive"),
    (b"\x1f\x8b", "file.archive"),
)
_HEAD = 4096  # bytes that tell a kind of text
_MARKUP = (
    (re.compile(rb"urn:schemas-microsoft-com:office:spreadsheet", re.IGNORECASE), "file.old-xls"),
    (re.compile(rb"<office:document|opendocument", re.IGNORECASE), "file.ods"),
    (re.compile(rb"<(?:!doctype\s+html|html|head|body|table|meta)\b|^mime-version:", re.IGNORECASE), "file.web-page"),
)
_TABLE = re.compile(r"[^\r\n]*[;,\t][^\r\n]*(?:\r\n?|\n)[^\r\n]*[;,\t]")  # two lines of fields
_WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".xlsb", ".ods")


def kind_of_bytes(data: bytes) -> str:
    """Give the key of the finding for a file that is no zip."""
    if data.startswith(_OLE):
        return _kind_of_ole(data)
    started = next((key for start, key in _STARTS if data.startswith(start)), None)
    return started or _kind_of_text(data[:_HEAD])


def _kind_of_ole(data: bytes) -> str:
    if _ENCRYPTED in data:
        return "file.password"
    return "file.word" if _OLD_WORD in data else "file.old-xls"


def _kind_of_text(head: bytes) -> str:
    marked = next((key for sign, key in _MARKUP if sign.search(head)), None)
    if marked or b"\x00" in head.replace(b"\xff\xfe", b"", 1)[1::2].strip(b"\x00"):
        return marked or "file.not-xlsx"
    text = head.decode("utf-16" if head.startswith((b"\xff\xfe", b"\xfe\xff")) else "latin-1", "replace")
    return "file.csv" if text.lstrip()[:1] not in "{[<" and _TABLE.match(text) else "file.not-xlsx"


def kind_of_zip(names: Collection[str], mimetype: bytes) -> str:
    """Give the key of the finding for a zip without an .xlsx workbook; `mimetype` is its part of that name."""
    if "xl/workbook.bin" in names:
        return "file.xlsb"
    if b"opendocument" in mimetype:
        return "file.ods" if b"spreadsheet" in mimetype else "file.word"
    if "word/document.xml" in names:
        return "file.word"
    return "file.archive" if any(name.lower().endswith(_WORKBOOKS) for name in names) else "file.not-xlsx"
