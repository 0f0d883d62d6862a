"""The Word review: what is in it, what an office may do to its template, and that offices can open it."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest
from documents import BANNER, HOSTILE, YEARS, review
from docx.enum.section import WD_ORIENT
from docx.oxml.ns import qn
from docx.shared import Mm
from pypdf import PdfReader
from reading import bare, missing_in_order, word_text

from models.errors import RefusedError
from reports.content import Heading, Paragraph, clean, plain_text
from reports.profile import profile_names, read_profile
from reports.templates.make_template import TEMPLATE, make_template
from reports.word import _context, write_word
from reports.word_template import PLACES, TAGS, check_template, ensure_template, write_example


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("word") / "review.docx"
    write_word(review(), path)
    return path


def headers_of(file: object) -> list[str]:
    return ["\n".join(p.text for p in header.paragraphs) for header in _headers(file)]


def _headers(file: object) -> list[object]:
    return [part for section in file.sections for part in (section.first_page_header, section.header)]  # type: ignore[attr-defined]


def test_says_all_that_the_content_says_in_its_order(written: Path) -> None:
    assert missing_in_order(plain_text(review()), word_text(written)) == []


def test_hostile_text_comes_out_as_text(written: Path) -> None:
    assert bare(clean(HOSTILE)) in word_text(written)


def test_no_tag_of_the_template_is_left(written: Path) -> None:
    with ZipFile(written) as parts:
        content = "".join(
            parts.read(name).decode() for name in parts.namelist() if name.startswith("word/") and name.endswith(".xml")
        )
    left = re.findall(r"\{[{%]\W*(\w+)", content)
    assert set(left) <= {"7", "raw"}  # those of the hostile cell


def test_headings_are_real_ones(written: Path) -> None:
    file = docx.Document(str(written))
    headings = [p.text for p in file.paragraphs if p.style.name.startswith("Heading")]
    document = review()
    said = [
        b.text
        for blocks in (document.blocks, *(a.blocks for a in document.annexes))
        for b in blocks
        if isinstance(b, Heading)
    ]
    assert headings == said


def contents_of(path: Path) -> list[str]:
    return [p.text for p in docx.Document(str(path)).paragraphs if p.style.name.startswith("toc")]


def test_the_table_of_contents_is_a_field_that_links_to_every_heading_it_lists(written: Path) -> None:
    body = docx.Document(str(written)).element.body
    codes = [code.text.strip() for code in body.iter(qn("w:instrText"))]
    links = [link.get(qn("w:anchor")) for link in body.iter(qn("w:hyperlink"))]
    marks = [mark.get(qn("w:name")) for mark in body.iter(qn("w:bookmarkStart"))]
    assert codes[0].startswith("TOC")
    assert [code.split()[1] for code in codes[1:]] == links == marks
    kinds = [char.get(qn("w:fldCharType")) for char in body.iter(qn("w:fldChar"))]
    assert kinds.count("begin") == kinds.count("separate") == kinds.count("end") == len(codes)


def test_the_table_of_contents_lists_headings_and_annexes_with_a_page(written: Path) -> None:
    lines = contents_of(written)
    assert lines[0].startswith("I. ĐẶC ĐIỂM TÌNH HÌNH\t1")
    assert lines[-3].startswith("PHỤ LỤC III. PHƯƠNG PHÁP VÀ CHẤT LƯỢNG SỐ LIỆU\t")
    pages = [int(line.split("\t")[1]) for line in lines]
    assert pages == sorted(pages)


def test_an_office_template_without_a_place_for_contents_is_written_without_them(tmp_path: Path) -> None:
    write_word(review(), tmp_path / "r.docx", template=edited(tmp_path, "{{ contents }}", ""))
    assert "".join(contents_of(tmp_path / "r.docx")) == ""


def test_a_short_document_has_no_table_of_contents(tmp_path: Path) -> None:
    write_word(replace(review(), contents=False), tmp_path / "r.docx")
    assert contents_of(tmp_path / "r.docx") == []
    assert "MỤCLỤC" not in word_text(tmp_path / "r.docx")


def test_what_announces_a_list_stays_with_it(tmp_path: Path) -> None:
    blocks = (Paragraph("Trích ý kiến:"), Paragraph("Một ý kiến.", "quote"), Paragraph("Hết."))
    write_word(replace(review(), blocks=blocks, annexes=(), contents=False), tmp_path / "r.docx")
    kept = {p.text: p.paragraph_format.keep_with_next for p in docx.Document(str(tmp_path / "r.docx")).paragraphs}
    assert kept["Trích ý kiến:"]
    assert not kept["Một ý kiến."]


def test_the_page_is_that_of_the_form(written: Path) -> None:
    section = docx.Document(str(written)).sections[0]
    assert [
        round(side.mm)
        for side in (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    ] == [20, 20, 30, 15]
    assert section.different_first_page_header_footer


def test_an_annex_that_asks_for_it_lies_on_its_side(written: Path) -> None:
    sections = docx.Document(str(written)).sections
    assert [section.orientation for section in sections] == [
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.LANDSCAPE,
        WD_ORIENT.PORTRAIT,
        WD_ORIENT.PORTRAIT,
    ]
    assert round(sections[1].top_margin.mm) == 30


def test_the_banner_stands_on_every_page_and_the_draft_mark_from_the_first(written: Path) -> None:
    file = docx.Document(str(written))
    assert all(BANNER in header for header in headers_of(file))
    assert "DỰ THẢO" in file.tables[0].cell(1, 0).text


def test_an_approved_document_without_banner_has_no_marks(tmp_path: Path) -> None:
    write_word(review(is_draft=False, banner=None), tmp_path / "r.docx")
    file = docx.Document(str(tmp_path / "r.docx"))
    assert set("".join(headers_of(file)).split()) <= {"2"}
    assert "DỰ THẢO" not in word_text(tmp_path / "r.docx")


def test_tables_fill_the_text_with_fitted_columns_and_repeat_their_heads(written: Path) -> None:
    file = docx.Document(str(written))
    table = next(t for t in file.tables if t.cell(0, 0).text == "Mã")
    widths = [round(column.width.mm) for column in table.columns]
    assert sum(widths) == pytest.approx(257, abs=4)
    assert widths[1] > 3 * widths[0]
    first, *others = table._tbl.tr_lst
    assert first.find(f".//{qn('w:tblHeader')}") is not None
    assert all(row.find(f".//{qn('w:cantSplit')}") is not None for row in (first, *others))


def test_pictures_carry_alternative_text(written: Path) -> None:
    pictures = docx.Document(str(written)).element.body.findall(f".//{qn('wp:docPr')}")
    assert len(pictures) == 8
    assert all(picture.get("descr") for picture in pictures)
    assert len({picture.get("id") for picture in pictures}) == 8


def test_the_document_names_its_language_title_and_issuer(written: Path) -> None:
    file = docx.Document(str(written))
    language = file.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert language.get(qn("w:val")) == "vi-VN"
    assert file.core_properties.title.startswith("BÁO CÁO tổng kết 5 năm")
    assert file.core_properties.author == "ĐẢNG ỦY KHỐI MINH HỌA"


def test_the_same_content_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_word(review(), tmp_path / "again.docx")
    assert (tmp_path / "again.docx").read_bytes() == written.read_bytes()


def test_the_template_kept_is_the_one_that_is_built(tmp_path: Path) -> None:
    make_template(tmp_path / "t.docx")
    with ZipFile(tmp_path / "t.docx") as built, ZipFile(TEMPLATE) as kept:
        assert built.namelist() == kept.namelist()
        assert [n for n in built.namelist() if built.read(n) != kept.read(n)] == []


def test_an_office_template_keeps_its_own_page_and_words(tmp_path: Path) -> None:
    file = docx.Document(str(TEMPLATE))
    file.sections[0].left_margin = Mm(40)
    file.paragraphs[0].insert_paragraph_before("VĂN PHÒNG IN RIÊNG")
    file.save(str(tmp_path / "ours.docx"))
    write_word(review(), tmp_path / "r.docx", template=tmp_path / "ours.docx")
    assert round(docx.Document(str(tmp_path / "r.docx")).sections[0].left_margin.mm) == 40
    assert "VĂNPHÒNGINRIÊNG" in word_text(tmp_path / "r.docx")
    assert missing_in_order(plain_text(review()), word_text(tmp_path / "r.docx")) == []


def edited(tmp_path: Path, old: str, new: str) -> Path:
    file = docx.Document(str(TEMPLATE))
    for paragraph in file.paragraphs:
        if paragraph.text == old:
            paragraph.runs[0].text = new
    file.save(str(tmp_path / "broken.docx"))
    return tmp_path / "broken.docx"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("{{ subject }}", "{{ subjekt }}", "template_unknown"),
        ("{{ subject }}", "{{ subject }", "template_unclosed"),
        ("{{ subject }}", "{{ subject | }}", "template_broken"),
        ("{%p if contents_heading %}", "", "template_broken"),
        ("{{ subject }}", "{{ ''.__class__.__mro__ }}", "template_broken"),
        ("{{ body }}", "", "template_tag"),
        ("{{ body }}", "Nội dung: {{ body }}", "template_inside"),
        ("{{ annexes }}", "", "template_tag"),
    ],
)
def test_a_broken_template_is_refused_with_what_to_mend(tmp_path: Path, old: str, new: str, key: str) -> None:
    with pytest.raises(RefusedError) as error:
        write_word(review(), tmp_path / "r.docx", template=edited(tmp_path, old, new))
    assert error.value.key == f"document.error.{key}"
    assert not (tmp_path / "r.docx").exists()


def test_a_template_without_our_styles_is_refused(tmp_path: Path) -> None:
    file = docx.Document(str(TEMPLATE))
    file.styles["Review Table"].delete()
    file.save(str(tmp_path / "t.docx"))
    with pytest.raises(RefusedError) as error:
        write_word(review(), tmp_path / "r.docx", template=tmp_path / "t.docx")
    assert error.value.values["style"] == "Review Table"


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_template_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.docx").write_bytes(content)
    with pytest.raises(RefusedError) as error:
        write_word(review(), tmp_path / "r.docx", template=tmp_path / "t.docx")
    assert error.value.key == "document.error.template_missing"


def test_all_that_is_wrong_with_a_template_is_told_at_once(tmp_path: Path) -> None:
    file = docx.Document(str(edited(tmp_path, "{{ subject }}", "{{ subjekt }} {{ signatur }}")))
    for name in ("Review Table", "Caption"):
        file.styles[name].delete()
    file.save(str(tmp_path / "t.docx"))
    found = [(fault.key, fault.severity, *fault.values.values()) for fault in check_template(tmp_path / "t.docx")]
    assert [(key, severity, value) for key, severity, value, *_ in found] == [
        ("template_unknown", "error", "signatur"),
        ("template_unknown", "error", "subjekt"),
        ("template_unused", "warning", "subject"),
        ("template_style", "error", "Caption"),
        ("template_style", "error", "Review Table"),
    ]


def test_a_tag_inside_a_table_is_told_apart_from_one_that_is_not_there(tmp_path: Path) -> None:
    file = docx.Document(str(edited(tmp_path, "{{ body }}", "")))
    file.tables[0].cell(0, 0).paragraphs[1].text = "{{ body }}"
    file.save(str(tmp_path / "t.docx"))
    assert [fault.key for fault in check_template(tmp_path / "t.docx")] == ["template_inside"]


def test_a_template_without_contents_or_page_numbers_only_has_doubts(tmp_path: Path) -> None:
    file = docx.Document(str(edited(tmp_path, "{{ contents }}", "")))
    header = file.sections[0].header.paragraphs[-1]._p
    header.getparent().remove(header)
    file.save(str(tmp_path / "t.docx"))
    found = check_template(tmp_path / "t.docx")
    assert [(fault.key, fault.severity) for fault in found] == [
        ("template_contents", "warning"),
        ("template_page_number", "warning"),
    ]
    ensure_template(tmp_path / "t.docx")


def test_a_template_with_macros_is_told_as_such(tmp_path: Path) -> None:
    plain, macros = (
        b"vnd.openxmlformats-officedocument.wordprocessingml.document.main",
        b"vnd.ms-word.document.macroEnabled.main",
    )
    with ZipFile(TEMPLATE) as source, ZipFile(tmp_path / "t.docm", "w") as target:
        for name in source.namelist():
            target.writestr(name, source.read(name).replace(plain, macros))
        target.writestr("word/vbaProject.bin", b"")
    assert [fault.key for fault in check_template(tmp_path / "t.docm")] == ["template_macro"]


@pytest.mark.parametrize("profile", profile_names())
def test_the_example_is_set_to_a_form_and_has_no_fault(tmp_path: Path, profile: str) -> None:
    write_example(tmp_path / "ours.docx", read_profile(profile), "vi")
    assert check_template(tmp_path / "ours.docx") == []


def test_the_tags_that_a_template_may_use_are_those_that_are_filled() -> None:
    context = _context(review(), read_profile("party-36hd"), dict.fromkeys(PLACES, ""))
    assert set(context) == {*TAGS, *PLACES}


def test_annexes_that_count_their_own_pages_begin_with_page_one(tmp_path: Path) -> None:
    write_word(review("state-30nd"), tmp_path / "r.docx")
    sections = docx.Document(str(tmp_path / "r.docx")).sections
    starts = [section._sectPr.find(qn("w:pgNumType")) for section in sections]
    assert [start is not None and start.get(qn("w:start")) for start in starts] == [False, "1", "1", "1"]


def test_a_text_that_looks_like_a_place_mark_stays_a_text(tmp_path: Path) -> None:
    document = review()
    sneaky = replace(document, blocks=(*document.blocks, Paragraph("{{ annexes }}"), Paragraph("\u2e28annexes\u2e29")))
    write_word(sneaky, tmp_path / "r.docx")
    assert missing_in_order(plain_text(sneaky), word_text(tmp_path / "r.docx")) == []


def test_a_document_without_annexes_recipients_or_text_is_written(tmp_path: Path) -> None:
    write_word(replace(review(), annexes=(), recipients=(), blocks=()), tmp_path / "r.docx")
    assert len(docx.Document(str(tmp_path / "r.docx")).sections) == 1
    assert "Nơinhận" not in word_text(tmp_path / "r.docx")


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("profile", profile_names())
def test_libreoffice_opens_it_with_all_its_text(tmp_path: Path, profile: str) -> None:
    soffice = shutil.which("soffice")
    if soffice is None:
        pytest.skip("LibreOffice is not installed")
    write_word(review(profile), tmp_path / "r.docx")
    home = f"-env:UserInstallation=file://{tmp_path}/home"
    command = [
        soffice,
        home,
        "--headless",
        "--convert-to",
        "pdf",
        "--outdir",
        str(tmp_path),
        str(tmp_path / "r.docx"),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    pages = [bare(page.extract_text()) for page in PdfReader(tmp_path / "r.pdf").pages]
    assert all(bare(BANNER) in page for page in pages)
    assert missing_in_order(YEARS, "".join(pages)) == []
    assert 7 <= len(pages) <= 12
