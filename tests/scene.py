"""A small record with what a return can meet, and a sender who fills returns rightly unless told otherwise."""

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from builders import KEY_ID, STAMP_KEYS, VI, Filled, build_return
from factories import (
    add,
    make_assignment,
    make_directive,
    make_indicator,
    make_period,
    make_return,
    make_span,
    make_task,
    make_term,
    make_unit,
)
from records import open_record
from sqlalchemy import Engine
from sqlmodel import Session

from intake.reader import read_return
from intake.readers import Read
from intake.receive import Office, ReceiptOutcome, process
from models.errors import UnreadableWorkbookError
from models.queries.arrivals import Arrival, record_receipt
from models.queries.receipts import get_receipts, unit_ids
from models.states import ReturnState
from models.store import writing
from models.unit import UnitEvent
from schemas.layout import load_layout
from schemas.stamp import Stamp
from schemas.texts import load_texts
from settings import Settings, open_workspace

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SYMBOL = "60-KL/ĐUK"
LAYOUT = load_layout("return").id
TASKS = ("K60-1.1", "K60-3.7")
LONG_TEXT = "Đã tổ chức {number} hội nghị quán triệt đến toàn thể đảng viên của {unit} trong kỳ {period}."

SPENT = {"6T": 800.5, "9T": 1200.5, "N": 1600.5}  # adds up over the year: a large figure does not stand still


def make_scene(session: Session) -> None:
    """Units K00 > D01 > C0101, D02, D08 (merged into D11); three tasks; every kind of indicator; six periods."""
    directive = make_directive(session, symbol=SYMBOL, symbol_written="60-KL/ĐUK", issued_on=date(2017, 1, 1))
    top = make_unit(session, "K00", name="Đảng ủy Khối Minh Họa")
    first = make_unit(session, "D01", parent=top, name="Đảng ủy Đơn vị mẫu An")
    below = make_unit(session, "C0101", parent=first, name="Chi bộ Văn phòng An")
    second = make_unit(session, "D02", parent=top, name="Đảng ủy Đơn vị mẫu Ánh")
    ended = make_unit(session, "D08", parent=top, name="Đảng ủy Đơn vị mẫu Hải", valid_to=date(2018, 12, 31))
    heir = make_unit(session, "D11", parent=top, name="Đảng ủy Đơn vị mẫu Hòa", valid_from=date(2019, 1, 1))
    make_span(session, second, top, name="Đảng ủy Đơn vị mẫu Ánh Dương", valid_from=date(2024, 1, 1))
    merge = {
        "code": "E02",
        "happened_on": date(2019, 1, 1),
        "type": "merge",
        "sources": ["D08"],
        "targets": ["D11"],
    }
    event = add(session, UnitEvent(**merge))
    told = make_task(session, directive, "K60-1.1", title="Quán triệt Kết luận")
    plan = make_task(session, directive, "K60-3.7", title="Phê duyệt kịch bản xử lý khủng hoảng truyền thông")
    other = make_task(session, directive, "K60-9.9", title="Việc của đơn vị khác", lead_rule="K00")
    make_indicator(session, "I01", task=told)
    parts = {"numerator": "đã quán triệt", "denominator": "tổng số đảng viên"}
    make_indicator(session, "I03", task=told, kind="ratio", mode="at_cutoff", measure="%", **parts)
    make_indicator(session, "I05", task=plan, kind="boolean", mode="at_cutoff", measure="có/không", lower=None)
    make_indicator(session, "I18", task=told, measure="triệu đồng", decimals=1)
    make_indicator(session, "I19", task=told, kind="stock", mode="at_cutoff", measure="người")
    make_indicator(session, "I25", task=plan, kind="ordinal", mode="at_cutoff", measure="mức", lower="1", upper="4")
    make_indicator(session, "I99", task=other)
    for unit in (first, below, second, ended, heir):
        for task in (told, plan):
            make_assignment(session, task, unit)
    make_term(session, "evidence_type", "E01", "Văn bản")
    make_term(session, "shortcoming", "S01", "Chậm triển khai")
    make_term(session, "cause", "C01", "Thiếu cán bộ")
    for code in ("2018-N", "2019-6T", "2021-N", "2022-6T", "2022-9T", "2022-N"):
        period = make_period(session, directive, code, round="R2")
        due = {"due": date(period.cutoff.year, period.cutoff.month, 24)}
        owing = (first, below, second, ended if code < "2019" else heir)
        for unit in owing:
            make_return(session, period, unit, **due)
        make_return(session, period, first, "consolidated", **due)
        if code == "2019-6T":
            make_return(session, period, ended, state=ReturnState.EXCUSED, event_id=event.id, **due)


def open_scene(folder: Path) -> Settings:
    """Open a workspace whose record holds the scene, and whose stamps are those of the builders."""
    opened = open_workspace(folder)
    opened.stamp_key_file.write_text(f"{KEY_ID} {STAMP_KEYS[KEY_ID].hex()}\n", encoding="ascii")
    open_record(opened.workspace / "dondoc.db", make_scene).dispose()
    return opened


@dataclass
class Sender:
    """Hands files in and has them processed; `receive` gives what became of the last one."""

    engine: Engine
    folder: Path

    def __post_init__(self) -> None:
        self.count = 0
        (self.folder / "archive").mkdir(exist_ok=True)

    @property
    def office(self) -> Office:
        return Office(self.folder / "archive", STAMP_KEYS, ZONE, load_texts("vi"))

    def answers(self, unit: str = "D01", period: str = "2022-6T", kind: str = "own", **numbers: Any) -> Filled:
        """Give a return without a fault; `numbers` are other values of flow and stock indicators."""
        return make_answers(unit, period, kind, **numbers)

    def write(self, filled: Filled, edit: Callable[[Path], None] | None = None) -> Path:
        self.count += 1
        path = build_return(self.folder / "sent" / f"{self.count}.xlsx", filled)
        if edit:
            edit(path)
        return path

    def deliver(self, path: Path, unit: str, *, received: date = date(2022, 6, 20), name: str = "bao-cao.xlsx") -> int:
        """Archive a file and write its receipt; give the receipt's id."""
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        (self.folder / "archive" / digest).write_bytes(data)
        self.count += 1
        at = datetime(received.year, received.month, received.day, 3, tzinfo=UTC)
        with writing(self.engine) as session:
            known = unit_ids(session)
            return record_receipt(session, Arrival(f"claim-{self.count}", known[unit], name, digest, len(data), at))

    def process(self, *ids: int, office: Office | None = None) -> list[ReceiptOutcome]:
        with writing(self.engine) as session:
            hashes = [one.sha256 for one in get_receipts(session, ids)]
            files = dict(zip(hashes, map(self.read, hashes), strict=True))
            return process(session, ids, office or self.office, files)

    def read(self, sha256: str) -> Read:
        """Read an archived file in this process."""
        try:
            return read_return(self.folder / "archive" / sha256, load_layout("return"))
        except UnreadableWorkbookError as error:
            return error

    def send(
        self,
        filled: Filled,
        edit: Callable[[Path], None] | None = None,
        *,
        unit: str | None = None,
        received: date = date(2022, 6, 20),
    ) -> ReceiptOutcome:
        """Build, edit, deliver and process one file."""
        folder = unit or (filled.stamp.unit if filled.stamp else "D01")
        return self.process(self.deliver(self.write(filled, edit), folder, received=received))[0]


def make_answers(unit: str, period: str, kind: str, **numbers: Any) -> Filled:
    names = {"D01": "Đảng ủy Đơn vị mẫu An", "D08": "Đảng ủy Đơn vị mẫu Hải", "D02": "Đảng ủy Đơn vị mẫu Ánh"}
    cover = {
        "unit": unit,
        "unit_name": names.get(unit),
        "directive": SYMBOL,
        "period": period,
        "kind": kind,
        "preparer_role": "Chuyên viên Ban Tuyên giáo",
        "approver_role": "Phó Bí thư Đảng ủy",
        "approved_on": date(int(period[:4]), 6, 15),
        "letter_number": "12-BC/ĐU",
    }
    rows = {
        "progress": [] if kind == "consolidated" else _progress(unit, period),
        "measures": _measures({"I18": SPENT[period.partition("-")[2]]} | numbers),
        "evidence": [],
        "shortcomings": [{"task": "K60-1.1", "code": "Chậm triển khai", "text": "Một số chi bộ triển khai chậm.",
                          "cause_type": VI("workbook.list.cause_type.subjective"), "cause_code": "Thiếu cán bộ"}],
        "statements": [{"kind": VI("workbook.list.statement.proposal"), "text": "Đề nghị mở thêm lớp.",
                        "addressee": "Ban Tuyên giáo"}],
    }  # fmt: skip
    return Filled(Stamp(unit, SYMBOL, period, kind, LAYOUT), cover, rows)


def _progress(unit: str, period: str) -> list[dict[str, Any]]:
    status = VI("workbook.list.status.in_progress")
    return [
        {"task": task, "title": "…", "status": status, "percent": 40 + at,
         "result": LONG_TEXT.format(number=at + 2, unit=unit, period=period)}
        for at, task in enumerate(TASKS)
    ]  # fmt: skip


def _measures(numbers: dict[str, Any]) -> list[dict[str, Any]]:
    values = {"I01": 12, "I18": 0, "I19": 55, "I25": 2} | numbers
    rows: list[dict[str, Any]] = [{"indicator": code, "value": value} for code, value in values.items()]
    rows.append({"indicator": "I03", "numerator": 90, "denominator": 100})
    rows.append({"indicator": "I05", "value": VI("workbook.list.yes_no.yes")})
    return rows


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)
