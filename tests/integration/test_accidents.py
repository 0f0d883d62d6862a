"""Collectors killed, or without room on the disk, at every step: the next run finishes, nothing is lost or doubled."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from accidents import (
    FULL,
    KILL,
    RECEIVED,
    Collector,
    all_receipts,
    collectors,
    ensure_answered,
    ensure_nothing_lost,
    ensure_taken_in,
    here_and_now,
)
from builders import KEY_ID, STAMP_KEYS, build_return
from scene import make_answers, make_scene

from flows.jobs import claim, collect
from flows.jobs.claim import claim_waiting
from flows.jobs.collect import run_collect
from models.store import migrate, open_engine, writing
from settings import Settings, open_workspace


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A workspace with four files in the inbox: right, the same again, to correct, no workbook."""
    settings = open_workspace(tmp_path_factory.mktemp("office") / "workspace")
    settings.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    engine = open_engine(settings.url)
    migrate(engine)
    with writing(engine) as session:
        make_scene(session)
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.exec_driver_sql("BEGIN")
    engine.dispose()
    right = build_return(settings.inbox / "D01" / "báo cáo.xlsx", make_answers("D01", "2022-6T", "own"))
    shutil.copy(right, settings.inbox / "D01" / "again.xlsx")
    build_return(settings.inbox / "C0101" / "x.xlsx", make_answers("C0101", "2022-6T", "own", I01=None))
    (settings.inbox / "D02").mkdir()
    (settings.inbox / "D02" / "x.csv").write_bytes(b"a;b;c")
    return settings


@pytest.fixture(scope="module")
def claimed(office: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The same, all taken in and nothing decided."""
    settings, _ = fresh(office, tmp_path_factory.mktemp("claimed") / "workspace")
    claim_waiting(settings, RECEIVED)
    return settings


@pytest.fixture(scope="module")
def pair() -> Iterator[list[Collector]]:
    with collectors(2) as started:
        yield started


@pytest.fixture(autouse=True)
def _fast(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    monkeypatch.setattr(collect, "readers", here_and_now)


def fresh(office: Settings, folder: Path) -> tuple[Settings, list[bytes]]:
    """Give a copy of the office, and the content of every file that waits in it."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(office.workspace, folder)
    settings = office.model_copy(update={"workspace": folder})
    return settings, [path.read_bytes() for path in settings.inbox.rglob("*") if path.is_file()]


def ensure_finished(settings: Settings, contents: list[bytes]) -> None:
    run_collect(settings, RECEIVED)
    ensure_nothing_lost(settings, contents)
    ensure_taken_in(settings, contents)
    ensure_answered(settings)
    states = sorted(receipt.state.value for receipt in all_receipts(settings))
    assert states == ["accepted", "duplicate", "quarantined", "rejected"]


@pytest.mark.parametrize("kind", [KILL, FULL])
def test_an_accident_at_any_step_of_taking_in_loses_nothing(
    office: Settings, pair: list[Collector], tmp_path: Path, kind: str
) -> None:
    settings, contents = fresh(office, tmp_path / "0")
    steps = pair[0].run(settings, work="claim").steps
    assert steps > 30
    for at in range(1, steps + 1, 1 if kind == KILL else 3):
        settings, contents = fresh(office, tmp_path / str(at))
        ended = pair[0].run(settings, kind, at, work="claim")
        assert ended.code in ({-9} if kind == KILL else {0, 1}), ended.error
        ensure_nothing_lost(settings, contents)
        assert pair[0].run(settings, work="claim").code == 0
        ensure_nothing_lost(settings, contents)
        ensure_taken_in(settings, contents)
        shutil.rmtree(settings.workspace)


@pytest.mark.slow
@pytest.mark.parametrize("kind", [KILL, FULL])
def test_an_accident_at_any_step_of_deciding_and_answering_loses_nothing(
    office: Settings, claimed: Settings, pair: list[Collector], tmp_path: Path, kind: str
) -> None:
    _, contents = fresh(office, tmp_path / "0")
    settings, _ = fresh(claimed, tmp_path / "0")
    steps = pair[0].run(settings).steps
    assert steps > 15
    for at in range(1, steps + 1, 1 if kind == KILL else 5):
        settings, _ = fresh(claimed, tmp_path / str(at))
        ended = pair[0].run(settings, kind, at)
        assert ended.code in ({-9} if kind == KILL else {0, 1}), ended.error
        ensure_nothing_lost(settings, contents)
        ensure_finished(settings, contents)
        shutil.rmtree(settings.workspace)


@pytest.mark.slow
def test_two_collectors_killed_at_random_lose_nothing(office: Settings, pair: list[Collector], tmp_path: Path) -> None:
    dice = random.Random(5)
    for turn in range(4):
        settings, contents = fresh(office, tmp_path / str(turn))
        for _ in range(2):
            for one in pair:
                one.start(settings, KILL, dice.randint(1, 70))
            for one in pair:
                assert one.wait().code in (-9, 0)
            ensure_nothing_lost(settings, contents)
        ensure_finished(settings, contents)
