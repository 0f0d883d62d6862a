"""A text's lines as its author wrote them: two columns read one after the other, a web page's debris left out."""

import re
from collections.abc import Iterator
from itertools import groupby

from intake.drafting.columns import Segment, is_list_mark, read_two_columns
from intake.drafting.folds import fold_in_place
from intake.drafting.head_rules import load_head_rules
from intake.drafting.rules import find_type_in_capitals
from schemas.folds import nfc

_HAS_LETTER = re.compile(r"[^\W\d_]")
# "Số:      12/KH-UBND" and "Hà Nội, ngày      tháng      năm 2020" are wide inside, not two columns.
_WIDE_NUMBER = re.compile(r"\A\s*(?:số|no\.?)[\W_]*\d*[a-z]?\s*[-–/]\s*\S+", re.IGNORECASE)
_WIDE_DATE = re.compile(r"(?<=ngày)[\s.…_]*(\d{0,2})[\s.…_]*tháng[\s.…_]*(\d{0,2})[\s.…_]*năm\s+", re.IGNORECASE)
_COLUMN_GAP = re.compile(r"\t+ *| {3,}\t*")
_PIECE = re.compile(r"\S+(?:[ \u00a0]{1,2}\S+)*")
_TAB, _RIGHT_COLUMN = 20, 60  # letters
_HEAD_ROWS = 40  # a letterhead ends well before
_LARGEST_TAIL = 0.4  # of a page; what ends a text stands in its later part
_WIDEST = 200  # blanks: no page is wider, and patterns that skip blanks stay fast
_VERY_WIDE = re.compile(rf"[ \u00a0\t]{{{_WIDEST},}}")
_MENU_WORDS = 4
_MENU_LINES = 3  # so many short lines of navigation in a row are a menu


def read_lines(text: str) -> list[str]:
    """Give each line tidy; one without letters as empty: it separates paragraphs."""
    narrow = _VERY_WIDE.sub(lambda found: found[0][:_WIDEST], text)
    return list(_without_menus(_without_debris(_columns_in_turn(narrow.splitlines()))))


def _columns_in_turn(raw: list[str]) -> list[str]:
    """Read side by side what stands side by side at the head and at the foot; other lines stay as they are."""
    foot = next((n for n in range(len(raw) - 1, 0, -1) if _begins_foot(raw[n])), len(raw))
    titled = next((n for n, line in enumerate(raw[:_HEAD_ROWS]) if find_type_in_capitals(nfc(line))), _HEAD_ROWS)
    head = min(titled, foot)
    return [*_in_turn(raw[:head]), *raw[head:foot], *_in_turn(raw[foot:])]


def _begins_foot(line: str) -> bool:
    return bool(_COLUMN_GAP.search(line.strip())) and bool(
        load_head_rules().foot.recipients.match(fold_in_place(line.strip()))
    )


def _in_turn(raw: list[str]) -> list[str]:
    rows = [_row(line) for line in raw]
    return ["   ".join(one.text for one in row) for row, _ in read_two_columns(rows)]


def _row(line: str) -> list[Segment]:
    """Take a line apart at tabs and wide blanks, but neither its number nor its date."""
    spread = _WIDE_DATE.sub(r" \1 tháng \2 năm ", _spread(line)).rstrip()
    number = _WIDE_NUMBER.match(spread)
    end = number.end() if number else 0
    whole = [(number.start() + len(number[0]) - len(number[0].lstrip()), end)] if number else []
    spans = [*whole, *(found.span() for found in _PIECE.finditer(spread, end))]
    if len(spans) > 1 and is_list_mark(spread[slice(*spans[0])]):
        spans = [(spans[0][0], spans[1][1]), *spans[2:]]
    return [Segment(nfc(spread[start:stop]), start, stop) for start, stop in spans]


def _spread(line: str) -> str:
    """Put what stands behind a tab where the right column begins, whatever stands before it."""
    first, *others = re.split(r"\t+", line)
    return first if not others else first.ljust(_RIGHT_COLUMN) + "".join(one.ljust(_TAB) for one in others)


def _without_debris(lines: list[str]) -> Iterator[str]:
    debris = load_head_rules().debris
    left = sum(map(len, lines))
    most_after = left * _LARGEST_TAIL
    for raw in lines:
        left -= len(raw)
        line = nfc(raw)
        small = fold_in_place(line)
        if debris.after.match(small):
            if left < most_after:
                return
            continue
        found = debris.anywhere.search(small)
        if found:
            line = line[: found.start()].strip()
        if (found and not line) or debris.line.match(fold_in_place(line)):
            continue
        yield line if _HAS_LETTER.search(line) else ""


def _without_menus(lines: Iterator[str]) -> Iterator[str]:
    """Leave out runs of a site's navigation; a single such line may be a heading."""
    for is_menu, run in groupby(lines, key=_is_navigation):
        there = list(run)
        if not is_menu or len(there) < _MENU_LINES:
            yield from there


def _is_navigation(line: str) -> bool:
    return (
        bool(line)
        and len(line.split()) <= _MENU_WORDS
        and bool(load_head_rules().debris.menu.match(fold_in_place(line)))
    )
