"""Tolerant reading on real workbooks: what is certain is forgiven, what is not is asked back, nothing is lost."""

import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from builders import VI, Edited, page_of, place_of
from openpyxl.chart import BarChart
from openpyxl.styles import Font
from records import open_record
from scene import Sender, make_scene
from sqlmodel import select

from intake.receive import ReceiptOutcome
from models.returns import Evidence, Progress, ReportedValue, Shortcoming
from models.states import ReceiptState
from models.store import reading
from schemas.checks import message
from schemas.texts import load_texts

Edit = Callable[[Path], None]
PARTS = {"cover": 2, "progress": 3, "measures": 4, "evidence": 5, "shortcomings": 6, "statements": 7}
SOFFICE = shutil.which("soffice")
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
COUNT, MONEY = ("measures", "value", 0), ("measures", "value", 1)  # I01 counts, I18 has decimals
DONE_ON, PERCENT = ("progress", "done_on", 0), ("progress", "percent", 0)
STATUS, RESULT = ("progress", "status", 0), ("progress", "result", 0)
Place = tuple[str, str, int]


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    engine = open_record(tmp_path / "dondoc.db", make_scene)
    yield Sender(engine, tmp_path)
    engine.dispose()


def rewritten(part: str, change: Callable[[str], str]) -> Edit:
    """Change the text of a part of the package, as other programs would have written it."""

    def edit(path: Path) -> None:
        with zipfile.ZipFile(path) as archive:
            parts = {info: archive.read(info) for info in archive.infolist()}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for info, content in parts.items():
                new = change(content.decode()).encode() if re.fullmatch(part, info.filename) else content
                archive.writestr(info.filename, new)

    return edit


def cell_xml(place: Place, content: str, attributes: str = "") -> Edit:
    """Write a cell as it stands in the XML of its sheet."""
    address = place_of(*place)
    row = address.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    cell = f'<c r="{address}" {attributes}>{content}</c>'

    def change(text: str) -> str:
        bare = re.sub(rf'<c r="{address}"(?:[^>]*/>|.*?</c>)', "", text)
        found = re.search(rf'<row r="{row}"[^>]*>(.*?)</row>', bare)
        assert found
        cells = re.findall(r"<c r=.*?(?:/>|</c>)(?=<c |$)", found[1])
        order = sorted([*cells, cell], key=lambda one: (len(_letters(one)), _letters(one)))
        return bare[: found.start(1)] + "".join(order) + bare[found.end(1) :]

    return rewritten(f"xl/worksheets/sheet{PARTS[place[0]]}.xml", change)


def _letters(cell: str) -> str:
    return re.match(r'<c r="([A-Z]+)', cell)[1]  # type: ignore[index]


def number(place: Place, written: str, attributes: str = "") -> Edit:
    return cell_xml(place, f"<v>{written}</v>", attributes)


def text(place: Place, written: str) -> Edit:
    return cell_xml(place, f'<is><t xml:space="preserve">{escape(written)}</t></is>', 't="inlineStr"')


def book(change: Callable[[Any], None]) -> Edit:
    def edit(path: Path) -> None:
        with Edited(path) as opened:
            change(opened)

    return edit


def typed(place: Place, value: Any, number_format: str | None = None) -> Edit:
    def change(opened: Any) -> None:
        cell = page_of(opened, place[0])[place_of(*place)]
        cell.value = value
        cell.number_format = number_format or cell.number_format

    return book(change)


def told(outcome: ReceiptOutcome) -> list[tuple[str, str]]:
    """Give check and severity of every finding, and see that each can be said in both languages."""
    for finding in outcome.findings:
        for language in ("vi", "en"):
            said = message(finding, load_texts(language))
            assert said
            assert "{" not in said
    ignored = "progress.no-evidence"  # of tasks that a test has done
    return [(one.check, one.severity) for one in outcome.findings if one.check != ignored]


def stored(sender: Sender, place: Place) -> Any:
    """Give what is on record from a cell."""
    table = {"measures": ReportedValue, "progress": Progress, "evidence": Evidence, "shortcomings": Shortcoming}
    model: Any = table[place[0]]
    with reading(sender.engine) as session:
        rows = session.exec(select(model).order_by(model.id)).all()
        return getattr(rows[place[2]], place[1])


# --- numbers --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "edit", "value", "check"),
    [
        (COUNT, text(COUNT, "12"), "12", None),
        (COUNT, text(COUNT, "１２"), "12", None),
        (COUNT, text(COUNT, "1 234"), "1234", None),
        (COUNT, text(COUNT, "1\u00a0234"), "1234", None),
        (COUNT, text(COUNT, "1\u202f234"), "1234", None),
        (COUNT, text(COUNT, "1.234"), "1234", "number.text"),
        (COUNT, text(COUNT, "1.234.567"), "1234567", "number.text"),
        (MONEY, text(MONEY, "12,5"), "12.5", "number.text"),
        (MONEY, text(MONEY, "1.234,5"), "1234.5", "number.text"),
        (COUNT, number(COUNT, " 12 "), "12", None),
        (COUNT, number(COUNT, "1.2E1"), "12", None),
        (COUNT, cell_xml(COUNT, "<f>6*2</f><v>12</v>"), "12", None),
        (COUNT, cell_xml(COUNT, '<f t="shared" ref="G5:G6" si="0">6*2</f><v>12</v>'), "12", None),
        (COUNT, cell_xml(COUNT, '<f t="array" ref="G5">SUM(6,6)</f><v>12</v>'), "12", None),
        (COUNT, cell_xml(COUNT, '<f>"1"&amp;"2"</f><v>12</v>', 't="str"'), "12", None),
        (PERCENT, typed(PERCENT, 0.85, "0%"), "85", "number.percent"),
        (PERCENT, typed(PERCENT, 0.85, "0.0%"), "85", "number.percent"),
        (PERCENT, typed(PERCENT, 85, '0"%"'), "85", None),
        (PERCENT, text(PERCENT, "85%"), "85", "number.percent"),
        (PERCENT, text(PERCENT, "85 %"), "85", "number.percent"),
    ],
)
def test_takes_a_number_that_can_mean_one_thing(
    sender: Sender, place: Place, edit: Edit, value: str, check: str | None
) -> None:
    outcome = sender.send(sender.answers(), edit)
    assert told(outcome) == ([(check, "info")] if check else [])
    assert outcome.state is ReceiptState.ACCEPTED
    assert stored(sender, place) == Decimal(value)


@pytest.mark.parametrize(
    ("place", "edit", "check"),
    [
        (COUNT, text(COUNT, "97.5"), "number.ambiguous"),
        (MONEY, text(MONEY, "12.5"), "number.ambiguous"),
        (MONEY, text(MONEY, "1,234"), "number.ambiguous"),
        (COUNT, text(COUNT, "(5)"), "number.not-a-number"),
        (COUNT, text(COUNT, "12 người"), "number.not-a-number"),
        (MONEY, text(MONEY, "500 tr.đ"), "number.not-a-number"),
        (COUNT, text(COUNT, "10²"), "number.not-a-number"),
        (COUNT, text(COUNT, "١٢"), "number.not-a-number"),
        (COUNT, text(COUNT, "không"), "measures.none"),
        (COUNT, text(COUNT, "-"), "measures.none"),
        (COUNT, text(COUNT, "—"), "measures.none"),
        (PERCENT, text(PERCENT, "-"), "number.none"),
        (COUNT, text(COUNT, "-5"), "measures.below"),
        (COUNT, number(COUNT, "NaN"), "number.not-a-number"),
        (COUNT, number(COUNT, "1E400"), "number.too-large"),
        (COUNT, number(COUNT, "1", 't="b"'), "number.boolean"),
        (PERCENT, number(PERCENT, "1", 't="b"'), "number.boolean"),
        (PERCENT, typed(PERCENT, 85, "0%"), "progress.percent-range"),
        (PERCENT, typed(PERCENT, 0.85), "number.percent-unclear"),
        (COUNT, typed(COUNT, date(2022, 2, 1)), "number.is-date"),
        (COUNT, typed(COUNT, 0.5, "h:mm"), "number.is-date"),
        (COUNT, typed(COUNT, 0.85, "0%"), "number.percent-unexpected"),
        (COUNT, number(COUNT, "#DIV/0!", 't="e"'), "cell.error-value"),
        (COUNT, cell_xml(COUNT, "<f>1/0</f><v>#DIV/0!</v>", 't="e"'), "cell.error-value"),
        (COUNT, cell_xml(COUNT, "<f>SUM(K1:K2)</f>"), "cell.formula"),
        (COUNT, cell_xml(COUNT, '<f t="shared" si="0"/>'), "cell.formula"),
        (COUNT, cell_xml(COUNT, "<f>SUM(K1:K2)</f><v></v>"), "cell.formula"),
    ],
)
def test_asks_back_a_number_that_is_not_certain_at_its_cell(
    sender: Sender, place: Place, edit: Edit, check: str
) -> None:
    outcome = sender.send(sender.answers(), edit)
    told(outcome)
    assert [(one.check, one.cell) for one in outcome.findings if one.severity == "error"] == [(check, place_of(*place))]
    assert outcome.state is ReceiptState.REJECTED


def test_takes_a_formula_that_gives_no_text_for_an_empty_cell(sender: Sender) -> None:
    place = ("measures", "explanation", 0)
    outcome = sender.send(sender.answers(), cell_xml(place, '<f>IF(1,"","")</f><v></v>', 't="str"'))
    assert told(outcome) == []


# --- dates ----------------------------------------------------------------------------------------------------


def done(sender: Sender) -> Any:
    filled = sender.answers()
    filled.row("progress", "K60-1.1")["status"] = VI("workbook.list.status.done")
    return filled


@pytest.mark.parametrize(
    ("edit", "check"),
    [
        (typed(DONE_ON, date(2016, 9, 5)), None),
        (typed(DONE_ON, 42618.604, "dd/mm/yyyy hh:mm"), None),
        (number(DONE_ON, "42618"), None),
        (cell_xml(DONE_ON, "<v>2016-09-05T00:00:00</v>", 't="d"'), None),
        *((text(DONE_ON, written), "date.text") for written in (
            "5-9-2016", "05/9/2016", "2016-09-05", "ngày 5 tháng 9 năm 2016", "5.9.2016", "05/09/2016 14:30")),
    ],
)  # fmt: skip
def test_takes_a_day_in_every_usual_form(sender: Sender, edit: Edit, check: str | None) -> None:
    outcome = sender.send(done(sender), edit)
    assert told(outcome) == ([(check, "info")] if check else [])
    assert stored(sender, DONE_ON) == date(2016, 9, 5)


@pytest.mark.parametrize(
    ("edit", "check"),
    [
        (text(DONE_ON, "05/09/16"), "date.short-year"),
        (text(DONE_ON, "9/2016"), "date.no-day"),
        (text(DONE_ON, "31/02/2021"), "date.impossible"),
        (text(DONE_ON, "09/25/2021"), "date.impossible"),
        (text(DONE_ON, "quý III"), "date.not-a-date"),
        (number(DONE_ON, "60"), "date.out-of-window"),
        (typed(DONE_ON, 60, "dd/mm/yyyy"), "date.out-of-window"),
        (typed(DONE_ON, -5, "dd/mm/yyyy"), "date.not-a-date"),
        (typed(DONE_ON, 0.5, "h:mm"), "date.not-a-date"),
        (typed(DONE_ON, 2021), "date.out-of-window"),
        (number(DONE_ON, "1", 't="b"'), "date.not-a-date"),
    ],
)
def test_asks_back_a_day_that_is_not_certain(sender: Sender, edit: Edit, check: str) -> None:
    outcome = sender.send(done(sender), edit)
    assert told(outcome) == [(check, "error")]
    assert outcome.findings[0].cell == place_of(*DONE_ON)


@pytest.mark.parametrize("number_format", ["General", "dd/mm/yyyy"])
def test_counts_from_1904_where_the_workbook_does(sender: Sender, number_format: str) -> None:
    filled = done(sender)
    filled.cover["approved_on"] = "15/06/2022"

    def change(opened: Any) -> None:
        cell = page_of(opened, "progress")[place_of(*DONE_ON)]
        cell.value, cell.number_format = 42618 - 1462, number_format

    def both(path: Path) -> None:
        book(change)(path)
        rewritten("xl/workbook.xml", lambda xml: re.sub(r"<workbookPr\s*/>", '<workbookPr date1904="1"/>', xml))(path)

    assert told(sender.send(filled, both)) == [("date.text", "info")]
    assert stored(sender, DONE_ON) == date(2016, 9, 5)


# --- words ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    ["hoàn thành", "HOÀN THÀNH", "Hoàn thành.", "done", "Done", "done - Hoàn thành", "hoan thanh",
     "Hoa\u0300n tha\u0300nh",
     "\ufeffHoàn thành", "Hoàn\u00a0thành_x000D_", "Hoàn thành_x0000_", "Hoàn\u200b thành"],
)  # fmt: skip
def test_finds_a_status_in_every_certain_spelling(sender: Sender, written: str) -> None:
    filled = done(sender)
    filled.row("progress", "K60-1.1")["done_on"] = date(2022, 5, 5)
    assert told(sender.send(filled, text(STATUS, written))) == []
    assert stored(sender, STATUS) == "done"


@pytest.mark.parametrize(
    "written",
    [
        "k60-1.1",
        "K60 - 1.1",
        "Ｋ60-1.1",
        "K60–1.1",
        "\ufeffK60-1.1",
        "K60-1.1_x000D_",
        "K60-1.1_x0000_",
        "K60\u200b-1.1",
    ],
)
def test_finds_a_code_in_every_certain_spelling(sender: Sender, written: str) -> None:
    outcome = sender.send(sender.answers(), text(("progress", "task", 0), written))
    assert told(outcome) == []


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        (typed(RESULT, 12), "12"),
        (typed(RESULT, 15.0), "15"),
        (number(RESULT, "1.2E+15"), "1200000000000000"),
        (text(RESULT, "a\u202eb_x0001_c"), "abc"),
        (text(RESULT, "Tốt 👍🏽 ❤️"), "Tốt 👍🏽 ❤️"),
        (text(RESULT, "=1+1"), "=1+1"),
        (text(RESULT, "dòng 1\ndòng 2"), "dòng 1\ndòng 2"),
        (
            cell_xml(
                RESULT,
                '<is><r><t xml:space="preserve">Kế </t></r><r><rPr><b/></rPr><t>hoạch</t></r></is>',
                't="inlineStr"',
            ),
            "Kế hoạch",
        ),
        (text(RESULT, "Tăng 5 m² ± 2 °C, « Müller »"), "Tăng 5 m² ± 2 °C, « Müller »"),
    ],
)
def test_keeps_a_text_as_its_reader_sees_it(sender: Sender, edit: Edit, kept: str) -> None:
    assert told(sender.send(sender.answers(), edit)) == []
    with reading(sender.engine) as session:
        assert session.exec(select(Progress).order_by(Progress.row)).first().text == kept  # type: ignore[arg-type, union-attr]


def test_counts_the_length_of_a_text_without_what_no_one_sees(sender: Sender) -> None:
    assert told(sender.send(sender.answers(), typed(RESULT, "\u200b" * 50 + "đ" * 1500 + "   "))) == []
    assert told(sender.send(sender.answers(), typed(RESULT, "đ" * 1501))) == [("text.too-long", "error")]


def test_asks_back_the_number_of_a_paper_that_became_a_date(sender: Sender) -> None:
    outcome = sender.send(sender.answers(), typed(("cover", "letter_number", 0), date(2022, 12, 1), "mmm-yy"))
    assert told(outcome) == [("text.is-date", "error")]


# --- old fonts ------------------------------------------------------------------------------------------------


def in_font(place: Place, written: Any, font: str) -> Edit:
    def change(opened: Any) -> None:
        cell = page_of(opened, place[0])[place_of(*place)]
        cell.value, cell.font = written, Font(name=font)

    return book(change)


@pytest.mark.parametrize(
    ("edit", "kept"),
    [
        (in_font(RESULT, "Th­êng trùc tØnh ñy", ".VnTime"), "Thường trực tỉnh ủy"),
        (in_font(RESULT, "§¶ng bé", ".VnTimeH"), "ĐẢNG BỘ"),
        (in_font(RESULT, "Ñaûng uûy", "VNI-Times"), "Đảng ủy"),
        (in_font(RESULT, "Tèt", ".VnArial"), "Tốt"),
        (in_font(RESULT, "Kh«ng ph¸t sinh", "Calibri"), "Không phát sinh"),
        (text(RESULT, "Hoaøn thaønh"), "Hoàn thành"),
    ],
)
def test_reads_a_text_in_an_old_font(sender: Sender, edit: Edit, kept: str) -> None:
    outcome = sender.send(sender.answers(), edit)
    assert told(outcome) == [("text.legacy-font", "info")]
    assert (outcome.findings[0].value, outcome.findings[0].cell) == (kept, place_of(*RESULT))
    with reading(sender.engine) as session:
        assert kept in {one.text for one in session.exec(select(Progress))}


def test_reads_each_piece_of_a_rich_text_by_its_own_font(sender: Sender) -> None:
    """As Excel stores it: a shared text whose pieces have fonts."""
    runs = "<r><t xml:space='preserve'>Kế hoạch: </t></r><r><rPr><rFont val='.VnTime'/></rPr><t>tèt</t></r>"

    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    listed = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{kind}"/></Types>'
    related = f'<Relationship Id="rId99" Target="sharedStrings.xml" Type="{OFFICE}/relationships/sharedStrings"/>'

    def edit(path: Path) -> None:
        cell_xml(RESULT, "<v>0</v>", 't="s"')(path)
        rewritten(r"\[Content_Types\].xml", lambda xml: xml.replace("</Types>", listed))(path)
        rewritten("xl/_rels/workbook.xml.rels", lambda xml: xml.replace("</Rel", f"{related}</Rel"))(path)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("xl/sharedStrings.xml", f'<sst xmlns="{MAIN}" count="1"><si>{runs}</si></sst>')

    outcome = sender.send(sender.answers(), edit)
    assert told(outcome) == [("text.legacy-font", "info")]
    assert outcome.findings[0].value == "Kế hoạch: tốt"


def test_reads_statuses_and_codes_in_an_old_font_and_says_it_once_for_a_block(sender: Sender) -> None:
    def change(opened: Any) -> None:
        for line in (0, 1):
            cell = page_of(opened, "progress")[place_of("progress", "status", line)]
            cell.value, cell.font = "§ang thùc hiÖn", Font(name=".VnTime")

    outcome = sender.send(sender.answers(), book(change))
    assert told(outcome) == [("text.legacy-font", "info")]
    assert outcome.findings[0].cell == "F5:F6"
    assert stored(sender, STATUS) == "in_progress"


def test_takes_unicode_as_it_is_under_an_old_font(sender: Sender) -> None:
    """The font of a whole sheet was changed; what stands in it was typed or chosen in Unicode."""

    def change(opened: Any) -> None:
        for sheet in PARTS:
            for row in page_of(opened, sheet).iter_rows():
                for cell in row:
                    cell.font = Font(name=".VnTime")

    outcome = sender.send(sender.answers(), book(change))
    assert told(outcome) == []
    assert outcome.state is ReceiptState.ACCEPTED


# --- sheets, rows and columns ---------------------------------------------------------------------------------


def copied(title: str, **cells: Any) -> Edit:
    def change(opened: Any) -> None:
        page = opened.copy_worksheet(page_of(opened, "measures"))
        page.title = title
        for address, value in cells.items():
            page[address] = value if value != "" else None

    return book(change)


def test_takes_an_equal_copy_of_a_sheet_for_the_same(sender: Sender) -> None:
    assert told(sender.send(sender.answers(), copied("Chỉ tiêu (2)"))) == []


def test_asks_back_a_copy_of_a_sheet_with_other_figures(sender: Sender) -> None:
    outcome = sender.send(sender.answers(), copied("Chỉ tiêu (2)", G5=99))
    assert told(outcome) == [("sheet.duplicate", "error")]
    assert "Chỉ tiêu (2)" in message(outcome.findings[0], VI)


def test_takes_the_filled_one_of_two_copies(sender: Sender) -> None:
    empty = {f"{column}{row}": "" for column in "GHIJ" for row in range(5, 11)}
    assert told(sender.send(sender.answers(), copied("Bản trống", **empty))) == []

    def first_empty(opened: Any) -> None:
        page = opened.copy_worksheet(page_of(opened, "measures"))
        page.title = "Bản điền"
        for address in empty:
            page_of(opened, "measures")[address] = None

    assert told(sender.send(sender.answers(I01=13), book(first_empty))) == []


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_reads_hidden_and_renamed_sheets(sender: Sender, state: str) -> None:
    def change(opened: Any) -> None:
        page = page_of(opened, "measures")
        page.sheet_state, page.title = state, "Sheet1"

    assert told(sender.send(sender.answers(), book(change))) == []


def test_reads_hidden_and_filtered_rows(sender: Sender) -> None:
    def change(opened: Any) -> None:
        page = page_of(opened, "measures")
        page.row_dimensions[5].hidden = True
        page.auto_filter.ref = "A3:K10"

    assert told(sender.send(sender.answers(), book(change))) == []
    assert stored(sender, COUNT) == 12


def test_reads_a_sheet_without_its_key_row_by_its_headers(sender: Sender) -> None:
    outcome = sender.send(sender.answers(), book(lambda opened: page_of(opened, "measures").delete_rows(4)))
    assert told(outcome) == [("sheet.rearranged", "info")]


def test_reads_lines_that_stand_above_the_hidden_keys(sender: Sender) -> None:
    def change(opened: Any) -> None:
        page = page_of(opened, "measures")
        keys, first = [[cell.value for cell in row] for row in page.iter_rows(min_row=4, max_row=5)]
        for at, (key, value) in enumerate(zip(keys, first, strict=True), 1):
            page.cell(4, at).value, page.cell(5, at).value = value, key

    outcome = sender.send(sender.answers(), book(change))
    assert told(outcome) == [("sheet.rearranged", "info")]
    assert stored(sender, COUNT) == 12


@pytest.mark.parametrize(
    "change",
    [
        lambda page: page.insert_rows(1, 3),
        lambda page: page.insert_rows(7, 2),
        lambda page: page.insert_cols(7),
        lambda page: page.insert_cols(1, 2),
        lambda page: page.move_range("A7:K10", rows=6000),
        lambda page: page.merge_cells("A3:B3"),
    ],
)
def test_reads_a_table_wherever_its_rows_and_columns_went(sender: Sender, change: Callable[[Any], None]) -> None:
    outcome = sender.send(sender.answers(), book(lambda opened: change(page_of(opened, "measures"))))
    assert set(told(outcome)) <= {("sheet.rearranged", "info")}
    assert outcome.state is ReceiptState.ACCEPTED
    assert stored(sender, COUNT) == 12


def with_second_column(value: Any) -> Edit:
    def change(opened: Any) -> None:
        page = page_of(opened, "measures")
        for row in range(3, 11):
            page.cell(row, 12).value = page.cell(row, 7).value
        page["L5"] = value

    return book(change)


def test_takes_an_equal_copy_of_a_column_for_the_same_and_asks_back_another(sender: Sender) -> None:
    assert told(sender.send(sender.answers(), with_second_column(12))) == []
    outcome = sender.send(sender.answers(), with_second_column(99))
    assert told(outcome) == [("sheet.column-twice", "error")]


@pytest.mark.parametrize("cells", [{"A11": "Tổng cộng", "G11": 869.5}, {"B11": "TỔNG SỐ:", "G11": 1}, {"B11": "Cộng"}])
def test_leaves_out_a_line_of_sums_that_the_sender_added(sender: Sender, cells: dict[str, Any]) -> None:
    def change(opened: Any) -> None:
        for address, value in cells.items():
            page_of(opened, "measures")[address] = value

    outcome = sender.send(sender.answers(), book(change))
    assert told(outcome) == ([("row.total", "info")] if "G11" in cells else [])


def test_names_the_merged_range_that_hides_the_figures_of_several_lines(sender: Sender) -> None:
    def change(opened: Any) -> None:
        page_of(opened, "measures").merge_cells("G5:G7")

    outcome = sender.send(sender.answers(), book(change))
    assert [(one.check, one.severity, one.cell) for one in outcome.findings] == [("cell.merged", "error", "G5:G7")]


def test_warns_of_one_explanation_for_several_lines_and_lets_blank_lines_be_merged(sender: Sender) -> None:
    filled = sender.answers()
    filled.row("measures", "I01")["explanation"] = "Tăng đột xuất"
    merged = book(lambda opened: page_of(opened, "measures").merge_cells("K5:K6"))
    assert told(sender.send(filled, merged)) == [("cell.merged", "warning")]
    blank = book(lambda opened: page_of(opened, "shortcomings").merge_cells("C5:C7"))
    assert told(sender.send(sender.answers(), blank)) == []


def test_takes_a_workbook_with_a_sheet_that_is_a_chart(sender: Sender) -> None:
    charted = book(lambda opened: opened.create_chartsheet("Đồ thị").add_chart(BarChart()))
    assert told(sender.send(sender.answers(), charted)) == []


# --- other programs -------------------------------------------------------------------------------------------


def strict(path: Path) -> None:
    """Turn a workbook into the strict form of the format."""
    new = {f"{OFFICE}/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
           MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main"}  # fmt: skip

    def change(xml: str) -> str:
        for old, other in new.items():
            xml = xml.replace(old, other)
        return xml

    rewritten(r"(xl/.*|_rels/.*)", change)(path)


def test_sees_errors_and_percentages_in_the_strict_form_too(sender: Sender) -> None:
    def failed(path: Path) -> None:
        number(COUNT, "#REF!", 't="e"')(path)
        strict(path)

    assert told(sender.send(sender.answers(), failed)) == [("cell.error-value", "error")]

    def percent(path: Path) -> None:
        typed(PERCENT, 0.85, "0%")(path)
        strict(path)

    assert told(sender.send(sender.answers(), percent)) == [("number.percent", "info")]


def saved_by_libreoffice(path: Path) -> None:
    out = path.parent / "office"
    profile = f"-env:UserInstallation=file://{path.parent / 'profile'}"
    subprocess.run(
        ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out, path],
        check=True,
        capture_output=True,
    )
    shutil.copy(out / path.name, path)


@pytest.mark.slow
@pytest.mark.office
@pytest.mark.skipif(SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("edit", "checks"),
    [
        (typed(PERCENT, 0.85, "0%"), [("number.percent", "info")]),
        (text(COUNT, "97.5"), [("number.ambiguous", "error")]),
        (in_font(RESULT, "Th­êng trùc tØnh ñy", ".VnTime"), [("text.legacy-font", "info")]),
        (number(COUNT, "#REF!", 't="e"'), [("cell.error-value", "error")]),
        (book(lambda opened: page_of(opened, "measures").merge_cells("G5:G7")), [("cell.merged", "error")]),
    ],
)
def test_reads_the_same_after_libreoffice_saved_it(sender: Sender, edit: Edit, checks: list[tuple[str, str]]) -> None:
    def both(path: Path) -> None:
        edit(path)
        saved_by_libreoffice(path)

    assert told(sender.send(sender.answers(), both)) == checks
