"""Issues the blank returns of a period: each unit's own workbook, pre-filled with what is known, and stamped."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlmodel import Session

from models.directive import DIMENSION, Directive, Indicator, Task, Term
from models.period import Period
from models.queries import issuing
from models.queries.carrying import carry_parts, carry_values, find_steps
from models.queries.crosswalk import find_crosswalk
from models.queries.issuing import Asked, HistoryProgress, HistoryValue
from models.returns import Return
from models.states import ReturnState
from reports.blank_form import (
    CODES,
    FIRST_ROW,
    FORM_FIRST_ROW,
    TASK_CODES,
    VALUE_COLUMN,
    Form,
    MeasureLine,
    choices_of,
    part_lines,
    task_line,
)
from reports.blank_template import build_template
from reports.patch import EPOCH, patch_cells, write_whole
from reports.sheet_style import Value, column_letter, escape_header
from schemas.layout import Sheet, load_layout
from schemas.stamp import Stamp, make_stamp
from schemas.texts import Texts

OPEN_STATES = frozenset({ReturnState.OWED, ReturnState.REJECTED})
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class IssuedFile:
    """One workbook in the outbox."""

    unit: str
    path: Path
    kind: str


@dataclass(frozen=True)
class Known:
    """What the record knows that goes into the workbooks of a period."""

    directive: Directive
    period: Period
    tree: issuing.Tree
    asked: Mapping[issuing.ReturnKey, Asked]
    tasks: Mapping[int, Task]
    indicators: Mapping[int, Indicator]
    terms: Mapping[str, list[str]]
    dimensions: Mapping[str, str]  # labels of breakdowns by code
    values: Mapping[issuing.ReturnKey, Mapping[int, HistoryValue]]
    progress: Mapping[issuing.ReturnKey, Mapping[int, HistoryProgress]]
    parts: Mapping[issuing.ReturnKey, Mapping[tuple[int, str], HistoryValue]]
    dues: Mapping[int, date]  # of returns with an extension


def issue_returns(
    session: Session,
    *,
    directive: Directive,
    period: Period,
    units: Collection[str] | None,
    out_dir: Path,
    texts: Texts,
    stamp_key_id: str,
    stamp_keys: Mapping[str, bytes],
    banner: str | None,
) -> list[IssuedFile]:
    """Write `<unit>/<unit>_<period>_<kind>.xlsx` for every return still to come, or for the units named.

    A return that was received is issued again only for a unit that is named; an excused one never.
    """
    known = _gather(session, directive, period, texts)
    marked = f"_{directive.symbol}" if issuing.is_period_code_shared(session, period) else ""
    issued = []
    for owed in issuing.owed_returns(session, period):
        unit = known.tree.codes.get(owed.unit_id)
        if unit is None or not _is_wanted(owed, unit, units):
            continue
        content = write_blank(known, owed, texts, banner, stamp_key_id, stamp_keys)
        path = out_dir / unit / (_UNSAFE.sub("-", f"{unit}{marked}") + blank_ending(period.code, owed.kind))
        write_whole(path, content)
        issued.append(IssuedFile(unit, path, owed.kind))
    return issued


def blank_ending(period: str, kind: str) -> str:
    """Give how the name of a blank ends, whoever it is for."""
    return _UNSAFE.sub("-", f"_{period}_{kind}.xlsx")


def _is_wanted(owed: Return, unit: str, units: Collection[str] | None) -> bool:
    if owed.state in issuing.CLOSED_STATES:
        return False
    return owed.state in OPEN_STATES if units is None else unit in units


def _gather(session: Session, directive: Directive, period: Period, texts: Texts) -> Known:
    asked = issuing.asked_of(session, directive, period)
    steps = find_steps(session, find_crosswalk(session, directive))
    terms = issuing.terms_by_list(session)
    return Known(
        directive,
        period,
        issuing.get_tree(session, period.cutoff),
        asked,
        issuing.tasks_by_id(session, {task for one in asked.values() for task in one.task_ids}),
        issuing.indicators_by_id(session, {i for one in asked.values() for i in one.indicator_ids}),
        {name: [_term_label(term, texts) for term in listed] for name, listed in terms.items() if name != DIMENSION},
        {term.code: _term_label(term, texts) for term in terms.get(DIMENSION, ())},
        carry_values(issuing.effective_values(session, before=period.cutoff), steps),
        issuing.effective_progress(session, before=period.cutoff),
        carry_parts(issuing.effective_parts(session, before=period.cutoff), steps),
        issuing.extended_dues(session, period),
    )


def _term_label(term: Term, texts: Texts) -> str:
    return (texts.language == "en" and term.label_en) or term.label


def write_blank(
    known: Known, owed: Return, texts: Texts, banner: str | None, key_id: str, keys: Mapping[str, bytes]
) -> bytes:
    """Give the workbook of one return."""
    form = _form(known, owed, texts, banner)
    unit = known.tree.codes[owed.unit_id]
    stamp = Stamp(unit, known.directive.symbol, known.period.code, owed.kind, form.layout.id)
    cells = {
        form.sheet_name("cover"): _cover_cells(known, owed, texts),
        form.sheet_name("progress"): dict(_status_cells(known, owed, form)),
        form.sheet_name("measures"): dict(_previous_cells(known, owed, form)),
    }
    tokens = _tokens(known, owed, texts) | {"stamp": make_stamp(stamp, key_id, keys)}
    return patch_cells(build_template(form), cells, tokens)


def _form(known: Known, owed: Return, texts: Texts, banner: str | None) -> Form:
    asked = known.asked[owed.unit_id, owed.kind]
    tasks = tuple(task_line(known.tasks[i], _role(asked, i, owed, texts), texts) for i in asked.task_ids)
    measures = tuple(
        line for i in asked.indicator_ids for line in part_lines(known.indicators[i], known.dimensions, texts.language)
    )
    codes = [task.code for task in tasks]
    lists = {CODES: codes + [line.code for line in measures if not line.part], TASK_CODES: codes} | dict(known.terms)
    choices = choices_of(load_layout("return"), lists, texts)
    return Form(texts.language, owed.kind, tasks, measures, choices, banner)


def _role(asked: Asked, task: int, owed: Return, texts: Texts) -> str:
    lead = texts("workbook.list.role.lead")
    return f"{lead} ({', '.join(asked.leads[task])})" if owed.kind == issuing.CONSOLIDATED else lead


def _unit_name(known: Known, owed: Return, texts: Texts) -> str:
    span = known.tree.spans[owed.unit_id]
    return (texts.language == "en" and span.name_en) or span.name


def period_label(period: Period, texts: Texts) -> str:
    """Say which period it is: "6 tháng đầu năm 2021"."""
    key = f"workbook.period.{period.kind}"
    chosen = key if texts.has(key) else "workbook.period.other"
    first, last = period.coverage_start.year, period.cutoff.year
    return texts(chosen, year=period.year, first=first, last=last, code=period.code)


def _cover_cells(known: Known, owed: Return, texts: Texts) -> dict[str, Value]:
    period, directive = known.period, known.directive
    start, end = texts.date(period.coverage_start), texts.date(period.cutoff)
    values: dict[str, Value] = {
        "unit": known.tree.codes[owed.unit_id],
        "unit_name": _unit_name(known, owed, texts),
        "directive": directive.symbol_written,
        "directive_title": directive.title,
        "period": texts("workbook.period.with_code", label=period_label(period, texts), code=period.code),
        "coverage": texts("workbook.cover.coverage_text", start=start, end=end),
        "due": known.dues.get(owed.id or 0, owed.due),
        "kind": texts(f"workbook.list.kind.{owed.kind}"),
    }
    columns = load_layout("return").by_key["cover"].columns
    rows = {column.key: row for row, column in enumerate(columns, FORM_FIRST_ROW)}
    letter = column_letter(VALUE_COLUMN)
    return {f"{letter}{rows[key]}": value for key, value in values.items()}


def _letters(sheet: Sheet) -> dict[str, str]:
    return {column.key: column_letter(number) for number, column in enumerate(sheet.columns, 1)}


def _status_cells(known: Known, owed: Return, form: Form) -> Iterator[tuple[str, Value]]:
    letter = _letters(form.layout.by_key["progress"])["last_status"]
    said = known.progress.get((owed.unit_id, owed.kind), {})
    for row, task in enumerate(form.tasks, FIRST_ROW):
        if task.id in said:
            yield f"{letter}{row}", form.texts.label("workbook.list.status", said[task.id].status)


def _previous_cells(known: Known, owed: Return, form: Form) -> Iterator[tuple[str, Value]]:
    letters = _letters(form.layout.by_key["measures"])
    key = owed.unit_id, owed.kind
    said, parts = known.values.get(key, {}), known.parts.get(key, {})
    for row, line in enumerate(form.measures, FIRST_ROW):
        before = parts.get((line.id, line.dimension)) if line.dimension else said.get(line.id)
        if before is None:
            continue
        yield f"{letters['previous']}{row}", previous_value(line, before, form.texts)
        if "previous_period" in letters:
            yield f"{letters['previous_period']}{row}", before.period_code


def previous_value(line: MeasureLine, before: HistoryValue, texts: Texts) -> Value:
    """Give the last figure as the sender should see it: a ratio in per cent, a yes or no in words."""
    if line.is_ratio:
        part, whole = before.numerator, before.denominator
        return (part * 100 / whole).quantize(Decimal("0.1")) if part is not None and whole else None
    if line.kind == "boolean" and before.value is not None:
        return texts(f"workbook.list.yes_no.{'yes' if before.value else 'no'}")
    return before.value


def _tokens(known: Known, owed: Return, texts: Texts) -> dict[str, str]:
    period, code, name = known.period, known.tree.codes[owed.unit_id], _unit_name(known, owed, texts)
    label = texts("workbook.period.with_code", label=period_label(period, texts), code=period.code)
    kind, symbol = texts(f"workbook.list.kind.{owed.kind}"), known.directive.symbol_written
    footer = texts("workbook.footer_directive", directive=symbol, kind=kind)
    return {
        "unit": name,
        "period": period_label(period, texts),
        "start": texts.date(period.coverage_start),
        "cutoff": texts.date(period.cutoff),
        "cutoff_day": str((period.cutoff - EPOCH).days),
        "header_unit": escape_header(texts("workbook.header_unit", code=code, name=name)),
        "header_period": escape_header(label),
        "header_directive": escape_header(footer),
    }
