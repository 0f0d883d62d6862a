"""What was handed out long ago goes; what somebody still needs, and what is kept for good, stays."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from office import Office
from scene import Sender, open_scene
from sqlmodel import select

from flows.jobs.audit import run_audit
from flows.jobs.tidy import run_tidy
from models.errors import RefusedError
from models.notice import Digest
from models.returns import Receipt
from models.store import open_engine, writing
from settings import Settings

NOW = datetime(2026, 11, 20, 1, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_scene(tmp_path / "workspace")


def put(settings: Settings, name: str, *, days: int = 400) -> Path:
    path = settings.workspace / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x" * 10)
    at = (NOW - timedelta(days=days)).timestamp()
    os.utime(path, (at, at))
    return path


def old_house(settings: Settings) -> tuple[set[Path], set[Path]]:
    """Give what may go, and what must stay."""
    engine = open_engine(settings.url)
    sender = Sender(engine, settings.workspace)
    accepted, refused = sender.send(sender.answers()), sender.send(sender.answers("D02", I01=None))
    with writing(engine) as session:
        for one in session.exec(select(Receipt)):
            one.reply = f"outbox/{'D01' if one.id == accepted.receipt_id else 'D02'}/{one.number}.xlsx"
        waits = {"dedupe_key": "a", "recipient": "a@b.example", "channel": "mail", "day": NOW.date(), "subject": "",
                 "body": "", "created_at": NOW, "attachments": ["outbox/D01/waits.xlsx"]}  # fmt: skip
        session.add(Digest(**waits))
    (settings.analytics / "current").write_text("rollup-2.duckdb")
    goes = {f"outbox/D01/{accepted.number}.xlsx", "outbox/D01/D01_2022-6T_own.xlsx", "outbox/D01/D01_20220101.ics",
            "outbox-mail/2022-06-20/N000001_a.eml", "analytics/rollup-1.duckdb", "logs/2022-06-20.jsonl"}  # fmt: skip
    stays = {f"outbox/D02/{refused.number}.xlsx", "outbox/D02/D02_2022-6T_own.xlsx", "outbox/D01/waits.xlsx",
             "analytics/rollup-2.duckdb", "archive/" + "0" * 64, "reviews/a/a.docx", "inbox/D01/a.xlsx"}  # fmt: skip
    return {put(settings, name) for name in goes}, {put(settings, name) for name in stays}


def test_what_is_old_and_needed_no_more_is_removed(settings: Settings) -> None:
    goes, stays = old_house(settings)
    fresh = put(settings, "outbox/D01/fresh.xlsx", days=300)
    outcome = run_tidy(settings, 365, NOW)
    assert not [path for path in goes if path.exists()]
    assert all(path.exists() for path in {*stays, fresh})
    assert (outcome.removed, outcome.bytes) == (len(goes), 10 * len(goes))
    assert outcome.counts == {"outbox": 3, "outbox-mail": 1, "analytics": 1, "logs": 1}
    (entry,) = [one for one in run_audit(settings).entries if one["action"] == "files.tidied"]
    assert entry["detail"]["counts"] == outcome.counts


def test_a_dry_run_says_the_same_and_removes_nothing(settings: Settings) -> None:
    goes, stays = old_house(settings)
    dry = run_tidy(settings, 365, NOW, dry_run=True)
    assert all(path.exists() for path in goes | stays)
    assert run_tidy(settings, 365, NOW).counts == dry.counts


def test_what_killed_commands_left_behind_is_removed(settings: Settings) -> None:
    left = put(settings, ".rebuild-abc/fresh.db").parent
    os.utime(left, (0, 0))
    assert run_tidy(settings, 30, NOW).counts == {"unfinished": 1}
    assert not left.exists()


def test_refuses_to_remove_what_is_not_a_month_old(settings: Settings) -> None:
    with pytest.raises(RefusedError, match=r"tidy\.too-short"):
        run_tidy(settings, 29, NOW)


def test_the_command_says_what_it_would_do(settings: Settings) -> None:
    put(settings, "outbox/D01/old.xlsx")
    office = Office(settings.workspace)
    assert office.ask("tidy", "--older-than", "90", "--dry-run")["removed"] == 1
    assert office.ask("tidy", "--older-than", "90")["removed"] == 1
    assert "30" in office.refused("tidy", "--older-than", "1")
