"""A draft beside a record: units, periods and indicators are those the office has, without being asked for them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from flows.jobs.assign import run_assign
from flows.jobs.draft import run_draft
from intake.plan import read_plan
from sample.plan import write_sample_plans
from schemas.texts import load_texts
from settings import Settings, open_workspace

VI = load_texts("vi")
TEXT = """ĐẢNG ỦY KHỐI MINH HỌA
*
Số 70-CT/ĐUK
Thành phố Mẫu, ngày 05 tháng 3 năm 2022

CHỈ THỊ
về công tác lưu trữ

Ban Thường vụ yêu cầu các đơn vị thực hiện các nhiệm vụ sau:
1. Ban Tuyên giáo Đảng ủy Khối xây dựng kế hoạch tuyên truyền trước ngày 30/6/2022.
2. Ban Dân vận Đảng ủy Khối theo dõi, đôn đốc việc thực hiện.
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_workspace(tmp_path / "workspace")


def draft(settings: Settings) -> Path:
    source = settings.workspace / "directive.txt"
    source.write_text(TEXT, "utf-8")
    return run_draft(settings, source, settings.workspace / "plan.xlsx").path


def test_a_draft_takes_units_and_periods_from_the_record_and_can_be_assigned_at_once(settings: Settings) -> None:
    for path in write_sample_plans(settings.workspace / "plans", VI):
        run_assign(settings, path, datetime(2022, 1, 3, 8, tzinfo=UTC))
    plan = read_plan(draft(settings))
    assert [task.lead for task in plan.tasks] == ["B01", "B02"]
    assert min(period.cutoff for period in plan.periods).year == 2022
    outcome = run_assign(settings, settings.workspace / "plan.xlsx", datetime(2022, 3, 7, 8, tzinfo=UTC))
    assert (outcome.directive, outcome.tasks) == ("70-CT/ĐUK", 2)
    assert outcome.returns_owed > 0


def test_a_draft_without_a_record_makes_none(settings: Settings) -> None:
    path = draft(settings)
    assert not (settings.workspace / "dondoc.db").exists()
    assert load_workbook(path)[VI("plan.sheet.tasks.title")].cell(5, 7).value == "Ban Tuyên giáo Đảng ủy Khối"
