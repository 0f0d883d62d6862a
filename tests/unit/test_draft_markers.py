"""What stands before a paragraph, and days in English words."""

import pytest

from intake.drafting.dates import DATE, to_date
from intake.drafting.draft import draft_directive
from intake.drafting.markers import part_marker


@pytest.mark.parametrize(
    ("line", "mark", "text"),
    [
        ("1- Tổ chức quán triệt", "1", "Tổ chức quán triệt"),
        ("1./ Tổ chức quán triệt", "1", "Tổ chức quán triệt"),
        ("a/ Lập hồ sơ", "a", "Lập hồ sơ"),
        ("Một là, rà soát", "1", "rà soát"),
        ("Thứ ba, rà soát", "3", "rà soát"),
        ("Secondly, report", "2", "report"),
        ("PHỤ LỤC II", "PL.II", ""),
        ("Phụ lục 1: Phân công", "PL.1", "Phân công"),
        ("Annex 1. Tasks", "AX.1", "Tasks"),
        ("05-NQ/HU, ngày 10/8/2021", "", "05-NQ/HU, ngày 10/8/2021"),
        ("04 - CT/ĐUK về tuyên truyền", "", "04 - CT/ĐUK về tuyên truyền"),
        ("Thứ Năm, 08/12/2016", "", "Thứ Năm, 08/12/2016"),
        ("Phụ lục này quy định", "", "Phụ lục này quy định"),
    ],
)
def test_a_mark_is_taken_off_and_what_only_looks_like_one_stays(line: str, mark: str, text: str) -> None:
    marked = part_marker(line)
    assert (marked.mark, marked.text) == (mark, text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("the thirtieth of June 2024", "2024-06-30"),
        ("the twenty-first of March, two thousand and twenty-four", "2024-03-21"),
        ("the second of May nineteen ninety-eight", "1998-05-02"),
        ("December the first, 2025", "2025-12-01"),
        ("the thirty-first of June 2024", None),
        ("the first of May", None),
    ],
)
def test_days_in_english_words_are_read_where_they_are_whole(text: str, day: str | None) -> None:
    found = to_date(DATE.search(text))
    assert (found and found.isoformat()) == day


def test_an_annex_that_is_a_form_asks_nothing_and_one_of_tasks_begins_again_at_one() -> None:
    text = """Số 12-KH/HU
1. Văn phòng Huyện ủy lập kế hoạch.
T/M BAN THƯỜNG VỤ
BÍ THƯ
PHỤ LỤC I
NHIỆM VỤ CỦA CÁC XÃ
1. Đảng ủy các xã báo cáo kết quả.
PHỤ LỤC II
ĐỀ CƯƠNG BÁO CÁO
1. Kiến nghị, đề xuất với cấp trên.
"""
    assert [clause.path for clause in draft_directive(text).clauses] == ["1.1", "PL.I.1.1"]
