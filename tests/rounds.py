"""A small round for the tests of reviews: three committees, a cell, two years and a five-year return."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import factories as make
import polars as pl
from histories import FIRST, History
from records import open_record

from models.queries import reviews
from models.queries.planned import read_planned
from models.returns import Evidence, Receipt, Shortcoming, Statement
from models.states import ReceiptState, ReturnState
from models.store import writing
from reports.analytic import publish
from reports.content import Block, Document, Table
from reports.facts import Facts, gather
from reports.review import ReviewForm, compose
from reports.rollup import figures as roll_up
from reports.standing import standing
from schemas.texts import load_texts
from settings import Settings, open_workspace

ISSUED, END = date(2016, 9, 22), date(2019, 1, 31)
AS_AT = datetime(2019, 3, 1, 16, 59, tzinfo=UTC)
SPAN = ("2017-N", "R1-5N")
FORM = ReviewForm(profile="party-36hd", is_draft=True, banner="SỐ LIỆU MẪU", snapshot="0123456789abcdef")
NAMES = {"D01": "Đảng ủy Đông Hải", "D02": "Đảng ủy Ánh Dương", "D03": "Đảng ủy Ân Thi"}


@contextmanager
def open_round(folder: Path, *, answered: bool = True) -> Iterator[tuple[Settings, History]]:
    """Lay the round down in a workspace; it is stored when the block ends."""
    settings = open_workspace(folder)
    engine = open_record(settings.workspace / "dondoc.db")
    with writing(engine) as session:
        history = _laid_down(History(session, settings.analytics))
        if answered:
            _answered(history)
        yield settings, history
    engine.dispose()


def _laid_down(history: History) -> History:
    directive = history.directive(FIRST)
    history.tasks[FIRST].title_en = "Spread the Directive"
    history.unit("K00", name="Đảng ủy Khối Mẫu", name_en="Sample Bloc Committee")
    for code, name in NAMES.items():
        history.unit(code, "K00", name=name, name_en=f"Committee {code}")
    history.unit("C0101", "D01", name="Chi bộ Giang Nam", name_en="Cell of Giang Nam")
    history.unit("B01", "K00", name="Ban Tuyên giáo", name_en="Propaganda Board")
    for year in (2017, 2018):
        history.period(
            f"{year}-N", nominal_to=date(year, 12, 31), coverage_start=date(year - 1, 12, 15), cutoff=date(year, 12, 14)
        )
    span = {"nominal_from": ISSUED, "nominal_to": END, "coverage_start": ISSUED, "cutoff": END}
    history.period("R1-5N", year=2019, kind="5N", mode="span", **span)
    history.indicator("I01", "flow", name_en="Conferences")
    history.indicator("I03", "ratio", name="Tỷ lệ được quán triệt", name_en="Share reached", measure="%", target="95")
    history.indicator("I05", "boolean", name="Có kế hoạch", name_en="Plan exists", measure="có/không")
    history.lead(*NAMES, "C0101")
    plan = make.make_task(
        history.session, directive, "R1-06", kind="deliverable", title="Ban hành kế hoạch", title_en="Issue the plan",
        due=date(2017, 3, 31),
    )  # fmt: skip
    report = make.make_task(
        history.session, directive, "R1-08", kind="deliverable", title="Xây dựng kịch bản", due=date(2018, 6, 30)
    )
    for task in (plan, report):
        history.tasks[task.code] = task
        for code in NAMES:
            make.make_assignment(history.session, task, history.units[code])
    make.make_term(history.session, "shortcoming", "S1", "Hình thức còn đơn điệu", label_en="Dull forms")
    make.make_term(history.session, "cause", "N1", "Thiếu kinh phí", label_en="Lack of funds")
    return history


def _answered(history: History) -> None:
    for at, (unit, year) in enumerate((unit, year) for year in (2017, 2018) for unit in NAMES):
        if (unit, year) == ("D03", 2018):
            refused = history.owe(unit, f"{year}-N", state=ReturnState.REJECTED)
            make.make_receipt(history.session, refused, state=ReceiptState.REJECTED, received_at=came(year, 12, 14))
            continue
        told = {"I01": 10 + at, "I03": (80 + at, 100), "I05": 1 if unit == "D01" else 0}
        day = 20 if unit == "D02" else 12  # D02 is late
        receipt = history.answer(unit, f"{year}-N", told, received_at=came(year, 12, day))
        say(history, receipt, unit, year)
    history.owe("C0101", "2018-N")
    for unit in ("D01", "D02"):
        history.answer(unit, "R1-5N", {"I03": (95, 100), "I05": 1}, received_at=came(2019, 1, 30))
    history.session.flush()


def came(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, 0, tzinfo=UTC)


def say(history: History, receipt: Receipt, unit: str, year: int) -> None:
    """Let a return tell of progress, a shortcoming, a lesson, a proposal, a commendation and a document."""
    session, place = history.session, {"receipt_id": receipt.id, "sheet": "S", "row": 5}
    make.make_progress(session, receipt, history.tasks[FIRST], "in_progress")
    done_on = {"D01": date(2017, 3, 1), "D02": date(2017, 5, 1)}.get(unit)
    make.make_progress(session, receipt, history.tasks["R1-06"], "done" if done_on else "in_progress", done_on=done_on)
    on_time = {"D01": date(2018, 6, 1), "D02": date(2018, 6, 30)}.get(unit) if year == 2018 else None
    make.make_progress(session, receipt, history.tasks["R1-08"], "done" if on_time else "in_progress", done_on=on_time)
    texts = {"text": f"Còn đơn điệu ở {unit} năm {year}.", "cause_type": "objective", "cause_code": "N1"}
    make.add(session, Shortcoming(code="S1", **texts, **place))
    statements: list[dict[str, Any]] = [
        {"kind": "lesson", "text": f"Bài học của {unit} năm {year}."},
        {"kind": "direction", "text": f"Phương hướng của {unit} năm {year}."},
        {"kind": "proposal", "text": f"Kiến nghị của {unit} năm {year}.", "addressee": "Ban Tuyên giáo"},
        {"kind": "commendation", "text": "Biểu dương", "collectives": 2, "individuals": 5},
    ]
    for statement in statements:
        make.add(session, Statement(**statement, **place))
    make.add(session, Evidence(subject="R1-06", type="ke_hoach", title=f"Kế hoạch {unit}", number="15-KH/ĐU", **place))


def gathered(settings: Settings, history: History, *, span: tuple[str, str] = SPAN) -> tuple[Facts, pl.DataFrame]:
    """Roll the round up and gather its facts, as the job does."""
    session, local = history.session, AS_AT.astimezone(settings.zone)
    directive = reviews.get_directive(session, FIRST)
    first, last = (read_planned(session).get_period(directive, code) for code in span)
    copy = publish(session, settings.analytics, as_at=local)
    frame = roll_up(copy, directive=FIRST, today=local.date(), by_dimension=True)
    ledger = standing(session, directive, as_at=local, today=local.date(), zone=settings.zone)
    facts = gather(
        session, directive=directive, first=first, last=last, as_at=local, reading="as-was", figures=frame,
        standing=ledger,
    )  # fmt: skip
    return facts, frame


def composed(opened: tuple[Settings, History], language: str = "vi", **asked: Any) -> Document:
    facts, _ = gathered(*opened, **asked)
    return compose(facts, load_texts(language), FORM)


def all_blocks(document: Document) -> list[Block]:
    return [*document.blocks, *(block for annex in document.annexes for block in annex.blocks)]


def tables(document: Document) -> dict[str, Table]:
    """Give the tables by id; of two with one id the one in the text."""
    return {block.id: block for block in reversed(all_blocks(document)) if isinstance(block, Table)}


def row(table: Table, opening: str) -> list[str]:
    return next([cell.text for cell in line.cells] for line in table.rows if line.cells[0].text.startswith(opening))
