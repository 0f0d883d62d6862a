"""A directive's text out of the file the office has: plain text, Word or PDF."""

from pathlib import Path

from intake.drafting.text_bytes import decode_text, mend_old_encoding
from models.errors import UnreadableTextError

LARGEST = 20_000_000  # bytes; a directive of a hundred pages with pictures stays well below
_HEAD = 4096
_OLE, _OLD_WORD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "WordDocument".encode("utf-16-le")
_LOCKED = "EncryptedPackage".encode("utf-16-le")
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*", b"GIF8")
_WEB_PAGE = (b"<!doctype html", b"<html", b"mime-version:", b"<head", b"<body")
_SUFFIXES = {".doc": "old-word", ".dot": "old-word", ".rtf": "rtf", ".odt": "odt"}


def read_document_text(path: Path) -> str:
    """Give the text of a .txt, .docx or .pdf file. Raises UnreadableTextError, saying what to do, if it cannot."""
    if not path.is_file():
        raise UnreadableTextError("draft.refused.not-found", file=str(path))
    if path.stat().st_size > LARGEST:
        raise UnreadableTextError("draft.refused.too-large", file=path.name, megabytes=LARGEST // 1_000_000)
    raw = path.read_bytes()
    if b"%PDF-" in raw[:1024]:
        return mend_old_encoding(_read_pdf(path))
    if raw.startswith(b"PK\x03\x04") and path.suffix.lower() not in _SUFFIXES:
        return mend_old_encoding(_read_docx(path))
    return _read_plain(path, raw)


def _read_pdf(path: Path) -> str:
    from intake.drafting.read_pdf import read_pdf  # each loads a library that no other kind of text needs

    return read_pdf(path)


def _read_docx(path: Path) -> str:
    from intake.drafting.read_docx import read_docx

    return read_docx(path)


def _read_plain(path: Path, raw: bytes) -> str:
    """Read a plain text file; whatever else it is by its bytes or its name is refused with its own sentence."""
    kind = path.suffix.lower()
    other = _other_kind(raw) or _SUFFIXES.get(kind)
    if other:
        key = f"draft.refused.{other}"
        raise UnreadableTextError(key, file=path.name)
    if kind == ".pdf":
        raise UnreadableTextError("draft.refused.pdf-damaged", file=path.name)
    if kind == ".docx":
        raise UnreadableTextError("draft.refused.damaged", file=path.name)
    if kind != ".txt":
        raise UnreadableTextError("draft.refused.unknown-format", file=path.name, kind=kind or path.name)
    text = decode_text(raw)
    if text is None:
        raise UnreadableTextError("draft.refused.encoding", file=path.name)
    return text


def _other_kind(raw: bytes) -> str | None:
    """Tell by its first bytes what a file is that bears another name."""
    if raw.startswith(_OLE):
        return "docx-password" if _LOCKED in raw else "old-word" if _OLD_WORD in raw else "damaged"
    if raw.startswith(b"{\\rtf"):
        return "rtf"
    if raw.startswith(_PICTURES):
        return "picture"
    head = raw[:_HEAD].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    return "web-page" if head.startswith(_WEB_PAGE) else None
