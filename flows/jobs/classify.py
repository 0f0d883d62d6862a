"""The work of `dondoc classify`: what a yearly classification rests on, by unit; suggested, never decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from flows.jobs.asking import Exported, find_moment
from flows.jobs.record import read_record
from models.directive import Directive
from models.errors import RefusedError
from models.exact import to_decimal
from models.queries import cascade as record
from models.queries.asked import find_asked
from models.queries.planned import read_planned
from models.queries.reviewing import Scope
from models.queries.reviews import get_directive
from models.queries.slips import count_slips
from models.unit_history import Tree
from reports.answering import find_speakers
from reports.classify import Inputs, Share, gather_inputs
from reports.classify_rule import RULES_DIR, ClassificationRule, choose_classification
from reports.classify_suggest import GroupCap, Suggestion, suggest
from reports.export import Sheet
from reports.standing import standing
from reports.task_due import Year
from schemas.folds import fold_symbol
from schemas.texts import Texts, load_texts
from settings import Settings

COLUMNS = (
    "unit", "unit_name", "group", "tasks_due", "done", "done_percent", "on_time", "on_time_percent", "beyond",
    "beyond_percent", "late_tasks", "late_tasks_percent", "owed", "reporting", "reporting_percent", "undated",
    "carried", "blue_slips", "yellow_slips", "red_slips", "cap", "suggested",
)  # fmt: skip
SLIP_COLUMNS = {f"{colour}_slips": colour for colour in ("blue", "yellow", "red")}
COLUMN_OF = {"late": "late_tasks"}  # "late" is a count of days elsewhere


@dataclass(frozen=True)
class ClassifyOutcome:
    """The inputs of each unit with the band that the rule suggests; `rule` says which one, its validity and source."""

    directive: str
    year: int
    as_at: datetime
    rule: Mapping[str, Any] | None
    units: Sequence[Mapping[str, Any]]
    caps: Sequence[GroupCap]
    lines: Sequence[str]
    files: Sequence[str]


def run_classify(
    settings: Settings, directive: str, year: int, as_at: datetime | None = None, *, out: Path | None = None
) -> ClassifyOutcome:
    """Count each unit's year as known at a time, and say what the rule valid at its end suggests.

    Raises RefusedError for a wrong name, rule or file, and for a year without periods.
    """
    export = Exported(settings, out)
    moment = find_moment(settings, as_at) or datetime.now(settings.zone)
    rule = choose_classification(date(year, 12, 31), (RULES_DIR, settings.workspace / RULES_DIR.name))
    with read_record(settings) as session:
        found = get_directive(session, fold_symbol(directive))
        inputs = _gather(session, settings, found, Year(year, moment.date()), moment, rule)
        slips = count_slips(session, found.id or 0, year, moment)
    suggestions, caps = suggest(inputs, rule)
    texts = load_texts(settings.language)
    lines = _sentences(rule, suggestions, caps, texts)
    title = texts("classify.title", directive=found.symbol, year=year, rule=rule.name if rule else texts("cli.no"))
    files = export.write(
        Sheet(str(year), title, COLUMNS, [_flat(one, texts) | _slip_counts(one, slips) for one in suggestions])
    )
    return ClassifyOutcome(
        directive=found.symbol,
        year=year,
        as_at=moment,
        rule=_described(rule),
        units=[_document(one) | _slip_counts(one, slips) for one in suggestions],
        caps=caps,
        lines=lines,
        files=files,
    )


def _gather(
    session: Session,
    settings: Settings,
    directive: Directive,
    year: Year,
    moment: datetime,
    rule: ClassificationRule | None,
) -> list[Inputs]:
    planned = read_planned(session, moment)
    periods = planned.periods_of(directive)
    if year.year not in {period.year for period in periods}:
        raise RefusedError("classify.no-year", directive=directive.symbol, year=year.year)
    scope = Scope(directive, tuple(period for period in periods if period.year <= year.year), moment)
    ledger = standing(
        session, directive, None, moment, today=year.today, zone=settings.zone, calendar=settings.calendar
    ).returns
    day = min(year.today, date(year.year, 12, 31))
    asked = find_asked(session, planned, directive, day)
    return gather_inputs(
        asked.leads,
        {one.code: one for one in asked.tasks},
        record.list_progress_signs(session, scope),
        [line for line in ledger if line.year == year.year],
        find_speakers(asked.tree, (line for line in ledger if line.period in scope.places)),
        year,
        groups=_groups(asked.tree, planned.size_groups, rule),
        carry_over=rule.carry_over if rule else True,
    )


def _groups(tree: Tree, sizes: Mapping[str, str | None], rule: ClassificationRule | None) -> dict[str, str]:
    """Name the group in which each unit in force competes."""
    by = rule.group if rule else ("kind",)
    parts = {code: {"kind": span.kind, "size": sizes.get(code) or ""} for code, span in tree.spans.items()}
    return {code: "/".join(found[name] for name in by if found[name]) for code, found in parts.items()}


def _described(rule: ClassificationRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    names = ("name", "valid_from", "valid_to", "source", "check_with_office")
    return {name: getattr(rule, name) for name in names}


def _document(one: Suggestion) -> dict[str, Any]:
    """Give a unit's line for JSON: every share as n, of and percent."""
    inputs = one.inputs
    shares = {COLUMN_OF.get(name, name): _share(share) for name, share in inputs.shares.items()}
    counts = {name: getattr(inputs, name) for name in ("in_term", "not_started", "undated", "carried")}
    names = {"unit": inputs.unit, "unit_name": inputs.unit_name, "group": inputs.group}
    return {**names, **shares, **counts, "meets": one.meets, "cap": one.cap, "suggested": one.suggested}


def _slip_counts(one: Suggestion, slips: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Give how many slips of each colour the unit was sent about its returns of the year: a fact, no criterion."""
    sent = slips.get(one.inputs.unit, {})
    return {column: sent.get(colour, 0) for column, colour in SLIP_COLUMNS.items()}


def _share(share: Share) -> dict[str, Any]:
    return {"n": share.n, "of": share.of, "percent": share.percent}


def _flat(one: Suggestion, texts: Texts) -> dict[str, Any]:
    """Give a unit's line for a sheet: counts and percentages in columns of their own."""
    inputs = one.inputs
    line = _document(one) | {"tasks_due": inputs.done.of, "owed": inputs.reporting.of}
    for name, share in inputs.shares.items():
        column = COLUMN_OF.get(name, name)
        line |= {column: share.n, f"{column}_percent": share.percent}
    return line | {"group": _group_name(inputs.group, texts)}


def _group_name(group: str, texts: Texts) -> str:
    """Name a group as an office does: the kind by its word, the size by its letter."""
    return " / ".join(texts.label("review.unit_kind", part) for part in group.split("/"))


def _sentences(
    rule: ClassificationRule | None, suggestions: Sequence[Suggestion], caps: Sequence[GroupCap], texts: Texts
) -> list[str]:
    """Say that it is a suggestion, by which rule, how many units it is for, and how the cap works out."""
    lines = [texts("classify.suggestion")]
    if rule is None:
        return [*lines, texts("classify.no-rule")]
    lines.append(_rule_sentence(rule, texts))
    if rule.check_with_office:
        lines.append(texts("classify.check-with-office", rule=rule.name))
    if not rule.bands:
        return [*lines, texts("classify.no-bands", rule=rule.name)]
    lines += [_band_sentence(band.code, band.also, suggestions, texts) for band in rule.bands]
    nothing = sum(not one.inputs.done.of for one in suggestions)
    lines += [texts("classify.nothing-due", n=nothing, of=len(suggestions))] if nothing else []
    unmet = sum(one.meets is None for one in suggestions) - nothing
    lines += [texts("classify.no-band-met", n=unmet, of=len(suggestions))] if unmet else []
    if rule.cap:
        percent = texts.number(to_decimal(rule.cap.percent))
        base = ", ".join(texts.label("cli.word", code) for code in rule.cap.base)
        band = texts.label("cli.word", rule.cap.band)
        lines.append(texts("classify.cap", band=band, percent=percent, base=base, source=rule.cap.source))
        lines += [_cap_sentence(cap, texts) for cap in caps if cap.candidates]
    return lines


def _rule_sentence(rule: ClassificationRule, texts: Texts) -> str:
    if rule.valid_to is None:
        return texts("classify.rule-open", rule=rule.name, since=texts.date(rule.valid_from), source=rule.source)
    since, until = (texts.date(day) for day in (rule.valid_from, rule.valid_to))
    return texts("classify.rule", rule=rule.name, since=since, until=until, source=rule.source)


def _band_sentence(code: str, also: Sequence[str], suggestions: Sequence[Suggestion], texts: Texts) -> str:
    count = sum(one.meets == code for one in suggestions)
    band = texts.label("cli.word", code)
    if not also:
        return texts("classify.band", band=band, n=count, of=len(suggestions))
    besides = "; ".join(texts.label("classify.also", name) for name in also)
    return texts("classify.band-also", band=band, n=count, of=len(suggestions), also=besides)


def _cap_sentence(cap: GroupCap, texts: Texts) -> str:
    said = texts(
        "classify.group",
        group=_group_name(cap.group, texts),
        candidates=cap.candidates,
        places=cap.places,
        base=cap.base,
    )
    if not cap.tied:
        return said
    return f"{said} {texts('classify.tied', count=len(cap.tied), units=', '.join(cap.tied), open=cap.open)}"
