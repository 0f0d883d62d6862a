"""A page set in two columns: the right one is put below the left one, so that all else reads one column."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from intake.drafting.pdf_piece import Piece

_FEWEST_ROWS = 6  # a signature has fewer rows with something on both sides
_MIDDLE = (0.35, 0.65)  # of the page's width: where a gutter may run
_NARROWEST = 0.6  # of a letter's size
_FILLED = (0.7, 0.55)  # of a column's width that its lines take as a rule, left and right; cells of a table take less
_FLUSH = 0.4  # of a column's lines begin at its edge as a rule; those of a letterhead are centred
_SAME_LINE = 0.5  # of a letter's size


@dataclass(frozen=True)
class _Row:
    """The pieces at one height, from the left."""

    pieces: tuple[Piece, ...]

    @property
    def base(self) -> float:
        return self.pieces[0].base

    def sides(self, gutter: float) -> tuple[list[Piece], list[Piece]]:
        left = [one for one in self.pieces if one.right <= gutter]
        return left, [one for one in self.pieces if one.left >= gutter]

    def crosses(self, gutter: float) -> bool:
        return any(one.left < gutter < one.right for one in self.pieces)


def in_one_column(pieces: list[Piece], width: float) -> list[Piece]:
    """Give the pieces with every band of two columns unfolded; a page without such a band as it is."""
    rows = list(_rows(pieces))
    gutter = _gutter(rows, width)
    if gutter is None:
        return pieces
    out: list[Piece] = []
    moved = 0.0
    for band in _bands(rows, gutter):
        if not _is_text(band, gutter):
            out += [_down(one, moved) for row in band for one in row.pieces]
            continue
        lefts = [one for row in band for one in row.sides(gutter)[0]]
        rights = [one for row in band for one in row.sides(gutter)[1]]
        aside = min(one.left for one in rights) - min(one.left for one in lefts)
        height = band[0].base - band[-1].base + _pitch(band)
        out += [_down(one, moved) for one in lefts]
        out += [_down(replace(one, left=one.left - aside, right=one.right - aside), moved + height) for one in rights]
        moved += height
    return out


def _rows(pieces: Sequence[Piece]) -> Iterator[_Row]:
    row: list[Piece] = []
    for piece in sorted(pieces, key=lambda one: -one.base):
        if row and row[0].base - piece.base > _SAME_LINE * max(piece.size, 1.0):
            yield _Row(tuple(sorted(row, key=lambda one: one.left)))
            row = []
        row.append(piece)
    if row:
        yield _Row(tuple(sorted(row, key=lambda one: one.left)))


def _gutter(rows: Sequence[_Row], width: float) -> float | None:
    """Find the strip in the page's middle that most rows with something on both sides leave free."""
    gaps = [
        (one.right, other.left)
        for row in rows
        for one, other in pairwise(row.pieces)
        if other.left - one.right > _NARROWEST * other.size
        and one.right < _MIDDLE[1] * width
        and other.left > _MIDDLE[0] * width
    ]
    seen = Counter(round(left) for _, left in gaps)
    begins = min((left for left, count in seen.items() if count > 1), default=None)
    if begins is None or len(gaps) < _FEWEST_ROWS:
        return None
    ends = max((right for right, left in gaps if right < begins), default=None)
    return None if ends is None else (ends + begins) / 2


def _bands(rows: Sequence[_Row], gutter: float) -> Iterator[list[_Row]]:
    """Part the rows where one goes over the whole width."""
    band: list[_Row] = []
    for row in rows:
        if row.crosses(gutter):
            if band:
                yield band
            yield [row]
            band = []
        else:
            band.append(row)
    if band:
        yield band


def _is_text(band: Sequence[_Row], gutter: float) -> bool:
    """Tell columns of text from a letterhead and from a table's cells: many rows, nearly full, one piece a side."""
    both = [sides for row in band if all(sides := row.sides(gutter))]
    if len(both) < _FEWEST_ROWS:
        return False
    return all(_is_column([side[which] for side in both], least) for which, least in enumerate(_FILLED))


def _is_column(sides: Sequence[Sequence[Piece]], least: float) -> bool:
    edge = min(side[0].left for side in sides)
    flush = sum(side[0].left - edge < side[0].size for side in sides)
    one_piece = median(len(side) for side in sides) == 1
    return one_piece and flush >= _FLUSH * len(sides) and _filled(sides) > least


def _filled(sides: Sequence[Sequence[Piece]]) -> float:
    begin = min(one.left for side in sides for one in side)
    end = max(one.right for side in sides for one in side)
    return median((side[-1].right - begin) / max(end - begin, 1.0) for side in sides)


def _pitch(band: Sequence[_Row]) -> float:
    return median(one.base - other.base for one, other in pairwise(band))


def _down(piece: Piece, by: float) -> Piece:
    return replace(piece, base=piece.base - by)
