"""Dates as offices write them: in figures, with the month as a word, wholly in words; Vietnamese and English."""

import re
from collections.abc import Iterator
from datetime import date

from intake.drafting.dates_english import ENGLISH_DAYS, ENGLISH_YEAR_PARTS, ENGLISH_YEARS

_DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_OTHER_DIGITS = {"bảy": ("bẩy",), "bốn": ("tư",)}
_AFTER_TENS = {1: ("mốt", "một"), 4: ("tư", "bốn"), 5: ("lăm", "nhăm", "năm")}
_THOUSAND, _ZERO_TENS = ("nghìn", "ngàn"), ("linh", "lẻ")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_YEARS = range(1930, 2100)
_FIVE, _TEN = 5, 10


def _unit_words(unit: int) -> tuple[str, ...]:
    word = _DIGITS[unit]
    return (word, *_OTHER_DIGITS.get(word, ()))


def _below_hundred(number: int) -> Iterator[str]:
    """Spell 1 to 99: mười lăm, hai mươi mốt, hai mốt, ba mươi."""
    tens, unit = divmod(number, 10)
    if not tens:
        yield from _unit_words(unit)
        return
    before = ("mười",) if tens == 1 else (f"{_DIGITS[tens]} mươi", *((_DIGITS[tens],) if unit else ()))
    if not unit:
        units: tuple[str, ...] = ("",)
    elif tens == 1:
        units = _AFTER_TENS[5] if unit == _FIVE else _unit_words(unit)
    else:
        units = _AFTER_TENS.get(unit) or _unit_words(unit)
    for ten in before:
        yield from (f"{ten} {word}".strip() for word in units)


def _year_words(year: int) -> Iterator[str]:
    """Spell a year: hai nghìn không trăm hai mươi, hai nghìn hai mươi, hai nghìn không trăm linh năm."""
    hundreds, rest = year // 100 % 10, year % 100
    tails = [f"{zero} {word}" for zero in _ZERO_TENS for word in _unit_words(rest)] if 0 < rest < _TEN else []
    tails = tails or (list(_below_hundred(rest)) if rest else [""])
    for thousand in _THOUSAND:
        begin = f"{_DIGITS[year // 1000]} {thousand}"
        middles = (f"{_DIGITS[hundreds]} trăm", *(() if hundreds else ("",)))
        yield from (" ".join(f"{begin} {middle} {tail}".split()) for middle in middles for tail in tails)


_DAY_WORDS = {word: day for day in range(1, 32) for word in _below_hundred(day)}
_MONTH_WORDS = {word: month for month in range(1, 13) for word in _below_hundred(month)} | {"giêng": 1, "chạp": 12}
_YEAR_WORDS = {word: year for year in _YEARS for word in _year_words(year)}
_MONTH_NAMES = {name[:length]: n for n, name in enumerate(_MONTHS, 1) for length in (3, len(name))} | {"sept": 9}


def _any(words: dict[str, int]) -> str:
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in sorted(words, key=len, reverse=True))


NUMERIC = r"(?P<d>\d{1,2})\s*[/.-]\s*(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4})(?!\d)"
_DAY = rf"(?:(?:mồng|mùng)\s+)?(?P<dw>\d{{1,2}}|{_any(_DAY_WORDS)})"
_MONTH = rf"(?P<mw>\d{{1,2}}|{_any(_MONTH_WORDS)})"
# The words a year is made of, in any order: a list of all years would take a second to compile.
_YEAR_PARTS = _any(dict.fromkeys((*_DIGITS, "tư", "mốt", "lăm", "nhăm", "bẩy", "mươi", "mười", "trăm", *_ZERO_TENS), 0))
_YEAR = rf"(?P<yw>\d{{4}}|(?:một|hai)\s+(?:{'|'.join(_THOUSAND)})(?:\s+(?:{_YEAR_PARTS})(?!\w))*)"
_WORDED = rf"{_DAY}\s+tháng\s+{_MONTH},?\s+năm\s+{_YEAR}(?!\w)"
_NAME = _any(_MONTH_NAMES)
_TH = rf"\d{{1,2}}(?:st|nd|rd|th)?|{_any(ENGLISH_DAYS)}"
_ENGLISH_YEAR = rf"\d{{4}}|(?:two thousand|nineteen|twenty)(?:[\s-]+(?:{'|'.join(ENGLISH_YEAR_PARTS)})(?!\w))*"
_ENGLISH = (
    rf"(?P<de>{_TH})(?:\s+day)?(?:\s+of)?\s+(?P<me>{_NAME})\.?,?\s+"
    rf"(?:in the year\s+)?(?P<ye>{_ENGLISH_YEAR})(?!\w)"
)
_AMERICAN = rf"(?P<ma>{_NAME})\.?\s+(?:the\s+)?(?P<da>{_TH}),?\s+(?P<ya>{_ENGLISH_YEAR})(?!\w)"
DATE_TEXT = rf"(?:{NUMERIC}|{_WORDED}|{_ENGLISH}|{_AMERICAN})"
DATE = re.compile(rf"(?<![\w/]){DATE_TEXT}", re.IGNORECASE)
_FORMS = (("d", "m", "y"), ("dw", "mw", "yw"), ("de", "me", "ye"), ("da", "ma", "ya"))


def to_date(found: re.Match[str] | None) -> date | None:
    """Give the date that a pattern with DATE_TEXT found; None for none, or for a day that no calendar has."""
    if not found:
        return None
    for day, month, year in _FORMS:
        if found[day]:
            words = _YEAR_WORDS | ENGLISH_YEARS, _DAY_WORDS | ENGLISH_DAYS
            return _date(_number(found[year], words[0]), _month(found[month]), _number(found[day], words[1]))
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _month(text: str) -> int:
    return _MONTH_NAMES.get(text.lower()) or _number(text, _MONTH_WORDS)


def _number(text: str, words: dict[str, int]) -> int:
    digits = re.match(r"\d+", text)
    return int(digits[0]) if digits else words.get(" ".join(text.lower().split()), 0)
