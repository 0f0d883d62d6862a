"""Answers to files: every refusal is told to its sender with the annotated copy, and acceptances too where wanted."""

from collections.abc import Collection, Mapping
from datetime import timedelta
from pathlib import PurePosixPath
from typing import Any

from sqlmodel import Session

from models.queries import outbox
from models.queries.answers import ANSWER, Answer, list_unanswered
from models.states import ReceiptState
from reminders.digest import COLOURS, PAGES
from reminders.due import UNIT
from reminders.outgoing import Day

REFUSED = (ReceiptState.REJECTED, ReceiptState.QUARANTINED)
TOLD_WITHIN = timedelta(days=30)  # whoever sent a file before that has long found the answer in the outbox


def put_answers(session: Session, day: Day, states: Collection[ReceiptState], most: int) -> None:
    """Put a message for each file decided so into the outbox, once for ever, at most so many in a run."""
    answers = list_unanswered(session, states, day.now - TOLD_WITHIN, day.now)
    rows = [row for one in answers for row in _rows(day, one)]
    outbox.insert_digests(session, rows[: max(0, most)])


def _rows(day: Day, one: Answer) -> list[Mapping[str, Any]]:
    receipt, texts = one.receipt, day.composer.texts
    values = {
        "receipt": receipt.number,
        "file": receipt.file_name,
        "at": texts.moment(receipt.received_at.astimezone(day.now.tzinfo)),
        "period": one.period or texts("reminders.answer.no-period"),
        "directive": one.directive or "–",
        "errors": one.errors,
        "reply": PurePosixPath(receipt.reply or "").name,
    }
    state = receipt.state.value
    subject = texts(f"reminders.answer.{state}.subject", **values)
    view = {
        "language": texts.language,
        "banner": day.composer.banner,
        "subject": subject,
        "to": texts("notices.to", names=day.composer.directory.name(receipt.unit_id, texts.language)),
        "colour": COLOURS["yellow" if receipt.state in REFUSED else "blue"],
        "sentences": [texts(f"reminders.answer.{state}.{part}", **values) for part in ("what", "todo")],
        "sender": day.composer.directory.name(day.composer.directory.root(receipt.unit_id), texts.language),
    }
    text, html = (PAGES.get_template(f"answer.{form}.j2").render(view=view) for form in ("txt", "html"))
    is_there = bool(receipt.reply) and (day.composer.workspace / (receipt.reply or "")).is_file()
    return [
        {
            "dedupe_key": f"{ANSWER}{receipt.id}:{recipient.address}:{recipient.channel}",
            "unit_id": receipt.unit_id,
            "recipient": recipient.address,
            "channel": recipient.channel,
            "day": day.on,
            "subject": subject,
            "body": text,
            "html": html,
            "attachments": [receipt.reply] if is_there else [],
            "created_at": day.now,
        }
        for recipient in day.composer.directory.recipients(receipt.unit_id, UNIT)
    ]
