"""Figures of single units through the years, as they were accepted at a time: what outliers are looked for in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlmodel import Session, col

from models.directive import Indicator
from models.period import Period
from models.queries.figures import in_force
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
    session: Session, kind: str, until: date, as_at: datetime, indicators: Iterable[str] | None = None
) -> list[UnitFigure]:
    """Give what own returns of a kind of period (6T, 9T, N …) said up to a cut-off, of all directives, oldest first.

    Indicators have permanent codes: what was said under an earlier directive is the same series.
    """
    columns: tuple[Any, ...] = (
        col(Unit.code).label("unit"),
        col(Unit.size_group).label("size_group"),
        col(Indicator.code).label("indicator"),
        col(Indicator.decimals).label("decimals"),
        col(Period.id).label("period_id"),
        col(Period.code).label("period"),
        col(Period.cutoff).label("cutoff"),
        col(Period.coverage_start).label("start"),
        col(ReportedValue.value).label("value"),
        col(ReportedValue.numerator).label("numerator"),
        col(ReportedValue.denominator).label("denominator"),
    )
    query = (
        select(*columns)
        .select_from(ReportedValue)
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == col(ReportedValue.receipt_id))
        .join(Return, col(Return.id) == col(EffectiveReturn.return_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .where(in_force(as_at), col(Return.kind) == OWN, col(ReportedValue.dimension) == "")
        .where(col(Period.kind) == kind, col(Period.mode) != SPAN, col(Period.cutoff) <= until)
        .where(col(Indicator.kind).in_(COUNTED), col(ReportedValue.marker).is_(None))
        .order_by(col(Period.cutoff), col(Unit.code), col(Indicator.code), col(Period.id))
    )
    if indicators is not None:
        query = query.where(col(Indicator.code).in_(sorted(indicators)))
    return [_figure(row) for row in session.execute(query).all()]


def _figure(row: Any) -> UnitFigure:
    values = dict(row._mapping)
    start = values.pop("start")
    return UnitFigure(**values, days=(values["cutoff"] - start).days)
