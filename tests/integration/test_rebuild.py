"""All originals read again say what the record says; where they do not, what differs is named."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from builders import KEY_ID, STAMP_KEYS
from office import Office
from scene import Sender, make_scene
from sqlalchemy import Engine, text
from sqlmodel import select

from flows.jobs.audit import run_audit
from flows.jobs.exceptions import Asked, run_excuse, run_extend
from flows.jobs.rebuild import RebuildOutcome, run_rebuild
from flows.jobs.restore import run_restore
from models.errors import RefusedError
from models.queries.rebuilding import COMPARED
from models.returns import Receipt
from models.store import reading, writing
from settings import Settings, find_settings, open_workspace

NOW = datetime(2022, 8, 1, 3, tzinfo=UTC)
D01 = Asked("D01", "2022-6T", kind="own")


@pytest.fixture
def settings(any_engine: Engine, tmp_path: Path) -> Settings:
    opened = open_workspace(tmp_path / "workspace")
    opened.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    url = any_engine.url.render_as_string(hide_password=False)
    return opened.model_copy(update={"database_url": url})


@pytest.fixture
def sender(any_engine: Engine, settings: Settings) -> Sender:
    with writing(any_engine) as session:
        make_scene(session)
    return Sender(any_engine, settings.workspace)


def busy_office(sender: Sender, settings: Settings) -> None:
    """Accepted, refused, corrected, late and extended, twice the same, held; refused and then excused."""
    sender.send(sender.answers(), received=date(2022, 6, 20))
    sender.send(sender.answers(I01=None), received=date(2022, 6, 21))
    sender.send(sender.answers("C0101"), received=date(2022, 6, 20))
    again = sender.write(sender.answers(I01=99))
    sender.process(sender.deliver(again, "D01", received=date(2022, 6, 22)))
    sender.process(sender.deliver(again, "D01", received=date(2022, 6, 23)))
    sender.send(sender.answers("D02"), unit="D01", received=date(2022, 6, 23))
    sender.send(sender.answers(kind="consolidated"), received=date(2022, 6, 23))
    sender.send(sender.answers("D02", I01=None), received=date(2022, 6, 30))
    run_extend(settings, Asked("D02", "2022-6T"), date(2022, 7, 10), "Lũ lụt", None, at(2022, 7, 1))
    sender.send(sender.answers("D02", I18=None), received=date(2022, 7, 4))
    run_excuse(settings, Asked("D02", "2022-6T"), "Lũ lụt", None, at(2022, 7, 5))


def at(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


def told(outcome: RebuildOutcome) -> set[tuple[str, str]]:
    return {(one.what, one.subject) for one in outcome.differences}


def test_the_archive_says_what_the_record_says(sender: Sender, settings: Settings) -> None:
    busy_office(sender, settings)
    with reading(sender.engine) as session:
        states = {one.state.value for one in session.exec(select(Receipt))}
    assert states == {"accepted", "rejected", "duplicate", "quarantined"}
    outcome = run_rebuild(settings, NOW)
    assert outcome.differences == []
    assert (outcome.same, outcome.receipts, outcome.lost) == (True, 9, [])


def test_a_value_changed_in_the_record_is_named(sender: Sender, settings: Settings) -> None:
    receipt = sender.send(sender.answers())
    with sender.engine.begin() as connection:
        connection.execute(text("UPDATE reported_value SET value = '4711' WHERE indicator_id = 1"))
        connection.execute(text("DELETE FROM progress WHERE task_id = 1"))
        connection.execute(text("UPDATE receipt SET days_late = 7"))
    outcome = run_rebuild(settings, NOW)
    assert not outcome.same
    assert outcome.counts == {"receipt": 1, "value": 1, "progress": 1, "finding": 0, "return": 0, "counting": 0}
    (value,) = [one for one in outcome.differences if one.what == "value"]
    assert value.subject.startswith(f"{receipt.number} 1")
    assert ("4711" in value.record, "12" in value.archive) == (True, True)
    assert any(receipt.number in line and "4711" in line for line in outcome.lines)


def test_a_finding_changed_in_the_record_is_named(sender: Sender, settings: Settings) -> None:
    receipt = sender.send(sender.answers(I01=None))
    with sender.engine.begin() as connection:
        connection.execute(text("UPDATE finding SET cell = 'A1'"))
    outcome = run_rebuild(settings, NOW)
    assert outcome.counts == {**dict.fromkeys(COMPARED, 0), "finding": len(outcome.differences)}
    assert {one.subject.split()[0] for one in outcome.differences} == {receipt.number}


def test_an_office_made_anew_from_its_originals_is_restored(sender: Sender, settings: Settings, tmp_path: Path) -> None:
    """What was changed behind dondoc's back in the record is as the originals say, and the log holds."""
    busy_office(sender, settings)
    with sender.engine.begin() as connection:
        connection.execute(text("UPDATE reported_value SET value = '4711' WHERE indicator_id = 1"))
    file = tmp_path / "again.zip"
    outcome = run_rebuild(settings, NOW, file)
    assert (outcome.same, outcome.file, outcome.sha256 is None) == (False, str(file), False)
    assert not run_rebuild(settings, NOW).same  # the record at work stays as it is
    other = find_settings(tmp_path / "elsewhere")
    run_restore(other, file, NOW)
    assert run_rebuild(other, NOW).same
    log = run_audit(other, None, verify=True)
    assert [one["action"] for one in log.entries][-2:] == ["record.rebuilt", "record.restored"]


def test_no_office_is_made_anew_while_originals_are_wanting(sender: Sender, settings: Settings, tmp_path: Path) -> None:
    receipt = sender.send(sender.answers())
    (settings.archive / receipt.sha256).unlink()
    with pytest.raises(RefusedError) as refused:
        run_rebuild(settings, NOW, tmp_path / "again.zip")
    assert (refused.value.key, [*tmp_path.glob("*.zip")]) == ("rebuild.wanting", [])


def test_an_original_that_is_gone_or_changed_is_named(sender: Sender, settings: Settings) -> None:
    gone, changed = sender.send(sender.answers()), sender.send(sender.answers("C0101"))
    (settings.archive / gone.sha256).unlink()
    (settings.archive / changed.sha256).write_bytes(b"something else")
    outcome = run_rebuild(settings, NOW)
    assert outcome.lost == sorted([gone.sha256, changed.sha256])
    assert {("receipt", gone.number), ("receipt", changed.number)} <= told(outcome)


def test_nothing_is_changed_and_nothing_left_behind(sender: Sender, settings: Settings) -> None:
    busy_office(sender, settings)
    before = sorted(path.name for path in settings.workspace.iterdir())
    run_rebuild(settings, NOW)
    assert sorted(path.name for path in settings.workspace.iterdir()) == before
    assert run_rebuild(settings, NOW).same


def test_the_command_says_that_nothing_differs(tmp_path: Path) -> None:
    said = Office(tmp_path / "workspace").ask("rebuild")
    assert (said["same"], said["receipts"], said["differences"]) == (True, 0, [])
