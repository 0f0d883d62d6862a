"""Rows for the tests: each function adds one row with sensible values and gives it back with its id.

`over` changes any of the values.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel

from models.assignment import Assignment
from models.directive import Directive, Indicator, Task, TaskIndicator, Term
from models.period import Period, PeriodDue
from models.returns import EffectiveReturn, Progress, Receipt, ReportedValue, Return
from models.states import ReceiptState, ReturnState
from models.unit import Unit, UnitSpan

NOON = datetime(2021, 6, 16, 5, 0, tzinfo=UTC)
LONG_AGO = date(2010, 1, 1)
_numbers = count(1)
Row = TypeVar("Row", bound=SQLModel)


def add(session: Session, row: Row) -> Row:
    session.add(row)
    session.flush()
    return row


def make_directive(session: Session, **over: Any) -> Directive:
    values = {
        "symbol": "04-CT/ĐUK",
        "symbol_written": "04-CT/ĐUK",
        "type": "chi_thi",
        "issuer": "Ban Thường vụ Đảng ủy Khối Minh Họa",
        "issued_on": date(2016, 9, 22),
        "title": "Đẩy mạnh đổi mới, nâng cao chất lượng, hiệu quả công tác thông tin, tuyên truyền",
        "tracked": True,
    }
    return add(session, Directive(**(values | over)))


def make_unit(session: Session, code: str = "D01", *, parent: Unit | None = None, **over: Any) -> Unit:
    """Add a unit and the one span of its days; `name`, `name_en`, `unit_kind` go to the span."""
    span = {key: over.pop(key) for key in ("name", "name_en") if key in over}
    kind = over.pop("unit_kind", {"K": "khoi", "B": "ban", "D": "dang_uy"}.get(code[0], "chi_bo"))
    unit = add(session, Unit(**({"code": code, "valid_from": LONG_AGO} | over)))
    name = span.get("name", f"Đảng ủy Đơn vị mẫu {code}")
    make_span(session, unit, parent, name=name, name_en=span.get("name_en"), kind=kind)
    return unit


def make_span(session: Session, unit: Unit, parent: Unit | None = None, **over: Any) -> UnitSpan:
    values = {
        "unit_id": unit.id,
        "name": unit.code,
        "kind": "dang_uy",
        "parent_id": parent.id if parent else None,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
    }
    return add(session, UnitSpan(**(values | over)))


def make_period(session: Session, directive: Directive, code: str = "2021-6T", **over: Any) -> Period:
    """Add a period from its code: 2021-6T, 2021-9T, 2021-N, or any other as a span of five years."""
    year, _, kind = code.partition("-")
    at = int(year) if year.isdigit() else 2021
    month, day = {"6T": (6, 14), "9T": (9, 14), "N": (12, 14)}.get(kind, (7, 31))
    values = {
        "directive_id": directive.id,
        "code": code,
        "kind": kind,
        "year": at,
        "nominal_from": date(at, 1, 1),
        "nominal_to": date(at, month, 28),
        "coverage_start": date(at - 1, 12, 15),
        "cutoff": date(at, month, day),
        "mode": "span" if kind == "5N" else "cumulative",
        "round": "R1",
        "due_rule": "12; 7; 3",
        "own_rule": "D*;C*",
        "consolidated_rule": "D*;K00",
    }
    return add(session, Period(**(values | over)))


def make_due(session: Session, period: Period, level: int, due: date) -> PeriodDue:
    return add(session, PeriodDue(period_id=period.id, level=level, due=due))


def make_task(session: Session, directive: Directive, code: str = "R1-01", **over: Any) -> Task:
    values = {
        "directive_id": directive.id,
        "code": code,
        "kind": "continuous",
        "title": "Quán triệt và triển khai Chỉ thị đến các tổ chức cơ sở",
        "lead_rule": "D*;C*",
        "start": directive.issued_on,
    }
    return add(session, Task(**(values | over)))


def make_indicator(session: Session, code: str = "I01", *, task: Task | None = None, **over: Any) -> Indicator:
    """Add an indicator, measured for `task` if one is given."""
    values = {
        "code": code,
        "name": "Số hội nghị, lớp quán triệt, phổ biến đã tổ chức",
        "measure": "hội nghị",
        "kind": "flow",
        "mode": "cumulative",
        "lower": "0",
        "position": next(_numbers),
    }
    indicator = add(session, Indicator(**(values | over)))
    if task is not None:
        link(session, task, indicator)
    return indicator


def link(session: Session, task: Task, indicator: Indicator) -> TaskIndicator:
    return add(session, TaskIndicator(task_id=task.id, indicator_id=indicator.id))


def make_assignment(session: Session, task: Task, unit: Unit, **over: Any) -> Assignment:
    values = {"task_id": task.id, "unit_id": unit.id, "role": "lead", "valid_from": task.start, "valid_to": None}
    return add(session, Assignment(**(values | over)))


def make_term(session: Session, list_name: str, code: str, label: str, **over: Any) -> Term:
    values = {"list": list_name, "code": code, "label": label, "position": next(_numbers)}
    return add(session, Term(**(values | over)))


def make_return(session: Session, period: Period, unit: Unit, kind: str = "own", **over: Any) -> Return:
    values = {
        "directive_id": period.directive_id,
        "unit_id": unit.id,
        "period_id": period.id,
        "kind": kind,
        "due": period.cutoff,
        "state": ReturnState.OWED,
    }
    return add(session, Return(**(values | over)))


def make_receipt(session: Session, owed: Return, **over: Any) -> Receipt:
    """Add an accepted receipt for a return; it counts only after `make_effective`."""
    number = next(_numbers)
    values = {
        "claim": f"claim-{number}",
        "unit_id": owed.unit_id,
        "return_id": owed.id,
        "file_name": "bao-cao.xlsx",
        "sha256": f"{number:064x}",
        "size": 20_000,
        "received_at": NOON,
        "state": ReceiptState.ACCEPTED,
        "revision": 1,
        "days_late": 0,
        "template": "return-1",
    }
    return add(session, Receipt(**(values | over)))


def make_effective(session: Session, receipt: Receipt, **over: Any) -> EffectiveReturn:
    values = {"return_id": receipt.return_id, "receipt_id": receipt.id, "since": receipt.received_at}
    return add(session, EffectiveReturn(**(values | over)))


def make_value(
    session: Session, receipt: Receipt, indicator: Indicator, value: Any = None, **over: Any
) -> ReportedValue:
    """Add a reported number; `numerator` and `denominator` in `over` for a ratio."""
    values = {
        "receipt_id": receipt.id,
        "indicator_id": indicator.id,
        "value": None if value is None else Decimal(value),
        "sheet": "Chỉ tiêu",
        "cell": f"G{next(_numbers)}",
    }
    return add(session, ReportedValue(**(values | over)))


def make_progress(session: Session, receipt: Receipt, task: Task, status: str = "in_progress", **over: Any) -> Progress:
    row = next(_numbers)
    values = {
        "receipt_id": receipt.id,
        "task_id": task.id,
        "status": status,
        "text": "Đã triển khai đến các chi bộ.",
        "sheet": "Tiến độ nhiệm vụ",
        "row": row,
        "cell": f"F{row}",
    }
    return add(session, Progress(**(values | over)))
