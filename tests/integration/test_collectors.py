"""Two collectors at once on one inbox, as real processes; disks that are full or elsewhere."""

import errno
import os
import shutil
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from typing import Any

import pytest
from accidents import (
    RECEIVED,
    all_receipts,
    ensure_answered,
    ensure_nothing_lost,
    ensure_taken_in,
    here_and_now,
    sha256,
    start,
)
from builders import KEY_ID, STAMP_KEYS, build_return
from scene import Sender, make_answers, make_scene
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from flows.jobs import claim, collect
from flows.jobs.claim import claim_waiting, find_waiting
from flows.jobs.collect import run_collect
from intake.receive import process
from models.queries.receipts import get_receipts
from models.returns import Return
from models.states import ReturnState
from models.store import writing
from settings import Settings, open_workspace

SHARED_MEMORY = Path("/dev/shm")  # noqa: S108  a file system of its own, where there is one


@pytest.fixture
def settings(any_engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    opened = open_workspace(tmp_path / "workspace")
    opened.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    with writing(any_engine) as session:
        make_scene(session)
    url = any_engine.url.render_as_string(hide_password=False)
    return opened.model_copy(update={"database_url": url})


def drop_many(settings: Settings) -> list[bytes]:
    """Versions of the same return, copies, returns of others, and what is none."""
    for unit, period in (("D01", "2022-6T"), ("C0101", "2022-6T"), ("D02", "2022-6T"), ("D11", "2022-6T")):
        for number in range(5):
            answers = make_answers(unit, period, "own", I01=10 + number if number else None)
            build_return(settings.inbox / unit / f"{period} {number}.xlsx", answers)
        first = settings.inbox / unit / f"{period} 1.xlsx"
        shutil.copy(first, first.with_name(f"{period} copy.xlsx"))
        first.with_name(f"{period}.csv").write_bytes(f"{unit};{period}".encode())
    return [path.read_bytes() for path in settings.inbox.rglob("*") if path.is_file()]


@pytest.mark.slow
def test_of_two_collectors_at_once_each_file_gets_one_receipt_and_one_decision(settings: Settings) -> None:
    contents = drop_many(settings)
    both = [start(settings) for _ in range(2)]
    ended = [(one.communicate(timeout=120)[1], one.returncode) for one in both]
    assert [code for _, code in ended] == [0, 0], ended
    ensure_nothing_lost(settings, contents)
    ensure_taken_in(settings, contents)
    ensure_answered(settings)
    states = Counter(one.state.value for one in all_receipts(settings))
    assert states == {"accepted": 16, "duplicate": 4, "rejected": 4, "quarantined": 4}


@pytest.mark.slow
@pytest.mark.xdist_group("postgres")
@pytest.mark.parametrize("any_engine", ["postgres"], indirect=True)
def test_of_300_returns_that_two_collectors_share_each_counts_once_though_one_is_killed(settings: Settings) -> None:
    """The killed one leaves claims, receipts without a decision, or a batch that was never written."""
    for unit in ("D01", "C0101", "D02", "D11"):
        for number in range(75):
            answers = make_answers(unit, "2022-6T", "own", I01=10 + number)
            build_return(settings.inbox / unit / f"{number}.xlsx", answers)
    contents = [path.read_bytes() for path in settings.inbox.rglob("*.xlsx")]
    killed, other = start(settings), start(settings)
    while not all_receipts(settings):
        time.sleep(0.05)
    killed.kill()
    killed.communicate()
    assert other.wait(120) == 0
    assert start(settings).wait(120) == 0
    ensure_nothing_lost(settings, contents)
    ensure_taken_in(settings, contents)
    ensure_answered(settings)
    receipts = all_receipts(settings)
    assert Counter(one.state.value for one in receipts) == {"accepted": 300}
    revisions = Counter((one.return_id, one.revision) for one in receipts)
    assert (len(revisions), set(revisions.values())) == (300, {1})


def test_versions_of_one_return_are_decided_one_after_the_other(any_engine: Engine, tmp_path: Path) -> None:
    """A refused version that another collector decides meanwhile must not undo what was accepted."""
    sender = Sender(any_engine, tmp_path)
    with writing(any_engine) as session:
        make_scene(session)
    versions = [sender.answers(), sender.answers(I01=None), sender.answers(I01=13)]
    ids = [sender.deliver(sender.write(version), "D01") for version in versions]
    with writing(any_engine) as session:
        files = {one.sha256: sender.read(one.sha256) for one in get_receipts(session, ids)}

    def decide(*wanted: int) -> None:
        with writing(any_engine) as session:
            process(session, wanted, sender.office, files)

    with ThreadPoolExecutor(1) as pool:
        with writing(any_engine) as session:
            process(session, ids[:1], sender.office, files)
            other = pool.submit(decide, *ids)
            wait([other], timeout=1)
        other.result()
    with writing(any_engine) as session:
        found = get_receipts(session, ids)
        assert [(one.state.value, one.revision) for one in found] == [("accepted", 1), ("rejected", 2), ("accepted", 3)]
        owed = session.exec(select(Return).where(Return.id == found[0].return_id)).one()
        assert owed.state is ReturnState.ACCEPTED


@pytest.fixture
def one_office(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    monkeypatch.setattr(collect, "readers", here_and_now)
    opened = open_workspace(tmp_path / "workspace")
    opened.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    with writing(engine) as session:
        make_scene(session)
    engine.dispose()  # all of it in one file
    return opened.model_copy(update={"database_url": str(engine.url)})


def drop_one(settings: Settings, **numbers: Any) -> bytes:
    path = settings.inbox / "D01" / "x.xlsx"
    return build_return(path, make_answers("D01", "2022-6T", "own", **numbers)).read_bytes()


def test_the_archive_may_lie_on_another_disk(one_office: Settings) -> None:
    if not SHARED_MEMORY.is_dir() or SHARED_MEMORY.stat().st_dev == one_office.inbox.stat().st_dev:
        pytest.skip("no second file system here")
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as folder:
        elsewhere = one_office.model_copy(update={"archive_folder": Path(folder)})
        content = drop_one(elsewhere)
        assert [one["state"] for one in run_collect(elsewhere, RECEIVED).receipts] == ["accepted"]
        ensure_nothing_lost(elsewhere, [content])
        ensure_taken_in(elsewhere, [content])
        ensure_answered(elsewhere)
        assert [path.name for path in Path(folder).iterdir()] == [sha256(content)]
        assert not list((one_office.workspace / "archive").iterdir())


def test_settings_name_the_archive_and_the_floor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_ARCHIVE_FOLDER", str(tmp_path / "kept"))
    monkeypatch.setenv("DONDOC_FREE_SPACE_FLOOR", "5")
    opened = open_workspace(tmp_path / "workspace")
    assert (opened.archive, opened.free_space_floor) == (tmp_path / "kept", 5)
    assert opened.archive.is_dir()


def test_below_the_floor_files_wait_and_what_was_claimed_is_finished(one_office: Settings) -> None:
    first = drop_one(one_office)
    sound = claim.folder.archive
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(claim.folder, "archive", lambda *_: None)  # as if killed after the claim
        claim_waiting(one_office, RECEIVED)
    assert claim.folder.archive is sound
    second = drop_one(one_office, I01=13)
    poor = one_office.model_copy(update={"free_space_floor": 1 << 60})
    assert len(claim_waiting(poor, RECEIVED)) == 1
    assert [(one["unit"], one["file"], one["reason"]) for one in find_waiting(poor)] == [("D01", "x.xlsx", "no-room")]
    ensure_nothing_lost(one_office, [first, second])
    assert len(claim_waiting(one_office, RECEIVED)) == 2
    ensure_taken_in(one_office, [first, second])


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte."""
    place = tmp_path / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", place], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.decode().strip()}")
    yield place
    subprocess.run(["umount", place], check=True)


def test_a_full_archive_keeps_the_claim_and_the_next_run_finishes(
    one_office: Settings, small_disk: Path, caplog: pytest.LogCaptureFixture
) -> None:
    full = one_office.model_copy(update={"archive_folder": small_disk, "free_space_floor": 0})
    large = b"x" * 150_000
    kept = [large + bytes([number]) for number in range(8)]  # more than the disk holds, each for itself well below
    for number, content in enumerate(kept):
        (full.inbox / "D01").mkdir(exist_ok=True)
        (full.inbox / "D01" / f"{number}.csv").write_bytes(content)
    few = len(claim_waiting(full, RECEIVED))
    assert 0 < few < len(kept)
    ensure_nothing_lost(full, kept)
    assert not [path for path in small_disk.iterdir() if path.name.startswith(".")]
    filler = small_disk / ".filler.tmp"
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        filler.write_bytes(bytes(2 << 20))
    blind = pytest.MonkeyPatch()
    blind.setattr(claim, "has_room", lambda *_: True)  # the room went after it was asked for
    assert len(claim_waiting(full, RECEIVED)) == few
    blind.undo()
    assert "No space left" in caplog.text
    ensure_nothing_lost(full, kept)
    assert {one["reason"] for one in find_waiting(full)} == {"claimed"}
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    assert len(claim_waiting(full, RECEIVED)) == len(kept)
    ensure_nothing_lost(full, kept)
    ensure_taken_in(full, kept)


def test_a_full_disk_under_the_record_keeps_the_claims(one_office: Settings, small_disk: Path) -> None:
    shutil.copy(one_office.url.removeprefix("sqlite:///"), small_disk / "dondoc.db")
    full = one_office.model_copy(update={"database_url": f"sqlite:///{small_disk / 'dondoc.db'}"})
    content = drop_one(full)
    with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
        (small_disk / "filler").write_bytes(bytes(2 << 20))
    with pytest.raises(OperationalError):
        claim_waiting(full, RECEIVED)
    (small_disk / "filler").unlink()
    ensure_nothing_lost(full, [content])
    subprocess.run(["mount", "-o", "remount,size=64m", small_disk], check=True)
    assert [one["state"] for one in run_collect(full, RECEIVED).receipts] == ["accepted"]
    ensure_nothing_lost(full, [content])
    ensure_taken_in(full, [content])
