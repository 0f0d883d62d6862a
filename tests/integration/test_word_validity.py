"""That Word opens a review without repair, as far as a validator of the standard's schemas can tell; and what it asks
of a document for readers who do not see it."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import docx
import pytest
from documents import review
from docx.oxml.ns import qn

from reports.content import Document
from reports.profile import profile_names, read_profile
from reports.word import write_word
from reports.word_template import write_example


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("valid") / "review.docx"
    write_word(review(), path)
    return path


def faults_of(path: Path) -> list[str]:
    """Give what the schemas of Word, its relations, ids and content types find wrong."""
    validator = pytest.importorskip("openxml_audit").OpenXmlValidator()
    return [f"{error.description} {error.path}" for error in validator.validate(str(path)).errors]


@pytest.mark.parametrize("profile", profile_names())
def test_a_review_in_every_form_is_valid(tmp_path: Path, profile: str) -> None:
    write_word(review(profile), tmp_path / "r.docx")
    assert faults_of(tmp_path / "r.docx") == []


@pytest.mark.parametrize(
    "document",
    [
        replace(review("plain", is_draft=False, banner=None), recipients=(), superior="", as_at_line=""),
        replace(review("state-30nd"), annexes=(), blocks=(), contents=False),
    ],
    ids=["with-little-around-it", "with-nothing-in-it"],
)
def test_a_review_with_parts_left_out_is_valid(tmp_path: Path, document: Document) -> None:
    write_word(document, tmp_path / "r.docx")
    assert faults_of(tmp_path / "r.docx") == []


def test_the_template_that_an_office_begins_from_is_valid(tmp_path: Path) -> None:
    write_example(tmp_path / "ours.docx", read_profile("party-05hd"), "vi")
    assert faults_of(tmp_path / "ours.docx") == []


def test_the_validator_sees_an_element_out_of_its_order(written: Path, tmp_path: Path) -> None:
    file = docx.Document(str(written))
    properties = file.tables[-1].rows[0]._tr.tc_lst[0].p_lst[0].pPr
    properties.insert(0, properties[-1])
    file.save(str(tmp_path / "broken.docx"))
    assert faults_of(tmp_path / "broken.docx") != []


def test_no_cell_is_left_without_a_paragraph(tmp_path: Path) -> None:
    write_word(replace(review("plain"), recipients=()), tmp_path / "r.docx")
    cells = docx.Document(str(tmp_path / "r.docx")).element.body.iter(qn("w:tc"))
    assert all(cell[-1].tag == qn("w:p") for cell in cells)


def test_headings_go_down_one_level_at_a_time(written: Path) -> None:
    names = [p.style.name for p in docx.Document(str(written)).paragraphs]
    levels = [
        1 if name == "Annex Title" else int(name[-1]) for name in names if name.startswith(("Heading", "Annex T"))
    ]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_every_table_of_figures_has_a_head_row_and_a_name(written: Path) -> None:
    tables = docx.Document(str(written)).element.body.findall(qn("w:tbl"))
    lined = [table for table in tables if table.tblPr.find(qn("w:tblBorders")) is not None]
    assert len(lined) == 3
    for table in lined:
        assert table.tr_lst[0].find(f".//{qn('w:tblHeader')}") is not None
        assert table.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


def test_no_empty_paragraph_stands_between_others_for_space(written: Path) -> None:
    body = docx.Document(str(written)).element.body
    for paragraph in body.iterchildren(qn("w:p")):
        says = (
            any(node.text for node in paragraph.iter(qn("w:t"))) or paragraph.find(f".//{qn('w:drawing')}") is not None
        )
        has_a_use = (
            paragraph.find(f".//{qn('w:sectPr')}") is not None or paragraph.find(f".//{qn('w:pBdr')}") is not None
        )
        assert says or has_a_use
