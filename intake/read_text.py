"""A directive's text out of the file the office has: plain text or Word."""

import codecs
from pathlib import Path

from intake.read_docx import read_docx
from models.errors import UnreadableTextError

LARGEST = 20_000_000  # bytes; a directive of a hundred pages with pictures stays well below
_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_document_text(path: Path) -> str:
    """Give the text of a .txt or .docx file. Raises UnreadableTextError, saying what to do, if it cannot."""
    if not path.is_file():
        raise UnreadableTextError("draft.refused.not-found", file=str(path))
    if path.stat().st_size > LARGEST:
        raise UnreadableTextError("draft.refused.too-large", file=path.name, megabytes=LARGEST // 1_000_000)
    kind = path.suffix.lower()
    if kind == ".txt":
        return _decoded(path)
    if kind == ".docx":
        return read_docx(path)
    raise UnreadableTextError("draft.refused.unknown-format", file=path.name, kind=kind or path.name)


def _decoded(path: Path) -> str:
    raw = path.read_bytes()
    marks = (name for mark, name in _BYTE_ORDER_MARKS.items() if raw.startswith(mark))
    try:
        text = raw.decode(next(marks, "utf-8"))
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:  # other bytes than text, or UTF-16 that does not say so
        raise UnreadableTextError("draft.refused.encoding", file=path.name)
    return text
