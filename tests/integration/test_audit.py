"""The audit log: appended in the transaction of the deed, changed by nobody, and whoever changes it is found out."""

import threading
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from office import Office
from scene import SYMBOL, Sender, open_scene
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError
from sqlmodel import select

from flows.jobs import auditing, claim
from flows.jobs.audit import run_audit
from flows.jobs.collect import run_collect
from flows.jobs.doctor import run_doctor
from flows.jobs.exceptions import Asked, run_extend
from models.audit import ORIGIN, AuditEntry
from models.queries.audit import Broken, Deed, append, find_break, find_head
from models.returns import Extension, Receipt
from models.store import open_engine, reading, writing
from settings import Settings

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
D01 = Asked("D01", "2022-6T", kind="own")


def write(engine: Engine, count: int) -> None:
    for number in range(count):
        with writing(engine) as session:
            append(session, Deed(NOW + timedelta(minutes=number), "person:a", "plan.assigned", f"Đ{number}", {"n": 1}))


def breaks(engine: Engine) -> Broken | None:
    with reading(engine) as session:
        return find_break(session)


def tamper(engine: Engine, statement: str) -> None:
    """Do what only whoever owns the database can: take the triggers off, then change."""
    names = {"sqlite": ("audit_entry_update", "audit_entry_delete"), "postgresql": ("audit_entry_change",)}
    suffix = " ON audit_entry" if engine.dialect.name == "postgresql" else ""
    with engine.begin() as connection:
        for name in names[engine.dialect.name]:
            connection.execute(text(f"DROP TRIGGER {name}{suffix}"))
        connection.execute(text(statement))


def test_entries_are_chained_from_the_first_on(any_engine: Engine) -> None:
    write(any_engine, 3)
    with reading(any_engine) as session:
        entries = list(session.exec(select(AuditEntry).order_by(AuditEntry.sequence)))  # type: ignore[arg-type]
    assert [one.sequence for one in entries] == [1, 2, 3]
    assert [one.previous for one in entries] == [ORIGIN, entries[0].hash, entries[1].hash]
    assert entries[0].detail == '{"n":1}'
    assert breaks(any_engine) is None


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_entry SET actor = 'person:b' WHERE sequence = 2",
        "DELETE FROM audit_entry WHERE sequence = 2",
        "DELETE FROM audit_entry",
    ],
)
def test_the_database_lets_nobody_change_what_was_appended(any_engine: Engine, statement: str) -> None:
    write(any_engine, 3)
    with pytest.raises(DatabaseError, match="append-only"), any_engine.begin() as connection:
        connection.execute(text(statement))
    assert breaks(any_engine) is None


def test_postgresql_does_not_let_the_log_be_emptied(postgres: Engine) -> None:
    write(postgres, 1)
    with pytest.raises(DatabaseError, match="append-only"), postgres.begin() as connection:
        connection.execute(text("TRUNCATE audit_entry"))


def test_sqlite_does_not_let_an_entry_be_replaced(engine: Engine) -> None:
    write(engine, 2)
    replace = "INSERT OR REPLACE INTO audit_entry SELECT 1, at, 'person:b', action, subject, detail, previous, hash"
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text(f"{replace} FROM audit_entry WHERE sequence = 1"))


@pytest.mark.parametrize(
    ("statement", "broken"),
    [
        ("UPDATE audit_entry SET actor = 'person:b' WHERE sequence = 2", Broken(2, "hash")),
        ("UPDATE audit_entry SET hash = previous WHERE sequence = 3", Broken(3, "hash")),
        ("DELETE FROM audit_entry WHERE sequence = 2", Broken(3, "gap")),
        ("DELETE FROM audit_entry WHERE sequence = 1", Broken(2, "gap")),
    ],
)
def test_the_first_broken_link_is_named(any_engine: Engine, statement: str, broken: Broken) -> None:
    write(any_engine, 4)
    tamper(any_engine, statement)
    assert breaks(any_engine) == broken


def test_a_log_cut_off_at_its_end_is_found_out_by_a_head_told_before(tmp_path: Path) -> None:
    settings = open_scene(tmp_path / "workspace")
    engine = open_engine(settings.url)
    write(engine, 3)
    with reading(engine) as session:
        head = find_head(session)
    assert head is not None
    assert run_audit(settings, head=head.hash[:16]).holds
    tamper(engine, "DELETE FROM audit_entry WHERE sequence = 3")
    assert run_audit(settings, verify=True).holds
    assert run_audit(settings, head=head.hash[:16]).broken == {"sequence": None, "why": "head"}


def test_many_who_append_at_once_make_one_chain(any_engine: Engine) -> None:
    writers = [threading.Thread(target=write, args=(any_engine, 5)) for _ in range(4)]
    for one in writers:
        one.start()
    for one in writers:
        one.join()
    assert breaks(any_engine) is None
    with reading(any_engine) as session:
        head = find_head(session)
    assert head is not None
    assert head.sequence == 20


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    return open_scene(tmp_path / "workspace")


def test_a_deed_that_fails_leaves_no_entry(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(auditing, "append", full)
    with pytest.raises(OSError, match="No space"):
        run_extend(settings, D01, date(2022, 7, 10), "Lũ lụt", None, NOW)
    with reading(open_engine(settings.url)) as session:
        assert session.exec(select(Extension)).all() == []


def test_what_is_decided_stands_in_the_log_with_the_hash_of_its_file(settings: Settings) -> None:
    engine = open_engine(settings.url)
    sender = Sender(engine, settings.workspace)
    for unit in ("D01", "D02"):
        folder = settings.inbox / unit
        folder.mkdir(parents=True, exist_ok=True)
        sender.write(sender.answers(unit)).rename(folder / "bao-cao.xlsx")
    (settings.inbox / "D01" / "x.csv").write_bytes(b"x")
    run_collect(settings, NOW)
    run_collect(settings, NOW)
    with reading(engine) as session:
        receipts = {one.number: [one.state.value, one.sha256] for one in session.exec(select(Receipt))}
    (entry,) = [one for one in run_audit(settings).entries if one["action"] == "receipts.decided"]
    assert entry["actor"] == "engine:collector"
    assert entry["detail"]["receipts"] == receipts
    assert entry["detail"]["counts"] == Counter(state for state, _ in receipts.values())
    assert len(receipts) == 3


def test_no_reason_and_no_name_of_an_office_stands_in_the_log(settings: Settings) -> None:
    run_extend(settings, D01, date(2022, 7, 10), "Đồng chí Nguyễn Văn A ốm", "Trần Thị B", NOW)
    (entry,) = run_audit(settings).entries
    assert entry["action"] == "return.extended"
    assert entry["subject"] == f"{SYMBOL} 2022-6T D01"
    assert entry["actor"].startswith("person:")
    assert "Nguyễn" not in str(entry)
    assert "Trần" not in str(entry)


def test_the_command_lists_verifies_and_says_the_first_broken_link(settings: Settings) -> None:
    office = Office(settings.workspace)
    office.ask("remind", "--stop", "Thử")
    office.ask("remind", "--go")
    said = office.ask("audit", "--verify")
    assert [one["action"] for one in said["entries"]] == ["sending.stopped", "sending.resumed"]
    assert (said["sequence"], said["holds"], said["broken"]) == (2, True, None)
    assert office.ask("audit", "--since", "2999-01-01")["entries"] == []
    (found,) = [one["found"] for one in office.ask("doctor")["checks"] if one["check"] == "audit"]
    assert found == f"2 {said['head']}"
    tamper(open_engine(settings.url), "UPDATE audit_entry SET actor = 'person:b' WHERE sequence = 1")
    assert office.ask("audit", "--verify")["broken"] == {"sequence": 1, "why": "hash"}
    assert "1" in office.run("audit", "--verify").out
    (check,) = [one for one in run_doctor(settings, NOW).checks if one.check == "audit"]
    assert not check.ok
