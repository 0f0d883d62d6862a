"""The content model: what it cleans at its border and in which order it is read."""

import unicodedata
from decimal import Decimal

import pytest
from documents import HOSTILE, punctuality, review, trend
from hypothesis import given
from hypothesis import strategies as st

from reports.content import (
    ZERO_WIDTH_SPACE,
    Cell,
    Chart,
    Document,
    Paragraph,
    Series,
    chart_subtitle,
    clean,
    page_mark,
    plain_text,
    signature_line,
)
from schemas.texts import load_texts

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)


@given(ANY_TEXT)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(ANY_TEXT)
def test_a_clean_text_holds_no_control_surrogate_or_direction_mark(text: str) -> None:
    cleaned = clean(text)
    cleaned.encode()  # a lone surrogate would raise
    assert not any(unicodedata.category(letter) in {"Cc", "Cs"} for letter in cleaned)
    assert not set(cleaned) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff")


@given(ANY_TEXT)
def test_a_clean_text_is_composed(text: str) -> None:
    assert unicodedata.is_normalized("NFC", clean(text))


@pytest.mark.parametrize("length", [30, 31, 200, 1500])
def test_a_word_too_long_for_a_column_may_break(length: int) -> None:
    cleaned = clean("a" * length)
    assert max(len(part) for part in cleaned.split(ZERO_WIDTH_SPACE)) <= 15
    assert cleaned.replace(ZERO_WIDTH_SPACE, "") == "a" * length


def test_blanks_for_the_office_to_fill_are_kept() -> None:
    assert clean("Số          -BC/ĐUK") == "Số          -BC/ĐUK"


def test_a_line_break_inside_a_text_becomes_a_space() -> None:
    assert clean("một\r\nhai\u2028ba\vbốn") == "một hai ba bốn"


def test_every_piece_is_clean_as_soon_as_it_is_made() -> None:
    assert Paragraph("a\x00b").text == "ab"
    assert Cell(HOSTILE).text == clean(HOSTILE)
    assert Series("\u202ex", (("y\x07", Decimal(1)),)) == Series("x", (("y", Decimal(1)),))
    assert review().recipients == tuple(clean(line) for line in review().recipients)


def test_the_text_is_read_from_letterhead_to_last_annex() -> None:
    said = plain_text(review())
    places = [
        said.index(text)
        for text in (
            "ĐẢNG ỦY KHỐI MINH HỌA",
            "BÁO CÁO",
            "Kính gửi: Ban Bí thư Trung ương Đảng",
            "I. ĐẶC ĐIỂM TÌNH HÌNH",
            "Biểu đồ 2. Báo cáo phải nộp theo năm",
            "T/M BAN THƯỜNG VỤ",
            "PHỤ LỤC I",
            "Cộng",
            "PHƯƠNG PHÁP VÀ CHẤT LƯỢNG SỐ LIỆU",
        )
    ]
    assert places == sorted(places)


def test_a_chart_says_its_unit_and_what_the_dashed_line_means() -> None:
    texts = load_texts("vi")
    assert chart_subtitle(trend(0), texts) == "Đơn vị tính: %; nét đứt: chỉ tiêu 95,0"
    assert chart_subtitle(punctuality(), texts) == "Đơn vị tính: báo cáo"


def test_a_chart_with_words_of_its_own_keeps_them() -> None:
    chart = Chart("c", "bars", "", "", "", (), "%", Decimal(1), subtitle="Xếp từ cao xuống thấp")
    assert chart_subtitle(chart, load_texts("vi")) == "Xếp từ cao xuống thấp"


@pytest.mark.parametrize(
    ("is_draft", "banner", "mark"),
    [
        (True, "MINH HỌA", "DỰ THẢO – MINH HỌA"),
        (True, None, "DỰ THẢO"),
        (False, "MINH HỌA", "MINH HỌA"),
        (False, None, ""),
    ],
)
def test_marks_of_a_page_are_joined(is_draft: bool, banner: str | None, mark: str) -> None:
    document: Document = review(is_draft=is_draft, banner=banner)
    assert page_mark(document, load_texts("vi")) == mark


def test_a_signature_names_in_whose_name_it_is_signed() -> None:
    assert signature_line(review().signature) == "T/M BAN THƯỜNG VỤ"
