"""The composed review: every number in it follows from the record, in both languages, in all three formats."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import factories as make
import pytest
from documents import FORMULA, HOSTILE
from histories import FIRST, History
from openpyxl import load_workbook
from reading import bare, missing_in_order, pdf_text, word_text
from rounds import AS_AT, FORM, NAMES, all_blocks, composed, gathered, open_round, row, tables
from sqlmodel import SQLModel, select

from models.directive import Indicator, Task, Term
from models.returns import Evidence, Shortcoming, Statement
from models.unit import UnitSpan
from reports.annex import write_annex
from reports.content import Chart, ChartGrid, Document, Heading, Paragraph, Table, clean, page_mark, plain_text
from reports.pdf import write_pdf
from reports.review import compose
from reports.word import write_word
from schemas.texts import load_texts
from settings import Settings

LANGUAGES = ("vi", "en")
HOSTILE_FIELDS: dict[type[SQLModel], tuple[str, ...]] = {
    UnitSpan: ("name",),
    Task: ("title",),
    Indicator: ("name",),
    Term: ("label",),
    Statement: ("text", "addressee"),
    Shortcoming: ("text",),
    Evidence: ("title", "number"),
}


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[tuple[Settings, History]]:
    with open_round(tmp_path / "workspace") as (settings, history):
        yield settings, history


def said(document: Document) -> str:
    return "\n".join(block.text for block in document.blocks if isinstance(block, Paragraph))


class TestNumbers:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_figure_in_a_table_is_the_one_rolled_up_under_its_code(
        self, opened: tuple[Settings, History], language: str
    ) -> None:
        facts, frame = gathered(*opened)
        texts = load_texts(language)
        rolled = {line["code"]: line for line in frame.iter_rows(named=True)}
        printed = [
            cell
            for block in all_blocks(compose(facts, texts, FORM))
            if isinstance(block, Table)
            for line in block.rows
            for cell in line.cells
            if cell.figure
        ]
        assert len(printed) > 20
        for cell in printed:
            figure = rolled[str(cell.figure)]
            assert cell.value == figure["value"]
            decimals = 1 if figure["kind"] in ("ratio", "boolean") else 0
            star = "*" if figure["partial"] and figure["value"] is not None else ""
            assert cell.text == texts.number(figure["value"], decimals) + star

    def test_tasks_with_a_due_date_are_counted_by_hand(self, opened: tuple[Settings, History]) -> None:
        document = composed(opened)
        # D01 on time twice, D02 late and on time, D03 reported neither done by any day: both are overdue.
        assert row(tables(document)["tasks"], "R1-06")[2:] == ["1", "1", "0", "1", "3"]
        assert row(tables(document)["tasks"], "R1-08")[2:] == ["2", "0", "0", "1", "3"]
        assert row(tables(document)["tasks"], "Cộng")[2:] == ["3", "1", "0", "2", "6"]
        assert "trong 6 lượt giao đã đến hạn hoặc đã xong, có 4 lượt hoàn thành (66,7%)" in said(document)
        assert "3 lượt đúng hạn (50,0% số đến hạn)" in said(document)

    def test_best_and_weakest_are_named_with_their_counts(self, opened: tuple[Settings, History]) -> None:
        text = said(composed(opened))
        assert "Trong 3 đơn vị có từ 2 lượt giao đến hạn trở lên" in text
        assert "cao nhất: Đảng ủy Đông Hải (2/2)." in text
        assert "thấp nhất: Đảng ủy Ân Thi (0/2)." in text

    def test_a_unit_with_one_task_due_is_neither_best_nor_weakest(self, opened: tuple[Settings, History]) -> None:
        _, history = opened
        make.make_assignment(history.session, history.tasks["R1-06"], history.units["C0101"])
        text = said(composed(opened))
        assert "Trong 3 đơn vị có từ 2 lượt giao đến hạn trở lên" in text
        assert "thấp nhất: Đảng ủy Ân Thi (0/2)." in text

    def test_reporting_discipline_is_counted_by_hand_and_sent_back_stands_apart(
        self, opened: tuple[Settings, History]
    ) -> None:
        document = composed(opened)
        # 3 of 2017, of 2018 two accepted, one sent back and one never sent, two five-year returns.
        assert row(tables(document)["discipline"], "2017") == ["2017", "3", "3", "2", "1", "0", "0", "66,7"]
        assert row(tables(document)["discipline"], "2018") == ["2018", "4", "2", "1", "1", "1", "1", "25,0"]
        assert row(tables(document)["discipline"], "Cộng") == ["Cộng", "9", "7", "5", "2", "1", "1", "55,6"]
        assert "Quá hạn chưa gửi: 1 báo cáo; bị trả lại, chưa gửi lại: 1 báo cáo." in said(document)
        states = {line.cells[0].text: line.cells[-1].text for line in tables(document)["missing"].rows}
        assert states == {"Đảng ủy Ân Thi": "Bị trả lại", "Chi bộ Giang Nam": "Chưa gửi"}

    def test_the_map_shades_the_share_on_time_by_unit_and_year(self, opened: tuple[Settings, History]) -> None:
        squares = {
            line.cells[0].text: [(cell.text, cell.shade) for cell in line.cells[1:-1]]
            for line in tables(composed(opened))["punctuality-map"].rows
        }
        assert squares["Đảng ủy Đông Hải"] == [("100,0", 4)] * 4
        assert squares["Đảng ủy Ánh Dương"] == [("0,0", 0), ("0,0", 0), ("100,0", 4), ("33,3", 0)]
        assert squares["Đảng ủy Ân Thi"] == [("100,0", 4), ("0,0", 0), ("", None), ("50,0", 1)]

    def test_two_full_years_are_compared_and_shares_in_points(self, opened: tuple[Settings, History]) -> None:
        table = tables(composed(opened))["indicators"]
        assert [column.label for column in table.columns][1:4] == ["2017", "2018", "Thay đổi"]
        line = row(table, "Số hội nghị")
        assert line[1:5] == ["33", "27*", "−18,2%", "60*"]  # 10+11+12; then 13+14, D03 is missing
        assert row(table, "Tỷ lệ được quán triệt")[1:4] == ["81,0", "83,5*", "+2,5 điểm"]

    def test_words_for_counts_stand_with_their_counts(self, opened: tuple[Settings, History]) -> None:
        assert "Đa số đơn vị (3/4) tự nêu hạn chế, thuộc 1 nhóm." in said(composed(opened))
        assert "Shortcomings were named by most units (3/4); kinds of them: 1." in said(composed(opened, "en"))

    def test_a_part_of_a_round_counts_only_its_own_periods_and_claims_no_round(
        self, opened: tuple[Settings, History]
    ) -> None:
        document = composed(opened, span=("2017-N", "2017-N"))
        assert "gồm 1 kỳ báo cáo. Số liệu tổng hợp từ 3/3 báo cáo" in said(document)
        labels = [column.label for column in tables(document)["indicators"].columns]
        assert "Năm 2017" in labels
        assert "Cả giai đoạn" not in labels
        assert document.subject.startswith("Tình hình thực hiện Chỉ thị")


class TestWords:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_no_heading_is_empty_and_tables_and_charts_are_numbered(
        self, opened: tuple[Settings, History], language: str
    ) -> None:
        document = composed(opened, language)
        _every_heading_is_followed(document)
        word = {"vi": ("Bảng", "Hình"), "en": ("Table", "Figure")}[language]
        for kind, types in zip(word, (Table, Chart | ChartGrid), strict=True):
            captions = [block.caption for block in document.blocks if isinstance(block, types)]
            assert [one.split(".")[0] for one in captions] == [f"{kind} {at}" for at in range(1, len(captions) + 1)]

    def test_excerpts_are_word_for_word_from_different_units_and_years(self, opened: tuple[Settings, History]) -> None:
        quotes = [b.text for b in composed(opened).blocks if isinstance(b, Paragraph) and b.role == "quote"]
        lessons = [quote for quote in quotes if "Bài học" in quote]
        assert len(lessons) == 4
        assert {name for name in NAMES.values() if any(name in one for one in lessons)} == set(NAMES.values())
        assert "“Bài học của D02 năm 2018.” (Đảng ủy Ánh Dương, năm 2018)" in lessons

    def test_proposals_stand_under_the_office_they_are_for_in_the_language_of_the_review(
        self, opened: tuple[Settings, History]
    ) -> None:
        assert "Gửi Ban Tuyên giáo: 5 lượt kiến nghị của 3 đơn vị. Trích:" in said(composed(opened))
        assert "To Propaganda Board: 5 proposals, by 3 units. In their words:" in said(composed(opened, "en"))

    def test_unfinished_tasks_are_carried_over_with_their_units(self, opened: tuple[Settings, History]) -> None:
        assert "Ban hành kế hoạch (R1-06): chưa hoàn thành ở 1/3 đơn vị (Đảng ủy Ân Thi)." in said(composed(opened))

    def test_commendation_is_suggested_with_its_grounds_to_those_who_met_both(
        self, opened: tuple[Settings, History]
    ) -> None:
        text = said(composed(opened))
        assert "Gợi ý xem xét khen thưởng 1 đơn vị: Đảng ủy Đông Hải (2/2 lượt giao, 3/3 báo cáo)." in text

    def test_a_board_that_owes_no_return_is_not_suggested_for_punctuality(
        self, opened: tuple[Settings, History]
    ) -> None:
        _, history = opened
        board = make.make_assignment(history.session, history.tasks["R1-06"], history.units["B01"])
        assert board.role == "lead"
        assert "Ban Tuyên giáo (" not in said(composed(opened))

    def test_an_english_review_names_units_tasks_and_terms_in_english(self, opened: tuple[Settings, History]) -> None:
        document = composed(opened, "en")
        assert document.issuer == "SAMPLE BLOC COMMITTEE"
        text = "\n".join(plain_text(document))
        for wanted in ("Committee D01", "Issue the plan", "Dull forms", "Lack of funds (3)", "Share reached (%)"):
            assert wanted in text
        assert "Đảng ủy Đông Hải" not in text

    def test_a_renamed_unit_is_shown_with_both_its_names(self, opened: tuple[Settings, History]) -> None:
        _, history = opened
        day = date(2018, 7, 1)
        history.move("D02", "K00", day)
        spans_of(history, "D02")[-1].name = "Đảng ủy Ánh Dương Mới"
        history.event("rename", day, ["D02"], ["Đảng ủy Ánh Dương Mới", "Committee D02 New"])
        (line,) = tables(composed(opened))["events"].rows
        assert [cell.text for cell in line.cells] == [
            "01/07/2018", "Đổi tên", "Đảng ủy Ánh Dương → Đảng ủy Ánh Dương Mới",
        ]  # fmt: skip

    def test_hostile_words_of_a_unit_stay_words(self, opened: tuple[Settings, History], tmp_path: Path) -> None:
        _, history = opened
        receipt = history.answer("C0101", "2017-N", {"I01": 1}, received_at=AS_AT)
        place = {"receipt_id": receipt.id, "sheet": "S", "row": 9}
        hostile = HOSTILE.replace("\x00", "").replace("\ud800", "")  # the record cannot hold these two at all
        for kind, text in (("lesson", hostile), ("direction", FORMULA)):
            make.add(history.session, Statement(kind=kind, text=text, **place))
        document = composed(opened)
        paths = _written(document, tmp_path)
        for text in (word_text(paths["docx"]), pdf_text(paths["pdf"], _furniture(document))):
            assert bare(clean(hostile)) in text
            assert bare(clean(FORMULA)) in text
        formulas = [
            cell.value
            for sheet in load_workbook(paths["xlsx"])
            for line in sheet.iter_rows()
            for cell in line
            if cell.data_type == "f"
        ]
        assert not [formula for formula in formulas if "HYPERLINK" in str(formula)]


def test_hostile_words_wherever_an_office_or_a_unit_writes_come_out_as_text(
    opened: tuple[Settings, History], tmp_path: Path
) -> None:
    _, history = opened
    hostile = HOSTILE.replace("\x00", "").replace("\ud800", "")  # the record cannot hold these two at all
    session = history.session
    history.directives[FIRST].title = hostile
    for table, names in HOSTILE_FIELDS.items():
        for entry in session.exec(select(table)):
            for name in names:
                setattr(entry, name, hostile)
    session.flush()
    document = composed(opened)
    paths = _written(document, tmp_path)
    words = plain_text(document)
    assert sum(bare(clean(hostile)) in bare(text) for text in words) > 20
    assert missing_in_order(words, word_text(paths["docx"])) == []
    assert missing_in_order(words, pdf_text(paths["pdf"], _furniture(document))) == []
    cells = [cell for sheet in load_workbook(paths["xlsx"]) for line in sheet.iter_rows() for cell in line]
    assert not [cell.value for cell in cells if cell.data_type == "f" and "HYPERLINK" in str(cell.value)]


def spans_of(history: History, code: str) -> list[UnitSpan]:
    chosen = select(UnitSpan).where(UnitSpan.unit_id == history.units[code].id)
    return sorted(history.session.exec(chosen), key=lambda span: span.valid_from)


def _every_heading_is_followed(document: Document) -> None:
    for block, following in zip(document.blocks, [*document.blocks[1:], None], strict=True):
        if isinstance(block, Heading):
            assert following is not None
            assert not isinstance(following, Heading) or following.level > block.level, block.text
    assert not isinstance(document.blocks[-1], Heading)
    assert all(annex.blocks for annex in document.annexes)


def _written(document: Document, folder: Path) -> dict[str, Path]:
    paths = {ending: folder / f"review.{ending}" for ending in ("docx", "pdf", "xlsx")}
    write_word(document, paths["docx"])
    write_pdf(document, paths["pdf"])
    write_annex(document, paths["xlsx"])
    return paths


def _furniture(document: Document) -> tuple[str, str]:
    return page_mark(document, load_texts(document.language)), document.banner or ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_and_pdf_say_the_same_and_all_that_is_composed(
    opened: tuple[Settings, History], tmp_path: Path, language: str
) -> None:
    document = composed(opened, language)
    paths = _written(document, tmp_path)
    words = plain_text(document)
    assert missing_in_order(words, word_text(paths["docx"])) == []
    assert missing_in_order(words, pdf_text(paths["pdf"], _furniture(document))) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_directive_of_which_nothing_was_reported_gives_sentences_and_no_empty_heading(
    tmp_path: Path, language: str
) -> None:
    with open_round(tmp_path / "workspace", answered=False) as opened:
        document = composed(opened, language)
        _every_heading_is_followed(document)
        text = said(document)
        texts = load_texts(language)
        for key in ("nothing_reported", "results.no_figures", "results.nothing_owed", "context.no_events"):
            assert texts(f"review.{key}", span=texts("review.as.five-year.span")) in text
        paths = _written(document, tmp_path)
        assert missing_in_order(plain_text(document), word_text(paths["docx"])) == []


def test_the_same_facts_give_the_same_document(opened: tuple[Settings, History]) -> None:
    assert composed(opened) == composed(opened)


def test_a_value_printed_keeps_its_exact_number_for_the_annex(opened: tuple[Settings, History]) -> None:
    table = tables(composed(opened))["indicators"]
    cells = [cell for line in table.rows for cell in line.cells if cell.figure and cell.value is not None]
    assert all(isinstance(cell.value, Decimal) for cell in cells)
