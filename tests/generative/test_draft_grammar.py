"""Directives built from a grammar in both languages: levels, numbering, addressees and dates come back."""

import re
from dataclasses import dataclass
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from intake.drafting.draft import draft_directive


@dataclass(frozen=True)
class Language:
    """The words one language builds its clauses from."""

    head: str
    leads: tuple[str, ...]
    actions: dict[str, str]  # the kind by the words
    partners: tuple[str, ...]
    together: str
    obliged: str  # between addressee and verb
    until: str


VIETNAMESE = Language(
    head="Số 01-CT/ĐU\n",
    leads=("Ban Tuyên giáo Đảng ủy Mẫu", "Các chi bộ trực thuộc", "Sở Nội vụ", "Công an tỉnh", "Mỗi chi đoàn"),
    actions={
        "tăng cường công tác kiểm tra": "continuous",
        "xây dựng kế hoạch năm mới": "deliverable",
        "theo dõi việc thực hiện": "monitoring",
        "báo cáo kết quả": "reporting",
    },
    partners=("Văn phòng Đảng ủy Mẫu", "Hội Phụ nữ tỉnh"),
    together=" phối hợp với {} ",
    obliged=" ",
    until=" trước ngày {day.day}/{day.month}/{day.year}",
)
ENGLISH = Language(
    head="Directive No. 1/2024/RCT\n",
    leads=("The Legal Unit", "All country offices", "Every department", "District hospitals"),
    actions={
        "promote local languages": "continuous",
        "prepare a communication plan": "deliverable",
        "monitor the implementation": "monitoring",
        "submit a report": "reporting",
    },
    partners=("the Finance Committee", "the Audit Office"),
    together=", in coordination with {}, ",
    obliged=" shall",
    until=" by {day.day} June {day.year}",
)


@dataclass(frozen=True)
class Asked:
    lead: str
    action: str
    partner: str | None
    due: date | None

    def written(self, language: Language) -> str:
        partner = language.together.format(self.partner) if self.partner else " "
        until = language.until.format(day=self.due) if self.due else ""
        return f"{self.lead}{language.obliged}{partner}{self.action}{until}"


@st.composite
def clauses(draw: st.DrawFn, language: Language) -> Asked:
    due = draw(st.none() | st.dates(date(2020, 6, 1), date(2020, 6, 30)))
    pick = draw(st.none() | st.sampled_from(language.partners))
    return Asked(draw(st.sampled_from(language.leads)), draw(st.sampled_from([*language.actions])), pick, due)


STYLES = {  # the marks of two levels, and the path of a clause in the n-th section as its m-th part
    "decimal": ("{n}. ", "{n}.{m}. ", "{n}.{m}.1"),
    "roman": ("{roman}. ", "{m}. ", "{roman}.{m}.1"),
    "letters": ("{n}. ", "{letter}) ", "{n}.{letter}.1"),
    "brackets": ("{n}. ", "({letter}) ", "{n}.{letter}.1"),
    "articles": ("Điều {n}. ", "{m}. ", "{n}.{m}.1"),
    "dashes": ("{n}. ", "- ", "{n}.{m}"),
    "capitals": ("{capital}. ", "{m}. ", "{capital}.{m}.1"),
}
ROMAN, SMALL, CAPITAL = ("I", "II", "III", "IV"), "abcd", "ABCD"


@given(data=st.data(), language=st.sampled_from([VIETNAMESE, ENGLISH]), style=st.sampled_from([*STYLES]))
def test_what_the_grammar_builds_is_what_the_draft_gives(data: st.DataObject, language: Language, style: str) -> None:
    sections = data.draw(st.lists(st.lists(clauses(language), min_size=1, max_size=3), min_size=1, max_size=3))
    outer, inner, path = STYLES[style]
    lines, expected = [], []
    for n, section in enumerate(sections, 1):
        marks = {"n": n, "roman": ROMAN[n - 1], "capital": CAPITAL[n - 1]}
        lines.append(outer.format(**marks) + f"Nhóm {n}")
        for m, asked in enumerate(section, 1):
            marks |= {"m": m, "letter": SMALL[m - 1]}
            lines.append(f"{inner.format(**marks)}{asked.written(language)}.")
            partners = (asked.partner,) if asked.partner else ()
            kind = language.actions[asked.action]
            expected.append((path.format(**marks), asked.written(language), kind, (asked.lead,), partners, asked.due))
    drafted = draft_directive(language.head + "\n".join(lines)).clauses
    got = [(c.path, re.sub(r"\.\Z", "", c.text), c.kind, c.leads, c.coordinators, c.due) for c in drafted]
    spaced = [(p, " ".join(text.split()), *rest) for p, text, *rest in expected]
    assert [tuple(one) for one in got] == spaced
