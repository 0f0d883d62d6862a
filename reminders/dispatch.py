"""Send: messages are taken from the outbox under a lease, checked once more, sent, and marked."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Engine
from sqlmodel import Session

from models.notice import Digest, Notice
from models.queries import notices as record
from models.queries import outbox
from models.states import DigestState, NoticeState
from models.store import writing
from reminders.bundle import Bundle
from reminders.message import Fate, Message, Outcome
from reminders.plan import Day, bundles_of, key_of, number_of, write_contents

LEASE = timedelta(minutes=3)  # longer than any single try may take
REPEAT_AFTER = timedelta(minutes=15)
BACK_OFF = timedelta(minutes=15)  # doubled with every try
MOST_TRIES = 5
STATES = {
    Fate.SENT: DigestState.SENT,
    Fate.RETRY: DigestState.PENDING,
    Fate.REFUSED: DigestState.FAILED,
    Fate.UNKNOWN: DigestState.UNKNOWN,
}


@dataclass(frozen=True)
class Sender:
    """How messages leave the house. `batch` messages are claimed, and marked, in one transaction each."""

    deliver: Callable[[Message], Outcome]
    clock: Callable[[], datetime]
    owner: str
    workspace: Path
    batch: int = 1


@dataclass(frozen=True)
class Handled:
    """A message taken from the outbox; no attempt where nothing of it was owed any more."""

    digest: Digest
    bundle: Bundle | None
    attempt_id: int | None


def send_waiting(engine: Engine, day: Day, sender: Sender, cap: int) -> list[Handled]:
    """Send what waits in the outbox, at most `cap` messages; give each with the state it ended in."""
    done: list[Handled] = []
    while len(done) < cap:
        now = sender.clock()
        with writing(engine) as session:
            lease = outbox.Lease(sender.owner, now, now + LEASE)
            claimed = claim(session, replace(day, now=now), lease, min(sender.batch, cap - len(done)))
        if not claimed:
            break
        tried = [(one, sender.deliver(_message(one.digest, sender))) for one in claimed if one.attempt_id]
        with writing(engine) as session:
            done += settle(session, tried, sender)
        done += [one for one in claimed if not one.attempt_id]
    return done


def claim(session: Session, day: Day, lease: outbox.Lease, limit: int) -> list[Handled]:
    """Take messages for sending, after looking once more in this transaction at what is still owed.

    Each is written anew from what it has to say now; one with nothing left to say is cancelled.
    """
    outbox.expire_leases(session, day.now)
    chosen = outbox.find_claimable(session, day.now, limit)
    chosen += _find_repeatable(session, day)[: limit - len(chosen)]
    carried = outbox.find_carried(session, [key_of(digest) for digest in chosen])
    bundles = bundles_of(session, day, chosen)
    _drop_settled(carried, bundles)
    write_contents(session, day, [(one, bundles[key_of(one)]) for one in chosen if key_of(one) in bundles])
    taken = []
    for digest in chosen:
        bundle = bundles.get(key_of(digest))
        if bundle is None and carried.get(key_of(digest)):
            outbox.move_digest(digest, DigestState.CANCELLED, reason="settled")
            taken.append(Handled(digest, None, None))
        else:
            taken.append(Handled(digest, bundle, _take(session, day, digest, lease)))
    session.flush()
    return taken


def _find_repeatable(session: Session, day: Day) -> list[Digest]:
    """Give the reminders of unknown fate that may go out once more; an escalation waits for an operator."""
    unknown = outbox.find_unknown(session, day.now - REPEAT_AFTER)
    carried = outbox.find_carried(session, [key_of(digest) for digest in unknown])
    mild = {rung.name for rung in day.ladder if rung.is_reminder}
    rungs = {digest_id: {notice.rung for notice in notices} for digest_id, notices in carried.items()}
    return [digest for digest in unknown if rungs.get(key_of(digest), set()) <= mild]


def _drop_settled(carried: Mapping[int, list[Notice]], bundles: Mapping[int, Bundle]) -> None:
    """Cancel the notices whose return has come in, or is no longer owed, since their message was put together."""
    alive = {entry.notice_id for bundle in bundles.values() for entry in bundle.entries}
    for notice in {key_of(notice): notice for notices in carried.values() for notice in notices}.values():
        if key_of(notice) not in alive and notice.state in (NoticeState.DUE, NoticeState.DIGESTED):
            record.move_notice(notice, NoticeState.CANCELLED)


def _take(session: Session, day: Day, digest: Digest, lease: outbox.Lease) -> int | None:
    if digest.state is DigestState.UNKNOWN:
        digest.subject = day.composer.texts("notices.repeated", subject=digest.subject)
    return outbox.take(session, digest, lease)


def _message(digest: Digest, sender: Sender) -> Message:
    return Message(
        number=number_of(digest),
        day=digest.day,
        at=sender.clock(),
        recipient=digest.recipient,
        subject=digest.subject,
        text=digest.body,
        html=digest.html,
        attachments=tuple(sender.workspace / path for path in digest.attachments),
    )


def settle(session: Session, tried: Sequence[tuple[Handled, Outcome]], sender: Sender) -> list[Handled]:
    """Write down what became of each try; the notices of a message that was sent are sent."""
    at, ids = sender.clock(), [key_of(one.digest) for one, _ in tried]
    numbers = outbox.close_attempts(
        session, {one.attempt_id: outcome.written for one, outcome in tried if one.attempt_id}, ended_at=at
    )
    held = outbox.find_held(session, ids, sender.owner)
    carried = outbox.find_carried(session, ids)
    settled = []
    for one, outcome in tried:
        digest = held.get(key_of(one.digest))
        if digest and _mark(digest, outcome, tries=numbers[one.attempt_id or 0], at=at):
            _mark_notices_sent(carried.get(key_of(digest), ()))
        settled.append(replace(one, digest=digest or one.digest))
    return settled


def _mark(digest: Digest, outcome: Outcome, *, tries: int, at: datetime) -> bool:
    """Move a message to where its try has brought it, and say whether it was sent."""
    after = STATES[outcome.fate]
    if outcome.fate is Fate.RETRY and tries >= MOST_TRIES:
        after = DigestState.FAILED
    if digest.state is DigestState.UNKNOWN and after is not DigestState.SENT:
        return False  # another declared us dead meanwhile; only the news that it was sent is still of use
    outbox.move_digest(digest, after, reason=None if after is DigestState.SENT else outcome.written)
    digest.not_before = at + BACK_OFF * 2 ** (tries - 1) if after is DigestState.PENDING else None
    digest.sent_at = at if after is DigestState.SENT else None
    return after is DigestState.SENT


def _mark_notices_sent(notices: Iterable[Notice]) -> None:
    for notice in notices:
        if notice.state is NoticeState.DIGESTED:
            record.move_notice(notice, NoticeState.SENT)
