"""Plain text files in every encoding an office may still have; what is no text, or in no known encoding, is none."""

import unicodedata

import pytest
from directives import in_tcvn3, in_vni

from intake.drafting.text_bytes import decode_text, mend_old_encoding

TEXT = """ĐẢNG ỦY KHỐI MẪU
Số 04-CT/ĐUK, ngày 22/9/2016
Ban Thường vụ Đảng ủy yêu cầu các cấp ủy thực hiện tốt những nhiệm vụ sau:
1. Tăng cường quản lý hồ sơ, tài liệu lưu trữ của các cơ quan, đơn vị trực thuộc trong năm học mới.
"""


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_unicode_is_read_in_all_its_forms(encoding: str, form: str) -> None:
    decoded = decode_text(unicodedata.normalize(form, TEXT).encode(encoding))
    assert decoded is not None
    assert unicodedata.normalize("NFC", decoded) == TEXT


def test_windows_1258_is_read() -> None:
    tones = ("\u0300", "\u0301", "\u0303", "\u0309", "\u0323")  # the code page has them behind the letter
    parts = unicodedata.normalize("NFD", TEXT)
    written = "".join(
        mark if mark in tones else unicodedata.normalize("NFC", mark) for mark in _letters_and_tones(parts, tones)
    )
    assert decode_text(written.encode("cp1258")) == TEXT.rstrip("\n")


def _letters_and_tones(text: str, tones: tuple[str, ...]) -> list[str]:
    """Part a decomposed text into letters with their hats, and tones."""
    out: list[str] = []
    for sign in text:
        if unicodedata.combining(sign) and sign not in tones:
            at = -1 if out[-1] not in tones else -2
            out[at] += sign
        else:
            out.append(sign)
    return out


@pytest.mark.parametrize("spell", [in_tcvn3, in_vni])
def test_the_bytes_of_old_fonts_are_read(spell: object) -> None:
    assert callable(spell)
    assert decode_text(spell(TEXT).encode("cp1252")) == TEXT.rstrip("\n")
    assert mend_old_encoding(spell(TEXT)) == TEXT.rstrip("\n")  # pasted into a Unicode file


def test_capitals_in_tcvn3_are_capitals_again() -> None:
    assert mend_old_encoding(in_tcvn3(TEXT)).startswith("ĐẢNG ỦY KHỐI MẪU")


@pytest.mark.parametrize(
    "text", ["Directive of the Board.", "Café, façade, naïve résumé: à la carte, déjà vu, très élégant.", "Đảng ủy", ""]
)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert decode_text(text.encode()) == text


@pytest.mark.parametrize(
    "raw",
    [b"abc\x00def", b"\xff\xfe\x00\xd8\x00", "日本語の文章です".encode("shift_jis"), bytes(range(128, 256)) * 9],
    ids=["zeros", "half a sign", "another tongue", "noise"],
)
def test_what_is_no_text_is_none(raw: bytes) -> None:
    assert decode_text(raw) is None
