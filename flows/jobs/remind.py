"""The day's reminders: planned, put together by recipient, then sent or written as .eml files."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import Session

from flows.jobs.auditing import audit
from flows.jobs.channels import chat_contacts, open_sender
from flows.jobs.delivery import UndeliveredMessage, describe_undelivered
from flows.jobs.record import migrated
from flows.jobs.reminded import ReportedNotice, describe_messages, report_handled, report_held, report_unreached
from models.queries import notices as record
from models.queries import outbox
from models.queries.audit import find_head
from models.queries.quiet import count_quiet
from models.queries.receipts import unit_ids
from models.queries.sending import find_stop
from models.states import ReceiptState
from models.store import reading, writing
from reminders.answer import REFUSED, put_answers
from reminders.digest import Composer
from reminders.dispatch import claim, send_waiting
from reminders.due import load_ladder
from reminders.message import MAIL
from reminders.outgoing import Day
from reminders.plan import UNDELIVERABLE_FOR, prepare
from reminders.recipients import make_directory
from reminders.window import SendWindow
from schemas.texts import Texts, load_texts
from settings import Settings

STOPPED = "stopped"
QUIET_WITHIN = timedelta(days=3 * 365)  # what was not answered longer ago says nothing of an office as it is now


@dataclass(frozen=True)
class RemindOutcome:
    """What went to whom, what was held back, which offices have no address, and what is not known to have arrived.

    `waits` is why nothing left the house in this run: day-off, too-early, too-late or stopped; `lines` say it.
    """

    notices: list[ReportedNotice]
    held: list[ReportedNotice]
    no_contact: list[ReportedNotice]
    undelivered: list[UndeliveredMessage] = field(default_factory=list)
    waits: str | None = None
    lines: list[str] = field(default_factory=list)


def run_remind(settings: Settings, on: date, now: datetime, dry_run: bool = False) -> RemindOutcome:
    """Plan and send the notices due on a day; a dry run does the same and takes it all back unsent.

    `now` is aware. For another day than today it stands for the hour of that day at which to act.
    """
    window = make_window(settings)
    now = window.moment_on(on, now.astimezone(settings.zone))
    texts = load_texts(settings.language)
    sender = replace(open_sender(settings, now), may_go=permission(settings, window))
    notices: list[ReportedNotice] = []
    with migrated(settings) as engine:
        with writing(engine) as session:
            day, lines = open_day(session, settings, texts, on, now, window)
            day = replace(day, keep=lambda _path, _data: None) if dry_run else day
            _put_answers(session, day, settings)
            prepared = prepare(session, day, settings.notice_cap)
            held, unreached = list(report_held(prepared, day)), list(report_unreached(prepared, day))
            if dry_run:
                if not day.waits:
                    handled = claim(session, day, outbox.Lease(sender.owner, now, now), settings.notice_cap)
                    notices = list(report_handled(handled, day, state="planned"))
                session.rollback()
        if not dry_run:
            notices = list(report_handled(send_waiting(engine, day, sender, settings.notice_cap), day))
            _audit(engine, on, notices)
        with reading(engine) as session:
            undelivered = describe_undelivered(session, settings)
    if day.waits:  # they go out by themselves when the time comes
        notices, held = held, []
    lines += describe_messages(notices, texts) if dry_run else []
    return RemindOutcome(notices, held, unreached, undelivered, day.waits, lines)


def _audit(engine: Engine, on: date, notices: list[ReportedNotice]) -> None:
    """Put on record what a run did with its messages, where there were any."""
    if notices:
        states = Counter({one.message: one.state for one in notices}.values())
        with writing(engine) as session:
            audit(session, "notices.sent", on.isoformat(), **states)


def _put_answers(session: Session, day: Day, settings: Settings) -> None:
    """Let the senders of files hear what became of them; on a day that waits, with the next run."""
    if not day.waits:
        states = (*REFUSED, ReceiptState.ACCEPTED) if settings.tell_accepted else REFUSED
        put_answers(session, day, states, settings.notice_cap - outbox.count_waiting(session))


def make_window(settings: Settings) -> SendWindow:
    """Give the hours and days in which messages leave."""
    return SendWindow(settings.calendar, settings.send_from, settings.send_until)


def permission(settings: Settings, window: SendWindow) -> Callable[[Session, datetime], bool]:
    """Let a long run stop by itself when the office closes, and when someone stops it."""
    return lambda session, now: not window.find_obstacle(now.astimezone(settings.zone)) and find_stop(session) is None


def open_day(
    session: Session, settings: Settings, texts: Texts, on: date, now: datetime, window: SendWindow
) -> tuple[Day, list[str]]:
    """Give the day, and what there is to say where nothing may leave."""
    contacts = [*record.find_contacts(session, on, [MAIL]), *chat_contacts(settings, unit_ids(session))]
    failed = outbox.find_undeliverable(session, now - UNDELIVERABLE_FOR)
    quiet = count_quiet(session, since=on - QUIET_WITHIN, before=on, at_least=settings.quiet_periods)
    directory = make_directory(record.find_spans_by(session, on), contacts, failed, quiet)
    workspace, head = settings.workspace.resolve(), find_head(session)
    told = texts("audit.head", sequence=head.sequence, hash=head.hash) if head else None
    composer = Composer(texts, directory, settings.calendar, workspace, settings.banner, told)
    waits, lines = _find_obstacle(session, texts, now, window)
    return Day(on, now, load_ladder(), composer, waits), lines


def _find_obstacle(session: Session, texts: Texts, now: datetime, window: SendWindow) -> tuple[str | None, list[str]]:
    stop = find_stop(session)
    if stop:
        at = texts.moment(stop.recorded_at.astimezone(now.tzinfo))
        return STOPPED, [texts("reminders.waits.stopped", by=stop.given_by, at=at, reason=stop.reason)]
    waits = window.find_obstacle(now)
    opening = texts.moment(window.next_opening(now)) if waits else ""
    return waits, [texts(f"reminders.waits.{waits}", day=texts.date(now.date()), opening=opening)] if waits else []
