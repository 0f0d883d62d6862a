"""Senders that are killed, many or impatient: nothing is lost, and what may be told twice says so."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from factories import make_unit
from ledgers import NOON, Ledger, make_ledger
from sinks import HERE, Mailbox, serving
from sqlalchemy import Engine

import flows.jobs.remind as job
from flows.jobs.channels import open_sender
from flows.jobs.remind import run_remind
from models.states import DigestState
from models.store import writing
from reminders import dispatch
from reminders.dispatch import Handled, Sender, send_waiting
from reminders.message import Fate, Message, Outcome
from reminders.outgoing import Day
from reminders.plan import prepare
from settings import Settings

ON = date(2021, 9, 24)
NEAR, LONG_AGO = date(2021, 9, 23), date(2021, 9, 14)  # due: a reminder to the unit, an escalation to its superior
AGAIN = "(gửi lại)"
FORK = multiprocessing.get_context("fork")


@pytest.fixture
def ledger(any_engine: Engine) -> Ledger:
    return make_ledger(any_engine)


@pytest.fixture
def mailbox() -> Mailbox:
    return Mailbox()


@pytest.fixture
def settings(any_engine: Engine, tmp_path: Path, mailbox: Mailbox) -> Iterator[Settings]:
    url = any_engine.url.render_as_string(hide_password=False)
    with serving(mailbox) as port:
        yield Settings(workspace=tmp_path, database_url=url, smtp_host=HERE, smtp_port=port)


def _die(*_anything: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _dying(work: Callable[..., Any], is_time: Callable[[Any], bool]) -> Callable[..., Any]:
    """Do the work, and die after it when it is time."""

    def work_and_die(*given: Any, **named: Any) -> Any:
        done = work(*given, **named)
        if is_time(done):
            _die()
        return done

    return work_and_die


def _holds(victim: str, handled: Any) -> bool:
    return any(isinstance(one, Handled) and one.digest.recipient == victim for one in handled)


def _run_until(settings: Settings, moment: str, victim: str) -> None:
    """Run in a process of its own that dies at a moment of its work on the victim's message."""

    def deliver(send: Callable[[Message], Outcome], message: Message) -> Outcome:
        if moment == "taken" and message.recipient == victim:
            _die()
        outcome = send(message)
        if moment == "handed" and message.recipient == victim:
            _die()
        return outcome

    def sender(*given: Any) -> Sender:
        opened = open_sender(*given)
        return Sender(partial(deliver, opened.deliver), opened.clock, opened.owner, opened.workspace)

    job.open_sender = sender
    if moment == "planned":
        job.prepare = _dying(job.prepare, lambda _: True)
    if moment == "claimed":
        dispatch.claim = _dying(dispatch.claim, partial(_holds, victim))
    if moment == "settled":
        dispatch.settle = _dying(dispatch.settle, partial(_holds, victim))
    run_remind(settings, ON, NOON)


def _apart(*run: Any) -> Any:
    """Make a sender that is to run in a process of its own."""
    return FORK.Process(target=_run_until, args=run)


def _killed(settings: Settings, mailbox: Mailbox, moment: str, victim: str) -> None:
    """Have a sender die at a moment; two of them the mail server chooses: it has the mail and has not said so."""
    process = _apart(settings, moment, victim)
    mailbox.before = partial(_end, process if moment == "before" else None)
    mailbox.after = partial(_end, process if moment == "after" else None)
    process.start()
    process.join(20)
    assert process.exitcode == -signal.SIGKILL
    mailbox.before = mailbox.after = partial(_end, None)


def _end(process: Any) -> None:
    if process is not None:
        process.kill()
        with suppress(ChildProcessError):  # whoever joins it was quicker
            os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)


SURE = {"planned", "claimed"}  # nothing has left the house, and the record says so


@pytest.mark.parametrize("moment", ["planned", "claimed", "taken", "before", "after", "handed", "settled"])
def test_a_reminder_whose_sender_is_killed_arrives_and_says_if_it_may_be_the_second(
    ledger: Ledger, settings: Settings, mailbox: Mailbox, moment: str
) -> None:
    victim = "c0101@example.invalid"
    ledger.owe("C0101", NEAR)
    _killed(settings, mailbox, moment, victim)
    ledger.owe("C0102", NEAR)
    soon = run_remind(settings, ON, NOON + timedelta(minutes=5))
    assert [one.state for one in soon.notices] == ["sent"] * (2 if moment in SURE else 1)
    states = {digest.recipient: digest.state for digest in ledger.digests()}
    assert states[victim] is (DigestState.SENT if moment in SURE else DigestState.UNKNOWN)
    run_remind(settings, ON, NOON + timedelta(minutes=25))
    run_remind(settings, ON, NOON + timedelta(hours=5))
    mails = [mail["Subject"].endswith(AGAIN) for mail in mailbox.mails if mail["To"] == victim]
    assert mails == {"taken": [True]}.get(moment, [False] if moment in SURE else [False, True])
    assert {digest.state for digest in ledger.digests()} == {DigestState.SENT}
    tries = [(one.number, one.result) for one in ledger.attempts() if one.digest_id == ledger.digests()[0].id]
    assert tries == ([(1, "sent")] if moment in SURE else [(1, None), (2, "sent")])


def test_an_escalation_whose_sender_is_killed_is_told_once_and_waits(
    ledger: Ledger, settings: Settings, mailbox: Mailbox
) -> None:
    ledger.forget_contacts("D02")
    ledger.owe("D02", LONG_AGO)
    _killed(settings, mailbox, "after", "k00@example.invalid")
    for minutes in (5, 25, 300):
        assert run_remind(settings, ON, NOON + timedelta(minutes=minutes)).notices == []
    assert [(one.state, one.doubts) for one in ledger.digests()] == [(DigestState.UNKNOWN, 1)]
    assert [mail["To"] for mail in mailbox.mails] == ["k00@example.invalid"]


def test_senders_at_once_tell_everyone_once_even_if_one_is_killed(
    ledger: Ledger, settings: Settings, mailbox: Mailbox
) -> None:
    with writing(ledger.engine) as session:
        for number in range(20):
            ledger.units[f"C03{number:02}"] = make_unit(session, f"C03{number:02}", parent=ledger.units["D02"])
    others = {f"c03{number:02}@example.invalid" for number in range(20)}
    for unit in [unit for unit in ledger.units if unit.startswith("C03")]:
        ledger.add_contact(unit, f"{unit.lower()}@example.invalid")
        ledger.owe(unit, NEAR)
    victim = "c0307@example.invalid"
    senders = [_apart(settings, "taken", victim), *(_apart(settings, "", "") for _ in range(3))]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(40)
    run_remind(settings, ON, NOON + timedelta(minutes=30))
    assert Counter(mail["To"] for mail in mailbox.mails) == dict.fromkeys(others, 1)
    assert {digest.state for digest in ledger.digests()} == {DigestState.SENT}
    doubted = {digest.recipient for digest in ledger.digests() if digest.doubts}
    assert doubted <= {victim}
    assert {mail["To"] for mail in mailbox.mails if mail["Subject"].endswith(AGAIN)} == doubted


class Clock:
    """A time that only passes where somebody waits."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def _waiting(ledger: Ledger, folder: Path) -> Day:
    """Put four messages into the outbox."""
    for unit in ("C0101", "C0102", "D01", "D02"):
        ledger.owe(unit, NEAR)
    day = ledger.day(ON, folder)
    with writing(ledger.engine) as session:
        prepare(session, day, cap=10)
    return day


def test_the_mail_server_gets_no_more_a_minute_than_it_bears_from_all_senders(ledger: Ledger, tmp_path: Path) -> None:
    day, clock = _waiting(ledger, tmp_path), Clock()
    for owner in ("one", "two"):
        sender = Sender(_take, clock, owner, tmp_path, paces={"mail": 1}, wait=clock.wait)
        assert len(list(send_waiting(ledger.engine, day, sender, cap=2))) == 2
    moments = [attempt.started_at for attempt in ledger.attempts()]
    assert moments == [NOON + timedelta(minutes=number) for number in range(4)]
    assert clock.now == moments[-1]  # nobody waits once nothing is left


def _take(_message: Message) -> Outcome:
    return Outcome(Fate.SENT)


@pytest.mark.parametrize(
    ("reason", "fate", "tries"),
    [("unreachable", Fate.RETRY, 3), ("access", Fate.RETRY, 1), ("too-slow", Fate.UNKNOWN, 3)],
)
def test_a_service_that_is_down_is_not_tried_with_every_message(
    engine: Engine, tmp_path: Path, reason: str, fate: Fate, tries: int
) -> None:
    ledger = make_ledger(engine)
    day = _waiting(ledger, tmp_path)
    sender = Sender(lambda _: Outcome(fate, reason), Clock(), "me", tmp_path)
    assert len(list(send_waiting(engine, day, sender, cap=10))) == tries
    assert len(ledger.attempts()) == tries


def test_a_service_that_is_down_for_long_fails_no_message(engine: Engine, tmp_path: Path) -> None:
    ledger, clock = make_ledger(engine), Clock()
    ledger.owe("C0101", NEAR)
    day = ledger.day(ON, tmp_path)
    with writing(engine) as session:
        prepare(session, day, cap=10)
    sender = Sender(lambda _: Outcome(Fate.RETRY, "unreachable"), clock, "me", tmp_path)
    for _ in range(10):
        clock.wait(13 * 3600)
        assert [one.digest.state for one in send_waiting(engine, day, sender, cap=1)] == [DigestState.PENDING]


def test_a_repetition_that_has_to_wait_still_says_what_it_is(engine: Engine, tmp_path: Path) -> None:
    """Unknown, then busy, then taken: the second that may arrive is marked, whatever came between."""
    ledger, clock, said = make_ledger(engine), Clock(), []
    ledger.owe("C0101", NEAR)
    day = ledger.day(ON, tmp_path)
    with writing(engine) as session:
        prepare(session, day, cap=10)
    outcomes = [
        Outcome(Fate.UNKNOWN, "no-answer"),
        Outcome(Fate.RETRY, "deferred", "429", timedelta(hours=9)),
        Outcome(Fate.SENT),
    ]

    def answer(message: Message) -> Outcome:
        said.append(message.subject.endswith(AGAIN))
        return outcomes[len(said) - 1]

    sender = Sender(answer, clock, "me", tmp_path)
    for hours in (0, 1, 8, 9.1):
        clock.now = NOON + timedelta(hours=hours)
        list(send_waiting(engine, day, sender, cap=10))
    assert said == [False, True]
    clock.now = NOON + timedelta(hours=10.1)
    list(send_waiting(engine, day, sender, cap=10))
    assert said == [False, True, True]
    assert ledger.digests()[0].state is DigestState.SENT
