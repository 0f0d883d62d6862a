"""A message on its way to one address, and what became of it."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

MAIL = "mail"
LONGEST_TITLE = 300  # bytes; Apprise writes it as one line, three letters a byte, and a line of mail ends at 998
ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


class Fate(StrEnum):
    """What is known of a try. UNKNOWN: it may have arrived or not, so trying again may tell someone twice."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Outcome:
    """The fate of a try; `reason` is a key of `notices.reason`, `detail` what the other side said.

    `retry_after` is the rest that the other side asked for.
    """

    fate: Fate
    reason: str | None = None
    detail: str = ""
    retry_after: timedelta | None = None

    @property
    def written(self) -> str:
        """Give the outcome in one line, as it is kept with the attempt."""
        return f"{self.reason}: {self.detail}" if self.detail else self.reason or self.fate.value


@dataclass(frozen=True)
class Message:
    """One message for one recipient; `number` is what the recipient can quote, `at` when it is sent."""

    number: str
    day: date
    at: datetime
    recipient: str
    subject: str
    text: str
    html: str | None = None
    attachments: tuple[Path, ...] = ()
    channel: str = MAIL

    @property
    def title(self) -> str:
        """Give the subject as one clean line: a line break in it would begin a header of its own."""
        spaced = re.sub(r"\s+", " ", unicodedata.normalize("NFC", self.subject))
        clean = "".join(letter for letter in spaced if unicodedata.category(letter)[0] != "C").strip()
        raw = clean.encode()
        return clean if len(raw) <= LONGEST_TITLE else raw[: LONGEST_TITLE - 3].decode(errors="ignore") + "…"


def find_fault(message: Message) -> Outcome | None:
    """Give why a message cannot be sent at all: no valid address, or an attachment that is gone."""
    if message.channel == MAIL and not ADDRESS.fullmatch(message.recipient):
        return Outcome(Fate.REFUSED, "address")
    gone = [path.name for path in message.attachments if not path.is_file()]
    return Outcome(Fate.REFUSED, "attachment", ", ".join(gone)) if gone else None
