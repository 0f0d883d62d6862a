"""The work of `dondoc forecast`: who is likely to be late next, and which figures a reader should look at again."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from sqlmodel import Session

from flows.jobs.asking import Exported
from flows.jobs.record import read_record
from models.directive import Directive
from models.period import Period
from models.queries.forecast import SPAN, UnitFigure, list_unit_figures
from models.queries.planned import CONTINUES, Planned, read_planned
from models.queries.reviews import get_directive
from reports.export import Sheet
from reports.forecast import LEAST, Forecast, Outlook, Trend, forecasts
from reports.outliers import Outlier, find_outliers
from reports.standing import StandingLine, standing
from schemas.folds import fold_symbol
from schemas.texts import Texts, load_texts
from settings import Settings

NAMED = 10  # outliers told in sentences; all of them are in the table and in JSON
UNIT_COLUMNS = ("unit", "unit_name", "period", "kind", "due", "outlook", "late_returns", "of", "trend", "median_days",
                "reason")  # fmt: skip
OUTLIER_COLUMNS = ("unit", "indicator", "period", "value", "against", "group", "median", "spread", "n", "deviations")


@dataclass(frozen=True)
class ForecastOutcome:
    """The next return of each unit with its outlook and the reason in words; `outliers` of the newest period told."""

    directive: str
    on: date
    units: Sequence[dict[str, Any]]
    outlier_period: str | None
    outliers: Sequence[Outlier]
    lines: Sequence[str]
    files: Sequence[str]


def run_forecast(
    settings: Settings, directive: str, on: date | None = None, *, out: Path | None = None
) -> ForecastOutcome:
    """Look ahead from the end of a day, as known then. Raises RefusedError for a wrong name or file."""
    export = Exported(settings, out)
    day = on or datetime.now(settings.zone).date()
    moment = datetime.combine(day, time.max, settings.zone)
    texts = load_texts(settings.language)
    with read_record(settings) as session:
        found = get_directive(session, fold_symbol(directive))
        ledger = _ledger(session, settings, found, moment)
        planned = read_planned(session, moment)
        earlier = _continued(session, settings, planned, found, moment)
        period, figures = _newest_figures(session, planned, found, moment)
    looked = forecasts(ledger, day, settings.calendar, earlier)
    outliers = find_outliers(figures, period.id or 0) if period else []
    units = [asdict(one) | {"reason": reason(one, texts)} for one in looked]
    return ForecastOutcome(
        directive=found.symbol,
        on=day,
        units=units,
        outlier_period=period.code if period else None,
        outliers=outliers,
        lines=[*_outlook_sentences(looked, texts), *_outlier_sentences(period, outliers, texts)],
        files=export.write(*_sheets(found.symbol, day, units, outliers, texts)),
    )


def _ledger(session: Session, settings: Settings, directive: Directive, moment: datetime) -> tuple[StandingLine, ...]:
    day, zone = moment.date(), settings.zone
    return standing(session, directive, None, moment, today=day, zone=zone, calendar=settings.calendar).returns


def _continued(
    session: Session, settings: Settings, planned: Planned, directive: Directive, moment: datetime
) -> list[StandingLine]:
    """Give the ledgers of the directives that this one continues, and of those that they do."""
    found: list[StandingLine] = []
    waiting, seen = [directive], {directive.id}
    while waiting:
        for relation, other in planned.related(waiting.pop().id or 0):
            if relation.type == CONTINUES and other.id not in seen:
                seen.add(other.id)
                waiting.append(other)
                found += _ledger(session, settings, other, moment)
    return found


def _newest_figures(
    session: Session, planned: Planned, directive: Directive, moment: datetime
) -> tuple[Period | None, list[UnitFigure]]:
    """Give the newest period of which any figures are accepted, with those of its kind up to it."""
    day = moment.date()
    closed = [one for one in planned.periods_of(directive) if one.mode != SPAN and one.cutoff <= day]
    for period in reversed(closed):
        figures = list_unit_figures(session, planned, period.kind, period.cutoff, moment)
        if any(figure.period_id == period.id for figure in figures):
            return period, figures
    return None, []


def reason(one: Forecast, texts: Texts) -> str:
    """Say what the outlook rests on, in words with their counts."""
    if one.outlook is Outlook.UNKNOWN:
        return texts("forecast.reason.unknown", of=one.of, least=LEAST)
    parts = [texts("forecast.reason.late", late=one.late, of=one.of)]
    if one.in_a_row > 1:
        parts.append(texts("forecast.reason.in-a-row", count=one.in_a_row))
    if one.trend is not Trend.STEADY:
        counts = {"newer": one.late_newer, "of_newer": one.of_newer, "older": one.late_older, "of_older": one.of_older}
        parts.append(texts(f"forecast.reason.{one.trend}", **counts))
    if one.median_days is not None:
        decimals = 0 if one.median_days == one.median_days.to_integral_value() else 1
        parts.append(texts("forecast.reason.days", days=texts.number(one.median_days, decimals)))
    return "; ".join(parts) + "."


def _outlook_sentences(looked: Sequence[Forecast], texts: Texts) -> list[str]:
    if not looked:
        return [texts("forecast.nothing-next")]
    lines = []
    for outlook in reversed(Outlook):
        units = [one.unit for one in looked if one.outlook is outlook]
        if units:
            said = texts(f"cli.word.{outlook}")
            names = ", ".join(dict.fromkeys(units))
            lines.append(texts("forecast.outlook", outlook=said, n=len(units), of=len(looked), units=names))
    return lines


def _outlier_sentences(period: Period | None, outliers: Sequence[Outlier], texts: Texts) -> list[str]:
    if period is None:
        return []
    lines = [texts("forecast.outliers", period=period.code, count=len(outliers))]
    return lines + [_outlier_sentence(one, texts) for one in outliers[:NAMED]]


def _outlier_sentence(one: Outlier, texts: Texts) -> str:
    numbers = {name: _number(getattr(one, name), texts) for name in ("value", "median")}
    key = f"forecast.outlier.{one.against}"
    return texts(key, unit=one.unit, indicator=one.indicator, n=one.n, group=one.group, **numbers)


def _number(value: Any, texts: Texts) -> str:
    return texts.number(value, 0 if value == value.to_integral_value() else 1)


def _sheets(
    directive: str, day: date, units: Sequence[dict[str, Any]], outliers: Sequence[Outlier], texts: Texts
) -> list[Sheet]:
    title = {"directive": directive, "on": texts.date(day)}
    ahead = [one | {"late_returns": one["late"]} for one in units]
    apart = [asdict(one) for one in outliers]
    return [
        Sheet(texts("forecast.sheet.units"), texts("forecast.title.units", **title), UNIT_COLUMNS, ahead),
        Sheet(texts("forecast.sheet.outliers"), texts("forecast.title.outliers", **title), OUTLIER_COLUMNS, apart),
    ]
