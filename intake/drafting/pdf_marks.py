"""The words of a PDF's pages with their places, out of pypdfium2; run in a child process only (pdf_child)."""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import NamedTuple

import pypdfium2
from pypdfium2 import raw

from intake.drafting.columns import is_list_mark
from intake.drafting.pdf_columns import in_one_column
from intake.drafting.pdf_piece import Piece
from intake.legacy import encoding_of_font, has_signs, read_by_font, restore_soft_hyphens

_LINE_END, _HYPHEN = frozenset("\r\n"), "\x02"  # pdfium's own mark for a hyphen at the end of a line
_NEW_LINE, _JUMP, _WORD_GAP, _COLUMN_GAP = 0.5, 2.0, 0.15, 2.0  # in sizes of the letter
_RAISED, _SMALL = 0.15, 0.8  # a footnote's sign stands higher and is smaller
_NAME_BYTES = 128


@dataclass(frozen=True)
class PageMarks:
    width: float
    height: float
    letters: int
    rows: tuple[tuple[Piece, ...], ...]  # from the top, each from the left, wide gaps between its pieces


def read_page(page: pypdfium2.PdfPage, most: int) -> PageMarks:
    """Give a page's rows of words, turned the way the page is shown; none where it has more letters than `most`."""
    text_page = page.get_textpage()
    letters = text_page.count_chars()
    width, height = page.get_size()
    pieces = _pieces(text_page) if letters <= most else ()
    turned = [_turned(one, page.get_rotation(), width, height) for one in pieces]
    rows = tuple(_rows(in_one_column(turned, width)))
    text_page.close()
    return PageMarks(width, height, letters, rows)


class _Mark(NamedTuple):
    """A character and the box of its font around it, which is the same for all characters of a size."""

    text: str
    left: float
    right: float
    base: float
    size: float
    number: int


def _marks(text_page: pypdfium2.PdfTextPage) -> Iterator[_Mark]:
    """Give every character with its place; what pdfium adds itself (blanks, line ends) has none of its own."""
    box = raw.FS_RECTF()
    where = ctypes.byref(box)
    for index in range(text_page.count_chars()):
        code = raw.FPDFText_GetUnicode(text_page, index)
        text = chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"
        raw.FPDFText_GetLooseCharBox(text_page, index, where)
        yield _Mark(text, box.left, box.right, box.bottom, box.top - box.bottom, index)


def _pieces(text_page: pypdfium2.PdfTextPage) -> Iterator[Piece]:
    """Give the runs of characters that follow each other on one line, read in their font's encoding."""
    marks = list(_marks(text_page))
    is_suspect = has_signs("".join(mark.text for mark in marks).encode("utf-8", "replace"))
    run: list[_Mark] = []
    last: _Mark | None = None  # of the run, with ink
    for mark in marks:
        is_blank = mark.text.isspace()
        if mark.text in _LINE_END or (last and not is_blank and _breaks(last, mark)):
            yield from _read(text_page, run, is_suspect)
            run, last = [], None
        if mark.text not in _LINE_END and (run or not is_blank):
            run.append(mark)
            last = last if is_blank else mark
    yield from _read(text_page, run, is_suspect)


def _breaks(last: _Mark, mark: _Mark) -> bool:
    size = max(last.size, mark.size, 1.0)
    is_other_size = min(last.size, mark.size) < _SMALL * size
    return (
        abs(mark.base - last.base) > (_RAISED if is_other_size else _NEW_LINE) * size
        or mark.left < last.left - size
        or mark.left - last.right > _JUMP * size
    )


def _read(text_page: pypdfium2.PdfTextPage, run: list[_Mark], is_suspect: bool) -> Iterator[Piece]:
    """Give a run as one piece, or as several where the fonts change whose encoding matters."""
    fonts = [_font(text_page, mark.number) if is_suspect else "" for mark in run]
    for font, group in groupby(zip(fonts, run, strict=True), key=lambda one: one[0]):
        there = [mark for _, mark in group]
        text = "".join(mark.text for mark in there)
        encoding = encoding_of_font(font)
        inked = [mark for mark in there if not mark.text.isspace()]
        if inked:
            yield Piece(
                text=(read_by_font(restore_soft_hyphens(text), encoding) if encoding else None) or text,
                left=inked[0].left,
                right=max(mark.right for mark in inked),
                base=inked[0].base,
                size=max(mark.size for mark in inked),
                font=font,
            )


def _font(text_page: pypdfium2.PdfTextPage, index: int) -> str:
    """Give a character's font without the mark of a subset: "ABCDEF+.VnTime" is ".VnTime"."""
    name, flags = ctypes.create_string_buffer(_NAME_BYTES), ctypes.c_int()
    raw.FPDFText_GetFontInfo(text_page, index, name, _NAME_BYTES, flags)
    return name.value.decode("utf-8", "replace").rpartition("+")[2]


def _turned(piece: Piece, rotation: int, width: float, height: float) -> Piece:
    """Place a piece the way the page is shown; `width` and `height` are those of the page as shown."""
    length = piece.right - piece.left
    match rotation:
        case 90:
            return replace(piece, left=piece.base, right=piece.base + length, base=height - piece.left)
        case 180:
            return replace(piece, left=width - piece.right, right=width - piece.left, base=height - piece.base)
        case 270:
            left = width - piece.base
            return replace(piece, left=left, right=left + length, base=piece.left)
    return piece


def _rows(pieces: list[Piece]) -> Iterator[tuple[Piece, ...]]:
    """Put the pieces of one line together, the top line first; pieces a word apart become one."""
    row: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: -one.base):
        if row and not _is_beside(max(row, key=lambda one: one.size), piece):
            yield _joined(row)
            row = []
        row.append(piece)
    if row:
        yield _joined(row)


def _is_beside(one: Piece, other: Piece) -> bool:
    """Tell whether two pieces stand on one line, a raised sign with its word too."""
    common = min(one.base + one.size, other.base + other.size) - max(one.base, other.base)
    return common > _NEW_LINE * min(one.size, other.size)


def _joined(row: list[Piece]) -> tuple[Piece, ...]:
    out: list[Piece] = []
    biggest = max(one.size for one in row)
    base = next(one.base for one in row if one.size == biggest)
    for piece in sorted(row, key=lambda one: one.left):
        is_sign = piece.size < _SMALL * biggest and piece.base - base > _RAISED * biggest
        if is_sign and piece.text.strip(" ()[]*").isdigit() and out:
            out[-1] = replace(out[-1], right=piece.right)
            continue
        gap = piece.left - out[-1].right if out else 0.0
        if not out or (gap > _COLUMN_GAP * biggest and not is_list_mark(out[-1].text)):
            out.append(piece)
            continue
        blank = " " if gap > _WORD_GAP * biggest else ""
        text = f"{out[-1].text.rstrip()}{blank or ' ' * out[-1].text.endswith(' ')}{piece.text}"
        out[-1] = replace(out[-1], text=text, right=max(piece.right, out[-1].right), size=max(out[-1].size, piece.size))
    return tuple(replace(one, text=one.text.replace(_HYPHEN, "-").strip()) for one in out)
