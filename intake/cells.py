"""What one cell says: numbers, dates and words as offices write them. What is uncertain is asked back."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from schemas.folds import nfc, without_accents
from schemas.severities import ERROR, INFO

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
    if isinstance(raw, date | time | timedelta):
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
    if math.isnan(number):
        return Reading(check="number.not-a-number")
    if math.isinf(number) or abs(number) >= LARGEST:
        return Reading(check="number.too-large")
    return Reading(_exact(number).normalize() + 0)


_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2212"), "-")
# Not NFKC: it would make 102 of 10².
_FULL_WIDTH = {code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}
_NONE = frozenset({"-", "--", "---", "khong", "ko", "khong co", "none", "nil"})
_WHOLE = re.compile(r"\d+|\d{1,3}(?: \d{3})+", re.ASCII)
_POINTS = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+", re.ASCII)
_COMMAS = re.compile(r"[1-9]\d{0,2}(?:,\d{3}){2,}", re.ASCII)
_COMMA = re.compile(r"\d+,\d+", re.ASCII)
_TWO_WAYS = re.compile(r"[1-9]\d{0,2},\d{3}", re.ASCII)
_POINTS_COMMA = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+", re.ASCII)
_COMMAS_POINT = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+\.\d+", re.ASCII)
_BLANKS_COMMA = re.compile(r"[1-9]\d{0,2}(?: \d{3})+,\d+", re.ASCII)
_POINT = re.compile(r"\d+\.\d+", re.ASCII)


def plain_characters(text: str) -> str:
    """Give the text with one kind of digits, dashes and blanks, for reading numbers and dates."""
    return nfc(clean(text).translate(_FULL_WIDTH).translate(_DASHES))


def _number_in_text(written: str, decimals: int, *, is_percent: bool) -> Reading:
    text = plain_characters(written)
    if without_accents(text.lower()).rstrip(".") in _NONE:
        return Reading(check="number.none")
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
    if _POINTS_COMMA.fullmatch(digits) or _BLANKS_COMMA.fullmatch(digits):
        return re.sub("[. ]", "", digits).replace(",", ".")
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
    return text if text.isascii() and text.isalnum() else nfc(_HIDDEN.sub("", text))


def bound(text: str | None) -> Decimal | None:
    """Give a limit that the plan wrote as text, or None where it is no number."""
    try:
        return Decimal(text) if text else None
    except InvalidOperation:
        return None
