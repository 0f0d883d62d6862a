"""Changing single cells of a finished workbook."""

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import PatternFill
from python_calamine import CalamineWorkbook

from reports.patch import pack, patch_cells, read_template, settle, write_whole
from reports.sheet_style import clean_text

PLACES = ("A1", "B2", "C3")


def make_workbook() -> bytes:
    book, whole = Workbook(), io.BytesIO()
    page = book.active
    page.title = "Tiến độ & <kết quả>"
    for place in PLACES:
        page[place] = "@@unit@@" if place == "C3" else "before"
        page[place].fill = PatternFill("solid", fgColor="FFFFF8DC")
    page["D4"] = 7
    page["A1"].number_format = "dd/mm/yyyy"
    page.oddHeader.left.text = "@@unit@@"
    book.save(whole)
    return whole.getvalue()


WORKBOOK = make_workbook()
SHEET = "Tiến độ & <kết quả>"


def reread(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def test_writes_texts_numbers_and_dates_and_keeps_each_style() -> None:
    values = {"A1": date(2022, 6, 14), "B2": Decimal("1234.5"), "C3": 'Đã xong <&> "12"'}
    page = reread(patch_cells(WORKBOOK, {SHEET: values}))[SHEET]
    assert page["A1"].value.date() == date(2022, 6, 14)
    assert page["B2"].value == 1234.5
    assert page["C3"].value == 'Đã xong <&> "12"'
    assert {page[place].fill.fgColor.rgb for place in PLACES} == {"FFFFF8DC"}
    assert page["D4"].value == 7


def test_empties_a_cell() -> None:
    assert reread(patch_cells(WORKBOOK, {SHEET: {"B2": None}}))[SHEET]["B2"].value is None


def test_a_text_that_looks_like_a_formula_stays_a_text() -> None:
    page = reread(patch_cells(WORKBOOK, {SHEET: {"B2": '=HYPERLINK("http://x")'}}))[SHEET]
    assert page["B2"].data_type == "s"


def test_equal_content_gives_equal_bytes() -> None:
    first, second = (patch_cells(WORKBOOK, {SHEET: {"B2": "x"}}) for _ in range(2))
    assert first == second
    with ZipFile(io.BytesIO(first)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_hour_of_its_making_does_not_tell() -> None:
    parts = settle(read_template(WORKBOOK)).parts
    assert b"2000-01-01T00:00:00Z" in parts["docProps/core.xml"]


def test_fills_marks_in_cells_and_headers_once() -> None:
    patched = reread(patch_cells(WORKBOOK, {}, {"unit": "A && B @@unit@@"}))[SHEET]
    assert patched["C3"].value == "A && B @@unit@@"
    assert patched.oddHeader.left.text == "A && B @@unit@@"


def test_leaves_marks_that_nobody_fills() -> None:
    assert reread(patch_cells(WORKBOOK, {}, {"other": "x"}))[SHEET]["C3"].value == "@@unit@@"


@pytest.mark.parametrize("cells", [{"nope": {"A1": "x"}}, {SHEET: {"Z99": "x"}}])
def test_refuses_a_sheet_or_cell_that_the_template_lacks(cells: dict[str, dict[str, str]]) -> None:
    with pytest.raises(KeyError):
        patch_cells(WORKBOOK, cells)


def test_parts_survive_packing() -> None:
    parts = read_template(WORKBOOK).parts
    assert read_template(pack(parts)).parts == parts


def test_leaves_no_temporary_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "new" / "a.xlsx", b"1")
    write_whole(tmp_path / "new" / "a.xlsx", b"2")
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "new").iterdir()] == [("a.xlsx", b"2")]


@given(st.text(max_size=200))
def test_every_text_arrives_as_it_was_sent(text: str) -> None:
    """Whatever a name holds; carriage returns alone are line feeds to XML."""
    patched = patch_cells(WORKBOOK, {SHEET: {"B2": text}})
    row = CalamineWorkbook.from_filelike(io.BytesIO(patched)).get_sheet_by_index(0).to_python(skip_empty_area=False)[1]
    assert row[1] == clean_text(text).replace("\r\n", "\n").replace("\r", "\n")


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**14), max_value=10**14, places=2))
def test_every_number_arrives_as_it_was_sent(number: Decimal) -> None:
    patched = patch_cells(WORKBOOK, {SHEET: {"B2": number}})
    row = CalamineWorkbook.from_filelike(io.BytesIO(patched)).get_sheet_by_index(0).to_python(skip_empty_area=False)[1]
    assert row[1] == float(number)
