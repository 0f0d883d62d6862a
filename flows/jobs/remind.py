"""The day's reminders: planned, put together by recipient, then sent or written as .eml files."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from flows.jobs.channels import chat_contacts, open_sender
from flows.jobs.delivery import UndeliveredMessage, describe_undelivered, say_reason
from flows.jobs.record import migrated
from models.queries import notices as record
from models.queries import outbox
from models.queries.notices import OwedReturn
from models.queries.receipts import unit_ids
from models.store import reading, writing
from reminders.bundle import Bundle, Entry
from reminders.digest import Composer
from reminders.dispatch import Handled, claim, send_waiting
from reminders.due import load_ladder, worst_slip
from reminders.message import MAIL
from reminders.plan import Day, Prepared, number_of, prepare
from reminders.recipients import make_directory
from schemas.texts import Texts, load_texts
from settings import Settings


@dataclass(frozen=True)
class RemindedReturn:
    """A return that a notice speaks of."""

    unit: str
    directive: str
    period: str
    kind: str
    due: date
    state: str


@dataclass(frozen=True)
class ReportedNotice:
    """What one recipient is told about the returns on one rung; a message may carry several rungs.

    `state` is that of the message; "planned" in a dry run, "held", or "no-contact". `why` says it in a sentence.
    """

    recipient: str
    rung: str
    returns: list[RemindedReturn]
    channel: str
    state: str
    message: str = ""
    audience: str = ""
    slip: str = ""
    subject: str = ""
    attachments: list[str] = field(default_factory=list)
    why: str = ""


@dataclass(frozen=True)
class RemindOutcome:
    """What went to whom, what was held back, which offices have no address, and what is not known to have arrived."""

    notices: list[ReportedNotice]
    held: list[ReportedNotice]
    no_contact: list[ReportedNotice]
    undelivered: list[UndeliveredMessage] = field(default_factory=list)


def on_that_day(on: date, now: datetime) -> datetime:
    """Give the time to act at: now, or this hour of the day acted for, so that its messages bear that date."""
    return now if on == now.date() else datetime.combine(on, now.timetz())


def run_remind(settings: Settings, on: date, now: datetime, dry_run: bool = False) -> RemindOutcome:
    """Plan and send the notices due on a day; a dry run does the same and takes it all back unsent.

    `now` is aware; it dates attempts and messages.
    """
    now = now.astimezone(settings.zone)
    texts = load_texts(settings.language)
    sender = open_sender(settings, now)
    notices: list[ReportedNotice] = []
    with migrated(settings) as engine:
        with writing(engine) as session:
            day = _open_day(session, settings, texts, on, now)
            prepared = prepare(session, day, settings.notice_cap)
            if dry_run:
                handled = claim(session, day, outbox.Lease(sender.owner, now, now), settings.notice_cap)
                notices = list(_reported(handled, texts, state="planned"))
                session.rollback()
        if not dry_run:
            notices = list(_reported(send_waiting(engine, day, sender, settings.notice_cap), texts))
        with reading(engine) as session:
            undelivered = describe_undelivered(session, settings)
    return RemindOutcome(notices, list(_held(prepared, texts)), list(_unreached(prepared, day, texts)), undelivered)


def _open_day(session: Session, settings: Settings, texts: Texts, on: date, now: datetime) -> Day:
    contacts = [*record.find_contacts(session, on, [MAIL]), *chat_contacts(settings, unit_ids(session))]
    directory = make_directory(record.find_spans_by(session, on), contacts)
    composer = Composer(texts, directory, settings.calendar, settings.workspace.resolve(), settings.banner)
    return Day(on, now, load_ladder(), composer)


def _reported(handled: Iterable[Handled], texts: Texts, state: str | None = None) -> Iterable[ReportedNotice]:
    for one in handled:
        if one.attempt_id is None:
            continue  # all of it has come in since: nobody is told anything
        told: dict[str, Any] = {
            "recipient": one.digest.recipient,
            "channel": one.digest.channel,
            "state": state or one.digest.state.value,
            "message": number_of(one.digest),
            "subject": one.digest.subject,
            "attachments": list(one.digest.attachments),
            "why": say_reason(one.digest.last_error, texts),
        }
        yield from _by_rung(one.bundle, told) if one.bundle else [ReportedNotice(rung="reply", returns=[], **told)]


def _by_rung(bundle: Bundle, told: Mapping[str, Any]) -> Iterable[ReportedNotice]:
    """Give one line for each rung and audience of a message, the most pressing first."""
    groups: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for entry in sorted(bundle.entries, key=lambda entry: -entry.rung.days):
        groups[entry.rung.name, entry.audience].append(entry)
    for (rung, audience), entries in groups.items():
        slip = worst_slip(entry.slip for entry in entries)
        returns = [_return(entry.owed) for entry in entries]
        yield ReportedNotice(rung=rung, returns=returns, audience=audience, slip=slip, **told)


def _return(owed: OwedReturn) -> RemindedReturn:
    return RemindedReturn(owed.unit, owed.directive, owed.period, owed.kind, owed.due, owed.state.value)


def _held(prepared: Prepared, texts: Texts) -> Iterable[ReportedNotice]:
    for held in prepared.held:
        recipient = held.bundle.recipient
        told = {"recipient": recipient.address, "channel": recipient.channel, "state": "held"}
        yield from _by_rung(held.bundle, {**told, "why": say_reason(held.why, texts)})


def _unreached(prepared: Prepared, day: Day, texts: Texts) -> Iterable[ReportedNotice]:
    """Give one line for each office without an address and each rung that it should hear of."""
    groups: dict[tuple[int, str, str], list[OwedReturn]] = defaultdict(list)
    for one in prepared.unreached:
        groups[one.office, one.rung, one.audience].append(one.owed)
    for (office, rung, audience), returns in groups.items():
        yield ReportedNotice(
            recipient=day.composer.directory.name(office, texts.language),
            rung=rung,
            returns=[_return(owed) for owed in returns],
            channel=MAIL,
            state="no-contact",
            audience=audience,
            why=say_reason("no-contact", texts),
        )
