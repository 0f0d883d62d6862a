"""Messages through Apprise: one message, one recipient, one service, one try."""

import queue
import threading
from collections.abc import Callable, Mapping
from html import escape
from typing import Any

import apprise
from apprise.plugins.workflows import NotifyWorkflows

from reminders.chat import chat_text
from reminders.hearing import listening
from reminders.message import Fate, Message, Outcome, find_fault
from reminders.posting import Posting, make_hook, make_zalo
from reminders.targets import TELEGRAM, MailServer, Patience, Target, TeamsHooks, TelegramBot, WebHooks, ZaloAccount
from reminders.verdict import judge_heard_post, judge_mail
from schemas.texts import Texts

SECURE_MODES = {"none": "insecure", "starttls": "starttls", "tls": "ssl"}
NO_PICTURE = {"image": "no", "include_image": False}


def send(target: Target, message: Message, texts: Texts, patience: Patience | None = None) -> Outcome:
    """Try once to hand a message over. Anything but a clear yes or no is UNKNOWN."""
    limits = patience or Patience()
    fault = find_fault(message) or _find_unknown_address(target, message)
    what = _mail(message) if isinstance(target, MailServer) else _chat(message, texts)
    return fault or _within(limits.whole, lambda: _try(target, message, what, limits))


def _find_unknown_address(target: Target, message: Message) -> Outcome | None:
    is_listed = not isinstance(target, TeamsHooks | WebHooks) or message.recipient in target.addresses
    return None if is_listed else Outcome(Fate.REFUSED, "address")


def _within(seconds: float, work: Callable[[], Outcome]) -> Outcome:
    """Wait so long and no longer: a server that answers a letter a minute outlasts any time-out of a socket.

    The try goes on in its thread, so the message may yet arrive: its fate is unknown.
    """
    answers: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
    threading.Thread(target=lambda: answers.put(work()), daemon=True).start()
    try:
        return answers.get(timeout=seconds)
    except queue.Empty:
        return Outcome(Fate.UNKNOWN, "too-slow")


def _try(target: Target, message: Message, what: Mapping[str, Any], patience: Patience) -> Outcome:
    with listening() as heard:
        try:
            service = _service(target, message, patience)
            taken = service is not None and _notify(service, what)
        except Exception as error:  # whatever it is, its words may hold a secret
            return Outcome(Fate.UNKNOWN, "no-answer", type(error).__name__)
    if service is None:
        return Outcome(Fate.RETRY, "settings")  # what Apprise says of it holds the password
    if isinstance(service, Posting):
        return service.outcome
    if taken:
        return Outcome(Fate.SENT)
    judge = judge_mail if isinstance(target, MailServer) else judge_heard_post
    return judge(heard, target.secrets)


def _service(target: Target, message: Message, patience: Patience) -> Any:
    """Make the service from parts: a URL would carry secrets into messages and logs. None for wrong settings."""
    how: dict[str, Any] = {
        "asset": apprise.AppriseAsset(
            app_id="dondoc", async_mode=False, secure_logging=True, storage_mode=apprise.PersistentStoreMode.MEMORY
        ),
        "cto": patience.connect,
        "rto": patience.answer,
        "redirect": "no",
        "retry": 0,
    }
    if isinstance(target, WebHooks):
        return make_hook(target, message, how)
    if isinstance(target, ZaloAccount):
        return make_zalo(target, message, how)
    parts = _parts(target, message, patience)
    return parts and apprise.Apprise.instantiate({**how, **parts}, asset=how["asset"])


def _parts(target: MailServer | TelegramBot | TeamsHooks, message: Message, patience: Patience) -> Any:
    if isinstance(target, MailServer):
        return {**_mail_parts(target, message), "cto": patience.answer}  # the one limit that it has for all its waits
    if isinstance(target, TelegramBot):
        bot = {"schema": "tgram", "bot_token": target.token, "targets": [message.recipient], "detect_owner": False}
        return {**bot, **NO_PICTURE, "format": apprise.NotifyFormat.TEXT}
    parts = NotifyWorkflows.parse_native_url(target.addresses[message.recipient])  # type: ignore[no-untyped-call]
    return parts and {**parts, **NO_PICTURE, "format": apprise.NotifyFormat.TEXT}


def _mail_parts(server: MailServer, message: Message) -> dict[str, Any]:
    return {
        "schema": "mailto" if server.security == "none" else "mailtos",
        "host": server.host,
        "smtp_host": server.host,
        "port": server.port,
        "user": server.user,
        "password": server.password,
        "secure_mode": SECURE_MODES[server.security],
        "from_addr": server.sender,
        "targets": [message.recipient],
        "headers": {"X-Dondoc-Id": message.number, "Auto-Submitted": "auto-generated"},
        "format": apprise.NotifyFormat.HTML if message.html else apprise.NotifyFormat.TEXT,
    }


def _mail(message: Message) -> dict[str, Any]:
    return {
        "title": message.title,
        "body": message.html or message.text,
        "body_format": apprise.NotifyFormat.HTML if message.html else apprise.NotifyFormat.TEXT,
        "attach": [str(path) for path in message.attachments] or None,
    }


def _chat(message: Message, texts: Texts) -> dict[str, Any]:
    title, words = message.title, chat_text(message, texts)
    if message.channel == TELEGRAM:  # it reads its texts as HTML, and Apprise leaves them as they are
        title, words = escape(title, quote=False), escape(words, quote=False)
    return {"title": title, "body": words, "body_format": apprise.NotifyFormat.TEXT}


def _notify(service: Any, what: Mapping[str, Any]) -> bool:
    box = apprise.Apprise(asset=service.asset)
    box.add(service)
    return bool(box.notify(**what))
