"""The periods of the round to come: as many years later as the round is long, under codes of their own."""

from dataclasses import replace
from datetime import date

import pytest

from models.plan import PlanPeriod
from reports.next_round import next_round, shift_period, years_of_round

PERIOD = PlanPeriod(
    code="2024-6T", kind="6T", nominal_from=date(2024, 1, 1), nominal_to=date(2024, 6, 30),
    coverage_start=date(2023, 12, 15), cutoff=date(2024, 2, 29), mode="cumulative", round="R2", due_rule="12;7;3",
    own_rule="D*", lock=date(2024, 9, 12),
)  # fmt: skip


def test_a_period_moves_by_years_with_its_code_and_its_days() -> None:
    moved = shift_period(PERIOD, 5)
    assert (moved.code, moved.round, moved.coverage_start) == ("2029-6T", "R3", date(2028, 12, 15))
    assert moved.cutoff == date(2029, 2, 28)
    assert (moved.lock, moved.lock_rule, moved.due_rule) == (date(2029, 9, 12), None, "12;7;3")


@pytest.mark.parametrize(
    ("code", "named", "expected"),
    [("R2-5N", "R2", "R3-5N"), ("2024-Q2", "2", "2029-Q2"), ("2024-2025", "R2", "2029-2030"), ("2-5N", "2", "3-5N")],
)
def test_only_years_and_the_name_of_the_round_change_in_a_code(code: str, named: str, expected: str) -> None:
    assert shift_period(replace(PERIOD, code=code, round=named), 5).code == expected


def test_a_round_without_a_number_keeps_its_name_for_a_person_to_change() -> None:
    assert [next_round(name) for name in ("R9", "giai đoạn 19", "sơ kết")] == ["R10", "giai đoạn 20", "sơ kết"]


def test_a_round_is_as_long_as_what_it_covers_since_the_directive_was_issued() -> None:
    first = replace(PERIOD, coverage_start=date(2020, 12, 15), cutoff=date(2021, 9, 14))
    last = replace(PERIOD, coverage_start=date(2021, 8, 31), cutoff=date(2026, 7, 31))
    assert years_of_round([first, last], date(2021, 8, 31)) == 5
    assert years_of_round([first], date(2021, 8, 31)) == 1
