"""Send: messages are taken from the outbox under a lease, checked once more, sent, and marked."""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
from reminders.lines import Lines, is_to_blame
from reminders.message import Fate, Message, Outcome
from reminders.outgoing import Day, bundles_of, key_of, number_of, write_contents

LEASE = timedelta(minutes=3)  # longer than any single try may take
REPEAT_AFTER = timedelta(minutes=15)
BACK_OFF = timedelta(minutes=15)  # doubled with every try
LONGEST_BACK_OFF = timedelta(hours=12)
MOST_TRIES = 5
SHORTEST_REST = 0.05  # seconds
STATES = {
    Fate.SENT: DigestState.SENT,
    Fate.RETRY: DigestState.PENDING,
    Fate.REFUSED: DigestState.FAILED,
    Fate.UNKNOWN: DigestState.UNKNOWN,
}
MayGo = Callable[[Session, datetime], bool]


@dataclass(frozen=True)
class Sender:
    """How messages leave the house. `batch` messages are claimed, and marked, in one transaction each.

    `paces` says of channels how many messages a minute they bear; `wait` lets so many seconds pass. `may_go` says
    before every claim whether messages may still leave.
    """

    deliver: Callable[[Message], Outcome]
    clock: Callable[[], datetime]
    owner: str
    workspace: Path
    batch: int = 1
    paces: Mapping[str, int] = field(default_factory=dict)
    wait: Callable[[float], None] = time.sleep
    may_go: MayGo = lambda _session, _now: True
    only: str = ""  # how the keys of its messages begin; others are left to others


@dataclass(frozen=True)
class Handled:
    """A message taken from the outbox; no attempt where nothing of it was owed any more."""

    digest: Digest
    bundle: Bundle | None
    attempt_id: int | None


def send_waiting(engine: Engine, day: Day, sender: Sender, cap: int) -> Iterator[Handled]:
    """Send what waits in the outbox, at most `cap` messages; give each with the state it ended in."""
    lines, count = Lines(), 0
    while count < cap:
        turn = _take_turn(engine, day, sender, lines.closed, min(sender.batch, cap - count))
        if turn.rest:
            sender.wait(turn.rest)
        elif not turn.claimed:
            return
        tried = [(one, sender.deliver(_message(one.digest, sender))) for one in turn.claimed if one.attempt_id]
        for one, outcome in tried:
            lines.note(one.digest.channel, outcome)
        if tried:
            with writing(engine) as session:
                yield from settle(session, tried, sender)
        yield from (one for one in turn.claimed if not one.attempt_id)
        count += len(turn.claimed)


@dataclass(frozen=True)
class _Turn:
    """What was claimed; where nothing was because all that waits has to rest, the seconds until it may go on."""

    claimed: Sequence[Handled] = ()
    rest: float = 0.0


def _take_turn(engine: Engine, day: Day, sender: Sender, closed: Collection[str], limit: int) -> _Turn:
    now = sender.clock()
    today = replace(day, now=now)
    with writing(engine) as session:
        if not sender.may_go(session, now):
            return _Turn()
        rests = outbox.find_rests(session, sender.paces, now)
        lease = outbox.Lease(sender.owner, now, now + LEASE)
        claimed = claim(session, today, lease, limit, {*closed, *rests}, sender.only)
        if claimed or not rests or not _choose(session, today, 1, closed, sender.only):
            return _Turn(claimed)
    return _Turn(rest=max((min(rests.values()) - now).total_seconds(), SHORTEST_REST))


def claim(
    session: Session, day: Day, lease: outbox.Lease, limit: int, skipped: Collection[str] = (), only: str = ""
) -> list[Handled]:
    """Take messages for sending, after looking once more in this transaction at what is still owed.

    Each is written anew from what it has to say now; one with nothing left to say is cancelled. Messages over
    the channels `skipped`, and those whose key does not begin with `only`, stay where they are.
    """
    outbox.expire_leases(session, day.now)
    chosen = _choose(session, day, limit, skipped, only)
    carried = outbox.find_carried(session, [key_of(digest) for digest in chosen])
    bundles = bundles_of(session, day, chosen)
    _drop_settled(session, carried, bundles)
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


def _choose(session: Session, day: Day, limit: int, skipped: Collection[str], only: str) -> list[Digest]:
    chosen = outbox.find_claimable(session, day.now, limit, skipped, only)
    return chosen + _find_repeatable(session, day, skipped, only)[: limit - len(chosen)]


def _find_repeatable(session: Session, day: Day, skipped: Collection[str], only: str) -> list[Digest]:
    """Give the reminders of unknown fate that may go out once more; an escalation waits for an operator."""
    unknown = outbox.find_unknown(session, day.now - REPEAT_AFTER, skipped, only)
    carried = outbox.find_carried(session, [key_of(digest) for digest in unknown])
    mild = {rung.name for rung in day.ladder if rung.is_reminder}
    rungs = {digest_id: {notice.rung for notice in notices} for digest_id, notices in carried.items()}
    return [digest for digest in unknown if rungs.get(key_of(digest), set()) <= mild]


def _drop_settled(session: Session, carried: Mapping[int, list[Notice]], bundles: Mapping[int, Bundle]) -> None:
    """Cancel the notices whose return has come in, or is no longer owed, since their message was put together.

    What a message does not say any more is taken off it: should the file be refused, it has still to be told.
    """
    alive = {entry.notice_id for bundle in bundles.values() for entry in bundle.entries}
    for notice in {key_of(notice): notice for notices in carried.values() for notice in notices}.values():
        if key_of(notice) not in alive and notice.state in (NoticeState.DUE, NoticeState.DIGESTED):
            record.move_notice(notice, NoticeState.CANCELLED)
    for digest_id, bundle in bundles.items():
        said = {entry.notice_id for entry in bundle.entries}
        outbox.unlink_notices(session, digest_id, {key_of(notice) for notice in carried[digest_id]} - said)


def _take(session: Session, day: Day, digest: Digest, lease: outbox.Lease) -> int | None:
    """Take one; whoever may have had it already is told that this is a repetition."""
    repeated = day.composer.texts("notices.repeated", subject="")
    if digest.doubts and not digest.subject.endswith(repeated):
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
        channel=digest.channel,
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
            mark_notices_sent(carried.get(key_of(digest), ()))
        settled.append(replace(one, digest=digest or one.digest))
    return settled


def _mark(digest: Digest, outcome: Outcome, *, tries: int, at: datetime) -> bool:
    """Move a message to where its try has brought it, and say whether it was sent."""
    after = STATES[outcome.fate]
    if is_to_blame(outcome) and tries >= MOST_TRIES:
        after = DigestState.FAILED
    if digest.state is DigestState.UNKNOWN and after is not DigestState.SENT:
        return False  # another declared us dead meanwhile; only the news that it was sent is still of use
    outbox.move_digest(digest, after, reason=None if after is DigestState.SENT else outcome.written)
    digest.not_before = at + _back_off(outcome, tries) if after is DigestState.PENDING else None
    digest.sent_at = at if after is DigestState.SENT else None
    return after is DigestState.SENT


def _back_off(outcome: Outcome, tries: int) -> timedelta:
    """Wait longer with every try, and no shorter than the other side asked for."""
    doubled = min(BACK_OFF * (1 << min(tries - 1, 10)), LONGEST_BACK_OFF)
    return max(doubled, outcome.retry_after or doubled)


def mark_notices_sent(notices: Iterable[Notice]) -> None:
    """Move the notices of a message that was sent; one that was cancelled meanwhile stays so."""
    for notice in notices:
        if notice.state is NoticeState.DIGESTED:
            record.move_notice(notice, NoticeState.SENT)
