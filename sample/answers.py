"""What a simulated unit has to say in one return, before it is written into a workbook."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from models.workdays import WorkCalendar
from sample.draws import share
from sample.figures import Figures, true_value
from sample.organisation import CONSOLIDATED, DATA, SampleTask, indicators, indicators_asked, periods, tasks, units
from sample.progress import role, standing
from sample.texts import Document, Voice, document_of, result_text, shortcomings, statements, symbol_of

Row = Mapping[str, Any]  # column key → what is written: text, Decimal, date; a list column holds a code
Terms = Mapping[str, Mapping[str, str]]  # list of the plan → code → label


@dataclass(frozen=True)
class Answers:
    """The content of a return: rows by code where the blank has the rows, else rows as they come."""

    voice: Voice
    cover: Row
    progress: Mapping[str, Row] = field(default_factory=dict)  # task → status, done_on, percent, result
    measures: Mapping[str, Figures] = field(default_factory=dict)
    year_before: Mapping[str, Figures] = field(default_factory=dict)  # the same period of the last year
    evidence: tuple[Row, ...] = ()
    shortcomings: tuple[Row, ...] = ()
    statements: tuple[Row, ...] = ()
    terms: Terms = field(default_factory=dict)


def answer(unit: str, period: str, kind: str, sent_on: date, terms: Terms) -> Answers:
    """Give all that a unit reports, true and complete. Raises KeyError for codes outside the sample."""
    voice = Voice(unit, period, kind)
    progress, evidence = _tasks(voice, terms)
    return Answers(
        voice,
        _cover(voice, sent_on),
        progress,
        _figures(voice, period),
        _figures(voice, _year_before(voice)),
        evidence,
        shortcomings(voice, terms),
        statements(voice, _commended(voice)),
        terms,
    )


def _figures(voice: Voice, period: str | None) -> dict[str, Figures]:
    if period is None:
        return {}
    whole = voice.kind == CONSOLIDATED
    return {code: true_value(voice.unit, code, period, consolidated=whole) for code in indicators()}


def _year_before(voice: Voice) -> str | None:
    """Give the same period of the last year, where the unit was there then."""
    year, _, stage = voice.period.partition("-")
    earlier = periods().get(f"{int(year) - 1}-{stage}") if year.isdigit() else None
    return earlier.code if earlier and units()[voice.unit].in_force(earlier.cutoff) else None


def _cover(voice: Voice, sent_on: date) -> Row:
    number = 10 + int(400 * share(voice, "letter"))
    return {
        "preparer_role": role(voice.unit, "preparer"),
        "approver_role": role(voice.unit, "approver"),
        "approved_on": WorkCalendar().add_working_days(sent_on, -1),
        "letter_number": f"{number}-BC/{symbol_of(voice.unit)}",
    }


def _tasks(voice: Voice, terms: Terms) -> tuple[dict[str, Row], tuple[Row, ...]]:
    progress: dict[str, Row] = {}
    evidence: list[Row] = []
    for task in tasks().values():
        if task.directive != periods()[voice.period].directive or not _speaks_of(voice, task):
            continue
        stands = standing(voice.unit, task.code, voice.period)
        progress[task.code] = {
            "status": stands.status,
            "done_on": stands.done_on,
            "percent": stands.percent,
            "result": result_text(voice, task.code, stands),
        }
        document = document_of(voice.unit, task.code, stands)
        if document:
            evidence.append(_evidence(task.code, document, terms))
    return progress, tuple(evidence)


def _speaks_of(voice: Voice, task: SampleTask) -> bool:
    """Say whether the return tells of a task: a consolidated one tells of what bodies without a return lead."""
    if voice.kind != CONSOLIDATED:
        return task.is_led_by(voice.unit)
    bodies = [unit.code for unit in units().values() if not unit.reports]
    return any(task.is_led_by(body) for body in bodies)


def _evidence(task: str, document: Document, terms: Terms) -> Row:
    kinds = terms.get("evidence_type", {})
    return {
        "subject": task,
        "type": document.evidence if document.evidence in kinds else next(iter(kinds), None),
        "title": document.title,
        "number": document.number,
        "issued_on": document.issued_on,
    }


@cache
def sample_terms() -> Terms:
    """Give the lists of the sample's plans: their codes with the labels that a dropdown shows."""
    lists: dict[str, dict[str, list[str]]] = tomllib.loads((DATA / "plan.toml").read_text("utf-8"))["terms"]
    return {name: {code: labels[0] for code, labels in codes.items()} for name, codes in lists.items()}


def _commended(voice: Voice) -> tuple[Figures, Figures] | None:
    if voice.kind == CONSOLIDATED or not {"I23", "I24"} <= indicators_asked(voice.unit, voice.period):
        return None
    return true_value(voice.unit, "I23", voice.period), true_value(voice.unit, "I24", voice.period)


def differs_much(now: Decimal, before: Decimal) -> bool:
    """Say whether a figure must be explained: a change above 50 % and above 5."""
    change = abs(now - before)
    return change > 5 and change * 2 > abs(before)
