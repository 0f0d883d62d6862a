"""The kinds of review beside the five-year one: each says its own part of the same record, counted by hand."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from histories import FIRST, SECOND
from kinds import AS_AT, KINDS, ROUND, lay_kinds, reading_kinds, reviewed
from pypdf import PdfReader
from reading import missing_in_order, word_text
from rounds import NAMES, all_blocks, row, tables
from sqlmodel import Session

from flows.jobs.approve import run_approve
from flows.jobs.review import find_span, run_review
from models.errors import RefusedError
from models.store import open_engine, reading
from reports.content import Document, Heading, Paragraph, Table, plain_text
from reports.pdf import write_pdf
from settings import Settings, open_workspace


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return lay_kinds(tmp_path_factory.mktemp("kinds") / "workspace")


@pytest.fixture(scope="module")
def session(settings: Settings) -> Iterator[Session]:
    with reading_kinds(settings) as session:
        yield session


def said(document: Document) -> str:
    return "\n".join(block.text for block in document.blocks if isinstance(block, Paragraph))


def headings(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Heading) and block.level == 1]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_each_kind_has_no_empty_heading_and_no_text_of_the_catalogue_unfilled(
    session: Session, settings: Settings, kind: str, language: str
) -> None:
    document = reviewed(session, settings, kind, language)
    for block, following in zip(document.blocks, [*document.blocks[1:], None], strict=True):
        if isinstance(block, Heading):
            assert following is not None
            assert not isinstance(following, Heading) or following.level > block.level
    assert all(annex.blocks for annex in document.annexes)
    assert not [text for text in plain_text(document) if "{" in text or "}" in text]


def test_a_yearly_review_sets_the_year_beside_the_one_before(session: Session, settings: Settings) -> None:
    document = reviewed(session, settings, "yearly")
    table = tables(document)["indicators"]
    assert [column.label for column in table.columns][1:4] == ["2019", "2020", "Thay đổi"]
    # 110+111+112 of 2019; 130+131+132 of 2020
    assert row(table, "Số hội nghị")[1:4] == ["333", "393", "+18,0%"]
    assert document.subject == "Kết quả thực hiện Chỉ thị số 60-KL/ĐUK năm 2020"


def test_a_yearly_review_counts_what_was_due_or_done_in_the_year_and_what_is_behind(
    session: Session, settings: Settings
) -> None:
    tasks = tables(reviewed(session, settings, "yearly"))["tasks"]
    # Of 2019's task: D01 was over before the year, D02 did it late within it, D03 owes it still.
    assert row(tasks, "R2-1")[2:] == ["0", "1", "0", "1", "2"]
    assert row(tasks, "R2-2")[2:] == ["0", "0", "0", "3", "3"]


def test_a_nine_month_review_compares_the_same_months_and_lists_the_last_quarter(
    session: Session, settings: Settings
) -> None:
    document = reviewed(session, settings, "nine-month")
    table = tables(document)["indicators"]
    labels = [column.label for column in table.columns]
    assert labels[1:4] == ["9 tháng đầu năm 2019", "9 tháng đầu năm 2020", "Thay đổi"]
    assert row(table, "Số hội nghị")[1:4] == ["303", "363", "+19,8%"]
    coming = tables(document)["coming"]
    assert [cell.text for cell in coming.rows[0].cells] == ["R2-2. Tổng kết mô hình", "30/11/2020", "3"]
    assert "Kỳ báo cáo tiếp theo: năm 2020, số liệu tính đến ngày 14/12/2020." in said(document)
    assert headings(document)[2] == "III. NHIỆM VỤ 3 THÁNG CUỐI NĂM"


def test_a_nine_month_review_drafted_later_judges_tasks_as_on_its_cut_off(session: Session, settings: Settings) -> None:
    tasks = tables(reviewed(session, settings, "nine-month"))["tasks"]
    assert row(tasks, "R2-2")[2:] == ["0", "0", "3", "0", "3"]  # its day came after the cut-off


def test_two_rounds_stand_side_by_side(session: Session, settings: Settings) -> None:
    document = reviewed(session, settings, "two-rounds")
    table = tables(document)["rounds-indicators"]
    assert [column.label for column in table.columns] == [
        "Chỉ tiêu", "04-CT/ĐUK (2016–2019)", "60-KL/ĐUK (2018–2020)", "Thay đổi",
    ]  # fmt: skip
    line = row(table, "Số hội nghị")
    assert line[1].startswith("60")
    assert line[2].startswith("726 ")  # 333 + 393
    discipline = tables(document)["rounds-discipline"]
    assert row(discipline, "Phải gửi")[1:] == ["9", "12"]
    assert row(tables(document)["rounds-tasks"], "Quá hạn")[1:] == ["2", "4"]
    assert all(cell.figure for line in table.rows for cell in line.cells[1:3] if cell.value is not None)


def test_a_five_year_review_has_the_rounds_as_an_annex(session: Session, settings: Settings) -> None:
    document = reviewed(session, settings, "five-year")
    titles = [annex.title for annex in document.annexes]
    assert "So sánh hai giai đoạn" in titles
    assert "rounds-indicators" in tables(document)


def test_inspection_tells_of_tasks_of_monitoring_with_their_figures(session: Session, settings: Settings) -> None:
    text = said(reviewed(session, settings, "five-year"))
    assert "Kiểm tra việc thực hiện (R2-3): đa số đơn vị (2/3) đã triển khai" in text
    assert "Số hội nghị, lớp quán triệt, phổ biến đã tổ chức: 726 hội nghị (số liệu của 3/3 đơn vị)." in text


def test_the_notice_turns_what_is_left_into_tasks_and_invents_no_day(session: Session, settings: Settings) -> None:
    table = tables(reviewed(session, settings, "notice"))["notice-tasks"]
    assert [[cell.text for cell in line.cells] for line in table.rows] == [
        [
            "1", "Hoàn thành nhiệm vụ R2-1: Ban hành quy chế", "Đảng ủy Ân Thi",
            "…/…/20…", "Chưa hoàn thành ở 1/3 đơn vị",
        ],
        [
            "2", "Hoàn thành nhiệm vụ R2-2: Tổng kết mô hình", "; ".join(sorted(NAMES.values(), key=_vietnamese)),
            "…/…/20…", "Chưa hoàn thành ở 3/3 đơn vị",
        ],
    ]  # fmt: skip


def _vietnamese(name: str) -> int:
    return ["Đảng ủy Ánh Dương", "Đảng ủy Ân Thi", "Đảng ủy Đông Hải"].index(name)


def test_a_summary_has_no_table_and_fits_one_page(session: Session, settings: Settings, tmp_path: Path) -> None:
    document = reviewed(session, settings, "summary")
    assert not [block for block in all_blocks(document) if isinstance(block, Table)]
    assert document.recipients == ()
    write_pdf(document, tmp_path / "summary.pdf")
    assert len(PdfReader(tmp_path / "summary.pdf").pages) == 1


@pytest.mark.parametrize(
    ("kind", "span", "told"),
    [
        ("nine-month", ("2020-9T", "2020-N"), "2019-9T, 2020-9T"),
        ("yearly", ("2019-N", "2020-N"), "2019-N, 2020-N"),
        ("yearly", ("2020-9T", "2020-9T"), "2019-N, 2020-N"),
    ],
)
def test_periods_that_do_not_fit_the_kind_are_refused_naming_those_that_do(
    session: Session, settings: Settings, kind: str, span: tuple[str, str], told: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        find_span(session, SECOND, *span, AS_AT, kind)
    assert refused.value.values["known"] == told


def test_a_first_directive_has_no_round_before_to_compare_with(session: Session) -> None:
    with pytest.raises(RefusedError) as refused:
        find_span(session, FIRST, "2017-N", "R1-5N", AS_AT, "two-rounds")
    assert refused.value.key == "review.job.no_earlier_round"


def test_kinds_of_one_span_are_reviews_of_their_own_and_are_approved_each(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "workspace"
    copytree(settings.workspace, folder)
    own = open_workspace(folder)
    drafted = {kind: run_review(own, SECOND, *ROUND, as_at=AS_AT, kind=kind) for kind in ("five-year", "two-rounds")}
    assert [one.review for one in drafted.values()] == [
        "60-KL-DUK_2019-9T_2020-N_r1", "60-KL-DUK_2019-9T_2020-N_two-rounds_r1",
    ]  # fmt: skip
    assert drafted["two-rounds"].figures > drafted["five-year"].figures  # those of both rounds are frozen
    approved = run_approve(own, drafted["two-rounds"].review, AS_AT)
    assert approved.sha256 == drafted["two-rounds"].snapshot
    engine = open_engine(own.url)
    with reading(engine) as session:
        document = reviewed(session, own, "two-rounds")
    word = next(Path(path) for path in drafted["two-rounds"].files if path.endswith(".docx"))
    body = [block.text for block in document.blocks if isinstance(block, Paragraph)]
    assert missing_in_order(body, word_text(word)) == []
