"""A backup taken while others work becomes the same office again, on either database; what is not whole is refused."""

import json
import re
import stat
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from accidents import RECEIVED, all_receipts, ensure_nothing_lost, ensure_taken_in, sha256, start
from builders import build_return
from histories import FIRST
from office import Office
from rounds import AS_AT, SPAN, open_round
from scene import SYMBOL, make_answers, open_scene
from sqlalchemy import Engine, text
from sqlmodel import select

from flows.jobs import claim
from flows.jobs.approve import run_approve
from flows.jobs.audit import run_audit
from flows.jobs.backup import BackupOutcome, run_backup
from flows.jobs.collect import run_collect
from flows.jobs.figures import run_figures
from flows.jobs.restore import RestoreOutcome, run_restore
from flows.jobs.review import run_review
from models.errors import RefusedError
from models.queries.sending import find_stop
from models.returns import Receipt
from models.review import ReviewFile, Snapshot
from models.store import newest_migration, open_engine, reading, writing
from models.transfer import copy_from_file, copy_to_file
from models.unit import Unit
from settings import Settings, find_settings, open_workspace, read_settings

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)
CANARY = "p4ss-w0rd-of-nobody"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_scene(tmp_path / "workspace")


@pytest.fixture
def reviewed(tmp_path: Path) -> Settings:
    """A round with an approved review."""
    with open_round(tmp_path / "workspace") as (settings, _):
        pass
    drafted = run_review(settings, FIRST, *SPAN, as_at=AS_AT)
    run_approve(settings, drafted.review, AS_AT + timedelta(days=30))
    return settings


def elsewhere(tmp_path: Path, name: str = "elsewhere", **over: Any) -> Settings:
    return find_settings(tmp_path / name).model_copy(update=over)


def back_and_forth(settings: Settings, tmp_path: Path, **over: Any) -> tuple[Settings, RestoreOutcome]:
    file = tmp_path / "house.zip"
    run_backup(settings, file, NOW)
    other = elsewhere(tmp_path, **over)
    return other, run_restore(other, file, NOW)


def figures(settings: Settings) -> list[dict[str, Any]]:
    return [vars(one) if hasattr(one, "__dict__") else one for one in run_figures(settings, FIRST).figures]


def hashes(settings: Settings) -> list[str]:
    engine = open_engine(settings.url)
    with reading(engine) as session:
        found = list(session.exec(select(Snapshot.sha256)))
    engine.dispose()
    return found


def files_of(settings: Settings, *folders: str) -> dict[str, bytes]:
    places = [path for folder in folders for path in (settings.workspace / folder).rglob("*") if path.is_file()]
    return {path.relative_to(settings.workspace).as_posix(): path.read_bytes() for path in places}


def test_a_restored_office_has_the_same_figures_files_and_snapshots(reviewed: Settings, tmp_path: Path) -> None:
    other, restored = back_and_forth(reviewed, tmp_path)
    assert figures(other) == figures(reviewed) != []
    assert hashes(other) == hashes(reviewed) != []
    assert files_of(other, "reviews") == files_of(reviewed, "reviews") != {}
    again = run_review(other, FIRST, *SPAN, as_at=AS_AT)
    assert again.snapshot == hashes(reviewed)[0]
    assert restored.receipts == len(all_receipts(reviewed))
    log = run_audit(other, verify=True)
    assert log.holds
    assert [one["action"] for one in log.entries] == [
        "review.drafted", "review.approved", "record.restored", "review.drafted",
    ]  # fmt: skip


def test_the_record_goes_from_sqlite_to_postgresql_and_back(
    reviewed: Settings, tmp_path: Path, postgres: Engine
) -> None:
    url = postgres.url.render_as_string(hide_password=False)
    on_postgres, _ = back_and_forth(reviewed, tmp_path, database_url=url)
    assert figures(on_postgres) == figures(reviewed)
    with writing(postgres) as session:  # numbers are counted on
        session.add(Unit(code="D99", valid_from=AS_AT.date()))
    (tmp_path / "second").mkdir()
    back, _ = back_and_forth(on_postgres, tmp_path / "second")
    assert figures(back) == figures(reviewed)
    assert hashes(back) == hashes(reviewed)
    assert run_audit(back, verify=True).holds


def test_rows_that_point_into_their_own_table_are_copied_in_any_order(
    settings: Settings, tmp_path: Path, postgres: Engine
) -> None:
    engine = open_engine(settings.url)
    with writing(engine) as session:
        unit = session.exec(select(Unit.id)).first()
        later = [Receipt(id=number, claim=str(number), unit_id=unit, file_name="a", sha256="0", size=1, received_at=NOW)
                 for number in (5, 9)]  # fmt: skip
        session.add_all(later)
        session.flush()
        later[0].duplicate_of = 9
    copy_to_file(engine, tmp_path / "copy.db")
    copy_from_file(tmp_path / "copy.db", postgres)
    with reading(postgres) as session:
        assert dict(session.exec(select(Receipt.id, Receipt.duplicate_of)).all()) == {5: 9, 9: None}


def drop(settings: Settings, units: Sequence[str], numbers: Iterable[int]) -> list[bytes]:
    """Let units drop several versions of a return, each with other figures."""
    paths = [settings.inbox / unit / f"2022-6T {number}.xlsx" for unit in units for number in numbers]
    for number, path in enumerate(paths):
        build_return(path, make_answers(path.parent.name, "2022-6T", "own", I01=10 + number))
    return [path.read_bytes() for path in paths]


@pytest.mark.slow
def test_a_backup_while_a_collector_is_at_work_is_whole(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever moment it catches, every receipt has its original; figures and snapshot of before are the same."""
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    settings = settings.model_copy(update={"database_url": settings.url})
    before, span = RECEIVED - timedelta(days=1), (SYMBOL, "2021-N", "2022-N")
    contents = drop(settings, ("D01", "D02"), [0])
    run_collect(settings, before)
    snapshot = run_review(settings, *span, as_at=before).snapshot
    asked = ("figures", "--directive", SYMBOL, "--as-at", before.isoformat())
    figures_then = Office(settings.workspace).ask(*asked)
    contents += drop(settings, ("D01", "C0101", "D02", "D11"), range(1, 13))
    collector, taken = start(settings), list[BackupOutcome]()
    while collector.poll() is None:
        taken.append(run_backup(settings, tmp_path / f"{len(taken)}.zip", NOW))
    assert collector.returncode == 0, collector.communicate()
    assert len(taken) > 1
    ensure_taken_in(settings, contents)
    for number, backup in enumerate(taken):
        other = elsewhere(tmp_path, f"office-{number}")
        run_restore(other, Path(backup.file), NOW)
        found = all_receipts(other)
        assert len(found) == backup.receipts
        open_workspace(other.workspace)
        ensure_nothing_lost(other, [(other.archive / one.sha256).read_bytes() for one in found])
    assert Office(other.workspace).ask(*asked) == figures_then
    assert hashes(other)[0] == snapshot == run_review(other, *span, as_at=before).snapshot


def test_a_restored_office_sends_nothing_by_itself(settings: Settings, tmp_path: Path) -> None:
    other, restored = back_and_forth(settings, tmp_path)
    with reading(open_engine(other.url)) as session:
        stop = find_stop(session)
    assert stop is not None
    assert restored.stopped
    assert any("dondoc remind --go" in line for line in restored.lines)


def test_reviews_on_record_lie_where_the_workspace_now_is(reviewed: Settings, tmp_path: Path) -> None:
    other, _ = back_and_forth(reviewed, tmp_path)
    with reading(open_engine(other.url)) as session:
        paths = [Path(path) for path in session.exec(select(ReviewFile.path))]
    assert paths
    assert all(path.is_relative_to(other.workspace) and path.is_file() for path in paths)


def test_a_backup_is_for_our_own_eyes_and_holds_no_secret_setting(settings: Settings, tmp_path: Path) -> None:
    toml = f'language = "en"\nsmtp_password = "{CANARY}"\nsmtp_pasword = "{CANARY}"\nwebhooks = {{D01 = "{CANARY}"}}\n'
    toml += f'archive_folder = "{tmp_path / "originals"}"\nteams_hooks = {{D01 = "{CANARY}"}}\nsend_from = 08:15:00\n'
    toml += 'telegram_chats = {D01 = "-1 \\"a\\""}\n[document]\nrecipients = ["a", "b"]\ntemplate = "/nowhere"\n'
    (settings.workspace / "dondoc.toml").write_text(toml, encoding="utf-8")
    opened = open_workspace(settings.workspace)
    outcome = run_backup(opened, tmp_path / "house.zip", NOW)
    assert stat.S_IMODE((tmp_path / "house.zip").stat().st_mode) == 0o600
    assert set(outcome.left_out) == {"archive_folder", "smtp_password", "teams_hooks", "webhooks"}
    other = elsewhere(tmp_path)
    run_restore(other, tmp_path / "house.zip", NOW)
    assert CANARY not in (other.workspace / "dondoc.toml").read_text("utf-8")
    kept = read_settings(other.workspace)
    assert (kept.language, kept.telegram_chats, kept.send_from) == ("en", {"D01": '-1 "a"'}, opened.send_from)
    assert kept.document.recipients == ("a", "b")
    assert stat.S_IMODE(kept.stamp_key_file.stat().st_mode) == 0o600
    assert kept.stamp_key_file.read_bytes() == opened.stamp_key_file.read_bytes()


def test_originals_come_from_an_archive_on_another_disk(settings: Settings, tmp_path: Path) -> None:
    apart = settings.model_copy(update={"archive_folder": tmp_path / "originals"})
    (tmp_path / "originals").mkdir()
    engine = open_engine(settings.url)
    with writing(engine) as session:
        unit = session.exec(select(Unit.id)).first()
        row = {"unit_id": unit, "file_name": "a", "size": 1, "received_at": NOW}
        for name, data in (("gone", None), ("kept", b"kept"), ("changed", b"x")):
            digest = sha256(name.encode())
            session.add(Receipt(claim=name, sha256=digest, **row))
            if data is not None:
                (apart.archive / digest).write_bytes(data)
    (apart.archive / sha256(b"nobody names me")).write_bytes(b"nobody names me")
    outcome = run_backup(apart, tmp_path / "house.zip", NOW)
    assert set(outcome.lost) == {sha256(b"gone"), sha256(b"changed")}
    assert any("2" in line for line in outcome.lines)
    other = elsewhere(tmp_path)
    run_restore(other, tmp_path / "house.zip", NOW)
    assert {path.name for path in other.archive.iterdir()} == {sha256(b"kept"), sha256(b"changed")}
    assert stat.S_IMODE((other.archive / sha256(b"kept")).stat().st_mode) == 0o440


def test_refuses_to_overwrite_a_file_or_to_lie_where_units_can_read(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "there.zip").write_bytes(b"somebody's")
    for file, key in (
        (tmp_path / "there.zip", "backup.exists"),
        (tmp_path / "no" / "folder.zip", "backup.no-folder"),
        (settings.outbox / "house.zip", "backup.inside"),
    ):
        with pytest.raises(RefusedError, match=re.escape(key)):
            run_backup(settings, file, NOW)
    assert (tmp_path / "there.zip").read_bytes() == b"somebody's"


def test_refuses_to_restore_into_a_folder_that_holds_a_record(settings: Settings, tmp_path: Path) -> None:
    run_backup(settings, tmp_path / "house.zip", NOW)
    with pytest.raises(RefusedError, match=r"restore\.has-record"):
        run_restore(settings, tmp_path / "house.zip", NOW)
    other = elsewhere(tmp_path)
    (other.outbox / "D01").mkdir(parents=True)
    (other.outbox / "D01" / "a.xlsx").touch()
    with pytest.raises(RefusedError, match=r"restore\.not-empty"):
        run_restore(other, tmp_path / "house.zip", NOW)


def test_refuses_to_restore_into_a_database_that_holds_a_record(
    settings: Settings, tmp_path: Path, postgres: Engine
) -> None:
    run_backup(settings, tmp_path / "house.zip", NOW)
    with writing(postgres) as session:
        session.add(Unit(code="D01", valid_from=AS_AT.date()))
    other = elsewhere(tmp_path, database_url=postgres.url.render_as_string(hide_password=False))
    with pytest.raises(RefusedError, match=r"restore\.has-record") as refused:
        run_restore(other, tmp_path / "house.zip", NOW)
    assert ":***@" in str(refused.value)
    assert not other.workspace.exists()


def test_a_place_with_settings_of_its_own_keeps_them(settings: Settings, tmp_path: Path) -> None:
    (settings.workspace / "dondoc.toml").write_text('language = "en"\n')
    other = elsewhere(tmp_path)
    other.workspace.mkdir()
    (other.workspace / "dondoc.toml").write_text('language = "vi"\n')
    run_backup(settings, tmp_path / "house.zip", NOW)
    run_restore(other, tmp_path / "house.zip", NOW)
    assert (other.workspace / "dondoc.toml").read_text() == 'language = "vi"\n'
    assert (other.workspace / "dondoc.toml.restored").read_text() == 'language = "en"\n'


def changed(file: Path, change: Callable[[dict[str, bytes], dict[str, Any]], None]) -> Path:
    """Write a backup again with members and manifest changed."""
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    change(members, manifest)
    other = file.with_name("changed.zip")
    with zipfile.ZipFile(other, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
        archive.writestr("manifest.json", json.dumps(manifest))
    return other


def _slip(members: dict[str, bytes], manifest: dict[str, Any]) -> None:
    members["../outside"] = b"x"
    manifest["members"]["../outside"] = {"size": 1, "sha256": sha256(b"x")}


def _bit(members: dict[str, bytes], _: dict[str, Any]) -> None:
    members["stamp.key"] = members["stamp.key"][:-2] + b"0\n"


def _longer(members: dict[str, bytes], _: dict[str, Any]) -> None:
    members["stamp.key"] += b"0" * 100


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (_slip, "restore.unsafe"),
        (_bit, "restore.damaged"),
        (_longer, "restore.damaged"),
        (lambda members, _: members.pop("stamp.key"), "restore.incomplete"),
        (lambda members, _: members.update(more=b""), "restore.incomplete"),
        (lambda _, manifest: manifest.update(format=2, news=1), "restore.newer-format"),
        (lambda _, manifest: manifest.update(migration="9999"), "restore.newer-record"),
        (lambda _, manifest: manifest.pop("members"), "restore.no-backup"),
    ],
)
def test_refuses_what_is_not_whole_and_writes_nothing(
    settings: Settings, tmp_path: Path, change: Callable[..., None], key: str
) -> None:
    run_backup(settings, tmp_path / "house.zip", NOW)
    other = elsewhere(tmp_path)
    with pytest.raises(RefusedError, match=re.escape(key)):
        run_restore(other, changed(tmp_path / "house.zip", change), NOW)
    assert not other.workspace.exists()
    assert not (tmp_path / "outside").exists()


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all" * 100])
def test_refuses_a_file_that_is_no_backup(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "house.zip").write_bytes(data)
    with pytest.raises(RefusedError, match=r"restore\.no-backup"):
        run_restore(elsewhere(tmp_path), tmp_path / "house.zip", NOW)


def test_a_backup_cut_off_anywhere_is_refused(settings: Settings, tmp_path: Path) -> None:
    whole = Path(run_backup(settings, tmp_path / "house.zip", NOW).file).read_bytes()
    for part in range(1, 10):
        (tmp_path / "part.zip").write_bytes(whole[: len(whole) * part // 10])
        with pytest.raises(RefusedError, match=r"restore\."):
            run_restore(elsewhere(tmp_path), tmp_path / "part.zip", NOW)


def test_a_disk_that_is_full_leaves_nothing_of_a_backup(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = "No space left on device"
    (tmp_path / "disk").mkdir()
    monkeypatch.setattr("flows.jobs.parcel.os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, full)))
    with pytest.raises(RefusedError, match=full):
        run_backup(settings, tmp_path / "disk" / "house.zip", NOW)
    assert not list((tmp_path / "disk").iterdir())


def test_the_commands_say_what_was_done(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "house.zip"
    said = Office(settings.workspace).ask("backup", file)
    assert said["sha256"] == sha256(file.read_bytes())
    assert {"file", "sha256", "members", "receipts", "bytes"} <= said.keys()
    restored = Office(tmp_path / "elsewhere").ask("restore", file)
    assert {key: restored[key] for key in ("members", "receipts", "bytes")} == {
        key: said[key] for key in ("members", "receipts", "bytes")
    }
    assert Office(tmp_path / "elsewhere").ask("standing", "--directive", SYMBOL)["returns"]
    assert "house.zip" in Office(settings.workspace).refused("backup", file)


COMMANDS = (["standing", "--directive", SYMBOL], ["collect"], ["collect", "--watch"], ["remind"], ["backup", "x.zip"])


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_record_of_a_newer_program_ends_in_a_sentence(settings: Settings, command: list[str]) -> None:
    engine = open_engine(settings.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    ran = Office(settings.workspace).run(*command)
    assert (ran.code, ran.out) == (2, "")
    said = ran.err.splitlines()[-1]
    assert "9999" in said
    assert newest_migration() in said


def test_the_doctor_names_a_record_of_a_newer_program(settings: Settings) -> None:
    engine = open_engine(settings.url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    checks = {one["check"]: one for one in Office(settings.workspace).ask("doctor")["checks"]}
    assert not checks["database"]["ok"]
    assert "9999" in checks["database"]["advice"]
