"""`dondoc check`: the findings that `collect` gives, for a file in hand; the record stays as it was."""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from builders import KEY_ID, STAMP_KEYS, Edited, build_return, page_of
from scene import ZONE, make_answers, open_scene
from sqlalchemy import inspect, text

from flows.jobs.check import run_check
from flows.jobs.collect import run_collect
from flows.jobs.keys import run_rotate_key
from models.errors import NotFoundError
from models.store import open_engine
from schemas.stamp import NAME, Stamp, make_stamp
from settings import Settings, read_stamp_keys

RECEIVED = datetime(2022, 6, 20, 10, tzinfo=ZONE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_scene(tmp_path / "workspace")


def everything(settings: Settings) -> dict[str, list[Any]]:
    """Give every row of every table, and every file of the workspace but for the record's own."""
    engine = open_engine(settings.url)
    with engine.connect() as connection:
        tables = inspect(connection).get_table_names()
        rows = {name: sorted(map(repr, connection.execute(text(f'SELECT * FROM "{name}"')))) for name in tables}  # noqa: S608
    engine.dispose()
    files = sorted(str(path) for path in settings.workspace.rglob("*") if ".db" not in path.name)
    return rows | {"files": files}


@pytest.mark.parametrize(
    "numbers", [{}, {"I01": "97.5"}, {"I01": None, "I19": "x"}, {"I18": 10**9}], ids=["good", "one", "two", "warned"]
)
def test_gives_the_findings_of_collect_and_records_nothing(
    settings: Settings, tmp_path: Path, numbers: dict[str, Any]
) -> None:
    path = build_return(tmp_path / "in-hand.xlsx", make_answers("D01", "2022-6T", "own", **numbers))
    before = everything(settings)
    checked = run_check(settings, path, None, RECEIVED)
    assert everything(settings) == before
    (settings.inbox / "D01").mkdir()
    (settings.inbox / "D01" / "in-hand.xlsx").write_bytes(path.read_bytes())
    received = run_collect(settings, RECEIVED).receipts[0]
    same = ("sha256", "unit", "directive", "period", "kind", "state", "late", "findings")
    assert {key: getattr(checked, key) for key in same} == {key: received[key] for key in same}


def test_says_that_the_same_bytes_were_received(settings: Settings, tmp_path: Path) -> None:
    path = build_return(settings.inbox / "D01" / "a.xlsx", make_answers("D01", "2022-6T", "own"))
    content = path.read_bytes()
    run_collect(settings, RECEIVED)
    (tmp_path / "b.xlsx").write_bytes(content)
    assert run_check(settings, tmp_path / "b.xlsx", None, RECEIVED).state == "duplicate"


def test_checks_against_the_unit_that_is_named(settings: Settings, tmp_path: Path) -> None:
    path = build_return(tmp_path / "a.xlsx", make_answers("D01", "2022-6T", "own"))
    outcome = run_check(settings, path, "d02", RECEIVED)
    assert (outcome.unit, outcome.state) == ("D02", "quarantined")
    assert [one["check"] for one in outcome.findings] == ["cover.wrong-unit"]


def test_what_is_no_workbook_gets_its_finding(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"a;b;c")
    outcome = run_check(settings, tmp_path / "a.xlsx", None, RECEIVED)
    assert (outcome.unit, outcome.state) == (None, "quarantined")
    assert outcome.findings[0]["check"].startswith("file.")


def test_a_workbook_of_nobody_asks_for_the_unit(settings: Settings, tmp_path: Path) -> None:
    filled = make_answers("D01", "2022-6T", "own")
    filled.cover["unit"] = None
    path = build_return(tmp_path / "a.xlsx", replace(filled, stamp=None))
    assert [one["check"] for one in run_check(settings, path, None, RECEIVED).findings] == ["file.no-unit"]
    assert [one["check"] for one in run_check(settings, path, "D01", RECEIVED).findings] == ["file.not-issued"]


@pytest.mark.parametrize("name", ["missing.xlsx", "."])
def test_a_path_that_is_no_file_gets_a_sentence(settings: Settings, tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFoundError):
        run_check(settings, tmp_path / name, None, RECEIVED)


def test_a_blank_of_an_older_layout_is_read_and_told(settings: Settings, tmp_path: Path) -> None:
    filled = make_answers("D01", "2022-6T", "own")
    old = Stamp("D01", "60-KL/ĐUK", "2022-6T", "own", "return-1")
    path = build_return(tmp_path / "old.xlsx", replace(filled, stamp=old))
    outcome = run_check(settings, path, None, RECEIVED)
    assert (outcome.state, [one["check"] for one in outcome.findings]) == ("accepted", ["file.old-template"])


def test_two_stamps_that_disagree_hold_the_file(settings: Settings, tmp_path: Path) -> None:
    path = build_return(tmp_path / "a.xlsx", make_answers("D01", "2022-6T", "own"))
    with Edited(path) as book:
        mixed = Stamp("D02", "60-KL/ĐUK", "2022-9T", "own", "return-2")
        book.defined_names[NAME].attr_text = f'"{make_stamp(mixed, KEY_ID, STAMP_KEYS)}"'
    outcome = run_check(settings, path, "D01", RECEIVED)
    assert (outcome.state, [one["check"] for one in outcome.findings]) == ("quarantined", ["cover.two-stamps"])


def test_a_new_key_leaves_the_blanks_of_the_old_one_good_until_it_is_retired(
    settings: Settings, tmp_path: Path
) -> None:
    path = build_return(tmp_path / "a.xlsx", make_answers("D01", "2022-6T", "own"))
    made = run_rotate_key(settings)
    newest, keys = read_stamp_keys(settings)
    assert (made.key, sorted(keys)) == (newest, sorted([KEY_ID, newest]))
    assert settings.stamp_key_file.stat().st_mode & 0o077 == 0
    assert run_check(settings, path, None, RECEIVED).state == "accepted"
    run_rotate_key(settings, retire=KEY_ID)
    outcome = run_check(settings, path, "D01", RECEIVED)
    assert (outcome.state, [one["check"] for one in outcome.findings]) == ("rejected", ["file.stamp-unknown"])


def test_the_newest_key_is_not_retired(settings: Settings) -> None:
    newest = run_rotate_key(settings).key
    for name in (newest, "k77"):
        with pytest.raises(NotFoundError):
            run_rotate_key(settings, retire=name)


def test_a_sheet_that_was_renamed_is_still_found(settings: Settings, tmp_path: Path) -> None:
    path = build_return(tmp_path / "a.xlsx", make_answers("D01", "2022-6T", "own"))
    with Edited(path) as book:
        page_of(book, "measures").title = "Bảng 2"
    assert run_check(settings, path, None, RECEIVED).state == "accepted"
