"""Texts that say the same again: as the unit's own last period, or as another unit of the same period.

Nearly the same are two texts that tell the same figures in nearly the same words. Many offices write one sentence
for years, or all write that of a model, and put their own figures into it: that is a report, and nobody is warned of
it. Years and counts of months only name the period ("9 tháng đầu năm 2022"), so changing them makes no new report.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import process
from rapidfuzz.distance import Indel

from intake.check_types import Case, Known
from models.queries.issuing import HistoryProgress
from schemas.folds import nfc

SHORTEST = 60  # characters; a shorter text is the same by chance, or because there is one way to say it
SHORTEST_NEARLY = 100  # two conferences this year and two the last: a single sentence proves nothing
NEARLY = 0.93  # share of words in common: a name or a clause may differ, not a subject
_NUMBER = re.compile(r"\d+(?:[.,/-]\d+)*(?: tháng\b)?")
_NAME_OF_PERIOD = re.compile(r"20\d\d|\d+ tháng")
_WORD = re.compile(r"[^\W\d_]+")

Group = tuple[str, int, str]  # kind of return, period, task
Figures = tuple[str, ...]


@dataclass(frozen=True)
class Likeness:
    """Where nearly the same text stands, a unit or a period, and how many of a hundred words are the same."""

    where: str
    percent: int


class TextIndex:
    """Who wrote which text about which task, in one period: what is on record and what is being checked."""

    def __init__(self, cases: Sequence[tuple[Case, Known]]) -> None:
        self.units: dict[tuple[Group, str], set[str]] = defaultdict(set)
        self.by_figures: dict[tuple[Group, Figures], list[tuple[str, str]]] = defaultdict(list)
        self.alike: dict[tuple[Group, Figures], list[tuple[str, str]]] = {}  # of by_figures, what was asked for
        self.spelled: dict[str, str] = {}
        self.letters: dict[str, str] = {}  # one for every word in them
        for known in {id(known): known for _, known in cases}.values():
            self._add_record(known)
        for case, known in cases:
            sheet = case.sheets.get("progress")
            for row in sheet.rows if sheet else ():
                group = _group(case.key[1], known, row.values["task"])
                self._add(group, row.values.get("result"), _unit(case, known))

    def _add_record(self, known: Known) -> None:
        for kind, texts in known.texts.items():
            for unit, task, text in texts:
                self._add(_group(kind, known, known.task_names.get(task, "")), text, known.unit_codes[unit])

    def _add(self, group: Group, text: str | None, unit: str) -> None:
        key = _key(text)
        if key:
            self.units[group, key].add(unit)
            self.by_figures[group, _figures(key)].append((unit, key))

    def other(self, case: Case, known: Known, task: str, text: str | None) -> str | None:
        """Give the code of another unit that wrote the same for the same period."""
        found = self.units.get((_group(case.key[1], known, task), _key(text) or ""), set())
        return min(found - {_unit(case, known)}, default=None)

    def nearly_other(self, case: Case, known: Known, task: str, text: str | None) -> Likeness | None:
        """Find the unit whose text for the same period is nearest to this one, if near enough and not the same."""
        key, own = _key(text), _unit(case, known)
        if key is None or len(key) < SHORTEST_NEARLY or self.other(case, known, task, text):
            return None
        alike = self._alike(_group(case.key[1], known, task), _figures(key))
        nearest = process.extractOne(
            self._spelled(key),
            [None if unit == own else spelled for unit, spelled in alike],
            scorer=Indel.normalized_similarity,
            score_cutoff=NEARLY,
        )
        return Likeness(alike[nearest[2]][0], int(nearest[1] * 100)) if nearest else None

    def earlier(self, case: Case, known: Known, task: str, text: str | None) -> str | None:
        """Give the code of the unit's own last period if it wrote the same then."""
        said = last_word(case, known, task)
        return said.period_code if said and _key(text) and _key(said.text) == _key(text) else None

    def nearly_earlier(self, case: Case, known: Known, task: str, text: str | None) -> Likeness | None:
        """Give the unit's own last period if it wrote nearly the same then, but not the same."""
        said, key = last_word(case, known, task), _key(text)
        before = _key(said.text) if said else None
        if not (said and key and before) or before == key or len(key) < SHORTEST_NEARLY:
            return None
        if _figures(before) != _figures(key):
            return None
        share = Indel.normalized_similarity(self._spelled(before), self._spelled(key), score_cutoff=NEARLY)
        return Likeness(said.period_code, int(share * 100)) if share else None

    def _alike(self, group: Group, figures: Figures) -> list[tuple[str, str]]:
        """Give the texts that tell the same figures, with their units in the order of codes."""
        at = (group, figures)
        if at not in self.alike:
            self.alike[at] = sorted((unit, self._spelled(key)) for unit, key in self.by_figures[at])
        return self.alike[at]

    def _spelled(self, key: str) -> str:
        """Write a text with one character for each word: strings are compared much faster than lists of words."""
        if key not in self.spelled:
            for word in set(_WORD.findall(key)) - self.letters.keys():
                self.letters[word] = chr(min(len(self.letters), sys.maxunicode))
            self.spelled[key] = "".join(self.letters[word] for word in _WORD.findall(key))
        return self.spelled[key]


def last_word(case: Case, known: Known, task: str) -> HistoryProgress | None:
    """Find what the unit last said of a task."""
    return known.progress.get(case.key, {}).get(known.tasks[task])


def _group(kind: str, known: Known, task: str) -> Group:
    return kind, known.period.id or 0, task


def _unit(case: Case, known: Known) -> str:
    return known.unit_codes[case.receipt.unit_id]


@lru_cache(maxsize=4096)  # each text is compared with several
def _key(text: str | None) -> str | None:
    key = " ".join(nfc(text or "").casefold().split())
    return key if len(key) >= SHORTEST else None


def _figures(key: str) -> Figures:
    """Give the numbers that a text tells, in their order: figures, dates, numbers of documents."""
    return tuple(number for number in _NUMBER.findall(key) if not _NAME_OF_PERIOD.fullmatch(number))
