"""The tree of any day follows from the units' first lines and the events."""

from datetime import date, timedelta

from models.plan import PlanEvent, PlanUnit
from models.unit_history import Span, contradictions, read_history, spans, tree_at

FIRST = date(2010, 1, 1)
CHANGE = date(2020, 4, 1)


def unit(code: str, parent: str | None = None, since: date = FIRST, until: date | None = None) -> PlanUnit:
    return PlanUnit(code, f"Unit {code}", "office", since, parent=parent, valid_to=until)


def event(kind: str, sources: str = "", targets: str = "", children: str = "", day: date = CHANGE) -> PlanEvent:
    pairs = tuple(tuple(pair.split(">")) for pair in children.split())
    return PlanEvent("E1", day, kind, tuple(sources.split()), tuple(targets.split()), pairs)  # type: ignore[arg-type]


def parents(units: list[PlanUnit], events: list[PlanEvent], day: date) -> dict[str, str | None]:
    return {code: span.parent for code, span in tree_at(spans(units, events), day).spans.items()}


TREE = [unit("K"), unit("D1", "K"), unit("D2", "K"), unit("C1", "D1"), unit("C2", "D1"), unit("C3", "D2")]


def test_without_events_every_unit_has_one_span() -> None:
    assert spans(TREE, [])[3] == Span("C1", "Unit C1", None, "office", "D1", FIRST, None)


def test_a_rename_closes_one_span_and_opens_the_next() -> None:
    renamed = [span for span in spans(TREE, [event("rename", "D1", "New")]) if span.unit == "D1"]
    assert [(s.name, s.valid_from, s.valid_to) for s in renamed] == [
        ("Unit D1", FIRST, CHANGE - timedelta(days=1)),
        ("New", CHANGE, None),
    ]


def test_a_change_of_kind_leaves_name_and_superior() -> None:
    last = [span for span in spans(TREE, [event("change_kind", "C1 C3", "cell")]) if span.unit == "C3"][-1]
    assert (last.name, last.kind, last.parent) == ("Unit C3", "cell", "D2")


def test_a_moved_unit_takes_what_is_below_it_along() -> None:
    tree = tree_at(spans(TREE, [event("move", "D1", "D2")]), CHANGE)
    assert tree.superiors("C1") == ("D1", "D2", "K")
    assert tree.below("D2") == ("D1", "C3", "C1", "C2")


def test_units_below_the_merged_go_under_the_new_unit() -> None:
    units = [*TREE, unit("D9", "K", CHANGE)]
    merge = event("merge", "D1 D2", "D9")
    assert parents(units, [merge], CHANGE) == {"K": None, "C1": "D9", "C2": "D9", "C3": "D9", "D9": "K"}
    assert read_history(units, [merge]).endings["D1"].event == "E1"


def test_a_merge_into_one_of_the_merged_leaves_that_one() -> None:
    found = parents(TREE, [event("merge", "D1 D2", "D2", children="C2>K")], CHANGE)
    assert found == {"K": None, "D2": "K", "C1": "D2", "C2": "K", "C3": "D2"}


def test_a_split_sends_along_only_the_units_named() -> None:
    units = [*TREE, unit("D9", "K", CHANGE)]
    split = event("split", "D1", "D1 D9", "C2>D9")
    assert parents(units, [split], CHANGE)["C2"] == "D9"
    assert parents(units, [split], CHANGE)["C1"] == "D1"
    assert parents(units, [split], CHANGE - timedelta(days=1))["C2"] == "D1"


def test_a_dissolved_unit_is_in_force_on_the_day_itself_and_hands_over_on_the_next() -> None:
    dissolved = event("dissolve", "D1", "D2")
    assert parents(TREE, [dissolved], CHANGE)["C1"] == "D1"
    after = parents(TREE, [dissolved], CHANGE + timedelta(days=1))
    assert "D1" not in after
    assert after["C1"] == "D2"


def test_the_last_day_that_the_plan_gives_itself_stands() -> None:
    units = [unit("K"), unit("D1", "K", until=date(2020, 3, 31))]
    ending = read_history(units, [event("dissolve", "D1")]).endings["D1"]
    assert (ending.last, ending.event) == (date(2020, 3, 31), "E1")


def test_units_left_without_a_superior_are_a_contradiction() -> None:
    found = contradictions(read_history(TREE, [event("dissolve", "D1")]))
    assert {(one.kind, one.unit, one.superior) for one in found} == {("no-superior", c, "D1") for c in ("C1", "C2")}


def test_a_circle_that_an_event_closes_is_a_contradiction() -> None:
    found = contradictions(read_history(TREE, [event("move", "K", "C1")]))
    assert {one.unit for one in found if one.kind == "cycle"} == {"K", "D1", "C1"}


def test_level_is_the_place_in_the_tree_and_not_the_kind() -> None:
    tree = tree_at(spans(TREE, [event("move", "C3", "C1")]), CHANGE)
    assert [tree.level(code) for code in ("K", "D1", "C1", "C3")] == [0, 1, 2, 3]
