"""PDFs as offices send them: two-column heads, page numbers, footnotes, old fonts; what is no text is told apart."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from directives import LETTERHEAD, SIGNED, in_tcvn3, in_vni, write_pdf, write_plain_pdf
from PIL import Image

from intake.confine import ChildLimits
from intake.drafting.draft import draft_directive
from intake.drafting.read_pdf import read_pdf
from intake.drafting.read_text import read_document_text
from models.errors import UnreadableTextError
from schemas.texts import load_texts

CLAUSE = (
    "Các cấp ủy trực thuộc tổ chức quán triệt, tuyên truyền sâu rộng trong cán bộ, đảng viên về vị trí, vai trò của "
    "công tác lưu trữ; xây dựng kế hoạch chỉnh lý hồ sơ tồn đọng, hoàn thành trước ngày 30/6/2022"
)
OLD = ["Đảng ủy Khối mẫu", "Ban Thường vụ yêu cầu các cấp ủy thực hiện:", "1. Tăng cường quản lý tư liệu - hồ sơ."]


def test_a_directive_of_three_pages_is_read_in_the_order_in_which_people_read_it(tmp_path: Path) -> None:
    clauses = "\n\n".join(f"{n}. {CLAUSE} lần thứ {n}#footnote[Báo cáo số {n}-BC/ĐU.]." for n in range(1, 15))
    opening = "Ban Thường vụ Đảng ủy Khối yêu cầu các cấp ủy thực hiện tốt các nhiệm vụ sau:"
    text = read_document_text(
        write_pdf(tmp_path / "a.pdf", f"{LETTERHEAD}\n\n{opening}\n\n{clauses}\n\n{SIGNED}", header="LƯU HÀNH NỘI BỘ")
    )
    draft = draft_directive(text)
    document = draft.document
    assert (document.symbol, document.superior, document.issuer) == (
        "15-CT/ĐUK",
        "ĐẢNG BỘ TỈNH MẪU",
        "ĐẢNG ỦY KHỐI MẪU",
    )
    assert (document.place, str(document.issued_on)) == ("Đồng Mẫu", "2022-03-05")
    assert document.title == "về tăng cường công tác lưu trữ hồ sơ, tài liệu và thực hiện chế độ báo cáo"
    assert document.recipients == ("Thường trực Tỉnh ủy (để b/c)", "Các cấp ủy trực thuộc", "Lưu VPĐU")
    assert (document.signed_for, document.signed_as) == ("T/M BAN THƯỜNG VỤ", "BÍ THƯ")
    assert "NỘI BỘ" not in text
    assert draft.documents == ()  # what a footnote cites is no part of the sentence
    first, second = CLAUSE.split("; ")
    assert [clause.text for clause in draft.clauses] == [
        words for n in range(1, 15) for words in (f"{first};", f"{second} lần thứ {n}.")
    ]


def test_english_words_parted_at_line_ends_are_whole_again(tmp_path: Path) -> None:
    sentence = (
        "Notwithstanding organisational responsibilities, internationally operating establishments communicate "
        "administrative particularities to headquarters punctually and comprehensively."
    )
    path = write_pdf(tmp_path / "en.pdf", "\n\n".join([sentence] * 5), language="en")
    assert read_document_text(path).split("\n\n") == [sentence] * 5


@pytest.mark.parametrize(
    ("font", "spell"), [(".VnTime", in_tcvn3), ("Arial", in_tcvn3), ("VNI-Times", in_vni), ("Arial", in_vni)]
)
def test_old_fonts_are_read_by_their_name_or_by_the_words(
    tmp_path: Path, font: str, spell: Callable[[str], str]
) -> None:
    path = write_plain_pdf(tmp_path / "cu.pdf", [spell(line) for line in OLD], font)
    assert read_document_text(path).split("\n\n") == OLD


def test_a_font_of_capitals_gives_capitals(tmp_path: Path) -> None:
    path = write_plain_pdf(tmp_path / "cu.pdf", [in_tcvn3("đảng ủy khối các cơ quan tỉnh mẫu")], ".VnTimeH")
    assert read_pdf(path) == "ĐẢNG ỦY KHỐI CÁC CƠ QUAN TỈNH MẪU"


def _scan(path: Path, stamp: str = "") -> None:
    picture = BytesIO()
    Image.new("L", (827, 1170), 255).save(picture, "PDF")
    pages = pypdf.PdfWriter(BytesIO(picture.getvalue()))
    if stamp:
        write_plain_pdf(path, [stamp], "Helvetica")
        pages.pages[0].merge_page(pypdf.PdfReader(path).pages[0])
    pages.write(path)


def _locked(path: Path) -> None:
    writer = pypdf.PdfWriter(write_plain_pdf(path, ["x" * 60], "Helvetica"))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(path)


def _long(path: Path) -> None:
    writer = pypdf.PdfWriter()
    for _ in range(201):
        writer.add_blank_page(595, 842)
    writer.write(path)


def _cut(path: Path) -> None:
    write_plain_pdf(path, ["x" * 60], "Helvetica")
    path.write_bytes(path.read_bytes()[:200])


@pytest.mark.parametrize(
    ("make", "key"),
    [
        (_scan, "pdf-scanned"),
        (
            lambda path: _scan(path, "Signed electronically by the office of the committee, 12/10/2021 08:15"),
            "pdf-scanned",
        ),
        (_locked, "pdf-password"),
        (_long, "pdf-too-long"),
        (_cut, "pdf-damaged"),
    ],
)
def test_each_pdf_that_cannot_be_read_is_refused_with_its_own_sentence(
    tmp_path: Path, make: Callable[[Path], None], key: str
) -> None:
    make(tmp_path / "văn bản.pdf")
    with pytest.raises(UnreadableTextError) as refused:
        read_document_text(tmp_path / "văn bản.pdf")
    assert refused.value.key == f"draft.refused.{key}"
    for language in ("vi", "en"):
        assert "văn bản.pdf" in load_texts(language)(refused.value.key, **refused.value.values)


def test_a_pdf_that_takes_too_much_costs_the_child_only(tmp_path: Path) -> None:
    path, limits = write_pdf(tmp_path / "a.pdf", f"{CLAUSE}\n\n" * 100), ChildLimits(memory=1 << 20)
    with pytest.raises(UnreadableTextError) as refused:
        read_pdf(path, limits)
    assert refused.value.key == "draft.refused.pdf-breaks-reader"
