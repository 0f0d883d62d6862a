"""Chats and web hooks against a real HTTP server: each answer ends in its state, and no secret is heard of."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from apprise.plugins.telegram import NotifyTelegram
from ledgers import NOON, make_ledger
from pydantic import SecretStr
from sinks import (
    CANARY,
    HERE,
    Hook,
    Mailbox,
    all_cells,
    ensure_unseen,
    hooked,
    knows_password,
    server_tls,
    serving,
    watching,
    write_certificate,
)
from sqlalchemy import Engine

from flows.jobs.channel_checks import check_chats, check_mail
from flows.jobs.remind import run_remind
from reminders.chat import LONGEST
from reminders.message import Fate, Message, Outcome
from reminders.send import send
from reminders.targets import CHATS, Patience, Target, TeamsHooks, TelegramBot, WebHooks, ZaloAccount
from schemas.texts import load_texts
from settings import Settings

TEXTS = load_texts("vi")
TOKEN = "123456789:c4n4rytoken-c4n4rytoken_c4n4rytok3n"  # noqa: S105  a canary
SIGNATURE = "c4n4rysignature_c4n4rysignature"
WORKFLOW = "/workflows/0123abc/triggers/manual/paths/invoke?api-version=2016-06-01&sv=1.0&sig="
SECRETS = (TOKEN, SIGNATURE)
PATIENCE = Patience(1, 0.5, 3)
ON = date(2021, 9, 24)
RECIPIENTS = {"telegram": "-100123456", "teams": "D01", "zalo": "2468458835296117922", "webhook": "D01"}
Reach = Callable[[str, Hook], Target]


@pytest.fixture
def reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Reach]:
    """Give the target of a channel whose server is the given hook."""
    with ExitStack() as stack:

        def reach(channel: str, hook: Hook) -> Target:
            certificate = write_certificate(tmp_path) if channel == "teams" else None
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate or ""))
            return _target(channel, stack.enter_context(hooked(hook, certificate)), monkeypatch)

        yield reach


def _target(channel: str, address: str, monkeypatch: pytest.MonkeyPatch) -> Target:
    monkeypatch.setattr(NotifyTelegram, "notify_url", f"{address}/bot")
    return {
        "telegram": TelegramBot(TOKEN),
        "teams": TeamsHooks({"D01": f"{address}{WORKFLOW}{SIGNATURE}"}),
        "zalo": ZaloAccount(TOKEN, address),
        "webhook": WebHooks({"D01": f"{address}/{SIGNATURE}"}, TOKEN),
    }[channel]


def _message(channel: str, **over: Any) -> Message:
    values = {
        "number": "N000042",
        "day": ON,
        "at": NOON,
        "recipient": RECIPIENTS[channel],
        "subject": "[Phiếu vàng] Đề nghị gửi 1 báo cáo",
        "text": "Kính gửi: Đảng ủy nhà máy 1 – An\nGửi báo cáo & phụ lục <b> ngay.\n",
        "html": "<p>never for a chat</p>",
        "channel": channel,
    }
    return Message(**(values | over))


def _words(channel: str, hook: Hook) -> str:
    """Give what the recipient reads."""
    document = json.loads(hook.got[0][2])
    if channel == "zalo":
        return str(document["message"]["text"])
    if channel == "teams":
        return "\n".join(block["text"] for block in document["attachments"][0]["content"]["body"])
    return f"{document.get('title', '')}{document['text']}"


@pytest.mark.parametrize("channel", CHATS)
def test_a_chat_that_takes_it_has_the_words_and_where_the_files_lie(reach: Reach, channel: str, tmp_path: Path) -> None:
    hook, blank = Hook(), tmp_path / "D01_2021-9T_own.xlsx"
    blank.write_bytes(b"PK")
    message = _message(channel, attachments=(blank,))
    assert send(reach(channel, hook), message, TEXTS, PATIENCE) == Outcome(Fate.SENT)
    said = _words(channel, hook)
    assert len(hook.got) == 1
    assert message.title in said
    assert ("&amp; phụ lục &lt;b&gt;" if channel == "telegram" else "& phụ lục <b>") in said
    assert blank.name in said
    assert "never for a chat" not in said


def test_the_tokens_go_where_each_service_wants_them(reach: Reach) -> None:
    hooks = {channel: Hook() for channel in CHATS}
    for channel, hook in hooks.items():
        assert send(reach(channel, hook), _message(channel), TEXTS, PATIENCE).fate is Fate.SENT
    asked = {channel: hook.got[0] for channel, hook in hooks.items()}
    assert asked["telegram"][0] == f"/bot{TOKEN}/sendMessage"
    assert json.loads(asked["telegram"][2])["chat_id"] == -100123456
    assert asked["teams"][0].startswith("/workflows/0123abc/triggers/manual/paths/invoke?")
    assert f"sig={SIGNATURE}" in asked["teams"][0]
    assert (asked["zalo"][0], asked["zalo"][1]["access_token"]) == ("/v3.0/oa/message/cs", TOKEN)
    assert json.loads(asked["zalo"][2])["recipient"] == {"user_id": RECIPIENTS["zalo"]}
    assert asked["webhook"][1]["Authorization"] == f"Bearer {TOKEN}"
    assert json.loads(asked["webhook"][2])["number"] == "N000042"


ANSWERS = {  # what the server does: fate, reason, and what the operator can read of it
    "busy": (Hook(429, {"Retry-After": "7200"}, b"{}"), Fate.RETRY, "deferred", "429 Too Many Requests"),
    "broken": (Hook(500, body=b"{}"), Fate.RETRY, "deferred", "500 Internal Server Error"),
    "a broken gate": (Hook(502, body=b"{}"), Fate.UNKNOWN, "no-answer", "502 Bad Gateway"),
    "no such recipient": (Hook(404, body=b"{}"), Fate.REFUSED, "refused", "404 Not Found"),
    "wrong token": (Hook(401, body=b"{}"), Fate.RETRY, "access", "401 Unauthorized"),
    "moved": (Hook(307, {"Location": "http://127.0.0.1:9/"}, b"{}"), Fate.REFUSED, "refused", "307 Temporary Redirect"),
    "hangs": (Hook(delay=0.8), Fate.UNKNOWN, "no-answer", ""),
}


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("channel", CHATS)
def test_each_answer_ends_in_its_fate_with_its_reason_and_no_secret(
    reach: Reach, channel: str, answer: str, capfd: pytest.CaptureFixture[str]
) -> None:
    hook, fate, reason, detail = ANSWERS[answer]
    with watching() as watch:
        outcome = send(reach(channel, hook), _message(channel), TEXTS, PATIENCE)
    assert (outcome.fate, outcome.reason) == (fate, reason)
    assert detail in outcome.detail or channel == "telegram"  # which says it in its own words
    for language in ("vi", "en"):
        assert load_texts(language).has(f"notices.reason.{outcome.reason}")
    ensure_unseen(*watch.said, *capfd.readouterr(), repr(outcome), secrets=SECRETS)


@pytest.mark.parametrize("channel", CHATS)
def test_a_service_that_is_not_there_is_asked_again(
    channel: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with watching() as watch:
        address = "https://127.0.0.1:1" if channel == "teams" else "http://127.0.0.1:1"
        outcome = send(_target(channel, address, monkeypatch), _message(channel), TEXTS, PATIENCE)
    assert outcome == Outcome(Fate.RETRY, "unreachable")
    ensure_unseen(*watch.said, *capfd.readouterr(), secrets=SECRETS)


def test_the_rest_that_a_server_asks_for_is_known(reach: Reach) -> None:
    told = {"webhook": Hook(429, {"Retry-After": "7200"}), "zalo": Hook(429, {"Retry-After": "7200"})}
    told["telegram"] = Hook(429, body=b'{"ok":false,"description":"Too Many","parameters":{"retry_after":7200}}')
    for channel, hook in told.items():
        outcome = send(reach(channel, hook), _message(channel), TEXTS, PATIENCE)
        assert outcome.retry_after == timedelta(hours=2), channel
    endless = send(reach("webhook", Hook(429, {"Retry-After": "9" * 30})), _message("webhook"), TEXTS, PATIENCE)
    assert endless.retry_after == timedelta(days=1)
    dated = Hook(429, {"Retry-After": "Fri, 31 Dec 2027 23:59:59 GMT"})
    assert send(reach("webhook", dated), _message("webhook"), TEXTS, PATIENCE).retry_after is None


@pytest.mark.parametrize(
    ("body", "fate", "reason"),
    [
        (b'{"error": 0, "message": "Success"}', Fate.SENT, None),
        (b'{"error": -216, "message": "Access token is invalid"}', Fate.RETRY, "access"),
        (b'{"error": -213, "message": "User has not followed OA"}', Fate.REFUSED, "refused"),
        (b'{"error": -32, "message": "reached limit call api"}', Fate.RETRY, "deferred"),
        (b"<html>", Fate.UNKNOWN, "no-answer"),
        (b"[]", Fate.UNKNOWN, "no-answer"),
    ],
)
def test_zalo_says_in_its_document_what_became_of_it(reach: Reach, body: bytes, fate: Fate, reason: str | None) -> None:
    outcome = send(reach("zalo", Hook(body=body)), _message("zalo"), TEXTS, PATIENCE)
    assert (outcome.fate, outcome.reason) == (fate, reason)


def test_what_a_server_repeats_of_a_secret_is_not_kept(reach: Reach) -> None:
    told = {"telegram": f'{{"description": "no such bot {TOKEN}"}}', "zalo": f'{{"error": -1, "message": "{TOKEN}"}}'}
    for channel, body in told.items():
        status = 200 if channel == "zalo" else 404
        outcome = send(reach(channel, Hook(status, body=body.encode())), _message(channel), TEXTS, PATIENCE)
        assert "…" in outcome.detail
        ensure_unseen(repr(outcome), secrets=SECRETS)


@pytest.mark.parametrize("channel", sorted(LONGEST))
def test_a_long_message_is_cut_between_two_lines_and_says_so(reach: Reach, channel: str) -> None:
    hook = Hook()
    lines = "\n".join(f"{number}. Đảng ủy Đơn vị mẫu An: báo cáo kỳ 2021-9T" for number in range(500))
    assert send(reach(channel, hook), _message(channel, text=lines), TEXTS, PATIENCE).fate is Fate.SENT
    said = _words(channel, hook)
    assert len(said) <= LONGEST[channel] + 200
    assert said.endswith(TEXTS("delivery.chat.cut", number="N000042"))
    assert all(line.endswith("2021-9T") for line in said.splitlines()[2:-1])


def test_a_recipient_whose_address_is_gone_or_none_is_told_apart(reach: Reach) -> None:
    assert send(reach("teams", Hook()), _message("teams", recipient="D09"), TEXTS).written == "address"
    wrong = TeamsHooks({"D01": "https://example.invalid/no-workflow"})
    assert send(wrong, _message("teams"), TEXTS).written == "settings"


def test_a_unit_with_a_chat_hears_there_too(engine: Engine, tmp_path: Path) -> None:
    ledger, hook = make_ledger(engine), Hook()
    ledger.owe("C0101", date(2021, 9, 23))
    with hooked(hook) as address:
        known = {"webhooks": {"C0101": f"{address}/{SIGNATURE}", "X99": address}, "webhook_token": TOKEN}
        settings = Settings(workspace=tmp_path, database_url=engine.url.render_as_string(), **known)
        dry = run_remind(settings, ON, NOON, dry_run=True)
        assert hook.got == []
        outcome = run_remind(settings, ON, NOON)
    told = {(one.channel, one.recipient, one.state) for one in outcome.notices}
    assert told == {("mail", "c0101@example.invalid", "sent"), ("webhook", "C0101", "sent")}
    assert {one.channel for one in dry.notices} == {"mail", "webhook"}
    assert len(hook.got) == 1
    ensure_unseen(*all_cells(engine), repr(outcome), repr(settings), secrets=SECRETS)


def test_the_doctor_names_settings_of_chats_that_reach_nobody(engine: Engine, tmp_path: Path) -> None:
    make_ledger(engine)
    known = {
        "telegram_chats": {"C0101": "-1", "X99": "-2"},
        "teams_hooks": {"D01": f"https://example.invalid/{SIGNATURE}"},
        "webhooks": {"D01": f"http://example.invalid/{SIGNATURE}", "D02": "https://example.invalid/"},
    }
    settings = Settings(workspace=tmp_path, database_url=engine.url.render_as_string(), **known)
    assert check_chats(settings) == "telegram_chats.X99, telegram_token, teams_hooks.D01"
    guarded = settings.model_copy(update={"webhook_token": SecretStr(TOKEN)})
    assert "webhooks.D01" in str(check_chats(guarded))
    assert check_chats(Settings(workspace=tmp_path, database_url=settings.database_url)) is None


def test_the_doctor_logs_in_to_the_mail_server_and_sends_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate, mailbox = write_certificate(tmp_path), Mailbox()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    how = {"tls_context": server_tls(certificate), "require_starttls": True, "authenticator": knows_password}
    with serving(mailbox, **how, auth_required=True) as port:
        values = {"smtp_host": HERE, "smtp_port": port, "smtp_user": "dondoc"}
        right = Settings(workspace=tmp_path, **values, smtp_password=SecretStr(CANARY))
        wrong = Settings(workspace=tmp_path, **values, smtp_password=SecretStr(f"{CANARY}-wrong"))
        bare = Settings(workspace=tmp_path, **values, smtp_password=SecretStr(CANARY), smtp_security="tls")
        said = [check_mail(settings) for settings in (right, wrong, bare)]
    assert said[0] is None
    assert f"{HERE}:{port} (535" in str(said[1])
    assert said[2]
    assert mailbox.mails == []
    ensure_unseen(*map(str, said))
