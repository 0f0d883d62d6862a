"""The real texts: Conclusion 60-KL/ĐUK with its five sections, and four others that must give what they hold."""

from datetime import date
from pathlib import Path

import pytest

from intake.drafting.draft import Draft, draft_directive
from intake.drafting.read_text import read_document_text
from schemas.folds import nfc

SEEDS = Path(__file__).resolve().parents[3] / "shared" / "seeds"
pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the real texts are not beside this checkout")

ALL = ("các cấp ủy đảng", "các tổ chức đoàn thể", "cán bộ, đảng viên")
BOARD = ("Ban Tuyên giáo Đảng ủy Khối",)
KINDS = {  # all others are continuous
    "1.3": "principle",
    "1.6": "principle",
    "2.4": "annual",
    "3.5": "deliverable",
    "3.7": "deliverable",
    "3.8": "on_event",
    "5.2": "annual_rule",
    "5.4": "deliverable",
    "5.5": "deliverable",
    "5.7": "annual",
    "5.8": "monitoring",
    "5.9": "reporting",
}
LEADS = {  # all others are addressed by the opening words
    "1.5": ("người đứng đầu cấp ủy",),
    "3.4": ("Ban Chỉ đạo 35 các cấp",),
    "5.1": ("Các cấp ủy", "tổ chức đảng", "tổ chức đoàn thể các cấp trong doanh nghiệp"),
    "5.2": ("tổ chức đảng",),
    "5.3": ("Ban Dân vận Đảng ủy Khối", "Đoàn Thanh niên Khối"),
    **dict.fromkeys(("5.4", "5.5", "5.6", "5.7", "5.8", "5.9"), BOARD),
}
TIMES = {
    "2.3": "nhiệm kỳ 2020 – 2025",
    "2.4": "hằng năm",
    "3.5": "theo từng giai đoạn cụ thể",
    "3.8": "Kịp thời",
    "4.7": "kịp thời",
    "5.2": "hằng năm",
    "5.4": "đến năm 2025",
    "5.5": "giai đoạn 2020-2025",
    "5.7": "hằng năm",
    "5.9": "định kỳ",
}
BEGINNINGS = {
    "1.2": "nâng cao nhận thức của cấp ủy đảng",
    "2.2": "Đặc biệt chú trọng tuyên truyền về những thành tựu",
    "2.3": "Đẩy mạnh công tác thông tin, tuyên truyền, phổ biến sâu rộng",
    "3.3": "Tăng cường sử dụng các phương tiện truyền thông mới",
    "4.2": "kiện toàn tổ chức bộ máy;",
    "5.9": "định kỳ báo cáo kết quả thực hiện với Ban Thường vụ Đảng ủy Khối.",
}


def read(number: str) -> str:
    return read_document_text(next(SEEDS.glob(f"{number}_*.txt")))


@pytest.fixture(scope="module")
def conclusion() -> Draft:
    return draft_directive(read("001"))


def test_the_conclusion_has_five_sections_and_35_clauses(conclusion: Draft) -> None:
    counts = {"1": 7, "2": 4, "3": 8, "4": 7, "5": 9}
    assert [c.path for c in conclusion.clauses] == [f"{s}.{n}" for s in counts for n in range(1, counts[s] + 1)]
    assert {c.section_title for c in conclusion.clauses if c.path.startswith("5.")} == {"Tổ chức thực hiện"}


def test_the_conclusion_is_kept_word_for_word(conclusion: Draft) -> None:
    text = " ".join(nfc(line) for line in read("001").splitlines())
    by_path = {c.path: c.text for c in conclusion.clauses}
    assert all(clause in text for clause in by_path.values())
    assert all(by_path[path].startswith(words) for path, words in BEGINNINGS.items())


def test_the_conclusions_kinds_and_addressees(conclusion: Draft) -> None:
    assert {c.path: c.kind for c in conclusion.clauses if c.kind != "continuous"} == KINDS
    assert {c.path: c.leads for c in conclusion.clauses if c.leads != ALL} == LEADS
    assert {c.path: c.coordinators for c in conclusion.clauses if c.coordinators} == {
        "5.5": (
            "Ban cán sự Đảng Bộ Thông tin và Truyền thông",
            "Đảng đoàn Hội Nhà báo Việt Nam",
            "các cơ quan báo chí Trung ương",
        ),
        "5.7": ("Văn phòng và các ban của Đảng ủy Khối",),
    }


def test_the_conclusion_sets_no_due_date_but_speaks_of_time_ten_times(conclusion: Draft) -> None:
    assert not any(c.due for c in conclusion.clauses)
    assert {c.path: c.time_expression for c in conclusion.clauses if c.time_expression} == TIMES


def _cited(draft: Draft) -> set[tuple[object, ...]]:
    return {(d.symbol, d.type, d.issuer, d.issued_on, d.relation, d.inferred, d.title) for d in draft.documents}


def _linked(draft: Draft) -> set[tuple[str, ...]]:
    return {(d.symbol, link.relation, link.symbol, link.quote) for d in draft.documents for link in d.links}


RENEWAL = "Đẩy mạnh đổi mới, nâng cao chất lượng, hiệu quả công tác thông tin, tuyên truyền trong tình hình mới"
GRASSROOTS = "Đẩy mạnh công tác thông tin cơ sở trong tình hình mới"
CONTINUED = {("01-KL/TW", "continues", "05-CT/TW", "tiếp tục thực hiện Chỉ thị số 05-CT/TW")}


def test_the_conclusion_itself_and_the_four_documents_it_cites(conclusion: Draft) -> None:
    assert {name: value for name, value in vars(conclusion.document).items() if value} == {
        "symbol": "60-KL/ĐUK",
        "type": "ket_luan",
        "issuer": "Ban Thường vụ Đảng ủy Khối",
        "issued_on": date(2021, 8, 31),
        "title": f"về tiếp tục thực hiện Chỉ thị số 04-CT/ĐUK về “{RENEWAL}”",
    }
    bureau, secretariat = "Ban Thường vụ Đảng ủy Khối", "Ban Bí thư"
    assert _cited(conclusion) == {
        ("04-CT/ĐUK", "chi_thi", bureau, date(2016, 9, 22), "continues", False, RENEWAL),
        ("07-CT/TW", "chi_thi", secretariat, date(2016, 9, 5), "refers_to", False, GRASSROOTS),
        ("01-KL/TW", "ket_luan", "Bộ Chính trị", date(2021, 5, 18), "refers_to", False, None),
        ("05-CT/TW", "chi_thi", None, None, "refers_to", False, None),
    }
    assert _linked(conclusion) == CONTINUED


def test_the_notice_itself_and_the_four_documents_it_cites() -> None:
    draft = draft_directive(read("004"))
    assert {name: value for name, value in vars(draft.document).items() if value} == {
        "symbol": "239-TB/ĐU",
        "type": "thong_bao",
        "superior": "ĐẢNG BỘ KHỐI CÁC CƠ QUAN TW",
        "issuer": "ĐẢNG ỦY THÔNG TẤN XÃ VIỆT NAM",
        "issued_on": date(2021, 10, 12),
        "place": "Hà Nội",
        "title": "Hội nghị giao ban cấp ủy sơ kết công tác 9 tháng "
        "và triển khai nhiệm vụ công tác 3 tháng cuối năm 2021",
        "recipients": (
            "Thường trực Đảng ủy (để b/c)",
            "Ban Lãnh đạo TTXVN",
            "Các đ/c ủy viên BCH Đảng bộ TTXVN",
            "Các tổ chức đảng trực thuộc",
            "Lưu VPĐU",
        ),
    }
    title = "Nâng cao chất lượng và hiệu quả công tác thông tin đối ngoại"
    assert _cited(draft) == {
        ("01-CT/TW", "chi_thi", "Bộ Chính trị", date(2021, 3, 9), "refers_to", False, None),
        ("01-KL/TW", "ket_luan", "Bộ Chính trị", None, "refers_to", False, None),
        ("05-CT/TW", "chi_thi", None, None, "refers_to", False, None),
        ("01-NQ/ĐU", "nghi_quyet", "Đảng ủy TTXVN", date(2016, 9, 15), "reviews", False, title),
    }
    assert _linked(draft) == CONTINUED


def test_a_notice_gives_its_list_and_not_its_report() -> None:
    draft = draft_directive(read("004"))
    assert {c.path.partition(".")[0] for c in draft.clauses} == {"3"}
    assert {c.section_title for c in draft.clauses} == {
        "Về công tác thông tin",
        "Về các lĩnh vực công tác của ngành",
        "Về công tác xây dựng Đảng",
    }
    assert draft.clauses[0].leads == ("Các đơn vị thông tin",)


@pytest.mark.parametrize(
    ("seed", "lead", "documents"),
    [
        (
            "000",
            "các đảng ủy trực thuộc",
            {
                ("03-KL/ĐUK", "ket_luan", "Ban Thường vụ Đảng ủy Khối", date(2011, 8, 15), "reviews", False, None),
                ("07-CT/TW", "chi_thi", "Ban Bí thư", date(2016, 9, 5), "implements", True, None),
                ("04-CT/ĐUK", "chi_thi", "Ban Thường vụ Đảng ủy Khối", date(2016, 9, 22), "implements", True, None),
            },
        ),
        ("002", "Trang tin", set()),
        (
            "003",
            "Đảng ủy Khối",
            {
                (
                    *("07-CT/TW", "chi_thi", "Ban Bí thư Trung ương Đảng khoá XII", date(2016, 9, 5)),
                    *("reviews", False, None),
                ),
                ("463-CV/TU", "cong_van", "Ban Thường vụ Tỉnh ủy", None, "implements", True, None),
            },
        ),
    ],
)
def test_news_gives_only_what_somebody_must_do_and_says_that_it_is_news(
    seed: str, lead: str, documents: set[tuple[object, ...]]
) -> None:
    draft = draft_directive(read(seed))
    assert not draft.document.is_found
    assert draft.document.is_news
    assert draft.clauses[0].leads == (lead,)
    assert _cited(draft) == documents
    assert _linked(draft) == set()
