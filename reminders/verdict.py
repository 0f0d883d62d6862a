"""What became of a try: the fate that an answer, or the lack of one, stands for."""

import re
from collections.abc import Collection, Sequence
from datetime import timedelta
from http import HTTPStatus
from urllib.parse import quote

from reminders.message import Fate, Outcome

LONGEST_DETAIL = 200
LONGEST_REST = timedelta(days=1)
SMTP_REPLY = re.compile(r"\((\d{3}), b(['\"])(.*?)\2")
HTTP_STATUS = re.compile(r"error=(\d{3})\.$")
TELEGRAM_REST = re.compile(r'"retry_after":\s*(\d+)')
TELEGRAM_WORDS = re.compile(r'"description":\s*"([^"]*)"')
NEVER_CONNECTED = re.compile("NewConnectionError|ConnectTimeout|NameResolution|SSLError|ProxyError|SSLCertVerif")
# The request was not carried out, and may be made again; after any other 5xx it may have been.
COME_AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.INTERNAL_SERVER_ERROR, HTTPStatus.SERVICE_UNAVAILABLE}


def judge_mail(heard: Sequence[str], secrets: Collection[str]) -> Outcome:
    """Make sense of a failed try from what Apprise said of the mail server."""
    detail = tidy(reply_in(_socket_words(heard)), secrets)
    if any(line.startswith("There are no Email recipients") for line in heard):
        return Outcome(Fate.REFUSED, "address")
    is_early = any(line.startswith("Connection error while submitting") for line in heard)
    if is_early:  # before the message was handed over
        return Outcome(Fate.RETRY, "access" if re.match("5[0-9][0-9] ", detail) else "unreachable", detail)
    if re.match("5[0-9][0-9] ", detail):
        return Outcome(Fate.REFUSED, "refused", detail)
    if re.match("4[0-9][0-9] ", detail):
        return Outcome(Fate.RETRY, "deferred", detail)
    return Outcome(Fate.UNKNOWN, "no-answer", detail)


def reply_in(said: str) -> str:
    """Give a mail server's reply, "550 no such mailbox", out of the words of an error."""
    reply = SMTP_REPLY.search(said)
    return f"{reply[1]} {reply[3]}" if reply else said


def _socket_words(heard: Sequence[str]) -> str:
    said = next((line for line in reversed(heard) if line.startswith("Socket Exception: ")), "")
    return said.removeprefix("Socket Exception: ")


def judge_heard_post(heard: Sequence[str], secrets: Collection[str]) -> Outcome:
    """Make sense of a failed post from what Apprise said of it."""
    status = next((int(found[1]) for line in heard if (found := HTTP_STATUS.search(line))), None)
    if status is None:
        return judge_lost_post(_socket_words(heard))
    answer = "\n".join(line for line in heard if line.startswith("Response Details:"))
    rest, words = TELEGRAM_REST.search(answer), TELEGRAM_WORDS.search(answer)
    return judge_post(status, words[1] if words else "", rest[1] if rest else None, secrets)


def judge_post(status: int, said: str, rest: str | None, secrets: Collection[str]) -> Outcome:
    """Judge the answer to a post; `rest` is what it says about when to come again, `said` its words."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Outcome(Fate.SENT)
    detail = tidy(f"{status} {said or _phrase(status)}", secrets)
    if status in COME_AGAIN:
        return Outcome(Fate.RETRY, "deferred", detail, _rest(rest))
    if status == HTTPStatus.UNAUTHORIZED:
        return Outcome(Fate.RETRY, "access", detail)
    if status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Outcome(Fate.REFUSED, "refused", detail)
    return Outcome(Fate.UNKNOWN, "no-answer", detail)


def judge_lost_post(error: str) -> Outcome:
    """Judge a post without an answer. The error itself is not repeated: it names the address, which is secret."""
    if NEVER_CONNECTED.search(error):
        return Outcome(Fate.RETRY, "unreachable")
    return Outcome(Fate.UNKNOWN, "no-answer")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""


def _rest(asked: str | None) -> timedelta | None:
    """Read a Retry-After in seconds; its other form, a date, is left: we wait a quarter of an hour anyway."""
    if asked is None or not asked.strip().isdigit():
        return None
    return min(timedelta(seconds=int(asked.strip()[:9])), LONGEST_REST)


def tidy(said: str, secrets: Collection[str]) -> str:
    """Give one clean line of bounded length without any of the secrets."""
    for secret in secrets:
        for form in {secret, quote(secret), quote(secret, safe="")}:
            said = said.replace(form, "…")
    clean = re.sub(r"\s+", " ", said.replace("\\n", " ").replace("\\r", " "))
    return "".join(letter for letter in clean if letter.isprintable()).strip()[:LONGEST_DETAIL]
