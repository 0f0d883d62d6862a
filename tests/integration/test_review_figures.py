"""What a review prints of figures that are no single number: the levels of an ordinal measure."""

from pathlib import Path

import factories as make
from histories import History
from openpyxl import load_workbook
from rounds import composed, open_round, row, tables
from sqlmodel import select

from models.period import Period
from models.returns import Receipt, Return
from models.states import ReceiptState
from reports.annex import write_annex


def grade(history: History, period: str, *levels: int) -> None:
    """Let the units that sent a return for a period say at which level they stand."""
    sent = (
        select(Receipt).join(Return, Return.id == Receipt.return_id).join(Period)
        .where(Period.code == period, Receipt.state == ReceiptState.ACCEPTED).order_by(Receipt.id)
    )  # fmt: skip
    for receipt, level in zip(history.session.exec(sent).all(), levels, strict=True):
        make.make_value(history.session, receipt, history.indicators["I06"], level)


def test_levels_are_counted_in_the_document_and_in_the_annex_workbook(tmp_path: Path) -> None:
    with open_round(tmp_path / "workspace") as (settings, history):
        history.indicator("I06", "ordinal", name="Mức độ hoàn thành", measure="mức")
        grade(history, "2017-N", 2, 1, 2)
        grade(history, "2018-N", 1, 1)
        document = composed((settings, history), span=("2017-N", "2018-N"))
    line = row(tables(document)["indicators"], "Mức độ hoàn thành (số đơn vị ở từng mức)")
    assert line[1:3] == ["1: 1, 2: 2", "1: 2*"]
    table = tables(document)["by-unit-I06"]
    assert row(table, "Đảng ủy Khối Mẫu")[1:3] == ["1: 1, 2: 2", "1: 2*"]
    assert "số đơn vị ở từng mức" in table.measure_note
    path = tmp_path / "annex.xlsx"
    write_annex(document, path)
    printed = {line[0]: line[-1] for line in load_workbook(path)["Mã số liệu"].values if line[0]}
    assert printed["04-CT/ĐUK:I06:K00:2017"] == "1: 1, 2: 2"
