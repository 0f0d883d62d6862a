"""What moved between two snapshots: figure by figure, and the returns that came or went in between."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlmodel import Session, col

from models.crosswalk import Crosswalk
from models.directive import Indicator
from models.parts import BEGIN, part_code, split_part
from models.period import Period
from models.queries.planned import Planned, read_planned
from models.returns import Receipt, ReportedValue, Return
from models.review import TOTALS_ONLY, Review, Snapshot, SnapshotFigure, SnapshotReceipt
from models.unit import Unit
from models.unit_history import History, Span

JOIN = " + "  # between units that share a line
CAME, REPLACED, WITHDRAWN = "came", "replaced", "withdrawn"


@dataclass(frozen=True)
class Frozen:
    """A figure as one snapshot has it."""

    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    n: int
    of: int
    partial: bool
    distribution: Mapping[str, int] | None = field(hash=False)


@dataclass(frozen=True)
class ChangedReturn:
    """A return of which the later snapshot uses another receipt: it `came`, was `replaced`, or was `withdrawn`."""

    change: str
    unit: str
    period: str
    kind: str
    receipt: str | None
    earlier: str | None
    received_at: datetime | None


@dataclass(frozen=True)
class MovedFigure:
    """A figure that differs; None where a snapshot has none. Without causes the ledger or the units changed."""

    figure: str
    indicator: str
    unit: str
    period: str
    before: Frozen | None
    after: Frozen | None
    causes: tuple[ChangedReturn, ...]


@dataclass(frozen=True)
class Moved:
    """Everything that moved from one review to another."""

    before: str
    after: str
    figures: tuple[MovedFigure, ...]
    returns: tuple[ChangedReturn, ...]


class _Name(NamedTuple):
    """What a figure is of."""

    figure: str
    indicator: str
    unit: str
    period: str


@dataclass(frozen=True)
class _Change:
    """A changed return with what decides which figures it can have moved."""

    told: ChangedReturn
    labels: frozenset[str]
    above: frozenset[str]  # the unit and those over it
    indicators: frozenset[str]  # and lines of breakdowns, of which it says something else than before


class _Tree:
    """Who stood over whom, at any time."""

    def __init__(self, history: History) -> None:
        self.spans: dict[str, list[Span]] = {}
        for span in sorted(history.spans, key=lambda span: span.valid_from):
            self.spans.setdefault(span.unit, []).append(span)

    def above(self, code: str, day: date) -> list[str]:
        """Give the unit and those over it on a day, or as they last stood before it."""
        found: list[str] = []
        at: str | None = code
        while at is not None and at not in found:
            found.append(at)
            begun = [span for span in self.spans.get(at, []) if span.valid_from <= day]
            at = begun[-1].parent if begun else None
        return found


def find_baseline(session: Session, review: Review) -> Review | None:
    """Find the newest earlier revision that was approved."""
    query = (
        select(Review)
        .where(col(Review.code) == review.code, col(Review.revision) < review.revision)
        .where(col(Review.approved_at).is_not(None))
        .order_by(col(Review.revision).desc())
        .limit(1)
    )
    found: Review | None = session.execute(query).scalar_one_or_none()
    return found


def list_moved(session: Session, before: Review, after: Review, names: tuple[str, str]) -> Moved:
    """Compare the snapshots of two reviews of one directive, in the order of the later one's figures."""
    earlier, later = (session.get_one(Snapshot, review.snapshot_id) for review in (before, after))
    form = min(earlier.form, later.form)  # what one of them did not freeze has not moved
    old, new = (_figures(session, snapshot, form) for snapshot in (earlier, later))
    planned = read_planned(session, later.as_at)
    changes = _changes(session, before.snapshot_id, later, planned)
    symbol = planned.directives[after.directive_id].symbol
    changes = _carried_on(changes, planned.crosswalks().get(symbol, Crosswalk(())))
    moved = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    figures = tuple(_moved(name, old.get(name), new.get(name), changes) for name in moved)
    return Moved(*names, figures, tuple(change.told for change in changes))


def _figures(session: Session, snapshot: Snapshot, form: int) -> dict[_Name, Frozen]:
    """Give the figures of a snapshot, of these what a form of snapshots freezes."""
    query = (
        select(SnapshotFigure).where(col(SnapshotFigure.snapshot_id) == snapshot.id).order_by(col(SnapshotFigure.id))
    )
    rows = session.execute(query).scalars().all()
    known = [row for row in rows if form != TOTALS_ONLY or BEGIN not in row.indicator]
    return {_Name(row.code, row.indicator, row.unit, row.period): _frozen(row, form) for row in known}


def _frozen(row: SnapshotFigure, form: int) -> Frozen:
    distribution = None if form == TOTALS_ONLY else row.distribution
    return Frozen(row.value, row.numerator, row.denominator, row.n, row.of, row.partial, distribution)


def _moved(name: _Name, before: Frozen | None, after: Frozen | None, changes: Sequence[_Change]) -> MovedFigure:
    units = set(name.unit.split(JOIN))
    told = [one for one in changes if name.period in one.labels and name.indicator in one.indicators]
    causes = [one for one in told if units & one.above] or told  # an heir's figure moves with a unit not under it
    return MovedFigure(*name, before, after, tuple(one.told for one in causes))


def _changes(session: Session, before_id: int, after: Snapshot, planned: Planned) -> list[_Change]:
    """Give the returns for which two snapshots use different receipts, by cut-off, unit and kind."""
    old, new = (_used(session, key) for key in (before_id, after.id or 0))
    differing = [key for key in {**old, **new} if _receipt_id(old.get(key)) != _receipt_id(new.get(key))]
    tree = _Tree(planned.history)
    changes = [_change(session, old.get(key), new.get(key), after, tree) for key in differing]
    return sorted(changes, key=lambda one: (one.told.period, one.told.unit, one.told.kind))


def _carried_on(changes: Sequence[_Change], crosswalk: Crosswalk) -> list[_Change]:
    """A number under an older code moves the figures of the codes that follow from it."""
    newer: dict[str, set[str]] = {}
    for one in crosswalk.carried():
        newer.setdefault(one.code, set()).add(one.indicator)
    moved = [frozenset(_newer(one.indicators, newer)) for one in changes]
    return [replace(one, indicators=one.indicators | more) for one, more in zip(changes, moved, strict=True)]


def _newer(codes: Iterable[str], newer: Mapping[str, Collection[str]]) -> Iterator[str]:
    for code in codes:
        indicator, part = split_part(code)
        for one in newer.get(indicator, ()):
            yield part_code(one, part)


def _used(session: Session, snapshot_id: int) -> dict[int, Any]:
    """Give by return the receipt a snapshot used, with period, unit and kind."""
    query: Select[Any] = (
        select(Receipt, Period, col(Unit.code).label("unit"), col(Return.kind).label("kind"))
        .join(SnapshotReceipt, col(SnapshotReceipt.receipt_id) == col(Receipt.id))
        .join(Return, col(Return.id) == col(Receipt.return_id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .join(Unit, col(Unit.id) == col(Return.unit_id))
        .where(col(SnapshotReceipt.snapshot_id) == snapshot_id)
    )
    return {row.Receipt.return_id: row for row in session.execute(query)}


def _receipt_id(row: Any) -> int | None:
    return row.Receipt.id if row else None


def _change(session: Session, old: Any, new: Any, after: Snapshot, tree: _Tree) -> _Change:
    named = new or old
    period: Period = named.Period
    told = ChangedReturn(
        change=REPLACED if old and new else CAME if new else WITHDRAWN,
        unit=named.unit,
        period=period.code,
        kind=named.kind,
        receipt=new.Receipt.number if new else None,
        earlier=old.Receipt.number if old else None,
        received_at=new.Receipt.received_at if new else None,
    )
    said_before, said = (_said(session, _receipt_id(row)) for row in (old, new))
    differing = {code for code in said_before.keys() | said.keys() if said_before.get(code) != said.get(code)}
    day = period.cutoff if after.reading == "as-was" else after.as_at.date()
    return _Change(
        told,
        frozenset({period.code, str(period.year), period.round}),
        frozenset(tree.above(named.unit, day)),
        frozenset(differing),
    )


def _said(session: Session, receipt_id: int | None) -> dict[str, tuple[Any, ...]]:
    """Give what a receipt says by indicator and line of a breakdown."""
    columns = (ReportedValue.value, ReportedValue.numerator, ReportedValue.denominator, ReportedValue.marker)
    named: tuple[Any, ...] = (col(Indicator.code), col(ReportedValue.dimension), *map(col, columns))
    query: Select[Any] = (
        select(*named)
        .join(Indicator, col(Indicator.id) == col(ReportedValue.indicator_id))
        .where(col(ReportedValue.receipt_id) == receipt_id)
    )
    return {part_code(code, part): tuple(said) for code, part, *said in session.execute(query)}
