"""Reviews and the figures frozen in them."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.states import ReviewState
from models.types import Exact, Moment, ReviewStateText

TOTALS_ONLY, WITH_PARTS = 1, 2  # forms of a snapshot


class Snapshot(SQLModel, table=True):
    """The figures of a review and the receipts they rest on, with the hash of the lot."""

    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(foreign_key="directive.id")
    as_at: datetime = Field(sa_type=Moment)
    reading: str  # as-was, today
    sha256: str
    form: int = WITH_PARTS  # the first one froze neither distributions nor the lines of breakdowns


class SnapshotFigure(SQLModel, table=True):
    """One figure as it was printed: `code` names it on paper and in `dondoc trace`."""

    __tablename__ = "snapshot_figure"
    __table_args__ = (UniqueConstraint("snapshot_id", "code"),)

    id: int | None = Field(default=None, primary_key=True)
    snapshot_id: int = Field(foreign_key="snapshot.id")
    code: str
    indicator: str
    unit: str
    period: str  # a year, or a span of years
    value: Decimal | None = Field(default=None, sa_type=Exact)
    numerator: Decimal | None = Field(default=None, sa_type=Exact)
    denominator: Decimal | None = Field(default=None, sa_type=Exact)
    n: int
    of: int
    partial: bool = False
    distribution: dict[str, int] | None = Field(default=None, sa_type=JSON(none_as_null=True))  # units by level


class SnapshotReceipt(SQLModel, table=True):
    """A receipt that the snapshot used."""

    __tablename__ = "snapshot_receipt"

    snapshot_id: int = Field(foreign_key="snapshot.id", primary_key=True)
    receipt_id: int = Field(foreign_key="receipt.id", primary_key=True)


class Review(SQLModel, table=True):
    """A review report in one revision: drafted by the engine, edited by the office, approved by the committee."""

    __table_args__ = (UniqueConstraint("code", "revision"),)

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(index=True)  # such as 60-KL-ĐUK_2021-9T_R2-5N
    revision: int = 1
    directive_id: int = Field(foreign_key="directive.id")
    period_from: str
    period_to: str
    kind: str  # five-year, yearly, nine-month, two-rounds, summary, notice
    form: str | None = None  # the page form it was drafted in; reviews older than this column do not say
    snapshot_id: int = Field(foreign_key="snapshot.id")
    state: ReviewState = Field(default=ReviewState.DRAFT, sa_type=ReviewStateText)
    drafted_at: datetime = Field(sa_type=Moment)
    approved_at: datetime | None = Field(default=None, sa_type=Moment)


class ReviewFile(SQLModel, table=True):
    """A file of a review, with the hash it had when it was written."""

    __tablename__ = "review_file"

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    format: str
    path: str
    sha256: str


class ReviewDecision(SQLModel, table=True):
    """That a review was approved, or was not: which office said so, when, with what note. Appended, never changed."""

    __tablename__ = "review_decision"

    id: int | None = Field(default=None, primary_key=True)
    review_id: int = Field(foreign_key="review.id", index=True)
    approves: bool
    decided_by: str  # an office, never a person
    note: str = ""
    recorded_at: datetime = Field(sa_type=Moment)
