"""From the words on a PDF's pages to paragraphs: no page numbers, running heads or footnotes, no torn lines."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from intake.drafting.columns import read_two_columns
from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules
from intake.drafting.markers import MARKER
from intake.drafting.pdf_marks import PageMarks
from intake.drafting.pdf_piece import Piece
from intake.drafting.rules import find_type_in_capitals
from schemas.folds import nfc

_FOOTNOTE = re.compile(r"[\[(]?(?:\d{1,3}|\*{1,3})[\])]?[.:]?\s*\S")
_PARTED = re.compile(r"[^\W\d_][\u00ad-]\Z")
_LONGEST_WORD = 80
_EDGE = 2  # rows at the top and the bottom of a page where a running head may stand
_NOTE_SIZE = 0.9  # of the text's size; a footnote is set smaller
_HEAD_ROWS = 30
_INDENT, _SLACK, _PARAGRAPH_GAP, _CENTRED = 0.8, 0.5, 1.45, 1.5  # in sizes of the letter; the gap in lines
_FLUSH = 0.3  # of the lines
_OFTEN = 3  # lines that begin at one place: an indent, not centred lines of one length


@dataclass(frozen=True)
class _Line:
    """A line of the text; `column`: it is of a head or foot with two columns and stands for itself."""

    piece: Piece
    page: int
    column: bool = False


@dataclass(frozen=True)
class _Measure:
    """What is usual in this text."""

    size: float
    pitch: float
    left: float
    right: float
    indents: frozenset[int]  # where paragraphs begin


def lay_out(pages: Sequence[PageMarks]) -> str:
    """Give the text of the pages: paragraphs parted by blank lines, lines of a head or a title by line ends."""
    rows = [list(page.rows) for page in pages]
    rows = _without_running_heads(pages, rows)
    measure = _measure(rows)
    rows = [_without_footnotes(page, measure.size) for page in rows]
    lines = [_Line(piece, page, column) for page, found in enumerate(rows) for piece, column in _lines(found, page)]
    return _text(lines, measure)


def _without_running_heads(
    pages: Sequence[PageMarks], rows: list[list[tuple[Piece, ...]]]
) -> list[list[tuple[Piece, ...]]]:
    """Leave out page numbers, and what stands at the same height of several pages."""
    keys = [[_key(row) for row in page] for page in rows]
    edges = [_edges(page) for page in rows]
    seen = Counter(key for page, edge in zip(keys, edges, strict=True) for key in {page[n] for n in edge})
    out = []
    for page, found, edge in zip(keys, rows, edges, strict=True):
        dropped = {n for n in edge if seen[page[n]] > 1 or _is_page_number(found, n)}
        out.append([row for n, row in enumerate(found) if n not in dropped])
    return out


def _edges(page: list[tuple[Piece, ...]]) -> set[int]:
    return {*range(min(_EDGE, len(page))), *range(max(0, len(page) - _EDGE), len(page))}


def _key(row: tuple[Piece, ...]) -> tuple[str, int]:
    """Give what makes rows of two pages the same: words without numbers, and the height."""
    text = re.sub(r"\d+", "#", fold_in_place(" ".join(one.text for one in row)))
    return text, round(row[0].base / 6) if row else 0


def _is_page_number(page: list[tuple[Piece, ...]], n: int) -> bool:
    is_outermost = n in {0, len(page) - 1}
    return is_outermost and len(page[n]) == 1 and _is_number(page[n][0].text)


def _is_number(text: str) -> bool:
    return bool(load_head_rules().debris.page_number.match(fold_in_place(text)))


def _measure(rows: list[list[tuple[Piece, ...]]]) -> _Measure:
    pieces = [row[0] for page in rows for row in page if len(row) == 1]
    pieces = pieces or [piece for page in rows for row in page for piece in row]
    sizes = Counter[float]()
    for piece in pieces:
        sizes[round(piece.size, 1)] += len(piece.text)
    size = sizes.most_common(1)[0][0] if sizes else 12.0
    text = [one for one in pieces if abs(one.size - size) < 1] or pieces
    steps = [a[0].base - b[0].base for page in rows for a, b in pairwise(page)]
    near = [step for step in steps if size * 0.8 < step < size * 3]
    wide = sorted(one.right for one in text)
    lefts = Counter(round(one.left) for one in text)
    return _Measure(
        size=size,
        pitch=median(near) if near else size * 1.2,
        left=float(lefts.most_common(1)[0][0]) if lefts else 0.0,
        right=_right_edge(wide),
        indents=frozenset(left for left, count in lefts.items() if count >= _OFTEN),
    )


def _right_edge(rights: Sequence[float]) -> float:
    """Give where full lines end: where so many do that the text is set flush, else nearly the widest."""
    if not rights:
        return 0.0
    edge, count = Counter(round(right) for right in rights).most_common(1)[0]
    return float(edge) if count >= max(_OFTEN, _FLUSH * len(rights)) else rights[int(len(rights) * 0.9)]


def _without_footnotes(page: list[tuple[Piece, ...]], size: float) -> list[tuple[Piece, ...]]:
    """Leave out the small lines at a page's bottom, from the first that begins with a footnote's sign."""
    small = len(page)
    while small > 0 and all(one.size < _NOTE_SIZE * size for one in page[small - 1]):
        small -= 1
    note = next((n for n in range(small, len(page)) if _FOOTNOTE.match(page[n][0].text)), len(page))
    return page[:note]


def _lines(page: list[tuple[Piece, ...]], number: int) -> Iterator[tuple[Piece, bool]]:
    """Read the columns of a head and of a foot one after the other; elsewhere a row is a line."""
    head = next((n for n, row in enumerate(page[:_HEAD_ROWS]) if _is_title(row)), _HEAD_ROWS) if number == 0 else 0
    foot = next((n for n, row in enumerate(page) if len(row) > 1 and _begins_foot(row)), len(page))
    for begin, end, is_edge in ((0, min(head, foot), True), (min(head, foot), foot, False), (foot, len(page), True)):
        part = page[begin:end]
        if is_edge:
            yield from _in_columns(part)
        else:
            yield from ((_whole(row), False) for row in part)


def _is_title(row: tuple[Piece, ...]) -> bool:
    return len(row) == 1 and find_type_in_capitals(row[0].text) is not None


def _begins_foot(row: tuple[Piece, ...]) -> bool:
    rules = load_head_rules().foot
    return any(
        rules.recipients.match(small) or rules.authority.match(small)
        for small in (fold_in_place(one.text) for one in row)
    )


def _in_columns(part: list[tuple[Piece, ...]]) -> Iterator[tuple[Piece, bool]]:
    for row, is_column in read_two_columns(part):
        if row:
            yield _whole(row), is_column


def _whole(row: Sequence[Piece]) -> Piece:
    first, last = row[0], row[-1]
    return Piece(" ".join(one.text for one in row), first.left, last.right, first.base, max(one.size for one in row))


def _text(lines: Sequence[_Line], measure: _Measure) -> str:
    parts = [nfc(line.piece.text) for line in lines[:1]]
    for above, line in pairwise(lines):
        between, words = _between(above, line, measure), nfc(line.piece.text)
        if between == " " and _PARTED.search(parts[-1][-_LONGEST_WORD:]) and words[:1].islower():
            parts[-1], between = _unhyphenated(parts[-1]), ""
        parts += [between, words]
    return "".join(parts)


def _unhyphenated(line: str) -> str:
    """Take off a hyphen that parts a word at the line's end; Vietnamese words are never parted, theirs stay."""
    return line[:-1] if line.endswith("\u00ad") or line.rsplit(None, 1)[-1].isascii() else line


def _between(above: _Line, line: _Line, measure: _Measure) -> str:
    """Tell how a line follows the one above it: in the same paragraph, on a line of its own, in a new paragraph."""
    step = above.piece.base - line.piece.base
    is_apart = above.page == line.page and not 0 < step < _PARAGRAPH_GAP * measure.pitch
    if above.column or line.column:
        return "\n\n" if is_apart and not (above.column and line.column) else "\n"
    centred = _is_centred(above.piece, measure), _is_centred(line.piece, measure)
    if any(centred):
        return "\n" if all(centred) and not is_apart else "\n\n"
    if is_apart or MARKER.match(line.piece.text) or _ends_early(above.piece, line.piece, measure):
        return "\n\n"
    hangs = MARKER.match(above.piece.text)  # the lines of a list's item stand behind its mark
    is_indented = not hangs and line.piece.left > above.piece.left + _INDENT * measure.size
    return "\n\n" if is_indented or _is_other_size(above.piece, line.piece) else " "


def _is_other_size(above: Piece, line: Piece) -> bool:
    return abs(above.size - line.size) > 1.5


def _ends_early(above: Piece, line: Piece, measure: _Measure) -> bool:
    """Tell whether the next line's first word would still have had room on the line above."""
    letters = max(len(line.text), 1)
    first = len(line.text.split(maxsplit=1)[0]) * (line.right - line.left) / letters
    return above.right + first + _SLACK * measure.size < measure.right


def _is_centred(piece: Piece, measure: _Measure) -> bool:
    before, after = piece.left - measure.left, measure.right - piece.right
    is_between = min(before, after) > measure.size and round(piece.left) not in measure.indents
    return is_between and abs(before - after) < _CENTRED * measure.size
