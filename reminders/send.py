"""Messages through Apprise to a mail server: one message, one recipient, one service, one try."""

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import apprise

from reminders.message import Fate, Message, Outcome, find_fault

LONGEST_DETAIL = 200
CONNECT_SECONDS = 15.0
SECURITY = {465: "ssl", 587: "starttls"}  # by port; on any other, only a log-in makes us ask for encryption
SMTP_REPLY = re.compile(r"\((\d{3}), b(['\"])(.*?)\2")


@dataclass(frozen=True)
class MailServer:
    """The server that takes our mail; the password is shown nowhere."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)

    @property
    def security(self) -> str:
        return SECURITY.get(self.port, "starttls" if self.user else "insecure")


def send_mail(server: MailServer, message: Message) -> Outcome:
    """Try once to hand a message to the server. Anything but a clear yes or no is UNKNOWN."""
    fault = find_fault(message)
    if fault:
        return fault
    with _listening() as heard:
        service = _service(server, message)
        if service is None:
            return Outcome(Fate.RETRY, "settings")  # what Apprise says of it holds the password
        taken = _notify(service, message)
    return Outcome(Fate.SENT) if taken else _judge(heard, server.password)


def _service(server: MailServer, message: Message) -> Any:
    """Make the service from parts: a URL would carry the password into messages and logs."""
    asset = apprise.AppriseAsset(
        app_id="dondoc", async_mode=False, secure_logging=True, storage_mode=apprise.PersistentStoreMode.MEMORY
    )
    parts = {
        "schema": "mailto" if server.security == "insecure" else "mailtos",
        "host": server.host,
        "smtp_host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "secure_mode": server.security,
        "from_addr": server.sender,
        "targets": [message.recipient],
        "headers": {"X-Dondoc-Id": message.number, "Auto-Submitted": "auto-generated"},
        "format": apprise.NotifyFormat.HTML if message.html else apprise.NotifyFormat.TEXT,
        "cto": CONNECT_SECONDS,
    }
    return apprise.Apprise.instantiate(parts, asset=asset)


def _notify(service: Any, message: Message) -> bool:
    box = apprise.Apprise(asset=service.asset)
    box.add(service)
    return bool(
        box.notify(
            title=message.title,
            body=message.html or message.text,
            body_format=apprise.NotifyFormat.HTML if message.html else apprise.NotifyFormat.TEXT,
            attach=[str(path) for path in message.attachments] or None,
        )
    )


def _judge(heard: list[str], secret: str | None) -> Outcome:
    """Make sense of a failed try from what Apprise said: it gives no other reason than its log."""
    detail = _detail(heard, secret)
    if any(line.startswith("There are no Email recipients") for line in heard):
        return Outcome(Fate.REFUSED, "address")
    if any(line.startswith("Connection error while submitting") for line in heard):
        return Outcome(Fate.RETRY, "unreachable", detail)  # before the message was handed over
    if re.match("5[0-9][0-9] ", detail):
        return Outcome(Fate.REFUSED, "refused", detail)
    if re.match("4[0-9][0-9] ", detail):
        return Outcome(Fate.RETRY, "deferred", detail)
    return Outcome(Fate.UNKNOWN, "no-answer", detail)


def _detail(heard: list[str], secret: str | None) -> str:
    said = next((line for line in reversed(heard) if line.startswith("Socket Exception: ")), "")
    said = said.removeprefix("Socket Exception: ")
    reply = SMTP_REPLY.search(said)
    if reply:
        said = f"{reply[1]} {reply[3]}"
    if secret:
        said = said.replace(secret, "…")
    return re.sub(r"\s+", " ", said.replace("\\n", " ").replace("\\r", " ")).strip()[:LONGEST_DETAIL]


class _Ear(logging.Filter):
    """Hears what Apprise says in a thread that listens, and lets none of that pass on: it may hold a secret.

    What other threads say of their own services passes from INFO on; DEBUG and TRACE print passwords and tokens.
    """

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        heard = getattr(self.thread, "heard", None)
        if heard is None:
            return record.levelno >= logging.INFO
        heard.append(record.getMessage())
        return False


_EAR = _Ear()


@contextmanager
def _listening() -> Iterator[list[str]]:
    logger = logging.getLogger("apprise")
    logger.setLevel(logging.DEBUG)
    logger.addFilter(_EAR)
    logging.getLogger("urllib3").setLevel(logging.WARNING)  # at DEBUG it prints the paths of web hooks
    _EAR.thread.heard = []
    try:
        yield _EAR.thread.heard
    finally:
        _EAR.thread.heard = None
