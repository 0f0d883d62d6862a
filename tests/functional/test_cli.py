"""What the command line promises to programs: documents, streams and exit codes (the rest is in test_road.py)."""

import json
import os
import re
import subprocess
import sys
import tempfile
from errno import ENOSPC
from pathlib import Path
from typing import Any

import pytest
from office import Office

from models.errors import StatusError

TEXT = """ĐẢNG ỦY KHỐI MINH HỌA
*
Số 12-CT/ĐUK
Thành phố Mẫu, ngày 05 tháng 3 năm 2022
CHỈ THỊ
về tăng cường công tác lưu trữ
Thực hiện Nghị quyết số 18-NQ/TW, ngày 25/10/2017, Ban Thường vụ yêu cầu thực hiện tốt một số nhiệm vụ sau:
1. Quán triệt sâu sắc Chỉ thị này đến từng chi bộ; hoàn thành trước ngày 30/6/2022.
2. Văn phòng chủ trì, phối hợp với Ban Tổ chức xây dựng quy chế lưu trữ.
Chỉ thị này thay thế Chỉ thị số 03-CT/ĐUK, ngày 10/5/2010.
"""
HEAVY = ("prefect", "polars", "duckdb", "openpyxl", "sqlmodel", "pydantic_settings", "pandera", "rich.table")
FINDING = {"check": str, "severity": str, "sheet": str, "cell": str, "message": str}
CELL = {"unit": str, "period": str, "receipt": str, "sha256": str, "sheet": str, "cell": str, "value": int}
NUMBER = (int, float, type(None))

# What each command's document holds at least: a type, or the shape of every row of a list.
SHAPES: dict[str, dict[str, Any]] = {
    "assign": {"directive": str, "tasks": int, "assignments": int, "returns_owed": int, "findings": list},
    "issue": {"issued": [{"unit": str, "path": str, "kind": str}]},
    "collect": {
        "receipts": [
            {"receipt": str, "unit": str, "file": str, "sha256": str, "period": str, "kind": str, "state": str,
             "late": int, "findings": list, "reply": str}
        ]
    },
    "remind": {"notices": [{"recipient": str, "rung": str, "returns": list, "channel": str, "state": str}]},
    "review": {"review": str, "state": str, "files": [str], "figures": int, "snapshot": str},
    "approve": {"review": str, "state": str, "sha256": str},
    "figures": {
        "figures": [
            {"indicator": str, "unit": str, "period": str, "value": NUMBER, "numerator": NUMBER,
             "denominator": NUMBER, "n": int, "of": int, "reading": str}
        ]
    },
    "standing": {"returns": [{"unit": str, "period": str, "kind": str, "state": str}], "rates": dict},
    "trace": {"inputs": [CELL]},
    "trace ratio": {"inputs": [CELL]},
    "trace correction": {"inputs": [{**CELL, "value": NUMBER}]},
    "board": {"path": str},
    "doctor": {"checks": [{"check": str, "ok": bool, "advice": str}]},
    "rebuild": {"receipts": int, "same": bool, "counts": dict, "differences": list, "lost": list},
    "audit": {"entries": [{"sequence": int, "actor": str, "action": str, "subject": str, "detail": dict, "hash": str}]},
}  # fmt: skip


def has_shape(value: Any, shape: Any) -> bool:
    """Whether a value is of a type, an object with at least these members, or a list that is not empty of such."""
    if isinstance(shape, dict):
        return isinstance(value, dict) and all(key in value and has_shape(value[key], of) for key, of in shape.items())
    if isinstance(shape, list):
        return isinstance(value, list) and bool(value) and all(has_shape(one, shape[0]) for one in value)
    return isinstance(value, shape)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "workspace")


@pytest.mark.xdist_group("road")
@pytest.mark.parametrize("step", SHAPES)
def test_the_document_of_a_command_has_what_is_promised(road: Any, step: str) -> None:
    assert has_shape(road.said[step], SHAPES[step])


@pytest.mark.xdist_group("road")
def test_findings_of_a_refused_return_name_check_severity_sheet_cell_and_message(road: Any) -> None:
    refused = road.rows("collect")["C0201", "own"]
    assert has_shape(refused["findings"], [FINDING])
    assert {one["severity"] for one in refused["findings"]} <= {"error", "warning", "info"}


@pytest.mark.xdist_group("road")
def test_without_json_a_command_prints_a_table_and_a_sentence(road: Any) -> None:
    ran = road.office.run("standing", "--directive", "60-KL/ĐUK", "--period", "2021-9T", "--as-at", "2021-09-30")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines()[-1].startswith("Phải gửi 38, đã nhận 8, đúng hạn 7, chậm 1, chưa gửi 29")


def test_the_document_of_draft_has_clauses_and_documents(office: Office, tmp_path: Path) -> None:
    text = tmp_path / "chi-thi.txt"
    text.write_text(TEXT, encoding="utf-8")
    drafted = office.ask("draft", text, "--out", tmp_path / "plan.xlsx")
    clause = {"path": str, "text": str, "kind": str, "leads": list, "coordinators": list}
    assert has_shape(drafted, {"clauses": [clause], "documents": [{"symbol": str}]})
    assert all({"due", "time_expression"} <= one.keys() for one in drafted["clauses"])
    assert all({"date", "relation"} <= one.keys() for one in drafted["documents"])
    assert drafted["clauses"][0]["due"] == "2022-06-30"
    assert (tmp_path / "plan.xlsx").is_file()


def test_a_process_of_its_own_prints_one_document_and_nothing_else(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cli", "doctor", "--json", "--workspace", str(tmp_path / "w")]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert has_shape(json.loads(ran.stdout), SHAPES["doctor"])
    assert ran.stderr == ""


def test_importing_the_command_line_brings_nothing_heavy_along() -> None:
    code = f"import sys, cli; print([name for name in {HEAVY} if name in sys.modules])"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_help_lists_every_command(office: Office) -> None:
    ran = office.run("--help")
    assert ran.code == 0
    listed = set(re.findall(r"^│ ([a-z]+) ", ran.out, re.MULTILINE))
    assert listed >= {step.split()[0] for step in SHAPES} | {"draft", "demo"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("frobnicate",),
        ("issue", "--period", "2021-9T"),
        ("collect", "--received-at", "yesterday"),
        ("remind", "--on", "2021-02-30"),
        ("standing", "--directive", "60-KL/ĐUK", "--colour", "red"),
        ("figures", "--directive", "60-KL/ĐUK", "--reading", "tomorrow"),
        ("review", "--directive", "60-KL/ĐUK", "--from", "2021-9T"),
    ],
    ids=" ".join,
)
def test_wrong_usage_exits_two_with_a_word_on_what_is_wrong(office: Office, arguments: tuple[str, ...]) -> None:
    ran = office.run(*arguments)
    assert ran.code == 2
    assert "Traceback" not in ran.out + ran.err
    assert len((ran.out + ran.err).strip()) > 20


@pytest.mark.parametrize(
    ("key", "value"), [("DONDOC_LANGUAGE", "fr"), ("DONDOC_TIMEZONE", "Mars/Base"), ("DONDOC_NOTICE_CAP", "many")]
)
def test_a_setting_that_is_wrong_is_named(
    office: Office, monkeypatch: pytest.MonkeyPatch, key: str, value: str
) -> None:
    monkeypatch.setenv(key, value)
    said = office.refused("doctor")
    assert (value if "TIMEZONE" in key else key.removeprefix("DONDOC_").lower()) in said


def test_wrong_settings_of_documents_are_refused_by_name(office: Office) -> None:
    office.workspace.mkdir()
    wrong = '[document]\nprofile = "partei"\nsymbol = "Số {so}"\nsuprior = "…"\n'
    (office.workspace / "dondoc.toml").write_text(wrong, encoding="utf-8")
    said = office.refused("doctor")
    assert all(name in said for name in ("document.profile", "document.symbol", "document.suprior"))


def test_an_office_begins_its_own_template_from_ours_and_has_it_checked(office: Office, tmp_path: Path) -> None:
    example = tmp_path / "ours.docx"
    assert office.ask("check-template", "--example", str(example))["path"] == str(example)
    assert office.ask("check-template", str(example)) == {"file": str(example), "state": "usable", "findings": []}
    example.write_bytes(b"no template")
    found = office.ask("check-template", str(example))
    assert (found["state"], found["findings"][0]["check"]) == ("unusable", "template_missing")
    assert "--example" in office.refused("check-template", str(example), "--example", str(example))


def test_a_settings_file_that_cannot_be_read_is_refused(office: Office) -> None:
    office.workspace.mkdir()
    (office.workspace / "dondoc.toml").write_text("banner = không có dấu ngoặc", encoding="utf-8")
    assert "dondoc.toml" in office.refused("doctor")


def test_a_workspace_that_cannot_be_one_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "file" in Office(tmp_path / "file").refused("doctor")


def test_refusals_are_told_in_the_language_of_the_workspace(office: Office) -> None:
    office.workspace.mkdir()
    (office.workspace / "dondoc.toml").write_text('language = "en"', encoding="utf-8")
    assert office.refused("approve", "nothing").startswith("There is no review")


def test_with_json_a_refusal_is_a_document_too(office: Office) -> None:
    ran = office.run("approve", "nothing", "--json")
    assert ran.code == 2
    assert ran.document == {"error": ran.err.strip(), "findings": []}


@pytest.mark.parametrize("fault", [ZeroDivisionError("secret"), StatusError("states.move-not-allowed")])
def test_a_fault_of_ours_is_a_sentence_on_screen_and_a_trace_in_a_file(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setattr("flows.jobs.doctor.run_doctor", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ran = office.run("doctor")
    assert (ran.code, ran.out) == (1, "")
    assert "Traceback" not in ran.err
    (log,) = tmp_path.glob("dondoc-*.log")
    assert str(log) in ran.err
    assert type(fault).__name__ in ran.err
    assert "in broken" in log.read_text("utf-8")
    assert log.stat().st_mode & 0o077 == 0


def test_a_fault_of_ours_is_told_even_where_no_trace_can_be_written(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(ENOSPC, "no space left")

    monkeypatch.setenv("DONDOC_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", full)
    ran = office.run("standing", "--directive", "60-KL/ĐUK", "--json")
    assert ran.code == 1
    assert ran.document["error"] == ran.err.strip()
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/api", "http://127.0.0.1:none/api", "nonsense", ""])
def test_without_a_server_that_answers_a_command_runs_at_once_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("PREFECT_API_URL", address)
    ran = Office(tmp_path / "w", engine="auto").run("collect", "--json")
    assert ran.code == 0
    assert ran.document["receipts"] == []
    assert "Prefect" in ran.err
    assert os.environ["PREFECT_API_URL"] == address


def test_the_reader_of_our_output_may_leave_early(tmp_path: Path) -> None:
    command = f"{sys.executable} -m cli doctor --workspace {tmp_path / 'w'} | true"
    ran = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)  # noqa: S602
    assert ran.stderr == ""
