"""Plan and digest: rungs reached become notices, notices become one message per recipient and day."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from models.notice import Digest, Notice
from models.queries import notices as record
from models.queries import outbox
from models.queries.notices import OwedReturn
from models.states import DigestState, NoticeState
from reminders.bundle import Bundle, Entry
from reminders.digest import Composer
from reminders.due import SLIPS, Ladder, Rung, audiences_of, farthest_ahead, plan_step, rungs_reached
from reminders.recipients import Recipient


@dataclass(frozen=True)
class Day:
    """What a day's work needs to know: which day, the time, the ladder, and how messages are written."""

    on: date
    now: datetime
    ladder: Ladder
    composer: Composer

    def rung(self, name: str) -> Rung | None:
        """Give a rung by name; None for one that an older ladder had."""
        return next((rung for rung in self.ladder if rung.name == name), None)


@dataclass(frozen=True)
class Unreached:
    """A notice of which an audience cannot be told: no address is known for `office`."""

    owed: OwedReturn
    rung: str
    audience: str
    office: int


@dataclass(frozen=True)
class HeldBack:
    """A message that waits: `why` is cap (too many for one run) or told-today (one message a day)."""

    bundle: Bundle
    why: str


@dataclass(frozen=True)
class Prepared:
    """What a day's planning put into the outbox, and what it could not."""

    digests: tuple[Digest, ...]
    held: tuple[HeldBack, ...]
    unreached: tuple[Unreached, ...]


@dataclass(frozen=True)
class _Waiting:
    """A notice that no message carries yet, or not to everyone."""

    owed: OwedReturn
    notice: Notice
    rung: Rung
    audiences: tuple[str, ...]

    @property
    def id(self) -> int:
        return key_of(self.notice)


def prepare(session: Session, day: Day, cap: int) -> Prepared:
    """Plan the day's notices and put their messages into the outbox, until `cap` messages wait there.

    Doing it again for the same day adds nothing that is there already.
    """
    waiting = _find_waiting(session, day, plan_notices(session, day))
    addressed = outbox.find_addressed(session)
    bundles, unreached = _gather(day, waiting, addressed)
    told = outbox.find_told(session, day.on)
    fresh = [one for one in bundles if (one.recipient.channel, one.recipient.address) not in told]
    room = max(0, cap - outbox.count_waiting(session))
    put = _put(session, day, _take_over(session, day, fresh[:room]))
    taken, over = {bundle.recipient for _, bundle in put}, {one.recipient for one in fresh[room:]}
    held = tuple(
        HeldBack(one, "cap" if one.recipient in over else "told-today") for one in bundles if one.recipient not in taken
    )
    carried = {entry.notice_id for _, bundle in put for entry in bundle.entries} | {one[0] for one in addressed}
    kept = {entry.notice_id for one in held for entry in one.bundle.entries}
    for one in waiting:
        if one.id in carried - kept:
            record.move_notice(one.notice, NoticeState.DIGESTED)
    session.flush()
    return Prepared(tuple(digest for digest, _ in put), held, tuple(unreached))


def plan_notices(session: Session, day: Day) -> list[OwedReturn]:
    """Write down each rung reached by each owed return, once for ever; give the returns on the ladder."""
    record.cancel_settled(session)
    on_ladder = record.find_owed(session, due_by=day.on + farthest_ahead(day.ladder))
    known = record.find_planned(session)
    calendar = day.composer.calendar
    reached = {due: rungs_reached(day.ladder, due, day.on, calendar) for due in {owed.due for owed in on_ladder}}
    fresh: list[Notice] = []
    for owed in on_ladder:
        notices = known.get(owed.id, {})
        step = plan_step(reached[owed.due], {rung: notice.state for rung, notice in notices.items()})
        for rung in step.overtaken:
            record.move_notice(notices[rung], NoticeState.SUPERSEDED)
        fresh += [
            Notice(return_id=owed.id, rung=rung.name, scheduled_for=on, state=state) for rung, on, state in step.new
        ]
    session.flush()
    record.insert_notices(session, fresh)
    return on_ladder


def _find_waiting(session: Session, day: Day, on_ladder: Iterable[OwedReturn]) -> list[_Waiting]:
    planned = record.find_planned(session)
    found = []
    for owed in on_ladder:
        known = planned.get(owed.id, {})
        states = {rung: notice.state for rung, notice in known.items()}
        for name, notice in known.items():
            rung = day.rung(name)
            if rung and notice.state is NoticeState.DUE:
                found.append(_Waiting(owed, notice, rung, audiences_of(day.ladder, rung, states)))
    return found


def _gather(
    day: Day, waiting: Iterable[_Waiting], addressed: Collection[tuple[int, str, str]]
) -> tuple[list[Bundle], list[Unreached]]:
    """Put the notices together by recipient, the most pressing message first."""
    directory = day.composer.directory
    heard: dict[Recipient, dict[int, Entry]] = defaultdict(dict)
    unreached = []
    for one in waiting:
        for audience in one.audiences:
            recipients = directory.recipients(one.owed.unit_id, audience)
            office = directory.office(one.owed.unit_id, audience)
            if office is not None and not recipients:
                unreached.append(Unreached(one.owed, one.rung.name, audience, office))
            for recipient in recipients:
                if (one.id, recipient.channel, recipient.address) not in addressed:
                    heard[recipient][one.id] = _entry(day, recipient, one.id, one.owed, one.rung)
    bundles = [Bundle(recipient, tuple(entries.values())) for recipient, entries in heard.items()]
    return sorted(bundles, key=lambda bundle: (-SLIPS.index(bundle.slip), bundle.recipient)), unreached


def _entry(day: Day, recipient: Recipient, notice_id: int, owed: OwedReturn, rung: Rung) -> Entry:
    audience = day.composer.directory.audience_of(recipient, owed.unit_id, rung.audiences)
    return Entry(notice_id, owed, rung, audience)


def _take_over(session: Session, day: Day, bundles: Iterable[Bundle]) -> list[Bundle]:
    """Let today's messages say what earlier ones to the same recipient wanted to say and could not."""
    stuck: dict[Recipient, list[Digest]] = defaultdict(list)
    for digest in outbox.find_overtaken(session, day.on):
        stuck[Recipient(digest.channel, digest.recipient)].append(digest)
    return [
        _merge(session, day, bundle, stuck[bundle.recipient]) if bundle.recipient in stuck else bundle
        for bundle in bundles
    ]


def _merge(session: Session, day: Day, bundle: Bundle, older: Collection[Digest]) -> Bundle:
    """Cancel the older messages and what today's says better; the rest of what they say goes into today's."""
    fresh = {entry.owed.id for entry in bundle.entries}
    said = {entry.owed.id: entry for one in bundles_of(session, day, older).values() for entry in one.entries}
    kept = [entry for return_id, entry in said.items() if return_id not in fresh]
    for digest in older:
        outbox.move_digest(digest, DigestState.CANCELLED, reason="overtaken")
    for notices in outbox.find_carried(session, [key_of(digest) for digest in older]).values():
        for notice in notices:
            if notice.return_id in fresh and notice.state is NoticeState.DIGESTED:
                record.move_notice(notice, NoticeState.CANCELLED)
    return Bundle(bundle.recipient, (*kept, *bundle.entries))


def bundles_of(session: Session, day: Day, digests: Collection[Digest]) -> dict[int, Bundle]:
    """Give what each message has still to say at this moment; a message with nothing left is absent."""
    carried = outbox.find_carried(session, [key_of(digest) for digest in digests])
    returns = {notice.return_id for notices in carried.values() for notice in notices}
    owed = record.find_still_owed(session, returns)
    found = {}
    for digest in digests:
        recipient = Recipient(digest.channel, digest.recipient)
        entries = tuple(
            _entry(day, recipient, key_of(notice), owed[notice.return_id], rung)
            for notice in carried.get(key_of(digest), ())
            if notice.return_id in owed and (rung := day.rung(notice.rung))
        )
        if entries:
            found[key_of(digest)] = Bundle(recipient, entries)
    return found


def _put(session: Session, day: Day, bundles: Collection[Bundle]) -> list[tuple[Digest, Bundle]]:
    """Write one message for each bundle; a recipient whom another planner has just served gets none."""
    written = outbox.insert_digests(session, [_digest(day, bundle) for bundle in bundles])
    by_recipient = {Recipient(digest.channel, digest.recipient): digest for digest in written}
    put = [(by_recipient[bundle.recipient], bundle) for bundle in bundles if bundle.recipient in by_recipient]
    write_contents(session, day, put)
    links = [(entry.notice_id, key_of(digest)) for digest, bundle in put for entry in bundle.entries]
    outbox.link_notices(session, links)
    return put


def _digest(day: Day, bundle: Bundle) -> Digest:
    channel, address = bundle.recipient.channel, bundle.recipient.address
    first = bundle.entries[0]
    return Digest(
        dedupe_key=f"{outbox.DIGEST}{address}:{channel}:{day.on.isoformat()}",
        unit_id=day.composer.directory.office(first.owed.unit_id, first.audience),
        recipient=address,
        channel=channel,
        day=day.on,
        subject="",
        body="",
        created_at=day.now,
    )


def write_contents(session: Session, day: Day, messages: Iterable[tuple[Digest, Bundle]]) -> None:
    """Compose the messages anew from what they have to say now."""
    messages = list(messages)
    rejected = {entry.owed.id for _, one in messages for entry in one.entries if entry.is_rejected}
    replies = record.find_last_replies(session, rejected)
    for digest, bundle in messages:
        content = day.composer.compose(bundle, number_of(digest), digest.day, replies)
        digest.subject, digest.body, digest.html = content.subject, content.text, content.html
        digest.attachments = list(content.attachments)


def key_of(row: Digest | Notice) -> int:
    return row.id or 0  # never 0: the row comes from the record


def number_of(digest: Digest) -> str:
    """Give the number an office can quote on the telephone."""
    return f"N{key_of(digest):06d}"
