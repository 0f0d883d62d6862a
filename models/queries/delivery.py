"""Delivery: messages that did not arrive or may not have, and what operators decided about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func
from sqlmodel import Session, col, or_, select

from models.errors import NotFoundError, RefusedError
from models.notice import Attempt, Digest, DigestDecision, Notice, NoticeDigest
from models.queries.notices import OPEN
from models.queries.outbox import move_digest
from models.returns import Return
from models.states import DIGEST_MOVES, DigestState

RESEND, MARK_SENT, GIVE_UP = ACTIONS = ("resend", "mark-sent", "give-up")
AFTER = {
    RESEND: DigestState.PENDING,
    MARK_SENT: DigestState.SENT,
    GIVE_UP: DigestState.CANCELLED,
}


@dataclass(frozen=True)
class Undelivered:
    """A message that has been tried and is not known to have arrived; `tried_at` is its last try."""

    digest: Digest
    tries: int
    tried_at: datetime


@dataclass(frozen=True)
class Verdict:
    """What an operator decided, why, and when; `to` is a corrected address to send it to."""

    action: str
    reason: str
    by: str
    at: datetime
    to: str | None = None


def find_undelivered(session: Session) -> Sequence[Undelivered]:
    """Give the messages that failed, are of unknown fate, or wait after a try, while anything in them is owed."""
    carries = select(NoticeDigest.notice_id).where(NoticeDigest.digest_id == Digest.id)
    wanted = (
        select(NoticeDigest.notice_id)
        .join(Notice, col(Notice.id) == NoticeDigest.notice_id)
        .join(Return, col(Return.id) == Notice.return_id)
        .where(NoticeDigest.digest_id == Digest.id, col(Return.state).in_(OPEN))
    )
    rows = session.exec(
        select(Digest, func.count(), func.max(Attempt.started_at))
        .join(Attempt, col(Attempt.digest_id) == Digest.id)
        .where(col(Digest.state).in_((DigestState.FAILED, DigestState.UNKNOWN, DigestState.PENDING)))
        .where(or_(wanted.exists(), ~carries.exists()))
        .group_by(col(Digest.id))
        .order_by(col(Digest.id))
    )
    return [Undelivered(digest, tries, tried_at) for digest, tries, tried_at in rows]


def get_message(session: Session, number: int, quoted: str) -> Digest:
    """Give a message by its number, held until the transaction ends. Raises NotFoundError with what was `quoted`."""
    digest = session.get(Digest, number, with_for_update=True)
    if digest is None:
        raise NotFoundError("delivery.not-found", number=quoted)
    return digest


def decide(session: Session, digest: Digest, verdict: Verdict) -> DigestDecision:
    """Carry a decision out and put it on record. Raises RefusedError for a message that is not open to it."""
    before, after = digest.state, AFTER[verdict.action]
    is_waiting = before is after is DigestState.PENDING
    if not is_waiting and (before is DigestState.SENDING or after not in DIGEST_MOVES[before]):
        key = f"delivery.not-open.{before.value}"
        raise RefusedError(key)
    decision = DigestDecision(
        digest_id=digest.id or 0, action=verdict.action, before=before, recipient=digest.recipient,
        reason=verdict.reason, decided_by=verdict.by, recorded_at=verdict.at,
    )  # fmt: skip
    session.add(decision)
    if not is_waiting:
        move_digest(digest, after)
    digest.not_before, digest.recipient = None, verdict.to or digest.recipient
    digest.sent_at = verdict.at if after is DigestState.SENT else None
    session.flush()
    return decision
