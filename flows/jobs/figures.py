"""The work of `dondoc figures` and `trace`: what the record adds up to, and where it comes from."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from flows.jobs.asking import Exported, find_moment, get_name
from flows.jobs.record import collector_paused, read_record
from models.errors import NotFoundError, RefusedError
from models.grades import read_distribution
from models.parts import split_part
from models.queries.issuing import unit_codes
from models.queries.reviews import get_directive
from reports.analytic import publish
from reports.duck import opened
from reports.export import Sheet
from reports.heirs import JOIN
from reports.rollup import Reading, figures, indicator_codes, labels
from reports.trace import FigureName, FiledValue, TracedInput, find_figure, read_figure_code, trace_file
from schemas.folds import fold_symbol
from schemas.texts import Texts, load_texts
from settings import Settings

FIGURE_COLUMNS = (
    "code", "indicator", "dimension", "unit", "period", "kind", "value", "numerator", "denominator", "distribution",
    "n", "of", "partial", "reading", "said_as",
)  # fmt: skip


@dataclass(frozen=True)
class FiguresOutcome:
    """Rolled-up figures, one for each indicator, unit and period, year or round; values are decimals."""

    directive: str
    reading: str
    as_at: datetime | None
    figures: list[dict[str, Any]]
    files: Sequence[str] = ()


@dataclass(frozen=True)
class TraceOutcome:
    """The cells of a figure with the figure itself, or the cells of a file with the figures it feeds."""

    figure: str | None
    file: str | None
    value: dict[str, Any] | None
    inputs: Sequence[TracedInput | FiledValue]
    figures: Sequence[str]


@collector_paused()
def run_figures(
    settings: Settings,
    directive: str,
    indicator: str | None = None,
    period: str | None = None,
    unit: str | None = None,
    as_at: datetime | None = None,
    reading: Reading = "as-was",
    *,
    by_dimension: bool = False,
    out: Path | None = None,
) -> FiguresOutcome:
    """Roll up what counts now, or counted at a time. Raises NotFoundError with near matches for a wrong name.

    `by_dimension` gives the lines of breakdowns beside the totals, whose dimension is "".
    `out` is a file .xlsx or .csv that takes the table; RefusedError for any other.
    """
    export = Exported(settings, out)
    moment = find_moment(settings, as_at)
    with read_record(settings) as session:
        symbol = get_directive(session, fold_symbol(directive)).symbol
        asked = _Asked(symbol, indicator, period, unit, reading, by_dimension)
        rolled = _roll_up(settings, session, asked, moment)
    files = export.write(_sheet(asked.directive, rolled, load_texts(settings.language))) if out else []
    return FiguresOutcome(asked.directive, reading, moment, rolled, files)


def _sheet(directive: str, rolled: Sequence[Mapping[str, Any]], texts: Texts) -> Sheet:
    title = texts("export.title.figures", directive=directive)
    return Sheet(texts("export.sheet.figures"), title, FIGURE_COLUMNS, rolled)


@dataclass(frozen=True)
class _Asked:
    """Which figures are asked for."""

    directive: str
    indicator: str | None
    period: str | None
    unit: str | None
    reading: Reading
    by_dimension: bool = False


def _roll_up(settings: Settings, session: Session, asked: _Asked, moment: datetime | None) -> list[dict[str, Any]]:
    copy = publish(session, settings.analytics, as_at=moment)
    with opened(copy):  # each of the questions would open it anew
        known = _as_on_record(session, copy, asked)
        rows = figures(copy, today=_today(settings, moment), **asdict(known))
    return [_figure(row) for row in rows.iter_rows(named=True)]


def _as_on_record(session: Session, copy: Path, asked: _Asked) -> _Asked:
    def known(what: str, name: str | None, read: Callable[[], Sequence[str]]) -> str | None:
        return get_name(name, read(), f"figures.not-found.{what}", directive=asked.directive) if name else None

    units = [known("unit", code, lambda: unit_codes(session)) for code in (asked.unit or "").split(JOIN)]
    return replace(
        asked,
        indicator=known("indicator", asked.indicator, lambda: indicator_codes(copy, by_dimension=asked.by_dimension)),
        period=known("period", asked.period, lambda: labels(copy, asked.directive)),
        unit=JOIN.join(code for code in units if code) or None,
    )


@collector_paused()
def run_trace(
    settings: Settings, figure: str | None = None, file: str | None = None, as_at: datetime | None = None
) -> TraceOutcome:
    """Follow a figure to its cells, or a file to its figures. Raises NotFoundError for what is not on record."""
    moment = find_moment(settings, as_at)
    if not figure and not file:
        raise RefusedError("figures.nothing-to-trace")
    with read_record(settings) as session:
        if file:
            copy = publish(session, settings.analytics, as_at=moment)
            found = trace_file(session, file.strip().lower(), copy)
            return TraceOutcome(None, file, None, found.values, found.figures)
        return _trace_figure(settings, session, (figure or "").strip(), moment)


def _trace_figure(settings: Settings, session: Session, code: str, moment: datetime | None) -> TraceOutcome:
    name = read_figure_code(code)
    symbol = get_directive(session, fold_symbol(name.directive)).symbol
    asked = _Asked(symbol, name.indicator, name.period, name.unit, name.reading)
    copy = publish(session, settings.analytics, as_at=moment)
    with opened(copy):
        known = _as_on_record(session, copy, asked)
        names = (known.indicator or "", known.unit or "", known.period or "")
        found = find_figure(copy, FigureName(symbol, *names, name.reading), today=_today(settings, moment))
    if found is None:
        raise NotFoundError("figures.not-found.figure", figure=code)
    value, inputs = found
    return TraceOutcome(value["code"], None, _figure(value), inputs, ())


def _today(settings: Settings, moment: datetime | None) -> date:
    return (moment or datetime.now(settings.zone)).date()


def _figure(row: Mapping[str, Any]) -> dict[str, Any]:
    indicator, dimension = split_part(row["indicator"])
    named = {**row, "indicator": indicator, "dimension": dimension}
    chosen = {name: named[name] for name in FIGURE_COLUMNS}
    return chosen | {"distribution": read_distribution(row["distribution"])}
