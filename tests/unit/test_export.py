"""Exported tables hold real numbers, and no text of theirs is ever run by a spreadsheet."""

import csv
import tempfile
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from models.errors import RefusedError
from reports.export import Sheet, write_table, write_tables
from reports.export_csv import LIKE_FORMULAS
from schemas.texts import load_texts

VI = load_texts("vi")
COLUMNS = ("unit", "value", "due", "overdue", "received_at")
ROW = {
    "unit": '=HYPERLINK("http://x")',
    "value": Decimal("-1234.50"),
    "due": date(2022, 12, 23),
    "overdue": True,
    "received_at": datetime(2022, 12, 24, 8, 30, 5, 999, tzinfo=UTC),
}


def written(path: Path, rows: list[dict[str, Any]], columns: tuple[str, ...] = COLUMNS, language: str = "vi") -> Path:
    return write_table(path, "Báo cáo [năm] 2022", columns, rows, load_texts(language))


def read_back(path: Path, language: str = "vi") -> list[list[str]]:
    """Read a .csv as Excel does in a language."""
    content = path.read_bytes().decode("utf-8-sig")
    return list(csv.reader(StringIO(content, newline=""), delimiter={"vi": ";", "en": ","}[language], strict=True))


def test_a_workbook_has_real_numbers_days_and_no_formula(tmp_path: Path) -> None:
    page = load_workbook(written(tmp_path / "a.xlsx", [ROW])).active
    unit, value, due, overdue, received = (page.cell(4, column) for column in range(1, 6))
    assert (unit.data_type, unit.value, unit.quotePrefix) == ("s", ROW["unit"], True)
    assert (value.data_type, value.value) == ("n", -1234.5)
    assert (due.value, due.number_format) == (datetime(2022, 12, 23), "dd/mm/yyyy")  # noqa: DTZ001  a cell knows no zone
    assert overdue.value == "có"
    assert received.value == datetime(2022, 12, 24, 8, 30, 5)  # noqa: DTZ001
    assert [cell.value for cell in page[3]] == ["Đơn vị", "Giá trị", "Hạn gửi", "Quá hạn", "Nhận lúc"]


def test_a_workbook_is_ready_for_the_screen_and_for_paper(tmp_path: Path) -> None:
    page = load_workbook(written(tmp_path / "a.xlsx", [ROW, ROW])).active
    assert (page.freeze_panes, page.auto_filter.ref, page.print_title_rows) == ("B4", "A3:E5", "$3:$3")
    assert (page.page_setup.orientation, page.page_setup.fitToWidth) == ("landscape", 1)
    assert page["A1"].value == "Báo cáo [năm] 2022"


def test_the_same_table_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (written(tmp_path / name, [ROW]).read_bytes() for name in ("a.xlsx", "b.xlsx"))
    assert first == second


@pytest.mark.parametrize(("language", "number", "yes"), [("vi", "-1234,5", "có"), ("en", "-1234.5", "yes")])
def test_a_csv_is_what_excel_reads_in_its_language(tmp_path: Path, language: str, number: str, yes: str) -> None:
    path = written(tmp_path / "a.csv", [ROW, ROW | {"unit": 'D01; D02, "D03"'}], language=language)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert path.read_bytes().count(b"\r\n") == 3
    head, first, second = read_back(path, language)
    assert len(head) == len(COLUMNS)
    assert first == ['\'=HYPERLINK("http://x")', number, "2022-12-23", yes, "2022-12-24 08:30:05"]
    assert second[0] == 'D01; D02, "D03"'


texts = st.text(max_size=12) | st.builds(
    lambda head, sign, tail: head + sign + tail,
    st.sampled_from(["", " ", "\t", "\r\n", "\u00a0"]),
    st.sampled_from([*LIKE_FORMULAS, "\t", "\r", "\n", "'"]),
    st.text(max_size=5),
)


@given(texts)
def test_no_text_of_a_csv_begins_as_a_formula_does(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, (value, unit) = read_back(written(Path(folder) / "a.csv", [{"unit": text, "value": 0}], ("value", "unit")))
    assert value == "0"
    assert not unit.startswith(("\t", "\r", "\n"))
    assert not unit.lstrip().startswith(LIKE_FORMULAS)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=6, min_value=-(10**12), max_value=10**12))
def test_a_number_comes_back_from_a_csv_to_the_last_digit(number: Decimal) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, (value,) = read_back(written(Path(folder) / "a.csv", [{"value": number}], ("value",)))
    assert Decimal(value.replace(",", ".")) == number


def test_several_tables_are_sheets_of_one_workbook_or_files_of_their_own(tmp_path: Path) -> None:
    sheets = [Sheet("Theo cấp", "Một", ("unit",), [{"unit": "D01"}]), Sheet("Theo cấp", "Hai", ("unit",), [])]
    (book,) = write_tables(tmp_path / "a.xlsx", sheets, VI)
    assert load_workbook(book).sheetnames == ["Theo cấp", "Theo cấp1"]
    assert [path.name for path in write_tables(tmp_path / "a.csv", sheets, VI)] == ["a.csv", "a-2.csv"]


@pytest.mark.parametrize(
    ("name", "key"), [("a.pdf", "export.ending"), ("a", "export.ending"), ("none/a.csv", "export.no-folder")]
)
def test_another_ending_or_no_folder_is_refused_with_a_sentence(tmp_path: Path, name: str, key: str) -> None:
    with pytest.raises(RefusedError) as refused:
        written(tmp_path / name, [ROW])
    assert refused.value.key == key
    for language in ("vi", "en"):
        assert load_texts(language)(key, **refused.value.values)


def test_a_place_that_cannot_be_written_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(RefusedError, match=r"export\.unwritable"):
        written(tmp_path / "a.csv", [ROW])
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]
