"""The day's reminders: planned, put together by recipient, then sent or written as .eml files."""

from dataclasses import dataclass, field
from datetime import date, datetime

from models.store import migrate, open_engine, writing
from reminders.plan import prepare
from schemas.texts import load_texts
from settings import Settings

CHANNELS = ("mail",)
BATCH = 50  # .eml files claimed, and marked, in one transaction; a real server's messages one by one


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
    """What one recipient is told about the returns on one rung; the message may carry several rungs.

    `state` is that of the message, "planned" in a dry run, "held" or "no-contact"; `why` says it in a sentence.
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
    """What went to whom, what was held back, and which offices have no address."""

    notices: list[ReportedNotice]
    held: list[ReportedNotice]
    no_contact: list[ReportedNotice]


def run_remind(settings: Settings, on: date, now: datetime, dry_run: bool = False) -> RemindOutcome:
    """Plan and send the notices due on a day; a dry run does the same and takes all of it back before sending.

    `now` is aware; it dates attempts and messages.
    """
    engine = open_engine(settings.url)
    migrate(engine)
    texts = load_texts(settings.language)
    with writing(engine) as session:
        day = _open_day(session, settings, on, now)
        prepared = prepare(session, day, settings.notice_cap)
        waiting = _planned(session, day, settings.notice_cap, texts) if dry_run else []
        if dry_run:
            session.rollback()
    if not dry_run:
        waiting = _send(engine, settings, day, texts)
    return RemindOutcome(waiting, _held(prepared, texts), _no_contact(prepared, day, texts))
