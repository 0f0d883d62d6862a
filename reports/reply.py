"""What goes back to a unit: its own workbook with every fault marked, or a receipt where nothing can be."""

import io
import logging
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile

from openpyxl import load_workbook

from models.returns import Finding
from reports.formulas import find_results, put_results
from reports.patch import write_whole
from reports.reply_facts import ReceiptFacts
from reports.reply_kept import Kept, find_kept, make_room, put_kept
from reports.reply_marks import mark, remember, unmark
from reports.reply_receipt import receipt_bytes
from reports.reply_sheet import write_result_sheet
from reports.reply_words import compose
from schemas.texts import Texts

__all__ = ["ReceiptFacts", "reply_name", "write_annotated", "write_receipt"]

logger = logging.getLogger(__name__)

SUFFIX = "_ket-qua"
MOST_STEM_BYTES = 150  # file systems stop at 255, and the number and the suffix come on top
MOST_BYTES = 40 << 20  # inflated; a larger workbook would take minutes to copy and is answered by a receipt
_EARLIER = re.compile(r"\AR[0-9]{6,}_|(?:\A|_)ket-qua\Z")
_UNSAFE = re.compile(r'[<>:"/\\|?*\s]+')
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def reply_name(number: str, file_name: str) -> str:
    """Give the reply's file name, safe on every system whatever the sender's file was called."""
    stem = PurePosixPath(unicodedata.normalize("NFC", file_name).replace("\\", "/")).name
    stem = stem.rpartition(".")[0] or stem
    stem = "".join(letter for letter in stem if unicodedata.category(letter) not in _INVISIBLE)
    stem = _strip_earlier(_UNSAFE.sub("-", stem)).encode()[:MOST_STEM_BYTES].decode(errors="ignore")
    stem = _strip_earlier(stem)
    return f"{number}_{stem}{SUFFIX}.xlsx" if stem else f"{number}{SUFFIX}.xlsx"


def _strip_earlier(stem: str) -> str:
    """Take off what earlier replies put around the name."""
    while (bare := _EARLIER.sub("", stem).strip("-. ")) != stem:
        stem = bare
    return stem


def write_annotated(
    original: Path, out: Path, findings: Sequence[Finding], receipt: ReceiptFacts, texts: Texts
) -> None:
    """Write the sender's own workbook with each faulty cell coloured and noted, and the sheet of results first.

    What an earlier reply put into it comes off. A file that is no workbook is answered by a receipt.
    """
    content = _annotate(original, findings, receipt, texts)
    if content is None:
        write_receipt(out, receipt, findings, texts)
    else:
        write_whole(out, content)


def _annotate(original: Path, findings: Sequence[Finding], receipt: ReceiptFacts, texts: Texts) -> bytes | None:
    if not _is_small(original):
        return None
    try:
        kept = find_kept(original)
        with original.open("rb") as file:
            book = load_workbook(file, rich_text=True)
        results = find_results(original, book)
        make_room(book, kept)
        unmark(book)
        before = mark(book, findings, texts)
        result = compose(receipt, findings, texts, book.sheetnames, _asides(kept))
        remember(write_result_sheet(book, result), before)
        whole = io.BytesIO()
        book.save(whole)
        return put_kept(put_results(whole.getvalue(), results), kept)
    except Exception:  # files of any origin: openpyxl raises whatever the damage provokes
        logger.warning("%s cannot be copied; its sender gets a receipt", receipt.sha256, exc_info=True)
        return None


def _asides(kept: Kept) -> list[str]:
    """Name what the sender is to know of the copy."""
    return [name for name, holds in (("boxes", kept.has_boxes), ("lost", kept.has_lost)) if holds]


def _is_small(path: Path) -> bool:
    try:
        with ZipFile(path) as archive:
            return sum(entry.file_size for entry in archive.infolist()) <= MOST_BYTES
    except (BadZipFile, OSError):
        return False


def write_receipt(out: Path, receipt: ReceiptFacts, findings: Sequence[Finding], texts: Texts) -> None:
    """Write a small workbook that says what became of the file and what to do."""
    write_whole(out, receipt_bytes(compose(receipt, findings, texts)))
