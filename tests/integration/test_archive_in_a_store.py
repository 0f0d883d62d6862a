"""The archive in a store of the S3 kind, by a real server: kept, read back, away and back again."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from accidents import RECEIVED, all_receipts, ensure_answered, here_and_now, sha256, start
from builders import KEY_ID, STAMP_KEYS
from scene import make_scene
from sqlalchemy import Engine
from watching import Script, drop

from flows.jobs import claim, collect
from flows.jobs.backup import run_backup
from flows.jobs.claim import claim_waiting
from flows.jobs.collect import run_collect
from flows.jobs.doctor import run_doctor
from flows.jobs.keeping import originals_of
from flows.jobs.rebuild import run_rebuild
from flows.jobs.restore import run_restore
from intake import originals
from models.errors import ArchiveAwayError, RefusedError
from models.store import migrate, open_engine, writing
from settings import Settings, WrongSettingsError, open_workspace

moto = pytest.importorskip("moto.server", reason="the store's server is a dependency of the tests")
NOW = datetime(2022, 8, 1, 3, tzinfo=UTC)
BUCKET = "originals"


class Server:
    """A store that can be stopped and started; what lies in it stays."""

    def __init__(self) -> None:
        self.port = 0
        self.start()

    def start(self) -> None:
        self.server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=self.port, verbose=False)
        self.server.start()
        self.port = self.server.get_host_and_port()[1]

    def stop(self) -> None:
        self.server.stop()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    opened, environment = Server(), pytest.MonkeyPatch()
    environment.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{opened.port}")
    environment.setenv("AWS_DEFAULT_REGION", "us-east-1")
    environment.setenv("AWS_ACCESS_KEY_ID", "tester")
    environment.setenv("AWS_SECRET_ACCESS_KEY", "invented")
    opener = store(f"s3://{BUCKET}/any", Path()).root.fs
    opener.clear_instance_cache()  # one opened by another test would ask where that one's server was
    store(f"s3://{BUCKET}/any", Path()).root.fs.mkdir(BUCKET)
    yield opened
    opened.stop()
    environment.undo()


def store(address: str, workspace: Path) -> originals.Store:
    return originals.Store(address, workspace)


@pytest.fixture
def settings(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    monkeypatch.setattr(collect, "readers", here_and_now)
    opened = office(tmp_path / "workspace", f"s3://{BUCKET}/{uuid4().hex}")
    engine = open_engine(opened.url)
    migrate(engine)
    with writing(engine) as session:
        make_scene(session)
    engine.dispose()
    return opened


def office(workspace: Path, address: str, **over: object) -> Settings:
    workspace.mkdir()
    (workspace / "dondoc.toml").write_text(f'archive_folder = "{address}"\n', "utf-8")
    opened = open_workspace(workspace)
    opened.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    return opened.model_copy(update=over)


def kept(settings: Settings) -> set[str]:
    root = store(settings.archive_store or "", settings.workspace).root
    return {path.name for path in root.iterdir()} - {originals.PROBE}


def damage(settings: Settings, sha256: str) -> None:
    (store(settings.archive_store or "", settings.workspace).root / sha256).write_bytes(b"something else")


def ensure_nothing_at_hand(settings: Settings) -> None:
    assert not list(settings.workspace.glob(f"{originals.UNFINISHED}*"))
    assert not (settings.workspace / "archive").exists()


def test_what_comes_in_is_kept_in_the_store_and_answered(settings: Settings) -> None:
    drop(settings, "good.xlsx")
    drop(settings, "bad.xlsx", I01=None)
    drop(settings, "again.xlsx")
    shutil.copy(settings.inbox / "D01" / "good.xlsx", settings.inbox / "D01" / "again.xlsx")
    done = run_collect(settings, RECEIVED).receipts
    assert sorted(one["state"] for one in done) == ["accepted", "duplicate", "rejected"]
    assert kept(settings) == {one["sha256"] for one in done}
    assert all((settings.workspace / one["reply"]).is_file() for one in done)
    ensure_nothing_at_hand(settings)


def test_backup_restore_and_rebuild_go_through_the_store(settings: Settings, tmp_path: Path) -> None:
    drop(settings)
    run_collect(settings, RECEIVED)
    rebuilt = run_rebuild(settings, NOW)
    assert (rebuilt.same, rebuilt.receipts, rebuilt.lost) == (True, 1, [])
    file = tmp_path / "backup.zip"
    assert run_backup(settings, file, NOW).lost == []
    other = office(tmp_path / "again", f"s3://{BUCKET}/{uuid4().hex}")
    other.stamp_key_file.unlink()
    run_restore(other, file, NOW)
    assert kept(other) == kept(settings)
    assert run_rebuild(other, NOW).same
    ensure_nothing_at_hand(other)


def test_a_store_that_is_away_keeps_files_waiting_and_all_goes_on_when_it_is_back(
    settings: Settings, server: Server
) -> None:
    missed: list[bool] = []

    def look() -> None:
        missed.append((settings.inbox / "D01" / "2.xlsx").exists())

    script = Script([
        lambda: drop(settings, "1.xlsx"),
        server.stop,
        lambda: drop(settings, "2.xlsx", I01=11),
        look,
        look,
        server.start,
        lambda: None,
    ]).run(settings)  # fmt: skip
    assert script.said == [("1.xlsx", "accepted"), ("2.xlsx", "accepted")]
    assert missed == [True, True]
    assert [type(error) for error in script.errors] == [ArchiveAwayError]  # told once, not every round
    assert len(kept(settings)) == 2


def test_a_store_that_goes_between_taking_and_reading_counts_nothing_twice(settings: Settings, server: Server) -> None:
    drop(settings)
    assert len(claim_waiting(settings, RECEIVED)) == 1
    server.stop()
    with pytest.raises(ArchiveAwayError):
        run_collect(settings, RECEIVED)
    server.start()
    assert [one["state"] for one in run_collect(settings, RECEIVED).receipts] == ["accepted"]
    assert len(all_receipts(settings)) == 1


def test_a_damaged_original_is_told_and_keeps_no_other_waiting(settings: Settings, tmp_path: Path) -> None:
    first, second = drop(settings, "1.xlsx"), drop(settings, "2.xlsx", I01=11)
    whole = second.read_bytes()
    lost = sha256(first.read_bytes())
    claim_waiting(settings, RECEIVED)
    damage(settings, lost)
    with pytest.raises(RefusedError, match=lost):
        run_collect(settings, RECEIVED)
    assert [one.state.value for one in all_receipts(settings)] == ["archived", "accepted"]
    assert run_rebuild(settings, NOW).lost == []  # it was not decided yet
    assert run_backup(settings, tmp_path / "backup.zip", NOW).lost == [lost]
    assert originals_of(settings).is_whole(sha256(whole))


def test_the_same_file_sent_again_mends_what_is_damaged(settings: Settings) -> None:
    again = drop(settings, "1.xlsx").read_bytes()
    run_collect(settings, RECEIVED)
    [name] = kept(settings)
    damage(settings, name)
    assert run_rebuild(settings, NOW).lost == [name]
    (settings.inbox / "D01" / "2.xlsx").write_bytes(again)
    assert [one["state"] for one in run_collect(settings, RECEIVED).receipts] == ["duplicate"]
    assert originals_of(settings).is_whole(name)


@pytest.mark.xdist_group("postgres")
def test_two_collectors_with_one_inbox_record_and_store_count_each_file_once_though_one_is_killed(
    settings: Settings, postgres: Engine
) -> None:
    shared = settings.model_copy(update={"database_url": postgres.url.render_as_string(hide_password=False)})
    with writing(postgres) as session:
        make_scene(session)
    contents = [drop(shared, f"{number}.xlsx", I01=10 + number).read_bytes() for number in range(40)]
    killed, other = start(shared), start(shared)
    while not all_receipts(shared):
        time.sleep(0.05)
    killed.kill()
    killed.communicate()
    assert other.wait(120) == 0
    assert start(shared).wait(120) == 0
    receipts = all_receipts(shared)
    assert sorted(one.revision or 0 for one in receipts) == list(range(1, 41))
    assert {one.sha256 for one in receipts} == kept(shared) == {sha256(one) for one in contents}
    assert not list(shared.inbox.rglob("*.xlsx"))
    ensure_answered(shared)


def test_the_doctor_says_whether_the_store_answers(settings: Settings, tmp_path: Path) -> None:
    assert told(settings) == ""
    nowhere = settings.model_copy(update={"archive_folder": "s3://no-such-bucket/x"})
    assert "s3://no-such-bucket/x" in told(nowhere)
    drop(nowhere)
    with pytest.raises(ArchiveAwayError):
        run_collect(nowhere, RECEIVED)
    with pytest.raises(ArchiveAwayError):  # and never: the original is missing
        originals_of(nowhere).is_whole("0" * 64)


def told(settings: Settings) -> str:
    return next(one.advice for one in run_doctor(settings, NOW, probe=True).checks if one.check == "archive")


@pytest.mark.parametrize("place", ["gs://bucket/x", "s3://key:secret@bucket/x", "s3://"])
def test_other_addresses_are_wrong_settings(place: str, tmp_path: Path) -> None:
    with pytest.raises(WrongSettingsError) as raised:
        office(tmp_path / "w", place)
    assert str(raised.value) == "archive_folder"


def test_without_the_library_a_sentence_says_what_to_install(settings: Settings) -> None:
    blocked = pytest.MonkeyPatch()
    blocked.setitem(sys.modules, "s3fs", None)
    with pytest.raises(RefusedError, match=r"archive\.no-extra"):
        originals_of(settings)
    assert "pip install" in told(settings)
    blocked.undo()


def test_the_library_is_loaded_for_a_store_alone() -> None:
    code = (
        "import sys, intake.originals, flows.jobs.collect as c; print({'s3fs', 'upath', 'botocore'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
