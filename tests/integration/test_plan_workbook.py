"""A plan workbook written is the plan read; a wrong one is refused whole, every fault with its sheet and cell."""

from datetime import date
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from plans import SMALL, Sheets, content_of, linked, saved, small_plan

from intake.plan import read_plan, read_plan_with_remarks
from models.errors import NotFoundError, PlanRefusedError, UnknownTemplateError, UnreadableWorkbookError
from models.plan import plan_from_json, plan_to_json
from models.returns import Finding
from reports.plan_lines import plan_lines
from reports.plan_workbook import write_plan
from sample.plan import sample_plan, write_sample_plans
from schemas.checks import found, message
from schemas.texts import LANGUAGES, load_texts


def refusal(path: Path) -> tuple[Finding, ...]:
    with pytest.raises(PlanRefusedError) as caught:
        read_plan(path)
    return caught.value.findings


def only_fault(sheets: Sheets, folder: Path) -> tuple[str, str | None, str | None]:
    (finding,) = refusal(saved(sheets, folder))
    return finding.check, finding.sheet, finding.cell


@pytest.fixture(scope="module")
def sample_plans(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return write_sample_plans(tmp_path_factory.mktemp("plans"), load_texts("vi"), "SỐ LIỆU MINH HỌA")


def test_the_sample_plans_are_read_without_a_finding(sample_plans: list[Path]) -> None:
    first, second = (read_plan(path) for path in sample_plans)
    assert [path.name for path in sample_plans] == ["plan-04-CT-DUK.xlsx", "plan-60-KL-DUK.xlsx"]
    assert [len(first.units), len(first.events), len(first.indicators)] == [39, 7, 23]
    assert [len(first.tasks), len(second.tasks)] == [11, 20]
    assert [len(first.periods), len(second.periods)] == [11, 16]
    assert first.units == second.units
    assert [d.relation for d in second.documents] == [None, "continues", "refers_to"]


def test_what_was_written_is_what_is_read(tmp_path: Path) -> None:
    plan = content_of(small_plan(), tmp_path)
    assert plan.directive.symbol == "01-CT/ĐU"
    assert plan.directive.symbol_written == "01 – CT/ĐU"
    assert plan.tasks[0].lead == "D*;C*"
    assert plan.tasks[1].recurrence == "12-31"
    assert plan.events[0].targets == ("D02",)
    assert plan.indicators[0].lower == "0"
    assert plan.periods[1].due_rule == "12;7;3"


def test_a_plan_comes_back_from_its_json(tmp_path: Path) -> None:
    plan = content_of(sample_plan("04-CT/ĐUK"), tmp_path)
    assert plan_from_json(plan_to_json(plan)) == plan


def test_an_english_workbook_says_the_same(tmp_path: Path) -> None:
    assert read_plan(saved(small_plan(), tmp_path, "en")) == content_of(small_plan(), tmp_path)


ALTERNATE = {"unit": "D01", "role": "alternate", "address": "d01-2@mau.example"}
FAULTS: list[tuple[dict[str, Any], tuple[str, str, str]]] = [
    ({"units": {1: {"parent": "K09"}}}, ("plan.unknown-superior", "Đơn vị", "D6")),
    ({"units": {0: {"parent": "K00"}}}, ("plan.cycle", "Đơn vị", "D5")),
    ({"units": {4: {**SMALL["units"][2]}}}, ("plan.duplicate", "Đơn vị", "A9")),
    ({"units": {1: {"email": "d01.mau.example"}}}, ("plan.email", "Đơn vị", "H6")),
    ({"units": {2: {"valid_to": date(2009, 1, 1)}}}, ("plan.ends-before-it-begins", "Đơn vị", "G7")),
    ({"units": {1: {"valid_to": date(2020, 6, 30)}}}, ("plan.superior-not-in-force", "Đơn vị", "D8")),
    ({"documents": {0: {"type": "chỉ thi"}}}, ("plan.list", "Văn bản", "B5")),
    ({"documents": {0: {"title": None}}}, ("plan.required", "Văn bản", "E5")),
    ({"documents": {1: {"symbol": "01-CT/ĐU"}}}, ("plan.duplicate", "Văn bản", "A6")),
    ({"indicators": {1: {"kind": None}}}, ("plan.required-list", "Chỉ tiêu", "E6")),
    ({"indicators": {1: {"mode": "cumulative"}}}, ("plan.mode-of-kind", "Chỉ tiêu", "F6")),
    ({"indicators": {1: {"kind": "ratio", "numerator": "a"}}}, ("plan.ratio-parts", "Chỉ tiêu", "H6")),
    ({"indicators": {0: {"upper": -1}}}, ("plan.range", "Chỉ tiêu", "M5")),
    ({"indicators": {0: {"lower": "1.000"}}}, ("plan.number", "Chỉ tiêu", "L5")),
    ({"tasks": {0: {"due": date(2019, 1, 1)}}}, ("plan.due-before-start", "Nhiệm vụ", "K5")),
    ({"tasks": {0: {"start": "31/02/2021"}}}, ("plan.no-such-day", "Nhiệm vụ", "J5")),
    ({"tasks": {0: {"start": "mùa xuân"}}}, ("plan.date", "Nhiệm vụ", "J5")),
    ({"tasks": {0: {"lead": ("D01", "D99")}}}, ("plan.unknown-unit", "Nhiệm vụ", "G5")),
    ({"tasks": {0: {"lead": "X?"}}}, ("plan.rule", "Nhiệm vụ", "G5")),
    ({"periods": {0: {"own_rule": "Các đảng ủy nào đó"}}}, ("plan.rule", "Kỳ báo cáo", "J5")),
    ({"tasks": {0: {"lead": "X*"}}}, ("plan.rule-meets-nobody", "Nhiệm vụ", "G5")),
    ({"tasks": {0: {"lead": "level=7"}}}, ("plan.rule-meets-nobody", "Nhiệm vụ", "G5")),
    ({"tasks": {0: {"lead": "kind=chi_bo"}}}, ("plan.unknown-kind", "Nhiệm vụ", "G5")),
    ({"tasks": {0: {"indicators": ("I01", "I20")}}}, ("plan.unknown-indicator", "Nhiệm vụ", "N5")),
    ({"tasks": {1: {"recurrence": "31/11"}}}, ("plan.recurrence", "Nhiệm vụ", "M6")),
    ({"tasks": {0: {"lead": None}}}, ("plan.required", "Nhiệm vụ", "G5")),
    ({"tasks": {0: {"title": "#REF!"}}}, ("plan.formula-error", "Nhiệm vụ", "D5")),
    ({"periods": {0: {"cutoff": date(2019, 1, 1)}}}, ("plan.cutoff-before-start", "Kỳ báo cáo", "F5")),
    ({"periods": {0: {"due_rule": "mười ngày"}}}, ("plan.due-rule", "Kỳ báo cáo", "I5")),
    ({"periods": {1: {"code": "2020-N"}}}, ("plan.duplicate", "Kỳ báo cáo", "A6")),
    ({"periods": {1: {"lock": date(2021, 1, 1)}}}, ("plan.lock-before-cutoff", "Kỳ báo cáo", "L6")),
    ({"events": {0: {"to": ()}}}, ("plan.event-move", "Biến động", "E5")),
    ({"events": {0: {"from": ("C09",)}}}, ("plan.unknown-unit", "Biến động", "D5")),
    ({"events": {0: {"children": "C01 D02"}}}, ("plan.children", "Biến động", "F5")),
    ({"events": {0: {"share": "I01=60/40"}}}, ("plan.share", "Biến động", "G5")),
    ({"contacts": {0: {**ALTERNATE, "unit": "D09"}}}, ("plan.unknown-unit", "Địa chỉ khác", "A5")),
    ({"contacts": {0: {**ALTERNATE, "address": "d01.mau"}}}, ("plan.email", "Địa chỉ khác", "C5")),
    ({"contacts": {0: {**ALTERNATE, "role": "phó"}}}, ("plan.list", "Địa chỉ khác", "B5")),
    ({"contacts": {0: ALTERNATE, 1: ALTERNATE}}, ("plan.duplicate", "Địa chỉ khác", "A6")),
    ({"events": {0: {"date": date(2009, 1, 1)}}}, ("plan.unit-not-in-force", "Biến động", "D5")),
]


@pytest.mark.parametrize(("change", "expected"), FAULTS, ids=[f"{e[0]}-{e[2]}" for _, e in FAULTS])
def test_a_fault_is_named_with_its_sheet_and_cell(
    change: dict[str, Any], expected: tuple[str, str, str], tmp_path: Path
) -> None:
    findings = refusal(saved(small_plan(**change), tmp_path))
    assert expected in {(f.check, f.sheet, f.cell) for f in findings}
    assert {finding.check for finding in findings} == {expected[0]}
    without_place = found(findings[0].check, value=findings[0].value, **findings[0].values)
    for language in LANGUAGES:
        assert len(message(without_place, load_texts(language))) > 20


def test_all_faults_are_named_at_once(tmp_path: Path) -> None:
    sheets = small_plan(
        units={1: {"parent": "K09"}},
        indicators={0: {"kind": None}},
        tasks={0: {"due": date(2019, 1, 1), "indicators": ("I99",)}},
        periods={0: {"mode": "hằng ngày"}},
    )
    checks = {finding.check for finding in refusal(saved(sheets, tmp_path))}
    assert checks >= {
        "plan.unknown-superior",
        "plan.required-list",
        "plan.due-before-start",
        "plan.unknown-indicator",
    }
    assert "plan.list" in checks


def test_the_nearest_allowed_value_comes_first(tmp_path: Path) -> None:
    (finding,) = refusal(saved(small_plan(tasks={0: {"kind": "thuong xuyen hon"}}), tmp_path))
    assert finding.values["allowed"].startswith("Thường xuyên, ")


@pytest.mark.parametrize("text", ["31/08/2021", "31-8-2021", "31.8.2021", "2021-08-31", 44439])
def test_a_date_may_be_written_in_the_usual_forms(text: Any, tmp_path: Path) -> None:
    assert content_of(small_plan(tasks={0: {"start": text}}), tmp_path).tasks[0].start == date(2021, 8, 31)


def test_words_that_name_no_unit_yet_assign_a_task_to_nobody_and_are_remarked(tmp_path: Path) -> None:
    words = "các cấp ủy, tổ chức đảng"
    content, remarks = read_plan_with_remarks(saved(small_plan(tasks={0: {"lead": f"{words}; D02"}}), tmp_path))
    assert content.tasks[0].lead == f'"{words}";D02'
    assert [(one.check, one.severity, one.cell, one.value) for one in remarks] == [
        ("plan.addressee-open", "warning", "G5", words)
    ]


def test_a_units_full_name_stands_for_its_code(tmp_path: Path) -> None:
    sheets = small_plan(tasks={0: {"lead": "đảng uỷ đơn vị  một; D02"}})
    assert content_of(sheets, tmp_path).tasks[0].lead == "D01;D02"


def test_columns_swapped_rows_inserted_and_headers_only_are_read_the_same(tmp_path: Path) -> None:
    path = saved(small_plan(), tmp_path)
    expected = read_plan(path)
    book = load_workbook(path)
    sheet = book["Đơn vị"]
    for row in range(3, 9):  # code and name change places
        first, second = sheet.cell(row, 1), sheet.cell(row, 2)
        first.value, second.value = second.value, first.value
    sheet.insert_rows(7)
    book["Chỉ tiêu"].delete_rows(4)  # the hidden key row
    book["Chỉ tiêu"].insert_cols(2)
    book.save(path)
    assert read_plan(path) == expected


def test_a_text_that_begins_like_a_formula_stays_a_text(tmp_path: Path) -> None:
    sheets = small_plan(tasks={0: {"title": '=HYPERLINK("http://a.example")'}})
    path = saved(sheets, tmp_path)
    cell = load_workbook(path)["Nhiệm vụ"]["D5"]
    assert cell.data_type == "s"
    assert read_plan(path).tasks[0].title == '=HYPERLINK("http://a.example")'


def test_a_file_that_is_no_workbook_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "plan.xlsx"
    path.write_bytes(b"hello")
    with pytest.raises(UnreadableWorkbookError) as caught:
        read_plan(path)
    assert "plan.xlsx" in load_texts("vi")(caught.value.key, **caught.value.values)


def test_a_plan_that_swells_is_refused_before_it_is_opened(tmp_path: Path) -> None:
    path = saved(small_plan(), tmp_path)
    with ZipFile(path, "a", ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet99.xml", b" " * (65 << 20))
    with pytest.raises(UnreadableWorkbookError) as caught:
        read_plan(path)
    assert "quá nhiều dữ liệu" in load_texts("vi")(caught.value.key, **caught.value.values)


def test_a_workbook_that_is_no_plan_is_refused(tmp_path: Path) -> None:
    book = Workbook()
    book.save(tmp_path / "other.xlsx")
    with pytest.raises(UnknownTemplateError):
        read_plan(tmp_path / "other.xlsx")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError):
        read_plan(tmp_path / "none.xlsx")


def test_a_missing_sheet_and_a_missing_column_are_findings(tmp_path: Path) -> None:
    path = saved(small_plan(), tmp_path)
    book = load_workbook(path)
    del book["Kỳ báo cáo"]
    book["Đơn vị"].delete_cols(5)
    book.save(path)
    assert [f.check for f in refusal(path)] == ["plan.column-missing", "plan.sheet-missing"]


def test_a_plan_on_record_becomes_the_workbook_that_says_it(sample_plans: list[Path], tmp_path: Path) -> None:
    small = content_of(linked({"before": "I01", "after": "J0", "relation": "rescaled", "factor": "0.5"}), tmp_path)
    for plan in (read_plan(sample_plans[1]), small):
        assert read_plan(write_plan(plan_lines(plan), tmp_path / "again.xlsx", load_texts("vi"))) == plan
