"""The catalogues of user texts, in two languages, and how numbers and dates are written in each."""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"
LANGUAGES = ("vi", "en")
DIGITS = 9  # after the comma of an exact factor
UNKNOWN = "–"  # written where a value was not reported


@dataclass(frozen=True)
class Texts:
    """One language's texts: `texts("findings.required", cell="C7")`."""

    language: str
    entries: Mapping[str, str]

    def __call__(self, key: str, **values: Any) -> str:
        """Give the text of a key with its placeholders filled. Raises KeyError for an unknown key."""
        return self.entries[key].format(**values)

    def has(self, key: str) -> bool:
        return key in self.entries

    def label(self, prefix: str, code: str | None) -> str:
        """Give the text of `prefix.code`, or the code itself where the catalogue has no word for it."""
        return self.entries.get(f"{prefix}.{code}", code or "")

    def number(self, value: Decimal | int | None, decimals: int = 0) -> str:
        """Write a number half up with a fixed count of decimals: 1.400 and 78,1 in Vietnamese."""
        if value is None:
            return UNKNOWN
        from babel.numbers import format_decimal  # here and below: a command that writes no number does without

        rounded = Decimal(value).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(rounded, format=pattern, locale=self.language)

    def fraction(self, value: Fraction) -> str:
        """Write an exact factor: 0,001; as a quotient where no decimals end: 1/3."""
        digits = next((d for d in range(DIGITS + 1) if (value * 10**d).denominator == 1), None)
        if digits is None:
            return f"{self.number(value.numerator)}/{self.number(value.denominator)}"
        return self.number(Decimal(int(value * 10**digits)).scaleb(-digits), digits)

    def percent(self, part: int | Decimal, whole: int | Decimal, decimals: int = 1) -> str:
        """Write part/whole as a percentage, or a dash where there is no whole."""
        return f"{self.number(Decimal(part) * 100 / Decimal(whole), decimals)}%" if whole else UNKNOWN

    def day(self, day: date | None) -> str:
        """Write a date inside a sentence: in Vietnamese 05/9/2016, 31/01/2021, a zero only where the rule has it."""
        if day is None or self.language != "vi":
            return self.date(day)
        month = f"{day.month:02}" if day.month <= 2 else f"{day.month}"
        return f"{day.day:02}/{month}/{day.year}"

    def date(self, day: date | None) -> str:
        """Write a date that stands under others, in a column or a form."""
        from babel.dates import format_date

        pattern = "dd/MM/yyyy" if self.language == "vi" else "d MMM yyyy"
        return format_date(day, format=pattern, locale=self.language) if day else UNKNOWN

    def moment(self, at: datetime) -> str:
        """Write an aware time in its own zone, to the minute."""
        from babel.dates import format_datetime

        pattern = "HH:mm dd/MM/yyyy" if self.language == "vi" else "d MMM yyyy HH:mm"
        return format_datetime(at, format=pattern, locale=self.language, tzinfo=at.tzinfo)


class Catalogue(Mapping[str, str]):
    """All texts of a language by key; the file of a room is read when one of its texts is first asked for.

    A command wants few of them, and to read all of them takes a tenth of a second.
    """

    def __init__(self, folder: Path) -> None:
        self.files = {path.stem: path for path in sorted(folder.glob("*.toml"))}
        self.rooms: dict[str, dict[str, str]] = {}

    def __getitem__(self, key: str) -> str:
        room = key.partition(".")[0]
        return (self.rooms.get(room) or self._read(room))[key]

    def __iter__(self) -> Iterator[str]:
        return (key for room in self.files for key in self._read(room))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _read(self, room: str) -> dict[str, str]:
        if room not in self.rooms:
            table = tomllib.loads(self.files[room].read_text("utf-8")) if room in self.files else {}
            self.rooms[room] = dict(_flatten(table, room))
        return self.rooms[room]


@cache
def load_texts(language: str) -> Texts:
    """Give the catalogue of a language: locale/<language>/<room>.toml has the keys `room.…`.

    Raises ValueError for a language dondoc does not speak.
    """
    if language not in LANGUAGES:
        raise ValueError(language)
    return Texts(language, Catalogue(LOCALE_DIR / language))


def _flatten(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flatten(value, f"{prefix}.{key}")
        else:
            yield f"{prefix}.{key}", value
