"""The letters of TCVN3 (TCVN 5712:1993 VN3, fonts named .Vn…) and VNI for Windows, as they arrive: cp1252 characters.

TCVN3 gives every letter one character; its capitals with tones are a matter of the font. VNI writes a tone or a hat
as a character of its own after the vowel.
"""

TCVN3_LETTERS = dict(
    zip(
        "¡¢£¤¥¦§¨©ª«¬\xad®µ¶·¸¹»¼½¾ÆÇÈÉÊËÌÎÏÐÑÒÓÔÕÖ×ØÜÝÞßáâãäåæçèéêëìíîïñòóôõö÷øùúûüýþ",
        "ĂÂÊÔƠƯĐăâêôơưđàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
        strict=True,
    )
)
TCVN3_SPELLINGS = {"\u03bc": "à"}  # the Greek letter that some programs make of the micro sign

_TONES = "øûõùï"
_WITH_TONES = {"a": "àảãáạ", "e": "èẻẽéẹ", "o": "òỏõóọ", "ô": "ờởỡớợ", "u": "ùủũúụ", "ö": "ừửữứự", "y": "ỳỷỹýỵ"}
_HATS = "âàåãáä"
_WITH_HATS = {"a": "âầẩẫấậ", "e": "êềểễếệ", "o": "ôồổỗốộ"}
_BREVES = "êèúüéë"
_WITH_BREVES = {"a": "ăằẳẵắặ"}
_SINGLE = {"ñ": "đ", "ô": "ơ", "ö": "ư", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "í": "í", "ò": "ị", "î": "ỵ"}


def _small() -> dict[str, str]:
    found: dict[str, str] = {}
    for marks, letters in ((_TONES, _WITH_TONES), (_HATS, _WITH_HATS), (_BREVES, _WITH_BREVES)):
        for base, made in letters.items():
            found |= {base + mark: letter for mark, letter in zip(marks, made, strict=True)}
    return found | _SINGLE


def _with_capitals(small: dict[str, str]) -> dict[str, str]:
    """Add the capitals; a capital vowel may have a small mark (Aûnh)."""
    whole = {written.upper(): letter.upper() for written, letter in small.items()}
    first = {written[0].upper() + written[1:]: letter.upper() for written, letter in small.items()}
    return small | first | whole


VNI_LETTERS = _with_capitals(_small())
