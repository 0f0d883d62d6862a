"""`collect --watch`: round after round, through errors, until somebody stops it."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from accidents import here_and_now
from scene import ZONE, open_scene
from watching import Script, drop

from flows.jobs import collect, watch
from flows.jobs.watch import LONGEST_PAUSE, Voice, run_watch
from settings import Settings


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(collect, "readers", here_and_now)
    return open_scene(tmp_path / "workspace")


def nothing() -> None:
    return


def test_answers_every_file_in_the_round_after_it_came(settings: Settings) -> None:
    half = settings.inbox / "D02" / "half.xlsx"
    half.parent.mkdir()
    script = Script(
        [
            lambda: drop(settings, "1.xlsx"),
            lambda: drop(settings, "2.xlsx", "C0101", I01=None),
            lambda: half.write_bytes(b"PK\x03\x04 half"),
            lambda: half.write_bytes(b"PK\x03\x04 half and more"),
            nothing,
        ]
    ).run(settings)
    assert script.said == [("1.xlsx", "accepted"), ("2.xlsx", "rejected"), ("half.xlsx", "quarantined")]
    assert (script.errors, script.slept) == ([], [settings.poll_seconds] * 6)
    assert [(one["file"], one["reason"]) for one in script.waiting] == [("half.xlsx", "not-yet")]


def test_says_once_what_stays_waiting(settings: Settings) -> None:
    lock = settings.inbox / "D01" / "~$1.xlsx"

    def opened() -> None:
        drop(settings, "1.xlsx")
        lock.touch()

    script = Script([opened, nothing, nothing, nothing, lock.unlink, nothing]).run(settings)
    assert [(one["unit"], one["file"], one["reason"]) for one in script.waiting] == [("D01", "1.xlsx", "open")]
    assert "1.xlsx" in script.waiting[0]["message"]
    assert script.said == [("1.xlsx", "accepted")]


def test_below_the_floor_it_says_so_and_takes_the_files_when_there_is_room(settings: Settings) -> None:
    drop(settings, "1.xlsx")
    poor = settings.model_copy(update={"free_space_floor": 1 << 60})
    script = Script([nothing, nothing]).run(poor)
    assert ([one["reason"] for one in script.waiting], script.said) == (["no-room"], [])
    assert (settings.inbox / "D01" / "1.xlsx").exists()
    assert Script([]).run(settings).said == [("1.xlsx", "accepted")]


def test_survives_rounds_that_fail_waits_longer_and_tells_of_it_once(settings: Settings) -> None:
    away = settings.workspace / "away"
    moved = [nothing] * 7
    script = Script(
        [
            lambda: settings.inbox.rename(away),
            *moved,
            lambda: away.rename(settings.inbox),
            lambda: drop(settings, "1.xlsx"),
        ]
    ).run(settings)
    assert [type(one) for one in script.errors] == [FileNotFoundError]
    assert script.slept[:5] == [15, 30, 60, 120, 240]
    assert max(script.slept) == LONGEST_PAUSE
    assert script.slept[-2:] == [15, 15]
    assert script.said == [("1.xlsx", "accepted")]


def test_a_receipt_that_breaks_us_is_told_of_and_left_for_later(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        drop(settings, f"{number}.xlsx", I01=number + 10)
    process, tried = collect.process, []

    def breaking(session: Any, ids: list[int], office: Any, files: Any) -> Any:
        if 2 in ids:
            tried.append(ids)
            raise ArithmeticError(ids)
        return process(session, ids, office, files)

    monkeypatch.setattr(collect, "process", breaking)
    script = Script([nothing, nothing]).run(settings)
    assert sorted(script.said) == [("0.xlsx", "accepted"), ("2.xlsx", "accepted")]
    assert [type(one) for one in script.errors] == [ArithmeticError]
    assert len(tried) == 4  # the batch, its half, the one, and the one by itself: all in the first round
    monkeypatch.setattr(collect, "process", process)
    monkeypatch.setattr(watch, "RETRY_SECONDS", 0.0)
    assert Script([]).run(settings).said == [("1.xlsx", "accepted")]


def test_a_stop_waits_for_the_batch_at_hand_and_leaves_the_next(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "BATCH", 2)
    for number in range(5):
        drop(settings, f"{number}.xlsx", I01=number + 10)
    script = Script([])
    said: list[Mapping[str, Any]] = []
    voice = Voice(lambda one: (said.append(one), script.ask())[0], script.waiting.append, script.errors.append)
    run_watch(settings, voice, script)
    assert len(said) == 2
    assert len(Script([]).run(settings).said) == 3


@pytest.mark.slow
def test_memory_stays_flat_over_many_rounds(settings: Settings) -> None:
    """Of this process, after the first rounds have loaded and compiled all there is."""
    content = drop(settings).read_bytes()
    (settings.inbox / "D01" / "x.xlsx").unlink()
    resident: list[int] = []

    def hand_in() -> None:
        number = len(resident)
        (settings.inbox / "D01" / f"{number}.xlsx").write_bytes(content)
        (settings.inbox / "D01" / f"{number}.csv").write_bytes(b"%d" % number)
        pages = int(Path("/proc/self/statm").read_text().split()[1])
        resident.append(pages * os.sysconf("SC_PAGE_SIZE"))

    script = Script([hand_in] * 70).run(settings)
    assert len(script.receipts) >= 139  # the last one has been seen only once
    growth = resident[-1] - resident[20]
    assert growth < 20 << 20, [one >> 20 for one in resident]


@pytest.fixture
def started(settings: Settings) -> Callable[..., "subprocess.Popen[str]"]:
    def start(*arguments: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "cli", "collect", "--watch", "--workspace", str(settings.workspace)]
        root = Path(collect.__file__).resolve().parents[2]
        environment = os.environ | {"DONDOC_POLL_SECONDS": "0.2", "DONDOC_LANGUAGE": "en", "PYTHONUTF8": "1"}
        return subprocess.Popen(
            [*command, *arguments],
            cwd=root,
            env=environment,
            text=True,
            encoding="utf-8",
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    return start


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "arguments"), [(signal.SIGTERM, ["--json"]), (signal.SIGINT, [])], ids=["TERM", "INT"]
)
def test_the_command_says_one_line_a_receipt_and_ends_well_when_told(
    settings: Settings, started: Callable[..., "subprocess.Popen[str]"], number: int, arguments: list[str]
) -> None:
    shutil.move(drop(settings), settings.inbox / "D01" / "a\nb.xlsx")
    with started(*arguments) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "0.2" in process.stderr.readline()
        line = (process.stdout if arguments else process.stderr).readline()
        process.send_signal(number)
        out, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    if arguments:
        said = json.loads(line)
        assert (said["receipt"], said["file"], said["state"]) == ("R000001", "ab.xlsx", "accepted")
    else:
        assert line == "R000001: D01, ab.xlsx: accepted\n"
    assert (out, errors) == ("", "Stopped; nothing is half done.\n")
    assert not list(settings.claimed.iterdir())


def test_a_time_of_receipt_does_not_go_with_watching(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    from cli import main

    with pytest.raises(SystemExit) as ended:
        at = datetime(2022, 6, 20, tzinfo=ZONE).isoformat()
        main(["collect", "--watch", "--received-at", at, "--workspace", str(settings.workspace)])
    assert ended.value.code == 2
    assert "--received-at" in capsys.readouterr().err
