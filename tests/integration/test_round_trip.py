"""The road of a reply: refused, mended in the annotated copy by whatever program, sent again, accepted."""

import shutil
import subprocess
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from builders import build_return, page_of
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet
from replies import texts_of
from scene import ZONE, make_answers, open_scene

from flows.jobs import claim
from flows.jobs.assign import run_assign
from flows.jobs.collect import run_collect
from flows.jobs.issue import run_issue
from reports.reply_marks import NOTE_MARK
from reports.sheet_style import FAULT_FILLS
from sample.answers import answer, sample_terms
from sample.fill import fill_return
from sample.organisation import OWN, periods
from sample.plan import write_sample_plans
from schemas.reply import RESULT_MARK, RESULT_MARK_COLUMN, RESULT_MARK_ROW
from schemas.texts import load_texts
from settings import Settings, open_workspace

RECEIVED = datetime(2022, 6, 20, 10, tzinfo=ZONE)
VI = load_texts("vi")
TITLE = VI("reply.title")
STATUSES = {text for key, text in VI.entries.items() if key.startswith("workbook.list.status.")}
Receipt = dict[str, Any]
office = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(claim, "SETTLE_SECONDS", 0.01)
    return open_scene(tmp_path / "workspace")


def collect(settings: Settings) -> Receipt:
    (receipt,) = run_collect(settings, RECEIVED).receipts
    return receipt


def send(settings: Settings, **numbers: Any) -> Receipt:
    """Let D01 hand a return in."""
    build_return(settings.inbox / "D01" / "báo cáo.xlsx", make_answers("D01", "2022-6T", "own", **numbers))
    return collect(settings)


def reply_of(settings: Settings, receipt: Receipt) -> Path:
    return settings.workspace / str(receipt["reply"])


def send_back(settings: Settings, receipt: Receipt, edit: Callable[[Workbook], None]) -> Receipt:
    """Let the clerk open the reply, do something in it, and send it again."""
    book = load_workbook(reply_of(settings, receipt))
    edit(book)
    book.save(settings.inbox / "D01" / "gửi lại.xlsx")
    return collect(settings)


def mend(receipt: Receipt, *values: object) -> Callable[[Workbook], None]:
    """Write values into the cells that the errors of a receipt name, in their order."""
    errors = [finding for finding in receipt["findings"] if finding["severity"] == "error"]

    def edit(book: Workbook) -> None:
        for finding, value in zip(errors, values, strict=False):
            book[finding["sheet"]][finding["cell"]] = value

    return edit


def marks_of(path: Path) -> list[str]:
    """Give every cell of a workbook that bears a colour or a note of ours."""
    ours = set(FAULT_FILLS.values())
    return [
        f"{page.title}!{cell.coordinate}"
        for page in load_workbook(path).worksheets
        if page.cell(RESULT_MARK_ROW, RESULT_MARK_COLUMN).value != RESULT_MARK
        for row in page.iter_rows()
        for cell in row
        if cell.fill.fgColor.rgb in ours or (cell.comment and NOTE_MARK.strip() in cell.comment.text)
    ]


def results_in(path: Path) -> list[Worksheet]:
    return [page for page in load_workbook(path).worksheets if TITLE in page.title]


def says(path: Path, key: str, **values: str) -> bool:
    return VI(key, **values) in "\n".join(texts_of(load_workbook(path).worksheets[0]))


def outcome(receipt: Receipt) -> tuple[str, list[str]]:
    return receipt["state"], [finding["check"] for finding in receipt["findings"]]


# Mended at once, or step by step


def test_a_mended_copy_is_accepted_without_a_finding(settings: Settings) -> None:
    refused = send(settings, I01="97.5", I19=-3)
    assert len(marks_of(reply_of(settings, refused))) == 2
    assert outcome(send_back(settings, refused, mend(refused, 97, 3))) == ("accepted", [])


def test_a_half_mended_copy_is_marked_anew_and_only_where_it_is_wrong(settings: Settings) -> None:
    refused = send(settings, I01="97.5", I19=-3)
    again = send_back(settings, refused, mend(refused, 97))
    assert (again["state"], len(again["findings"])) == ("rejected", 1)
    copy = reply_of(settings, again)
    finding = again["findings"][0]
    assert marks_of(copy) == [f"{finding['sheet']}!{finding['cell']}"]
    assert [page.title for page in results_in(copy)] == [TITLE]
    assert says(copy, "reply.state.rejected", errors="1")
    assert outcome(send_back(settings, again, mend(again, 3))) == ("accepted", [])


def test_a_copy_sent_back_as_it_was_is_refused_for_the_same_cells(settings: Settings) -> None:
    refused = send(settings, I01="97.5")
    again = send_back(settings, refused, lambda _: None)
    assert again["findings"] == refused["findings"]
    assert marks_of(reply_of(settings, again)) == marks_of(reply_of(settings, refused))


# What clerks do to the sheet of results


def rename(book: Workbook) -> None:
    book.worksheets[0].title = "Đã xem"


def move(book: Workbook) -> None:
    book.move_sheet(book.worksheets[0], len(book.sheetnames))


def delete(book: Workbook) -> None:
    book.remove(book.worksheets[0])


def double(book: Workbook) -> None:
    book.copy_worksheet(book.worksheets[0])


def shift(book: Workbook) -> None:
    book.worksheets[0].insert_cols(1)
    book.worksheets[0].insert_rows(1)


def scribble(book: Workbook) -> None:
    book.worksheets[0]["G4"] = "=1+1"
    book.worksheets[0]["B30"] = "Đã sửa xong"


@pytest.mark.parametrize("does", [rename, move, delete, double, shift, scribble])
def test_whatever_a_clerk_does_to_our_sheet_there_is_one_in_the_end(
    settings: Settings, does: Callable[[Workbook], None]
) -> None:
    refused = send(settings, I01="97.5", I19=-3)

    def edit(book: Workbook) -> None:
        mend(refused, 97)(book)
        does(book)

    again = send_back(settings, refused, edit)
    assert (again["state"], len(again["findings"])) == ("rejected", 1)
    copy = reply_of(settings, again)
    assert len(results_in(copy)) == 1
    assert load_workbook(copy).sheetnames == load_workbook(reply_of(settings, refused)).sheetnames
    assert len(marks_of(copy)) == 1
    assert outcome(send_back(settings, again, mend(again, 3))) == ("accepted", [])


def test_rows_that_a_clerk_sorts_are_read_by_their_codes(settings: Settings) -> None:
    refused = send(settings, I01="97.5")

    def edit(book: Workbook) -> None:
        mend(refused, 97)(book)
        page = page_of(book, "measures")
        rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=5)]
        rows.sort(key=lambda row: str(row[0]), reverse=True)
        for at, row in enumerate(rows, 5):
            for column, value in enumerate(row, 1):
                page.cell(at, column).value = value

    assert outcome(send_back(settings, refused, edit)) == ("accepted", [])


def test_numbers_typed_as_text_into_the_copy_are_read(settings: Settings) -> None:
    refused = send(settings, I01="97.5")
    assert outcome(send_back(settings, refused, mend(refused, "97"))) == ("accepted", [])


def test_a_note_of_the_clerk_stays_under_our_mark(settings: Settings) -> None:
    refused = send(settings, I01="97.5")
    place = refused["findings"][0]

    def edit(book: Workbook) -> None:
        cell = book[place["sheet"]][place["cell"]]
        cell.comment = Comment(f"Xin hỏi chị Lan\n{cell.comment.text}", "Văn phòng")

    again = send_back(settings, refused, edit)
    comment = load_workbook(reply_of(settings, again))[place["sheet"]][place["cell"]].comment
    assert comment.text.count(NOTE_MARK.strip()) == 1
    assert comment.text.startswith("Xin hỏi chị Lan\n")


# Warnings, corrections, mistakes


def test_a_warned_copy_that_is_corrected_is_the_next_revision(settings: Settings) -> None:
    build_return(settings.inbox / "D01" / "trước.xlsx", make_answers("D01", "2021-N", "own", I19=50))
    collect(settings)
    warned = send(settings, I19=5000)
    assert warned["state"] == "accepted"
    assert {finding["severity"] for finding in warned["findings"]} == {"warning"}
    copy = reply_of(settings, warned)
    assert says(copy, "reply.next.accepted_warned")
    place = warned["findings"][0]

    def edit(book: Workbook) -> None:
        book[place["sheet"]][place["cell"]] = 52

    corrected = send_back(settings, warned, edit)
    assert outcome(corrected) == ("accepted", [])
    said = texts_of(load_workbook(reply_of(settings, corrected)).worksheets[0])
    assert said[said.index(VI("reply.fact.revision")) + 1] == "2"


def test_our_receipt_sent_in_by_mistake_is_refused_in_words_that_help(settings: Settings) -> None:
    accepted = send(settings)
    shutil.copy(reply_of(settings, accepted), settings.inbox / "D01" / "phiếu.xlsx")
    refused = collect(settings)
    assert refused["state"] == "rejected"
    assert [finding["check"] for finding in refused["findings"]] == ["file.is-receipt"]
    assert says(reply_of(settings, refused), "reply.state.refused")


# LibreOffice between us and the clerk


def resave(path: Path, folder: Path) -> Path:
    """Open and save a workbook in LibreOffice."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", "xlsx",
               "--outdir", str(folder / "saved"), str(path)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=180)
    return folder / "saved" / path.name


@pytest.mark.office
@office
def test_a_copy_saved_by_libreoffice_comes_through_two_rounds(settings: Settings, tmp_path: Path) -> None:
    refused = send(settings, I01="97.5", I19=-3)
    for values in ((97,), (3,)):
        saved = resave(reply_of(settings, refused), tmp_path)
        book = load_workbook(saved)
        mend(refused, *values)(book)
        book.save(saved)
        shutil.copy(resave(saved, tmp_path / "again"), settings.inbox / "D01" / "gửi lại.xlsx")
        refused = collect(settings)
        if refused["state"] == "rejected":
            assert len(marks_of(reply_of(settings, refused))) == 1
            assert len(results_in(reply_of(settings, refused))) == 1
    assert outcome(refused) == ("accepted", [])


@pytest.mark.office
@pytest.mark.slow
@office
def test_an_issued_blank_goes_the_whole_road_through_libreoffice(tmp_path: Path) -> None:
    opened = open_workspace(tmp_path / "workspace")
    for plan in write_sample_plans(opened.workspace, VI):
        run_assign(opened, plan, datetime(2016, 9, 22, tzinfo=ZONE))
    period = periods()["2022-6T"]
    run_issue(opened, period.directive, period.code, "D01")
    blank = opened.outbox / "D01" / f"D01_{period.code}_{OWN}.xlsx"
    filled = answer("D01", period.code, OWN, period.dues[0], sample_terms())
    fill_return(blank, opened.inbox / "D01" / "báo cáo.xlsx", answers=filled)
    came = datetime(*period.dues[0].timetuple()[:3], 10, tzinfo=ZONE)
    path = opened.inbox / "D01" / "báo cáo.xlsx"
    right = load_workbook(path)
    book = load_workbook(path)
    page = page_of(book, "progress")
    statuses = [cell for cell in page["F"] if cell.value in STATUSES]
    statuses[0].value, statuses[1].value = "Đang làm", None
    book.save(path)
    (refused,) = run_collect(opened, came).receipts
    assert refused["state"] == "rejected"
    saved = resave(reply_of(opened, refused), tmp_path)
    book = load_workbook(saved)
    assert set(marks_of(saved)) >= {f"{page.title}!{cell.coordinate}" for cell in statuses[:2]}
    for cell in statuses[:2]:
        book[page.title][cell.coordinate] = right[page.title][cell.coordinate].value
    book.save(saved)
    shutil.copy(resave(saved, tmp_path / "again"), opened.inbox / "D01" / "gửi lại.xlsx")
    (accepted,) = run_collect(opened, came).receipts
    assert accepted["state"] == "accepted"
    assert not [finding for finding in accepted["findings"] if finding["severity"] != "info"]
