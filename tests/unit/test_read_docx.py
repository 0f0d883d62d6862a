"""A Word file is read as it is printed: what Word draws is there, what it hides or took back is not."""

import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest
from directives import in_tcvn3, in_vni
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from intake.drafting.read_docx import read_docx
from models.errors import UnreadableTextError

LEVELS = (  # form, pattern, start
    ("upperRoman", "%1.", 1),
    ("decimal", "%2.", 3),
    ("decimal", "%2.%3.", 1),
    ("lowerLetter", "%4)", 1),
    ("bullet", "\uf0b7", 1),
)


def _paragraph(document: Any, xml: str) -> None:
    document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{xml}</w:p>"))


def _item(document: Any, text: str, depth: int, list_id: int = 77) -> None:
    place = f'<w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr></w:pPr>'
    _paragraph(document, f"{place}<w:r><w:t>{text}</w:t></w:r>")


def _with_lists() -> Any:
    document = docx.Document()
    drawn = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
        for n, (form, pattern, start) in enumerate(LEVELS)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{drawn}</w:abstractNum>'))
    anew = '<w:lvlOverride w:ilvl="1"><w:startOverride w:val="1"/></w:lvlOverride>'
    for number, override in ((77, ""), (78, ""), (79, anew)):
        root.append(
            parse_xml(f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="77"/>{override}</w:num>')
        )
    return document


def _read(document: Any, tmp_path: Path) -> list[str]:
    document.save(str(tmp_path / "a.docx"))
    return [line for line in read_docx(tmp_path / "a.docx").split("\n\n") if line]


def test_the_numbers_of_lists_are_counted_as_word_draws_them(tmp_path: Path) -> None:
    document = _with_lists()
    for text, depth, list_id in (
        *(
            ("mục", 0, 77),
            ("ba", 1, 77),
            ("sâu", 2, 77),
            ("sâu", 2, 77),
            ("chữ", 3, 77),
            ("chữ", 3, 77),
            ("dấu", 4, 77),
        ),
        *(("bốn", 1, 78), ("mục", 0, 77), ("lại ba", 1, 77), ("từ một", 1, 79), ("hai", 1, 79), ("không", 1, 0)),
    ):
        _item(document, text, depth, list_id)
    assert _read(document, tmp_path) == [
        *("I. mục", "3. ba", "3.1. sâu", "3.2. sâu", "a) chữ", "b) chữ", "- dấu"),
        *("4. bốn", "II. mục", "3. lại ba", "1. từ một", "2. hai", "không"),
    ]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ('<w:r><w:t>Giữ</w:t></w:r><w:del w:id="1"><w:r><w:delText> bỏ</w:delText></w:r></w:del>', "Giữ"),
        (
            '<w:r><w:t xml:space="preserve">Giữ </w:t></w:r><w:ins w:id="1"><w:r><w:t>thêm</w:t></w:r></w:ins>',
            "Giữ thêm",
        ),
        ('<w:moveFrom w:id="1"><w:r><w:t>cũ</w:t></w:r></w:moveFrom><w:r><w:t>mới</w:t></w:r>', "mới"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r><w:r><w:t>hiện</w:t></w:r>", "hiện"),
        ('<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>hiện</w:t></w:r>', "hiện"),
        ("<w:r><w:rPr><w:caps/></w:rPr><w:t>Chỉ thị</w:t></w:r>", "CHỈ THỊ"),
        ("<w:r><w:t>lưu</w:t><w:softHyphen/><w:t>trữ</w:t><w:noBreakHyphen/><w:t>A</w:t></w:r>", "lưutrữ-A"),
        ('<w:r><w:t>Điều</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r><w:t>.</w:t></w:r>', "Điều."),
        ("<w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>chữ</w:t></w:r>", "chữ"),
        ("<w:sdt><w:sdtContent><w:r><w:t>trong khung</w:t></w:r></w:sdtContent></w:sdt>", "trong khung"),
        (f'<w:r><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr><w:t>{in_tcvn3("Đảng ủy")}</w:t></w:r>', "Đảng ủy"),
        (f'<w:r><w:rPr><w:rFonts w:ascii=".VnTimeH"/></w:rPr><w:t>{in_tcvn3("đảng ủy")}</w:t></w:r>', "ĐẢNG ỦY"),
        (f'<w:r><w:rPr><w:rFonts w:hAnsi="VNI-Times"/></w:rPr><w:t>{in_vni("Đảng ủy")}</w:t></w:r>', "Đảng ủy"),
    ],
)
def test_a_paragraph_has_the_words_that_are_printed(tmp_path: Path, xml: str, text: str) -> None:
    document = docx.Document()
    _paragraph(document, xml)
    assert _read(document, tmp_path) == [text]


def test_a_text_box_is_read_once_though_word_stores_it_twice(tmp_path: Path) -> None:
    document = docx.Document()
    box = "<w:txbxContent><w:p><w:r><w:t>Số 05-CT/ĐU</w:t></w:r></w:p></w:txbxContent>"
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    _paragraph(
        document,
        f"<w:r><mc:AlternateContent {spaces}><mc:Choice Requires='wps'><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><v:textbox>{box}</v:textbox></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>Chữ.</w:t></w:r>",
    )
    assert _read(document, tmp_path) == ["Số 05-CT/ĐU", "Chữ."]


def test_a_letterhead_table_is_read_column_by_column_and_any_other_row_by_row(tmp_path: Path) -> None:
    document = docx.Document()
    for cells in (
        ("ĐẢNG ỦY MẪU", "ĐẢNG CỘNG SẢN VIỆT NAM", "Số 5-CT/ĐU", "Mẫu, ngày 5/3/2022"),
        ("Việc", "Hạn", "A", "B"),
    ):
        table = document.add_table(rows=2, cols=2)
        for cell, text in zip((cell for row in table.rows for cell in row.cells), cells, strict=True):
            cell.text = text
    assert _read(document, tmp_path) == [
        "ĐẢNG ỦY MẪU\nSố 5-CT/ĐU",
        "ĐẢNG CỘNG SẢN VIỆT NAM\nMẫu, ngày 5/3/2022",
        *("Việc", "Hạn", "A", "B"),
    ]


def test_a_head_of_the_first_page_counts_where_the_number_stands_in_it(tmp_path: Path) -> None:
    document = docx.Document()
    section = document.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "Số 05-CT/ĐU"
    document.add_paragraph("Chữ.")
    assert _read(document, tmp_path) == ["Số 05-CT/ĐU", "Chữ."]


@pytest.mark.parametrize(("size", "key"), [(61_000_000, "too-large-inside"), (10, "damaged")])
def test_refuses_a_zip_that_is_no_document_or_swells(tmp_path: Path, size: int, key: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b" " * size)
    with pytest.raises(UnreadableTextError) as refused:
        read_docx(tmp_path / "a.docx")
    assert refused.value.key == f"draft.refused.{key}"
