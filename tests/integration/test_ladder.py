"""The ladder through days off, office hours, the stop switch, extensions and files that are refused again."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from factories import add
from ledgers import NOON, Ledger, make_ledger
from sqlalchemy import Engine

from flows.jobs.remind import RemindOutcome, run_remind
from flows.jobs.sending import run_go, run_stop
from models.errors import RefusedError
from models.returns import Extension
from models.states import ReturnState
from models.store import writing
from reminders.dispatch import Sender, send_waiting
from reminders.message import Fate, Message, Outcome
from reminders.plan import prepare
from settings import Settings

DUE = date(2021, 9, 23)
NEAR, LATE, ESCALATED = date(2021, 9, 20), date(2021, 9, 24), date(2021, 10, 4)
SATURDAY, MONDAY = date(2021, 9, 25), date(2021, 9, 27)


@pytest.fixture
def ledger(engine: Engine) -> Ledger:
    return make_ledger(engine)


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path, database_url=engine.url.render_as_string())


def _told(outcome: RemindOutcome) -> set[tuple[str, str, str]]:
    return {(one.recipient.partition("@")[0], one.rung, one.state) for one in outcome.notices}


def _extend(ledger: Ledger, owed: int, until: date) -> None:
    with writing(ledger.engine) as session:
        add(session, Extension(return_id=owed, until=until, reason="mưa lũ", granted_by="VP", recorded_at=NOON))


def _local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=7)


def test_on_a_day_off_notices_are_planned_and_wait_for_the_next_working_day(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    rest = run_remind(settings, SATURDAY, _local(SATURDAY, 9))
    assert (rest.waits, _told(rest), rest.held) == ("day-off", {("c0101", "T+1", "pending")}, [])
    assert "25/09/2021" in rest.lines[0]
    assert "27/09/2021" in rest.lines[0]
    assert ledger.digests() == []
    assert _told(run_remind(settings, MONDAY, _local(MONDAY, 8))) == {("c0101", "T+1", "sent")}


@pytest.mark.parametrize(("hour", "minute", "waits"), [(7, 29, "too-early"), (17, 0, "too-late")])
def test_outside_office_hours_nothing_leaves(
    ledger: Ledger, settings: Settings, hour: int, minute: int, waits: str
) -> None:
    ledger.owe("C0101", DUE)
    early = run_remind(settings, LATE, _local(LATE, hour, minute))
    assert (early.waits, _told(early)) == (waits, {("c0101", "T+1", "pending")})
    assert early.notices[0].why
    assert ledger.digests() == []


def test_decreed_days_off_and_worked_saturdays_move_the_window(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    swapped = settings.model_copy(update={"days_off": (MONDAY,), "working_days": (SATURDAY,)})
    assert run_remind(swapped, MONDAY, _local(MONDAY, 9)).waits == "day-off"
    assert _told(run_remind(swapped, SATURDAY, _local(SATURDAY, 9))) == {("c0101", "T+1", "sent")}


def test_a_stop_keeps_everything_in_the_house_until_it_is_lifted(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    stopped = run_stop(settings, "Hạn gửi nhập sai", "Văn phòng", NOON)
    assert (stopped.stopped, stopped.by) == (True, "Văn phòng")
    kept = run_remind(settings, LATE, NOON)
    assert (kept.waits, _told(kept)) == ("stopped", {("c0101", "T+1", "pending")})
    assert "Hạn gửi nhập sai" in kept.lines[0]
    assert "Văn phòng" in kept.lines[0]
    assert run_go(settings, None, None, NOON + timedelta(hours=1)).since == NOON
    assert _told(run_remind(settings, LATE, NOON)) == {("c0101", "T+1", "sent")}


def test_a_stop_needs_a_reason_and_only_what_is_stopped_can_go_on(ledger: Ledger, settings: Settings) -> None:
    with pytest.raises(RefusedError, match="no-reason"):
        run_stop(settings, "  ", None, NOON)
    with pytest.raises(RefusedError, match="not-stopped"):
        run_go(settings, None, None, NOON)


def test_a_stop_in_the_midst_of_a_run_ends_it_after_the_message_in_hand(ledger: Ledger, settings: Settings) -> None:
    for unit in ("C0101", "C0102", "D02"):
        ledger.owe(unit, DUE)
    day = ledger.day(LATE, settings.workspace)
    with writing(ledger.engine) as session:
        prepare(session, day, cap=10)
    gone: list[str] = []

    def deliver(message: Message) -> Outcome:
        gone.append(message.recipient)
        run_stop(settings, "dừng", None, NOON)
        return Outcome(Fate.SENT)

    from models.queries.sending import find_stop

    sender = Sender(
        deliver, lambda: NOON, "me", settings.workspace, may_go=lambda session, _: find_stop(session) is None
    )
    assert len(list(send_waiting(ledger.engine, day, sender, cap=10))) == 1
    assert len(gone) == 1


def test_an_extension_supersedes_what_waits_and_the_ladder_goes_by_the_new_date(
    ledger: Ledger, settings: Settings
) -> None:
    owed = ledger.owe("C0101", DUE)
    run_stop(settings, "dừng", None, NOON)
    run_remind(settings, LATE, NOON)  # T+1 is planned and waits
    run_go(settings, None, None, NOON)
    _extend(ledger, owed, date(2021, 10, 29))
    assert run_remind(settings, MONDAY, NOON).notices == []
    assert ledger.notices()[owed, "T+1"] == "superseded"
    told = [
        (one.rung, day)
        for day in (date(2021, 10, 15), date(2021, 10, 26), date(2021, 11, 1), date(2021, 11, 2))
        for one in run_remind(settings, day, NOON).notices
    ]
    assert told == [("T-14", date(2021, 10, 15)), ("T-3", date(2021, 10, 26)), ("T+1", date(2021, 11, 1))]


def test_a_message_put_together_under_the_old_date_does_not_leave_after_the_extension(
    ledger: Ledger, settings: Settings
) -> None:
    owed = ledger.owe("C0101", DUE)
    with writing(ledger.engine) as session:
        prepare(session, ledger.day(LATE, settings.workspace), cap=10)
    _extend(ledger, owed, date(2021, 10, 1))
    assert run_remind(settings, LATE, NOON).notices == []
    assert ledger.notices()[owed, "T+1"] == "cancelled"
    later = run_remind(settings, date(2021, 9, 28), NOON)
    assert [one.rung for one in later.notices] == ["T-3"]
    assert [one.rung for one in run_remind(settings, date(2021, 10, 4), NOON).notices] == ["T+1"]


def test_a_rung_told_once_is_not_told_again_under_a_later_date(ledger: Ledger, settings: Settings) -> None:
    owed = ledger.owe("C0101", DUE)
    told = [one.rung for one in run_remind(settings, LATE, NOON).notices]
    _extend(ledger, owed, date(2021, 10, 8))
    for days in range(30):
        told += [one.rung for one in run_remind(settings, MONDAY + timedelta(days=days), NOON).notices]
    assert told == ["T+1", "T-14", "T-3", "T+7", "T+7"]  # the last to the unit and to its superior


def test_a_file_refused_after_it_stopped_a_rung_brings_the_rung_back(ledger: Ledger, settings: Settings) -> None:
    owed = ledger.owe("C0101", DUE)
    with writing(ledger.engine) as session:
        prepare(session, ledger.day(LATE, settings.workspace), cap=10)
    ledger.move(owed, ReturnState.RECEIVED)
    assert run_remind(settings, LATE, NOON).notices == []
    ledger.move(owed, ReturnState.REJECTED)
    again = run_remind(settings, MONDAY, NOON)
    assert [(one.rung, one.returns[0].state) for one in again.notices] == [("T+1", "rejected")]


def test_a_message_of_an_earlier_day_counts_as_todays_when_it_leaves_today(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    with writing(ledger.engine) as session:
        prepare(session, ledger.day(LATE, settings.workspace), cap=10)  # and then the machine went down
    assert _told(run_remind(settings, MONDAY, _local(MONDAY, 8))) == {("c0101", "T+1", "sent")}
    assert "27/9/2021" in ledger.digests()[0].body
    ledger.owe("C0101", DUE, kind="consolidated")
    again = run_remind(settings, MONDAY, _local(MONDAY, 15))
    assert (again.notices, [one.state for one in again.held]) == ([], ["held"])


def test_a_quiet_unit_is_named_to_its_superior_and_the_office_once_it_is_late(
    ledger: Ledger, settings: Settings
) -> None:
    for period in ("2020-6T", "2020-9T", "2020-N"):
        ledger.owe("C0101", date(2021, 3, 1), period=period)
        ledger.owe("C0102", date(2021, 3, 1), period=period)
    run_remind(settings, date(2021, 9, 1), NOON)
    ledger.receive("C0102", NOON - timedelta(days=20))
    for unit in ("C0101", "C0102"):
        ledger.owe(unit, DUE, period="2021-9T")
    assert {one[:2] for one in _told(run_remind(settings, NEAR, NOON))} == {("c0101", "T-3"), ("c0102", "T-3")}
    outcome = run_remind(settings, LATE, NOON)
    assert {one[:2] for one in _told(outcome)} == {
        ("c0101", "T+1"), ("c0102", "T+1"), ("d01", "T+1"), ("k00", "T+1"),
    }  # fmt: skip
    assert "không gửi báo cáo nào trong 4 kỳ liền" in ledger.digests()[-1].body


def test_what_an_address_refuses_goes_to_the_alternate_one_and_so_does_the_next_notice(
    ledger: Ledger, settings: Settings
) -> None:
    ledger.add_contact("C0101", "second@example.invalid", role="alternate")
    ledger.owe("C0101", DUE)
    run_remind(settings, NEAR, NOON)
    ledger.refuse("c0101@example.invalid")
    assert _told(run_remind(settings, NEAR + timedelta(days=1), NOON)) == {("second", "T-3", "sent")}
    assert run_remind(settings, NEAR + timedelta(days=2), NOON).notices == []
    assert _told(run_remind(settings, LATE, NOON)) == {("second", "T+1", "sent")}


def test_what_an_address_refuses_goes_to_superior_and_office_where_there_is_no_other(
    ledger: Ledger, settings: Settings
) -> None:
    ledger.owe("C0101", DUE)
    run_remind(settings, NEAR, NOON)
    ledger.refuse("c0101@example.invalid")
    outcome = run_remind(settings, NEAR + timedelta(days=1), NOON)
    assert _told(outcome) == {("d01", "T-3", "sent"), ("k00", "T-3", "sent")}
    assert [one.audience for one in outcome.no_contact] == ["unit"]
    assert "không gửi được đến địa chỉ của đơn vị" in ledger.digests()[-1].body
    assert run_remind(settings, NEAR + timedelta(days=2), NOON).notices == []
    month_later = NEAR + timedelta(days=45)
    assert ("c0101", "T+14", "sent") in _told(run_remind(settings, month_later, NOON))


def test_the_alternate_serves_on_the_days_without_a_main_address(ledger: Ledger, settings: Settings) -> None:
    ledger.forget_contacts("C0101")
    ledger.add_contact("C0101", "main@example.invalid", valid_to=NEAR)
    ledger.add_contact("C0101", "second@example.invalid", role="alternate")
    ledger.owe("C0101", DUE)
    assert _told(run_remind(settings, NEAR, NOON)) == {("main", "T-3", "sent")}
    assert _told(run_remind(settings, LATE, NOON)) == {("second", "T+1", "sent")}


def test_every_refusal_is_told_once_with_its_copy_and_an_acceptance_where_it_is_wanted(
    ledger: Ledger, settings: Settings
) -> None:
    reply = settings.outbox / "C0101" / "R000001_ket-qua.xlsx"
    reply.parent.mkdir(parents=True)
    reply.write_bytes(b"PK")
    owed = ledger.owe("C0101", date(2021, 12, 1))
    at = NOON - timedelta(days=1)
    ledger.move(owed, ReturnState.REJECTED, reply="outbox/C0101/R000001_ket-qua.xlsx", received_at=at)
    assert run_remind(settings, SATURDAY, NOON).notices == []
    (told,) = run_remind(settings, MONDAY, NOON).notices
    assert (told.recipient, told.rung, told.state) == ("c0101@example.invalid", "reply", "sent")
    assert told.attachments == ["outbox/C0101/R000001_ket-qua.xlsx"]
    body = ledger.digests()[0].body
    assert "R000001_ket-qua.xlsx" in body
    assert "2021-9T" in body
    assert "<b>" not in (ledger.digests()[0].html or "")
    assert run_remind(settings, MONDAY, NOON).notices == []
    ledger.move(owed, ReturnState.ACCEPTED, reply="outbox/C0101/R000002.xlsx", received_at=at, accepted=True)
    assert run_remind(settings, MONDAY, NOON).notices == []
    wanted = settings.model_copy(update={"tell_accepted": True})
    (accepted,) = run_remind(wanted, MONDAY, NOON).notices
    assert "Đã nhận báo cáo" in accepted.subject


def test_a_correction_refused_later_is_told_and_the_ladder_goes_on(ledger: Ledger, settings: Settings) -> None:
    owed = ledger.owe("C0101", DUE)
    run_remind(settings, LATE, NOON)
    ledger.move(owed, ReturnState.ACCEPTED)
    assert run_remind(settings, date(2021, 9, 28), NOON).notices == []
    ledger.move(owed, ReturnState.REJECTED, reply="outbox/C0101/R000001.xlsx", received_at=NOON)
    told = run_remind(settings, ESCALATED, NOON).notices
    assert [(one.recipient.partition("@")[0], one.rung) for one in told] == [
        ("c0101", "reply"), ("c0101", "T+7"), ("d01", "T+7"),
    ]  # fmt: skip
    assert {one.slip for one in told if one.returns} == {"red"}


def test_a_dry_run_says_who_why_and_with_which_files(ledger: Ledger, settings: Settings) -> None:
    ledger.forget_contacts("C0101")
    ledger.add_contact("C0101", "second@example.invalid", role="alternate")
    ledger.owe("C0101", DUE)
    dry = run_remind(settings, date(2021, 9, 9), NOON, dry_run=True)
    assert not list(settings.outbox.rglob("*.ics"))
    assert dry.lines == [
        "Phiếu xanh 01/PN-2021 gửi second@example.invalid (địa chỉ thay thế): "
        "[Phiếu xanh] Sắp đến hạn gửi 1 báo cáo (hạn sớm nhất 23/9/2021)",
        "   T-14 (đến mốc 14 ngày trước hạn): C0101 2021-9T (riêng)",
        "   kèm tệp: outbox/C0101/C0101_20210909.ics",
    ]
    real = run_remind(settings, date(2021, 9, 9), NOON)
    assert [one.attachments for one in real.notices] == [one.attachments for one in dry.notices]
    assert [path.name for path in settings.outbox.rglob("*.ics")] == ["C0101_20210909.ics"]
    assert b"DTSTART;VALUE=DATE:20210923" in next(settings.outbox.rglob("*.ics")).read_bytes()
