"""Laws of the tree through time, over generated histories."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from models.addressing import days_met, resolve
from models.plan import PlanEvent, PlanUnit
from models.unit_history import History, contradictions, read_history

FIRST = date(2015, 1, 1)
STEP = timedelta(days=50)
KINDS = ("rename", "move", "merge", "split", "change_kind", "dissolve")


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[PlanUnit], list[PlanEvent]]:
    """Units in two levels under one top, then events that each make sense on their day."""
    units = [PlanUnit("K", "Top", "top", FIRST)]
    middle = [f"D{at}" for at in range(draw(st.integers(2, 5)))]
    units += [PlanUnit(code, code, "committee", FIRST, parent="K") for code in middle]
    for at in range(draw(st.integers(0, 7))):
        units.append(PlanUnit(f"C{at}", f"C{at}", "cell", FIRST, parent=draw(st.sampled_from(middle))))
    events: list[PlanEvent] = []
    for number in range(draw(st.integers(0, 7))):
        event = draw(_events(units, events, number))
        if event:
            events.append(event)
    return units, events


@st.composite
def _events(draw: st.DrawFn, units: list[PlanUnit], events: list[PlanEvent], number: int) -> PlanEvent | None:
    day = FIRST + STEP * (number + 1)
    tree = read_history(units, events).tree(day)
    committees = [code for code in tree.spans if code.startswith("D")]
    others = [code for code in tree.spans if code != "K"]
    kind = draw(st.sampled_from(KINDS))
    if len(committees) < 2:
        return None
    one, two = draw(st.permutations(committees))[:2]
    if kind in ("rename", "change_kind"):
        return PlanEvent(f"E{number}", day, kind, (draw(st.sampled_from(others)),), (f"new{number}",))
    if kind == "move":
        cells = [code for code in others if code.startswith("C")]
        return PlanEvent(f"E{number}", day, kind, (draw(st.sampled_from(cells)),), (one,)) if cells else None
    if kind == "dissolve":
        return PlanEvent(f"E{number}", day, kind, (one,), (two,))
    return _with_new_unit(draw, units, tree.children.get(one, ()), kind, number, day, one, two)


def _with_new_unit(
    draw: st.DrawFn,
    units: list[PlanUnit],
    below: tuple[str, ...],
    kind: str,
    number: int,
    day: date,
    one: str,
    two: str,
) -> PlanEvent:
    new = f"D{number}new"
    units.append(PlanUnit(new, new, "committee", day, parent="K"))
    if kind == "merge":
        return PlanEvent(f"E{number}", day, kind, (one, two), (new,))
    going = draw(st.lists(st.sampled_from(below), unique=True)) if below else []
    return PlanEvent(f"E{number}", day, "split", (one,), (one, new), tuple((code, new) for code in going))


def days_of(history: History) -> list[date]:
    return [day for start in history.starts for day in (start - timedelta(days=1), start) if day >= FIRST]


@settings(max_examples=120, deadline=None)
@given(histories())
def test_on_any_day_a_unit_in_force_has_exactly_one_span(made: tuple[list[PlanUnit], list[PlanEvent]]) -> None:
    history = read_history(*made)
    for day in days_of(history):
        held = [span.unit for span in history.spans if span.holds(day)]
        assert len(held) == len(set(held))
        in_force = {unit.code for unit in made[0] if unit.valid_from <= day}
        in_force -= {code for code, ending in history.endings.items() if ending.last < day}
        assert set(held) == in_force


@settings(max_examples=120, deadline=None)
@given(histories())
def test_a_units_spans_follow_each_other_without_a_gap(made: tuple[list[PlanUnit], list[PlanEvent]]) -> None:
    history = read_history(*made)
    for unit in made[0]:
        own = [span for span in history.spans if span.unit == unit.code]
        assert own[0].valid_from == unit.valid_from
        for before, after in pairwise(own):
            assert before.valid_to is not None
            assert before.valid_to + timedelta(days=1) == after.valid_from
        last = history.endings.get(unit.code)
        assert own[-1].valid_to == (last.last if last else None)


@settings(max_examples=120, deadline=None)
@given(histories())
def test_everyone_stands_under_the_top_on_every_day(made: tuple[list[PlanUnit], list[PlanEvent]]) -> None:
    history = read_history(*made)
    assert contradictions(history) == []
    for day in days_of(history):
        tree = history.tree(day)
        assert set(tree.below("K")) == set(tree.spans) - {"K"}
        assert sum(len(codes) for codes in tree.children.values()) == len(tree.spans)


@settings(max_examples=60, deadline=None)
@given(histories(), st.sampled_from(["D*", "C*", "kind=cell", "level=1", "all", "K;C1"]))
def test_days_met_are_the_days_on_which_the_rule_resolves_to_the_unit(
    made: tuple[list[PlanUnit], list[PlanEvent]], rule: str
) -> None:
    history = read_history(*made)
    met = days_met(rule, history)
    for day in days_of(history):
        holding = [s.unit for s in met if s.valid_from <= day and (s.valid_to is None or day <= s.valid_to)]
        assert sorted(holding) == sorted(resolve(rule, history.tree(day)))
