"""The language of directives as rules, read once from schemas/drafting*.toml; matched on `fold_in_place` texts."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import schemas
from intake.drafting.folds import fold_in_place

RULES_FILE = Path(schemas.__file__).with_name("drafting.toml")
ENGLISH_FILE = RULES_FILE.with_name("drafting_en.toml")


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
    ahead: re.Pattern[str] | None  # of the words before the addressee
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
    ends_short: re.Pattern[str]  # a run that ends in "sở", "phòng" …: what follows the comma belongs to it
    proper: re.Pattern[str]
    joined: re.Pattern[str]  # two bodies that have one office
    announces: re.Pattern[str]  # the verbs of a body that speaks and is not asked anything itself


@dataclass(frozen=True)
class SubjectRules:
    """Who is asked in English: the words before "shall", "must" …"""

    obliging: re.Pattern[str]
    promising: re.Pattern[str]
    heads: re.Pattern[str]
    together: re.Pattern[str]
    assessed: re.Pattern[str]
    pronouns: re.Pattern[str]


@dataclass(frozen=True)
class Rules:
    types: tuple[DocumentType, ...]
    relations: tuple[RelationRule, ...]
    verbs: VerbRules
    bodies: BodyRules
    subjects: SubjectRules
    columns: tuple[tuple[str, re.Pattern[str]], ...]  # what the head of a table calls them
    kinds: tuple[KindRule, ...]
    asking: re.Pattern[str]
    obliging: re.Pattern[str]
    connectives: re.Pattern[str]
    speech_begins: re.Pattern[str]
    role_of: re.Pattern[str]  # "Trách nhiệm của …": the body follows
    listing: re.Pattern[str]
    not_lead_in: re.Pattern[str]
    narrative_titles: re.Pattern[str]
    of_itself: re.Pattern[str]  # "Chỉ thị này …": said of the whole text
    closings: re.Pattern[str]  # how an office ends a letter, asking nothing
    forms: re.Pattern[str]  # what an annex is called that asks nothing
    narrative_starts: re.Pattern[str]
    narrative_words: re.Pattern[str]
    section_kinds: tuple[tuple[str, re.Pattern[str]], ...]
    due: re.Pattern[str]
    times: tuple[re.Pattern[str], ...]
    any_time: re.Pattern[str]


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


def read_rules() -> dict[str, Any]:
    """Give the rules of both languages as one table: lists one after the other, tables laid together."""
    vietnamese, english = (tomllib.loads(file.read_text("utf-8")) for file in (RULES_FILE, ENGLISH_FILE))
    return _together(vietnamese, english)


def _together(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    both = {**first, **second}
    for name in first.keys() & second.keys():
        tables = isinstance(first[name], dict)
        both[name] = _together(first[name], second[name]) if tables else first[name] + second[name]
    return both


@cache
def load_rules() -> Rules:
    """Read and compile the rules. Raises KeyError or re.error where the file is not what this version expects."""
    table = read_rules()
    narrative, lead_in = table["narrative"], table["lead_in"]
    return Rules(
        types=tuple(_document_type(entry) for entry in table["types"]),
        relations=tuple(_relation(entry) for entry in table["relations"]),
        verbs=_verbs(table["verbs"]),
        bodies=_bodies(table["bodies"]),
        subjects=_subjects(table["subjects"]),
        columns=tuple((name, any_of(words)) for name, words in table["columns"].items()),
        kinds=tuple(_kind(entry) for entry in table["kinds"]),
        asking=any_of(lead_in["asking"]),
        obliging=any_of([*lead_in["obliging"], *table["subjects"]["obliging"]], before=r"\A"),
        speech_begins=_any_pattern([",", *lead_in["reported"]], after=r"\s+"),
        connectives=any_of(lead_in["connectives"], before=r"\A", after=r",?\s+"),
        role_of=any_of(lead_in["role_of"], before=r"\A", after=r"\s+"),
        listing=any_of(lead_in["listing"]),
        not_lead_in=any_of(lead_in["never"]),
        narrative_titles=any_of(narrative["titles"], before=r"\A(?:về |những |một số )?"),
        of_itself=any_of([word for kind in table["types"] for word in kind["words"]], before=r"\A", after=r" này\b"),
        closings=any_of(narrative["closings"]),
        forms=any_of(narrative["forms"], before=r"\A\W*"),
        narrative_starts=any_of(narrative["starts"], before=r"\A\W*"),
        narrative_words=any_of(narrative["words"]),
        section_kinds=tuple((kind, any_of(w, before=r"\A")) for kind, w in table["section_kinds"].items()),
        due=_any_pattern(table["time"]["due"], before=r"(?<!\w)", after=r"\s*\Z"),
        times=tuple(re.compile(rf"(?<!\w){p}(?!\w)") for p in table["time"]["expressions"]),
        any_time=_any_pattern(table["time"]["expressions"], before=r"(?<!\w)", after=r"(?!\w)"),
    )


def _document_type(entry: dict[str, Any]) -> DocumentType:
    return DocumentType(entry["code"], tuple(entry["words"]), tuple(entry["letters"]))


def _relation(entry: dict[str, Any]) -> RelationRule:
    owner = tuple(entry["owner"]) if "owner" in entry else None
    before = re.compile(rf"(?<!\w){entry['before']}\s*\Z") if "before" in entry else None
    after = re.compile(rf"\A{entry['after']}") if "after" in entry else None
    return RelationRule(entry["relation"], before, after, owner, entry.get("inferred", False))


def _kind(entry: dict[str, Any]) -> KindRule:
    ahead = re.compile(entry["ahead"]) if "ahead" in entry else None
    return KindRule(entry["kind"], re.compile(entry["pattern"]), ahead, entry["weight"])


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
    start += rf"(?!(?:{'|'.join(map(re.escape, entry['not_bodies']))})(?!\w))"
    return BodyRules(
        any_body=any_of([*own, *partners, *persons], before=start),
        own=any_of([*own, *persons], before=start + not_partner),
        persons=any_of(persons, before=start),
        bare=any_of([*own, *partners], before=start, after=r"\Z"),
        stops=any_of(entry["stops"]),
        ends_short=any_of(entry["short_heads"], after=r"\Z"),
        proper=any_of(entry["proper"], before=r"\A", after=r"(?: việt nam)?(?: \w+){0,2}\Z"),
        joined=any_of(entry["joined"]),
        announces=any_of(entry["announces"], before=r"\A"),
    )


def _subjects(entry: dict[str, Any]) -> SubjectRules:
    return SubjectRules(
        obliging=any_of(entry["obliging"], after=r"(?!\w)(?!\s+(?:not )?be(?:en)?\b)"),
        promising=any_of(entry["promising"], before=r"\A"),
        heads=any_of(entry["heads"]),
        together=_any_pattern(entry["together"], before=r"(?<!\w)", after=r"\s+"),
        assessed=any_of(entry["assessed"], after=r"\s+"),
        pronouns=any_of(entry["pronouns"], before=r"\A", after=r"(?=\s|\Z)"),
    )
