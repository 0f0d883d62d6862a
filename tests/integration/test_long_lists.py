"""What is too long to be printed: paper has the counts and says where the list is, the workbook has the list."""

from pathlib import Path

import pytest
from openpyxl import load_workbook
from reading import bare, word_text
from rounds import composed, open_round, row

from reports import review_annexes, review_evidence
from reports.annex import write_annex
from reports.content import Annex, Document, Paragraph, plain_text
from reports.word import write_word


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Document:
    with pytest.MonkeyPatch.context() as patch, open_round(tmp_path_factory.mktemp("long")) as opened:
        patch.setattr(review_annexes, "LONGEST_PRINTED", 2)
        patch.setattr(review_evidence, "LONGEST_PRINTED", 2)
        return composed(opened)


def evidence_of(document: Document) -> Annex:
    return next(annex for annex in document.annexes if annex.title == "Văn bản và minh chứng")


def test_a_long_list_of_documents_is_counted_by_unit_and_type_on_paper(document: Document) -> None:
    counts, documents = evidence_of(document).listed  # at this limit the counts are long too
    assert [column.label for column in counts.columns][-1] == "Cộng"
    assert row(counts, "Cộng")[-1] == str(len(documents.rows)) == "3"
    assert sum(int(line.cells[-1].text) for line in counts.rows[:-1]) == int(row(counts, "Cộng")[-1])


def test_paper_says_in_which_sheets_a_long_list_stands(document: Document, tmp_path: Path) -> None:
    annex = evidence_of(document)
    sentence = [block.text for block in annex.blocks if isinstance(block, Paragraph)][-1]
    assert sentence.startswith(annex.listed[-1].caption)
    assert f"“{annex.number_label}”" in sentence
    write_word(document, tmp_path / "a.docx")
    title = annex.listed[-1].rows[0].cells[3].text
    assert title not in plain_text(document)
    assert bare(sentence) in word_text(tmp_path / "a.docx")
    assert bare(title) not in word_text(tmp_path / "a.docx")


def test_the_workbook_has_every_line_of_a_long_list(document: Document, tmp_path: Path) -> None:
    annex = evidence_of(document)
    write_annex(document, tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    sheets = [name for name in book.sheetnames if name.startswith(annex.number_label)]
    written = [[cell.value for cell in line] for name in sheets for line in book[name].iter_rows()]
    assert all(any(line.cells[3].text in values for values in written) for line in annex.listed[-1].rows)
