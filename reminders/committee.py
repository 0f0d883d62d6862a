"""An approved review on its way to the committee: one message an address, once for each revision, with its files."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlmodel import Session

from models.notice import Digest
from models.queries import outbox
from reminders.attach import MOST_BYTES
from reminders.digest import COLOURS, PAGES
from reminders.recipients import Recipient
from schemas.texts import Texts

REVIEW = "review:"  # how the key of such a message begins: review:<name>:<address>:<channel>
FIRST_ALONG = (".pdf", ".docx", ".xlsx")  # what is read goes along first, where not all of it can


@dataclass(frozen=True)
class ReviewNews:
    """An approved review and what is said of it; `files` lie in the workspace."""

    name: str
    directive: str
    span: str
    as_at: str
    by: str
    note: str
    sha256: str
    sender: str  # name of the office
    files: tuple[Path, ...]


def put_review(
    session: Session, news: ReviewNews, to: Iterable[Recipient], texts: Texts, *, workspace: Path, now: datetime,
    banner: str | None,
) -> list[Digest]:  # fmt: skip
    """Put a message for each address into the outbox, once for ever; give those that are new."""
    along, left = choose_files(news.files)
    subject = texts("reminders.committee.subject", review=news.name)
    view = {
        "language": texts.language,
        "banner": banner,
        "subject": subject,
        "to": texts("reminders.committee.to"),
        "colour": COLOURS["blue"],
        "sentences": list(_sentences(news, along, left, texts)),
        "sender": news.sender,
    }
    text, html = (PAGES.get_template(f"answer.{form}.j2").render(view=view) for form in ("txt", "html"))
    said = {"subject": subject, "body": text, "html": html, "day": now.date(), "created_at": now}
    said["attachments"] = [path.relative_to(workspace).as_posix() for path in along]
    return outbox.insert_digests(session, [_row(news, one, said) for one in to])


def choose_files(files: Sequence[Path]) -> tuple[list[Path], list[Path]]:
    """Give what goes along and what is left out because a mail server would refuse so much."""
    room = MOST_BYTES
    along: list[Path] = []
    left: list[Path] = []
    ranks = {ending: rank for rank, ending in enumerate(FIRST_ALONG)}
    for path in sorted(files, key=lambda one: (ranks.get(one.suffix, len(ranks)), one.name)):
        size = path.stat().st_size
        (along if size <= room else left).append(path)
        room -= size if size <= room else 0
    return along, left


def _sentences(news: ReviewNews, along: Sequence[Path], left: Sequence[Path], texts: Texts) -> Iterable[str]:
    def say(key: str, **values: object) -> str:
        return texts(f"reminders.committee.{key}", **values)

    yield say("what", review=news.name, directive=news.directive, span=news.span, as_at=news.as_at, by=news.by)
    if news.note:
        yield say("note", note=news.note)
    if along:
        yield say("files", files="; ".join(path.name for path in along))
    if left:
        names = "; ".join(path.name for path in left)
        yield say("left", files=names, megabytes=MOST_BYTES >> 20, folder=left[0].parent)
    yield say("hash", sha256=news.sha256)


def _row(news: ReviewNews, one: Recipient, said: Mapping[str, Any]) -> dict[str, Any]:
    key = f"{REVIEW}{news.name}:{one.address}:{one.channel}"
    return {**said, "dedupe_key": key, "recipient": one.address, "channel": one.channel}
