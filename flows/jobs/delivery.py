"""Messages that did not arrive or may not have: what an operator sees of them, and decides."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from flows.jobs.auditing import audit
from flows.jobs.channels import chat_contacts
from flows.jobs.markdown import plain_markdown, table_line
from flows.jobs.record import write_record
from models.errors import RefusedError
from models.notice import Digest
from models.queries import delivery as record
from models.queries.delivery import ACTIONS, MARK_SENT, Undelivered, Verdict
from models.queries.notices import find_contacts
from models.queries.outbox import find_carried
from models.queries.receipts import unit_ids
from models.states import DigestState
from reminders.dispatch import mark_notices_sent
from reminders.message import MAIL
from reminders.outgoing import key_of, number_of
from schemas.texts import Texts, load_texts
from settings import Settings

COLUMNS = ("message", "recipient", "channel", "day", "state", "tried_at")


@dataclass(frozen=True)
class UndeliveredMessage:
    """A message an operator should know of; `why` says what happened, `advice` what to do."""

    message: str
    recipient: str
    channel: str
    day: date
    subject: str
    state: str
    tries: int
    tried_at: datetime
    why: str
    advice: str


@dataclass(frozen=True)
class Wanted:
    """What an operator asks for: one of the actions, each with the number of a message."""

    resend: str | None = None
    mark_sent: str | None = None
    give_up: str | None = None
    to: str | None = None
    reason: str | None = None
    by: str | None = None

    @property
    def numbers(self) -> dict[str, str]:
        """Give the numbers that were given, by action."""
        given = dict(zip(ACTIONS, (self.resend, self.mark_sent, self.give_up), strict=True))
        return {action: number for action, number in given.items() if number is not None}


@dataclass(frozen=True)
class DecisionOutcome:
    """What was put on record, and where the message stands now."""

    message: str
    action: str
    recipient: str
    before: str
    state: str
    reason: str
    by: str
    recorded_at: datetime


def describe_undelivered(session: Session, settings: Settings) -> list[UndeliveredMessage]:
    """Say of each message that is not known to have arrived what happened to it and what to do."""
    texts = load_texts(settings.language)
    return [_described(one, texts, settings) for one in record.find_undelivered(session)]


def _described(one: Undelivered, texts: Texts, settings: Settings) -> UndeliveredMessage:
    digest, number = one.digest, number_of(one.digest)
    again = texts.moment(digest.not_before.astimezone(settings.zone)) if digest.not_before else ""
    return UndeliveredMessage(
        message=number,
        recipient=digest.recipient,
        channel=digest.channel,
        day=digest.day,
        subject=digest.subject,
        state=digest.state.value,
        tries=one.tries,
        tried_at=one.tried_at.astimezone(settings.zone),
        why=say_reason(digest.last_error, texts),
        advice=texts(f"delivery.advice.{_advice(digest)}", number=number, again=again),
    )


def _advice(digest: Digest) -> str:
    reason = (digest.last_error or "").partition(":")[0]
    if digest.state is DigestState.PENDING:
        return "soon" if digest.not_before is None else "later"
    if digest.state is DigestState.UNKNOWN:
        return "unknown"
    return "address" if reason in ("refused", "address") else "failed"


def say_reason(error: str | None, texts: Texts) -> str:
    """Say in a sentence what the record keeps as "reason: detail"."""
    reason, _, detail = (error or "").partition(": ")
    return texts(f"notices.reason.{reason}", detail=detail or texts("notices.reason.unsaid")) if reason else ""


def undelivered_page(undelivered: Sequence[UndeliveredMessage], settings: Settings) -> str:
    """Give the table of what did not arrive as a page in Markdown; without any it says that all is well.

    Why and what to do stand below it: the UI folds no line of a table, and they would end outside the window.
    """
    texts = load_texts(settings.language)
    said = texts("delivery.table.count" if undelivered else "delivery.table.none", count=len(undelivered))
    head = [table_line(texts(f"delivery.table.{column}") for column in COLUMNS), table_line("---" for _ in COLUMNS)]
    lines = [*head, *(table_line(_cells(one, texts)) for one in undelivered), ""] if undelivered else []
    steps = [f"- **{one.message}** {plain_markdown(one.why)} {plain_markdown(one.advice)}" for one in undelivered]
    return "\n".join([f"**{texts('delivery.table.title')}**", "", said, "", *lines, *steps])


def _cells(one: UndeliveredMessage, texts: Texts) -> Iterable[str]:
    state, at = texts(f"delivery.state.{one.state}"), texts.moment(one.tried_at)
    return (one.message, one.recipient, one.channel, texts.date(one.day), state, f"{at} ({one.tries})")


def run_decide(settings: Settings, wanted: Wanted, now: datetime) -> DecisionOutcome:
    """Put a decision on record. Raises NotFoundError and RefusedError that say what is wrong."""
    ((action, quoted),) = _ensure_whole(wanted).items()
    verdict = Verdict(action, (wanted.reason or "").strip(), _by(wanted, settings), now, wanted.to)
    with write_record(settings) as session:
        digest = record.get_message(session, _number(quoted), quoted)
        if wanted.to is not None and wanted.to not in _addresses(session, settings, digest.channel, now):
            raise RefusedError("delivery.wrong-address", address=wanted.to)
        decision = record.decide(session, digest, verdict)
        if action == MARK_SENT:
            mark_notices_sent(find_carried(session, [key_of(digest)]).get(key_of(digest), ()))
        said = {"decided": action, "before": decision.before.value, "after": digest.state.value}
        audit(session, "message.decided", number_of(digest), **said, decision=decision.id)
        return DecisionOutcome(
            message=number_of(digest),
            action=action,
            recipient=digest.recipient,
            before=decision.before.value,
            state=digest.state.value,
            reason=verdict.reason,
            by=verdict.by,
            recorded_at=now,
        )


def _addresses(session: Session, settings: Settings, channel: str, now: datetime) -> set[str]:
    """Give the addresses on record: what a message says depends on whom it is for."""
    today = now.astimezone(settings.zone).date()
    contacts = [*find_contacts(session, today, [MAIL]), *chat_contacts(settings, unit_ids(session))]
    return {contact.address for contact in contacts if contact.channel == channel}


def _ensure_whole(wanted: Wanted) -> dict[str, str]:
    """Give the one thing that is asked for. Raises RefusedError for several, or without a reason."""
    if len(wanted.numbers) != 1:
        raise RefusedError("delivery.one-thing")
    if not (wanted.reason or "").strip():
        raise RefusedError("delivery.no-reason")
    if wanted.to is not None and wanted.resend is None:
        raise RefusedError("delivery.to-what")
    return wanted.numbers


def _by(wanted: Wanted, settings: Settings) -> str:
    return (wanted.by or "").strip() or load_texts(settings.language)("exceptions.office")


def _number(quoted: str) -> int:
    """Read N000042, or 42 as someone may type it. Raises RefusedError for anything else."""
    digits = quoted.strip().upper().removeprefix("N")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise RefusedError("delivery.no-number", number=quoted)
    return int(digits)
