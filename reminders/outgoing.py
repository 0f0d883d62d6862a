"""Messages on their way out: put into the outbox once a recipient and day, written from what they say now."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.notice import Digest, Notice
from models.queries import notices as record
from models.queries import outbox
from models.queries.notices import OwedReturn
from models.queries.slips import draw_numbers
from models.states import DigestState, NoticeState
from reminders.bundle import Bundle, Entry
from reminders.digest import Composer
from reminders.due import Ladder, Rung
from reminders.recipients import Recipient
from schemas.texts import Texts


def write_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    unfinished.write_bytes(data)
    unfinished.replace(path)


@dataclass(frozen=True)
class Day:
    """What a day's work needs to know: which day, the time, the ladder, and how messages are written.

    `waits` is why nothing may leave now: a day off, outside the hours of sending, or the stop switch. `keep` writes a
    file that goes along with a message.
    """

    on: date
    now: datetime
    ladder: Ladder
    composer: Composer
    waits: str | None = None
    keep: Callable[[Path, bytes], None] = write_file

    def rung(self, name: str) -> Rung | None:
        """Give a rung by name; None for one that an older ladder had."""
        return next((rung for rung in self.ladder if rung.name == name), None)

    def find_reached(self, notice: Notice, due: date) -> Rung | None:
        """Give the rung of a notice if it is reached under the due date in force; an extension may have moved it."""
        rung = self.rung(notice.rung)
        return rung if rung and rung.falls_on(due, self.composer.calendar) <= self.on else None


def key_of(row: Digest | Notice) -> int:
    return row.id or 0  # never 0: the row comes from the record


def number_of(digest: Digest) -> str:
    """Give the number by which a message is found again in the outbox."""
    return f"N{key_of(digest):06d}"


def make_entry(day: Day, recipient: Recipient, notice_id: int, owed: OwedReturn, rung: Rung) -> Entry:
    audience = day.composer.directory.audience_of(recipient, owed.unit_id, rung.audiences)
    return Entry(notice_id, owed, rung, audience)


def put(session: Session, day: Day, bundles: Iterable[Bundle]) -> list[tuple[Digest, Bundle]]:
    """Make one message for each bundle; a recipient whom another planner has just served gets none.

    Its words are written when it is taken for sending: by then some of it may have come in.
    """
    merged = _take_over(session, day, bundles)
    written = outbox.insert_digests(session, [_digest(day, bundle) for bundle in merged])
    by_recipient = {Recipient(digest.channel, digest.recipient): digest for digest in written}
    made = [(by_recipient[bundle.recipient], bundle) for bundle in merged if bundle.recipient in by_recipient]
    _number(session, day, made)
    links = [(entry.notice_id, key_of(digest)) for digest, bundle in made for entry in bundle.entries]
    outbox.link_notices(session, links)
    return made


def _digest(day: Day, bundle: Bundle) -> dict[str, Any]:
    channel, address = bundle.recipient.channel, bundle.recipient.address
    first = bundle.entries[0]
    return {
        "dedupe_key": f"{outbox.DIGEST}{address}:{channel}:{day.on.isoformat()}",
        "unit_id": day.composer.directory.office(first.owed.unit_id, first.audience),
        "recipient": address,
        "channel": channel,
        "day": day.on,
        "colour": bundle.slip,
        "created_at": day.now,
    }


def _number(session: Session, day: Day, made: Iterable[tuple[Digest, Bundle]]) -> None:
    """Give each slip its number in the year of the office that issues it, the tracking office of its first return."""
    by_office: dict[int, list[Digest]] = defaultdict(list)
    for digest, bundle in made:
        by_office[day.composer.directory.root(bundle.entries[0].owed.unit_id)].append(digest)
    for office, digests in sorted(by_office.items()):  # in one order for all, so that no two wait for each other
        numbers = draw_numbers(session, office, day.on.year, len(digests))
        for digest, number in zip(digests, numbers, strict=True):
            digest.office_id, digest.year, digest.number = office, day.on.year, number


def slip_number(digest: Digest, texts: Texts) -> str | None:
    """Give the number that stands on the slip; None for a message that is none, or older than slips are."""
    if digest.number is None:
        return None
    return texts("reminders.slip", number=f"{digest.number:02d}", year=digest.year)


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
    kept_notices = {entry.notice_id for entry in kept}
    for digest in older:
        outbox.move_digest(digest, DigestState.CANCELLED, reason="overtaken")
    for notices in outbox.find_carried(session, [key_of(digest) for digest in older]).values():
        for notice in notices:
            if key_of(notice) not in kept_notices and notice.state is NoticeState.DIGESTED:
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
            make_entry(day, recipient, key_of(notice), owed[notice.return_id], rung)
            for notice in carried.get(key_of(digest), ())
            if notice.return_id in owed and (rung := day.find_reached(notice, owed[notice.return_id].due))
        )
        if entries:
            found[key_of(digest)] = Bundle(recipient, entries)
    return found


def write_contents(session: Session, day: Day, messages: Iterable[tuple[Digest, Bundle]]) -> None:
    """Compose the messages anew from what they have to say now; one that comes late bears the day it leaves."""
    messages = list(messages)
    rejected = {entry.owed.id for _, one in messages for entry in one.entries if entry.is_rejected}
    replies = record.find_last_replies(session, rejected)
    for digest, bundle in messages:
        slip = slip_number(digest, day.composer.texts)
        content = day.composer.compose(bundle, number_of(digest), day.on, replies, slip)
        digest.colour = bundle.slip
        digest.subject, digest.body, digest.html = content.subject, content.text, content.html
        digest.attachments = list(content.attachments)
        if content.calendar:
            day.keep(day.composer.workspace / content.attachments[-1], content.calendar)
