"""How dates stand in sentences, and how headings of a review are numbered."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from reports.content import Heading, Paragraph
from reports.pen import Pen
from reports.review import _numbered
from schemas.texts import load_texts


@pytest.mark.parametrize(
    ("day", "vi", "en"),
    [
        (date(2016, 9, 5), "05/9/2016", "5 Sep 2016"),
        (date(2021, 1, 31), "31/01/2021", "31 Jan 2021"),
        (date(2021, 2, 9), "09/02/2021", "9 Feb 2021"),
        (date(2021, 12, 14), "14/12/2021", "14 Dec 2021"),
        (None, "–", "–"),
    ],
)
def test_a_date_in_a_sentence_has_a_zero_only_where_the_rule_has_one(day: date | None, vi: str, en: str) -> None:
    assert (load_texts("vi").day(day), load_texts("en").day(day)) == (vi, en)


def test_parts_of_a_section_bear_letters_and_do_not_count_as_sections() -> None:
    facts: Any = SimpleNamespace(kind="five-year")
    blocks = [Heading(1, "A"), Heading(2, "B"), Heading(3, "C"), Heading(3, "D"), Paragraph("e"), Heading(2, "F"),
              Heading(3, "G"), Heading(1, "H"), Heading(2, "I")]  # fmt: skip
    told = [block.text for block in _numbered(Pen(facts, load_texts("vi")), blocks) if isinstance(block, Heading)]
    assert told == ["I. A", "1. B", "a) C", "b) D", "2. F", "a) G", "II. H", "1. I"]
