"""Reads that fill the analytic copy and are compared with it: the receipts that count, their values, their sums."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Row, Select, String, Subquery, case, cast, func, select
from sqlmodel import Session, col

from models.directive import Directive, Indicator
from models.parts import BEGIN, END
from models.period import Period
from models.queries.figures import in_force
from models.returns import EffectiveReturn, Receipt, ReportedValue, Return
from models.types import exact_sum
from models.unit import Unit

NUMBERS = ("value", "numerator", "denominator")
Rows = Sequence[Row[Any]]


def read_counting(session: Session, as_at: datetime | None) -> Rows:
    """Give every receipt that counts, or counted at a time: whose it is, for what, and its file."""
    query: Select[Any] = (
        select(
            col(Receipt.id).label("receipt"),
            col(Directive.symbol).label("directive"),
            col(Period.code).label("period"),
            col(Unit.code).label("unit"),
            col(Return.kind).label("kind"),
            col(Receipt.sha256).label("sha256"),
            col(Receipt.file_name).label("file"),
        )
        .select_from(EffectiveReturn)
        .join(Return, col(Return.id) == col(EffectiveReturn.return_id))
        .join(Receipt, col(Receipt.id) == col(EffectiveReturn.receipt_id))
        .join(Directive, col(Directive.id) == col(Return.directive_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .where(in_force(as_at))
        .order_by(col(Directive.symbol), col(Period.cutoff), col(Unit.code), col(Receipt.id))
    )
    return session.execute(query).all()


def read_values(session: Session, receipts: Sequence[int]) -> Rows:
    """Give what receipts say, with the cells it stood in; numbers as text, which no reader rounds."""
    query: Select[Any] = (
        select(
            col(ReportedValue.id).label("id"),
            col(ReportedValue.receipt_id).label("receipt"),
            _subject().label("indicator"),
            col(ReportedValue.dimension).label("dimension"),
            cast(ReportedValue.value, String).label("value"),
            cast(ReportedValue.numerator, String).label("numerator"),
            cast(ReportedValue.denominator, String).label("denominator"),
            col(ReportedValue.marker).label("marker"),
            col(ReportedValue.sheet).label("sheet"),
            col(ReportedValue.cell).label("cell"),
            col(ReportedValue.denominator_cell).label("denominator_cell"),
        )
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .where(col(ReportedValue.receipt_id).in_(receipts))
        .order_by(col(ReportedValue.receipt_id), col(ReportedValue.id))
    )
    return session.connection().execute(query).all()  # the session itself would make each row twice


def _subject() -> ColumnElement[str]:
    """What a value is a figure of: an indicator, or a line of its breakdown as `part_code` names it."""
    code, part = col(Indicator.code), col(ReportedValue.dimension)
    return case((part == "", code), else_=code + BEGIN + part + END)


def read_totals(session: Session, as_at: datetime | None) -> Rows:
    """Give directive, period, kind, and of all values that count there their number and the sums of their numbers.

    Added up by the database itself, from nothing that fills the analytic copy: the copy is reconciled with it.
    """
    return _totals(session, select(col(EffectiveReturn.receipt_id)).where(in_force(as_at)))


def read_totals_of(session: Session, receipts: Sequence[int]) -> Rows:
    """Give the same of all values that some receipts say, whether these count or not."""
    return _totals(session, receipts)


def _totals(session: Session, receipts: Any) -> Rows:
    said = _totals_of_receipts(receipts)
    sums = [exact_sum(said.c[name]) for name in NUMBERS]
    keys = (col(Directive.symbol), col(Period.code), col(Return.kind))
    query: Select[Any] = (
        select(*keys, cast(func.sum(said.c.many), BigInteger), *sums)
        .select_from(said)
        .join(Receipt, col(Receipt.id) == said.c.receipt_id)
        .join(Return, col(Return.id) == col(Receipt.return_id))
        .join(Directive, col(Directive.id) == col(Return.directive_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .group_by(*keys)
    )
    return session.execute(query).all()


def _totals_of_receipts(receipts: Any) -> Subquery:
    # By receipt first, as values lie: grouped by period at once, the database would have to sort them all.
    sums = [exact_sum(getattr(ReportedValue, name)).label(name) for name in NUMBERS]
    receipt = col(ReportedValue.receipt_id)
    return select(receipt, func.count().label("many"), *sums).where(receipt.in_(receipts)).group_by(receipt).subquery()
