"""Any text is either taken apart or refused with a sentence; a directive built from parts gives its parts back."""

import re

from hypothesis import given
from hypothesis import strategies as st

from intake.drafting.draft import draft_directive
from models.errors import RefusedError

WORDS = [
    *(
        "Ban Tuyên giáo",
        "Đảng ủy Khối",
        "các cấp ủy",
        "chi bộ",
        "tiếp tục",
        "xây dựng",
        "kế hoạch",
        "phối hợp với",
    ),
    *(
        "và",
        ",",
        ";",
        ":",
        ".",
        "(",
        ")",
        "“",
        "”",
        "…",
        "1.",
        "I.",
        "a)",
        "-",
        "+",
        "\n",
        "sau:",
        "đã",
        "sẽ",
        "cần",
    ),
    *("báo cáo", "hằng năm", "trước ngày 30/6/2022", "Chỉ thị số 04-CT/ĐUK", "của", "về", "thực hiện", "yêu cầu"),
]
LEADS = ["Ban Tuyên giáo Đảng ủy Mẫu", "Văn phòng Đảng ủy Mẫu", "Các chi bộ trực thuộc", "Đoàn Thanh niên Mẫu"]
ACTIONS = [
    "tăng cường công tác kiểm tra",
    "xây dựng kế hoạch năm mới",
    "theo dõi việc thực hiện",
    "bồi dưỡng đội ngũ cán bộ",
]
sections = st.lists(
    st.lists(
        st.tuples(st.sampled_from(LEADS), st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=3)),
        min_size=1,
        max_size=3,
    ),
    min_size=1,
    max_size=4,
)


@given(st.one_of(st.text(max_size=200), st.lists(st.sampled_from(WORDS), max_size=60).map(" ".join)))
def test_any_text_is_drafted_or_refused(text: str) -> None:
    try:
        draft = draft_directive(text)
    except RefusedError:
        return
    assert all(clause.text for clause in draft.clauses)
    assert len({clause.path for clause in draft.clauses}) == len(draft.clauses)


@given(parts=sections, bullet=st.sampled_from(["- ", "– ", "• "]), ends=st.sampled_from(["; ", ". "]))
def test_a_directive_built_from_parts_gives_them_back(
    parts: list[list[tuple[str, list[str]]]], bullet: str, ends: str
) -> None:
    lines = []
    expected = []
    for number, section in enumerate(parts, 1):
        lines.append(f"{number}. Nhóm nhiệm vụ thứ {number}")
        clauses = []
        for lead, actions in section:
            written = [f"{lead} {actions[0]}", *(a if ends == "; " else a.capitalize() for a in actions[1:])]
            lines.append(f"{bullet}{ends.join(written)}.")
            clauses += [(lead, words) for words in written]
        expected += [(f"{number}.{n}", lead, words) for n, (lead, words) in enumerate(clauses, 1)]
    draft = draft_directive("Số 01-CT/ĐU\n" + "\n".join(lines))
    assert [(c.path, "".join(c.leads), re.sub(r"[.;]\Z", "", c.text)) for c in draft.clauses] == expected
