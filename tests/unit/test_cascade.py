"""How far a directive has come: the counts by level and clause equal a plain count over what units said."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.errors import RefusedError
from models.queries.cascade import AskedTask, Lead, Sign
from models.unit_history import Span, Tree
from reports.answering import OWN, Speaker, find_speakers
from reports.cascade import ALL_STEPS, Cascade, UnitSteps, cascade
from reports.cascade_rule import CascadeRule, Step, choose_rule
from reports.cascade_word import Word
from reports.standing import StandingLine
from schemas.texts import load_texts

SINCE = date(2010, 1, 1)
PARENTS: Mapping[str, str | None] = {
    "K00": None, "B01": "K00", "D01": "K00", "D02": "K00", "C0101": "D01", "C0102": "D01", "C0201": "D02",
}  # fmt: skip
LEVELS = {"K00": 0, "B01": 1, "D01": 1, "D02": 1, "C0101": 2, "C0102": 2, "C0201": 2}
TREE = Tree({code: Span(code, f"Tên {code}", None, "dang_uy", above, SINCE) for code, above in PARENTS.items()})
REPORTING = ("D01", "D02", "C0101", "C0102", "C0201")
TASKS = (
    AskedTask("T1", "1.1", "continuous", "Tiếp tục Quán triệt, phổ biến", SINCE, None, None, frozenset({"I01"})),
    AskedTask("T2", "3.5", "deliverable", "Ban hành kế hoạch", SINCE, None, None, frozenset({"I05"})),
    AskedTask("T3", None, "continuous", "Khen thưởng", SINCE, None, None, frozenset()),
)
RULE = CascadeRule(
    {
        "disseminated": Step(words=frozenset({"quán triệt"}), figures=frozenset({"I01"}), statuses=frozenset({"done"})),
        "document": Step(words=frozenset({"ban hành kế hoạch"}), evidence=frozenset({"E01"}), numbered=True),
        "planned": Step(indicators=frozenset({"I05"}), figures=frozenset({"I05"}), evidence=frozenset({"E01"})),
    },
    "",
)


def line(unit: str, period: str = "2022-N", state: str = "accepted", kind: str = OWN) -> StandingLine:
    return StandingLine(
        unit=unit, unit_name=unit, period=period, year=2022, round="R1", kind=kind, due=SINCE, state=state,
        received_at=None, days_late=0, receipt=None, reason=None, overdue=False, filled=0, required=0,
    )  # fmt: skip


def sign(by: Any, unit: str, subject: str, word: str = "", kind: str = OWN, **over: Any) -> Sign:
    cutoff = over.pop("cutoff", date(2022, 12, 14))
    return Sign(by, unit, kind, "2022-N", 2022, cutoff, "R000001", subject, word, **over)


def come(signs: list[Sign], leads: list[Lead] | None = None, lines: list[StandingLine] | None = None) -> Cascade:
    everyone = [Lead(unit, one.code, SINCE) for unit in REPORTING for one in TASKS]
    owed = [line(unit) for unit in REPORTING] if lines is None else lines
    return cascade(RULE, Word(TREE, TASKS, leads or everyone, signs, owed, "2022-N"), below=1)


def unit_of(told: Cascade, code: str) -> UnitSteps:
    return next(one for one in told.units if one.unit == code)


def test_a_document_needs_its_number_and_day_and_the_earliest_is_told() -> None:
    def document(number: str | None, issued_on: date | None) -> Sign:
        return sign("evidence", "D01", "T2", "E01", number=number, issued_on=issued_on)

    told = unit_of(come([document(None, SINCE), document("1-KH", None)]), "D01")
    assert (told.document, told.number, told.planned) == (False, None, True)
    told = unit_of(come([document("2-KH", date(2022, 5, 1)), document("1-KH", date(2022, 3, 1))]), "D01")
    assert (told.document, told.number, told.issued_on) == (True, "1-KH", date(2022, 3, 1))


def test_a_document_may_be_named_for_the_indicator_that_measures_the_task() -> None:
    told = come([sign("evidence", "C0101", "I05", "E01", number="1", issued_on=SINCE)])
    assert unit_of(told, "C0101").document is True


def test_nought_is_no_sign_and_neither_is_another_kind_of_document() -> None:
    nothing = [sign("figure", "D01", "I01", value=Decimal(0)), sign("evidence", "D01", "T2", "E02", number="1")]
    told = unit_of(come(nothing), "D01")
    assert (told.disseminated, told.document, told.planned) == (False, False, False)


def test_for_a_body_without_returns_the_consolidated_one_above_speaks_but_not_its_figures() -> None:
    lines = [line(unit) for unit in REPORTING] + [line("K00", kind="consolidated")]
    above = {"kind": "consolidated"}
    signs = [sign("figure", "K00", "I01", value=Decimal(9), **above), sign("progress", "K00", "T2", "done", **above),
             sign("evidence", "K00", "T2", "E01", number="5-KH", issued_on=SINCE, **above)]  # fmt: skip
    leads = [Lead("B01", "T1", SINCE), Lead("B01", "T2", SINCE), Lead("D01", "T2", SINCE)]
    told = come(signs, leads, lines)
    board = unit_of(told, "B01")
    assert (board.disseminated, board.document, board.number, board.reported) == (False, True, "5-KH", None)
    assert unit_of(told, "D01").document is False
    assert find_speakers(TREE, lines).of("B01") == Speaker("K00", "consolidated")


def test_clauses_that_nobody_below_has_taken_up_are_told_apart_from_those_not_asked_there() -> None:
    leads = [Lead(unit, "T1", SINCE) for unit in REPORTING] + [Lead("D01", "T2", SINCE), Lead("C0201", "T3", SINCE)]
    told = come([sign("progress", "D01", "T1", "in_progress"), sign("progress", "C0201", "T3", "in_progress")], leads)
    reach = {one.task: (one.n_above, one.of_above, one.n_below, one.of_below, one.reach) for one in told.clauses}
    assert reach == {
        "T1": (1, 2, 0, 3, "none"),
        "T2": (0, 1, 0, 0, "not-asked"),
        "T3": (0, 0, 1, 1, "reached"),
    }


def test_a_step_that_no_task_asks_for_is_said_and_counts_nobody() -> None:
    rule = CascadeRule({**RULE.steps, "planned": Step(words=frozenset({"không có"}))}, "")
    leads = [Lead("D01", "T1", SINCE)]
    told = cascade(rule, Word(TREE, TASKS, leads, [], [line("D01")], "2022-N"), below=1)
    assert told.unasked == ("planned",)
    assert all(one.of == 0 for one in told.levels if one.step in ("planned", "document"))


def test_who_owed_nothing_in_the_last_period_is_not_asked_for_it() -> None:
    lines = [line("D01"), line("D01", state="owed", kind="consolidated"), line("D02", period="2021-N")]
    told = come([], lines=lines)
    assert unit_of(told, "D01").reported is False  # one of its two returns is missing
    assert (unit_of(told, "D02").reported, unit_of(told, "D02").accepted) == (None, 1)


drawn_signs = st.lists(
    st.one_of(
        st.builds(lambda u, t, w: sign("progress", u, t, w), st.sampled_from(REPORTING),
                  st.sampled_from(["T1", "T2", "T3"]), st.sampled_from(["not_started", "in_progress", "done"])),
        st.builds(lambda u, s, n: sign("evidence", u, s, "E01", number=n, issued_on=SINCE), st.sampled_from(REPORTING),
                  st.sampled_from(["T1", "T2", "I05"]), st.sampled_from([None, "1-KH"])),
        st.builds(lambda u, i, v: sign("figure", u, i, value=Decimal(v)), st.sampled_from(REPORTING),
                  st.sampled_from(["I01", "I05"]), st.integers(0, 2)),
    ),
    max_size=25,
)  # fmt: skip
drawn_leads = st.sets(st.tuples(st.sampled_from(REPORTING), st.sampled_from(["T1", "T2", "T3"])), min_size=1)
drawn_states = st.fixed_dictionaries({unit: st.sampled_from(["accepted", "owed", "excused"]) for unit in REPORTING})


@given(drawn_signs, drawn_leads, drawn_states)
def test_counts_by_level_and_clause_equal_a_plain_count(
    signs: list[Sign], leads: set[tuple[str, str]], states: dict[str, str]
) -> None:
    lines = [line(unit, state=state) for unit, state in states.items()] + [line(u, "2021-N") for u in REPORTING]
    told = come(signs, [Lead(unit, code, SINCE) for unit, code in sorted(leads)], lines)
    counted = {(one.level, one.step): (one.n, one.of) for one in told.levels}
    for level in (1, 2):
        for step in ALL_STEPS:
            units = [unit for unit in REPORTING if LEVELS[unit] == level]
            asked = [unit for unit in units if _asked(unit, step, leads, states)]
            taken = [unit for unit in asked if _taken(unit, step, signs, states)]
            assert counted[level, step] == (len(taken), len(asked))
    for clause in told.clauses:
        below = [u for u, code in leads if code == clause.task and LEVELS[u] > 1]
        started = [u for u in below if any(s.unit == u and s.subject == clause.task and s.word != "not_started"
                                           for s in signs)]  # fmt: skip
        assert (clause.n_below, clause.of_below) == (len(started), len(below))
        assert clause.n_above <= clause.of_above


def _asked(unit: str, step: str, leads: set[tuple[str, str]], states: dict[str, str]) -> bool:
    if step == "reported":
        return states[unit] != "excused"
    return (unit, "T1" if step == "disseminated" else "T2") in leads


def _taken(unit: str, step: str, signs: list[Sign], states: dict[str, str]) -> bool:
    mine = [one for one in signs if one.unit == unit]
    documents = [one for one in mine if one.by == "evidence" and one.subject in ("T2", "I05")]
    figures = {one.subject for one in mine if one.by == "figure" and one.value}
    done = {one.subject for one in mine if one.word == "done"}
    return {
        "disseminated": "I01" in figures or "T1" in done,
        "document": any(one.number for one in documents),
        "planned": bool(documents) or "I05" in figures,
        "reported": states[unit] == "accepted",
    }[step]


def test_our_rule_knows_the_tasks_of_the_sample_by_their_words() -> None:
    rule = choose_rule(date(2022, 1, 1))
    asked = {name: [one.code for one in TASKS if step.asks(one)] for name, step in rule.steps.items()}
    assert asked == {"disseminated": ["T1"], "document": ["T2"], "planned": ["T2"]}


def test_the_newest_rule_valid_on_the_day_counts(tmp_path: Path) -> None:
    path = tmp_path / "cascade.toml"
    path.write_text(
        '[[rules]]\nsource = "A"\nvalid_to = 2020-12-31\n[[rules]]\nsource = "B"\nvalid_from = 2021-01-01\n'
        '[[rules]]\nsource = "C"\nvalid_from = 2022-01-01\n[rules.document]\nnumbered = true\n',
        "utf-8",
    )
    days = (date(2020, 12, 31), date(2021, 1, 1), date(2023, 1, 1))
    assert [choose_rule(day, path).source for day in days] == ["A", "B", "C"]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("rules = 1", "wrong-rule"),
        ("[[rules]]\n[rules.reported]\nstatuses = []", "wrong-rule"),
        ('[[rules]]\n[rules.planned.tasks]\ncolour = ["red"]', "wrong-rule"),
        ('[[rules]]\n[rules.planned]\nevidence = "E01"', "wrong-rule"),
        ("[[rules]]\nvalid_from = 2030-01-01", "no-rule"),
    ],
)
def test_a_wrong_rule_file_is_refused_with_a_sentence(tmp_path: Path, text: str, key: str) -> None:
    path = tmp_path / "cascade.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(RefusedError) as refused:
        choose_rule(date(2022, 1, 1), path)
    assert refused.value.key == f"cascade.{key}"
    assert "cascade.toml" in load_texts("vi")(refused.value.key, **refused.value.values)
