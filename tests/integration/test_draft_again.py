"""A drafted plan that a person corrected: drafted again nothing of theirs is lost, and it can be assigned."""

import shutil
import subprocess
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from flows.jobs.assign import run_assign
from flows.jobs.draft import DraftOutcome, run_draft
from intake.plan import read_plan
from sample.plan import write_sample_plans
from schemas.layout import DRAFT_ORIGIN
from schemas.texts import load_texts
from settings import Settings, open_workspace

VI = load_texts("vi")
TASKS, PERIODS = VI("plan.sheet.tasks.title"), VI("plan.sheet.periods.title")
FIRST, KIND, TITLE, TEXT, LEAD = 5, 3, 4, 6, 7  # the first line of content; columns of the tasks
TEXT_OF_DIRECTIVE = """ĐẢNG ỦY KHỐI MINH HỌA
*
Số 70-CT/ĐUK
Thành phố Mẫu, ngày 05 tháng 3 năm 2022

CHỈ THỊ
về công tác lưu trữ

Ban Thường vụ yêu cầu các đơn vị thực hiện các nhiệm vụ sau:
1. Ban Tuyên giáo Đảng ủy Khối xây dựng kế hoạch tuyên truyền trước ngày 30/6/2022.
2. Kiện toàn tổ chức bộ máy.
3. Ban Dân vận Đảng ủy Khối theo dõi, đôn đốc việc thực hiện.
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_workspace(tmp_path / "workspace")


def draft(settings: Settings, text: str = TEXT_OF_DIRECTIVE) -> DraftOutcome:
    source, folder = settings.workspace / "directive.txt", settings.workspace / "plans"
    source.write_text(text, "utf-8")
    units = folder / "plan-60-KL-DUK.xlsx"
    if not units.exists():
        write_sample_plans(folder, VI)
    return run_draft(settings, source, settings.workspace / "plan.xlsx", units=units)


def correct(path: Path, cells: dict[tuple[int, int], str | None]) -> None:
    book = load_workbook(path)
    for (row, column), value in cells.items():
        book[TASKS].cell(row, column).value = value
    book.save(path)


def task(path: Path, row: int) -> list[object]:
    return [load_workbook(path)[TASKS].cell(row, column).value for column in (1, KIND, TITLE, LEAD)]


def test_a_draft_knows_units_and_codes_from_a_plan(settings: Settings) -> None:
    path = draft(settings).path
    assert [task(path, row)[3] for row in (FIRST, FIRST + 2)] == ["B01", "B02"]
    assert load_workbook(path)[DRAFT_ORIGIN].sheet_state == "hidden"
    assert load_workbook(path).worksheets[1].title == VI("plan.look.title")


def test_a_second_draft_keeps_every_correction_and_says_what_it_would_have_said(settings: Settings) -> None:
    path = draft(settings).path
    added = {(FIRST + 3, column): value for column, value in ((1, "C70-X"), (KIND, "Hằng năm"), (TITLE, "Việc thêm"))}
    correct(path, {(FIRST, TITLE): "Kế hoạch tuyên truyền", (FIRST, LEAD): "B03", (FIRST + 1, LEAD): None, **added})
    again = draft(settings, TEXT_OF_DIRECTIVE + "4. Văn phòng báo cáo kết quả hằng quý.\n")
    assert again.kept is not None
    assert task(path, FIRST)[2:] == ["Kế hoạch tuyên truyền", "B03"]
    assert task(path, FIRST + 1)[3] is None
    assert task(path, FIRST + 3)[2] == "Việc thêm"
    assert task(path, FIRST + 4)[0] == "C70-4.1"
    said = {(one["line"], one["column"]): one["draft"] for one in again.differences}
    assert said["C70-1.1", "lead"] == "B01"
    assert said["C70-2.1", "lead"] == "các đơn vị"
    assert draft(settings).differences  # a third draft still knows what a person wrote


def test_a_line_struck_out_stays_out_and_an_untouched_draft_is_drafted_anew(settings: Settings) -> None:
    path = draft(settings).path
    assert draft(settings).differences == ()
    book = load_workbook(path)
    book[TASKS].delete_rows(FIRST + 1)
    book.save(path)
    draft(settings)
    draft(settings)
    assert [task(path, row)[0] for row in (FIRST, FIRST + 1, FIRST + 2)] == ["C70-1.1", "C70-3.1", None]


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")
def test_a_draft_corrected_and_saved_by_libreoffice_is_a_plan_and_keeps_its_corrections(
    settings: Settings, tmp_path: Path
) -> None:
    path = draft(settings).path
    correct(path, {(FIRST, TITLE): "Kế hoạch tuyên truyền", (FIRST + 1, LEAD): "B03"})
    _copy_periods(settings.workspace / "plans" / "plan-60-KL-DUK.xlsx", path)
    profile = f"-env:UserInstallation=file://{tmp_path}/office"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(tmp_path / "saved"), str(path)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    shutil.copy(tmp_path / "saved" / path.name, path)
    plan = read_plan(path)
    assert [(one.code, one.lead, one.due) for one in plan.tasks] == [
        ("C70-1.1", "B01", date(2022, 6, 30)),
        ("C70-2.1", "B03", None),
        ("C70-3.1", "B02", None),
    ]
    draft(settings)
    assert [task(path, FIRST)[2], task(path, FIRST + 1)[3]] == ["Kế hoạch tuyên truyền", "B03"]
    assert len(read_plan(path).periods) == len(plan.periods)
    outcome = run_assign(settings, path, datetime(2022, 3, 7, 8, tzinfo=UTC))
    assert (outcome.directive, outcome.tasks) == ("70-CT/ĐUK", 3)
    assert outcome.returns_owed > 0
    again = draft(settings)  # also when it is on record
    assert task(again.path, FIRST)[2] == "Kế hoạch tuyên truyền"
    assert not run_assign(settings, again.path, datetime(2022, 3, 8, 8, tzinfo=UTC)).changed


def _copy_periods(source: Path, target: Path) -> None:
    """Fill the sheet of periods as a person would: a directive says nothing of them."""
    book, other = load_workbook(target), load_workbook(source)[PERIODS]
    sheet: Worksheet = book[PERIODS]
    for row in other.iter_rows(min_row=FIRST, max_row=FIRST + 3):
        for cell in row:
            sheet.cell(cell.row or FIRST, cell.column or 1).value = cell.value
    book.save(target)
