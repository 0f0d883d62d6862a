"""The loop is closed: what a review leaves to do becomes a plan that an office completes and has assigned."""

import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office import VI, Office
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

pytestmark = pytest.mark.xdist_group("road")
REVIEW = "60-KL-DUK_2021-9T_2021-N_r1"
NEW = {"A5": "70-CT/ĐUK", "B5": "Chỉ thị", "D5": date(2026, 9, 20), "E5": "Về công tác thông tin"}


@pytest.fixture(scope="module")
def office(road: Any, tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office of the road, in a copy of its workspace."""
    folder = tmp_path_factory.mktemp("next") / "workspace"
    shutil.copytree(road.office.workspace, folder)
    return Office(folder)


@pytest.fixture(scope="module")
def drafted(office: Office) -> dict[str, Any]:
    return office.ask("draft", "--from-review", REVIEW, "--out", office.workspace / "next.xlsx")


@pytest.fixture
def tasks(drafted: dict[str, Any]) -> Worksheet:
    return load_workbook(drafted["path"])[VI("plan.sheet.tasks.title")]


def test_the_draft_says_what_it_took_from_the_review(drafted: dict[str, Any]) -> None:
    assert (drafted["review"], drafted["state"], drafted["kept"]) == (REVIEW, "approved", None)
    assert drafted["tasks"]["unfinished"] + drafted["tasks"]["going_on"] + len(drafted["finished"]) == 20
    assert drafted["tasks"]["proposals"]
    assert drafted["tasks"]["shortcomings"]
    assert drafted["periods"][0] == "2026-9T"
    assert drafted["periods"][-1] == "R3-5N"


def test_each_task_says_beside_its_title_what_it_rests_on(tasks: Worksheet, drafted: dict[str, Any]) -> None:
    notes = [row[3].comment.text for row in _filled(tasks) if row[3].comment]
    assert len(notes) == sum(drafted["tasks"].values())
    assert all(REVIEW in note for note in notes)
    unfinished = next(row for row in _filled(tasks) if row[0].value == "V-1.1")
    assert "đơn vị chưa hoàn thành" in unfinished[3].comment.text
    assert unfinished[9].value.date() == date(2026, 8, 1)


def test_the_same_review_gives_the_same_bytes_and_keeps_the_older_file(office: Office, drafted: dict[str, Any]) -> None:
    path = Path(drafted["path"])
    first = path.read_bytes()
    again = office.ask("draft", "--from-review", REVIEW, "--out", path)
    assert path.read_bytes() == first == Path(again["kept"]).read_bytes()


def test_an_office_completes_the_draft_and_has_it_assigned(office: Office, drafted: dict[str, Any]) -> None:
    """Only the new directive's own line is filled in; the rest is as the record knows it."""
    assert "A5" in office.refused("assign", drafted["path"])
    book = load_workbook(drafted["path"])
    for cell, value in NEW.items():
        book[VI("plan.sheet.documents.title")][cell] = value
    book.save(office.workspace / "filled.xlsx")
    assigned = office.ask("assign", office.workspace / "filled.xlsx")
    assert assigned["directive"] == "70-CT/ĐUK"
    assert assigned["tasks"] == sum(drafted["tasks"].values())
    assert assigned["returns_owed"]
    assert {one["severity"] for one in assigned["findings"]} <= {"warning"}
    issued = office.ask("issue", "--directive", "70-CT/ĐUK", "--period", "2026-9T", "--unit", "D01")["issued"]
    assert {one["kind"] for one in issued} == {"own", "consolidated"}


def test_an_unknown_review_and_two_sources_are_refused_with_a_sentence(office: Office, drafted: dict[str, Any]) -> None:
    assert REVIEW in office.refused("draft", "--from-review", "99-CT_r1", "--out", "x.xlsx")
    assert "--from-review" in office.refused("draft", "--out", "x.xlsx")


def _filled(sheet: Worksheet) -> Iterator[Any]:
    return (row for row in sheet.iter_rows(min_row=5) if row[0].value)
