"""Filled returns of an invented record, made as an office makes them: issued, then filled in cell by cell.

Each asks for progress of 40 tasks and 138 indicators and brings two lines of words: 180 rows in about 33 KB.
"""

from datetime import date, datetime
from pathlib import Path

from sqlalchemy import text
from sqlmodel import Session, select

from benchmarks.invented import KINDS, SYMBOL, Size, lay_down
from flows.jobs.issue import run_issue
from flows.jobs.record import write_record
from models.assignment import Assignment
from models.directive import Directive, Task, Term
from models.unit import Unit
from reports.patch import Template, patch_cells, read_template
from sample.fill import Blank, BlankSheet, read_blank
from schemas.texts import load_texts
from settings import Settings, open_workspace

TASKS, INDICATORS, PERIOD = 40, 138, "2021-12"
RECEIVED = datetime(2022, 1, 3, 8, 0)  # noqa: DTZ001  in the office's own zone
TOLD = "Đã tổ chức {number} hội nghị quán triệt đến toàn thể đảng viên của đơn vị {unit} trong kỳ báo cáo này."
VI = load_texts("vi")


def make_office(folder: Path, units: int) -> Settings:
    """Open a workspace in which so many units owe one return a year, and none has come."""
    settings = open_workspace(folder)
    with write_record(settings) as session:
        lay_down(session, Size(units, INDICATORS, periods=1), with_values=False)
        session.execute(text("UPDATE return SET state = 'owed'"))
        _add_tasks(session)
    return settings


def _add_tasks(session: Session) -> None:
    directive = session.exec(select(Directive)).one()
    tasks = [_task(directive, at) for at in range(TASKS)]
    session.add_all(tasks)
    session.add_all(
        Term(list=kind, code=f"{kind[0].upper()}01", label=f"{kind} 1") for kind in ("shortcoming", "cause")
    )
    session.add(Term(list="evidence_type", code="E01", label="Văn bản"))
    session.flush()
    units = session.exec(select(Unit.id)).all()
    session.add_all(
        Assignment(task_id=task.id or 0, unit_id=unit or 0, role="lead", valid_from=date(2015, 1, 1))
        for task in tasks
        for unit in units
    )


def _task(directive: Directive, at: int) -> Task:
    return Task(
        directive_id=directive.id or 0, code=f"W{at:02}", kind="continuous", lead_rule="*", start=date(2015, 1, 1),
        title=f"Nhiệm vụ được nêu ở mục {at} của văn bản, giao cho mọi đơn vị cùng thực hiện",
    )  # fmt: skip


def fill_inbox(settings: Settings, count: int, first: int = 0) -> None:
    """Issue the blanks of a period and lay so many of them into the inbox, filled with numbers from the first on."""
    if not any(settings.outbox.glob(f"*/*_{PERIOD}_own.xlsx")):
        run_issue(settings, SYMBOL, PERIOD)
    issued = sorted(settings.outbox.glob(f"*/*_{PERIOD}_own.xlsx"))[:count]
    places = read_blank(issued[0].read_bytes())  # of one shape, all of them
    for number, path in enumerate(issued, first):
        unit = path.parent.name
        folder = settings.inbox / unit
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "bao-cao.xlsx").write_bytes(fill(read_template(path.read_bytes()), places, unit, number))


def fill(blank: Template, places: Blank, unit: str, number: int) -> bytes:
    """Fill one blank; the number makes it unlike all others."""
    cells: dict[str, dict[str, object]] = {
        places["cover"].name: _cover(places["cover"]),
        places["progress"].name: _progress(places["progress"], unit, number),
        places["measures"].name: _measures(places["measures"], number),
    }
    for key, row in WORDS.items():
        sheet = places[key]
        cells[sheet.name] = {f"{sheet.columns[column]}{sheet.key_row + 1}": value for column, value in row.items()}
    return patch_cells(blank, cells)  # type: ignore[arg-type]


def _cover(sheet: BlankSheet) -> dict[str, object]:
    said = {
        "preparer_role": "Chuyên viên Ban Tuyên giáo", "approver_role": "Phó Bí thư Đảng ủy",
        "approved_on": date(2021, 12, 30), "letter_number": "12-BC/ĐU",
    }  # fmt: skip
    return {sheet.form[key]: value for key, value in said.items()}


def _progress(sheet: BlankSheet, unit: str, number: int) -> dict[str, object]:
    cells: dict[str, object] = {}
    for at, line in enumerate(sheet.rows.values()):
        cells[f"{sheet.columns['status']}{line}"] = VI("workbook.list.status.in_progress")
        cells[f"{sheet.columns['percent']}{line}"] = 30 + (at + number) % 60
        cells[f"{sheet.columns['result']}{line}"] = TOLD.format(number=at + number, unit=unit)
    return cells


def _measures(sheet: BlankSheet, number: int) -> dict[str, object]:
    cells: dict[str, object] = {}
    for at, line in enumerate(sheet.rows.values()):
        for column, value in _said(KINDS[at % len(KINDS)], at + number).items():
            cells[f"{sheet.columns[column]}{line}"] = value
    return cells


def _said(kind: str, number: int) -> dict[str, object]:
    if kind == "ratio":
        return {"numerator": number % 90, "denominator": 100}
    if kind == "boolean":
        return {"value": VI("workbook.list.yes_no.yes")}
    return {"value": 1 + number % 4 if kind == "ordinal" else number * 31 % 1000}


WORDS = {
    "shortcomings": {
        "task": "W00", "code": "shortcoming 1", "text": "Một số chi bộ triển khai chậm.",
        "cause_type": VI("workbook.list.cause_type.subjective"), "cause_code": "cause 1",
    },
    "statements": {
        "kind": VI("workbook.list.statement.proposal"), "text": "Đề nghị mở thêm lớp bồi dưỡng.",
        "addressee": "Ban Tuyên giáo",
    },
}  # fmt: skip
