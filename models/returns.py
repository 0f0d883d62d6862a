"""What is owed, what arrived, what was found in it, and what it said, cell by cell."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import JSON, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from models.states import ReceiptState, ReturnState
from models.types import Exact, Moment, ReceiptStateText, ReturnStateText


class Return(SQLModel, table=True):
    """What a unit owes for a period: a row before any file arrives."""

    __table_args__ = (UniqueConstraint("directive_id", "unit_id", "period_id", "kind"),)

    id: int | None = Field(default=None, primary_key=True)
    directive_id: int = Field(foreign_key="directive.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    period_id: int = Field(foreign_key="period.id", index=True)
    kind: str  # own, consolidated
    due: date
    state: ReturnState = Field(default=ReturnState.OWED, sa_type=ReturnStateText)
    first_received_at: datetime | None = Field(default=None, sa_type=Moment)  # of one later accepted
    reason: str | None = None  # why excused or superseded
    event_id: int | None = Field(default=None, foreign_key="unit_event.id")
    plan_version_id: int | None = None  # the plan that put the row on the ledger


class LedgerChange(SQLModel, table=True):
    """What a row of the ledger said until a plan or a person changed it. Appended, never changed."""

    __tablename__ = "ledger_change"

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id", index=True)
    recorded_at: datetime = Field(sa_type=Moment)
    plan_version_id: int | None = Field(default=None, foreign_key="plan_version.id")  # None: a person excused it
    due: date
    state: ReturnState = Field(sa_type=ReturnStateText)
    reason: str | None = None
    event_id: int | None = Field(default=None, foreign_key="unit_event.id")


class Extension(SQLModel, table=True):
    """A later due date granted to one return; a row, never an edit."""

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id", index=True)
    until: date
    reason: str
    granted_by: str
    recorded_at: datetime = Field(sa_type=Moment)


class Excuse(SQLModel, table=True):
    """That a person excused one return, and why; a row, never an edit."""

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id", index=True)
    reason: str
    granted_by: str
    recorded_at: datetime = Field(sa_type=Moment)


class Receipt(SQLModel, table=True):
    """One file that arrived. Appended, decided once, never deleted."""

    __table_args__ = (Index("receipt_content", "unit_id", "sha256"),)

    id: int | None = Field(default=None, primary_key=True)
    claim: str = Field(unique=True)  # the folder under .claimed that brought it
    unit_id: int = Field(foreign_key="unit.id", index=True)  # whose inbox it lay in
    return_id: int | None = Field(default=None, foreign_key="return.id", index=True)
    file_name: str
    sha256: str = Field(index=True)
    size: int
    received_at: datetime = Field(sa_type=Moment)
    state: ReceiptState = Field(default=ReceiptState.ARCHIVED, sa_type=ReceiptStateText)
    revision: int | None = None  # which of the unit's files for this return
    days_late: int | None = None  # working days after due; 0 in time
    template: str | None = None  # layout and version it was read with
    filled: int | None = None  # required cells answered
    required: int | None = None
    quality: int | None = None  # 0 to 100, of an accepted return; schemas/quality.py says how
    reply: str | None = None  # file in the outbox
    duplicate_of: int | None = Field(default=None, foreign_key="receipt.id")

    @property
    def number(self) -> str:
        """The number an office can quote on the telephone."""
        return receipt_number(self.id or 0)


def receipt_number(key: int) -> str:
    """Give the number of a receipt by its id, for whoever has no more of it."""
    return f"R{key:06d}"


class Finding(SQLModel, table=True):
    """The result of one check on one file; the message is made from `values` in the reader's language."""

    id: int | None = Field(default=None, primary_key=True)
    receipt_id: int | None = Field(default=None, foreign_key="receipt.id", nullable=False, index=True)
    check: str  # stable id such as progress.percent-range
    severity: str  # error, warning, info
    sheet: str | None = None
    cell: str | None = None  # address or range
    value: str | None = None  # what was written
    values: dict[str, Any] = Field(default_factory=dict, sa_type=JSON)


class EffectiveReturn(SQLModel, table=True):
    """Which receipt counts for a return, since when; the open row (`until` empty) is the one in force."""

    __tablename__ = "effective_return"
    __table_args__ = (
        Index("effective_now", "return_id", unique=True, sqlite_where=text("until IS NULL"),
              postgresql_where=text("until IS NULL")),
    )  # fmt: skip

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id", index=True)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)
    since: datetime = Field(sa_type=Moment)
    until: datetime | None = Field(default=None, sa_type=Moment)


class Progress(SQLModel, table=True):
    """What a unit says of one of its tasks."""

    id: int | None = Field(default=None, primary_key=True)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    status: str  # not_started, in_progress, done, done_beyond, suspended, nothing_arose
    done_on: date | None = None
    percent: Decimal | None = Field(default=None, sa_type=Exact)  # 0 to 100
    text: str | None = None
    sheet: str
    row: int
    cell: str  # of the status


class ReportedValue(SQLModel, table=True):
    """One indicator's number in one return, with the cells it stood in; a ratio has two parts and no value."""

    __tablename__ = "reported_value"
    __table_args__ = (UniqueConstraint("receipt_id", "indicator_id", "dimension"),)

    id: int | None = Field(default=None, primary_key=True)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)
    indicator_id: int = Field(foreign_key="indicator.id", index=True)
    dimension: str = ""
    value: Decimal | None = Field(default=None, sa_type=Exact)
    numerator: Decimal | None = Field(default=None, sa_type=Exact)
    denominator: Decimal | None = Field(default=None, sa_type=Exact)
    marker: str | None = None  # KPS: nothing arose; KCS: not available
    explanation: str | None = None
    sheet: str
    cell: str  # of the value, or of the numerator
    denominator_cell: str | None = None


class Evidence(SQLModel, table=True):
    """A document that shows that something was done."""

    id: int | None = Field(default=None, primary_key=True)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)
    subject: str  # code of a task or an indicator
    type: str
    title: str
    number: str | None = None
    issued_on: date | None = None
    link: str | None = None
    sheet: str
    row: int


class Shortcoming(SQLModel, table=True):
    """What went wrong, coded by the unit itself, with its cause and remedy."""

    id: int | None = Field(default=None, primary_key=True)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)
    task_id: int | None = Field(default=None, foreign_key="task.id")
    code: str
    text: str | None = None
    cause_type: str | None = None  # objective, subjective
    cause_code: str | None = None
    remedy: str | None = None
    remedy_due: date | None = None
    sheet: str
    row: int


class Statement(SQLModel, table=True):
    """Words for the review: a proposal, a lesson, a direction, or a commendation."""

    id: int | None = Field(default=None, primary_key=True)
    receipt_id: int = Field(foreign_key="receipt.id", index=True)
    kind: str  # proposal, commendation, lesson, direction
    text: str
    addressee: str | None = None
    reason: str | None = None
    level: str | None = None  # of a commendation
    collectives: int | None = None
    individuals: int | None = None
    decision: str | None = None
    sheet: str
    row: int
