"""An approved review is sent to the addresses that the office has set; what cannot leave now waits in the outbox."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from flows.jobs.channels import chat_addresses, open_sender
from flows.jobs.delivery import say_reason
from flows.jobs.record import migrated
from flows.jobs.remind import make_window, open_day, permission
from models.notice import Digest
from models.states import DigestState
from models.store import reading
from reminders.committee import REVIEW, ReviewNews, put_review
from reminders.dispatch import send_waiting
from reminders.message import MAIL
from reminders.outgoing import number_of
from reminders.recipients import Recipient
from schemas.texts import Texts, load_texts
from settings import Settings


@dataclass(frozen=True)
class Delivery:
    """One message of a review: to whom, under which number it is found again, where it stands, and why."""

    recipient: str
    channel: str
    message: str
    state: str
    why: str = ""


@dataclass(frozen=True)
class Delivered:
    """What became of the messages of a review, and what an operator should know of them."""

    deliveries: tuple[Delivery, ...] = ()
    lines: tuple[str, ...] = ()


def put_news(session: Session, settings: Settings, news: ReviewNews, now: datetime) -> list[Digest]:
    """Put the messages into the outbox, in the transaction that approves the review."""
    reached, _ = _recipients(settings)
    return put_review(
        session,
        news,
        reached,
        load_texts(settings.language),
        workspace=settings.workspace.resolve(),
        now=now.astimezone(settings.zone),
        banner=settings.banner,
    )


def send_news(settings: Settings, put: Iterable[Digest], now: datetime) -> Delivered:
    """Send what an approval has put into the outbox, in office hours and unless sending is stopped.

    What stays behind, with what a killed sender leaves, goes out with the next `dondoc remind`.
    """
    texts, by_id = load_texts(settings.language), {one.id: one for one in put}
    lines = [texts("delivery.review.unreached", entry=entry) for entry in _recipients(settings)[1]]
    if not by_id:
        return Delivered(lines=tuple(lines))
    now = now.astimezone(settings.zone)
    window = make_window(settings)
    with migrated(settings) as engine:
        with reading(engine) as session:
            day, waits = open_day(session, settings, texts, now.date(), now, window)
        if not day.waits:
            sender = replace(open_sender(settings, now), may_go=permission(settings, window), only=REVIEW)
            by_id |= {one.digest.id: one.digest for one in send_waiting(engine, day, sender, len(by_id))}
    deliveries = tuple(_delivery(one, texts) for _, one in sorted(by_id.items(), key=lambda entry: entry[0] or 0))
    lines += [*waits, *(_line(one, texts) for one in deliveries)]
    return Delivered(deliveries, tuple(lines))


def _recipients(settings: Settings) -> tuple[list[Recipient], list[str]]:
    """Give whom the office wants to hear of a review, and the entries whose channel is not open or has no such unit."""
    chats = chat_addresses(settings)
    reached: list[Recipient] = []
    unreached: list[str] = []
    for entry in dict.fromkeys(settings.deliver_reviews_to):
        channel, _, unit = entry.partition(":")
        if "@" in entry:
            reached.append(Recipient(MAIL, entry))
        elif unit in chats.get(channel, {}):
            reached.append(Recipient(channel, chats[channel][unit]))
        else:
            unreached.append(entry)
    return reached, unreached


def files_of_workspace(settings: Settings, files: Iterable[str]) -> tuple[Path, ...]:
    """Give the files of a review that lie in the workspace, as those of an approved one do."""
    paths = (Path(path).resolve() for path in files)
    return tuple(path for path in paths if path.is_relative_to(settings.workspace.resolve()))


def _delivery(digest: Digest, texts: Texts) -> Delivery:
    why = say_reason(digest.last_error, texts)
    return Delivery(digest.recipient, digest.channel, number_of(digest), digest.state.value, why)


def _line(one: Delivery, texts: Texts) -> str:
    key = "sent" if one.state == DigestState.SENT else "waits" if one.state == DigestState.PENDING else "failed"
    return texts(f"delivery.review.{key}", recipient=one.recipient, message=one.message, why=one.why).strip()
