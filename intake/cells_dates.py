"""What a cell says of a day: date cells, serial numbers, and the spellings that offices use, the day first."""

import math
import re
from datetime import date, datetime, timedelta

from intake.cells import Reading, broken, plain_characters
from schemas.folds import without_accents
from schemas.severities import INFO

FIRST_YEAR, LAST_YEAR = 1990, 2100
_TIME = r"(?:[ t]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?z?)?"
_DAY_FIRST = re.compile(rf"(?:ngay )?(\d{{1,2}})\s*[-/.\s]\s*(\d{{1,2}})\s*[-/.\s]\s*(\d{{4}}){_TIME}", re.ASCII)
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.](\d{{1,2}})[-/.](\d{{1,2}}){_TIME}", re.ASCII)
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}),? nam (\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"(?:ngay )?\d{1,2}\s*[-/.]\s*\d{1,2}\s*[-/.]\s*\d{2}", re.ASCII)
_NO_DAY = re.compile(r"(?:thang )?\d{1,2}\s*(?:[-/.]|,? nam )\s*\d{4}", re.ASCII)
_EPOCH, _EPOCH_1904 = date(1899, 12, 30), date(1904, 1, 1)


def read_date(raw: object, *, is_1904: bool = False) -> Reading:
    """Read a day: a date cell, a serial number, or text with the day first. Two-digit years are asked back."""
    bad = broken(raw)
    if bad:
        return bad
    if isinstance(raw, datetime):
        return _in_window(raw.date())
    if isinstance(raw, date):
        return _in_window(raw)
    if isinstance(raw, str):
        return _date_in_text(raw)
    if isinstance(raw, int | float) and not isinstance(raw, bool) and math.isfinite(raw) and 0 < raw < 100_000:
        return _in_window((_EPOCH_1904 if is_1904 else _EPOCH) + timedelta(days=int(raw)))
    return Reading(check="date.not-a-date")


def _in_window(day: date) -> Reading:
    if FIRST_YEAR <= day.year <= LAST_YEAR:
        return Reading(day)
    return Reading(check="date.out-of-window", values={"first": str(FIRST_YEAR), "last": str(LAST_YEAR)})


def _date_in_text(written: str) -> Reading:
    text = without_accents(plain_characters(written).lower()).rstrip(".,; ")
    parts = _date_parts(text)
    if parts is None:
        return Reading(check=_what_lacks(text))
    try:
        reading = _in_window(date(*parts))
    except ValueError:
        return Reading(check="date.impossible")
    return reading if reading.check else Reading(reading.value, "date.text", INFO, {"read": reading.value})


def _date_parts(text: str) -> tuple[int, int, int] | None:
    found = _DAY_FIRST.fullmatch(text) or _IN_WORDS.fullmatch(text)
    if found:
        return int(found[3]), int(found[2]), int(found[1])
    found = _YEAR_FIRST.fullmatch(text)
    return (int(found[1]), int(found[2]), int(found[3])) if found else None


def _what_lacks(text: str) -> str:
    if _SHORT_YEAR.fullmatch(text):
        return "date.short-year"
    return "date.no-day" if _NO_DAY.fullmatch(text) else "date.not-a-date"
