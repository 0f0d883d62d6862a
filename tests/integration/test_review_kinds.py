"""The kinds of review beside the five-year one: each says its own part of the same record, counted by hand."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import factories as make
import pytest
from histories import FIRST, SECOND, History
from openpyxl import load_workbook
from pypdf import PdfReader
from reading import missing_in_order, word_text
from rounds import FORM, NAMES, all_blocks, open_round, row, tables
from sqlmodel import Session

from flows.jobs.approve import run_approve
from flows.jobs.review import find_span, roll_up_span, run_review
from models.errors import RefusedError
from models.store import open_engine, reading
from reports.annex import write_annex
from reports.content import Document, Heading, Paragraph, Table, plain_text
from reports.pdf import write_pdf
from reports.review import compose
from schemas.texts import load_texts
from settings import Settings, open_workspace

AS_AT = datetime(2021, 3, 1, 9, tzinfo=UTC)
ROUND = ("2019-9T", "2020-N")
KINDS = ("five-year", "yearly", "nine-month", "two-rounds", "summary", "notice")
SPANS = {"yearly": ("2020-9T", "2020-N"), "nine-month": ("2020-9T", "2020-9T")}


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A second directive continues the first: two years, a task every year, one task late, one still ahead."""
    with open_round(tmp_path_factory.mktemp("kinds") / "workspace") as (settings, history):
        second = history.directive(SECOND, continues=FIRST)
        second.issued_on = date(2018, 12, 1)
        for code in ("2019-9T", "2019-N", "2020-9T", "2020-N"):
            year, month = int(code[:4]), 9 if code.endswith("9T") else 12
            history.period(code, SECOND, "R2", nominal_to=date(year, month, 30))
        _tasks(history)
        for indicator in history.indicators.values():
            make.link(history.session, history.tasks[SECOND], indicator)
        _answers(history)
    return settings


def _tasks(history: History) -> None:
    session, second = history.session, history.directives[SECOND]
    asked = {
        "R2-1": {"kind": "deliverable", "title": "Ban hành quy chế", "due": date(2019, 6, 30)},
        "R2-2": {"kind": "deliverable", "title": "Tổng kết mô hình", "due": date(2020, 11, 30)},
        "R2-3": {"kind": "monitoring", "title": "Kiểm tra việc thực hiện"},
    }
    for code, values in asked.items():
        history.tasks[code] = make.make_task(session, second, code, **values)
        for unit in NAMES:
            make.make_assignment(session, history.tasks[code], history.units[unit])
    make.link(session, history.tasks["R2-3"], history.indicators["I01"])


def _answers(history: History) -> None:
    """D01 did the first task in time, D02 a year late, D03 never; told from 2019 on."""
    done = {"D01": date(2019, 5, 1), "D02": date(2020, 5, 1)}
    for at, period in enumerate(("2019-9T", "2019-N", "2020-9T", "2020-N")):
        for place, unit in enumerate(NAMES):
            period_row = history.periods[SECOND, period]
            came = datetime(period_row.cutoff.year, period_row.cutoff.month, 20, 3, tzinfo=UTC)
            said = {"I01": 100 + 10 * at + place, "I03": (90 + at, 100)}
            receipt = history.answer(unit, period, said, SECOND, received_at=came)
            _say(history, receipt, done.get(unit), period_row.cutoff)


def _say(history: History, receipt: object, done: date | None, cutoff: date) -> None:
    session = history.session
    is_done = done is not None and done <= cutoff
    make.make_progress(session, receipt, history.tasks["R2-1"], "done" if is_done else "in_progress",
                       done_on=done if is_done else None)  # fmt: skip
    make.make_progress(session, receipt, history.tasks["R2-2"], "in_progress")
    make.make_progress(session, receipt, history.tasks["R2-3"], "in_progress" if is_done else "not_started")


@pytest.fixture(scope="module")
def session(settings: Settings) -> Iterator[Session]:
    engine = open_engine(settings.url)
    with reading(engine) as session:
        yield session
    engine.dispose()


def reviewed(session: Session, settings: Settings, kind: str, language: str = "vi") -> Document:
    span = find_span(session, SECOND, *SPANS.get(kind, ROUND), AS_AT, kind)
    facts, _ = roll_up_span(session, settings, span, AS_AT, "as-was")
    return compose(facts, load_texts(language), FORM)


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


def _bare(printed: str) -> str:
    return printed.split(" ")[0].strip("%*+").replace("−", "-")


NOT_COUNTED = re.compile(
    r"“[^”]*”|\d{2}/\d{2}/\d{4}|\b(?:19|20)\d\d\b|\b[A-Z]\d?[\w-]*-\d+\b|\b\d+-(?:CT|KL)/\w+|\bI\d\d\b|…/…/20…|20…"
    r"|\d+ tháng đầu năm|3 tháng cuối năm|từ 80%: tốt; từ 50%: khá; dưới 50%|khác với bằng 0|kỳ 6 tháng, 9 tháng"
    r"|Báo cáo 5 năm"
)
DIGITS = re.compile(r"\d[\d.,]*\d|\d")


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_of_a_sentence_stands_in_the_annex_with_its_code_and_its_value(
    session: Session, settings: Settings, kind: str, tmp_path: Path
) -> None:
    document = reviewed(session, settings, kind)
    printed: list[tuple[str, str]] = []
    for block in all_blocks(document):
        if isinstance(block, Paragraph) and block.role != "quote":
            told = [number.strip(".,") for number in DIGITS.findall(NOT_COUNTED.sub("", block.text))]
            assert sorted(told) == sorted(DIGITS.findall(" ".join(one.printed for one in block.numbers))), block.text
            printed += [(one.printed, block.text) for one in block.numbers]
    write_annex(document, tmp_path / "annex.xlsx")
    sheet = load_workbook(tmp_path / "annex.xlsx")["Số liệu trong lời văn"]
    lines = [list(line) for line in sheet.iter_rows() if isinstance(line[1].value, int | float)]
    assert [line[2].value for line in lines] == [sentence for _, sentence in printed]
    for line, (text, _) in zip(lines, printed, strict=True):
        decimals = len(_bare(text).partition(",")[2])
        number = load_texts("vi").number(Decimal(str(line[1].value)), decimals)
        assert number == _bare(text)
        assert line[0].value


def test_a_figure_in_a_sentence_bears_its_code(session: Session, settings: Settings) -> None:
    document = reviewed(session, settings, "summary")
    figures = [
        one.id for block in document.blocks if isinstance(block, Paragraph) for one in block.numbers if one.is_figure
    ]
    assert "60-KL/ĐUK:I01:K00:R2" in figures
