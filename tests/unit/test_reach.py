"""How far out filled cells may lie, told from the bytes of a sheet alone."""

import pytest

from intake.reach import AREA, ensure_near
from models.errors import UnreadableWorkbookError

FAR = [
    (b'<row r="200001"><c r="A200001" s="3" t="inlineStr"><is><t>x</t></is></c></row>', "A200001"),
    (b'<row r="9"><c r="ZZZ9"><v>1</v></c></row>', "ZZZ9"),
    (b'<c r="T100000"><v>1</v></c><c r="A100001"><v>1', "A100001"),
]


@pytest.mark.parametrize(("piece", "address"), FAR)
def test_a_far_cell_at_the_end_of_a_piece_is_refused_before_anything_parses_it(piece: bytes, address: str) -> None:
    with pytest.raises(UnreadableWorkbookError) as raised:
        ensure_near([b"<not xml", b"x" * 100_000 + piece])
    assert (raised.value.key, raised.value.values) == ("file.far-cell", {"address": address})


def test_rows_and_columns_of_different_pieces_make_one_rectangle() -> None:
    wide, long = b'<c r="T1"><v>1</v></c>', f'<c r="A{AREA // 20 + 1}"><v>1</v></c>'.encode()
    ensure_near([wide])
    ensure_near([long])
    with pytest.raises(UnreadableWorkbookError):
        ensure_near([wide, long])


def test_blank_cells_may_lie_anywhere() -> None:
    ensure_near([b'<row r="1048576"><c r="XFD1048576" s="1"/></row>', b'<c r="B1048576" s="1"></c>'])
