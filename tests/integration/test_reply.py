"""Replies: the sender's own workbook with every fault marked, and receipts."""

import io
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook
from replies import FACTS, SHEET, TEXTS, fault, texts_of

from models.queries.revisions import Change
from models.returns import Finding
from models.states import ReceiptState
from reports.formulas import put_results
from reports.reply import reply_name, write_annotated, write_receipt
from reports.reply_marks import NOTE_MARK
from reports.sheet_style import FAULT_FILLS
from schemas.checks import found
from schemas.quality import Deduction, Quality
from schemas.texts import LANGUAGES

OWN_FILL, RESULT = "FF92D050", "Kết quả kiểm tra"


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A sender's workbook: two sheets, merged cells, a note of the sender's own, a formula with its result."""
    book = Workbook()
    page = book.active
    page.title = SHEET
    for row in range(1, 9):
        page.append([f"R1-{row:02}", "Đang thực hiện", row])
    page["B3"].fill = PatternFill("solid", fgColor=OWN_FILL)
    page["B3"].comment = Comment("Xin kiểm tra giúp", "Văn phòng")
    page["C5"] = "=C1+C2"
    page["A8"].value, page["A8"].data_type = "=không phải công thức", "s"
    page.merge_cells("D1:E2")
    page["D1"] = "gộp"
    book.create_sheet("Của tôi")["A1"] = "giữ lại"
    whole = io.BytesIO()
    book.save(whole)
    path = tmp_path / "bao cao.xlsx"
    path.write_bytes(put_results(whole.getvalue(), {SHEET: {"C5": 3}}))
    return path


def annotate(original: Path, findings: Sequence[Finding], language: str = "vi", **over: Any) -> Path:
    out = original.parent / "outbox" / reply_name(FACTS.number, original.name)
    write_annotated(original, out, findings, replace(FACTS, **over), TEXTS[language])
    return out


def colour(page: Worksheet, cell: str) -> str:
    return str(page[cell].fill.fgColor.rgb)


def note(page: Worksheet, cell: str) -> str:
    comment = page[cell].comment
    return str(comment.text) if comment else ""


def cells_by_calamine(path: Path) -> list[list[object]]:
    return list(CalamineWorkbook.from_path(path).get_sheet_by_name(SHEET).to_python(skip_empty_area=False))


# The annotated copy


def test_each_faulty_cell_is_coloured_and_noted(original: Path) -> None:
    page = load_workbook(annotate(original, [fault("A2"), fault("B4:B6", "warning"), fault("C7", "info")]))[SHEET]
    assert colour(page, "A2") == FAULT_FILLS["error"]
    assert {colour(page, cell) for cell in ("B4", "B5", "B6")} == {FAULT_FILLS["warning"]}
    assert colour(page, "C7") == FAULT_FILLS["info"]
    assert note(page, "A2") == f"{NOTE_MARK}Lỗi: Đã ghi “x”. Hãy sửa ô này."
    assert note(page, "B4")
    assert not note(page, "B5")


def test_the_worst_fault_of_a_cell_gives_its_colour_and_all_are_noted(original: Path) -> None:
    page = load_workbook(annotate(original, [fault("A2", value="một"), fault("A2", "warning", value="hai")]))[SHEET]
    assert colour(page, "A2") == FAULT_FILLS["error"]
    assert note(page, "A2").index("một") < note(page, "A2").index("hai")


def test_nothing_the_sender_wrote_is_lost(original: Path) -> None:
    before, out = cells_by_calamine(original), annotate(original, [fault("B3"), fault("D2"), fault("C5")])
    assert cells_by_calamine(out) == before
    book = load_workbook(out)
    assert book["Của tôi"]["A1"].value == "giữ lại"
    assert note(book[SHEET], "B3").startswith("Xin kiểm tra giúp\n")
    assert book[SHEET]["C5"].value == "=C1+C2"
    assert book[SHEET]["A8"].data_type == "s"
    assert colour(book[SHEET], "D1") == FAULT_FILLS["error"], "of merged cells the one that shows"


def test_the_original_is_not_touched(original: Path) -> None:
    before = original.read_bytes()
    annotate(original, [fault("A2")])
    assert original.read_bytes() == before


def test_the_list_links_to_the_cells(original: Path) -> None:
    book = load_workbook(annotate(original, [fault("B4:B6"), fault(None, sheet=None), fault("A1", sheet="Lạ")]))
    page = book.worksheets[0]
    links = [cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink]
    assert page.title == RESULT
    assert links == [f"'{SHEET}'!B4:B6"]
    assert "Cả tệp" in texts_of(page)


def test_the_sheet_of_results_says_what_became_of_the_file(original: Path) -> None:
    said = "\n".join(texts_of(load_workbook(annotate(original, [fault("A2")])).worksheets[0]))
    for fact in ("R000012", "09:05 24/06/2022", "D01 – Đảng ủy An & Ân", "bao cao.xlsx (29 KB)", "ab" * 32,
                 "60-KL/ĐUK, 2022-6T, Số liệu của riêng đơn vị", "chậm 1 ngày làm việc", "30/42",
                 "Tiến độ nhiệm vụ: 14; Chỉ tiêu: 21", "còn 1 lỗi"):  # fmt: skip
        assert fact in said


def test_errors_come_first_in_the_list(original: Path) -> None:
    page = load_workbook(annotate(original, [fault("A1", "info"), fault("A2"), fault("A3", "warning")])).worksheets[0]
    assert [text for text in texts_of(page) if text in ("Lỗi", "Cảnh báo", "Lưu ý")] == [
        "Lỗi",
        "Cảnh báo",
        "Lưu ý",
    ]


def test_a_reply_sent_back_loses_the_marks_of_the_first(original: Path) -> None:
    first = annotate(original, [fault("A2"), fault("B3"), fault("B4:B6", "warning")])
    second = first.with_name("second.xlsx")
    write_annotated(first, second, [fault("C7", "info")], FACTS, TEXTS["en"])
    book = load_workbook(second)
    page = book[SHEET]
    assert [sheet for sheet in book.sheetnames if sheet not in (SHEET, "Của tôi")] == ["Result of the check"]
    assert colour(page, "B3") == OWN_FILL
    assert colour(page, "A2") == "00000000"
    assert note(page, "B3") == "Xin kiểm tra giúp"
    assert not note(page, "B4")
    assert colour(page, "C7") == FAULT_FILLS["info"]
    assert cells_by_calamine(second) == cells_by_calamine(original)


def test_only_the_sheet_of_results_is_selected(original: Path) -> None:
    book = load_workbook(annotate(original, [fault("A2")]))
    assert [page.title for page in book if page.sheet_view.tabSelected] == [RESULT]


@pytest.mark.parametrize("cell", ["", "XFD1048577", "nonsense", "A:A", "A1:ZZZZ9", "A1,", "A0"])
def test_an_address_that_is_none_does_no_harm(original: Path, cell: str) -> None:
    assert RESULT in load_workbook(annotate(original, [fault(cell), fault("A2")])).sheetnames


def test_a_text_from_the_workbook_is_never_a_formula_in_the_list(original: Path) -> None:
    page = load_workbook(annotate(original, [fault("A2", value='=HYPERLINK("http://x")\x07')])).worksheets[0]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken", b"\xd0\xcf\x11\xe0 old", "Báo cáo".encode()])
def test_a_file_that_is_no_workbook_is_answered_by_a_receipt(tmp_path: Path, content: bytes) -> None:
    sent = tmp_path / "sent.xlsx"
    sent.write_bytes(content)
    book = load_workbook(annotate(sent, [found("file")]))
    assert book.sheetnames == [RESULT]
    said = texts_of(book.worksheets[0])
    assert "Tệp không mở được." in said
    assert TEXTS["vi"]("reply.next.refused") in said


# The receipt


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", [state.value for state in ReceiptState])
def test_every_state_has_its_receipt(tmp_path: Path, state: str, language: str) -> None:
    out = tmp_path / "receipt.xlsx"
    facts = replace(FACTS, state=state, duplicate_of="R000003", banner="MINH HỌA")
    write_receipt(out, facts, [fault("A1", "warning")], TEXTS[language])
    page = load_workbook(out).worksheets[0]
    said = "\n".join(texts_of(page))
    assert "R000012" in said
    assert "MINH HỌA" in said
    assert page.oddHeader.center.text == "MINH HỌA"
    assert "@@" not in said
    assert (state != "duplicate") or "R000003" in said


def test_a_receipt_without_findings_says_so(tmp_path: Path) -> None:
    write_receipt(tmp_path / "r.xlsx", replace(FACTS, state="accepted"), [], TEXTS["vi"])
    assert TEXTS["vi"]("reply.list.none") in texts_of(load_workbook(tmp_path / "r.xlsx").worksheets[0])


def test_equal_receipts_are_equal_files_and_others_differ(tmp_path: Path) -> None:
    contents = []
    for number in ("R000012", "R000012", "R000013"):
        write_receipt(tmp_path / "r.xlsx", replace(FACTS, number=number), [fault("A1")], TEXTS["vi"])
        contents.append((tmp_path / "r.xlsx").read_bytes())
    assert contents[0] == contents[1] != contents[2]


def test_a_long_list_is_cut_off_with_a_word(tmp_path: Path) -> None:
    write_receipt(tmp_path / "r.xlsx", FACTS, [fault(f"A{row}") for row in range(1, 1201)], TEXTS["vi"])
    assert "… và 200 mục khác, không liệt kê ở đây." in texts_of(load_workbook(tmp_path / "r.xlsx").worksheets[0])


# Advice


def advice(tmp_path: Path, findings: Sequence[Finding], language: str = "vi", **over: Any) -> str:
    """Give what a receipt says from its heading to its list."""
    write_receipt(tmp_path / "r.xlsx", replace(FACTS, **over), findings, TEXTS[language])
    return "\n".join(texts_of(load_workbook(tmp_path / "r.xlsx").worksheets[0]))


@pytest.mark.parametrize(
    ("findings", "key"),
    [
        ([fault("A2")], "rejected"),
        ([fault("A2"), fault(None)], "rejected_both"),
        ([fault(None), fault("A2", "warning")], "rejected_whole"),
    ],
)
def test_the_copy_tells_where_to_mend(original: Path, findings: list[Finding], key: str) -> None:
    said = "\n".join(texts_of(load_workbook(annotate(original, findings)).worksheets[0]))
    assert TEXTS["vi"](f"reply.next.{key}") in said
    assert (TEXTS["vi"]("reply.orange") in said) == (len(findings) > 1 and findings[1].severity == "warning")


@pytest.mark.parametrize(
    ("state", "findings", "key"),
    [
        ("accepted", [], "accepted"),
        ("accepted", [fault("A2", "info")], "accepted"),
        ("accepted", [fault(None, "warning")], "accepted_warned_receipt"),
        ("rejected", [found("return.locked", period="2022-6T", lock="1/7/2022")], "refused"),
        ("rejected", [fault("A2")], "rejected_receipt"),
        ("quarantined", [found("file.empty")], "quarantined_file"),
        ("quarantined", [found("cover.wrong-unit", folder="D01", stamp="D02", shown="D02")], "quarantined"),
        ("duplicate", [found("return.duplicate", "info", number="R000003", at="1/7/2022")], "duplicate"),
        ("archived", [], "archived"),
    ],
)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_says_what_to_do(
    tmp_path: Path, state: str, findings: list[Finding], key: str, language: str
) -> None:
    assert TEXTS[language](f"reply.next.{key}") in advice(tmp_path, findings, language, state=state)


def test_nobody_is_told_to_mend_errors_in_a_file_that_cannot_be_taken(tmp_path: Path) -> None:
    said = advice(tmp_path, [found("return.not-owed", unit="D01", period="2022-6T", kind="riêng")])
    assert TEXTS["vi"]("reply.state.refused") in said
    assert "phải sửa" not in said


def test_the_same_refused_file_again_is_told_so(tmp_path: Path) -> None:
    said = advice(tmp_path, [fault("A2")], same_as="R000009")
    assert TEXTS["vi"]("reply.again", number="R000009") in said
    assert "R000009" not in advice(tmp_path, [fault("A2")], same_as="R000009", state="accepted")


# Quality and changes

CHANGES = (
    Change("measures", "Chỉ tiêu", "H7", "I02", "value", Decimal("1200"), Decimal("1250.5")),
    Change("progress", SHEET, "B2", "K60-1.1", "status", "in_progress", "done"),
    Change("progress", SHEET, "B2", "K60-1.1", "done_on", None, date(2022, 6, 1)),
    Change("evidence", "Minh chứng", None, "2", "title", "=Kế hoạch", None),
)


def test_an_accepted_return_is_told_its_quality_and_why(tmp_path: Path) -> None:
    quality = Quality(87, (Deduction("no-evidence", 4, 13),))
    said = advice(tmp_path, [], state="accepted", quality=quality)
    assert "87/100 điểm\n– " + TEXTS["vi"]("quality.no-evidence", count="4", points="13") in said
    assert "87" not in advice(tmp_path, [], quality=quality).replace("ab" * 32, "")


def test_a_correction_is_told_what_it_changed(original: Path, tmp_path: Path) -> None:
    page = load_workbook(annotate(original, [fault("A2", "warning")], state="accepted", changes=CHANGES)).worksheets[0]
    said = texts_of(page)
    assert "So với bản trước: 4 ô thay đổi" in said
    assert [text for text in said if "→" in text and "Bản" not in text] == [
        "1.200 → 1.250,5", "Đang thực hiện → Hoàn thành", "(để trống) → 01/06/2022", "=Kế hoạch → (đã bỏ dòng này)",
    ]  # fmt: skip
    links = [cell.hyperlink.location for row in page.iter_rows() for cell in row if cell.hyperlink]
    assert links == [f"'{SHEET}'!A2", f"'{SHEET}'!B2", f"'{SHEET}'!B2"]
    assert {cell.data_type for row in page.iter_rows() for cell in row} <= {"s", "n"}


def test_a_receipt_lists_changes_as_the_copy_does(tmp_path: Path) -> None:
    said = advice(tmp_path, [], state="accepted", changes=CHANGES)
    assert "Đang thực hiện → Hoàn thành" in said
    assert "@@" not in said
    assert TEXTS["vi"]("reply.changes.none") in advice(tmp_path, [], state="accepted", changes=())
    assert "So với bản trước" not in advice(tmp_path, [], state="accepted")


def test_many_changes_are_cut_off_with_a_word(tmp_path: Path) -> None:
    said = advice(tmp_path, [], state="accepted", changes=CHANGES * 60)
    assert "So với bản trước: 240 ô thay đổi" in said
    assert "… và 40 mục khác, không liệt kê ở đây." in said


# The name


@pytest.mark.parametrize(
    ("sent", "name"),
    [
        ("D01_2022-6T_own.xlsx", "R000012_D01_2022-6T_own_ket-qua.xlsx"),
        ("R000007_D01_2022-6T_own_ket-qua.xlsx", "R000012_D01_2022-6T_own_ket-qua.xlsx"),
        ("../../etc/passwd", "R000012_passwd_ket-qua.xlsx"),
        ("báo cáo: lần 2?.xlsx", "R000012_báo-cáo-lần-2_ket-qua.xlsx"),
        (unicodedata.normalize("NFD", "báo cáo.xlsx"), "R000012_báo-cáo_ket-qua.xlsx"),
        (".xlsx", "R000012_xlsx_ket-qua.xlsx"),
        ("...", "R000012_ket-qua.xlsx"),
        ("\u202egpj.exe.xlsx", "R000012_gpj.exe_ket-qua.xlsx"),
    ],
)
def test_the_name_keeps_what_is_harmless(sent: str, name: str) -> None:
    assert reply_name("R000012", sent) == name


@given(st.text(max_size=400))
def test_the_name_is_safe_whatever_the_sender_wrote(sent: str) -> None:
    name = reply_name("R000012", sent)
    assert name.startswith("R000012_")
    assert name.endswith("ket-qua.xlsx")
    assert len(name.encode()) < 200
    assert not set(name) & set('<>:"/\\|?*\n\r\t\x00')
    assert reply_name("R000012", name) == name


def test_a_copy_of_an_earlier_file_is_not_said_to_be_in_time(tmp_path: Path) -> None:
    facts = replace(FACTS, state="duplicate", duplicate_of="R000007", days_late=None)
    write_receipt(tmp_path / "r.xlsx", facts, [], TEXTS["vi"])
    page = load_workbook(tmp_path / "r.xlsx").worksheets[0]
    assert TEXTS["vi"]("reply.fact.due") not in texts_of(page)
