"""Places of cells and rows: the quick way to see that they are single gives what the thorough one gives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.places import ensure_single_places, find_plain
from models.errors import UnreadableWorkbookError

CELLS = (
    '<c r="A1"><v>1</v></c>',
    '<c r="B1" s="3"/>',
    '<c r="A2"/>',
    "<c r='C1'/>",
    "<c/>",
    '<x:c r="D1"/>',
    '<c s="1" r="E1"/>',
)
ROWS = ('<row r="1">', '<row r="2">', "<row>", '<row spans="1:9" r="3">')
AROUND = ('<cols><col min="1"/></cols>', '<c r="A1"/>', "<mergeCells/>", "<sheetData/>", "")


def sheet_of(before: str, rows: list[tuple[str, list[str]]], after: str) -> bytes:
    table = "".join(f"{row}{''.join(cells)}</row>" for row, cells in rows)
    return f"<worksheet>{before}<sheetData>{table}</sheetData>{after}</worksheet>".encode()


def is_single(sheet: bytes, *, is_thorough: bool) -> bool:
    try:
        ensure_single_places(sheet, None if is_thorough else find_plain(sheet))
    except UnreadableWorkbookError:
        return False
    return True


@given(
    st.sampled_from(AROUND),
    st.lists(st.tuples(st.sampled_from(ROWS), st.lists(st.sampled_from(CELLS), max_size=4)), max_size=4),
    st.sampled_from(AROUND),
)
def test_both_ways_refuse_the_same_sheets(before: str, rows: list[tuple[str, list[str]]], after: str) -> None:
    sheet = sheet_of(before, rows, after)
    assert is_single(sheet, is_thorough=False) == is_single(sheet, is_thorough=True)


def test_a_sheet_as_programs_write_it_is_plain() -> None:
    plain = find_plain(sheet_of(AROUND[0], [(ROWS[0], [*CELLS[:2]]), (ROWS[1], [CELLS[2]])], AROUND[2]))
    assert plain is not None
    assert (plain.cells, plain.rows, plain.is_near) == ([b"A1", b"B1", b"A2"], [b"1", b"2"], True)


@pytest.mark.parametrize("cell", [*CELLS[3:], "<c\tr='A1'/>", '<c r ="A1"/>'])
def test_any_other_spelling_is_not_plain(cell: str) -> None:
    assert find_plain(sheet_of("", [(ROWS[0], [cell])], "")) is None


@pytest.mark.parametrize("place", ["AA1", "A10000"])
def test_far_places_are_told(place: str) -> None:
    plain = find_plain(sheet_of("", [(ROWS[0], [f'<c r="{place}"/>'])], ""))
    assert plain is not None
    assert not plain.is_near
