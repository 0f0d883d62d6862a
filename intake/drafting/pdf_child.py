"""A child process that reads one PDF and writes its text, or why it has none, to its output as JSON.

Started by `intake.drafting.read_pdf`: the library that reads PDFs is native code, and the file may come from anybody.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from intake.confine import ChildLimits, confine, start_clocks
from intake.drafting.pdf_lines import lay_out
from intake.drafting.pdf_marks import PageMarks, read_page

MOST_PAGES = 200
MOST_LETTERS = 2_000_000
_FEW_LETTERS = 30  # on a page: nothing to read
_STAMP_LETTERS = 300  # beside a picture that fills the page: a scan that was signed electronically
_FILLS_PAGE = 0.5
_UNREADABLE = 0.1  # of the signs


def read(path: Path) -> dict[str, Any]:
    """Give {"text": …}, or {"refused": key, …values}."""
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        is_locked = error.err_code in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        return {"refused": "pdf-password" if is_locked else "pdf-damaged"}
    if len(document) > MOST_PAGES:
        return {"refused": "pdf-too-long", "pages": len(document), "most": MOST_PAGES}
    pages: list[PageMarks] = []
    read_well = scanned = letters = 0
    for page in document:
        pages.append(read_page(page, MOST_LETTERS))
        letters += pages[-1].letters
        if letters > MOST_LETTERS:
            return {"refused": "pdf-breaks-reader"}
        is_scan = _is_scan(page, pages[-1])
        scanned += is_scan
        read_well += not is_scan and pages[-1].letters >= _FEW_LETTERS
    if not read_well or scanned > read_well:
        return {"refused": "pdf-scanned"}
    return {"refused": "pdf-unreadable-letters"} if _is_garbled(pages) else {"text": lay_out(pages)}


def _is_scan(page: pypdfium2.PdfPage, marks: PageMarks) -> bool:
    return marks.letters < _STAMP_LETTERS and _has_picture_of_page(page, marks)


def _has_picture_of_page(page: pypdfium2.PdfPage, marks: PageMarks) -> bool:
    boxes = (found.get_bounds() for found in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE]))
    areas = (abs((right - left) * (top - bottom)) for left, bottom, right, top in boxes)
    return any(area > _FILLS_PAGE * marks.width * marks.height for area in areas)


def _is_garbled(pages: Sequence[PageMarks]) -> bool:
    """Tell a text whose fonts do not say which letters they draw."""
    text = "".join(piece.text for page in pages for row in page.rows for piece in row)
    unknown = sum(sign == "\ufffd" or "\ue000" <= sign <= "\uf8ff" or sign < " " for sign in text)
    return unknown > _UNREADABLE * len(text)


if __name__ == "__main__":
    limits = ChildLimits(*map(int, sys.argv[2:]))
    confine(limits.memory)
    start_clocks(limits)
    sys.stdout.write(json.dumps(read(Path(sys.argv[1]))))
