"""Figures of single units through the years, as they were accepted at a time: what outliers are looked for in."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.directive import Indicator
from models.period import Period
from models.queries.figures import in_force
from models.queries.planned import Planned
from models.returns import EffectiveReturn, ReportedValue, Return
from models.unit import Unit

OWN = "own"
COUNTED = ("flow", "stock", "ratio")  # of yes or no and of grades there is no outlier
SPAN = "span"


@dataclass(frozen=True)
class UnitFigure:
    """One number of a unit's own return; of a ratio its two parts. `days` is what the period covers."""

    unit: str
    size_group: str | None
    indicator: str
    decimals: int
    period_id: int
    period: str
    cutoff: date
    days: int
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None


def list_unit_figures(
    session: Session,
    planned: Planned,
    kind: str,
    until: date,
    as_at: datetime,
    indicators: Collection[str] | None = None,
) -> list[UnitFigure]:
    """Give what own returns of a kind of period (6T, 9T, N …) said up to a cut-off, of all directives, oldest first.

    Indicators have permanent codes: what was said under an earlier directive is the same series. Periods, indicators
    and size groups are those that were planned as known then.
    """
    periods = {one.id: one for one in planned.periods if _is_asked(one, kind, until)}
    counted = {
        one.code: one
        for one in planned.indicators
        if one.kind in COUNTED and (indicators is None or one.code in indicators)
    }
    columns: tuple[Any, ...] = (
        col(Unit.code).label("unit"),
        col(Indicator.code).label("indicator"),
        col(Return.period_id).label("period_id"),
        col(ReportedValue.value).label("value"),
        col(ReportedValue.numerator).label("numerator"),
        col(ReportedValue.denominator).label("denominator"),
    )
    query = (
        select(*columns)
        .select_from(ReportedValue)
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == col(ReportedValue.receipt_id))
        .join(Return, col(Return.id) == col(EffectiveReturn.return_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .where(in_force(as_at), col(Return.kind) == OWN, col(ReportedValue.dimension) == "")
        .where(col(Return.period_id).in_(periods), col(Indicator.code).in_(counted))
        .where(col(ReportedValue.marker).is_(None))
        .order_by(col(Unit.code), col(Indicator.code), col(Return.period_id))
    )
    found = [_figure(row._mapping, periods, counted, planned.size_groups) for row in session.execute(query).all()]
    return sorted(found, key=lambda one: one.cutoff)


def _is_asked(period: Period, kind: str, until: date) -> bool:
    return period.kind == kind and period.mode != SPAN and period.cutoff <= until


def _figure(
    row: Mapping[Any, Any],
    periods: Mapping[int | None, Period],
    counted: Mapping[str, Indicator],
    sizes: Mapping[str, str | None],
) -> UnitFigure:
    period = periods[row["period_id"]]
    return UnitFigure(
        **row,
        size_group=sizes.get(row["unit"]),
        decimals=counted[row["indicator"]].decimals,
        period=period.code,
        cutoff=period.cutoff,
        days=(period.cutoff - period.coverage_start).days,
    )
