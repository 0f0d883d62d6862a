"""Which texts are quoted: from different units and years, word for word, the same ones each time."""

from dataclasses import dataclass

from reports.excerpts import LONG, excerpts


@dataclass(frozen=True)
class Word:
    unit: str
    year: int
    text: str


def chosen(said: list[Word], most: int = 4) -> list[Word]:
    return excerpts(said, most, text=lambda one: one.text, traits=lambda one: (one.unit, one.year))


def test_different_units_and_years_come_before_more_of_the_same() -> None:
    said = [
        Word("D01", 2026, "Một hai ba bốn năm"),
        Word("D01", 2026, "Sáu bảy tám chín mười"),
        Word("D02", 2025, "Đề nghị cấp thêm kinh phí"),
        Word("D03", 2024, "Cần hướng dẫn sớm hơn nữa"),
    ]
    assert chosen(said, 3) == [said[0], said[2], said[3]]


def test_two_texts_that_open_with_the_same_words_are_one_formula() -> None:
    said = [
        Word("D01", 2026, "Đề nghị cung cấp tài liệu về an sinh"),
        Word("D02", 2025, "ĐỀ NGHỊ cung cấp tài liệu về môi trường"),
        Word("D01", 2026, "Cần thêm lớp bồi dưỡng"),
    ]
    assert chosen(said, 2) == [said[0], said[2]]


def test_the_newest_comes_first_where_nothing_else_decides_and_a_long_one_last() -> None:
    said = [Word("D01", 2026, "a " * LONG), Word("D01", 2026, "Ngắn"), Word("D01", 2026, "Gọn")]
    assert chosen(said) == [said[1], said[2], said[0]]


def test_few_texts_are_all_quoted_and_none_is_none() -> None:
    assert chosen([]) == []
    assert len(chosen([Word("D01", 2026, "Một")])) == 1
