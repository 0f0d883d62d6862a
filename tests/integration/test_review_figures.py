"""What a review prints of figures that are more than one number: levels of ordinal measures, lines of breakdowns."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import factories as make
import pytest
from histories import FIRST, History
from openpyxl import load_workbook
from rounds import AS_AT, SPAN, all_blocks, composed, open_round, row, tables
from sqlmodel import select

from flows.jobs.figures import run_trace
from flows.jobs.review import run_review
from models.period import Period
from models.returns import Receipt, Return
from models.review import SnapshotFigure
from models.states import ReceiptState
from models.store import open_engine, reading
from reports.annex import write_annex
from reports.content import Document, Paragraph
from settings import Settings

Opened = tuple[Settings, History]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    with open_round(tmp_path / "workspace") as (settings, history):
        yield settings, history


def sent(history: History, period: str) -> Sequence[Receipt]:
    """Give the accepted receipts of a period: of D01, D02 and, in the first year, D03."""
    query = select(Receipt).join(Return, Return.id == Receipt.return_id).join(Period)
    return history.session.exec(
        query.where(Period.code == period, Receipt.state == ReceiptState.ACCEPTED).order_by(Receipt.id)
    ).all()


def grade(history: History, period: str, *levels: int) -> None:
    """Let the units that sent a return for a period say at which level they stand."""
    for receipt, level in zip(sent(history, period), levels, strict=True):
        make.make_value(history.session, receipt, history.indicators["I06"], level)


def break_down(history: History) -> None:
    """Let all tell of press and web; in the second year one unit gives the total only."""
    history.indicator("I07", name="Tin, bài đã đăng (theo kênh)", name_en="News items", dimensions="BAO;TRANG")
    make.make_term(history.session, "dimension", "BAO", "Báo, tạp chí", label_en="Press")
    make.make_term(history.session, "dimension", "TRANG", "Trang điện tử", label_en="Web")
    told = {"2017-N": ((1200, 34), (2, 3), (0, 5)), "2018-N": ((100, 200), (7, None))}
    for period, several in told.items():
        for receipt, (press, web) in zip(sent(history, period), several, strict=True):
            lines = {"": press + (web or 0)} | ({} if web is None else {"BAO": press, "TRANG": web})
            for part, value in lines.items():
                make.make_value(history.session, receipt, history.indicators["I07"], value, dimension=part)


def breakdown(document: Document) -> list[list[str]]:
    return [[cell.text for cell in line.cells] for line in tables(document)["breakdown-I07"].rows]


def test_levels_are_counted_in_the_document_and_in_the_annex_workbook(opened: Opened, tmp_path: Path) -> None:
    _, history = opened
    history.indicator("I06", "ordinal", name="Mức độ hoàn thành", measure="mức")
    grade(history, "2017-N", 2, 1, 2)
    grade(history, "2018-N", 1, 1)
    document = composed(opened, span=("2017-N", "2018-N"))
    line = row(tables(document)["indicators"], "Mức độ hoàn thành (số đơn vị ở từng mức)")
    assert line[1:3] == ["1: 1, 2: 2", "1: 2*"]
    table = tables(document)["by-unit-I06"]
    assert row(table, "Đảng ủy Khối Mẫu")[1:3] == ["1: 1, 2: 2", "1: 2*"]
    assert "số đơn vị ở từng mức" in table.measure_note
    path = tmp_path / "annex.xlsx"
    write_annex(document, path)
    printed = {line[0]: line[-1] for line in load_workbook(path)["Mã số liệu"].values if line[0]}
    assert printed["04-CT/ĐUK:I06:K00:2017"] == "1: 1, 2: 2"


def test_a_breakdown_stands_in_an_annex_of_its_own_with_its_total(opened: Opened) -> None:
    without = composed(opened)
    break_down(opened[1])
    document = composed(opened)
    assert breakdown(document) == [
        ["Báo, tạp chí", "1.202", "100*", "1.302*", "3/4"],
        ["Trang điện tử", "42", "200*", "242*", "3/4"],
        ["Cộng", "1.244", "307*", "1.551*", "3/4"],
    ]
    (note,) = [block.text for block in all_blocks(document) if isinstance(block, Paragraph) and "I07" in block.text]
    assert "I07 (2018; Cả giai đoạn)" in note
    english = composed(opened, "en")
    assert [line[0] for line in breakdown(english)] == ["Press", "Web", "Total"]
    assert "I07 (2018; " in " ".join(block.text for block in all_blocks(english) if isinstance(block, Paragraph))
    # nothing else tells of the parts: there is one indicator more, and the annex only where it has something to say
    assert tables(document).keys() - tables(without).keys() == {"by-unit-I07", "breakdown-I07"}
    assert len(tables(document)["indicators"].rows) == len(tables(without)["indicators"].rows) + 1
    assert len(document.annexes) == len(without.annexes) + 1


def test_lines_of_a_breakdown_are_frozen_and_traced_to_their_cells(tmp_path: Path) -> None:
    with open_round(tmp_path / "workspace") as (settings, history):
        break_down(history)
    (annex,) = (path for path in run_review(settings, FIRST, *SPAN, as_at=AS_AT).files if path.endswith(".xlsx"))
    book = load_workbook(annex)
    lines = [line for line in book["Mã số liệu"].values if line[1] in book.sheetnames]
    index = {line[0]: (book[line[1]][line[2]].value, line[-1]) for line in lines}
    code = f"{FIRST}:I07[BAO]:K00:2017"
    assert index[code] == (1202, 1202)
    assert [one.value for one in run_trace(settings, code).inputs] == [1200, 2, 0]
    with reading(open_engine(settings.url)) as session:
        frozen = {one.code: one.value for one in session.exec(select(SnapshotFigure)).all()}
    parts = {code: value for code, (value, _) in index.items() if "[" in code and not code.endswith(("/n", "/of"))}
    assert {code: frozen[code] for code in parts} == parts
