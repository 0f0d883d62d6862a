"""The real texts: Conclusion 60-KL/ĐUK with its five sections, and four others that must give what they hold."""

from datetime import date
from pathlib import Path

import pytest

from intake.draft import Draft, draft_directive
from intake.read_text import read_document_text
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


def test_the_conclusion_itself_and_the_four_documents_it_cites(conclusion: Draft) -> None:
    document = conclusion.document
    assert (document.symbol, document.type, document.issuer) == (
        "60-KL/ĐUK",
        "ket_luan",
        "Ban Thường vụ Đảng ủy Khối",
    )
    assert document.issued_on == date(2021, 8, 31)
    assert {(d.symbol, d.type, d.issued_on, d.relation) for d in conclusion.documents} == {
        ("04-CT/ĐUK", "chi_thi", date(2016, 9, 22), "continues"),
        ("07-CT/TW", "chi_thi", date(2016, 9, 5), "refers_to"),
        ("01-KL/TW", "ket_luan", date(2021, 5, 18), "refers_to"),
        ("05-CT/TW", "chi_thi", None, "refers_to"),
    }


def test_a_notice_gives_its_list_and_not_its_report() -> None:
    draft = draft_directive(read("004"))
    assert (draft.document.symbol, draft.document.issued_on) == ("239-TB/ĐU", date(2021, 10, 12))
    assert {c.path.partition(".")[0] for c in draft.clauses} == {"3"}
    assert {c.section_title for c in draft.clauses} == {
        "Về công tác thông tin",
        "Về các lĩnh vực công tác của ngành",
        "Về công tác xây dựng Đảng",
    }
    assert draft.clauses[0].leads == ("Các đơn vị thông tin",)
    assert {d.symbol for d in draft.documents} == {"01-CT/TW", "01-KL/TW", "05-CT/TW", "01-NQ/ĐU"}


@pytest.mark.parametrize(
    ("seed", "lead", "documents"),
    [
        ("000", "các đảng ủy trực thuộc", {"03-KL/ĐUK", "07-CT/TW", "04-CT/ĐUK"}),
        ("002", "Trang tin", set()),
        ("003", "Đảng ủy Khối", {"07-CT/TW", "463-CV/TU"}),
    ],
)
def test_news_gives_only_what_somebody_must_do(seed: str, lead: str, documents: set[str]) -> None:
    draft = draft_directive(read(seed))
    assert draft.document.symbol is None
    assert draft.clauses[0].leads == (lead,)
    assert {d.symbol for d in draft.documents} == documents
