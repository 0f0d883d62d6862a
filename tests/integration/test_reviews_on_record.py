"""Reviews on record: a newer draft takes the place of an older one, an approval stands on unmoved figures."""

import hashlib
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from histories import FIRST, History
from pypdf import PdfReader
from reading import bare
from rounds import AS_AT, SPAN, open_round
from sqlmodel import select

from flows.jobs.approval_page import approval_page
from flows.jobs.approve import Said, read_awaiting, run_approve, run_leave
from flows.jobs.board import run_board
from flows.jobs.review import run_review
from flows.jobs.standing import run_standing
from models.errors import ConflictError, NotFoundError, RefusedError
from models.period import Period
from models.queries.reviews import name_of
from models.returns import Receipt, ReportedValue, Return
from models.review import Review, ReviewDecision, ReviewFile, Snapshot
from models.states import ReturnState, ReviewState
from models.store import open_engine, reading, writing
from models.unit import Unit
from schemas.texts import load_texts
from settings import Settings

LATER = AS_AT + timedelta(days=30)
NAME = "04-CT-DUK_2017-N_R1-5N"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with open_round(tmp_path / "workspace") as (settings, _):
        return settings


def draft(settings: Settings) -> str:
    return run_review(settings, FIRST, *SPAN, as_at=AS_AT).review


def states(settings: Settings) -> dict[str, str]:
    with reading(open_engine(settings.url)) as session:
        return {name_of(review): review.state.value for review in session.exec(select(Review))}


def test_a_draft_has_three_files_on_record_with_their_hashes(settings: Settings) -> None:
    outcome = run_review(settings, FIRST, *SPAN, as_at=AS_AT)
    assert outcome.review == f"{NAME}_r1"
    assert sorted(Path(path).suffix for path in outcome.files) == [".docx", ".pdf", ".xlsx"]
    with reading(open_engine(settings.url)) as session:
        kept = {file.path: file.sha256 for file in session.exec(select(ReviewFile))}
    assert kept == {path: hashlib.sha256(Path(path).read_bytes()).hexdigest() for path in outcome.files}
    assert not [path for path in Path(outcome.files[0]).parent.iterdir() if path.name.startswith(".")]


def test_a_newer_draft_takes_the_place_of_the_older_one(settings: Settings) -> None:
    assert [draft(settings), draft(settings)] == [f"{NAME}_r1", f"{NAME}_r2"]
    assert states(settings) == {f"{NAME}_r1": "superseded", f"{NAME}_r2": "draft"}
    with pytest.raises(ConflictError, match="superseded") as refused:
        run_approve(settings, f"{NAME}_r1", LATER)
    assert f"{NAME}_r2" in load_texts("vi")(refused.value.key, **refused.value.values)


def test_the_same_as_at_freezes_the_same_figures(settings: Settings) -> None:
    hashes = {run_review(settings, FIRST, *SPAN, as_at=AS_AT).snapshot for _ in range(2)}
    assert len(hashes) == 1


def test_approving_takes_the_draft_mark_off_and_keeps_the_hash(settings: Settings) -> None:
    drafted = run_review(settings, FIRST, *SPAN, as_at=AS_AT)
    (pdf,) = (path for path in drafted.files if path.endswith(".pdf"))
    assert "DỰ THẢO" in PdfReader(pdf).pages[0].extract_text()
    approved = run_approve(settings, drafted.review, LATER)
    assert (approved.state, approved.sha256, approved.files) == ("approved", drafted.snapshot, drafted.files)
    for page in PdfReader(pdf).pages:
        assert "DỰ THẢO" not in page.extract_text()
    (word,) = (path for path in approved.files if path.endswith(".docx"))
    with ZipFile(word) as parts:
        assert "DỰ THẢO" not in parts.read("word/document.xml").decode()


def test_a_review_is_approved_once(settings: Settings) -> None:
    name = draft(settings)
    run_approve(settings, name, LATER)
    with pytest.raises(ConflictError, match=r"review\.job\.approved") as refused:
        run_approve(settings, name, LATER + timedelta(days=1))
    assert load_texts("vi").date(LATER.date()) in str(refused.value.values)


def test_an_office_that_does_not_approve_leaves_a_draft_and_its_note(settings: Settings) -> None:
    name = draft(settings)
    left = run_leave(settings, name, LATER, Said("  Ban Thường vụ ", "Bổ sung số liệu.\n"))
    assert (left.state, left.by, left.note) == ("draft", "Ban Thường vụ", "Bổ sung số liệu.")
    approved = run_approve(settings, name, LATER)
    assert (approved.state, approved.by) == ("approved", "Cơ quan theo dõi")
    with reading(open_engine(settings.url)) as session:
        kept = [(one.approves, one.decided_by, one.note) for one in session.exec(select(ReviewDecision))]
    assert kept == [(False, left.by, left.note), (True, approved.by, "")]
    with pytest.raises(ConflictError, match=r"review\.job\.approved"):
        run_leave(settings, name, LATER)


def test_whoever_approves_reads_what_the_draft_rests_on(settings: Settings) -> None:
    name = draft(settings)
    for language in ("vi", "en"):
        page = approval_page(read_awaiting(settings, name, LATER), load_texts(language))
        assert name in plain(page)
        assert all(file in page for file in ("_r1.docx`", "_r1.pdf`", "_r1.xlsx`"))
        assert "04-CT/ĐUK" in plain(page)
    _let_in(settings, at_days=-5)
    with pytest.raises(ConflictError, match=r"review\.job\.moved"):
        read_awaiting(settings, name, LATER)


def test_a_draft_after_an_approval_leaves_it_standing_until_it_is_approved_itself(settings: Settings) -> None:
    first = draft(settings)
    run_approve(settings, first, LATER)
    second = draft(settings)
    assert states(settings) == {first: "approved", second: "draft"}
    run_approve(settings, NAME, LATER)  # by its code: the newest
    assert states(settings) == {first: "superseded", second: "approved"}


def test_a_file_that_came_after_the_as_at_time_moves_nothing(settings: Settings) -> None:
    name = draft(settings)
    _let_in(settings, at_days=5)
    assert run_approve(settings, name, LATER).state == "approved"


def test_figures_that_moved_at_the_same_time_are_not_approved(settings: Settings) -> None:
    """A draft as at a time to come: a file that is accepted before that time is new to it."""
    name = draft(settings)
    _let_in(settings, at_days=-5)
    with pytest.raises(ConflictError, match=r"review\.job\.moved"):
        run_approve(settings, name, LATER)
    assert states(settings) == {name: "draft"}
    again = run_review(settings, FIRST, *SPAN, as_at=AS_AT)
    assert run_approve(settings, again.review, LATER).sha256 == again.snapshot


def test_a_number_changed_behind_our_back_is_not_approved(settings: Settings) -> None:
    name = draft(settings)
    with writing(open_engine(settings.url)) as session:
        value = next(value for value in session.exec(select(ReportedValue)) if value.value == 10)
        value.value = Decimal(11)
    with pytest.raises(ConflictError, match=r"review\.job\.moved"):
        run_approve(settings, name, LATER)
    with reading(open_engine(settings.url)) as session:
        (review,) = session.exec(select(Review))
        assert (review.state, review.approved_at) == (ReviewState.DRAFT, None)
        assert session.get_one(Snapshot, review.snapshot_id).sha256


def plain(page: str) -> str:
    """Give a page without the signs that keep Markdown from reading its own."""
    return page.replace("\\", "")


def _let_in(settings: Settings, *, at_days: int) -> None:
    """Let the cell's missing return be accepted some days from the as-at time."""
    with writing(open_engine(settings.url)) as session:
        owed = session.exec(
            select(Return).join(Unit).join(Period).where(Unit.code == "C0101", Period.code == "2018-N")
        ).one()
        owed.state = ReturnState.ACCEPTED
        history = History(session, settings.analytics)
        receipt = history.file(owed, {}, received_at=AS_AT + timedelta(days=at_days))
        assert session.get(Receipt, receipt.id)


@pytest.mark.parametrize(
    ("span", "error", "key"),
    [
        (("2017-N", "2031-N"), NotFoundError, "review.job.no_period"),
        (("R1-5N", "2017-N"), RefusedError, "review.job.order"),
    ],
)
def test_a_wrong_span_is_refused_with_a_sentence_and_leaves_nothing(
    settings: Settings, span: tuple[str, str], error: type[RefusedError], key: str
) -> None:
    with pytest.raises(error) as refused:
        run_review(settings, FIRST, *span, as_at=AS_AT)
    assert refused.value.key == key
    assert load_texts("en")(key, **refused.value.values)
    assert states(settings) == {}
    assert list(settings.reviews.iterdir()) == []


def test_an_unknown_review_is_refused_with_those_on_record(settings: Settings) -> None:
    name = draft(settings)
    with pytest.raises(NotFoundError, match=r"review\.job\.not_found") as refused:
        run_approve(settings, "99-CT_2017-N_R1-5N", LATER)
    assert name in str(refused.value.values)


def test_review_board_and_standing_tell_the_same_counts(settings: Settings) -> None:
    told = run_standing(settings, FIRST, None, AS_AT)
    assert (told.owed, told.accepted, told.on_time, told.missing) == (9, 7, 5, 1)
    (pdf,) = (path for path in run_review(settings, FIRST, *SPAN, as_at=AS_AT).files if path.endswith(".pdf"))
    review = bare("".join(page.extract_text() for page in PdfReader(pdf).pages))
    assert bare("phải gửi 9 báo cáo; đã duyệt 7 (77,8%), trong đó đúng hạn 5 (55,6%") in review
    page = bare(Path(run_board(settings, as_at=AS_AT).path).read_text("utf-8"))
    for key, value in (("owed", 9), ("accepted", 7), ("on_time", 5), ("late", 2), ("rejected", 1), ("missing", 1)):
        assert f"<b>{value}</b><span>{bare(load_texts('vi')(f'review.discipline.{key}'))}" in page
