"""The outbox: messages put in once, claimed under a lease, marked with what became of them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, text
from sqlmodel import Session, col, or_, select

from models.notice import Attempt, Digest, Notice, NoticeDigest
from models.queries.notices import insert_keyed, insert_once
from models.states import DIGEST_MOVES, DigestState, NoticeState, ensure_move

MINUTE = timedelta(minutes=1)
PACE_LOCK = 7_042_017  # any number that is ours
DIGEST = "digest:"  # how the key of a digest of notices begins


@dataclass(frozen=True)
class Lease:
    """Who sends, since when, and when another may suppose that the sender has died."""

    owner: str
    now: datetime
    until: datetime


def count_waiting(session: Session) -> int:
    """Count the messages that wait to be sent."""
    return session.exec(select(func.count()).where(Digest.state == DigestState.PENDING)).one()


def insert_digests(session: Session, rows: Iterable[Mapping[str, Any]]) -> list[Digest]:
    """Write messages without words and give back those that are new; a key already there is left alone.

    Rows and not objects: to make a thousand of these only to take them apart again would take a second.
    """
    blank = {"subject": "", "body": "", "attachments": [], "state": DigestState.PENDING, "doubts": 0}
    return find_digests(session, insert_keyed(session, Digest, col(Digest.id), [{**blank, **row} for row in rows]))


def link_notices(session: Session, links: Collection[tuple[int, int]]) -> None:
    """Note which notice goes with which message: pairs of notice and digest id."""
    insert_once(session, NoticeDigest, [{"notice_id": notice, "digest_id": digest} for notice, digest in links])


def unlink_notices(session: Session, digest_id: int, notice_ids: Collection[int]) -> None:
    """Note that a message does not carry these notices after all."""
    if notice_ids:
        mine = (col(NoticeDigest.digest_id) == digest_id, col(NoticeDigest.notice_id).in_(notice_ids))
        session.connection().execute(delete(NoticeDigest).where(*mine))


def find_addressed(session: Session, others: Collection[int] = ()) -> set[tuple[int, str, str]]:
    """Give notice, channel and address wherever a message carries a notice that still waits, or one of `others`."""
    wanted = or_(Notice.state == NoticeState.DUE, col(Notice.id).in_(others))
    rows = session.exec(
        select(NoticeDigest.notice_id, Digest.channel, Digest.recipient)
        .join(Digest, col(Digest.id) == NoticeDigest.digest_id)
        .join(Notice, col(Notice.id) == NoticeDigest.notice_id)
        .where(wanted, Digest.state != DigestState.CANCELLED)
    )
    return set(rows)


def find_undelivered(session: Session, since: datetime) -> list[Digest]:
    """Give the digests put together since then that the other side refused to deliver to their address."""
    rows = session.exec(
        select(Digest)
        .where(Digest.state == DigestState.FAILED, Digest.created_at >= since, _is_digest(), _blames_address())
        .order_by(col(Digest.id))
    )
    return list(rows)


def find_undeliverable(session: Session, since: datetime) -> list[tuple[str, str]]:
    """Give channel and address of those whose newest message that left since then could not be delivered."""
    tried = (
        select(Digest.channel, Digest.recipient, func.max(Digest.id).label("newest"))
        .where(col(Digest.state).in_((DigestState.SENT, DigestState.FAILED)), Digest.created_at >= since)
        .group_by(col(Digest.channel), col(Digest.recipient))
        .subquery()
    )
    newest = (
        select(Digest.channel, Digest.recipient)
        .join(tried, col(Digest.id) == tried.c.newest)
        .where(Digest.state == DigestState.FAILED, _blames_address())
    )
    return list(session.exec(newest))


def _blames_address() -> ColumnElement[bool]:
    return or_(*(col(Digest.last_error).startswith(reason) for reason in ("refused", "address")))


def find_told(session: Session, day: date, midnight: datetime) -> set[tuple[str, str]]:
    """Give channel and address of everyone for whom there is a digest of that day, whatever became of it.

    An older digest that left after `midnight`, the start of that day, counts too.
    """
    that_day = (col(Digest.sent_at) >= midnight) & (col(Digest.sent_at) < midnight + timedelta(days=1))
    rows = session.exec(select(Digest.channel, Digest.recipient).where(or_(Digest.day == day, that_day), _is_digest()))
    return set(rows)


def find_overtaken(session: Session, day: date) -> list[Digest]:
    """Give the digests of earlier days that never left the house."""
    rows = session.exec(
        select(Digest)
        .where(Digest.state == DigestState.PENDING, Digest.day < day, _is_digest())
        .order_by(col(Digest.id))
    )
    return list(rows)


def _is_digest() -> ColumnElement[bool]:
    return col(Digest.dedupe_key).startswith(DIGEST)  # the others are replies to files


def find_digests(session: Session, ids: Collection[int]) -> list[Digest]:
    return list(session.exec(select(Digest).where(col(Digest.id).in_(ids)).order_by(col(Digest.id))))


def find_carried(session: Session, digest_ids: Iterable[int]) -> Mapping[int, list[Notice]]:
    """Give the notices that each message carries."""
    rows = session.exec(
        select(NoticeDigest.digest_id, Notice)
        .join(Notice, col(Notice.id) == NoticeDigest.notice_id)
        .where(col(NoticeDigest.digest_id).in_(list(digest_ids)))
        .order_by(col(Notice.id))
    )
    found: dict[int, list[Notice]] = defaultdict(list)
    for digest_id, notice in rows:
        found[digest_id].append(notice)
    return found


def move_digest(digest: Digest, after: DigestState, *, reason: str | None = None) -> None:
    """Move one message. Raises StatusError for a move not allowed."""
    digest.state = ensure_move(DIGEST_MOVES, digest.state, after)
    digest.doubts += after is DigestState.UNKNOWN
    digest.lease_owner = digest.lease_until = None
    digest.last_error = reason


def expire_leases(session: Session, now: datetime) -> None:
    """A message whose sender died may have been sent or not: it is unknown, never simply tried again."""
    died = select(Digest).where(Digest.state == DigestState.SENDING, col(Digest.lease_until) < now)
    for digest in session.exec(died.with_for_update(skip_locked=True)):
        move_digest(digest, DigestState.UNKNOWN, reason="lease-expired")


def find_claimable(
    session: Session, now: datetime, limit: int, skipped: Collection[str] = (), only: str = ""
) -> list[Digest]:
    """Give the messages that wait to be sent now over other channels than those, oldest first, locked.

    Where `only` is given, those whose key begins so.
    """
    rows = session.exec(
        select(Digest)
        .where(Digest.state == DigestState.PENDING, col(Digest.channel).not_in(skipped))
        .where(col(Digest.dedupe_key).startswith(only, autoescape=True))
        .where(or_(col(Digest.not_before).is_(None), col(Digest.not_before) <= now))
        .order_by(col(Digest.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return list(rows)


def find_unknown(
    session: Session, tried_before: datetime, skipped: Collection[str] = (), only: str = ""
) -> list[Digest]:
    """Give the messages that may have arrived once, of a try before that moment; locked."""
    later = select(Attempt.id).where(Attempt.digest_id == Digest.id, Attempt.started_at > tried_before)
    rows = session.exec(
        select(Digest)
        .where(Digest.state == DigestState.UNKNOWN, Digest.doubts == 1, ~later.exists())
        .where(col(Digest.channel).not_in(skipped), col(Digest.dedupe_key).startswith(only, autoescape=True))
        .order_by(col(Digest.id))
        .with_for_update(skip_locked=True)
    )
    return list(rows)


def find_rests(session: Session, paces: Mapping[str, int], now: datetime) -> dict[str, datetime]:
    """Give the channels that have had their messages of a minute, each with the time at which it may go on.

    `paces` are messages a minute. All senders of the record count together; they come here one by one.
    """
    if paces and session.get_bind().dialect.name == "postgresql":  # on SQLite whoever writes is alone anyway
        session.connection().execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": PACE_LOCK})
    until = {channel: _end_of_rest(session, channel, pace, now) for channel, pace in paces.items()}
    return {channel: moment for channel, moment in until.items() if moment is not None}


def _end_of_rest(session: Session, channel: str, pace: int, now: datetime) -> datetime | None:
    """Look at the try that was `pace` tries ago: a minute after it there is room for another."""
    started = session.exec(
        select(Attempt.started_at)
        .join(Digest, col(Digest.id) == Attempt.digest_id)
        .where(Digest.channel == channel)
        .order_by(col(Attempt.id).desc())
        .offset(pace - 1)
        .limit(1)
    ).first()
    is_recent = started is not None and now - MINUTE < started <= now  # a day acted for later lies behind others
    return started + MINUTE if started and is_recent else None


def take(session: Session, digest: Digest, lease: Lease) -> int | None:
    """Take a message for sending and write the attempt down before it is made; give the attempt's id."""
    digest.state = ensure_move(DIGEST_MOVES, digest.state, DigestState.SENDING)
    digest.lease_owner, digest.lease_until = lease.owner, lease.until
    made = session.exec(select(func.count()).where(Attempt.digest_id == digest.id)).one()
    attempt = Attempt(digest_id=digest.id or 0, number=made + 1, owner=lease.owner, started_at=lease.now)
    session.add(attempt)
    session.flush()
    return attempt.id


def close_attempts(session: Session, results: Mapping[int, str], *, ended_at: datetime) -> dict[int, int]:
    """Write down how attempts ended, and give which of its message's attempts each was."""
    attempts = session.exec(select(Attempt).where(col(Attempt.id).in_(results))).all()
    for attempt in attempts:
        attempt.ended_at, attempt.result = ended_at, results[attempt.id or 0]
    return {attempt.id or 0: attempt.number for attempt in attempts}


def find_held(session: Session, digest_ids: Collection[int], owner: str) -> dict[int, Digest]:
    """Give those of the messages that `owner` took, or that were given up for unknown since; no other's."""
    rows = session.exec(select(Digest).where(col(Digest.id).in_(digest_ids)).with_for_update())
    ours = (DigestState.SENDING, owner)
    return {
        one.id or 0: one for one in rows if (one.state, one.lease_owner) == ours or one.state is DigestState.UNKNOWN
    }
