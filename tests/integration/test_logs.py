"""The log of a workspace: a line of JSON for all that happened, with its run and receipts; nothing anybody wrote."""

import json
import logging
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from builders import build_return
from office import Office
from scene import make_answers, open_scene

from flows.jobs import claim, collect
from flows.jobs.collect import run_collect
from flows.jobs.logs import keep_log
from settings import Settings

NOW = datetime(2022, 6, 20, 3, tzinfo=UTC)
ROOT = Path(collect.__file__).resolve().parents[2]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    opened = open_scene(tmp_path / "workspace")
    for unit in ("D01", "D02"):
        build_return(opened.inbox / unit / "bao-cao.xlsx", make_answers(unit, "2022-6T", "own"))
    return opened


def lines(settings: Settings) -> list[dict[str, Any]]:
    return [
        json.loads(line) for path in sorted(settings.logs.glob("*.jsonl")) for line in path.read_text().splitlines()
    ]


def test_what_was_decided_stands_in_one_line_with_run_and_receipts(settings: Settings) -> None:
    receipts = [one["receipt"] for one in run_collect(settings, NOW).receipts]
    (line,) = [one for one in lines(settings) if one["message"].startswith("receipts.decided")]
    assert line["receipts"] == receipts
    assert (line["level"], line["logger"], line["detail"]) == (
        "info",
        "flows.jobs.auditing",
        {"counts": {"accepted": 2}},
    )
    assert {one["run"] for one in lines(settings)} == {line["run"]}
    assert datetime.fromisoformat(line["at"]).utcoffset() is not None


def test_a_receipt_that_fails_is_named_and_what_the_error_says_is_not(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("what a unit wrote")

    monkeypatch.setattr(collect, "process", broken)
    with pytest.raises(ZeroDivisionError):
        run_collect(settings, NOW)
    failed = [one for one in lines(settings) if one["level"] == "error"]
    assert [one["receipts"] for one in failed] == [["R000001"], ["R000002"]]
    assert failed[0]["error"]["kind"] == "ZeroDivisionError"
    assert failed[0]["error"]["at"][-1].endswith("broken")
    assert "what a unit wrote" not in json.dumps(lines(settings))


def test_only_our_own_packages_write_into_it(settings: Settings) -> None:
    keep_log(settings)
    logging.getLogger("sqlalchemy").error("theirs")
    logging.getLogger("intake.readers").warning("ours")
    assert [one["message"] for one in lines(settings) if one["level"] != "info"] == ["ours"]


def test_each_day_has_its_file_in_the_time_of_the_office(settings: Settings) -> None:
    keep_log(settings)
    record = logging.LogRecord("flows.x", logging.INFO, "", 1, "late", None, None)
    record.created = datetime(2026, 11, 23, 18, 30, tzinfo=UTC).timestamp()
    logging.getLogger("flows").handle(record)
    assert "late" in (settings.logs / "2026-11-24.jsonl").read_text()


def test_a_log_that_cannot_be_written_stops_no_work(settings: Settings) -> None:
    settings.logs.write_bytes(b"a file stands where the folder should")
    assert len(run_collect(settings, NOW).receipts) == 2


def test_a_fault_of_ours_is_kept_without_a_trace_on_the_terminal(settings: Settings) -> None:
    """As a process of its own: there logging is as an operator has it."""
    code = "import sys, cli, flows.jobs.sending as s; s.record.add_order = lambda *_: 1 / 0; cli.main(sys.argv[1:])"
    arguments = ["remind", "--stop", "a private reason", "--workspace", str(settings.workspace)]
    ran = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT, check=False
    )
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
    assert len(ran.stderr.strip().splitlines()) == 1
    (fault,) = [one for one in lines(settings) if one["level"] == "error"]
    assert (fault["message"], fault["error"]["kind"]) == ("fault", "ZeroDivisionError")
    assert "a private reason" not in json.dumps(lines(settings))


def test_every_command_that_opens_the_record_keeps_it(tmp_path: Path) -> None:
    office = Office(tmp_path / "workspace")
    office.ask("remind", "--stop", "Thử")
    assert [one["message"] for one in lines(office.settings)][-1] == "sending.stopped 1"
