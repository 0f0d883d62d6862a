"""Talks to the mail server as far as the log-in and sends nothing: whether it would take our mail."""

import smtplib
import ssl

from reminders.targets import MailServer
from reminders.verdict import reply_in, tidy

SECONDS = 5.0


def find_mail_fault(server: MailServer, seconds: float = SECONDS) -> str | None:
    """Give what stands against sending over this server, in its words; None where nothing does."""
    try:
        with _connect(server, seconds) as line:
            line.set_debuglevel(0)
            if server.security == "starttls":
                line.starttls(context=ssl.create_default_context())
            if server.user and server.password:
                line.login(server.user, server.password)
            line.noop()
    except OSError as error:  # smtplib's own errors are of this kind too
        return tidy(reply_in(str(error)) or type(error).__name__, server.secrets)
    return None


def _connect(server: MailServer, seconds: float) -> smtplib.SMTP:
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, server.port, timeout=seconds, context=ssl.create_default_context())
    return smtplib.SMTP(server.host, server.port, timeout=seconds)
