"""Two columns side by side, as in a letterhead: read one down, then the other."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Segment:
    """A piece of a line with nothing but its own words in it; `left` and `right` in any unit of width."""

    text: str
    left: float
    right: float


Row = Sequence[Segment]


@dataclass(frozen=True)
class Gap:
    """The white strip between two columns."""

    left: float
    right: float

    def narrowed(self, row: Row) -> "Gap | None":
        """Give what is left of the strip beside this row's words; None where they stand in it."""
        middle = (self.left + self.right) / 2
        before = [one.right for one in row if (one.left + one.right) / 2 < middle]
        after = [one.left for one in row if (one.left + one.right) / 2 >= middle]
        left, right = max([self.left, *before]), min([self.right, *after])
        return Gap(left, right) if left < right else None


def read_two_columns(rows: Sequence[Row]) -> list[list[Segment]]:
    """Give each row's segments for itself, left column first, wherever a row with two stands among its like.

    >>> left, right = Segment("SỞ Y TẾ", 0, 8), Segment("CỘNG HÒA", 20, 30)
    >>> [[s.text for s in row] for row in read_two_columns([[left, right], [Segment("Số: 1", 0, 5)]])]
    [['SỞ Y TẾ'], ['Số: 1'], ['CỘNG HÒA']]
    """
    out: list[list[Segment]] = []
    at = 0
    while at < len(rows):
        end, gap = _band(rows, at)
        if gap is None:
            out.append(list(rows[at]))
            at += 1
            continue
        out += _down(rows[at:end], gap)
        at = end
    return out


def _band(rows: Sequence[Row], start: int) -> tuple[int, Gap | None]:
    """Give where the rows end that leave one white strip from the row at `start` on, which must have two parts."""
    first = rows[start]
    if len(first) != 2:
        return start, None
    gap = Gap(first[0].right, first[1].left)
    end = start + 1
    while end < len(rows):
        narrowed = gap.narrowed(rows[end]) if rows[end] else gap
        if narrowed is None or len(rows[end]) > 2:
            break
        gap, end = narrowed, end + 1
    return end, gap


def _down(rows: Iterable[Row], gap: Gap) -> list[list[Segment]]:
    middle = (gap.left + gap.right) / 2
    columns: tuple[list[list[Segment]], list[list[Segment]]] = ([], [])
    for row in rows:
        for side in (0, 1):
            there = [one for one in row if ((one.left + one.right) / 2 >= middle) == bool(side)]
            columns[side].append(there)
    return [*columns[0], [], *columns[1]]
