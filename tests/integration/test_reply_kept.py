"""What a sender's workbook holds beside its cells comes back in the annotated copy, or is said to be left out."""

import io
import re
import struct
import subprocess
import zlib
from collections.abc import Callable
from pathlib import Path
from shutil import which
from typing import Any
from zipfile import ZipFile

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule
from openpyxl.packaging.custom import StringProperty
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from PIL import Image as Picture
from replies import FACTS, TEXTS, fault, texts_of

from models.returns import Finding
from reports.patch import pack
from reports.reply import write_annotated

SHEET = "Số liệu"
DRAWING, SHEET_PART, TYPES = "xl/drawings/drawing1.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"
ANCHOR = (
    '<xdr:twoCellAnchor xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    "<xdr:from><xdr:col>5</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>1</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>"
    "<xdr:to><xdr:col>8</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>5</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>"
    "{inside}<xdr:clientData/></xdr:twoCellAnchor>"
)
BOX = ANCHOR.format(
    inside='<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="90" name="TextBox 1"/><xdr:cNvSpPr txBox="1"/>'
    '</xdr:nvSpPr><xdr:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="400000"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr>'
    "<xdr:txBody><a:bodyPr/><a:p><a:r><a:t>Chữ trong hộp</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
)
BUTTON = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
    '<mc:Choice xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" Requires="a14">'
    + ANCHOR.format(
        inside='<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="1025" name="Button 1"><a:extLst>'
        '<a:ext uri="{63B3BB69-23CF-44E3-9099-C40C66FF867C}"><a14:compatExt spid="_x0000_s1025"/></a:ext>'
        "</a:extLst></xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr/></xdr:sp>"
    )
    + "</mc:Choice><mc:Fallback/></mc:AlternateContent>"
)
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
RULES = (
    f'<extLst><ext xmlns:x14="{X14}" uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}">'
    '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">'
    '<x14:dataValidation type="list" allowBlank="1" xmlns:xr="urn:revision" xr:uid="{1}"><x14:formula1>'
    "<xm:f>Khác!$A$1:$A$3</xm:f></x14:formula1><xm:sqref>D1:D9</xm:sqref></x14:dataValidation></x14:dataValidations>"
    f'</ext><ext xmlns:x14="{X14}" uri="{{05C60535-1F16-4fd2-B633-F4F36F0B64E0}}"><x14:sparklineGroups '
    'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main"><x14:sparklineGroup><x14:colorSeries '
    "rgb=\"FF376092\"/><x14:sparklines><x14:sparkline><xm:f>'Số liệu'!A1:C1</xm:f><xm:sqref>E1</xm:sqref>"
    "</x14:sparkline></x14:sparklines></x14:sparklineGroup></x14:sparklineGroups></ext>"
    f'<ext xmlns:x14="{X14}" uri="{{A8765BA9-456A-4dab-B4F3-ACF838C121DE}}"><x14:slicerList/></ext></extLst>'
)


def picture(kind: str) -> io.BytesIO:
    whole = io.BytesIO()
    Picture.new("RGB", (40, 20), "red").save(whole, kind)
    whole.seek(0)
    return whole


@pytest.fixture
def original(tmp_path: Path) -> Path:
    """A workbook with a picture and a chart of the sender's, and much that Excel knows beside cells."""
    book = Workbook()
    page = book.active
    page.title = SHEET
    for row in range(1, 10):
        page.append([row, row * 2, row * 3])
    for at, kind in enumerate(("png", "jpeg", "gif")):
        page.add_image(Image(picture(kind)), f"G{10 + at * 4}")
    chart = BarChart()
    chart.title = "Biểu đồ của tôi"
    chart.add_data(Reference(page, min_col=1, min_row=1, max_row=9))
    page.add_chart(chart, "K1")
    book.create_sheet("Khác")["A1"] = "khác"
    book.save(tmp_path / "gốc.xlsx")
    return tmp_path / "gốc.xlsx"


def edit(path: Path, **parts: Callable[[bytes], bytes]) -> None:
    """Change parts of a workbook: drawing, sheet, types."""
    names = {"drawing": DRAWING, "sheet": SHEET_PART, "types": TYPES}
    with ZipFile(path) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    for key, change in parts.items():
        whole[names[key]] = change(whole[names[key]])
    path.write_bytes(pack(whole))


def add_drawn(path: Path, drawn: str) -> None:
    edit(path, drawing=lambda content: re.sub(rb"(</(?:\w+:)?wsDr>)", drawn.encode() + rb"\1", content))


def annotate(original: Path, *findings: Finding) -> Path:
    out = original.with_name("out.xlsx")
    write_annotated(original, out, findings or [fault("A1", sheet=SHEET)], FACTS, TEXTS["vi"])
    return out


def parts_of(path: Path) -> dict[str, bytes]:
    with ZipFile(path) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def media_of(path: Path) -> set[bytes]:
    """Give the pictures of a workbook as they are stored."""
    return {
        content for content in parts_of(path).values() if content.startswith((b"\x89PNG", b"\xff\xd8", b"GIF", b"\x01"))
    }


def said_in(path: Path) -> list[str]:
    return texts_of(load_workbook(path).worksheets[0])


# Drawings


def test_pictures_and_charts_come_back_as_they_were(original: Path) -> None:
    out = annotate(original)
    assert media_of(out) == media_of(original)
    assert len(media_of(out)) == 3
    page = load_workbook(out)[SHEET]
    assert len(page._images) == 3
    assert [one.anchor._from.col for one in page._charts] == [10]
    assert TEXTS["vi"]("reply.fact.aside") not in said_in(out)


def emf() -> bytes:
    """The least metafile: a header and an end."""
    header = struct.pack("<II8i4sIIIHHIIIIIII", 1, 88, 0, 0, 9, 9, 0, 0, 99, 99, b" EMF", 0x10000, 108, 2, 1, 0,
                         0, 0, 0, 10, 10, 10, 10)  # fmt: skip
    return header[:88] + struct.pack("<IIIII", 14, 20, 0, 16, 20)


def test_a_picture_that_openpyxl_cannot_write_comes_back(original: Path) -> None:
    with ZipFile(original) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    whole["xl/media/image1.png"] = emf()
    original.write_bytes(pack(whole))
    assert emf() in media_of(annotate(original))


def test_a_text_box_comes_back_and_its_sender_is_told_that_nobody_reads_it(original: Path) -> None:
    add_drawn(original, BOX)
    out = annotate(original)
    assert any("Chữ trong hộp".encode() in content for name, content in parts_of(out).items() if "kept" in name)
    assert media_of(out) == media_of(original), "openpyxl alone gives up all pictures where it meets a shape"
    assert TEXTS["vi"]("reply.aside.boxes", number=FACTS.number) in said_in(out)


def test_a_button_is_left_out_and_that_is_said(original: Path) -> None:
    add_drawn(original, BUTTON)
    out = annotate(original)
    assert not any(b"compatExt" in content for content in parts_of(out).values())
    assert media_of(out) == media_of(original)
    assert TEXTS["vi"]("reply.aside.lost", number=FACTS.number) in said_in(out)


def test_drawings_come_through_a_second_round(original: Path) -> None:
    add_drawn(original, BOX)
    first = annotate(original)
    second = first.with_name("second.xlsx")
    write_annotated(first, second, [fault("A2", sheet=SHEET)], FACTS, TEXTS["vi"])
    assert media_of(second) == media_of(original)
    assert sum("Chữ trong hộp".encode() in content for content in parts_of(second).values()) == 1


def test_every_part_is_declared_and_every_relation_leads_somewhere(original: Path) -> None:
    add_drawn(original, BOX)
    parts = parts_of(annotate(original))
    for name in parts:
        if not name.endswith(".rels") and name != TYPES:
            extension = name.rpartition(".")[2]
            assert f'PartName="/{name}"'.encode() in parts[TYPES] or f'Extension="{extension}"'.encode() in parts[TYPES]
    for name, content in parts.items():
        if name.endswith(".rels") and "kept" in name:
            for target in re.findall(rb'Target="/([^"]+)"', content):
                assert target.decode() in parts


@pytest.mark.office
@pytest.mark.skipif(not which("soffice"), reason="LibreOffice is not installed")
def test_libreoffice_opens_the_copy_with_everything_in_it(original: Path, tmp_path: Path) -> None:
    add_drawn(original, BOX)
    edit(original, sheet=lambda content: content.replace(b"</worksheet>", RULES.encode() + b"</worksheet>"))
    out = annotate(original)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "xlsx",
               "--outdir", str(tmp_path / "saved"), str(out)]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    saved = parts_of(tmp_path / "saved" / out.name)
    drawn = b"".join(content for name, content in saved.items() if name.startswith("xl/drawings/drawing"))
    assert "Chữ trong hộp".encode() in drawn
    assert sum(name.startswith("xl/media/") for name in saved) >= 3
    assert any(name.startswith("xl/charts/chart") for name in saved)


# Beside the drawings


def test_dropdowns_and_sparklines_of_newer_excels_come_back(original: Path) -> None:
    edit(original, sheet=lambda content: content.replace(b"</worksheet>", RULES.encode() + b"</worksheet>"))
    parts = parts_of(annotate(original))
    (sheet,) = [content for content in parts.values() if b"x14:dataValidations" in content]
    assert b"Kh\xc3\xa1c!$A$1:$A$3" in sheet
    assert b"sparklineGroup" in sheet
    assert b"urn:revision" not in sheet
    assert b"slicerList" not in sheet
    assert sheet.rstrip().endswith(b"</extLst></worksheet>")


def test_half_a_rule_is_not_carried_over(original: Path) -> None:
    bar = (
        f'<extLst><ext xmlns:x14="{X14}" uri="{{78C0D931-6437-407d-A8EE-F0AAD7539E65}}"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting><x14:cfRule type="dataBar" id="{A}"/></x14:conditionalFormatting>'
        "</x14:conditionalFormattings></ext></extLst>"
    )
    edit(original, sheet=lambda content: content.replace(b"</worksheet>", bar.encode() + b"</worksheet>"))
    assert not any(b"x14:" in content for content in parts_of(annotate(original)).values())


def test_a_note_of_the_sender_keeps_its_author_and_size(original: Path) -> None:
    book = load_workbook(original)
    book[SHEET]["B2"].comment = Comment("Số này lấy từ sổ.", "Chị Lan", width=400, height=200)
    book.save(original)
    comment = load_workbook(annotate(original))[SHEET]["B2"].comment
    assert (comment.text, comment.author) == ("Số này lấy từ sổ.", "Chị Lan")
    shapes = b"".join(content for name, content in parts_of(annotate(original)).items() if name.endswith(".vml"))
    assert b"width:400" in shapes


def dress(book: Workbook) -> None:
    page = book[SHEET]
    page["A1"].font, page["A1"].number_format = Font(name="Arial", italic=True, color="FF123456"), "0.000"
    page["A2"].hyperlink = "https://example.org/a"
    page.row_dimensions[4].hidden = page.column_dimensions["C"].hidden = True
    page.column_dimensions["B"].width, page.freeze_panes = 33.5, "B2"
    page.conditional_formatting.add("B1:B9", CellIsRule("greaterThan", ["5"], fill=PatternFill("solid", "FF00FF00")))
    rule = DataValidation(type="list", formula1='"Có,Không"', sqref="C1:C9")
    page.add_data_validation(rule)
    page.protection.sheet, page.print_area, page.print_title_rows = True, "A1:C9", "1:2"
    page.page_setup.orientation, page.oddHeader.center.text = "landscape", "Trang của tôi"
    page.auto_filter.ref = "A1:C9"
    book["Khác"].sheet_state = "hidden"
    book.defined_names["_dondoc_stamp"] = DefinedName("_dondoc_stamp", attr_text='"k1.a.b"', hidden=True)
    book.custom_doc_props.append(StringProperty(name="dondoc.stamp", value="k1.a.b"))


def looks_of(path: Path) -> dict[str, Any]:
    book = load_workbook(path)
    page = book[SHEET]
    return {
        "font": (page["A2"].font.name, page["A1"].font.name, page["A1"].font.color.rgb, page["A1"].number_format),
        "link": page["A2"].hyperlink.target,
        "hidden": (page.row_dimensions[4].hidden, page.column_dimensions["C"].hidden, book["Khác"].sheet_state),
        "width": (page.column_dimensions["B"].width, page.freeze_panes),
        "rules": [str(area.sqref) for area in page.conditional_formatting],
        "lists": [(str(one.sqref), one.formula1) for one in page.data_validations.dataValidation],
        "print": (page.print_area, page.print_title_rows, page.page_setup.orientation, page.oddHeader.center.text),
        "guard": (page.protection.sheet, page.auto_filter.ref),
        "stamps": (book.defined_names["_dondoc_stamp"].value, book.custom_doc_props["dondoc.stamp"].value),
    }


def test_looks_rules_print_and_stamps_come_back(original: Path) -> None:
    book = load_workbook(original)
    dress(book)
    book.save(original)
    assert looks_of(annotate(original)) == looks_of(original)


def test_a_damaged_drawing_costs_the_copy_but_never_the_reply(original: Path) -> None:
    edit(original, drawing=lambda _: b"<broken")
    book = load_workbook(annotate(original, fault("A1", sheet=SHEET)))
    assert len(book.sheetnames) == 1
    assert TEXTS["vi"]("reply.next.rejected_receipt") in texts_of(book.worksheets[0])


def test_a_picture_that_claims_to_be_huge_does_no_harm(original: Path) -> None:
    size = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunk = b"IHDR" + size
    bomb = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    with ZipFile(original) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    whole["xl/media/image1.png"] = bomb
    original.write_bytes(pack(whole))
    assert annotate(original).is_file()
