"""States and the moves allowed between them: one table each, proved total by a test."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from models.errors import StatusError


class ReturnState(StrEnum):
    """Where a return that is owed stands. Overdue is no state: it is due date, day and state."""

    OWED = "owed"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXCUSED = "excused"
    SUPERSEDED = "superseded"


class ReceiptState(StrEnum):
    """What became of one file that arrived."""

    ARCHIVED = "archived"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    DUPLICATE = "duplicate"
    QUARANTINED = "quarantined"


class NoticeState(StrEnum):
    """One rung of the ladder for one return."""

    DUE = "due"
    DIGESTED = "digested"
    SENT = "sent"
    SUPERSEDED = "superseded"
    CANCELLED = "cancelled"


class DigestState(StrEnum):
    """One message to one recipient: the outbox."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNKNOWN = "unknown"
    CANCELLED = "cancelled"


class ReviewState(StrEnum):
    """A review is drafted, then approved once."""

    DRAFT = "draft"
    APPROVED = "approved"
    SUPERSEDED = "superseded"


RETURN_MOVES: Mapping[ReturnState, frozenset[ReturnState]] = {
    ReturnState.OWED: frozenset({ReturnState.RECEIVED, ReturnState.EXCUSED, ReturnState.SUPERSEDED}),
    ReturnState.RECEIVED: frozenset({ReturnState.ACCEPTED, ReturnState.REJECTED}),
    ReturnState.REJECTED: frozenset({ReturnState.RECEIVED, ReturnState.EXCUSED, ReturnState.SUPERSEDED}),
    ReturnState.ACCEPTED: frozenset({ReturnState.RECEIVED}),  # a correction arrives as a new receipt
    ReturnState.EXCUSED: frozenset({ReturnState.OWED}),
    ReturnState.SUPERSEDED: frozenset({ReturnState.OWED}),
}
RECEIPT_MOVES: Mapping[ReceiptState, frozenset[ReceiptState]] = {
    ReceiptState.ARCHIVED: frozenset(set(ReceiptState) - {ReceiptState.ARCHIVED}),
    ReceiptState.ACCEPTED: frozenset(),
    ReceiptState.REJECTED: frozenset(),
    ReceiptState.DUPLICATE: frozenset(),
    ReceiptState.QUARANTINED: frozenset(),
}
NOTICE_MOVES: Mapping[NoticeState, frozenset[NoticeState]] = {
    NoticeState.DUE: frozenset({NoticeState.DIGESTED, NoticeState.SUPERSEDED, NoticeState.CANCELLED}),
    NoticeState.DIGESTED: frozenset({NoticeState.SENT, NoticeState.CANCELLED}),
    NoticeState.SENT: frozenset(),
    NoticeState.SUPERSEDED: frozenset({NoticeState.DUE}),  # told to nobody, and reached anew after an extension
    NoticeState.CANCELLED: frozenset({NoticeState.DUE}),  # the file that had come in was refused
}
DIGEST_MOVES: Mapping[DigestState, frozenset[DigestState]] = {
    DigestState.PENDING: frozenset({DigestState.SENDING, DigestState.CANCELLED}),
    DigestState.SENDING: frozenset({DigestState.SENT, DigestState.PENDING, DigestState.FAILED, DigestState.UNKNOWN}),
    DigestState.UNKNOWN: frozenset({DigestState.SENDING, DigestState.SENT, DigestState.PENDING, DigestState.CANCELLED}),
    DigestState.FAILED: frozenset({DigestState.PENDING, DigestState.SENT, DigestState.CANCELLED}),
    DigestState.SENT: frozenset(),
    DigestState.CANCELLED: frozenset(),
}
REVIEW_MOVES: Mapping[ReviewState, frozenset[ReviewState]] = {
    ReviewState.DRAFT: frozenset({ReviewState.APPROVED, ReviewState.SUPERSEDED}),
    ReviewState.APPROVED: frozenset({ReviewState.SUPERSEDED}),
    ReviewState.SUPERSEDED: frozenset(),
}


S = TypeVar("S", bound=StrEnum)


def ensure_move(moves: Mapping[S, frozenset[S]], before: S, after: S) -> S:
    """Give `after` if the table allows the move. Raises StatusError."""
    if after not in moves[before]:
        raise StatusError("states.move-not-allowed", before=before.value, after=after.value)
    return after
