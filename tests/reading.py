"""Reads written documents back as plain text, so that their formats can be compared."""

import re
import unicodedata
from collections.abc import Iterable
from pathlib import Path

import docx
from docx.oxml.ns import qn
from pypdf import PdfReader

from reports.content import ZERO_WIDTH_SPACE


def bare(text: str) -> str:
    """Give a text without spaces and invisible breaks: what every format must have in common."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text).replace(ZERO_WIDTH_SPACE, ""))


def word_text(path: Path) -> str:
    """Give all text of the body of a Word file in order, table cells included."""
    body = docx.Document(str(path)).element.body
    return bare("".join(node.text or "" for node in body.iter(qn("w:t"))))


def pdf_text(path: Path, furniture: Iterable[str]) -> str:
    """Give all text of a PDF in order, without what stands at the head of each page: marks and page number."""
    pages = []
    for number, page in enumerate(PdfReader(path).pages, start=1):
        text = bare(page.extract_text())
        for line in (*(bare(line) for line in furniture), str(number) if number > 1 else ""):
            text = text.removeprefix(line)
        pages.append(text)
    return "".join(pages)


def missing_in_order(said: Iterable[str], text: str) -> list[str]:
    """Give the sentences that do not follow each other in a text (bare) in the order in which they are said."""
    missing, at = [], 0
    for sentence in said:
        found = text.find(bare(sentence), at)
        if found < 0:
            missing.append(sentence)
        else:
            at = found + len(bare(sentence))
    return missing
