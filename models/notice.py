"""What was told to whom: rungs reached, digests sent, attempts made."""

from datetime import date, datetime

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.states import DigestState, NoticeState
from models.types import DigestStateText, Moment, NoticeStateText


class Digest(SQLModel, table=True):
    """One message for one recipient and day: the outbox. `dedupe_key` makes it once and for ever.

    A message of notices is a slip: it has a colour, and a number of its own in the year of the office that issues it.
    """

    __table_args__ = (Index("digest_slip", "office_id", "year", "number", unique=True),)

    id: int | None = Field(default=None, primary_key=True)
    dedupe_key: str = Field(unique=True)  # digest:<recipient>:<channel>:<day> or reply:<receipt>
    unit_id: int | None = Field(default=None, foreign_key="unit.id")
    recipient: str  # address
    channel: str
    day: date
    office_id: int | None = None  # the unit that issues the slip
    year: int | None = None
    number: int | None = None  # once and for ever, without a gap
    colour: str | None = None  # blue, yellow, red
    subject: str
    body: str  # plain text
    html: str | None = None
    attachments: list[str] = Field(default_factory=list, sa_type=JSON)  # paths in the workspace
    state: DigestState = Field(default=DigestState.PENDING, sa_type=DigestStateText, index=True)
    doubts: int = 0  # tries that may have arrived; from the first on the message says that it is a repetition
    lease_owner: str | None = None
    lease_until: datetime | None = Field(default=None, sa_type=Moment)
    not_before: datetime | None = Field(default=None, sa_type=Moment)
    last_error: str | None = None
    created_at: datetime = Field(sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class Notice(SQLModel, table=True):
    """A rung of the ladder reached by a return: at most once each."""

    __table_args__ = (UniqueConstraint("return_id", "rung"),)

    id: int | None = Field(default=None, primary_key=True)
    return_id: int = Field(foreign_key="return.id", index=True)
    rung: str
    scheduled_for: date
    state: NoticeState = Field(default=NoticeState.DUE, sa_type=NoticeStateText)


class NoticeDigest(SQLModel, table=True):
    """Which digests carry a notice: a rung may tell the unit, its superior and the tracking office."""

    __tablename__ = "notice_digest"

    notice_id: int = Field(foreign_key="notice.id", primary_key=True)
    digest_id: int = Field(foreign_key="digest.id", primary_key=True)


class Attempt(SQLModel, table=True):
    """One try to send a digest; appended, so that a try without a result can be seen."""

    __table_args__ = (UniqueConstraint("digest_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    digest_id: int = Field(foreign_key="digest.id", index=True)
    number: int
    owner: str
    started_at: datetime = Field(sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)
    result: str | None = None


class DigestDecision(SQLModel, table=True):
    """What an operator decided about a message that did not arrive, or may not have; appended."""

    __tablename__ = "digest_decision"

    id: int | None = Field(default=None, primary_key=True)
    digest_id: int = Field(foreign_key="digest.id", index=True)
    action: str  # resend, mark-sent
    before: DigestState = Field(sa_type=DigestStateText)  # where the message stood
    recipient: str  # the address until then
    reason: str
    decided_by: str
    recorded_at: datetime = Field(sa_type=Moment)


class SendingOrder(SQLModel, table=True):
    """That sending was stopped, or let go on: the newest order is in force. Appended, never changed."""

    __tablename__ = "sending_order"

    id: int | None = Field(default=None, primary_key=True)
    stops: bool
    reason: str
    given_by: str
    recorded_at: datetime = Field(sa_type=Moment)


class SlipBook(SQLModel, table=True):
    """The last number that an office has given to a slip in a year."""

    __tablename__ = "slip_book"

    office_id: int = Field(foreign_key="unit.id", primary_key=True)
    year: int = Field(primary_key=True)
    last: int = 0
