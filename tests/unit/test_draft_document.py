"""Which document a text is: number, date, bodies, subject, foot, in the forms of many offices; and what it cites."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.drafting.citations import find_mentions
from intake.drafting.dates import _DIGITS, DATE, to_date
from intake.drafting.draft import draft_directive
from intake.drafting.foot import read_foot, without_names
from intake.drafting.head import read_head
from intake.drafting.lines import read_lines
from intake.drafting.symbols import read_symbol_line
from models.errors import UnreadableTextError

PARTY = """\
TỈNH ỦY ĐỒNG MẪU                          ĐẢNG CỘNG SẢN VIỆT NAM
       *                                  Đồng Mẫu, ngày 07 tháng 5 năm 2021
   Số 09-CT/TU

                              CHỈ THỊ
                 CỦA BAN THƯỜNG VỤ TỈNH ỦY
     về tăng cường sự lãnh đạo của Đảng đối với công tác chuyển đổi số
                             -----
        Thực hiện Nghị quyết số 52-NQ/TW, ngày 27/9/2019 của Bộ Chính trị, Ban Thường vụ yêu cầu các cấp ủy:
        1. Quán triệt sâu sắc Chỉ thị này.

Nơi nhận:                                     T/M BAN THƯỜNG VỤ
- Ban Bí thư Trung ương Đảng (để b/c),              BÍ THƯ
- Đồng chí Lê Thị Mẫu, Phó Bí thư,
- Lưu Văn phòng Tỉnh ủy.                         Trần Văn Mẫu
"""
MINISTRY = """\
BỘ GIÁO DỤC VÀ ĐÀO TẠO
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 666/CT-BGDĐT
Hà Nội, ngày 24 tháng 8 năm 2020
CHỈ THỊ
VỀ NHIỆM VỤ VÀ GIẢI PHÁP TRỌNG TÂM
NĂM HỌC 2020 - 2021 CỦA NGÀNH GIÁO DỤC
Căn cứ Nghị định số 69/2017/NĐ-CP ngày 25 tháng 5 năm 2017 của Chính phủ;
1. Các sở giáo dục và đào tạo xây dựng kế hoạch.
"""
STATE = """\
ỦY BAN NHÂN DÂN	CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
TỈNH ĐỒNG MẪU	Độc lập - Tự do - Hạnh phúc
Số:       /KH-UBND	Đồng Mẫu, ngày     tháng 9 năm 2020

KẾ HOẠCH
Triển khai thực hiện Quyết định số 749/QĐ-TTg ngày 03 tháng 6 năm 2020 của Thủ tướng Chính phủ
phê duyệt Chương trình Chuyển đổi số
I. NỘI DUNG
1. Sở Tài chính bố trí kinh phí.
Nơi nhận:	TM. ỦY BAN NHÂN DÂN
- Bộ Thông tin và Truyền thông;	KT. CHỦ TỊCH
- Lưu: VT.	PHÓ CHỦ TỊCH
	Lê Thị Mẫu
"""
YOUTH = """\
BAN CHẤP HÀNH TRUNG ƯƠNG
ĐOÀN TNCS HỒ CHÍ MINH
***
Số: 45 KH/TWĐTN-BTG
ĐOÀN TNCS HỒ CHÍ MINH
Hà Nội, ngày mồng năm tháng chín năm hai nghìn không trăm hai mươi
KẾ HOẠCH
Tổ chức đợt sinh hoạt chính trị
1. Các tỉnh, thành đoàn tổ chức quán triệt.
TM. BAN BÍ THƯ TRUNG ƯƠNG ĐOÀN
BÍ THƯ THƯỜNG TRỰC
"""
UNION = """\
TỔNG LIÊN ĐOÀN LAO ĐỘNG VIỆT NAM    CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
LIÊN ĐOÀN LAO ĐỘNG TỈNH ĐỒNG MẪU    Độc lập - Tự do - Hạnh phúc
Số: 118/LĐLĐ-TGNC    Đồng Mẫu, ngày 2 tháng 02 năm 2023
V/v triển khai thực hiện Chỉ thị số 05/CT-TLĐ
về chăm lo đoàn viên

Kính gửi: Các công đoàn cấp trên trực tiếp cơ sở
- Các công đoàn cơ sở rà soát đoàn viên có hoàn cảnh khó khăn.
Nơi nhận: - Như trên; - Lưu: VT.
"""
BUREAU = """\
HUYỆN ỦY MẪU
BAN THƯỜNG VỤ
*
Số 102 - HD/HU
ĐẢNG CỘNG SẢN VIỆT NAM
Mẫu, ngày 3 tháng 1 năm 2024
HƯỚNG DẪN
sơ kết 3 năm thực hiện Chỉ thị số 05-CT/TW
của Bộ Chính trị về học tập và làm theo
-----
1. Các chi bộ gửi báo cáo.
"""
CHARITY = """\
Green Delta Foundation
Office of the Executive Director

Directive No. GDF/DIR/2020-05
5 September 2020

DIRECTIVE
on strengthening reporting by country offices

Pursuant to Resolution No. 12/2019 of the Board dated 3 March 2019, the Director requires the offices:
1. Country offices shall prepare an annual plan.

On behalf of the Executive Board
Executive Director
Jane Doe

Recipients:
- All country offices;
- File.
"""
WEB = """\
TRANG CHỦ
GIỚI THIỆU
TIN TỨC
LIÊN HỆ
Kết luận số 14-KL/TW ngày 22/9/2021 của Bộ Chính trị
22/09/2021 09:15
Facebook Zalo Twitter
Cỡ chữ: A- A A+
BỘ CHÍNH TRỊ
*
Số 14-KL/TW ĐẢNG CỘNG SẢN VIỆT NAM
Hà Nội, ngày 22 tháng 9 năm 2021
KẾT LUẬN CỦA BỘ CHÍNH TRỊ
về chủ trương khuyến khích cán bộ
1. Các cấp ủy lãnh đạo thực hiện Kết luận.
T/M BỘ CHÍNH TRỊ
THƯỜNG TRỰC BAN BÍ THƯ
(Đã ký)
Tin liên quan
Chỉ thị số 05-CT/TW về một việc khác
"""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            PARTY,
            {
                "symbol": "09-CT/TU",
                "type": "chi_thi",
                "issuer": "BAN THƯỜNG VỤ TỈNH ỦY",
                "issued_on": date(2021, 5, 7),
                "title": "về tăng cường sự lãnh đạo của Đảng đối với công tác chuyển đổi số",
                "place": "Đồng Mẫu",
                "recipients": ("Ban Bí thư Trung ương Đảng (để b/c)", "Phó Bí thư", "Lưu Văn phòng Tỉnh ủy"),
                "signed_for": "T/M BAN THƯỜNG VỤ",
                "signed_as": "BÍ THƯ",
            },
        ),
        (
            MINISTRY,
            {
                "symbol": "666/CT-BGDĐT",
                "type": "chi_thi",
                "issuer": "BỘ GIÁO DỤC VÀ ĐÀO TẠO",
                "issued_on": date(2020, 8, 24),
                "title": "VỀ NHIỆM VỤ VÀ GIẢI PHÁP TRỌNG TÂM NĂM HỌC 2020 - 2021 CỦA NGÀNH GIÁO DỤC",
                "place": "Hà Nội",
            },
        ),
        (
            STATE,
            {
                "type": "ke_hoach",
                "blank_symbol": "/KH-UBND",
                "issuer": "ỦY BAN NHÂN DÂN TỈNH ĐỒNG MẪU",
                "title": "Triển khai thực hiện Quyết định số 749/QĐ-TTg ngày 03 tháng 6 năm 2020 của Thủ tướng "
                "Chính phủ phê duyệt Chương trình Chuyển đổi số",
                "place": "Đồng Mẫu",
                "recipients": ("Bộ Thông tin và Truyền thông", "Lưu: VT"),
                "signed_for": "TM. ỦY BAN NHÂN DÂN – KT. CHỦ TỊCH",
                "signed_as": "PHÓ CHỦ TỊCH",
            },
        ),
        (
            YOUTH,
            {
                "symbol": "45-KH/TWĐTN-BTG",
                "type": "ke_hoach",
                "issuer": "BAN CHẤP HÀNH TRUNG ƯƠNG ĐOÀN TNCS HỒ CHÍ MINH",
                "issued_on": date(2020, 9, 5),
                "title": "Tổ chức đợt sinh hoạt chính trị",
                "place": "Hà Nội",
                "signed_for": "TM. BAN BÍ THƯ TRUNG ƯƠNG ĐOÀN",
                "signed_as": "BÍ THƯ THƯỜNG TRỰC",
            },
        ),
        (
            UNION,
            {
                "symbol": "118/LĐLĐ-TGNC",
                "type": "cong_van",
                "superior": "TỔNG LIÊN ĐOÀN LAO ĐỘNG VIỆT NAM",
                "issuer": "LIÊN ĐOÀN LAO ĐỘNG TỈNH ĐỒNG MẪU",
                "issued_on": date(2023, 2, 2),
                "title": "V/v triển khai thực hiện Chỉ thị số 05/CT-TLĐ về chăm lo đoàn viên",
                "place": "Đồng Mẫu",
                "recipients": ("Như trên", "Lưu: VT"),
            },
        ),
        (
            BUREAU,
            {
                "symbol": "102-HD/HU",
                "type": "huong_dan",
                "issuer": "BAN THƯỜNG VỤ HUYỆN ỦY MẪU",
                "issued_on": date(2024, 1, 3),
                "title": "sơ kết 3 năm thực hiện Chỉ thị số 05-CT/TW của Bộ Chính trị về học tập và làm theo",
                "place": "Mẫu",
            },
        ),
        (
            CHARITY,
            {
                "symbol": "GDF/DIR/2020-05",
                "type": "chi_thi",
                "superior": "Green Delta Foundation",
                "issuer": "Office of the Executive Director",
                "issued_on": date(2020, 9, 5),
                "title": "on strengthening reporting by country offices",
                "recipients": ("All country offices", "File"),
                "signed_for": "On behalf of the Executive Board",
                "signed_as": "EXECUTIVE DIRECTOR",
            },
        ),
        (
            WEB,
            {
                "symbol": "14-KL/TW",
                "type": "ket_luan",
                "issuer": "BỘ CHÍNH TRỊ",
                "issued_on": date(2021, 9, 22),
                "title": "về chủ trương khuyến khích cán bộ",
                "place": "Hà Nội",
                "signed_for": "T/M BỘ CHÍNH TRỊ",
                "signed_as": "THƯỜNG TRỰC BAN BÍ THƯ",
            },
        ),
    ],
    ids=["party", "ministry", "state", "youth", "union", "bureau", "charity", "web"],
)
def test_the_whole_document_is_found_and_nothing_else(text: str, said: dict[str, Any]) -> None:
    draft = draft_directive(text)
    assert {name: value for name, value in vars(draft.document).items() if value} == said
    assert len(draft.clauses) == 1


def test_a_decisions_annex_that_carries_the_tasks_goes_on_with_its_text() -> None:
    text = (
        "Số: 28/2018/QĐ-TTg\nQUYẾT ĐỊNH\nVề việc ban hành Kế hoạch\n"
        "Điều 1. Ban hành kèm theo Quyết định này Kế hoạch.\n"
        "Nơi nhận:\n- Lưu: VT.\nKT. THỦ TƯỚNG\nKẾ HOẠCH\n(Ban hành kèm theo Quyết định số 28/2018/QĐ-TTg)\n"
        "I. NHIỆM VỤ\n1. Bộ Nội vụ xây dựng Nghị định.\n2. Bộ Tài chính bố trí kinh phí."
    )
    draft = draft_directive(text)
    assert [clause.text for clause in draft.clauses][-2:] == [
        "Bộ Nội vụ xây dựng Nghị định.",
        "Bộ Tài chính bố trí kinh phí.",
    ]
    assert draft.document.recipients == ("Lưu: VT",)
    assert draft.documents == ()  # it names itself only


def test_news_that_asks_nothing_is_called_news() -> None:
    with pytest.raises(UnreadableTextError) as refused:
        draft_directive("Hội nghị mới\nThứ Ba, 12/03/2024 | 08:15\nHội nghị đã thành công.\nTin, ảnh: Mẫu", file="x")
    assert refused.value.key == "draft.refused.news"


CITING = (
    "Thực hiện Chỉ thị số 35-CT/TU, ngày 05/01/2022 của Ban Thường vụ Tỉnh ủy và Kế hoạch số 12-KH/TU. Chỉ thị này "
    "thay thế Chỉ thị số 20-CT/ĐU ngày 12 tháng 3 năm 2015. Quyết định số 366-QĐ/TW thay thế Quyết định số 124-QĐ/TW. "
    "Căn cứ Thông tư số 32/2018/TT-BGDĐT của Bộ Giáo dục và Đào tạo về “Chương trình mới”. Theo quy định tại Luật số "
    "59/2020/QH14, từ ngày 24/7 các chi bộ họp 2 lần. Kết luận số 21-KL/TW hết hiệu lực."
)


def test_each_cited_document_has_what_the_words_say_of_it() -> None:
    draft = draft_directive(f"Số 05-CT/ĐU\nCHỈ THỊ\nvề một việc\n{CITING}\n1. Xây dựng kế hoạch.")
    assert {(d.symbol, d.type, d.issuer, d.issued_on, d.relation, d.inferred, d.title) for d in draft.documents} == {
        ("35-CT/TU", "chi_thi", "Ban Thường vụ Tỉnh ủy", date(2022, 1, 5), "implements", False, None),
        ("12-KH/TU", "ke_hoach", None, None, "implements", False, None),
        ("20-CT/ĐU", "chi_thi", None, date(2015, 3, 12), "replaces", False, None),
        ("366-QĐ/TW", "quyet_dinh", None, None, "refers_to", False, None),
        ("124-QĐ/TW", "quyet_dinh", None, None, "refers_to", False, None),
        ("32/2018/TT-BGDĐT", "thong_tu", "Bộ Giáo dục và Đào tạo", None, "implements", True, "Chương trình mới"),
        ("59/2020/QH14", "other", None, None, "refers_to", False, None),
        ("21-KL/TW", "ket_luan", None, None, "replaces", False, None),
    }
    (link,) = next(d.links for d in draft.documents if d.symbol == "366-QĐ/TW")
    assert (link.symbol, link.relation, link.quote) == ("124-QĐ/TW", "replaces", "thay thế Quyết định số 124-QĐ/TW")
    assert all(d.quote in CITING for d in draft.documents)


@pytest.mark.parametrize(
    "text",
    [
        "Họp lúc 15/9, dự có 12-15 đồng chí; COVID-19; tỷ lệ 24/7; khổ A4/A5; giai đoạn 2020-2025.",
        "Nghị quyết Trung ương 4 khóa XII, Ban Chỉ đạo 35, 19 chuyên mục, Bộ luật Lao động.",
        "Page 3/12, ISO 9001-2015, TP/HCM, Q1/2020, 5-10 km/h.",
    ],
)
def test_no_document_is_invented(text: str) -> None:
    assert find_mentions([text]) == []


@given(
    number=st.integers(1, 9999),
    kind=st.sampled_from(["-CT/ĐUK", "-KL/TW", "-KH/TĐTN", "/KH-UBND", "/2020/QĐ-TTg", "/CT-BGDĐT", "-CT/DUK"]),
    word=st.sampled_from(["Số ", "Số: ", "SỐ: ", "số ", "No. ", "Số:    "]),
    dash=st.sampled_from(["-", " - ", " – ", "–"]),
)
def test_a_symbol_is_one_in_all_its_spellings(number: int, kind: str, word: str, dash: str) -> None:
    found = read_symbol_line(f"{word}{number:02}{kind.replace('-', dash)}")
    assert found is not None
    assert found.symbol == f"{number:02}{kind}"
    (mention,) = find_mentions([f"Thực hiện Chỉ thị số {number:02}{kind.replace('-', dash)} của Ban Bí thư."])
    assert mention.symbol == f"{number:02}{kind}"


def _day_in_words(day: int) -> str:
    tens, unit = divmod(day, 10)
    last = {1: "mốt", 4: "tư", 5: "lăm"}.get(unit, _DIGITS[unit]) if tens > 1 else _DIGITS[unit]
    last = "lăm" if unit == 5 and tens == 1 else last
    ten = {0: "", 1: "mười "}.get(tens, f"{_DIGITS[tens]} mươi ")
    return f"mồng {last}" if not tens else f"{ten}{last if unit else ''}".strip()


@given(st.dates(date(2000, 1, 1), date(2059, 12, 31)), st.sampled_from(range(7)))
def test_a_date_is_one_in_all_its_spellings(day: date, form: int) -> None:
    rest = day.year % 100
    year = (
        "hai nghìn"
        if not rest
        else f"hai nghìn không trăm {'lẻ ' * (rest < 10)}{_day_in_words(rest)[5 * (rest < 10) :]}"
    )
    written = (
        f"{day:%d/%m/%Y}",
        f"{day.day}-{day.month}-{day.year}",
        f"{day:%d.%m.%Y}",
        f"ngày {day:%d} tháng {day.month} năm {day.year}",
        f"Ngày {_day_in_words(day.day)} tháng {_day_in_words(day.month).removeprefix('mồng ')} năm {year}",
        f"dated {day.day} {day:%B} {day.year}",
        f"{day:%B} {day.day}, {day.year}",
    )[form]
    assert to_date(DATE.search(written)) == day


@pytest.mark.parametrize(
    ("entry", "kept"),
    [
        ("Đ/c Nguyễn Văn Mẫu, Phó Bí thư (để b/c)", "Phó Bí thư (để b/c)"),
        ("Ông Trần Văn Mẫu - Giám đốc", "Giám đốc"),
        ("Mr John Smith, Director", "Director"),
        ("Lê Thị Mẫu", ""),
        ("Đồng chí Bí thư Tỉnh ủy", "Bí thư Tỉnh ủy"),
        ("Các đ/c ủy viên BCH Đảng bộ", "Các đ/c ủy viên BCH Đảng bộ"),
        ("Đoàn TNCS Hồ Chí Minh", "Đoàn TNCS Hồ Chí Minh"),
        ("Lưu VPĐU", "Lưu VPĐU"),
    ],
)
def test_a_recipient_keeps_its_post_and_loses_its_name(entry: str, kept: str) -> None:
    assert without_names(entry) == kept


def test_a_signers_name_is_never_kept() -> None:
    foot = read_foot(["Nơi nhận:", "- Lưu VP", "T/M ĐẢNG ỦY", "PHÓ BÍ THƯ", "Nguyễn Văn Mẫu", "TRẦN THỊ MẪU"])
    assert (foot.recipients, foot.signed_for, foot.signed_as) == (("Lưu VP",), "T/M ĐẢNG ỦY", "PHÓ BÍ THƯ")


def test_recipients_are_found_where_the_two_columns_of_the_foot_ran_together() -> None:
    foot = read_foot(["Nơi nhận:", "T/M ĐẢNG ỦY", "- Chi bộ;", "BÍ THƯ", "- Lưu VP. Trần Văn Mẫu", "PHỤ LỤC", "- Việc"])
    assert (foot.recipients, foot.signed_as) == (("Chi bộ", "Lưu VP"), "BÍ THƯ")


@given(st.text(max_size=300), st.lists(st.sampled_from(PARTY.split() + UNION.split() + ["\n", "\t", "   "])))
def test_any_head_is_read_or_is_none(text: str, words: list[str]) -> None:
    for written in (text, " ".join(words)):
        head, lines = read_head(read_lines(written))
        assert head is None or 0 < head.length <= len(lines)
