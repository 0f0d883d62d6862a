"""What one cell says: numbers, dates and words as offices write them. What is uncertain is asked back."""

import math
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from schemas.folds import nfc, without_accents
from schemas.severities import ERROR, INFO

FIRST_YEAR, LAST_YEAR = 1990, 2100
LARGEST = Decimal(10) ** 15  # beyond it Excel itself loses digits


@dataclass(frozen=True)
class ErrorValue:
    """A cell whose formula failed, such as #REF!."""

    text: str


@dataclass(frozen=True)
class UncachedFormula:
    """A formula that no program has calculated yet."""


@dataclass(frozen=True)
class PercentValue:
    """A number under a percent format: what the sender sees as 97% is 0.97."""

    number: float


@dataclass(frozen=True)
class Reading:
    """A typed value, None where there is none; `check` names what is wrong with the cell, or what was forgiven."""

    value: Any = None
    check: str | None = None
    severity: str = ERROR
    values: Mapping[str, Any] = field(default_factory=dict)


def display(raw: object) -> str:
    """Write a raw value as the sender saw it, as far as that can be known."""
    if isinstance(raw, str):
        return raw
    if isinstance(raw, PercentValue):
        return f"{_plain(_exact(raw.number * 100))}%" if math.isfinite(raw.number) else str(raw.number)
    if isinstance(raw, ErrorValue):
        return raw.text
    if isinstance(raw, bool):
        return str(raw).upper()
    if isinstance(raw, int | float):
        return _plain(_exact(raw)) if math.isfinite(raw) else str(raw)
    if isinstance(raw, datetime | date):
        return raw.strftime("%d/%m/%Y")
    return "" if isinstance(raw, UncachedFormula) else str(raw)


def _exact(number: float) -> Decimal:
    # A workbook keeps fifteen digits; the sixteenth is noise of binary arithmetic.
    return Decimal(f"{number:.15g}")


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw[:1].isalnum() and not clean(raw))


def read_number(raw: object, *, decimals: int = 0, is_percent: bool = False) -> Reading:
    """Read a number. How many `decimals` it may have tells a thousands point from a decimal one."""
    bad = broken(raw)
    if bad:
        return bad
    if isinstance(raw, bool):
        return Reading(check="number.boolean")
    if isinstance(raw, date | timedelta) or hasattr(raw, "hour"):
        return Reading(check="number.is-date")
    if isinstance(raw, PercentValue):
        return _percent_format(raw, wanted=is_percent)
    if isinstance(raw, str):
        return _number_in_text(raw, decimals, is_percent=is_percent)
    return _bounded(float(raw)) if isinstance(raw, int | float) else Reading(check="number.not-a-number")


def read_percent(raw: object) -> Reading:
    """Read a percentage from 0 to 100. A bare 0.85 may be 85% or 0.85%: asked back."""
    reading = read_number(raw, decimals=2, is_percent=True)
    bare = not isinstance(raw, PercentValue) and not (isinstance(raw, str) and "%" in raw)
    if reading.value is not None and bare and 0 < reading.value < 1:
        values = {"times": reading.value * 100, "read": reading.value}
        return Reading(check="number.percent-unclear", values=values)
    return reading


def broken(raw: object) -> Reading | None:
    """Give the finding of a cell whose formula failed or was never calculated."""
    if isinstance(raw, ErrorValue):
        return Reading(check="cell.error-value")
    return Reading(check="cell.formula") if isinstance(raw, UncachedFormula) else None


def _percent_format(raw: PercentValue, *, wanted: bool) -> Reading:
    if not wanted:
        return Reading(check="number.percent-unexpected")
    reading = _bounded(raw.number * 100)
    if reading.check:
        return reading
    return Reading(reading.value, "number.percent", INFO, {"read": reading.value})


def _bounded(number: float) -> Reading:
    if not math.isfinite(number) or abs(number) >= LARGEST:
        return Reading(check="number.too-large")
    return Reading(_exact(number).normalize() + 0)


_MINUS = str.maketrans({"\u2212": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-"})
_WHOLE = re.compile(r"\d+|\d{1,3}(?: \d{3})+", re.ASCII)
_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){2,}", re.ASCII)
_COMMA = re.compile(r"\d+,\d+", re.ASCII)
_TWO_WAYS = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)
_POINTS_COMMA = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+", re.ASCII)
_COMMAS_POINT = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+", re.ASCII)
_POINT = re.compile(r"\d+\.\d+", re.ASCII)


def _number_in_text(written: str, decimals: int, *, is_percent: bool) -> Reading:
    text = nfc(unicodedata.normalize("NFKC", written).translate(_MINUS))
    if text.endswith("%"):
        return _percent_in_text(text[:-1].strip(), wanted=is_percent)
    sign = -1 if text.startswith("-") else 1
    digits = text.removeprefix("-").removeprefix("+").strip()
    if _WHOLE.fullmatch(digits):
        return _sized(sign * Decimal(digits.replace(" ", "")))
    plain = _certain(digits, decimals)
    if plain is not None:
        value = sign * Decimal(plain)
        return Reading(value, "number.text", INFO, {"read": value}) if abs(value) < LARGEST else _sized(value)
    if _POINT.fullmatch(digits) or _COMMA.fullmatch(digits) or _POINTS.fullmatch(digits):
        return _ambiguous(digits, sign)
    return Reading(check="number.not-a-number")


def _certain(digits: str, decimals: int) -> str | None:
    """Give the plain spelling where separators allow one reading only."""
    if _POINTS.fullmatch(digits) and (decimals < 3 or digits.count(".") > 1):
        return digits.replace(".", "")
    if _COMMAS.fullmatch(digits) or _COMMAS_POINT.fullmatch(digits):
        return digits.replace(",", "")
    if _POINTS_COMMA.fullmatch(digits):
        return digits.replace(".", "").replace(",", ".")
    if _COMMA.fullmatch(digits) and not _TWO_WAYS.fullmatch(digits):
        return digits.replace(",", ".")
    return None


def _ambiguous(digits: str, sign: int) -> Reading:
    decimal, whole = re.sub("[.,]", ".", digits), re.sub("[.,]", "", digits)
    values = {"first": sign * Decimal(decimal), "second": sign * Decimal(whole)}
    return Reading(check="number.ambiguous", values=values)


def _percent_in_text(text: str, *, wanted: bool) -> Reading:
    if not wanted:
        return Reading(check="number.percent-unexpected")
    reading = _number_in_text(text, 2, is_percent=False)
    if reading.value is None:
        return reading
    return Reading(reading.value, "number.percent", INFO, {"read": reading.value})


def _sized(value: Decimal) -> Reading:
    return Reading(value) if abs(value) < LARGEST else Reading(check="number.too-large")


_DAY_FIRST = re.compile(r"(\d{1,2})\s*[-/.\s]\s*(\d{1,2})\s*[-/.\s]\s*(\d{4})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?)?", re.ASCII)
_IN_WORDS = re.compile(r"(?:ngay )?(\d{1,2}) thang (\d{1,2}) nam (\d{4})", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", re.ASCII)
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
    text = without_accents(nfc(unicodedata.normalize("NFKC", written).translate(_MINUS)).lower())
    parts = _date_parts(text)
    if parts is None:
        return Reading(check="date.short-year" if _SHORT_YEAR.fullmatch(text) else "date.not-a-date")
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


def read_text(raw: object) -> Reading:
    """Read words: composed, trimmed, without control and direction characters; line feeds stay."""
    bad = broken(raw)
    if bad:
        return bad
    return Reading(clean(raw) if isinstance(raw, str) else display(raw))


# Control and direction characters, and halves of letters; tabs and line feeds are layout.
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def clean(text: str) -> str:
    """Give the text composed and trimmed, without what no one sees."""
    return nfc(_HIDDEN.sub("", text))


def bound(text: str | None) -> Decimal | None:
    """Give a limit that the plan wrote as text, or None where it is no number."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
