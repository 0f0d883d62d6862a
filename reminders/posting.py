"""Services of ours for Apprise, which has none that suit: a web hook that takes JSON, and a Zalo Official Account."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import apprise
import requests
from urllib3.exceptions import HTTPError

from reminders.message import Fate, Message, Outcome
from reminders.targets import WebHooks, ZaloAccount
from reminders.verdict import judge_lost_post, judge_post, tidy

LONGEST_ANSWER = 4096
ZALO_PATH = "/v3.0/oa/message/cs"
ZALO_LONGEST = 2000  # letters a message
ZALO_ACCESS = {-204, -205, -209, -212, -216, -221, -224, -235, -240, -320, -321}  # token, account, package
ZALO_RECIPIENT = {-201, -210, -213, -217, -227, -230, -232, -233}  # no follower, blocked us, silent for too long


SERVICE: Any = apprise.NotifyBase  # typed only in part


class Posting(SERVICE):  # type: ignore[misc]
    """Posts one JSON document to one address; `outcome` tells what became of it."""

    service_name = "dondoc"
    app_headers: Mapping[str, str] = {"User-Agent": "dondoc"}

    def __init__(self, address: str, headers: Mapping[str, str], message: Message, **how: Any) -> None:
        super().__init__(**how)
        self.address, self.headers, self.message = address, headers, message
        self.outcome = Outcome(Fate.UNKNOWN, "no-answer")

    def document(self, title: str, text: str) -> Mapping[str, Any]:
        raise NotImplementedError

    def judge(self, answer: requests.Response) -> Outcome:
        said, rest = "", answer.headers.get("Retry-After")
        return judge_post(answer.status_code, said, rest, ())

    def send(self, body: str, title: str = "", **_how: Any) -> bool:
        """Post; redirects are not followed, they would carry the token elsewhere."""
        try:
            answer = requests.post(
                self.address, json=self.document(title, body), headers={**self.app_headers, **self.headers},
                timeout=self.request_timeout, allow_redirects=False, stream=True,
            )  # fmt: skip
            with answer:
                self.outcome = self.judge(answer)
        except requests.RequestException as error:
            self.outcome = judge_lost_post(repr(error))
        return self.outcome.fate is Fate.SENT

    def url(self, *_how: Any, **_more: Any) -> str:
        return "dondoc://"  # no address of ours belongs into a log


class WebHookPost(Posting):
    """What a web hook gets; `number` lets it drop what it has had before."""

    def document(self, title: str, text: str) -> Mapping[str, Any]:
        message = self.message
        return {
            "number": message.number, "day": message.day.isoformat(), "recipient": message.recipient,
            "title": title, "text": text,
        }  # fmt: skip


class ZaloPost(Posting):
    """A consultation message of an Official Account: an answer of 200 says nothing, its `error` does."""

    def document(self, title: str, text: str) -> Mapping[str, Any]:
        return {"recipient": {"user_id": self.message.recipient}, "message": {"text": f"{title}\n{text}"}}

    def judge(self, answer: requests.Response) -> Outcome:
        outcome = super().judge(answer)
        return outcome if outcome.fate is not Fate.SENT else _judge_zalo(answer, tuple(self.headers.values()))


def _judge_zalo(answer: requests.Response, secrets: tuple[str, ...]) -> Outcome:
    try:
        said = json.loads(answer.raw.read(LONGEST_ANSWER, decode_content=True))
        code, words = int(said["error"]), str(said.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, OSError, HTTPError):  # no answer that can be read
        return Outcome(Fate.UNKNOWN, "no-answer")
    detail = tidy(f"{code} {words}", secrets)
    if code == 0:
        return Outcome(Fate.SENT)
    if code in ZALO_ACCESS:
        return Outcome(Fate.RETRY, "access", detail)
    if code in ZALO_RECIPIENT:
        return Outcome(Fate.REFUSED, "refused", detail)
    return Outcome(Fate.RETRY, "deferred", detail, timedelta(hours=1))  # quota, night hours, their trouble


def make_hook(target: WebHooks, message: Message, how: Mapping[str, Any]) -> Posting:
    headers = {"Authorization": f"Bearer {target.token}"} if target.token else {}
    return WebHookPost(target.addresses[message.recipient], headers, message, **how)


def make_zalo(target: ZaloAccount, message: Message, how: Mapping[str, Any]) -> Posting:
    return ZaloPost(f"{target.api}{ZALO_PATH}", {"access_token": target.token}, message, **how)
