"""That every number of a review stands in its annex under a code and is equal, and every percentage with its counts."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from kinds import KINDS, lay_kinds, reading_kinds, reviewed
from openpyxl import load_workbook
from pypdf import PdfReader
from rounds import FORM, all_blocks

from reports.annex import write_annex
from reports.charts import draw_svg
from reports.content import Chart, ChartGrid, Document, Paragraph, Table, chart_subtitle
from reports.drawing import GREY
from reports.pdf import write_pdf
from reports.phrase import Number
from reports.profile import read_profile
from reports.widths import GRID_GAP
from reports.word import write_word
from schemas.texts import load_texts
from settings import Settings

VI = load_texts("vi")
# Names, days and words of the catalogue that hold digits and count nothing.
NOT_COUNTED = re.compile(
    r"“[^”]*”|\d{1,2}/\d{1,2}/\d{4}|\b(?:19|20)\d\d\b|\b[A-Z]\d?[\w-]*-\d+\b|\b\d+-(?:CT|KL|KH|BC|TB)/\w+|…/…/20…|20…"
    r"|\d+ tháng đầu năm|3 tháng cuối năm|từ 80%: tốt; từ 50%: khá; dưới 50%|khác với bằng 0|kỳ 6 tháng, 9 tháng"
    r"|\b[BCDIKRT]\d+\b|Báo cáo 5 năm|[Ss]ơ kết (?:\d năm|9 tháng)|kết quả \d năm|(?:Bảng|Hình) \d+\.|^\d+\. "
    r"|Cấp thứ \d+|0123456789ab"
)
DIGITS = re.compile(r"\d[\d.,]*\d|\d")
ORDINAL = "TT"
PLACED, SAID = "Mã số liệu", "Số liệu trong lời văn"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return lay_kinds(tmp_path_factory.mktemp("kinds") / "workspace")


Written = Callable[..., Document]


@pytest.fixture(scope="module")
def review(settings: Settings) -> Iterator[Written]:
    """Compose a review of a kind and language, each once."""
    with reading_kinds(settings) as session:
        yield cache(partial(reviewed, session, settings))


@dataclass(frozen=True)
class Line:
    """A line of an index of the annex: a number's code, the number as it is shown, and the cell that it points at."""

    code: str
    shown: str
    value: Any
    of_chart: bool = False


def told(text: str) -> list[str]:
    return [number.strip(".,") for number in DIGITS.findall(NOT_COUNTED.sub(" ", text))]


def shown(cell: Any) -> str:
    """Give a cell of the workbook as it is printed: with its decimals, or as the text it is."""
    if isinstance(cell.value, str):
        return cell.value
    decimals = len(cell.number_format.partition(";")[0].partition(".")[2].partition('"')[0])
    return VI.number(abs(Decimal(str(cell.value))), decimals)


def placed(book: Any, charts: set[str]) -> Iterator[Line]:
    """Read the index of tables and charts; what it says of a cell is what stands in that cell."""
    for line in rows_below_head(book, PLACED):
        code, sheet, address = (cell.value for cell in line[:3])
        there = book[sheet][address]
        is_part = isinstance(there.value, str)
        assert shown(line[5]) in shown(there) if is_part else line[5].value == there.value or "/" in code.split(":")[-1]
        yield Line(code, shown(line[5]), line[5].value, code.split(":")[0] in charts)


def said(book: Any) -> Iterator[Line]:
    for code, number, sentence in ((line[0].value, line[1], line[2].value) for line in rows_below_head(book, SAID)):
        assert shown(number) in sentence
        yield Line(code, shown(number), number.value)


def rows_below_head(book: Any, name: str) -> list[Any]:
    if name not in book.sheetnames:
        return []
    page = book[name]
    first, last = page.auto_filter.ref.split(":")
    return list(page.iter_rows(min_row=page[first].row + 1, max_row=page[last].row))


def charts_of(document: Document) -> list[Chart]:
    found: list[Chart] = []
    for block in all_blocks(document):
        found += block.charts if isinstance(block, ChartGrid) else [block] if isinstance(block, Chart) else []
    return found


def drawn(chart: Chart, *, scale: bool) -> str:
    """Give the words of a chart as it stands in the text: those of its scale, or all others."""
    page = read_profile(FORM.profile)
    width = page.page.text_width / 2 - GRID_GAP if chart.kind == "trend" else page.page.text_width
    svg = draw_svg(chart, "vi", width=width, size=page.sizes.chart).svg()
    texts = re.findall(r"<text([^>]*)>([^<]*)</text>", svg)
    return " | ".join(text for look, text in texts if (GREY in look) is scale)


def written_words(document: Document) -> list[str]:
    words = [block.text for block in all_blocks(document) if isinstance(block, Paragraph) and block.role != "quote"]
    for table in (block for block in all_blocks(document) if isinstance(block, Table)):
        columns = [at for at, column in enumerate(table.columns) if column.label != ORDINAL]
        words += [table.caption, *(row.cells[at].text for row in table.rows for at in columns)]
    return words


def word_numbers(path: Path) -> set[str]:
    """Give the numbers in a Word file without its contents, whose page numbers are fields."""
    found = set()
    for paragraph in docx.Document(str(path)).element.body.iter(qn("w:p")):
        style = paragraph.pPr.pStyle.val if paragraph.pPr is not None and paragraph.pPr.pStyle is not None else ""
        if not style.casefold().startswith(("toc", "heading", "quote")):
            found |= {*told("".join(node.text or "" for node in paragraph.iter(qn("w:t"))))}
    return found


def pdf_numbers(path: Path) -> set[str]:
    """Give the numbers in a PDF without those of its pages and contents; years at the head of columns run together."""
    pages = enumerate((page.extract_text() for page in PdfReader(path).pages), start=1)
    text = " ".join(re.sub(rf"(?m)^{number}$|^\d+\. |(?: \.){{3,}} \d+$", "", page) for number, page in pages)
    return {one for one in told(re.sub(r"\s+", " ", text)) if not re.fullmatch(r"(20[12]\d)+", one)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_that_is_printed_stands_in_the_annex_under_its_code(
    review: Written, kind: str, tmp_path: Path
) -> None:
    document = review(kind)
    write_annex(document, tmp_path / "annex.xlsx")
    book = load_workbook(tmp_path / "annex.xlsx")
    charts = charts_of(document)
    lines = [*placed(book, {chart.id for chart in charts}), *said(book)]
    assert all(line.code for line in lines)
    assert_one_value_for_each_code(lines)
    listed = Counter(number for line in lines if not line.of_chart for number in told(line.shown))
    assert listed == Counter(number for text in written_words(document) for number in told(text))
    pictured = {number for line in lines if line.of_chart for number in told(line.shown)}
    assert {number for chart in charts for number in told(drawn(chart, scale=False))} <= pictured
    write_word(document, tmp_path / "review.docx")
    write_pdf(document, tmp_path / "review.pdf")
    known = {*listed} | pictured
    subtitles = {number for chart in charts for number in told(chart_subtitle(chart, VI))}
    assert subtitles <= known
    assert not word_numbers(tmp_path / "review.docx") - known
    scales = {number for chart in charts for number in told(drawn(chart, scale=True))}
    strange = pdf_numbers(tmp_path / "review.pdf") - known - scales
    assert not strange


def assert_one_value_for_each_code(lines: list[Line]) -> None:
    values: dict[str, set[Any]] = {}
    for line in lines:
        values.setdefault(line.code, set()).add(line.value)
    assert not {code: several for code, several in values.items() if len(several) > 1}


def test_a_figure_in_a_sentence_bears_its_code(review: Written) -> None:
    document = review("summary")
    figures = [
        one.id for block in document.blocks if isinstance(block, Paragraph) for one in block.numbers if one.is_figure
    ]
    assert "60-KL/ĐUK:I01:K00:R2" in figures


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_percentage_in_a_sentence_stands_with_its_counts(review: Written, kind: str, language: str) -> None:
    document = review(kind, language)
    for block in all_blocks(document):
        if isinstance(block, Paragraph):
            for number in block.numbers:
                if (number.printed.endswith("%") and number.printed[0].isdigit()) or is_share(number, block):
                    assert is_counted(number, block.numbers), block.text


def is_share(number: Number, block: Paragraph) -> bool:
    return number.is_figure and f"{number.printed}%" in block.text


def is_counted(share: Number, beside: tuple[Number, ...]) -> bool:
    """Whether two of the numbers beside a share make it; a figure stands with the units that are in it."""
    counts = [one.value for one in beside if not one.printed.endswith("%") and not one.is_figure]
    if share.is_figure:
        return len(counts) > 1
    return any(whole and part * 100 / whole == share.value for part in counts for whole in counts)


@pytest.mark.parametrize("kind", KINDS)
def test_a_percentage_in_a_table_stands_with_its_counts(review: Written, kind: str) -> None:
    """A column of percentages has counts beside it in the row; a row of percentages stands below its counts."""
    for table in (block for block in all_blocks(review(kind)) if isinstance(block, Table)):
        for row in table.rows:
            texts = [cell.text for cell in row.cells]
            is_percent = "(%)" in texts[0] or any("%" in text for text in texts[1:])
            headed = [column.label for column in table.columns if "(%)" in column.label]
            if is_percent or headed or "%" in table.measure_note:
                counts = [cell for cell in row.cells[1:] if cell.numbers or (cell.value is not None and is_whole(cell))]
                assert counts or "rounds" in table.id, (table.id, texts)


def is_whole(cell: Any) -> bool:
    return isinstance(cell.value, Decimal) and cell.value == int(cell.value) and "," not in cell.text
