"""The letters of a plain text file: Unicode in its forms, windows-1258, or the bytes of TCVN3 and VNI fonts."""

import codecs
import re
from collections.abc import Callable

from intake.legacy import TCVN3, VNI, decode, restore_soft_hyphens
from intake.syllables import is_syllable
from schemas.folds import nfc

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_OLD_WORD = re.compile("[A-Za-z\u00a1-\u00ff\u03bc]+")
_PROVED = 0.9  # of the words with marks must be such as Vietnamese can write
_FEWEST_WORDS = 3
_ENOUGH = 4000  # letters that tell the encoding of a text
_LETTERS = re.compile(r"[^\W\d_]+")


def decode_text(raw: bytes) -> str | None:
    """Give a file's text; None where its bytes are no text, or Vietnamese in no encoding known here."""
    text = _unicode(raw)
    if text is not None:
        return mend_old_encoding(text)
    if b"\0" in raw:
        return None
    return _best(raw)


def mend_old_encoding(text: str) -> str:
    """Give a text that was typed in TCVN3 or VNI as Unicode, where its words prove it; else the text as it is."""
    sample = text[:_ENOUGH]
    if _share(sample, _as_it_is) >= _PROVED or _marked(sample, _OLD_WORD) < _FEWEST_WORDS:
        return text
    for name in (TCVN3, VNI):
        if _share(sample, lambda word, name=name: decode(word, name)) >= _PROVED:  # type: ignore[misc]
            return _with_whole_capitals(decode(restore_soft_hyphens(text) if name == TCVN3 else text, name))
    return text


def _unicode(raw: bytes) -> str | None:
    encoding = next((name for mark, name in _MARKS if raw.startswith(mark)), None) or _utf16_without_mark(raw)
    try:
        text = raw.decode(encoding or "utf-8")
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _utf16_without_mark(raw: bytes) -> str | None:
    """Tell UTF-16 by its line ends and blanks: every second byte of plain letters is zero."""
    head = raw[:_ENOUGH]
    low, high = head[::2].count(0), head[1::2].count(0)
    few = len(head) // 16
    if max(low, high) <= few or min(low, high) > few:
        return None
    return "utf-16-le" if high > low else "utf-16-be"


def _best(raw: bytes) -> str | None:
    """Read bytes the way that makes most of their words Vietnamese, if one way makes nearly all."""
    read = (_windows_1258(raw), _old_font(raw, TCVN3), _old_font(raw, VNI))
    found = [text for text in read if text is not None and _proofs(text[:_ENOUGH]) >= _FEWEST_WORDS]
    if not found:
        return None
    share, text = max(((_share(text[:_ENOUGH], _as_it_is), text) for text in found), key=lambda one: one[0])
    return text if share >= _PROVED else None


def _windows_1258(raw: bytes) -> str | None:
    try:
        return nfc_lines(raw.decode("cp1258"))
    except UnicodeDecodeError:
        return None


def nfc_lines(text: str) -> str:
    return "\n".join(nfc(line) for line in text.splitlines())


def _old_font(raw: bytes, name: str) -> str:
    return _with_whole_capitals(decode(raw.decode("cp1252", "replace"), name))


def _with_whole_capitals(text: str) -> str:
    """Give words in capitals wholly so: TCVN3 has no capitals with tones, the font drew them ("§¶NG Uû": "ĐẢNG ỦY")."""
    return "\n".join(_capital_line(line) for line in text.splitlines())


def _capital_line(line: str) -> str:
    words = _LETTERS.findall(line)
    if words and all(map(_is_in_capitals, words)) and any(map(_is_broken_capital, words)):
        return line.upper()
    return _LETTERS.sub(lambda found: found[0].upper() if _is_broken_capital(found[0]) else found[0], line)


def _is_in_capitals(word: str) -> bool:
    return all(letter.isupper() or not letter.isascii() for letter in word)


def _is_broken_capital(word: str) -> bool:
    return _is_in_capitals(word) and sum(map(str.isupper, word)) > 1


def _as_it_is(word: str) -> str:
    return word


def _share(text: str, read: Callable[[str], str]) -> float:
    """Give how many of the words with marks can be Vietnamese, read in a way; 1 for a text without any."""
    words = [read(word) for word in _OLD_WORD.findall(text) if not word.isascii()]
    words = words or [word for word in _LETTERS.findall(text) if not word.isascii()]
    if not words:
        return 1.0
    return sum(is_syllable(word) or word.isupper() for word in words) / len(words)


def _proofs(text: str) -> int:
    """Count the words with marks, longer than a letter, that Vietnamese can write."""
    return sum(len(word) > 1 and not word.isascii() and is_syllable(word) for word in _LETTERS.findall(text))


def _marked(text: str, pattern: re.Pattern[str]) -> int:
    return sum(not word.isascii() for word in pattern.findall(text))
