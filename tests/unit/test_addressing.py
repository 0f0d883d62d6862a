"""Rules say who is meant; they are resolved on the tree of a day."""

from datetime import date, timedelta

import pytest

from models.addressing import Stretch, days_met, parse_rule, resolve
from models.plan import PlanEvent, PlanUnit
from models.unit_history import read_history

FIRST, MOVED = date(2010, 1, 1), date(2022, 3, 1)
UNITS = [
    PlanUnit("K00", "Top", "bloc", FIRST),
    PlanUnit("B01", "Board", "board", FIRST, parent="K00"),
    PlanUnit("D01", "One", "committee", FIRST, parent="K00"),
    PlanUnit("D02", "Two", "committee", FIRST, parent="K00", valid_to=date(2023, 1, 31)),
    PlanUnit("C01", "Cell", "cell", FIRST, parent="D01"),
]
HISTORY = read_history(
    UNITS,
    [
        PlanEvent("E1", MOVED, "change_kind", ("C01",), ("committee",)),
        PlanEvent("E2", date(2022, 6, 1), "change_kind", ("C01",), ("cell",)),
    ],
)
TREE = HISTORY.tree(date(2022, 1, 1))


@pytest.mark.parametrize(
    ("rule", "units"),
    [
        ("D*", ("D01", "D02")),
        ("B01", ("B01",)),
        ("C01; B01", ("B01", "C01")),
        ("kind=committee", ("D01", "D02")),
        ("kind = committee", ("D01", "D02")),
        ("level=0", ("K00",)),
        ("level=2;K00", ("K00", "C01")),
        ("all", ("K00", "B01", "D01", "D02", "C01")),
        ("X*", ()),
        (None, ()),
    ],
)
def test_a_rule_meets_units_in_the_order_of_the_plan(rule: str | None, units: tuple[str, ...]) -> None:
    assert resolve(rule, TREE) == units


@pytest.mark.parametrize("rule", ["level=top", "Ban Tuyên giáo", "D01 D02", "*", "kind="])
def test_a_part_that_is_no_rule_is_named_in_the_error(rule: str) -> None:
    with pytest.raises(ValueError, match=rule.replace("*", r"\*")):
        parse_rule(rule)


def test_days_are_those_on_which_the_rule_meets_the_unit() -> None:
    day_before = timedelta(days=1)
    assert days_met("kind=committee", HISTORY) == [
        Stretch("C01", MOVED, date(2022, 6, 1) - day_before),
        Stretch("D01", FIRST, None),
        Stretch("D02", FIRST, date(2023, 1, 31)),
    ]


def test_days_before_the_task_begins_do_not_count() -> None:
    assert days_met("D*", HISTORY, date(2023, 6, 1)) == [Stretch("D01", date(2023, 6, 1), None)]
