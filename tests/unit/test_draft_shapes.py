"""Directives of many shapes, each with what a person reads in it: text and expectation side by side in tests/data."""

import tomllib
from pathlib import Path

import pytest
from directive_files import write_directive
from docx import Document

from intake.drafting.draft import DraftClause, draft_directive
from intake.drafting.read_text import read_document_text
from schemas.folds import fold

SHAPES = Path(__file__).parents[1] / "data" / "directives"
FIELDS = ("path", "kind", "leads", "coordinators", "due")


def _said(clause: DraftClause) -> dict[str, str]:
    """Give a clause's fields in the form the expectations are written in."""
    return {
        "path": clause.path,
        "kind": clause.kind,
        "leads": fold("; ".join(clause.leads)),
        "coordinators": fold("; ".join(clause.coordinators)),
        "due": clause.due.isoformat() if clause.due else "",
    }


def _faults(file: Path, folder: Path) -> list[tuple[str, ...]]:
    """List what the rules read otherwise than a person: fields of a clause, clauses not found, clauses nobody asks."""
    expected = tomllib.loads(file.read_text("utf-8"))
    text = file.with_suffix(".txt").read_text("utf-8")
    left = list(draft_directive(read_document_text(write_directive(folder, text, expected.get("form", "")))).clauses)
    wrong: list[tuple[str, ...]] = []
    for path, begins, kind, leads, coordinators, due in expected["clauses"]:
        clause = next((one for one in left if fold(one.text).startswith(fold(begins))), None)
        wanted = dict(zip(FIELDS, (path, kind, fold(leads), fold(coordinators), due), strict=True))
        if clause is None:
            wrong += [(path, name, "no such clause", begins) for name in FIELDS]
            continue
        left.remove(clause)
        said = _said(clause)
        wrong += [(path, name, said[name], wanted[name]) for name in FIELDS if said[name] != wanted[name]]
    return wrong + [(one.path, "path", one.text, "nobody asks this") for one in left]


@pytest.mark.parametrize("file", sorted(SHAPES.glob("*.toml")), ids=lambda file: file.stem)
def test_a_directive_of_any_shape_gives_what_a_person_reads_in_it(file: Path, tmp_path: Path) -> None:
    """`known_wrong` counts the fields that the rules still get wrong, so that a change for the worse is seen."""
    wrong = _faults(file, tmp_path)
    assert len(wrong) == tomllib.loads(file.read_text("utf-8")).get("known_wrong", 0), wrong


def test_a_table_of_tasks_in_word_is_read_row_by_row(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("Ban Thường vụ Huyện ủy phân công nhiệm vụ như sau:")
    rows = (
        ("STT", "Nội dung", "Chủ trì", "Phối hợp", "Thời gian"),
        ("1", "Tổ chức hội nghị", "Ban Tuyên giáo", "Văn phòng", "Trước ngày 15/4/2024"),
        ("2", "Theo dõi, đôn đốc", "Ủy ban Kiểm tra", "", "Hằng tháng"),
    )
    table = document.add_table(len(rows), len(rows[0]))
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            table.cell(at, column).text = text
    document.save(str(tmp_path / "plan.docx"))
    first, second = draft_directive(read_document_text(tmp_path / "plan.docx")).clauses
    assert _said(first) == {
        "path": "1.1",
        "kind": "deliverable",
        "leads": "ban tuyên giáo",
        "coordinators": "văn phòng",
        "due": "2024-04-15",
    }
    assert (second.leads, second.time_expression) == (("Ủy ban Kiểm tra",), "Hằng tháng")
