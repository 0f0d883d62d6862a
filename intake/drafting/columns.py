"""Two columns side by side, as in a letterhead: read one down, then the other."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar


class Spanned(Protocol):
    """Words in a row with nothing between them; where they begin and end, in any unit of width."""

    @property
    def left(self) -> float: ...
    @property
    def right(self) -> float: ...


@dataclass(frozen=True)
class Segment:
    text: str
    left: float
    right: float


_LIST_MARK = re.compile(r"\s*(?:[-–•+]|\(?(?:\d{1,2}(?:\.\d{1,2})*|[IVXivx]{1,5}|[^\W\d_])[.)/-]?)\s*")


def is_list_mark(text: str) -> bool:
    """Tell "1.", "a)" or "-", which stands apart from its text and is no column."""
    return bool(_LIST_MARK.fullmatch(text))


Words = TypeVar("Words", bound=Spanned)


@dataclass(frozen=True)
class _Gap:
    """The white strip between two columns."""

    left: float
    right: float

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    def is_before(self, words: Spanned) -> bool:
        return (words.left + words.right) / 2 < self.middle

    def narrowed(self, row: Sequence[Spanned]) -> "_Gap | None":
        """Give what is left of the strip beside this row's words; None where they stand in it."""
        left = max([self.left, *(one.right for one in row if self.is_before(one))])
        right = min([self.right, *(one.left for one in row if not self.is_before(one))])
        return _Gap(left, right) if left < right else None


def read_two_columns(rows: Sequence[Sequence[Words]]) -> list[tuple[Sequence[Words], bool]]:
    """Give the rows in reading order, and whether each is of a column: from a row with two parts on, left before right.

    >>> left, right = Segment("SỞ Y TẾ", 0, 8), Segment("CỘNG HÒA", 20, 30)
    >>> [[s.text for s in row] for row, _ in read_two_columns([[left, right], [Segment("Số: 1", 0, 5)]])]
    [['SỞ Y TẾ'], ['Số: 1'], [], ['CỘNG HÒA'], []]
    """
    out: list[tuple[Sequence[Words], bool]] = []
    at = 0
    while at < len(rows):
        end, gap = _band(rows, at)
        if gap is None:
            out.append((rows[at], False))
            at += 1
            continue
        out += [(row, True) for row in _down(rows[at:end], gap)]
        at = end
    return out


def _band(rows: Sequence[Sequence[Words]], start: int) -> tuple[int, _Gap | None]:
    """Give where the rows end that leave one white strip from the row at `start` on, which must have two parts."""
    match rows[start]:
        case [first, second]:
            gap = _Gap(first.right, second.left)
        case _:
            return start, None
    end = start + 1
    while end < len(rows):
        narrowed = gap.narrowed(rows[end])
        if narrowed is None:
            break
        gap, end = narrowed, end + 1
    return end, gap


def _down(rows: Iterable[Sequence[Words]], gap: _Gap) -> list[Sequence[Words]]:
    left = [[one for one in row if gap.is_before(one)] for row in rows]
    right = [[one for one in row if not gap.is_before(one)] for row in rows]
    return [*left, [], *right]
