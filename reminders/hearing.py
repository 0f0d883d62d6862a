"""Hears what Apprise says while it sends, for it gives no other reason, and lets none of it into a log."""

import http.client
import logging
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

SPEAKER = "apprise"
# What lies below Apprise prints addresses, and the addresses of bots and hooks hold their tokens.
BELOW = ("urllib3.connectionpool", "urllib3.poolmanager", "urllib3.util.retry")


class _Ear(logging.Filter):
    """Keeps what is said in a thread that listens, and lets none of that pass on: it may hold a secret.

    What other threads say of their own services passes from INFO on; DEBUG and TRACE print passwords and tokens.
    """

    def __init__(self) -> None:
        super().__init__()
        self.thread = threading.local()

    def filter(self, record: logging.LogRecord) -> bool:
        heard = getattr(self.thread, "heard", None)
        if heard is None:
            return record.levelno >= logging.INFO
        if record.name == SPEAKER:
            heard.append(_said(record))
        return False


def _said(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # Apprise has messages whose places do not fit their values
        return str(record.msg)


_EAR = _Ear()


@contextmanager
def listening() -> Iterator[list[str]]:
    """Give a list that fills with what Apprise says in this thread."""
    for name in (SPEAKER, *BELOW):
        logging.getLogger(name).addFilter(_EAR)
    speaker = logging.getLogger(SPEAKER)
    speaker.setLevel(logging.DEBUG)
    speaker.disabled = False
    # Both print every line of a conversation, log-ins too, where somebody has switched that on for all.
    smtplib.SMTP.debuglevel = 0
    http.client.HTTPConnection.debuglevel = 0
    _EAR.thread.heard = []
    try:
        yield _EAR.thread.heard
    finally:
        _EAR.thread.heard = None
