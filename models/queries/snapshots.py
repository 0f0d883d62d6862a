"""Snapshots: the figures of a review frozen with the receipts they rest on, under the hash of the lot."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

import orjson
from sqlalchemy import Row, insert, or_, select
from sqlmodel import Session, col

from models.directive import Directive
from models.grades import read_distribution
from models.parts import BEGIN
from models.queries.figures import in_force
from models.queries.planned import CONTINUES, read_planned
from models.returns import EffectiveReturn, Receipt, Return
from models.review import TOTALS_ONLY, WITH_PARTS, Snapshot, SnapshotFigure, SnapshotReceipt

DECIMALS = ("value", "numerator", "denominator")
FIRST_COLUMNS = ("code", "indicator", "unit", "period", "value", "numerator", "denominator", "n", "of", "partial")
COLUMNS = {TOTALS_ONLY: FIRST_COLUMNS, WITH_PARTS: (*FIRST_COLUMNS, "distribution")}  # by the form of a snapshot


class Frame(Protocol):
    """What a frame of figures is here: columns, and rows by their names (this room knows no frames)."""

    def select(self, columns: Sequence[str], /) -> "Frame": ...

    def rows(self, *, named: Literal[True]) -> list[dict[str, Any]]: ...


def write_snapshot(
    session: Session,
    *,
    directive: Directive,
    as_at: datetime,
    reading: str,
    figures: Frame,
    compared_with: Directive | None = None,
) -> Snapshot:
    """Freeze figures (a frame of schemas.rollup.FIGURES) with the receipts that counted at `as_at`.

    Where figures of another directive stand beside them, the receipts of that one are frozen too.

    The hash is of directive, time, reading, figures and the files' hashes, not of ids: a record rebuilt from the
    archive gives the same.
    """
    kept = _kept(figures, WITH_PARTS)
    receipts = read_receipts_at(session, directive, as_at, compared_with)
    sha256 = snapshot_hash(directive.symbol, as_at, reading, kept, (row.sha256 for row in receipts))
    snapshot = Snapshot(directive_id=directive.id or 0, as_at=as_at, reading=reading, sha256=sha256)
    session.add(snapshot)
    session.flush()
    if kept:
        _insert_figures(session, [{"snapshot_id": snapshot.id, **row} for row in kept])
    if receipts:
        rows = [{"snapshot_id": snapshot.id, "receipt_id": row.id} for row in receipts]
        session.execute(insert(SnapshotReceipt), rows)
    return snapshot


def _insert_figures(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Insert by the driver: SQLAlchemy looks at each of a million rows, which takes as long as storing them."""
    connection, table = session.connection(), SnapshotFigure.__table__  # type: ignore[attr-defined]
    for name in rows[0]:
        if bind := table.c[name].type.dialect_impl(connection.dialect).bind_processor(connection.dialect):
            for row in rows:
                row[name] = bind(row[name])
    statement: Any = insert(table).inline().compile(dialect=connection.dialect, column_keys=list(rows[0]))
    if statement.positional:
        connection.exec_driver_sql(statement.string, [tuple(map(row.get, statement.positiontup)) for row in rows])
    else:
        connection.exec_driver_sql(statement.string, rows)


def is_unmoved(
    session: Session, snapshot: Snapshot, directive: Directive, figures: Frame, compared_with: Directive | None = None
) -> bool:
    """Whether figures rolled up again are those that were frozen, in the form of that time, from the same files."""
    kept = _kept(figures, snapshot.form)
    receipts = (row.sha256 for row in read_receipts_at(session, directive, snapshot.as_at, compared_with))
    again = snapshot_hash(directive.symbol, snapshot.as_at, snapshot.reading, kept, receipts)
    return again == snapshot.sha256


def _kept(figures: Frame, form: int) -> list[dict[str, Any]]:
    rows = figures.select(COLUMNS[form]).rows(named=True)
    if form == TOTALS_ONLY:
        return [row for row in rows if BEGIN not in row["indicator"]]
    for row in rows:
        row["distribution"] = read_distribution(row["distribution"])
    return rows


def read_receipts_at(
    session: Session, directive: Directive, as_at: datetime, compared_with: Directive | None = None
) -> Sequence[Row[Any]]:
    """Give id and hash of the receipts a review rests on: its own, and those its first year subtracts."""
    planned = read_planned(session, as_at)
    first_year = min((period.year for period in planned.periods_of(directive)), default=None)
    continued = [other.id for one, other in planned.related(directive.id or 0) if one.type == CONTINUES]
    before = [one.id for one in planned.periods if one.directive_id in continued and one.year == first_year]
    whole = [one.id for one in (directive, compared_with) if one is not None]
    query = (
        select(col(Receipt.id), col(Receipt.sha256))
        .join(EffectiveReturn, col(EffectiveReturn.receipt_id) == col(Receipt.id))
        .join(Return, col(Return.id) == col(EffectiveReturn.return_id))
        .where(in_force(as_at))
        .where(or_(col(Return.directive_id).in_(whole), col(Return.period_id).in_(before)))
        .order_by(col(Receipt.id))
    )
    return session.execute(query).all()


def snapshot_hash(
    symbol: str, as_at: datetime, reading: str, figures: Iterable[Mapping[str, Any]], files: Iterable[str]
) -> str:
    """Give the SHA-256 of a snapshot in one canonical form: sorted, times in UTC, decimals without idle zeros."""
    told = {
        "directive": symbol,
        "as_at": as_at.astimezone(UTC).isoformat(),
        "reading": reading,
        "figures": sorted((_canonical(row) for row in figures), key=lambda row: row["code"]),
        "files": sorted(files),
    }
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _canonical(row: Mapping[str, Any]) -> dict[str, Any]:
    """Give a figure as JSON has it; only its decimals are looked at, since a snapshot may hold half a million rows."""
    decimals = {name: row[name] for name in DECIMALS}
    return {**row, **{name: format(one.normalize(), "f") for name, one in decimals.items() if one is not None}}
