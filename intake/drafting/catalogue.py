"""What a clause could be measured by and how a limitation is coded: by key words, an office adds its own."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import schemas
from intake.drafting.folds import fold_in_place
from intake.drafting.rules import any_of
from intake.drafting.text import split_sentences
from models.errors import RefusedError
from models.plan import PlanIndicator
from schemas.folds import fold

CATALOGUE = Path(schemas.__file__).with_name("catalogue.toml")
_LONGEST = 400  # letters of what is coded; longer ones are no limitation but a whole report
_NEEDED = {
    "indicators": ("code", "words", "name", "measure", "kind", "mode"),
    "shortcomings": ("list", "code", "words", "label"),
}
_COUNTED = re.compile(
    r"\A(?:(?:tổng số|số lượng|số lượt|số lần|số|tỷ lệ|tỉ lệ|mức|number of|share of|percentage of)\s+)+"
)
_NAME_PARTS = re.compile(r",\s+|\s+(?:đã|được|hiện có|đang|có|theo|trong|của|tại|held|in)(?=\s|\Z)|[(;:/].*\Z")
_MOST_PARTS, _FEWEST_WORDS = 3, 3
_LIST_ENTRY = 4  # words; a shorter part of a sentence says too little


@dataclass(frozen=True)
class Entry:
    """One indicator, limitation or cause: its code, the words that call for it, and its row in a plan."""

    code: str
    words: re.Pattern[str]
    row: dict[str, Any]


@dataclass(frozen=True)
class Catalogue:
    indicators: tuple[Entry, ...]
    shortcomings: tuple[Entry, ...]
    limits: re.Pattern[str]
    causes: re.Pattern[str]
    cause_lists: re.Pattern[str]
    opens: re.Pattern[str]


@dataclass(frozen=True)
class Suggestion:
    """An entry that fits a text, and the words of the text that call for it."""

    entry: Entry
    words: str


@dataclass(frozen=True)
class Shortcoming:
    """What a review finds wrong, verbatim; `suggestion` is its code where the catalogue has one."""

    list: str  # shortcoming or cause
    text: str
    suggestion: Suggestion | None


def load_catalogue(own: Path | None = None) -> Catalogue:
    """Read the catalogue, with an office's own entries laid over it where the file is there.

    Raises RefusedError for a file of the office's that cannot be used, saying what is wrong with it.
    """
    table = tomllib.loads(CATALOGUE.read_text("utf-8"))
    more = _own_entries(own) if own and own.is_file() else {}
    review = table["review"]
    return Catalogue(
        indicators=_entries([*table["indicators"], *more.get("indicators", ())]),
        shortcomings=_entries([*table["shortcomings"], *more.get("shortcomings", ())]),
        limits=any_of(review["limits"]),
        causes=any_of(review["causes"]),
        cause_lists=any_of(review["cause_lists"]),
        opens=any_of(review["opens"]),
    )


def with_indicators(catalogue: Catalogue, known: Iterable[PlanIndicator]) -> Catalogue:
    """Let the indicators an office has be suggested before those that are brought: by key words or by their names."""
    by_name = {fold(str(one.row["name"])): one for one in catalogue.indicators}
    mine = []
    for indicator in known:
        brought = by_name.get(fold(indicator.name))
        words = brought.words if brought else _words_of(indicator.name)
        if words:
            mine.append(Entry(indicator.code, words, dict(vars(indicator))))
    taken = {one.code for one in mine} | {one.code for one in known}
    names = {fold(str(one.row["name"])) for one in mine}
    others = (one for one in catalogue.indicators if one.code not in taken and fold(str(one.row["name"])) not in names)
    return replace(catalogue, indicators=(*mine, *others))


def _words_of(name: str) -> re.Pattern[str] | None:
    """Give what calls for an indicator: of "Số mô hình dân vận khéo đã đăng ký" it is "mô hình dân vận khéo"."""
    counted = _COUNTED.sub("", fold_in_place(name))
    parts = [part.strip() for part in _NAME_PARTS.split(counted) if part.strip()]
    said = [part for part in parts[:_MOST_PARTS] if len(part.split()) >= _FEWEST_WORDS] or parts[:1]
    return any_of(said) if said and len(said[0].split()) > 1 else None


def _own_entries(path: Path) -> dict[str, list[dict[str, Any]]]:
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        raise RefusedError("draft.catalogue.unreadable", file=path.name, found=error) from error
    for name, needed in _NEEDED.items():
        for number, entry in enumerate(table.get(name, ()), start=1):
            missing = [key for key in needed if not entry.get(key)]
            if missing:
                keys = {"file": path.name, "table": name, "number": number, "missing": ", ".join(missing)}
                raise RefusedError("draft.catalogue.incomplete", **keys)
    return table


def suggest(text: str, entries: Iterable[Entry], most: int = 3) -> tuple[Suggestion, ...]:
    """Give the entries whose key words stand in the text, in the order of the catalogue."""
    small = fold_in_place(text)
    found = ((entry, entry.words.search(small)) for entry in entries)
    return tuple(Suggestion(entry, text[hit.start() : hit.end()]) for entry, hit in found if hit)[:most]


def find_shortcomings(paragraphs: Iterable[str], catalogue: Catalogue) -> tuple[Shortcoming, ...]:
    """Give the limitations and causes that a text tells: in the paragraphs that speak of them, part by part."""
    found: dict[str, Shortcoming] = {}
    for paragraph in paragraphs:
        opens = catalogue.opens.search(fold_in_place(paragraph))
        for sentence in split_sentences(paragraph[opens.start() :] if opens else ""):
            lists_causes = bool(catalogue.cause_lists.search(fold_in_place(sentence)))
            for part in _parts(sentence):
                is_cause = lists_causes or bool(catalogue.causes.search(fold_in_place(part)))
                found.setdefault(part, _shortcoming(part, is_cause, catalogue))
    return tuple(one for one in found.values() if _is_told(one, catalogue))


def _parts(sentence: str) -> list[str]:
    body = sentence.rpartition(": ")[2]
    parts = (part.strip(" .;,…") for part in re.split(r";\s+", body))
    return [part for part in parts if len(part.split()) > _LIST_ENTRY and len(part) <= _LONGEST]


def _shortcoming(text: str, is_cause: bool, catalogue: Catalogue) -> Shortcoming:
    kind = "cause" if is_cause else "shortcoming"
    best = suggest(text, (one for one in catalogue.shortcomings if one.row["list"] == kind), most=1)
    return Shortcoming(kind, text, best[0] if best else None)


def _is_told(one: Shortcoming, catalogue: Catalogue) -> bool:
    small = fold_in_place(one.text)
    if catalogue.opens.match(small) and one.suggestion is None:
        return False  # "Bên cạnh … vẫn còn những hạn chế" only leads them in
    return bool(catalogue.limits.search(small) or (one.list == "cause" and one.suggestion))


def _entries(rows: list[dict[str, Any]]) -> tuple[Entry, ...]:
    by_code = {row["code"]: row for row in rows}
    return tuple(
        Entry(code, any_of(row["words"]), {key: value for key, value in row.items() if key != "words"})
        for code, row in by_code.items()
    )
