"""The annex workbook: real numbers, text that stays text, charts of its own, ready to print."""

import shutil
import subprocess
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from documents import BANNER, FORMULA, HOSTILE, review, task_matrix
from openpyxl import load_workbook
from pypdf import PdfReader
from python_calamine import CalamineWorkbook
from reading import bare

from reports.annex import write_annex
from reports.annex_cells import number_format
from reports.content import ZERO_WIDTH_SPACE, AnnexSheet, Cell, clean


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("annex") / "annex.xlsx"
    write_annex(review(), path)
    return path


@pytest.fixture(scope="module")
def book(written: Path) -> Any:
    return load_workbook(written)


def tasks_of(book: Any) -> Any:
    return book["PHỤ LỤC I"]


def head_row(page: Any) -> int:
    return int(page[page.auto_filter.ref.split(":")[0]].row)


def test_every_table_and_text_of_the_document_has_its_sheet(book: Any) -> None:
    assert book.sheetnames == [
        "Mục lục",
        "Bảng 1",
        "PHỤ LỤC I",
        "PHỤ LỤC II",
        "Biểu đồ",
        "Số liệu biểu đồ",
        "PHỤ LỤC III",
        "Mã số liệu",
    ]


def test_numbers_are_numbers_shown_as_they_are_printed(book: Any) -> None:
    page = tasks_of(book)
    row = head_row(page) + 3
    count, share = page.cell(row, 6), page.cell(row, 7)
    assert count.value == 34
    assert count.number_format == "#,##0"
    assert Decimal(str(share.value)).quantize(Decimal("0.01")) == Decimal("97.14")
    assert share.number_format == "#,##0.0"


def test_a_value_that_was_not_reported_is_a_dash_and_no_number(book: Any) -> None:
    page = book["Bảng 1"]
    assert page.cell(head_row(page) + 5, 4).value == "–"


def test_a_text_is_never_a_formula(book: Any, written: Path) -> None:
    cells = [cell for page in book for row in page.iter_rows() for cell in row if cell.value is not None]
    assert not [cell for cell in cells if cell.data_type == "f"]
    cell = next(cell for cell in cells if cell.value == FORMULA)
    assert cell.quotePrefix
    read = CalamineWorkbook.from_path(written).get_sheet_by_name("PHỤ LỤC I").to_python()
    assert any(FORMULA in row for row in read)


@pytest.mark.parametrize("start", ["=1+1", "+84", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0"])
def test_whatever_a_text_begins_with_it_stays_text(tmp_path: Path, start: str) -> None:
    sheet = AnnexSheet(start, start, texts=(start,))
    write_annex(review(), tmp_path / "a.xlsx", sheets=(sheet,))
    page = load_workbook(tmp_path / "a.xlsx").worksheets[1]
    cells = [cell for row in page.iter_rows() for cell in row if cell.value == start]
    assert len(cells) == 2
    assert all(cell.data_type == "s" for cell in cells)


def test_hostile_text_comes_out_as_text_without_breaks_for_paper(book: Any) -> None:
    values = {cell.value for row in tasks_of(book).iter_rows() for cell in row}
    assert clean(HOSTILE).replace(ZERO_WIDTH_SPACE, "") in values


def test_the_banner_is_in_the_first_row_and_the_page_header_of_every_sheet(book: Any) -> None:
    for page in book:
        assert BANNER in page["A1"].value
        assert BANNER in page.oddHeader.center.text


def test_tables_can_be_filtered_and_keep_their_heads_in_sight_and_in_print(book: Any) -> None:
    page = tasks_of(book)
    head = head_row(page)
    assert page.auto_filter.ref == f"A{head}:G{head + 37}"
    assert page.freeze_panes == f"B{head + 1}"
    assert page.print_title_rows == f"${head}:${head}"


def test_the_first_sheet_leads_to_every_other_and_each_leads_back(book: Any) -> None:
    contents = book["Mục lục"]
    links = {cell.value: cell.hyperlink.location for row in contents.iter_rows() for cell in row if cell.hyperlink}
    assert links == {name: f"'{name}'!A1" for name in book.sheetnames[1:]}
    for page in book.worksheets[1:]:
        back = [cell.hyperlink.location for row in page.iter_rows(max_row=4) for cell in row if cell.hyperlink]
        assert back == ["'Mục lục'!A1"]


def test_a_heat_map_is_coloured_by_a_scale_that_follows_the_numbers(book: Any) -> None:
    page = book["PHỤ LỤC II"]
    scaled = {str(area.sqref): rule.type for area in page.conditional_formatting for rule in area.rules}
    head = head_row(page)
    assert scaled == {f"{letter}{head + 1}:{letter}{head + 35}": "colorScale" for letter in "BCDEF"}
    assert page.cell(head + 1, 2).fill.fill_type is None
    assert not book["Mã số liệu"].conditional_formatting


def test_pages_are_a4_on_their_side_and_one_page_wide(book: Any) -> None:
    for page in book:
        assert (page.page_setup.orientation, int(page.page_setup.paperSize)) == ("landscape", 9)
        assert page.sheet_properties.pageSetUpPr.fitToPage
        assert (page.page_setup.fitToWidth, page.page_setup.fitToHeight) == (1, 0)
        assert page.print_title_rows


def test_a_row_of_long_text_is_high_enough(book: Any) -> None:
    page = tasks_of(book)
    heights = [page.row_dimensions[head_row(page) + at].height for at in (2, 9)]
    assert heights[1] > 3 * heights[0] / 2


def test_charts_are_native_and_stand_on_a_sheet_of_their_own(book: Any) -> None:
    assert [len(page._charts) for page in book] == [0, 0, 0, 0, 8, 0, 0, 0]
    data = book["Số liệu biểu đồ"]
    values = [cell.value for row in data.iter_rows() for cell in row]
    assert 97.3 in values
    assert "Chỉ tiêu" in values


def test_each_figure_is_found_again_in_the_cell_its_index_names(book: Any) -> None:
    index = book["Mã số liệu"]
    rows = list(index.iter_rows(min_row=head_row(index) + 1, max_col=6, values_only=True))
    figures = [row for row in rows if row[0] and row[1] in book.sheetnames]
    assert len(figures) > 200
    assert {"F000", "heat:1:3", "trend-0:1:1", "punctuality:1:4"} <= {row[0] for row in figures}
    assert all(book[sheet][cell].value == value for _, sheet, cell, _, _, value in figures)


def test_sheet_names_are_made_fit_and_never_collide(tmp_path: Path) -> None:
    names = ("a/b:c*d?[e]", "x" * 60, "X" * 60, "'", "")
    write_annex(review(), tmp_path / "a.xlsx", sheets=tuple(AnnexSheet(name, "t", texts=("t",)) for name in names))
    sheets = load_workbook(tmp_path / "a.xlsx").sheetnames
    assert len({name.casefold() for name in sheets}) == 6
    assert max(len(name) for name in sheets) <= 31


def test_two_tables_of_one_annex_get_two_sheets(tmp_path: Path) -> None:
    document = review()
    twice = replace(document.annexes[0], blocks=(task_matrix(), task_matrix()))
    write_annex(replace(document, annexes=(twice,)), tmp_path / "a.xlsx")
    assert {"PHỤ LỤC I", "PHỤ LỤC I (2)"} <= set(load_workbook(tmp_path / "a.xlsx").sheetnames)


@pytest.mark.parametrize(
    ("cell", "language", "expected"),
    [
        (Cell("1.400", Decimal(1400)), "vi", "#,##0"),
        (Cell("1,400", Decimal(1400)), "en", "#,##0"),
        (Cell("97,3%", Decimal("97.31")), "vi", '#,##0.0"%"'),
        (Cell("0,125", Decimal("0.125")), "vi", "#,##0.000"),
        (Cell("-5", Decimal(-5)), "vi", "#,##0"),
        (Cell("31/12/2021", date(2021, 12, 31)), "vi", "dd/mm/yyyy"),
    ],
)
def test_the_format_follows_from_what_is_printed(cell: Cell, language: str, expected: str) -> None:
    assert number_format(cell, language) == expected


def test_the_same_content_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_annex(review(), tmp_path / "again.xlsx")
    assert (tmp_path / "again.xlsx").read_bytes() == written.read_bytes()


@pytest.mark.office
@pytest.mark.slow
def test_libreoffice_prints_it_with_the_banner_on_every_page(written: Path, tmp_path: Path) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [soffice, home, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), str(written)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = [bare(page.extract_text()) for page in PdfReader(tmp_path / "annex.pdf").pages]
    assert all(bare(BANNER) in page for page in pages)
    assert len(pages) <= 27
