"""Which unit, or which rule for a group of units, the words of a directive mean."""

from datetime import date

import pytest

from intake.drafting.units import match_unit
from models.unit_history import Span

BEGIN = date(2020, 1, 1)


def span(unit: str, name: str, kind: str, parent: str | None = "K00", name_en: str | None = None) -> Span:
    return Span(unit, name, name_en, kind, parent, BEGIN)


SPANS = [
    span("K00", "Đảng ủy Khối Minh Họa", "bloc", None),
    span("B01", "Ban Tuyên giáo Đảng ủy Khối", "board", name_en="Propaganda Board"),
    span("B02", "Ban Dân vận Đảng ủy Khối", "board"),
    span("V01", "Văn phòng Đảng ủy Khối", "office"),
    span("D01", "Đảng ủy Tổng công ty Một", "committee"),
    span("D01", "Đảng ủy Tập đoàn Một", "committee"),  # renamed
    span("D02", "Đảng ủy Tổng công ty Hai", "committee"),
]


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ("Ban Tuyên giáo Đảng ủy Khối", "B01"),
        ("BAN TUYÊN GIÁO ĐẢNG UỶ KHỐI", "B01"),  # another place for the tone
        ("Propaganda Board", "B01"),
        ("Đảng ủy Tập đoàn Một", "D01"),  # a name of today and one of before mean the same unit
        ("Đảng ủy Tổng công ty Một", "D01"),
        ("Ban Dân vận", "B02"),  # cut short
        ("Văn phòng Đảng ủy Khối Minh Họa", "V01"),  # drawn out
        ("các đảng ủy trực thuộc", "kind=committee"),
    ],
)
def test_words_that_mean_one_unit_or_one_kind_give_its_rule(words: str, rule: str) -> None:
    found = match_unit(words, SPANS if rule != "kind=committee" else SPANS[4:])
    assert found is not None
    assert found.rule == rule


@pytest.mark.parametrize("words", ["Ban", "Sở Tài chính", "Đảng ủy Tổng công ty", "các ban", "các sở"])
def test_words_that_fit_nobody_or_several_match_nothing(words: str) -> None:
    spans = [*SPANS, span("D03", "Ban Nội chính Tỉnh ủy", "other")]
    assert match_unit(words, spans) is None


def test_a_whole_name_is_surer_than_a_part_of_it() -> None:
    whole, part = match_unit("Ban Dân vận Đảng ủy Khối", SPANS), match_unit("Ban Dân vận", SPANS)
    assert whole is not None
    assert part is not None
    assert whole.confidence > part.confidence


def test_initials_in_capitals_mean_the_unit_they_abbreviate() -> None:
    found = match_unit("VPĐUK", [span("V01", "Văn phòng Đảng ủy Khối", "office")])
    assert found is not None
    assert found.rule == "V01"
    assert match_unit("vpđuk", [span("V01", "Văn phòng Đảng ủy Khối", "office")]) is None
