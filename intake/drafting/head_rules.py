"""The words around a document, read once from schemas/drafting.toml: its head, its foot, and a web page's debris."""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from intake.drafting.rules import RULES_FILE, any_of


@dataclass(frozen=True)
class DebrisRules:
    anywhere: re.Pattern[str]
    line: re.Pattern[str]
    after: re.Pattern[str]
    menu: re.Pattern[str]
    news: re.Pattern[str]
    page_number: re.Pattern[str]


@dataclass(frozen=True)
class HeadRules:
    title: re.Pattern[str]  # of the state or the party, a whole line or inside one
    body: re.Pattern[str]
    organ: re.Pattern[str]
    subject: re.Pattern[str]
    letter: re.Pattern[str]
    text_begins: re.Pattern[str]
    no_subject: re.Pattern[str]
    committee: re.Pattern[str]
    issued_by: re.Pattern[str]
    issued_with: re.Pattern[str]


@dataclass(frozen=True)
class FootRules:
    end: re.Pattern[str]
    recipients: re.Pattern[str]
    authority: re.Pattern[str]
    posts: re.Pattern[str]
    honorific: re.Pattern[str]
    surname: re.Pattern[str]


@dataclass(frozen=True)
class CitingRules:
    issuer_ends: re.Pattern[str]
    whole_names: re.Pattern[str]


@dataclass(frozen=True)
class HeadAndFoot:
    debris: DebrisRules
    head: HeadRules
    foot: FootRules
    citing: CitingRules


@cache
def load_head_rules() -> HeadAndFoot:
    """Read and compile the rules. Raises KeyError or re.error where the file is not what this version expects."""
    table = tomllib.loads(RULES_FILE.read_text("utf-8"))
    return HeadAndFoot(
        _debris(table["debris"]), _head(table["letterhead"]), _foot(table["foot"]), _citing(table["citing"])
    )


def _whole_line(patterns: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"\A\W*(?:{'|'.join(patterns)})\W*\Z")


def _debris(entry: dict[str, Any]) -> DebrisRules:
    return DebrisRules(
        anywhere=re.compile("|".join(entry["anywhere"])),
        line=_whole_line(entry["lines"]),
        after=_whole_line(entry["after"]),
        menu=_whole_line(entry["menu"]),
        news=re.compile(rf"\A\W*(?:{'|'.join(entry['news'])})\Z"),
        page_number=_whole_line([entry["page_number"]]),
    )


def _head(entry: dict[str, Any]) -> HeadRules:
    return HeadRules(
        title=re.compile("|".join(entry["titles"])),
        body=any_of(entry["bodies"], before=r"\A\W*"),
        organ=any_of(entry["organs"], before=r"\A\W*", after=r"\W*\Z"),
        subject=re.compile(rf"\A\W*{entry['subject']}(?!\w)"),
        letter=re.compile(rf"\A\W*{entry['letter']}"),
        text_begins=any_of(entry["text_begins"], before=r"\A\W*"),
        no_subject=any_of(entry["no_subject"], before=r"\A\W*"),
        committee=any_of(entry["committees"], before=r"\A\W*", after=r"\W*\Z"),
        issued_by=re.compile(rf"\A\W*{entry['issued_by']}\s+"),
        issued_with=re.compile(rf"\A{entry['issued_with']}"),
    )


def _foot(entry: dict[str, Any]) -> FootRules:
    return FootRules(
        end=re.compile(rf"\A\W*(?:{'|'.join(entry['end'])})\Z"),
        recipients=re.compile(rf"\A\W*{entry['recipients']}"),
        authority=re.compile(rf"\A\W*{entry['authority']}"),
        posts=any_of(entry["posts"], before=r"(?<!\w)(?<!ban )"),  # Ban Bí thư is no post
        honorific=any_of(entry["honorifics"], after=r"\.?\s+"),
        surname=any_of(entry["surnames"], before=r"\A\W*", after=r"\s"),
    )


def _citing(entry: dict[str, Any]) -> CitingRules:
    return CitingRules(
        issuer_ends=any_of(entry["issuer_ends"], before=r"\s+"),
        whole_names=any_of(entry["whole_names"]),
    )
