"""Reminders on a real record: planned once, one message a recipient and day, stopped by what has come in."""

import time
from dataclasses import asdict
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from factories import add, make_span
from ledgers import NOON, Ledger, make_ledger
from sqlalchemy import Engine
from sqlmodel import select

from flows.jobs.remind import RemindOutcome, run_remind
from models.notice import Digest
from models.queries import outbox
from models.returns import Extension, Return
from models.states import DigestState, ReturnState
from models.store import writing
from models.unit import UnitSpan
from reminders.dispatch import Sender, claim, send_waiting
from reminders.message import Fate, Message, Outcome
from reminders.plan import prepare
from settings import Settings

DUE = date(2021, 9, 23)
FIRST, NEAR, LATE, ESCALATED, LISTED = (  # the day of each rung
    date(2021, 9, 9), date(2021, 9, 20), date(2021, 9, 24), date(2021, 10, 4), date(2021, 10, 13)
)  # fmt: skip


@pytest.fixture
def ledger(any_engine: Engine) -> Ledger:
    return make_ledger(any_engine)


@pytest.fixture
def settings(any_engine: Engine, tmp_path: Path) -> Settings:
    url = any_engine.url.render_as_string(hide_password=False)
    return Settings(workspace=tmp_path, database_url=url)


def _told(outcome: RemindOutcome) -> set[tuple[str, str]]:
    """Give recipient and rung of what went out, the recipient without its domain."""
    return {(one.recipient.partition("@")[0], one.rung) for one in outcome.notices}


def _mails(settings: Settings) -> list[Path]:
    return sorted(settings.mail_folder.rglob("*.eml"))


def test_each_rung_goes_out_on_its_day_to_whom_it_concerns(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    told = {day: _told(run_remind(settings, day, NOON)) for day in (FIRST, NEAR, LATE, ESCALATED, LISTED)}
    assert told == {
        FIRST: {("c0101", "T-14")},
        NEAR: {("c0101", "T-3")},
        LATE: {("c0101", "T+1")},
        ESCALATED: {("c0101", "T+7"), ("d01", "T+7")},
        LISTED: {("k00", "T+14")},
    }
    assert set(ledger.notices().values()) == {"sent"}
    assert run_remind(settings, LISTED + timedelta(days=300), NOON).notices == []


def test_a_second_run_on_the_same_day_says_nothing_again(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    assert run_remind(settings, LATE, NOON).notices
    assert run_remind(settings, LATE, NOON) == RemindOutcome([], [], [])
    assert len(_mails(settings)) == 1


def test_an_old_return_gets_its_highest_rung_once_and_its_unit_hears_of_it(ledger: Ledger, settings: Settings) -> None:
    owed = ledger.owe("C0101", date(2016, 12, 19), period="2016-N")
    assert _told(run_remind(settings, LATE, NOON)) == {("c0101", "T+14"), ("d01", "T+14"), ("k00", "T+14")}
    assert ledger.notices()[owed, "T+14"] == "sent"
    assert [state for (_, rung), state in ledger.notices().items() if rung != "T+14"] == ["superseded"] * 4
    assert run_remind(settings, LATE + timedelta(days=1), NOON).notices == []


@pytest.mark.parametrize(
    "state", [ReturnState.RECEIVED, ReturnState.ACCEPTED, ReturnState.EXCUSED, ReturnState.SUPERSEDED]
)
def test_what_has_come_in_or_is_not_owed_is_not_asked_for(
    ledger: Ledger, settings: Settings, state: ReturnState
) -> None:
    ledger.owe("C0101", DUE, state=state)
    assert run_remind(settings, LATE, NOON) == RemindOutcome([], [], [])


def test_a_directive_that_is_only_cited_asks_for_nothing(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    with writing(ledger.engine) as session:
        assert ledger.directive is not None
        session.merge(ledger.directive).tracked = False
    assert run_remind(settings, LATE, NOON).notices == []


def test_a_refused_return_stays_on_the_ladder_with_what_to_correct(ledger: Ledger, settings: Settings) -> None:
    owed = ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    copy = settings.outbox / "C0101" / "R000001_ket-qua.xlsx"
    copy.parent.mkdir(parents=True)
    copy.write_bytes(b"PK\x03\x04 annotated")
    ledger.move(owed, ReturnState.REJECTED, reply="outbox/C0101/R000001_ket-qua.xlsx")
    outcome = run_remind(settings, ESCALATED, NOON)
    unit = next(one for one in outcome.notices if one.audience == "unit")
    assert unit.attachments == ["outbox/C0101/R000001_ket-qua.xlsx"]
    assert unit.returns[0].state == "rejected"
    mail = message_from_bytes(_mails(settings)[-2].read_bytes(), policy=policy.default)
    attached = next(iter(mail.iter_attachments()))
    assert attached.get_filename() == "R000001_ket-qua.xlsx"
    assert attached.get_content() == b"PK\x03\x04 annotated"
    assert "Sửa các ô được đánh dấu" in mail.get_body(("plain",)).get_content()


def test_an_extension_moves_the_ladder(ledger: Ledger, settings: Settings) -> None:
    owed = ledger.owe("C0101", DUE)
    with writing(ledger.engine) as session:
        for until in (date(2021, 9, 25), date(2021, 10, 1)):
            grant = Extension(return_id=owed, until=until, reason="mưa lũ", granted_by="VP", recorded_at=NOON)
            add(session, grant)
    outcome = run_remind(settings, LATE, NOON)
    assert [(one.rung, one.returns[0].due) for one in outcome.notices] == [("T-14", date(2021, 10, 1))]


def test_one_recipient_gets_one_message_with_all_its_returns(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("D01", DUE)
    ledger.owe("D01", DUE, kind="consolidated")
    ledger.owe("C0101", date(2021, 9, 14))
    outcome = run_remind(settings, LATE, NOON)
    to_superior = [one for one in outcome.notices if one.recipient == "d01@example.invalid"]
    assert len({one.message for one in to_superior}) == 1
    assert {(one.rung, one.audience, len(one.returns)) for one in to_superior} == {
        ("T+1", "unit", 2),
        ("T+7", "superior", 1),
    }
    assert len(_mails(settings)) == 2


def test_two_units_with_one_mailbox_share_one_message(ledger: Ledger, settings: Settings) -> None:
    ledger.forget_contacts("C0101", "C0102")
    ledger.add_contact("C0101", "shared@example.invalid")
    ledger.add_contact("C0102", "shared@example.invalid")
    ledger.owe("C0101", DUE)
    ledger.owe("C0102", DUE)
    run_remind(settings, LATE, NOON)
    assert len(_mails(settings)) == 1
    assert "Đảng ủy nhà máy 1 – An; Đảng ủy chi nhánh 2 – An" in ledger.digests()[0].body


def test_the_superior_is_the_one_of_that_day(ledger: Ledger, settings: Settings) -> None:
    moved = ESCALATED - timedelta(days=2)
    with writing(ledger.engine) as session:
        unit = ledger.units["C0101"]
        span = session.exec(select(UnitSpan).where(UnitSpan.unit_id == unit.id)).one()
        span.valid_to = moved - timedelta(days=1)
        make_span(session, unit, ledger.units["D02"], valid_from=moved)
    ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    assert _told(run_remind(settings, ESCALATED, NOON)) == {("c0101", "T+7"), ("d02", "T+7")}


def test_a_unit_that_has_ended_is_still_asked_for_what_it_owes(ledger: Ledger, settings: Settings) -> None:
    with writing(ledger.engine) as session:
        span = session.exec(select(UnitSpan).where(UnitSpan.unit_id == ledger.units["C0101"].id)).one()
        span.valid_to = DUE
    ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    assert _told(run_remind(settings, ESCALATED, NOON)) == {("c0101", "T+7"), ("d01", "T+7")}


def test_without_an_address_the_superior_and_the_office_hear_of_it_and_the_unit_as_soon_as_it_can(
    ledger: Ledger, settings: Settings
) -> None:
    ledger.forget_contacts("C0101")
    owed = ledger.owe("C0101", DUE)
    told = []
    for _ in range(2):
        outcome = run_remind(settings, LATE, NOON)
        told.append(_told(outcome))
        assert [(one.state, one.recipient, one.rung) for one in outcome.no_contact] == [
            ("no-contact", "Đảng ủy nhà máy 1 – An", "T+1")
        ]
        assert outcome.no_contact[0].why
    assert told == [{("d01", "T+1"), ("k00", "T+1")}, set()]
    assert "đơn vị chưa có địa chỉ nhận thông báo" in ledger.digests()[0].body
    assert ledger.notices()[owed, "T+1"] == "due"
    ledger.add_contact("C0101", "new@example.invalid")
    assert _told(run_remind(settings, LATE, NOON)) == {("new", "T+1")}
    assert ledger.notices()[owed, "T+1"] == "sent"


def test_an_address_counts_only_on_its_days(ledger: Ledger, settings: Settings) -> None:
    ledger.forget_contacts("C0101")
    ledger.add_contact("C0101", "old@example.invalid", valid_to=date(2021, 9, 23))
    ledger.add_contact("C0101", "new@example.invalid", valid_from=date(2021, 9, 24))
    ledger.owe("C0101", DUE)
    assert _told(run_remind(settings, NEAR, NOON)) == {("old", "T-3")}
    assert _told(run_remind(settings, LATE, NOON)) == {("new", "T+1")}


def test_the_cap_holds_the_milder_messages_back_and_the_next_run_sends_them(ledger: Ledger, settings: Settings) -> None:
    capped = settings.model_copy(update={"notice_cap": 1})
    ledger.owe("C0101", DUE)
    ledger.owe("C0102", date(2021, 10, 8), period="2021-N")
    first = run_remind(capped, LATE, NOON)
    assert _told(first) == {("c0101", "T+1")}
    assert [(one.recipient, one.state) for one in first.held] == [("c0102@example.invalid", "held")]
    assert first.held[0].why
    assert _told(run_remind(capped, LATE, NOON)) == {("c0102", "T-14")}


def test_the_cap_loses_nobody_of_a_rung_that_tells_two(ledger: Ledger, settings: Settings) -> None:
    capped = settings.model_copy(update={"notice_cap": 1})
    ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    runs = [_told(run_remind(capped, ESCALATED, NOON)) for _ in range(3)]
    assert runs == [{("c0101", "T+7")}, {("d01", "T+7")}, set()]
    assert set(ledger.notices().values()) == {"superseded", "sent"}


def test_whoever_was_told_today_hears_the_rest_tomorrow(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    ledger.owe("C0101", DUE, kind="consolidated")
    again = run_remind(settings, LATE, NOON)
    assert again.notices == []
    assert [one.returns[0].kind for one in again.held] == ["consolidated"]
    tomorrow = run_remind(settings, LATE + timedelta(days=3), NOON)
    assert [(one.rung, one.returns[0].kind) for one in tomorrow.notices] == [("T+1", "consolidated")]


def test_a_dry_run_says_what_the_run_then_does_and_writes_nothing(ledger: Ledger, settings: Settings) -> None:
    for unit in ("C0101", "C0102", "D01"):
        ledger.owe(unit, date(2021, 9, 14))
    dry = run_remind(settings, LATE, NOON, dry_run=True)
    assert ledger.notices() == {}
    assert ledger.digests() == []
    assert _mails(settings) == []
    real = run_remind(settings, LATE, NOON)
    assert {one.state for one in dry.notices} == {"planned"}
    differing = ("state", "message")  # on PostgreSQL the numbers that a dry run took are not given again
    assert [_without(asdict(one), differing) for one in dry.notices] == [
        _without(asdict(one), differing) for one in real.notices
    ]


def _without(values: dict[str, object], keys: tuple[str, ...]) -> dict[str, object]:
    return {key: value for key, value in values.items() if key not in keys}


def test_a_return_that_comes_in_before_the_message_leaves_is_taken_out(
    ledger: Ledger, settings: Settings, tmp_path: Path
) -> None:
    here, gone = ledger.owe("C0101", DUE), ledger.owe("C0101", DUE, kind="consolidated")
    alone = ledger.owe("C0102", DUE)
    day = ledger.day(LATE, tmp_path)
    with writing(ledger.engine) as session:
        prepare(session, day, cap=10)
    for owed in (gone, alone):
        ledger.move(owed, ReturnState.ACCEPTED)
    outcome = run_remind(settings, LATE, NOON)
    assert [one.kind for notice in outcome.notices for one in notice.returns] == ["own"]
    by_recipient = {digest.recipient: digest for digest in ledger.digests()}
    assert by_recipient["c0102@example.invalid"].state is DigestState.CANCELLED
    assert "tổng hợp" not in by_recipient["c0101@example.invalid"].body
    states = ledger.notices()
    assert (states[here, "T+1"], states[gone, "T+1"], states[alone, "T+1"]) == ("sent", "cancelled", "cancelled")
    assert len(_mails(settings)) == 1


def test_a_message_that_never_left_is_told_with_the_next_one(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    ledger.owe("C0101", date(2021, 9, 27), kind="consolidated")
    with writing(ledger.engine) as session:
        prepare(session, ledger.day(LATE, settings.workspace), cap=10)  # and then the machine went down
    outcome = run_remind(settings, LATE + timedelta(days=4), NOON)
    assert [(one.rung, [owed.kind for owed in one.returns]) for one in outcome.notices] == [
        ("T+1", ["own", "consolidated"])
    ]
    assert "digested" not in ledger.notices().values()
    assert [digest.state.value for digest in ledger.digests()] == ["cancelled", "sent"]
    assert len(_mails(settings)) == 1


def test_a_reminder_whose_sender_died_is_repeated_once_and_says_so(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    _die_while_sending(ledger, LATE, settings)
    assert run_remind(settings, LATE, NOON + timedelta(minutes=5)).notices == []
    assert [digest.state for digest in ledger.digests()] == [DigestState.UNKNOWN]
    again = run_remind(settings, LATE, NOON + timedelta(minutes=20))
    assert [one.state for one in again.notices] == ["sent"]
    assert again.notices[0].subject.endswith("(gửi lại)")
    assert [(attempt.number, attempt.result) for attempt in ledger.attempts()] == [(1, None), (2, "sent")]
    _die_while_sending(ledger, LATE, settings)
    assert run_remind(settings, LATE, NOON + timedelta(days=1)).notices == []


def test_an_escalation_whose_sender_died_waits_for_an_operator(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    _die_while_sending(ledger, ESCALATED, settings)
    later = run_remind(settings, ESCALATED, NOON + timedelta(hours=5))
    assert later.notices == []
    assert {digest.state for digest in ledger.digests() if digest.day == ESCALATED} == {DigestState.UNKNOWN}


def _die_while_sending(ledger: Ledger, on: date, settings: Settings) -> None:
    """Do what a run does up to the moment before the message is handed over."""
    day = ledger.day(on, settings.workspace)
    with writing(ledger.engine) as session:
        prepare(session, day, cap=10)
        claim(session, day, outbox.Lease("dead", NOON, NOON + timedelta(minutes=3)), 10)


def test_two_senders_never_take_the_same_message(ledger: Ledger, settings: Settings) -> None:
    for unit in ("C0101", "C0102", "D01", "D02"):
        ledger.owe(unit, DUE)
    day = ledger.day(LATE, settings.workspace)
    with writing(ledger.engine) as session:
        prepare(session, day, cap=10)
    lease = outbox.Lease("one", NOON, NOON + timedelta(minutes=3))
    with writing(ledger.engine) as session:
        first = claim(session, day, lease, 3)
    with writing(ledger.engine) as session:
        second = claim(session, day, outbox.Lease("two", NOON, lease.until), 3)
    taken = [[one.digest.recipient for one in claimed] for claimed in (first, second)]
    assert [len(one) for one in taken] == [3, 1]
    assert not set(taken[0]) & set(taken[1])


def test_a_server_that_says_later_is_asked_again_later_and_not_for_ever(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    day = ledger.day(LATE, settings.workspace)
    with writing(ledger.engine) as session:
        prepare(session, day, cap=10)
    seen: list[Message] = []

    def busy(message: Message) -> Outcome:
        seen.append(message)
        return Outcome(Fate.RETRY, "deferred", "451 4.3.0 busy")

    states = []
    for hours in range(0, 60, 6):
        sender = Sender(busy, lambda at=NOON + timedelta(hours=hours): at, "me", settings.workspace)
        states += [one.digest.state.value for one in send_waiting(ledger.engine, day, sender, cap=10)]
    assert states == ["pending"] * 4 + ["failed"]
    assert ledger.digests()[0].last_error == "deferred: 451 4.3.0 busy"
    assert len(seen) == len(ledger.attempts()) == 5


def test_the_number_on_the_message_finds_it_again(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    message = run_remind(settings, LATE, NOON).notices[0].message
    mail = message_from_bytes(_mails(settings)[0].read_bytes(), policy=policy.default)
    assert mail["X-Dondoc-Id"] == message == f"N{ledger.digests()[0].id:06d}"
    assert message in mail.get_body(("plain",)).get_content()
    assert _mails(settings)[0].name == f"{message}_c0101@example.invalid.eml"
    assert timedelta(0) <= mail["Date"].datetime - NOON.replace(microsecond=0) < timedelta(hours=1)


def test_forty_owed_returns_take_a_moment(engine: Engine, tmp_path: Path) -> None:
    ledger = make_ledger(engine)
    for number in range(40):
        unit = ("C0101", "C0102", "D01", "D02")[number % 4]
        ledger.owe(unit, date(2021, 9, 14 + number % 10), period=f"{2000 + number // 4}-N")
    settings = Settings(workspace=tmp_path, database_url=engine.url.render_as_string())
    run_remind(settings, LATE, NOON)
    started = time.process_time()
    run_remind(settings, LATE + timedelta(days=7), NOON)
    assert time.process_time() - started < 0.5


def test_returns_stay_as_they_were(ledger: Ledger, settings: Settings) -> None:
    owed = ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    with writing(ledger.engine) as session:
        assert session.get_one(Return, owed).state is ReturnState.OWED
        assert session.exec(select(Digest.state)).all() == [DigestState.SENT]
