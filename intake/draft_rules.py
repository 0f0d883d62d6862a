"""The language of directives as rules, read once from schemas/drafting.toml; matched on `fold_in_place` texts."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import schemas
from schemas.folds import fold_in_place

RULES_FILE = Path(schemas.__file__).with_name("drafting.toml")


@dataclass(frozen=True)
class DocumentType:
    code: str
    words: tuple[str, ...]
    letters: tuple[str, ...]


@dataclass(frozen=True)
class RelationRule:
    relation: str
    before: re.Pattern[str] | None  # ends where the cited document begins
    after: re.Pattern[str] | None  # begins where it ends
    owner: tuple[str, ...] | None  # types of document the words are said of; None: any, "": a text without a symbol
    inferred: bool


@dataclass(frozen=True)
class KindRule:
    kind: str
    pattern: re.Pattern[str]
    weight: float


@dataclass(frozen=True)
class VerbRules:
    opening: re.Pattern[str]
    only_at_start: frozenset[str]
    modals: re.Pattern[str]
    promising: re.Pattern[str]
    only_a_deadline: re.Pattern[str]
    name_ends: re.Pattern[str]
    not_before: dict[str, re.Pattern[str]]
    not_after: dict[str, re.Pattern[str]]


@dataclass(frozen=True)
class BodyRules:
    any_body: re.Pattern[str]
    own: re.Pattern[str]
    persons: re.Pattern[str]
    bare: re.Pattern[str]
    stops: re.Pattern[str]


@dataclass(frozen=True)
class Rules:
    types: tuple[DocumentType, ...]
    relations: tuple[RelationRule, ...]
    verbs: VerbRules
    bodies: BodyRules
    kinds: tuple[KindRule, ...]
    asking: re.Pattern[str]
    obliging: re.Pattern[str]
    connectives: re.Pattern[str]
    speech_begins: re.Pattern[str]
    listing: re.Pattern[str]
    not_lead_in: re.Pattern[str]
    narrative_titles: re.Pattern[str]
    narrative_starts: re.Pattern[str]
    narrative_words: re.Pattern[str]
    section_kinds: tuple[tuple[str, re.Pattern[str]], ...]
    due: re.Pattern[str]
    times: tuple[re.Pattern[str], ...]


def any_of(words: Iterable[str], before: str = r"(?<!\w)", after: str = r"(?!\w)") -> re.Pattern[str]:
    """Compile a pattern for any of the words as whole words, the longest first."""
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(f"{before}(?:{'|'.join(map(re.escape, longest_first))}){after}")


def find_type_in_capitals(line: str) -> tuple[DocumentType, str] | None:
    """Give the type that opens a line in capitals, "CHỈ THỊ về …", and the rest of the line."""
    small = fold_in_place(line)
    for kind in load_rules().types:
        for word in sorted(kind.words, key=len, reverse=True):
            is_word = small.startswith(word) and not small[len(word) : len(word) + 1].isalnum()
            if is_word and line[: len(word)].isupper():
                return kind, line[len(word) :]
    return None


def _any_pattern(patterns: Iterable[str], before: str = "", after: str = "") -> re.Pattern[str]:
    return re.compile(f"{before}(?:{'|'.join(patterns)}){after}")


@cache
def load_rules() -> Rules:
    """Read and compile the rules. Raises KeyError or re.error where the file is not what this version expects."""
    table = tomllib.loads(RULES_FILE.read_text("utf-8"))
    narrative, lead_in = table["narrative"], table["lead_in"]
    return Rules(
        types=tuple(_document_type(entry) for entry in table["types"]),
        relations=tuple(_relation(entry) for entry in table["relations"]),
        verbs=_verbs(table["verbs"]),
        bodies=_bodies(table["bodies"]),
        kinds=tuple(KindRule(k["kind"], re.compile(k["pattern"]), k["weight"]) for k in table["kinds"]),
        asking=any_of(lead_in["asking"]),
        obliging=any_of(lead_in["obliging"], before=r"\A"),
        speech_begins=_any_pattern([",", *lead_in["reported"]], after=r"\s+"),
        connectives=any_of(lead_in["connectives"], before=r"\A", after=r",?\s+"),
        listing=any_of(lead_in["listing"]),
        not_lead_in=any_of(lead_in["never"]),
        narrative_titles=any_of(narrative["titles"], before=r"\A"),
        narrative_starts=any_of(narrative["starts"], before=r"\A\W*"),
        narrative_words=any_of(narrative["words"]),
        section_kinds=tuple((kind, any_of(w, before=r"\A")) for kind, w in table["section_kinds"].items()),
        due=re.compile(rf"(?<!\w){table['time']['due']}\s*\Z"),
        times=tuple(re.compile(rf"(?<!\w){p}(?!\w)") for p in table["time"]["expressions"]),
    )


def _document_type(entry: dict[str, Any]) -> DocumentType:
    return DocumentType(entry["code"], tuple(entry["words"]), tuple(entry["letters"]))


def _relation(entry: dict[str, Any]) -> RelationRule:
    owner = tuple(entry["owner"]) if "owner" in entry else None
    before = re.compile(rf"(?<!\w){entry['before']}\s*\Z") if "before" in entry else None
    after = re.compile(rf"\A{entry['after']}") if "after" in entry else None
    return RelationRule(entry["relation"], before, after, owner, entry.get("inferred", False))


def _verbs(entry: dict[str, Any]) -> VerbRules:
    return VerbRules(
        opening=any_of(entry["opening"]),
        only_at_start=frozenset(entry["only_at_start"]),
        modals=any_of(entry["modals"], before=r"\A"),
        promising=any_of(entry["promising"], before=r"\A"),
        only_a_deadline=re.compile(entry["only_a_deadline"]),
        name_ends=any_of(entry["name_ends"], after=r"\s*\Z"),
        not_before={verb: any_of(words, before=r"\A\s*") for verb, words in entry["not_before"].items() if words},
        not_after={verb: any_of(words, after=r"\s*\Z") for verb, words in entry["not_after"].items()},
    )


def _bodies(entry: dict[str, Any]) -> BodyRules:
    determiner = f"(?:(?:{'|'.join(entry['determiners'])}) )*"
    own, partners, persons = entry["own"], entry["partners"], entry["persons"]
    start = rf"\A{determiner}"
    not_partner = rf"(?!(?:{'|'.join(map(re.escape, partners))})(?!\w))"
    return BodyRules(
        any_body=any_of([*own, *partners, *persons], before=start),
        own=any_of([*own, *persons], before=start + not_partner),
        persons=any_of(persons, before=start),
        bare=any_of([*own, *partners], before=start, after=r"\Z"),
        stops=any_of(entry["stops"]),
    )
