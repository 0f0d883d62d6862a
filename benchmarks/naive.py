"""The way one writes it first: openpyxl through pandas, pandera for each sheet of each file, an object for each row."""

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pandera.pandas as pa
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.directive import Indicator, Task
from models.returns import EffectiveReturn, Progress, Receipt, ReportedValue, Return, Shortcoming, Statement
from models.states import ReceiptState, ReturnState
from models.store import writing
from models.unit import Unit
from schemas.texts import load_texts

VI = load_texts("vi")
KEYS_AT = 3  # the line of a sheet, counted from 0, that holds the hidden keys
Frames = Mapping[str, pd.DataFrame]


def _texts() -> pa.Column:
    return pa.Column(None, pa.Check(lambda values: values.map(lambda one: isinstance(one, str))), nullable=True)


def _numbers(upper: float = 1e15) -> pa.Column:
    checks = [pa.Check.ge(0), pa.Check.le(upper)]
    return pa.Column(float, checks, coerce=True, nullable=True)


def _labels(name: str, *keys: str) -> pa.Column:
    return pa.Column(None, pa.Check.isin([VI(f"workbook.list.{name}.{key}") for key in keys]))


STATUS = _labels("status", "not_started", "in_progress", "done", "suspended")
SCHEMAS = {
    "progress": pa.DataFrameSchema(
        {"task": _texts(), "status": STATUS, "percent": _numbers(100), "result": _texts()}, unique=["task"]
    ),
    "measures": pa.DataFrameSchema(
        {"indicator": _texts(), "numerator": _numbers(), "denominator": _numbers()}, unique=["indicator"]
    ),
    "shortcomings": pa.DataFrameSchema({"task": _texts(), "code": _texts(), "text": _texts()}, unique=["text"]),
    "statements": pa.DataFrameSchema({"kind": _texts(), "text": _texts(), "addressee": _texts()}, unique=["text"]),
}


def take_in(engine: Engine, path: Path, received_at: Any) -> None:
    """Read, check and store one file, in a transaction of its own."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    frames = _read(path)
    with writing(engine) as session:
        unit = session.exec(select(Unit).where(Unit.code == path.parent.name)).one()
        owed = session.exec(select(Return).where(Return.unit_id == unit.id).order_by(Return.id)).first()
        receipt = Receipt(
            claim=f"claim-{unit.code}", unit_id=unit.id, return_id=owed.id, file_name=path.name, sha256=digest,
            size=path.stat().st_size, received_at=received_at, state=ReceiptState.ACCEPTED,
        )  # fmt: skip
        session.add(receipt)
        session.flush()
        owed.state = ReturnState.ACCEPTED
        session.add(EffectiveReturn(return_id=owed.id, receipt_id=receipt.id, since=received_at))
        for make in MAKERS:
            session.add_all(make(session, receipt.id, frames))


def _read(path: Path) -> Frames:
    book = pd.ExcelFile(path, engine="openpyxl")
    return {key: _checked(book, key, schema) for key, schema in SCHEMAS.items()}


def _checked(book: pd.ExcelFile, key: str, schema: pa.DataFrameSchema) -> pd.DataFrame:
    page = book.parse(VI(f"workbook.sheet.{key}.title"), header=KEYS_AT)
    page = page.rename(columns=lambda tag: str(tag).rpartition(".")[2])
    must = {"progress": "status", "measures": "indicator", "shortcomings": "text", "statements": "text"}[key]
    return schema.validate(page.dropna(subset=[must]), lazy=True)


def _progress(session: Session, receipt: int, frames: Frames) -> list[Progress]:
    tasks = {one.code: one.id for one in session.exec(select(Task))}
    return [
        Progress(
            receipt_id=receipt, task_id=tasks[row["task"]], status="in_progress", percent=row["percent"],
            text=row["result"], sheet="progress", row=at, cell=f"C{at}",
        )
        for at, (_, row) in enumerate(frames["progress"].iterrows(), KEYS_AT + 2)
    ]  # fmt: skip


def _measures(session: Session, receipt: int, frames: Frames) -> list[ReportedValue]:
    indicators = {one.code: one for one in session.exec(select(Indicator))}
    return [
        ReportedValue(
            receipt_id=receipt, indicator_id=indicators[row["indicator"]].id, value=_number(row["value"]),
            numerator=_number(row["numerator"]), denominator=_number(row["denominator"]), sheet="measures",
            cell=f"E{at}",
        )
        for at, (_, row) in enumerate(frames["measures"].iterrows(), KEYS_AT + 2)
    ]  # fmt: skip


def _number(value: Any) -> Any:
    return value if isinstance(value, int | float) and pd.notna(value) else None


def _shortcomings(session: Session, receipt: int, frames: Frames) -> list[Shortcoming]:
    rows = enumerate(frames["shortcomings"].to_dict("records"), KEYS_AT + 2)
    return [Shortcoming(receipt_id=receipt, code=row["code"], text=row["text"], sheet="-", row=at) for at, row in rows]


def _statements(session: Session, receipt: int, frames: Frames) -> list[Statement]:
    rows = enumerate(frames["statements"].to_dict("records"), KEYS_AT + 2)
    return [Statement(receipt_id=receipt, kind="proposal", text=row["text"], sheet="-", row=at) for at, row in rows]


MAKERS: tuple[Callable[[Session, int, Frames], list[Any]], ...] = (_progress, _measures, _shortcomings, _statements)
