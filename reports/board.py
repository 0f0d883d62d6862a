"""The status board: one self-contained HTML page that asks no other host for anything."""

import base64
import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from models.directive import Directive
from models.unit_history import Span
from reports.discipline import Discipline, by_unit, by_year, count, shown
from reports.standing import Standing, StandingLine
from schemas.folds import sort_key, without_accents
from schemas.texts import Texts

TEMPLATES = Path(__file__).resolve().parent / "templates"
SHOWN_PERIODS = 12  # of the map of units and periods; older ones stand in the review


@dataclass(frozen=True)
class Mark:
    """One square of the map: a unit's return in a period."""

    state: str  # accepted, late, overdue, owed, received, rejected, excused, none
    said: str


@dataclass(frozen=True)
class UnitLine:
    """A unit in the map and in the list."""

    code: str
    name: str
    search: str  # without accents, in lower case
    order: int
    marks: Sequence[Mark]
    counts: Discipline


@dataclass(frozen=True)
class Waiting:
    """A return that ought to be there: what is to be done about it."""

    name: str
    line: StandingLine


@dataclass(frozen=True)
class DirectiveBoard:
    """All that the page says of one directive."""

    directive: Directive
    periods: Sequence[str]
    units: Sequence[UnitLine]
    shown: Sequence[str]  # the counts that there are any of
    total: Discipline
    years: Sequence[Discipline]
    waiting: Sequence[Waiting]  # overdue or sent back, oldest first


def directive_board(
    directive: Directive, standing: Standing, texts: Texts, spans: Sequence[Span] = ()
) -> DirectiveBoard:
    """Arrange the ledger of one directive for the page; `spans` give units their newest names."""
    lines = standing.returns
    cutoffs = {line.period: line.due for line in lines}
    periods = sorted(cutoffs, key=lambda code: cutoffs[code])[-SHOWN_PERIODS:]
    names = {line.unit: line.unit_name for line in lines} | _names(spans, texts.language)
    counts = {line.label: line for line in by_unit(lines)}
    marks = _marks(lines, names, texts)
    units = [
        UnitLine(
            code,
            names[code],
            without_accents(f"{code} {names[code]}").lower(),
            order,
            [marks.get((code, period), Mark("none", texts("board.state.none"))) for period in periods],
            counts[code],
        )
        for order, code in enumerate(sorted(counts, key=lambda code: (sort_key(names[code]), code)))
    ]
    total = count("", lines)
    waiting = sorted((line for line in lines if line.overdue), key=lambda line: (line.due, line.unit, line.kind))
    listed = [Waiting(names[line.unit], line) for line in waiting]
    return DirectiveBoard(directive, periods, units, shown(total), total, by_year(lines), listed)


def _names(spans: Sequence[Span], language: str) -> dict[str, str]:
    oldest_first = sorted(spans, key=lambda span: span.valid_from)
    return {span.unit: (language == "en" and span.name_en) or span.name for span in oldest_first}


def _marks(lines: Sequence[StandingLine], names: Mapping[str, str], texts: Texts) -> dict[tuple[str, str], Mark]:
    """Give the worst of a unit's returns in each period: one square speaks for both kinds."""
    by_place: dict[tuple[str, str], list[StandingLine]] = defaultdict(list)
    for line in lines:
        by_place[line.unit, line.period].append(line)
    order = ("overdue", "rejected", "owed", "received", "late", "accepted", "excused")
    marks = {}
    for (unit, period), found in by_place.items():
        states = sorted({_state(line) for line in found}, key=order.index)
        said = "; ".join(texts(f"board.state.{state}") for state in states)
        marks[unit, period] = Mark(states[0], f"{names[unit]} · {period}: {said}")
    return marks


def _state(line: StandingLine) -> str:
    if line.state in ("excused", "superseded"):
        return "excused"
    if line.accepted:
        return "late" if line.days_late else "accepted"
    if line.state in ("rejected", "received"):
        return line.state
    return "overdue" if line.overdue else "owed"


def write_board(
    path: Path, boards: Sequence[DirectiveBoard], texts: Texts, *, as_at: datetime, banner: str | None
) -> None:
    """Write the page; it appears whole or not at all."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    script = (TEMPLATES / "board.js").read_text("utf-8")
    style = (TEMPLATES / "board.css").read_text("utf-8")
    page = environment.get_template("board.html.j2").render(
        boards=boards,
        t=texts,
        as_at=texts.moment(as_at),
        banner=banner,
        script=script,
        style=style,
        policy=_policy({"script": script, "style": style}),
        percent=texts.percent,
    )
    beside = path.with_name(f".{path.name}")
    beside.write_text(page, encoding="utf-8")
    beside.replace(path)


def _policy(parts: Mapping[str, Any]) -> str:
    """Allow exactly our own script and style, by their hashes, and nothing from anywhere else."""
    rules = ["default-src 'none'"]
    for kind, text in parts.items():
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        rules.append(f"{kind}-src 'sha256-{digest}'")
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])
