"""Old encodings of Vietnamese: whatever was written comes back, and what is Unicode already is left alone."""

import shutil
import subprocess
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.legacy import (
    TCVN3,
    TCVN3_CAPITALS,
    VNI,
    decode,
    encoding_of_font,
    has_signs,
    read_by_font,
    read_by_signs,
)
from intake.legacy_tables import TCVN3_LETTERS, VNI_LETTERS
from intake.syllables import is_syllable

SMALL = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
PLAIN = " \n.,;:!?-/()0123456789%“”"
# TCVN3 has no capitals with tones: they are a matter of the font.
IN_TCVN3 = st.text(SMALL + "ABCDEGHIKLMNOPQRSTUVXYĂÂÊÔƠƯĐ" + PLAIN)
IN_VNI = st.text(SMALL + SMALL.upper() + PLAIN)
WORDS = (
    *("hoàn", "thành", "đang", "thực", "hiện", "chưa", "triển", "khai", "không", "phát", "sinh", "thường", "trực"),
    *("tỉnh", "ủy", "ban", "tuyên", "giáo", "đảng", "bộ", "chi", "nghị", "quyết", "kết", "luận", "quán", "triệt"),
    *("khủng", "hoảng", "giếng", "quốc", "quýt", "khuya", "ngoằn", "ngoèo", "xoong", "nghiêng", "yêu", "khuỷu"),
    *("quỳnh", "gì", "gìn", "ế", "ạ", "hướng", "mười", "lưu", "nguyễn", "truyền", "thông", "ý", "kiến"),
)
VIETNAMESE = st.lists(st.sampled_from(WORDS), min_size=1).map(" ".join)


def encode(text: str, letters: dict[str, str]) -> str:
    """Write a text as a typist with such a font does."""
    back = {letter: written for written, letter in reversed(letters.items())}
    return "".join(back.get(letter, letter) for letter in text)


@given(IN_TCVN3)
def test_every_text_comes_back_from_tcvn3(text: str) -> None:
    assert decode(encode(text, TCVN3_LETTERS), TCVN3) == text


@given(IN_VNI)
def test_every_text_comes_back_from_vni(text: str) -> None:
    assert decode(encode(text, VNI_LETTERS), VNI) == text


@given(st.text(SMALL + " "))
def test_a_font_of_capitals_shows_small_letters_as_capitals(text: str) -> None:
    assert decode(encode(text, TCVN3_LETTERS), TCVN3_CAPITALS) == text.upper()


@given(VIETNAMESE)
def test_vietnamese_in_an_old_font_is_read_by_the_font(text: str) -> None:
    for encoding, letters in ((TCVN3, TCVN3_LETTERS), (VNI, VNI_LETTERS)):
        written = encode(text, letters)
        assert read_by_font(written, encoding) == (None if written == text else text)


@given(VIETNAMESE)
def test_vietnamese_in_unicode_is_never_changed_by_its_characters(text: str) -> None:
    for form in ("NFC", "NFD"):
        assert read_by_signs(unicodedata.normalize(form, text)) is None


@given(st.text(SMALL + SMALL.upper() + PLAIN))
def test_letters_of_vietnamese_unicode_are_never_taken_for_another_encoding(text: str) -> None:
    assert read_by_signs(text) is None


@given(st.text(SMALL + SMALL.upper() + PLAIN + "µ©®°²±«»éèüöñ"))
def test_a_text_with_a_letter_of_unicode_alone_is_never_changed(text: str) -> None:
    for letter in "ếưđƠĐỹ":
        assert read_by_signs(text + letter) is None
        for encoding in (TCVN3, TCVN3_CAPITALS, VNI):
            assert read_by_font(letter + text, encoding) is None


@pytest.mark.parametrize(
    ("written", "read", "encoding"),
    [("Hoµn thµnh", "Hoàn thành", TCVN3), ("Kh«ng ph¸t sinh", "Không phát sinh", TCVN3), ("§¹t", "Đạt", TCVN3),
     ("Th\xadêng trùc tØnh ñy", "Thường trực tỉnh ủy", TCVN3), ("C«ng t¸c §UK", "Công tác ĐUK", TCVN3),
     ("Hoaøn thaønh", "Hoàn thành", VNI), ("Ñang thöïc hieän", "Đang thực hiện", VNI),
     ("ÑAÛNG UÛY KHOÁI", "ĐẢNG ỦY KHỐI", VNI), ("Ñaûng uûy Khoái", "Đảng ủy Khối", VNI)],
)  # fmt: skip
def test_reads_by_its_characters_what_can_be_nothing_else(written: str, read: str, encoding: str) -> None:
    assert read_by_signs(written) == (read, encoding)


@pytest.mark.parametrize(
    "written",
    ["Cã", "Tèt", "m²", "25 °C ± 2", "« Nam »", "«Nam»", "5 µm x 10 µm", "Müller", "für Noël", "naïf, Haïti, Saïgon",
     "El Niño, señor, Ñuñoa", "Jörg Löw, Köln", "Copyright © 2020 ®", "naïve façade", "Không có gì", "Ý kiến", "½",
     "Bjørn Søren Ærø", "Björn Borg", "Citroën C4", "¿Qué?", "100 %", "§ 5, § 6", "Århus", "L·L", "hôtel à côté"],
)  # fmt: skip
def test_leaves_alone_what_may_be_meant_as_it_stands(written: str) -> None:
    assert read_by_signs(written) is None


@pytest.mark.parametrize(
    ("written", "read"),
    [("Cã", "Có"), ("Tèt", "Tốt"), ("CT/§UK", "CT/ĐUK"), ("§¶ng bé", "Đảng bộ"), ("12 m²", None), ("abc 12", None),
     ("Công tác", None), ("Đảng bộ", None), ("25 °C", None)],
)  # fmt: skip
def test_a_font_tells_where_characters_alone_do_not(written: str, read: str | None) -> None:
    assert read_by_font(written, TCVN3) == read


@pytest.mark.parametrize(
    ("font", "encoding"),
    [(".VnTime", TCVN3), (".VnTimeH", TCVN3_CAPITALS), (".vnarial", TCVN3), (" .VnAvantH ", TCVN3_CAPITALS),
     ("VNI-Times", VNI), ("VNI Helve", VNI), ("Times New Roman", None), ("Vnisoft", None), ("", None)],
)  # fmt: skip
def test_tells_the_encoding_by_the_name_of_the_font(font: str, encoding: str | None) -> None:
    assert encoding_of_font(font) == encoding


@pytest.mark.parametrize("word", WORDS)
def test_knows_a_vietnamese_syllable(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["tèt", "nạf", "hạti", "kưln", "faỗade", "đuđoa", "zèn", "ôôô", "w", "thươngg", "ắc̣"])
def test_knows_what_is_none(word: str) -> None:
    assert not is_syllable(word)


def test_the_table_of_tcvn3_is_that_of_the_standard() -> None:
    if shutil.which("iconv") is None:
        pytest.skip("iconv is not installed")
    for written, letter in TCVN3_LETTERS.items():
        ran = subprocess.run(
            ["iconv", "-f", "TCVN", "-t", "UTF-8"], input=written.encode("latin-1"), capture_output=True, check=False
        )
        if ran.returncode:
            pytest.skip("this iconv does not know TCVN")
        assert unicodedata.normalize("NFC", ran.stdout.decode()) == letter
    assert len(TCVN3_LETTERS) == 67 + 7  # 67 small letters beyond ASCII, 7 capitals


@pytest.mark.parametrize("letter", [*"øûïäåëüöñæîØÛÏÄÅËÜÖÑÆÎ¡§¨©ª«¬®µ¶·¸¹»¼½¾\xad\u03bc"])
def test_a_part_with_a_strange_letter_is_looked_at(letter: str) -> None:
    assert has_signs(f"<t>Ho{letter}n</t>".encode())
    assert has_signs(f"<t>Ho&#{ord(letter)};n</t>".encode())


@given(st.text(SMALL + SMALL.upper() + PLAIN + "\u00a0–…’"))
def test_a_part_in_vietnamese_is_not_looked_at(text: str) -> None:
    assert not has_signs(text.encode())
    assert not has_signs(text.encode("ascii", "xmlcharrefreplace"))
