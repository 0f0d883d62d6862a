"""What a later revision says of the figures that moved since the approved one, and which returns moved them."""

import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import factories as make
import pytest
from histories import FIRST
from openpyxl import load_workbook
from reading import bare, word_text
from rounds import AS_AT, SPAN, open_round
from sqlmodel import select

from flows.jobs.approve import run_approve
from flows.jobs.compare import run_compare
from flows.jobs.review import run_review
from models.errors import RefusedError
from models.period import Period
from models.queries.effective import make_effective
from models.returns import Receipt, ReportedValue, Return
from models.review import Review
from models.store import open_engine, reading, writing
from models.tables import Indicator
from models.unit import Unit
from schemas.texts import load_texts
from settings import Settings, open_workspace

NAME = "04-CT-DUK_2017-N_R1-5N"
LATER = AS_AT + timedelta(days=30)
LAST = LATER + timedelta(days=30)


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A round whose review was drafted and approved."""
    folder = tmp_path_factory.mktemp("approved") / "workspace"
    with open_round(folder) as (settings, _):
        pass
    run_approve(settings, run_review(settings, FIRST, *SPAN, as_at=AS_AT).review, LATER)
    return folder


@pytest.fixture
def settings(approved: Path, tmp_path: Path) -> Settings:
    """A copy of it for each test."""
    shutil.copytree(approved, tmp_path / "workspace")
    return open_workspace(tmp_path / "workspace")


def correct(settings: Settings, unit: str, period: str, value: int) -> None:
    """Let a corrected return be accepted: the same answers but for one flow."""
    with writing(open_engine(settings.url)) as session:
        wanted = select(Return).join(Unit).join(Period).where(Unit.code == unit, Period.code == period)
        owed = session.exec(wanted).one()
        earlier = session.exec(select(Receipt).where(Receipt.return_id == owed.id).order_by(Receipt.id)).all()[-1]
        receipt = make.make_receipt(session, owed, received_at=LATER, revision=2)
        flow = session.exec(select(Indicator).where(Indicator.code == "I01")).one()
        for said in session.exec(select(ReportedValue).where(ReportedValue.receipt_id == earlier.id)).all():
            kept = said.model_dump(exclude={"id", "receipt_id"})
            if said.indicator_id == flow.id:
                kept["value"] = Decimal(value)
            session.add(ReportedValue(receipt_id=receipt.id, **kept))
        make_effective(session, [(owed.id or 0, receipt.id or 0, LATER)])


def test_a_first_review_is_compared_with_nothing(tmp_path: Path) -> None:
    with open_round(tmp_path / "workspace") as (settings, _):
        pass
    drafted = run_review(settings, FIRST, *SPAN, as_at=AS_AT)
    assert (drafted.compared_with, drafted.moved) == (None, ())
    again = run_review(settings, FIRST, *SPAN, as_at=AS_AT)
    assert again.compared_with is None


def test_nothing_moved_where_nothing_came(settings: Settings) -> None:
    again = run_review(settings, FIRST, *SPAN, as_at=LATER)
    assert (again.compared_with, again.moved) == (f"{NAME}_r1", ())


def test_a_correction_says_which_figures_it_moved(settings: Settings) -> None:
    correct(settings, "D01", "2018-N", 113)
    drafted = run_review(settings, FIRST, *SPAN, as_at=LAST)
    by_name = {(one.indicator, one.unit, one.period): one for one in drafted.moved}
    labels = ("2018-N", "2018", "R1")
    assert by_name.keys() == {("I01", unit, label) for unit in ("K00", "D01") for label in labels}
    whole = by_name["I01", "K00", "2018"]
    assert whole.before
    assert whole.after
    assert whole.after.value is not None
    assert whole.before.value is not None
    assert whole.after.value - whole.before.value == 100
    for one in drafted.moved:
        (cause,) = one.causes
        assert (cause.change, cause.unit, cause.period, cause.received_at) == ("replaced", "D01", "2018-N", LATER)
        assert cause.receipt != cause.earlier


def test_two_revisions_can_be_compared_at_any_time(settings: Settings) -> None:
    correct(settings, "D01", "2018-N", 113)
    drafted = run_review(settings, FIRST, *SPAN, as_at=LAST)
    there = run_compare(settings, f"{NAME}_r1", f"{NAME}_r2")
    back = run_compare(settings, f"{NAME}_r2", f"{NAME}_r1")
    assert there.figures == drafted.moved
    assert [one.unit for one in there.returns] == ["D01"]
    assert {(one.figure, one.before, one.after) for one in back.figures} == {
        (one.figure, one.after, one.before) for one in there.figures
    }


def test_the_document_and_the_annex_tell_it_and_approval_keeps_it(settings: Settings) -> None:
    correct(settings, "D01", "2018-N", 113)
    drafted = run_review(settings, FIRST, *SPAN, as_at=LAST)
    approved = run_approve(settings, drafted.review, LAST)
    for files in (drafted.files, approved.files):
        (annex,) = (path for path in files if path.endswith(".xlsx"))
        cells = [
            str(cell.value)
            for sheet in load_workbook(annex).worksheets
            for row in sheet.iter_rows()
            for cell in row
            if cell.value is not None
        ]
        table = load_texts("vi")("review.moved.table", review=f"{NAME}_r1")
        assert any(table in cell for cell in cells)
        assert any("2018-N" in cell and "thay R" in cell for cell in cells)
    (word,) = (path for path in approved.files if path.endswith(".docx"))
    assert bare(f"{NAME}_r1") in bare(word_text(Path(word)))


def test_an_excuse_moves_the_count_and_no_return_is_named(settings: Settings) -> None:
    with writing(open_engine(settings.url)) as session:
        wanted = select(Return).join(Unit).join(Period).where(Unit.code == "D03", Period.code == "2018-N")
        owed = session.exec(wanted).one()
        owed.state, owed.reason = type(owed.state)("excused"), "Lũ lụt"
    moved = {one.figure: one for one in run_review(settings, FIRST, *SPAN, as_at=LAST).moved}
    one = moved[f"{FIRST}:I01:K00:2018-N"]
    assert one.before
    assert one.after
    assert (one.after.value, one.after.of, one.causes) == (one.before.value, one.before.of - 1, ())


def test_reviews_of_two_directives_are_not_compared(settings: Settings) -> None:
    with writing(open_engine(settings.url)) as session:
        other = make.make_directive(session, symbol="60-KL/ĐUK", symbol_written="60-KL/ĐUK")
        review = session.exec(select(Review)).one()
        values = review.model_dump(exclude={"id"}) | {"code": "other", "directive_id": other.id}
        session.add(Review(**values))
    with pytest.raises(RefusedError, match=r"review\.job\.unlike"):
        run_compare(settings, f"{NAME}_r1", "other")
    with reading(open_engine(settings.url)) as session:
        assert len(session.exec(select(Review)).all()) == 2
