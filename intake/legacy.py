"""Vietnamese in the encodings of old fonts, read as Unicode: by the font, else by characters where they are certain."""

import re
from collections.abc import Mapping

from intake.legacy_tables import TCVN3_LETTERS, TCVN3_SPELLINGS, VNI_LETTERS
from intake.syllables import is_syllable

TCVN3, TCVN3_CAPITALS, VNI = "TCVN3", "TCVN3-H", "VNI"
# Characters that proper Vietnamese does not have, in UTF-8 and as references: U+00A1 to U+00BF, letters such as ø, and
# the Greek letter that looks like the micro sign. A part without any is not worth a look.
_ASCII = bytes(range(0x80))
_AS_BYTES = re.compile(
    rb"\xc2[\xa1-\xbf]|\xc3[\x84-\x86\x8b\x8e\x8f\x91\x96\x98\x9b\x9c\xa4-\xa6\xab\xae\xaf\xb1\xb6\xb8\xbb\xbc]|\xce\xbc"
)
_AS_REFERENCE = re.compile(rb"&#(?:1(?:6[1-9]|[78]\d|9[01678])|2(?:0[3679]|1[469]|2[089]|3[0589]|4[168]|5[12])|956);")
_FEWEST_SIGNS = 2
# Letters that no old encoding has: a text with one of them is Unicode already.
_UNICODE = re.compile(
    "[\u0102\u0103\u0110\u0111\u0128\u0129\u0168\u0169\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9\u0300-\u0323]"
)
_WORD = re.compile("[A-Za-z\u00a1-\u00ff\u03bc]+")
_HYPHENED = re.compile("[A-Za-z\u00a1-\u00ff]*-[A-Za-z\u00a1-\u00ff]+|[A-Za-z\u00a1-\u00ff]+-(?![A-Za-z])")
_SIGNS_OF = {
    # No word of another tongue has these, nor such a capital after a small letter.
    TCVN3: re.compile("[¨©ª«¬\xad®µ¶·¸¹»¼½¾\u03bc]|[¡¢£¤¥¦§](?=[a-z\u00a8-\u00fe])|(?<=[a-z])[ÆÇËÎÏÐÑÖ×ØÛÜÞ]"),
    VNI: re.compile("[øûïåäëüöñæî]", re.IGNORECASE),
}
_SPELLINGS: Mapping[str, Mapping[str, str]] = {TCVN3: TCVN3_LETTERS | TCVN3_SPELLINGS, VNI: VNI_LETTERS}
_PATTERNS = {
    name: re.compile("|".join(sorted(map(re.escape, table), key=len, reverse=True)))
    for name, table in _SPELLINGS.items()
}


def has_signs(content: bytes) -> bool:
    """Whether a part of a workbook has characters of an old encoding, as UTF-8 or as references such as &#181;."""
    if not content.isascii() and _AS_BYTES.search(content.translate(None, _ASCII)):
        return True
    return b"&#" in content and bool(_AS_REFERENCE.search(content))


def encoding_of_font(name: str) -> str | None:
    """Tell which old encoding a font has, by its name: .VnTime, .VnTimeH (all capitals), VNI-Times."""
    small = name.strip().lower()
    if small.startswith(".vn"):
        return TCVN3_CAPITALS if small.endswith("h") else TCVN3
    return VNI if small.startswith(("vni-", "vni ")) else None


def decode(text: str, encoding: str) -> str:
    """Give every letter of an old encoding as its Unicode letter; all other characters stay."""
    if encoding == TCVN3_CAPITALS:
        return decode(text, TCVN3).upper()
    table = _SPELLINGS[encoding]
    return _PATTERNS[encoding].sub(lambda found: table[found[0]], text)


def read_by_font(text: str, encoding: str) -> str | None:
    """Give what a text in such a font says; None where it is Unicode already, whatever its font."""
    plain = TCVN3 if encoding == TCVN3_CAPITALS else encoding
    if _UNICODE.search(text) or decode(text, plain) == text:
        return None
    before, after = _count_wrong(text, None), _count_wrong(text, plain)
    is_better = after < before or before == after == 0
    is_marked = after == before and any(_is_marked(word, plain) for word in _WORD.findall(text))
    return decode(text, encoding) if is_better or is_marked else None


def restore_soft_hyphens(text: str) -> str:
    """Give the soft hyphens back that a program wrote as hyphens: in TCVN3 they are the letter ư ("th-êng": thường)."""
    return _HYPHENED.sub(
        lambda found: found[0].replace("-", "\xad") if _is_hyphen_a_letter(found[0]) else found[0], text
    )


def _is_hyphen_a_letter(word: str) -> bool:
    return is_syllable(decode(word.replace("-", "\xad"), TCVN3))


def read_by_signs(text: str) -> tuple[str, str] | None:
    """Give what a text says and in which encoding, where its characters leave no doubt."""
    if text.isascii() or any(letter > "\xff" and letter.isalpha() for letter in text.replace("\u03bc", "")):
        return None
    certain = [encoding for encoding in (TCVN3, VNI) if _is_certain(text, encoding)]
    return (decode(text, certain[0]), certain[0]) if len(certain) == 1 else None


def _is_certain(text: str, encoding: str) -> bool:
    """Whether every word becomes Vietnamese, and several characters can be nothing but this encoding."""
    signs, has_plain = 0, False
    for word in {word for word in _WORD.findall(text) if not word.isascii()}:
        read = decode(word, encoding)
        if is_syllable(read):
            signs += len(_SIGNS_OF[encoding].findall(word)) if len(read) > 1 else 0
            has_plain = has_plain or any(map(str.isascii, word))
        elif not _is_acronym(read):
            return False
    return signs >= _FEWEST_SIGNS and has_plain


def _count_wrong(text: str, encoding: str | None) -> int:
    """Count the words with strange letters that cannot be Vietnamese; read in an encoding, or as they stand."""
    words = (word for word in _WORD.findall(text) if not word.isascii())
    read = (decode(word, encoding) if encoding else word for word in words)
    return sum(not (is_syllable(word) or _is_acronym(word)) for word in read)


def _is_acronym(word: str) -> bool:
    return word.isupper() and word.isalpha()


def _is_marked(word: str, encoding: str) -> bool:
    return len(word) > 1 and bool(_SIGNS_OF[encoding].search(word))
