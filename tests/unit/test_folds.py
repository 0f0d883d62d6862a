"""What the text folds make of names, symbols and order as offices write them."""

import unicodedata

import pytest

from schemas.folds import fold, fold_in_place, fold_symbol, nfc, sort_key, without_accents


def test_nfc_keeps_letters_and_line_feeds_and_tidies_blanks() -> None:
    assert nfc("\ufeff Đảng  ủy\u00a0Khối\u2003A\r\nB\u200b ") == "Đảng ủy Khối A\nB"


def test_nfc_composes_what_a_mac_decomposed() -> None:
    assert nfc(unicodedata.normalize("NFD", "Ước")) == "Ước"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Đảng uỷ", "ĐẢNG ỦY"),
        ("hoà", "hòa"),
        ("Đa dạng hoá", "đa dạng hóa"),
        ("Thuý", "Thúy"),
        ("khoẻ", "khỏe"),
        ("quý IV", "qúy iv"),
        ("Than – Khoáng sản", "Than-Khoáng sản"),
        ("Ðảng ủy", "Đảng ủy"),
        ("Chi bộ 1", "Chi bộ\u00a01"),
    ],
)
def test_fold_makes_two_spellings_of_a_name_one(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("An", "Ân"), ("ma", "má"), ("hoàn", "hoán"), ("Đông", "Dông")])
def test_fold_keeps_different_names_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_fold_leaves_tones_inside_a_closed_syllable_alone() -> None:
    assert fold("Hoàn toán, khoảng, quỳnh, thuyền") == "hoàn toán, khoảng, quỳnh, thuyền"


def test_fold_in_place_keeps_offsets() -> None:
    text = "Đảng uỷ – Khối hoà"
    assert fold_in_place(text) == "đảng ủy – khối hòa"
    assert text[fold_in_place(text).index("khối") :] == "Khối hoà"


@pytest.mark.parametrize(
    "written",
    ["04-CT/ĐUK", "04 - CT/ĐUK", "04–CT/ĐUK", "số 04-CT/ĐUK", "Số: 04 - CT / ĐUK.", "04-ct/đuk", "04-CT/ÐUK"],
)
def test_every_spelling_of_a_symbol_is_the_same_document(written: str) -> None:
    assert fold_symbol(written) == "04-CT/ĐUK"


def test_a_symbol_with_small_letters_keeps_them() -> None:
    assert fold_symbol("Số 42/2014/QĐ-TTg") == "42/2014/QĐ-TTg"


def test_names_sort_as_in_a_vietnamese_dictionary() -> None:
    names = ["Ý", "Đông", "Ân", "Ánh", "An", "Bình", "Đào", "Dương", "Ước", "Hải", "Ích"]
    in_order = ["An", "Ánh", "Ân", "Bình", "Dương", "Đào", "Đông", "Hải", "Ích", "Ước", "Ý"]
    assert sorted(names, key=sort_key) == in_order


def test_tones_decide_only_between_equal_letters() -> None:
    assert sorted(["bạ", "bá", "bã", "bả", "bà", "ba"], key=sort_key) == ["ba", "bà", "bả", "bã", "bá", "bạ"]
    assert sorted(["Bà An", "Ba Bình", "Ba An"], key=sort_key) == ["Ba An", "Bà An", "Ba Bình"]


def test_numbers_sort_by_value_and_shorter_names_first() -> None:
    names = ["Đông Hải", "Chi bộ 10", "Đông", "Chi bộ 2"]
    assert sorted(names, key=sort_key) == ["Chi bộ 2", "Chi bộ 10", "Đông", "Đông Hải"]


def test_without_accents_serves_searching() -> None:
    assert without_accents("Đảng ủy Đường sắt Ước") == "Dang uy Duong sat Uoc"


def test_an_emoji_made_of_several_stays_whole_and_a_loose_joiner_goes() -> None:
    assert nfc("👩\u200d👩\u200d👧 và\u200d K60\u200d-1") == "👩\u200d👩\u200d👧 và K60-1"
