"""A directive, a plan and a notice of our own, taken apart."""

import unicodedata
from datetime import date

import pytest

from intake.drafting.draft import Draft, draft_directive

DIRECTIVE = """TỈNH ỦY MINH HỌA
BAN THƯỜNG VỤ
*
Số 12 - CT/TU

ĐẢNG CỘNG SẢN VIỆT NAM

Thành phố Mẫu, ngày 05 tháng 3 năm 2022

CHỈ THỊ
về tăng cường công tác lưu trữ trong toàn Đảng bộ

Thời gian qua, công tác lưu trữ đã được quan tâm. Tuy nhiên, vẫn còn hạn chế.

Thực hiện Nghị quyết số 18-NQ/TW, ngày 25/10/2017 của Ban Chấp hành Trung ương, Ban Thường vụ Tỉnh ủy yêu cầu \
các cấp ủy trực thuộc, các cơ quan tham mưu giúp việc tập trung thực hiện tốt một số nhiệm vụ sau:

1. Quán triệt sâu sắc Chỉ thị này đến từng chi bộ; hoàn thành trước ngày 30/6/2022. Hằng năm, các cấp ủy rà soát, \
bổ sung danh mục hồ sơ.

2. Về xây dựng thể chế

a) Văn phòng Tỉnh ủy chủ trì, phối hợp với Sở Nội vụ và Trung tâm Lưu trữ tỉnh xây dựng quy chế lưu trữ, trình \
Ban Thường vụ chậm nhất ngày 31 tháng 12 năm 2022.

b) Ban Tổ chức Tỉnh ủy bồi dưỡng nghiệp vụ cho cán bộ; Ban Tuyên giáo Tỉnh ủy tuyên truyền nội dung Chỉ thị.

3. Giao Văn phòng Tỉnh ủy theo dõi, đôn đốc việc thực hiện Chỉ thị, định kỳ 6 tháng báo cáo Ban Thường vụ Tỉnh ủy.

Chỉ thị này thay thế Chỉ thị số 03-CT/TU, ngày 10/5/2010 và phổ biến đến chi bộ.

T/M BAN THƯỜNG VỤ
BÍ THƯ
"""
PLAN = """ĐẢNG ỦY CÔNG TY MẪU
*
Số 07 - KH/ĐU
Hà Nội, ngày 10/01/2023
KẾ HOẠCH
thực hiện Chỉ thị số 12-CT/TU về tăng cường công tác lưu trữ
I. MỤC ĐÍCH, YÊU CẦU
1. Bảo đảm thiết thực, tiết kiệm.
II. KẾT QUẢ NĂM 2022
1. Các chi bộ thực hiện tốt nhiệm vụ.
III. NỘI DUNG
1. Tuyên truyền
- Tổ chức hội nghị quán triệt cho 100% đảng viên, xong trước ngày 15/02/2023.
2. Các chi bộ chỉnh lý hồ sơ tồn đọng trong quý II/2023
IV. TỔ CHỨC THỰC HIỆN
1. Văn phòng Đảng ủy
- Chủ trì, phối hợp với Công đoàn, Đoàn Thanh niên tổ chức thực hiện Kế hoạch này.
- Tổng hợp, báo cáo Đảng ủy trước ngày 15/12 hằng năm.
2. Các chi bộ trực thuộc: xây dựng kế hoạch của chi bộ; báo cáo kết quả về Văn phòng Đảng ủy.
Nơi nhận:
- Lưu.
"""


@pytest.fixture(scope="module")
def directive() -> Draft:
    return draft_directive(DIRECTIVE)


@pytest.fixture(scope="module")
def plan() -> Draft:
    return draft_directive(PLAN)


def test_reads_the_letterhead(directive: Draft) -> None:
    document = directive.document
    assert (document.symbol, document.type) == ("12-CT/TU", "chi_thi")
    assert document.issuer == "BAN THƯỜNG VỤ TỈNH ỦY MINH HỌA"
    assert document.issued_on == date(2022, 3, 5)
    assert document.title == "về tăng cường công tác lưu trữ trong toàn Đảng bộ"


def test_cites_documents_with_what_the_words_say_of_them(directive: Draft) -> None:
    assert [(d.symbol, d.relation, d.issued_on, d.inferred) for d in directive.documents] == [
        ("18-NQ/TW", "implements", date(2017, 10, 25), False),
        ("03-CT/TU", "replaces", date(2010, 5, 10), False),
    ]
    assert directive.documents[1].quote == "thay thế Chỉ thị số 03-CT/TU, ngày 10/5/2010"


def test_numbers_clauses_within_their_sections(directive: Draft) -> None:
    assert [(c.path, c.kind) for c in directive.clauses] == [
        ("1.1", "continuous"),
        ("1.2", "continuous"),
        ("2.a.1", "deliverable"),
        ("2.b.1", "continuous"),
        ("2.b.2", "continuous"),
        ("3.1", "monitoring"),
        ("3.2", "rule"),
    ]


def test_addresses_each_clause_by_its_own_words_or_by_the_opening(directive: Draft) -> None:
    by_path = {clause.path: clause for clause in directive.clauses}
    assert by_path["1.1"].leads == ("các cấp ủy trực thuộc", "các cơ quan tham mưu giúp việc")
    assert by_path["1.2"].leads == ("các cấp ủy",)
    assert by_path["2.a.1"].leads == ("Văn phòng Tỉnh ủy",)
    assert by_path["2.a.1"].coordinators == ("Sở Nội vụ", "Trung tâm Lưu trữ tỉnh")
    assert by_path["2.b.2"].leads == ("Ban Tuyên giáo Tỉnh ủy",)
    assert by_path["3.1"].monitors == ("Văn phòng Tỉnh ủy",)


def test_sets_a_due_date_only_where_a_date_limits_the_clause(directive: Draft) -> None:
    assert {c.path: c.due for c in directive.clauses if c.due} == {
        "1.1": date(2022, 6, 30),
        "2.a.1": date(2022, 12, 31),
    }
    assert directive.clauses[5].time_expression == "định kỳ 6 tháng"


def test_every_clause_and_every_evidence_stands_in_the_text_word_for_word(directive: Draft) -> None:
    for clause in directive.clauses:
        assert clause.text in DIRECTIVE
        assert all(words in DIRECTIVE for words in clause.evidence.split(" · ") if words)
        assert 0 < clause.confidence <= 1


def test_a_plan_implements_the_directive_its_title_names(plan: Draft) -> None:
    assert [(d.symbol, d.relation) for d in plan.documents] == [("12-CT/TU", "implements")]


def test_a_plan_with_roman_sections_gives_paths_through_all_levels(plan: Draft) -> None:
    assert [(c.path, c.kind, c.section_title) for c in plan.clauses] == [
        ("I.1.1", "principle", "MỤC ĐÍCH, YÊU CẦU"),
        ("III.1.1", "deliverable", "Tuyên truyền"),
        ("III.2.1", "continuous", "NỘI DUNG"),
        ("IV.1.1", "continuous", "Văn phòng Đảng ủy"),
        ("IV.1.2", "reporting", "Văn phòng Đảng ủy"),
        ("IV.2.1", "deliverable", "TỔ CHỨC THỰC HIỆN"),
        ("IV.2.2", "reporting", "TỔ CHỨC THỰC HIỆN"),
    ]


def test_a_body_in_a_heading_leads_what_stands_under_it(plan: Draft) -> None:
    by_path = {clause.path: clause for clause in plan.clauses}
    assert by_path["IV.1.2"].leads == ("Văn phòng Đảng ủy",)
    assert by_path["IV.1.1"].coordinators == ("Công đoàn", "Đoàn Thanh niên")
    assert by_path["IV.2.2"].leads == ("Các chi bộ trực thuộc",)


def test_a_section_of_results_asks_nothing(plan: Draft) -> None:
    assert not any("thực hiện tốt nhiệm vụ" in clause.text for clause in plan.clauses)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_the_unicode_form_of_the_text_makes_no_difference(form: str, directive: Draft) -> None:
    assert draft_directive(unicodedata.normalize(form, DIRECTIVE)) == directive


def test_a_list_without_numbers_becomes_section_one() -> None:
    opening = "Ban Thường vụ yêu cầu các chi bộ làm tốt các việc sau:"
    draft = draft_directive(f"{opening}\n- Xây dựng kế hoạch;\n- Báo cáo hằng quý.")
    assert [(c.path, c.kind, c.leads) for c in draft.clauses] == [
        ("1.1", "deliverable", ("các chi bộ",)),
        ("1.2", "reporting", ("các chi bộ",)),
    ]


def test_a_semicolon_inside_an_enumeration_opens_no_clause() -> None:
    text = "Số 01-CT/AB\n1. Tuyên truyền về Đảng; về truyền thống; các nghị quyết mới; xây dựng kế hoạch riêng."
    assert [c.text for c in draft_directive(text).clauses] == [
        "Tuyên truyền về Đảng; về truyền thống; các nghị quyết mới;",
        "xây dựng kế hoạch riêng.",
    ]


def test_words_about_another_documents_title_are_not_said_of_this_one() -> None:
    text = (
        "Số 09-KL/AB\n1. Quán triệt Kết luận số 01-KL/TW, ngày 18/5/2021 của Bộ Chính trị về tiếp tục thực hiện "
        "Chỉ thị số 05-CT/TW."
    )
    assert [(d.symbol, d.relation, d.issuer) for d in draft_directive(text).documents] == [
        ("01-KL/TW", "refers_to", "Bộ Chính trị"),
        ("05-CT/TW", "refers_to", None),
    ]


def test_the_same_number_of_another_term_is_another_document() -> None:
    text = (
        "Số 09-KL/AB\n1. Quán triệt Chỉ thị số 01-CT/TW, ngày 09/3/2021 của Bộ Chính trị; thực hiện Chỉ thị "
        "số 01-CT/TW, ngày 22/3/2016 của Ban Bí thư; Chỉ thị 01 - CT/TW ngày 09/3/2021."
    )
    cited = [(d.symbol, d.issued_on) for d in draft_directive(text).documents]
    assert cited == [("01-CT/TW", date(2021, 3, 9)), ("01-CT/TW", date(2016, 3, 22))]


def test_prose_that_says_who_must_do_what_gives_clauses() -> None:
    text = (
        "Hội nghị đã họp tại Hà Nội.\n\nĐồng chí nhấn mạnh, các đảng ủy trực thuộc cần tập trung "
        "quán triệt Chỉ thị. Đổi mới công tác truyền thông.\n\nĐảng ủy Khối sẽ phối hợp với cơ quan báo chí."
    )
    assert [(c.text, c.kind, c.leads) for c in draft_directive(text).clauses] == [
        ("các đảng ủy trực thuộc cần tập trung quán triệt Chỉ thị.", "continuous", ("các đảng ủy trực thuộc",)),
        ("Đổi mới công tác truyền thông.", "continuous", ("các đảng ủy trực thuộc",)),
        ("Đảng ủy Khối sẽ phối hợp với cơ quan báo chí.", "self_commitment", ("Đảng ủy Khối",)),
    ]


LETTER = """SỞ NỘI VỤ
Số: 12/SNV-CCHC
Tỉnh Mẫu, ngày 02 tháng 3 năm 2023

Kính gửi:
- Các sở, ban, ngành tỉnh;
- Ủy ban nhân dân các huyện.

Để hoàn thành kế hoạch, cần làm tốt những việc sau:
1. Rà soát hồ sơ tồn đọng.
2. Sở Tư pháp thẩm định văn bản.
"""


def test_a_letter_that_names_nobody_asks_those_it_goes_to() -> None:
    first, second = draft_directive(LETTER).clauses
    assert first.leads == ("Các sở, ban, ngành tỉnh", "Ủy ban nhân dân các huyện")
    assert second.leads == ("Sở Tư pháp",)


def test_a_report_asks_nothing_of_the_superior_it_goes_to() -> None:
    report = LETTER.replace("12/SNV-CCHC", "12/BC-SNV").replace("Kính gửi", "BÁO CÁO\nvề công tác lưu trữ\n\nKính gửi")
    assert draft_directive(report).clauses[0].leads == ()
