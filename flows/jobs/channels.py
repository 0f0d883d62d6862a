"""The channels of an office, as its settings say: which are open, whom they reach, how messages leave over them."""

import os
import socket
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from functools import partial

from pydantic import SecretStr

from models.unit import Contact
from reminders.dispatch import Sender
from reminders.eml import write_eml
from reminders.message import MAIL, Fate, Message, Outcome
from reminders.targets import (
    TEAMS,
    TELEGRAM,
    WEBHOOK,
    ZALO,
    MailServer,
    Target,
    TeamsHooks,
    TelegramBot,
    WebHooks,
    ZaloAccount,
)
from schemas.texts import Texts, load_texts
from settings import Settings

BATCH = 50  # .eml files claimed, and marked, in one transaction; a real server's messages one by one


def open_targets(settings: Settings) -> dict[str, Target]:
    """Give by channel where messages go; no mail among them where there is no server: it is written as files."""
    found: dict[str, Target] = {}
    if settings.smtp_host is not None:
        found[MAIL] = _mail_server(settings, settings.smtp_host)
    if settings.telegram_token:
        found[TELEGRAM] = TelegramBot(settings.telegram_token.get_secret_value())
    if settings.zalo_token:
        found[ZALO] = ZaloAccount(settings.zalo_token.get_secret_value())
    if settings.teams_hooks:
        found[TEAMS] = TeamsHooks(_revealed(settings.teams_hooks))
    if settings.webhooks:
        token = settings.webhook_token
        found[WEBHOOK] = WebHooks(_revealed(settings.webhooks), token.get_secret_value() if token else None)
    return found


def _mail_server(settings: Settings, host: str) -> MailServer:
    password = settings.smtp_password
    return MailServer(
        host=host,
        port=settings.smtp_port,
        sender=settings.mail_from,
        user=settings.smtp_user,
        password=password.get_secret_value() if password else None,
        wanted=settings.smtp_security,
    )


def _revealed(secrets: Mapping[str, SecretStr]) -> dict[str, str]:
    return {name: secret.get_secret_value() for name, secret in secrets.items()}


def chat_addresses(settings: Settings) -> dict[str, dict[str, str]]:
    """Give by channel and unit the address of each chat. A hook's address is a secret: its unit stands for it."""
    open_here = open_targets(settings).keys()
    hooks = {TEAMS: settings.teams_hooks, WEBHOOK: settings.webhooks}
    known = {channel: {unit: unit for unit in units} for channel, units in hooks.items()}
    known |= {TELEGRAM: settings.telegram_chats, ZALO: settings.zalo_users}
    return {channel: units for channel, units in known.items() if units and channel in open_here}


def chat_contacts(settings: Settings, unit_ids: Mapping[str, int]) -> Iterable[Contact]:
    """Give the chats of the units as contacts, beside the mail addresses that are on record."""
    for channel, units in chat_addresses(settings).items():
        for unit, address in units.items():
            if unit in unit_ids:  # the doctor tells of the others
                yield Contact(unit_id=unit_ids[unit], channel=channel, address=address)


def open_sender(settings: Settings, now: datetime) -> Sender:
    """Give a sender over all open channels; mail goes to the mail server, without one into .eml files."""
    targets, owner = open_targets(settings), f"{socket.gethostname()}-{os.getpid()}"
    deliver = partial(_deliver, settings, targets, load_texts(settings.language))
    paces = {MAIL: settings.mail_per_minute} if MAIL in targets else {}
    batch = 1 if targets else BATCH
    return Sender(deliver, _clock_from(now), owner, settings.workspace.resolve(), batch, paces)


def _deliver(settings: Settings, targets: Mapping[str, Target], texts: Texts, message: Message) -> Outcome:
    target = targets.get(message.channel)
    if target is None and message.channel == MAIL:
        return write_eml(settings.mail_folder, settings.mail_from, message)
    if target is None:
        return Outcome(Fate.RETRY, "settings")  # the channel was open when the message was put together
    from reminders.send import send  # brings Apprise along: only where there is something to send

    return send(target, message, texts)


def _clock_from(now: datetime) -> Callable[[], datetime]:
    """Let the given time go on: a lease from a time that stands still would end too early."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)
