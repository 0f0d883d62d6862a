"""One cell: what offices write, and what is made of it."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from intake.cells import (
    ErrorValue,
    PercentValue,
    UncachedFormula,
    display,
    is_blank,
    read_number,
    read_percent,
    read_text,
)
from intake.cells_dates import read_date
from intake.cells_lists import make_choices, read_choice, read_yes_no

STATUS = make_choices(
    {
        "in_progress": ["Đang thực hiện", "In progress"],
        "done": ["Hoàn thành", "Done"],
        "done_beyond": ["Hoàn thành vượt yêu cầu", "Done beyond what was asked"],
    }
)
YES_NO = make_choices({"yes": ["Có", "Yes"], "no": ["Không", "No"]})


@pytest.mark.parametrize(
    ("written", "value"),
    [(12.0, "12"), (0.1, "0.1"), (1234.5, "1234.5"), (1e14, "100000000000000"), (-3.0, "-3"), (0.0, "0"),
     (0.1 + 0.2, "0.3"), ("1234", "1234"), (" 12 ", "12"), ("１２", "12"), ("1 234 567", "1234567"), ("-5", "-5"),
     ("1\u00a0234", "1234"), ("1\u202f234", "1234"), ("−7", "-7"), ("–7", "-7"), ("- 7", "-7"), ("+7", "7"),
     ("\ufeff12\u200b", "12"), ("12\r", "12"), ("007", "7"), ("1 234", "1234")],
)  # fmt: skip
def test_takes_a_certain_number_without_a_word(written: Any, value: str) -> None:
    reading = read_number(written)
    assert (reading.value, reading.check) == (Decimal(value), None)


@pytest.mark.parametrize(
    ("written", "value"),
    [("1.234", "1234"), ("12,5", "12.5"), ("1.234.567", "1234567"), ("1.234,5", "1234.5"), ("1,234.5", "1234.5"),
     ("1,234,567", "1234567"), ("0,234", "0.234"), ("1234,567", "1234.567"), ("-1.234", "-1234"), ("1 234,5", "1234.5"),
     ("１２，５", "12.5")],
)  # fmt: skip
def test_tells_how_it_read_a_number_typed_as_text(written: str, value: str) -> None:
    reading = read_number(written)
    assert (reading.value, reading.check, reading.severity) == (Decimal(value), "number.text", "info")


@pytest.mark.parametrize(
    ("written", "check"),
    [("97.5", "number.ambiguous"), ("1,234", "number.ambiguous"), ("0.5", "number.ambiguous"),
     ("khoảng 500", "number.not-a-number"), ("12 người", "number.not-a-number"), ("1.23.4", "number.not-a-number"),
     ("-", "number.none"), ("—", "number.none"), ("không", "number.none"), ("Không có", "number.none"),
     ("10²", "number.not-a-number"), ("①", "number.not-a-number"), ("½", "number.not-a-number"),
     ("١٢", "number.not-a-number"), ("(5)", "number.not-a-number"), ("500 tr.đ", "number.not-a-number"),
     ("1e5", "number.not-a-number"), ("5-", "number.not-a-number"), ("1 234.5", "number.not-a-number"),
     ("12/5", "number.not-a-number"), ("1 23", "number.not-a-number"),
     (True, "number.boolean"), (False, "number.boolean"), (date(2021, 2, 1), "number.is-date"),
     (datetime(2021, 2, 1, tzinfo=UTC), "number.is-date"), (time(3), "number.is-date"),
     (timedelta(1), "number.is-date"),
     (float("inf"), "number.too-large"), (float("nan"), "number.not-a-number"), (1e15, "number.too-large"),
     ("9" * 16, "number.too-large"), (ErrorValue("#REF!"), "cell.error-value"),
     (UncachedFormula(), "cell.formula"),
     (PercentValue(0.85), "number.percent-unexpected"), ("85%", "number.percent-unexpected")],
)  # fmt: skip
def test_asks_back_what_is_not_certainly_a_number(written: Any, check: str) -> None:
    reading = read_number(written)
    assert (reading.value, reading.check, reading.severity) == (None, check, "error")


def test_names_both_readings_of_an_ambiguous_number() -> None:
    assert read_number("97.5").values == {"first": Decimal("97.5"), "second": Decimal(975)}


def test_takes_no_point_for_thousands_where_three_decimals_are_usual() -> None:
    assert read_number("1.234", decimals=3).check == "number.ambiguous"
    assert read_number("1.234.567", decimals=3).value == Decimal(1234567)


@pytest.mark.parametrize("written", [PercentValue(0.97), "97%", "97 %", "９７％"])
def test_reads_a_percentage_however_it_is_written(written: Any) -> None:
    reading = read_percent(written)
    assert (reading.value, reading.check, reading.severity) == (Decimal(97), "number.percent", "info")


def test_reads_a_bare_number_as_a_percentage() -> None:
    assert read_percent(97.0).value == Decimal(97)
    assert read_percent(0.0).value == Decimal(0)
    assert read_percent(PercentValue(0.005)).value == Decimal("0.5")


def test_asks_back_a_bare_fraction_of_a_percentage() -> None:
    reading = read_percent(0.97)
    assert (reading.value, reading.check) == (None, "number.percent-unclear")


@pytest.mark.parametrize(
    "written",
    [date(2016, 9, 5), datetime(2016, 9, 5, tzinfo=UTC), 42618.0, 42618],
)
def test_takes_a_date_cell_and_a_serial_number(written: Any) -> None:
    reading = read_date(written)
    assert (reading.value, reading.check) == (date(2016, 9, 5), None)


@pytest.mark.parametrize(
    "written",
    ["5-9-2016", "05/9/2016", "2016-09-05", "5.9.2016", "05 / 09 / 2016", "ngày 5 tháng 9 năm 2016", "5–9–2016",
     "Ngày 05 tháng 09 năm 2016", "2016-09-05 00:00:00", "０５/０９/２０１６", "05/09/2016 14:30", "ngày 5/9/2016",
     "5/9/2016.", "2016-09-05T08:15:00Z", "2016/9/5", "5 tháng 9, năm 2016", "5\u00a0/9/2016"],
)  # fmt: skip
def test_reads_one_date_in_every_usual_spelling(written: str) -> None:
    reading = read_date(written)
    assert (reading.value, reading.check, reading.severity) == (date(2016, 9, 5), "date.text", "info")


@pytest.mark.parametrize(
    ("written", "check"),
    [("31/02/2021", "date.impossible"), ("9/15/2021", "date.impossible"), ("5/9/16", "date.short-year"),
     ("05.09.16", "date.short-year"), ("9/2016", "date.no-day"), ("tháng 9 năm 2016", "date.no-day"),
     ("09/25/2021", "date.impossible"), ("29/2/2021", "date.impossible"), (60.0, "date.out-of-window"),
     ("5²/9/2016", "date.not-a-date"), ("tháng 9", "date.not-a-date"),
     ("2021", "date.not-a-date"), (2021.0, "date.out-of-window"),
     (True, "date.not-a-date"), (time(1), "date.not-a-date"), (1e9, "date.not-a-date"), (-4.0, "date.not-a-date"),
     ("01/01/1066", "date.out-of-window"), (ErrorValue("#N/A"), "cell.error-value")],
)  # fmt: skip
def test_asks_back_what_is_no_certain_date(written: Any, check: str) -> None:
    reading = read_date(written)
    assert (reading.value, reading.check) == (None, check)


def test_counts_days_from_1904_where_the_workbook_does() -> None:
    assert read_date(41156.0, is_1904=True).value == date(2016, 9, 5)


@pytest.mark.parametrize(
    "written",
    ["Hoàn thành", "hoàn  thành", "HOÀN THÀNH", "Hoa\u0300n tha\u0300nh", "hoan thanh", "done", "Done",
     "Hoàn thành.", "- Hoàn thành", "done - Hoàn thành", "Hoàn thành\u00a0", "ＨＯÀＮ ＴＨÀＮＨ", "\ufeffHoàn thành"],
)  # fmt: skip
def test_finds_a_word_of_a_list_in_every_certain_spelling(written: str) -> None:
    assert read_choice(written, STATUS).value == "done"


def test_shows_the_nearest_word_first() -> None:
    reading = read_choice("Hoàn thàn", STATUS)
    assert (reading.value, reading.check) == (None, "list.unknown")
    assert reading.values["allowed"][0] == "Hoàn thành"


def test_takes_no_spelling_that_two_words_share() -> None:
    shared = make_choices({"a": ["Chậm"], "b": ["Chăm"]})
    assert read_choice("cham", shared).check == "list.unknown"
    assert read_choice("Chăm", shared).value == "b"


@pytest.mark.parametrize(("written", "value"), [("Có", 1), ("khong", 0), (True, 1), (1.0, 1), (0.0, 0), ("no", 0)])
def test_reads_yes_and_no_as_one_and_zero(written: Any, value: int) -> None:
    assert read_yes_no(written, YES_NO).value == Decimal(value)


def test_asks_back_another_number_for_yes_or_no() -> None:
    assert read_yes_no(2.0, YES_NO).check == "list.unknown"


def test_cleans_a_text_of_what_no_one_sees() -> None:
    assert read_text(" a\u202eb\x00\u200bc  d\r\ne ").value == "abc d\ne"
    assert read_text(12.0).value == "12"


@pytest.mark.parametrize("raw", ["", "  ", "\u200b", "\x00", None, "\n"])
def test_takes_invisible_text_for_a_blank_cell(raw: Any) -> None:
    assert is_blank(raw)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [(5.0, "5"), (0.5, "0.5"), (True, "TRUE"), (date(2021, 3, 1), "01/03/2021"), (PercentValue(0.97), "97%"),
     (ErrorValue("#REF!"), "#REF!"), (UncachedFormula(), ""), (float("nan"), "nan"), ("x", "x")],
)  # fmt: skip
def test_shows_a_cell_as_its_sender_saw_it(raw: Any, shown: str) -> None:
    assert display(raw) == shown
