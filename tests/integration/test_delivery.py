"""What an operator sees of messages that did not arrive, and decides about them; each decision is on record."""

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from ledgers import NOON, Ledger, make_ledger
from pydantic import SecretStr
from sqlalchemy import Engine
from sqlmodel import select

import flows.jobs.remind as job
from flows.jobs.channels import open_sender
from flows.jobs.delivery import UndeliveredMessage, Wanted, run_decide, undelivered_page
from flows.jobs.remind import run_remind
from models.errors import NotFoundError, RefusedError
from models.notice import DigestDecision
from models.states import DigestState, ReturnState
from models.store import reading
from reminders.dispatch import Sender
from reminders.message import Fate, Message, Outcome
from settings import Settings

ON, DUE = date(2021, 9, 24), date(2021, 9, 23)
LATER = NOON + timedelta(hours=1)
FATES = {
    "c0101": Outcome(Fate.UNKNOWN, "no-answer"),
    "c0102": Outcome(Fate.REFUSED, "refused", "550 5.1.1 no such mailbox"),
    "d02": Outcome(Fate.RETRY, "deferred", "451 busy"),
}


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return make_ledger(engine)


@pytest.fixture
def settings(ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An office in which three messages have gone wrong, each in its way."""
    settings = Settings(workspace=tmp_path, database_url=ledger.engine.url.render_as_string())
    for unit in ("C0101", "C0102", "D02"):
        ledger.owe(unit, DUE)
    with monkeypatch.context() as context:
        context.setattr(job, "open_sender", _failing)
        run_remind(settings, ON, NOON)
    return settings


def _failing(*given: Any) -> Sender:
    opened = open_sender(*given)
    return Sender(_fail, opened.clock, "me", opened.workspace)


def _fail(message: Message) -> Outcome:
    return FATES[message.recipient.partition("@")[0]]


def _undelivered(settings: Settings, **over: Any) -> dict[str, UndeliveredMessage]:
    at = {"now": NOON + timedelta(minutes=5)} | over
    outcome = run_remind(settings, ON, at["now"], dry_run=True)
    return {one.recipient.partition("@")[0]: one for one in outcome.undelivered}


@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_did_not_arrive_is_listed_with_why_and_what_to_do(settings: Settings, language: str) -> None:
    found = _undelivered(settings.model_copy(update={"language": language}))
    assert {name: (one.state, one.tries) for name, one in found.items()} == {
        "c0101": ("unknown", 1),
        "c0102": ("failed", 1),
        "d02": ("pending", 1),
    }
    assert "550 5.1.1 no such mailbox" in found["c0102"].why
    assert "--mark-sent N000001" in found["c0101"].advice
    assert "--to" in found["c0102"].advice
    assert re.search("12:15", found["d02"].advice)
    assert not [one for one in found.values() if "{" in one.why + one.advice or not one.why]


def test_what_is_no_longer_owed_needs_no_decision(ledger: Ledger, settings: Settings) -> None:
    for owed in (1, 2, 3):
        ledger.move(owed, ReturnState.ACCEPTED)
    assert _undelivered(settings) == {}


def test_a_message_sent_again_goes_out_with_the_next_run_and_says_so(ledger: Ledger, settings: Settings) -> None:
    decided = run_decide(settings, Wanted(resend="n1", reason="unit has nothing", by="VP"), LATER)
    assert (decided.message, decided.before, decided.state) == ("N000001", "unknown", "pending")
    outcome = run_remind(settings, ON, LATER)
    assert {one.recipient: one.subject.endswith("(gửi lại)") for one in outcome.notices} == {
        "c0101@example.invalid": True,
        "d02@example.invalid": False,
        "d01@example.invalid": False,  # hears, with the office, what C0102's server refused
        "k00@example.invalid": False,
    }
    assert [attempt.number for attempt in ledger.attempts() if attempt.digest_id == 1] == [1, 2]


def test_a_corrected_address_is_used_once_it_is_on_record(ledger: Ledger, settings: Settings) -> None:
    wanted = Wanted(resend="N000002", to="new@example.invalid", reason="wrong address")
    with pytest.raises(RefusedError, match="wrong-address"):
        run_decide(settings, wanted, LATER)
    ledger.forget_contacts("C0102")
    ledger.add_contact("C0102", "new@example.invalid")
    assert run_decide(settings, wanted, LATER).recipient == "new@example.invalid"
    sent = {one.recipient: one for one in run_remind(settings, ON, LATER).notices}
    assert sent["new@example.invalid"].state == "sent"
    assert sent["new@example.invalid"].audience == "unit"


def test_a_message_known_to_have_arrived_is_sent_and_so_are_its_notices(ledger: Ledger, settings: Settings) -> None:
    run_decide(settings, Wanted(mark_sent="1", reason="unit says so", by="VP"), LATER)
    assert ledger.digests()[0].state is DigestState.SENT
    assert ledger.notices()[1, "T+1"] == "sent"
    run_decide(settings, Wanted(give_up="N2", reason="told by telephone"), LATER)
    assert ledger.digests()[1].state is DigestState.CANCELLED
    assert set(_undelivered(settings, now=LATER)) == {"d02"}


def test_every_decision_is_on_record_with_who_why_and_when(ledger: Ledger, settings: Settings) -> None:
    run_decide(settings, Wanted(resend="3", reason="server is well again", by="VP"), LATER)
    with reading(ledger.engine) as session:
        (row,) = session.exec(select(DigestDecision)).all()
    assert (row.action, row.before, row.reason, row.decided_by) == (
        "resend",
        DigestState.PENDING,
        "server is well again",
        "VP",
    )
    assert (row.recipient, row.recorded_at) == ("d02@example.invalid", LATER)
    assert ledger.digests()[2].not_before is None


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        (Wanted(resend="N000001"), "delivery.no-reason"),
        (Wanted(resend="1", mark_sent="2", reason="r"), "delivery.one-thing"),
        (Wanted(reason="r"), "delivery.one-thing"),
        (Wanted(mark_sent="1", to="a@b", reason="r"), "delivery.to-what"),
        (Wanted(resend="N²", reason="r"), "delivery.no-number"),
        (Wanted(resend="N000099", reason="r"), "delivery.not-found"),
        (Wanted(mark_sent="3", reason="r"), "delivery.not-open.pending"),
    ],
)
def test_a_decision_that_cannot_be_made_is_refused(settings: Settings, wanted: Wanted, key: str) -> None:
    with pytest.raises((RefusedError, NotFoundError)) as refused:
        run_decide(settings, wanted, LATER)
    assert refused.value.key == key


def test_a_dry_run_opens_no_channel(ledger: Ledger, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def touched(*_anything: Any) -> None:
        pytest.fail("a dry run must not open a line")

    monkeypatch.setattr("socket.socket.connect", touched)
    everywhere = settings.model_copy(
        update={"smtp_host": "127.0.0.1", "telegram_token": SecretStr("t"), "telegram_chats": {"C0101": "-1"}}
    )
    outcome = run_remind(everywhere, ON, LATER, dry_run=True)
    assert {one.state for one in outcome.notices} == {"planned"}
    assert [digest.state for digest in ledger.digests()] == [
        DigestState.UNKNOWN, DigestState.FAILED, DigestState.PENDING,
    ]  # fmt: skip
    assert len(ledger.attempts()) == 3


def test_the_operators_page_shows_a_servers_words_as_they_stand(settings: Settings) -> None:
    found = _undelivered(settings)["c0102"]
    page = undelivered_page([replace(found, why="550 <script>|*x*")], settings)
    assert r"550 \<script\>\|\*x\*" in page
    assert "| N000002 | c0102@example.invalid | mail | 24/09/2021 | Gửi hỏng |" in page
    assert "dondoc remind --resend N000002 --to" in page
    assert "|" not in undelivered_page([], settings)
