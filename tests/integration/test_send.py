"""Messages to a real SMTP server in this process, and as files: each try ends in the state it deserves."""

import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import NOON, make_ledger
from sinks import (
    CANARY,
    HERE,
    Mailbox,
    Watch,
    all_cells,
    break_off,
    crawl,
    ensure_unseen,
    knows_password,
    server_tls,
    serving,
    talking,
    watching,
    write_certificate,
)
from sqlalchemy import Engine

from flows.jobs.remind import run_remind
from reminders.eml import write_eml
from reminders.message import Fate, Message
from reminders.send import send
from reminders.targets import MailServer, Patience
from schemas.texts import load_texts
from settings import Settings

TEXTS = load_texts("vi")
ON = date(2021, 9, 24)
WORDS = ("Đề", "nghị", "gửi", "52", "báo", "cáo", "đã", "[Phiếu", "đỏ]", "19/12/2016)", "a", "1")


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def port(mailbox: Mailbox) -> Iterator[int]:
    with serving(mailbox) as port:
        yield port


@pytest.fixture
def server(port: int) -> MailServer:
    return MailServer(HERE, port, "dondoc@example.invalid")


def _message(**over: Any) -> Message:
    values = {
        "number": "N000042",
        "day": ON,
        "at": NOON,
        "recipient": "c0101@example.invalid",
        "subject": "[Phiếu vàng] Đề nghị gửi 1 báo cáo đã quá hạn",
        "text": "Kính gửi: Đảng ủy nhà máy 1 – An\n",
        "html": "<!DOCTYPE html><html><body><p>Kính gửi: Đảng ủy nhà máy 1 – An &lt;b&gt;</p></body></html>",
    }
    return Message(**(values | over))


def _write(folder: Path) -> Callable[[Message], EmailMessage]:
    def write(message: Message) -> EmailMessage:
        assert write_eml(folder, "dondoc@example.invalid", message).fate is Fate.SENT
        path = next(folder.rglob("*.eml"))
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        return mail

    return write


def test_a_server_that_takes_it_has_all_of_it(server: MailServer, mailbox: Mailbox, tmp_path: Path) -> None:
    blank = tmp_path / "C0101_2021-9T_own.xlsx"
    blank.write_bytes(b"PK\x03\x04 blank")
    assert send(server, _message(attachments=(blank,)), TEXTS).fate is Fate.SENT
    mail = mailbox.mails[0]
    assert mail["Subject"] == _message().subject
    assert mail["To"] == "c0101@example.invalid"
    assert mail["X-Dondoc-Id"] == "N000042"
    assert "Kính gửi: Đảng ủy nhà máy 1 – An &lt;b&gt;" in mail.get_body(("html",)).get_content()
    assert "Kính gửi: Đảng ủy nhà máy 1 – An" in mail.get_body(("plain",)).get_content()
    attached = next(iter(mail.iter_attachments()))
    assert (attached.get_filename(), attached.get_content()) == (blank.name, b"PK\x03\x04 blank")


def test_a_refused_recipient_is_told_in_the_servers_words(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.rcpt["c0101@example.invalid"] = "550 5.1.1 no such mailbox"
    outcome = send(server, _message(), TEXTS)
    assert (outcome.fate, outcome.reason, outcome.detail) == (Fate.REFUSED, "refused", "550 5.1.1 no such mailbox")


def test_a_server_that_is_busy_is_asked_again(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.rcpt["c0101@example.invalid"] = "451 4.3.0 try later"
    outcome = send(server, _message(), TEXTS)
    assert (outcome.fate, outcome.reason, outcome.detail) == (Fate.RETRY, "deferred", "451 4.3.0 try later")


def test_a_server_that_refuses_the_content_says_so(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.data = "552 5.3.4 too big"
    assert send(server, _message(), TEXTS).written == "refused: 552 5.3.4 too big"


def test_no_server_at_all_is_asked_again(server: MailServer) -> None:
    nobody = MailServer(HERE, 1, "dondoc@example.invalid")
    outcome = send(nobody, _message(), TEXTS)
    assert (outcome.fate, outcome.reason) == (Fate.RETRY, "unreachable")
    assert "refused" in outcome.detail.lower()


def test_a_server_that_hangs_up_after_the_content_leaves_it_unknown(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.hangs_up = True
    outcome = send(server, _message(), TEXTS)
    assert (outcome.fate, outcome.reason) == (Fate.UNKNOWN, "no-answer")
    assert len(mailbox.mails) == 1  # it did arrive: "not sent" would have been wrong


def test_a_server_that_takes_its_time_is_waited_for(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.delay = 0.3
    assert send(server, _message(), TEXTS, Patience(1, 1, 2)).fate is Fate.SENT


def test_a_server_that_takes_longer_than_we_wait_leaves_it_unknown(server: MailServer, mailbox: Mailbox) -> None:
    mailbox.delay = 0.6
    outcome = send(server, _message(), TEXTS, Patience(1, 0.2, 2))
    assert (outcome.fate, outcome.reason) == (Fate.UNKNOWN, "no-answer")


def test_a_line_that_breaks_in_the_middle_of_the_content_leaves_it_unknown() -> None:
    with talking(break_off) as port:
        outcome = send(MailServer(HERE, port, "dondoc@example.invalid"), _message(), TEXTS)
    assert (outcome.fate, outcome.reason) == (Fate.UNKNOWN, "no-answer")


def test_a_server_that_answers_a_letter_at_a_time_is_left_in_the_end() -> None:
    """No wait for a letter is long, so no time-out of a socket ends it."""
    with talking(crawl) as port:
        outcome = send(MailServer(HERE, port, "dondoc@example.invalid"), _message(), TEXTS, Patience(1, 1, 0.5))
    assert (outcome.fate, outcome.reason) == (Fate.UNKNOWN, "too-slow")


@pytest.mark.parametrize(
    "address", ["", "nobody", "a@b, c@d", "a@b\r\nBcc: x@y", "two words@example.invalid", "đơn@example.invalid"]
)
def test_an_address_that_is_none_is_refused_before_anything_is_sent(
    server: MailServer, mailbox: Mailbox, address: str
) -> None:
    assert send(server, _message(recipient=address), TEXTS).written == "address"
    assert mailbox.mails == []


def test_a_missing_attachment_is_named(server: MailServer, mailbox: Mailbox, tmp_path: Path) -> None:
    outcome = send(server, _message(attachments=(tmp_path / "gone.xlsx",)), TEXTS)
    assert outcome.written == "attachment: gone.xlsx"
    assert mailbox.mails == []


@pytest.mark.parametrize(
    "subject", ["a\r\nBcc: x@example.invalid", "a\x00b\tc\u202e", "ế" * 5000, "Đo\u031bn vi\u0323"]
)
def test_a_subject_is_one_clean_line_of_bounded_length(
    server: MailServer, mailbox: Mailbox, tmp_path: Path, subject: str
) -> None:
    assert send(server, _message(subject=subject), TEXTS).fate is Fate.SENT
    written = _write(tmp_path)(_message(subject=subject))
    for mail in (mailbox.mails[0], written):
        assert mail["Bcc"] is None
        assert mail["Subject"].isprintable()
        assert len(mail["Subject"].encode()) <= 300
        assert mail["Subject"] == _message(subject=subject).title


def test_text_without_html_goes_as_text(server: MailServer, mailbox: Mailbox) -> None:
    assert send(server, _message(html=None, text="1 < 2 & Đảng ủy <b>"), TEXTS).fate is Fate.SENT
    assert mailbox.mails[0].get_body(("plain",)).get_content().strip() == "1 < 2 & Đảng ủy <b>"


def test_a_file_holds_the_whole_message(tmp_path: Path) -> None:
    reply = tmp_path / "R000001_ket-qua.xlsx"
    reply.write_bytes(b"PK\x03\x04")
    mail = _write(tmp_path / "outbox-mail")(_message(attachments=(reply,)))
    assert mail["Subject"] == _message().subject
    assert mail["Date"].datetime == NOON
    assert mail["X-Dondoc-Id"] == "N000042"
    assert mail.get_body(("plain",)).get_content().splitlines() == _message().text.splitlines()
    assert mail.get_body(("html",)).get_content().strip() == _message().html
    assert [part.get_filename() for part in mail.iter_attachments()] == [reply.name]
    assert [path.name for path in (tmp_path / "outbox-mail" / "2021-09-24").iterdir()] == [
        "N000042_c0101@example.invalid.eml"
    ]


@given(st.lists(st.sampled_from(WORDS)))
def test_no_subject_loses_a_blank_in_a_file(words: list[str]) -> None:
    """Python 3.11 wrote "52 báocáo" where it folded the line."""
    with tempfile.TemporaryDirectory() as folder:
        message = _message(subject=" ".join(words))
        assert _write(Path(folder))(message)["Subject"] == message.title


def test_an_attachment_keeps_its_vietnamese_name(tmp_path: Path) -> None:
    blank = tmp_path / "C0101_60-KL-ĐUK_2021-9T_own.xlsx"
    blank.write_bytes(bytes(range(256)))
    mail = _write(tmp_path / "outbox-mail")(_message(attachments=(blank,)))
    attached = next(iter(mail.iter_attachments()))
    assert (attached.get_filename(), attached.get_content()) == (blank.name, bytes(range(256)))


def test_a_file_stays_valid_mail_with_very_long_lines(tmp_path: Path) -> None:
    long = "Đảng ủy " * 2000
    mail = _write(tmp_path)(_message(text=long))
    assert mail.get_body(("plain",)).get_content().strip() == long.strip()
    assert max(map(len, next(tmp_path.rglob("*.eml")).read_bytes().splitlines())) <= 998


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file, not a folder")
    outcome = write_eml(tmp_path / "taken", "dondoc@example.invalid", _message())
    assert (outcome.fate, outcome.reason) == (Fate.RETRY, "folder")


def test_a_run_ends_each_message_in_its_state(engine: Engine, tmp_path: Path, mailbox: Mailbox, port: int) -> None:
    ledger = make_ledger(engine)
    for unit in ("C0101", "C0102", "D02"):
        ledger.owe(unit, date(2021, 9, 23))
    mailbox.rcpt = {"c0102@example.invalid": "550 5.1.1 no such mailbox", "d02@example.invalid": "451 busy"}
    settings = _settings(engine, tmp_path, port)
    outcome = run_remind(settings, ON, NOON)
    assert {one.recipient.partition("@")[0]: one.state for one in outcome.notices} == {
        "c0101": "sent",
        "c0102": "failed",
        "d02": "pending",
    }
    assert "550 5.1.1 no such mailbox" in next(one.why for one in outcome.notices if one.state == "failed")
    instead = run_remind(settings, ON, NOON + timedelta(minutes=5)).notices  # of what no mailbox took
    assert {(one.recipient, one.state) for one in instead} == {
        ("d01@example.invalid", "sent"),
        ("k00@example.invalid", "sent"),
    }
    mailbox.rcpt = {}
    later = run_remind(settings, ON, NOON + timedelta(minutes=20))
    assert [(one.recipient, one.state) for one in later.notices] == [("d02@example.invalid", "sent")]
    told = [mail["To"].partition("@")[0] for mail in mailbox.mails]
    assert told == ["c0101", "d01", "k00", "d02"]


def _settings(engine: Engine, folder: Path, port: int, **over: Any) -> Settings:
    url = engine.url.render_as_string(hide_password=False)
    return Settings(workspace=folder, database_url=url, smtp_host=HERE, smtp_port=port, **over)


@pytest.fixture
def watch() -> Iterator[Watch]:
    with watching() as watch:
        yield watch


def test_a_password_is_never_given_in_the_clear(
    engine: Engine, tmp_path: Path, port: int, watch: Watch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The server offers no encryption: the log-in is not even tried."""
    make_ledger(engine).owe("C0101", date(2021, 9, 23))
    settings = _settings(engine, tmp_path, port, smtp_user="dondoc", smtp_password=CANARY)
    outcome = run_remind(settings, ON, NOON)
    assert [one.state for one in outcome.notices] == ["pending"]
    ensure_unseen(*watch.said, *capfd.readouterr(), repr(outcome), *all_cells(engine))


def test_wrong_mail_settings_are_said_to_be_wrong_without_showing_them(watch: Watch) -> None:
    """Apprise prints a service that it cannot make, password and all."""
    outcome = send(MailServer(HERE, 25, "no address", "dondoc", CANARY), _message(), TEXTS)
    assert outcome.written == "settings"
    ensure_unseen(*watch.said, repr(outcome))


@pytest.mark.parametrize(("given", "state"), [(CANARY, "sent"), (f"{CANARY}-wrong", "pending")])
def test_a_log_in_shows_its_password_nowhere(
    engine: Engine,
    tmp_path: Path,
    mailbox: Mailbox,
    watch: Watch,
    capfd: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    given: str,
    state: str,
) -> None:
    make_ledger(engine).owe("C0101", date(2021, 9, 23))
    certificate = write_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    how = {"tls_context": server_tls(certificate), "authenticator": knows_password, "auth_required": True}
    with serving(mailbox, **how) as port:
        settings = _settings(engine, tmp_path, port, smtp_user="dondoc@example.invalid", smtp_password=given)
        outcome = run_remind(settings, ON, NOON)
    assert [one.state for one in outcome.notices] == [state]
    assert len(mailbox.mails) == (state == "sent")
    assert ("535" in outcome.notices[0].why) == (state == "pending")
    ensure_unseen(*watch.said, *capfd.readouterr(), repr(outcome), *all_cells(engine), *map(str, mailbox.mails))


def test_a_mail_server_does_not_show_its_password() -> None:
    assert CANARY not in repr(MailServer("mail", 587, "a@b", "user", CANARY))


@pytest.mark.parametrize(
    ("port", "user", "security"),
    [
        (25, None, "none"),
        (25, "u", "starttls"),
        (587, None, "starttls"),
        (465, "u", "tls"),
        (2525, None, "none"),
    ],
)
def test_a_password_is_only_given_over_an_encrypted_line(port: int, user: str | None, security: str) -> None:
    assert MailServer("mail", port, "a@b", user, "secret").security == security
