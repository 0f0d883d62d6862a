"""The PDF reading copy: the same words as Word, the same bytes each time, our own fonts."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from documents import BANNER, HOSTILE, review
from pypdf import PdfReader
from reading import bare, missing_in_order, pdf_text, word_text

from reports.content import Cell, Column, Document, Heading, Paragraph, Row, Table, clean, page_mark, plain_text
from reports.pdf import write_pdf
from reports.profile import profile_names
from reports.word import write_word
from schemas.texts import load_texts


def text_of(path: Path, document: Document) -> str:
    return pdf_text(path, (page_mark(document, load_texts(document.language)), document.banner or ""))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pdf") / "review.pdf"
    write_pdf(review(), path)
    return path


@pytest.fixture(scope="module")
def pages(written: Path) -> list[str]:
    """Give the text of each page: reading it takes longer than writing it, so it is done once."""
    return [bare(page.extract_text()) for page in PdfReader(written).pages]


@pytest.mark.parametrize("profile", profile_names())
def test_word_and_pdf_say_the_same_in_the_same_order(tmp_path: Path, profile: str) -> None:
    document = review(profile)
    write_pdf(document, tmp_path / "r.pdf")
    write_word(document, tmp_path / "r.docx")
    said = plain_text(document)
    assert missing_in_order(said, text_of(tmp_path / "r.pdf", document)) == []
    assert missing_in_order(said, word_text(tmp_path / "r.docx")) == []


def test_hostile_text_comes_out_as_text(pages: list[str]) -> None:
    assert bare(clean(HOSTILE)) in "".join(pages)


@pytest.mark.parametrize(
    "text", ["#panic()", "$x^2$", "@ref <lbl>", "= Tiêu đề", "*b* _i_ `c`", "\\ / // /* */", "[#x]"]
)
def test_no_markup_of_the_typesetter_is_obeyed(tmp_path: Path, text: str) -> None:
    document = replace(review(), blocks=(Heading(1, text), Paragraph(text)), annexes=())
    write_pdf(document, tmp_path / "r.pdf")
    assert text_of(tmp_path / "r.pdf", document).count(bare(text)) == 3  # it is among the contents too


def test_the_banner_stands_on_every_page_and_the_number_from_the_second(pages: list[str]) -> None:
    first, *others = pages
    assert first.startswith(bare(BANNER))
    for number, page in enumerate(others, start=2):
        assert page.startswith(f"{bare('DỰ THẢO –')}{bare(BANNER)}{number}")


def test_the_same_content_gives_the_same_bytes(written: Path, tmp_path: Path) -> None:
    write_pdf(review(), tmp_path / "again.pdf")
    assert (tmp_path / "again.pdf").read_bytes() == written.read_bytes()


def test_only_our_fonts_are_in_it(written: Path) -> None:
    fonts = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in PdfReader(written).pages
        for font in page["/Resources"].get("/Font", {}).values()
    }
    assert fonts
    assert all(name.startswith("LiberationSerif") for name in fonts)


def test_it_is_tagged_and_names_title_language_and_a_fixed_time(written: Path) -> None:
    reader = PdfReader(written)
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    assert reader.trailer["/Root"]["/Lang"] == "vi"
    assert reader.metadata is not None
    assert str(reader.metadata.title).startswith("BÁO CÁO tổng kết 5 năm")
    assert reader.metadata.creation_date == datetime(2000, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("profile", profile_names())
def test_it_meets_the_standards_for_reading_aloud_and_for_keeping(tmp_path: Path, profile: str) -> None:
    write_pdf(review(profile), tmp_path / "r.pdf")
    assert claims_of(tmp_path / "r.pdf") == {"pdfuaid:part": "1", "pdfaid:part": "2", "pdfaid:conformance": "A"}


def test_a_letter_that_no_font_has_costs_the_standards_and_not_the_document(tmp_path: Path) -> None:
    document = replace(review(), blocks=(Heading(1, "I. KẾT QUẢ"), Paragraph("Đạt \U0001f600 漢")), annexes=())
    write_pdf(document, tmp_path / "r.pdf")
    assert claims_of(tmp_path / "r.pdf") == {}
    assert "Đạt" in text_of(tmp_path / "r.pdf", document)


def claims_of(path: Path) -> dict[str, str]:
    """Give the standards that a PDF says it meets; typst writes none that it has not checked."""
    metadata = PdfReader(path).trailer["/Root"].get("/Metadata")
    said = metadata.get_object().get_data().decode() if metadata else ""
    return dict(re.findall(r"<(pdf(?:ua|a)id:(?:part|conformance))>(\w+)<", said))


def test_its_outline_has_every_heading_and_annex(written: Path) -> None:
    def titles(entries: list[object]) -> list[str]:
        return [
            title
            for entry in entries
            for title in (titles(entry) if isinstance(entry, list) else [entry.title])  # type: ignore[attr-defined]
        ]

    document = review()
    headings = [block.text for block in document.blocks if isinstance(block, Heading)]
    outlined = titles(PdfReader(written).outline)  # type: ignore[arg-type]
    assert outlined[: len(headings)] == headings
    assert [f"{annex.number_label} {annex.title}" for annex in document.annexes if annex.title] == [
        title for title in outlined if title.startswith("PHỤ LỤC")
    ]


def test_an_annex_that_asks_for_it_lies_on_its_side(written: Path) -> None:
    wide = [float(page.mediabox.width) > float(page.mediabox.height) for page in PdfReader(written).pages]
    assert wide.count(True) == 3
    assert not wide[0]
    assert not wide[-1]


def test_a_table_over_several_pages_repeats_its_head(written: Path, pages: list[str]) -> None:
    boxes = [page.mediabox for page in PdfReader(written).pages]
    wide = [text for text, box in zip(pages, boxes, strict=True) if box.width > box.height]
    assert all("Đơnvịchủtrì" in text for text in wide)


@pytest.mark.parametrize("rows", [43, 44, 45])
def test_the_last_rows_of_a_table_that_breaks_go_on_together_with_its_source(tmp_path: Path, rows: int) -> None:
    lines = tuple(Row((Cell(f"R{at:03}"), Cell(f"{at}"))) for at in range(rows))
    table = Table("t", "Bảng", (Column("Mã"), Column("Số", "number")), lines, "Nguồn: kế hoạch.")
    write_pdf(replace(review(), blocks=(table,), annexes=(), contents=False), tmp_path / "r.pdf")
    told = [page for page in (page.extract_text() for page in PdfReader(tmp_path / "r.pdf").pages) if "R0" in page]
    assert len(told) == 2
    assert {f"R{rows - 2:03}", f"R{rows - 1:03}", "Nguồn:"} <= set(told[-1].replace("\n", " ").split())


def test_an_annex_that_counts_its_own_pages_bears_no_number_on_its_first(tmp_path: Path) -> None:
    document = review("state-30nd")
    twice = replace(document, annexes=(document.annexes[0], document.annexes[0]), blocks=())
    write_pdf(twice, tmp_path / "r.pdf")
    pages = [bare(page.extract_text()) for page in PdfReader(tmp_path / "r.pdf").pages]
    begun = [at for at, page in enumerate(pages) if "PHỤLỤCI" in page and at]
    assert len(begun) == 2
    assert [pages[at + 1].startswith(f"{bare('DỰ THẢO –')}{bare(BANNER)}2") for at in begun] == [True, True]
    assert [pages[at].startswith(f"{bare(BANNER)}PHỤLỤC") for at in begun] == [True, True]


def test_three_hundred_units_are_written_whole(tmp_path: Path) -> None:
    document = review(units=300, bars=40)  # of 300 bars the text takes seven seconds to read back
    write_pdf(document, tmp_path / "r.pdf")
    assert missing_in_order(plain_text(document), text_of(tmp_path / "r.pdf", document)) == []


def test_a_document_without_annexes_recipients_or_text_is_written(tmp_path: Path) -> None:
    document = replace(review(), annexes=(), recipients=(), blocks=(), as_at_line="", superior="")
    write_pdf(document, tmp_path / "r.pdf")
    assert len(PdfReader(tmp_path / "r.pdf").pages) == 1


def test_an_english_document_is_headed_in_english(tmp_path: Path) -> None:
    document = replace(review(), language="en")
    write_pdf(document, tmp_path / "r.pdf")
    assert "COMMUNISTPARTYOFVIETNAM" in text_of(tmp_path / "r.pdf", document)
