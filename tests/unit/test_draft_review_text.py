"""A text that tells what is wrong and asks nothing; documents that a text names without a number."""

import pytest

from intake.drafting.catalogue import load_catalogue, suggest, with_indicators
from intake.drafting.draft import draft_directive
from intake.drafting.unnumbered import find_unnumbered
from models.errors import UnreadableTextError
from models.plan import PlanIndicator

REVIEW = """ĐẢNG ỦY KHỐI MINH HỌA
*
Số 15-BC/ĐUK
Thành phố Mẫu, ngày 20 tháng 9 năm 2021

BÁO CÁO
sơ kết 5 năm thực hiện Chỉ thị số 04-CT/ĐUK

Các cấp ủy đã quán triệt đầy đủ Chỉ thị.

Bên cạnh kết quả đạt được, vẫn còn những hạn chế: một số cấp ủy chưa quan tâm đúng mức đến công tác này; nội dung
tuyên truyền còn chậm đổi mới. Nguyên nhân: cán bộ làm công tác thông tin hầu hết kiêm nhiệm.
"""


def test_a_review_that_asks_nothing_gives_its_shortcomings_and_a_task_for_each() -> None:
    draft = draft_directive(REVIEW)
    limits = [one.text for one in draft.shortcomings if one.list == "shortcoming"]
    assert len(limits) == 2
    assert [clause.text for clause in draft.clauses] == limits
    assert all(clause.proposed and not clause.leads and clause.due is None for clause in draft.clauses)
    assert [one.list for one in draft.shortcomings] == ["shortcoming", "shortcoming", "cause"]


def test_news_that_tells_what_is_wrong_is_still_refused() -> None:
    news = "Thứ Năm, 08/12/2016|18:36\nTuy nhiên, một số cấp ủy chưa quan tâm đúng mức đến công tác thông tin."
    with pytest.raises(UnreadableTextError):
        draft_directive(news)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (
            "Quán triệt Nghị quyết Đại hội XIII của Đảng, Quy định về trách nhiệm nêu gương; thực hiện tốt.",
            ["Nghị quyết Đại hội XIII của Đảng", "Quy định về trách nhiệm nêu gương"],
        ),
        ("Căn cứ Luật Người cao tuổi ngày 23 tháng 11 năm 2009;", ["Luật Người cao tuổi"]),
        ("Triển khai Chỉ thị số 04-CT/ĐUK và Kế hoạch này; báo cáo kết quả.", []),
        ("Kế hoạch về lưu trữ do các đơn vị tự lập.", []),
        ("The units shall observe the Regulation on Archives.", ["Regulation on Archives"]),
    ],
)
def test_documents_named_without_a_number_are_listed_by_their_names(text: str, names: list[str]) -> None:
    assert [one.name for one in find_unnumbered([text])] == names


def test_an_indicator_of_the_office_is_found_by_its_name_and_keeps_its_code() -> None:
    mine = (
        PlanIndicator("X07", "Số mô hình dân vận khéo đã đăng ký", "mô hình", "flow", "cumulative"),
        PlanIndicator("X01", "Số hội nghị, lớp quán triệt, phổ biến đã tổ chức", "hội nghị", "flow", "cumulative"),
    )
    catalogue = with_indicators(load_catalogue(), mine)
    assert [one.entry.code for one in suggest("Nhân rộng mô hình dân vận khéo.", catalogue.indicators)] == ["X07"]
    assert suggest("Tổ chức quán triệt Kết luận.", catalogue.indicators)[0].entry.code == "X01"
