"""Text folds shared by all rooms: what counts as the same name or symbol, and what comes first in the alphabet.

`nfc` keeps a text as written but clean; the `fold…` functions give keys for comparing, never for showing.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

SortKey = tuple[tuple[tuple[int, int, str], ...], tuple[int, ...], str]

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u2060\ufeff"))  # pasted from web pages, never meant
_JOINER = "\u200d"
_LOOSE_JOINER = re.compile("(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d")  # it belongs between emoji only
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\u0085\v]")
_BLANKS = re.compile(r"[^\S\n]+")
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63"), "-")
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
# Letters that look like Đ come out of old converters; a soft hyphen is no letter in Unicode.
_LOOK_ALIKES = {0x00D0: "Đ", 0x0189: "Đ", 0x00F0: "đ", 0x0256: "đ", 0x00AD: None}
_SAME = _DASHES | _FULL_WIDTH | _LOOK_ALIKES

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}  # huyền, hỏi, ngã, sắc, nặng
_MARKS = "".join(_TONES)
# hoà, khoẻ, uỷ at the end of a syllable: the tone moves to the first vowel; qúy: to the second, u belongs to q.
_NEW_STYLE = re.compile(rf"(?:(?<=o)([ae])|(?<!qu)(?<=u)(y))([{_MARKS}])(?!\w)")
_AFTER_Q = re.compile(rf"(?<=q)u([{_MARKS}])y")
_LETTERS = {letter: rank for rank, letter in enumerate("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")}
_NUMBER_OR_CHARACTER = re.compile(r"0*([0-9]+)|(.)", re.DOTALL)
_SYMBOL_WORD = re.compile(r"\A(?:số|[:.,;])+|[:.,;]+\Z", re.IGNORECASE)


def nfc(text: str) -> str:
    """Give the text composed, trimmed, with plain single blanks; letters, case and line feeds stay."""
    if text.isascii() and text.isalnum():  # most cells: a number, a code
        return text
    text = unicodedata.normalize("NFC", _LINE_ENDS.sub("\n", text.translate(_INVISIBLE)))
    text = _LOOSE_JOINER.sub("", text) if _JOINER in text else text
    return _BLANKS.sub(" ", text).strip()


@lru_cache(maxsize=4096)  # codes, words of lists and names come again in every return
def fold(text: str) -> str:
    """Give the key under which names are the same: "Đảng uỷ  A – B" and "ĐẢNG ỦY A-B" are one name."""
    text = _casefold(nfc(text.translate(_SAME)).translate(_SAME))
    return re.sub(r"\s*-\s*", "-", re.sub(r"\s+", " ", _fold_tone_place(text))).strip()


def fold_in_place(text: str) -> str:
    """Give the text in small letters with folded tones, letter for letter: offsets in it are offsets in `text`."""
    small = text.lower()
    if len(small) != len(text):  # a letter like İ becomes two
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    folded = _fold_tone_place(small)
    return folded if len(folded) == len(text) else small


def fold_symbol(text: str) -> str:
    """Give the one spelling of a document's number and symbol: "số 04 – CT/ĐUK" is "04-CT/ĐUK".

    Case stays as written (QĐ-TTg) unless there is no capital at all: then all letters become capitals.
    """
    text = re.sub(r"\s+", "", nfc(text.translate(_SAME)).translate(_SAME))
    text = nfc(_SYMBOL_WORD.sub("", text))
    return nfc(text.upper()) if text == text.lower() else text


@lru_cache(maxsize=4096)
def without_accents(text: str) -> str:
    """Give the text without any mark on its letters, đ as d: for searching; case stays."""
    bare = unicodedata.normalize("NFD", text.translate(_LOOK_ALIKES)).translate({ord("đ"): "d", ord("Đ"): "D"})
    return unicodedata.normalize("NFC", "".join(c for c in bare if unicodedata.category(c) != "Mn"))


def sort_key(text: str) -> SortKey:
    """Give a key that sorts as Vietnamese does: letters, then tones; numbers by value (2 before 10)."""
    folded = fold(text)
    ranks: list[tuple[int, int, str]] = []
    tones: list[int] = []
    for rank, tone in _letters_and_tones(folded):
        ranks.append(rank)
        tones.append(tone)
    return tuple(ranks), tuple(tones), folded


def _casefold(text: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFD", text).casefold())


def _fold_tone_place(text: str) -> str:
    """Move tones to the place of the older spelling: uỷ -> ủy, hoà -> hòa, qúy -> quý."""
    split = text.translate(_TONES_SPLIT)
    split = _AFTER_Q.sub(r"uy\1", split)
    split = _NEW_STYLE.sub(lambda found: f"{found[3]}{found[1] or found[2]}", split)
    return unicodedata.normalize("NFC", split)


def _split_tone(character: str) -> str:
    """Take the tone off a letter but leave its shape: ế -> ê + sắc. The tone follows the letter."""
    parts = unicodedata.normalize("NFD", character)
    tone = "".join(mark for mark in parts if mark in _TONES)
    return unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in _TONES)) + tone


# Every letter with a tone, as its shape and its tone: one pass over a text instead of a call per letter.
_TONES_SPLIT = {code: parts for code in range(0xC0, 0x1F00) if (parts := _split_tone(chr(code))) != chr(code)}


def _letters_and_tones(folded: str) -> Iterator[tuple[tuple[int, int, str], int]]:
    """Give each number or character with its rank: blanks and dashes, numbers, letters, all else; and its tone."""
    for found in _NUMBER_OR_CHARACTER.finditer(folded):
        number, character = found[1], found[2]
        if number is not None:
            yield (1, len(number), number), 0
            continue
        letter, tone = _split_tone(character)[:1], _TONES.get(_split_tone(character)[-1:], 0)
        if letter in " -":
            yield (0, 0, ""), 0
        elif letter in _LETTERS:
            yield (2, _LETTERS[letter], ""), tone
        else:
            yield _foreign_letter(letter), tone


def _foreign_letter(letter: str) -> tuple[int, int, str]:
    base = unicodedata.normalize("NFD", letter)[:1]
    return (2, _LETTERS[base], letter) if base in _LETTERS else (3, ord(letter), "")
