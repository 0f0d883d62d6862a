"""English days and years in words: "the thirtieth of June", "two thousand and twenty-four", "twenty twenty-four"."""

from collections.abc import Iterator

_ONES: tuple[str, ...] = (
    "",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
)
_ONES += ("fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen")
_TENS = {2: "twenty", 3: "thirty", 4: "forty", 5: "fifty", 6: "sixty", 7: "seventy", 8: "eighty", 9: "ninety"}
_ORDINALS = {
    "one": "first",
    "two": "second",
    "three": "third",
    "five": "fifth",
    "eight": "eighth",
    "nine": "ninth",
    "twelve": "twelfth",
    "twenty": "twentieth",
    "thirty": "thirtieth",
}
_YEARS = range(1950, 2100)


def _below_hundred(number: int) -> Iterator[str]:
    """Spell 1 to 99, with a hyphen and without: twenty-four, twenty four."""
    if number < len(_ONES):
        yield _ONES[number]
        return
    tens, unit = divmod(number, 10)
    yield from (f"{_TENS[tens]}{between}{_ONES[unit]}" for between in "- ") if unit else (_TENS[tens],)


def _ordinal(number: int) -> Iterator[str]:
    """Spell a day: first, twelfth, twenty-first."""
    for words in _below_hundred(number):
        before, last = words[: -len(words.replace("-", " ").split()[-1])], words.replace("-", " ").split()[-1]
        yield before + _ORDINALS.get(last, f"{last}th")


def _year(year: int) -> Iterator[str]:
    """Spell a year as documents do: two thousand (and) twenty-four, twenty twenty-four, nineteen ninety-eight."""
    rest = year % 100
    for words in _below_hundred(rest) if rest else ("",):
        if year // 1000 == 2:
            yield from (f"two thousand {join}{words}".strip() for join in (("and ", "") if rest else ("",)))
        if rest > 9:
            yield f"{_ONES[year // 100] if year // 100 < len(_ONES) else 'twenty'} {words}"


ENGLISH_YEAR_PARTS = ("and", *(word for word in (*_ONES, *_TENS.values()) if word))
ENGLISH_DAYS = {word: day for day in range(1, 32) for word in _ordinal(day)}
ENGLISH_YEARS = {word: year for year in _YEARS for word in _year(year)}
