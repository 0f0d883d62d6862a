"""Snapshots: the figures of a review frozen with the receipts they rest on, under the hash of the lot."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import Row, insert, or_, select
from sqlmodel import Session, col

from models.directive import Directive
from models.grades import read_distribution
from models.parts import BEGIN
from models.queries.figures import in_force
from models.queries.planned import CONTINUES, read_planned
from models.returns import EffectiveReturn, Receipt, Return
from models.review import WITH_PARTS, Snapshot, SnapshotFigure, SnapshotReceipt

DECIMALS = ("value", "numerator", "denominator")
COLUMNS = ("code", "indicator", "unit", "period", *DECIMALS, "n", "of", "partial", "distribution")
NAMES = ("snapshot_id", *COLUMNS)
Frozen = Sequence[tuple[Any, ...]]  # rows of COLUMNS by their codes, decimals as text without idle zeros


def write_snapshot(
    session: Session,
    *,
    directive: Directive,
    as_at: datetime,
    reading: str,
    figures: Frozen,
    compared_with: Directive | None = None,
) -> Snapshot:
    """Freeze figures (`reports.frozen`) with the receipts that counted at `as_at`.

    Where figures of another directive stand beside them, the receipts of that one are frozen too.

    The hash is of directive, time, reading, figures and the files' hashes, not of ids: a record rebuilt from the
    archive gives the same.
    """
    receipts = read_receipts_at(session, directive, as_at, compared_with)
    sha256 = snapshot_hash(directive.symbol, as_at, reading, _told(figures), (row.sha256 for row in receipts))
    snapshot = Snapshot(directive_id=directive.id or 0, as_at=as_at, reading=reading, sha256=sha256)
    session.add(snapshot)
    session.flush()
    if figures:
        _insert_figures(session, snapshot.id or 0, figures)
    if receipts:
        rows = [{"snapshot_id": snapshot.id, "receipt_id": row.id} for row in receipts]
        session.execute(insert(SnapshotReceipt), rows)
    return snapshot


def _insert_figures(session: Session, snapshot: int, figures: Frozen) -> None:
    """Insert by the driver: SQLAlchemy looks at each of a million rows, which takes as long as storing them."""
    connection = session.connection()
    statement: Any = insert(SnapshotFigure).inline().compile(dialect=connection.dialect, column_keys=NAMES)
    rows = ((snapshot, *row) for row in figures)
    if statement.positional:
        connection.exec_driver_sql(statement.string, list(rows))
    else:
        connection.exec_driver_sql(statement.string, [dict(zip(NAMES, row, strict=True)) for row in rows])


def is_unmoved(
    session: Session, snapshot: Snapshot, directive: Directive, figures: Frozen, compared_with: Directive | None = None
) -> bool:
    """Whether figures rolled up again are those that were frozen, in the form of that time, from the same files."""
    receipts = (row.sha256 for row in read_receipts_at(session, directive, snapshot.as_at, compared_with))
    told = _told(figures) if snapshot.form == WITH_PARTS else _totals_told(figures)
    return snapshot_hash(directive.symbol, snapshot.as_at, snapshot.reading, told, receipts) == snapshot.sha256


def _told(figures: Frozen) -> Iterator[dict[str, Any]]:
    for row in figures:
        told = dict(zip(COLUMNS, row, strict=True))
        told["distribution"] = read_distribution(told["distribution"])
        yield told


def _totals_told(figures: Frozen) -> Iterator[dict[str, Any]]:
    """Give what was hashed before snapshots held the lines of breakdowns and levels."""
    for told in _told(figures):
        if BEGIN not in told["indicator"]:
            del told["distribution"]
            yield told


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
        "figures": list(figures),
        "files": sorted(files),
    }
    return hashlib.sha256(orjson.dumps(told, option=orjson.OPT_SORT_KEYS)).hexdigest()
