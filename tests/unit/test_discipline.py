"""Reporting discipline: the counts of review and board are those of the standing, to the last return."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from models.states import ReturnState
from reports.discipline import ALWAYS, Discipline, by_unit, by_year, count, shown
from reports.standing import StandingLine, count_rates


def line(state: str = "accepted", **over: object) -> StandingLine:
    values: dict[str, object] = {
        "unit": "D01", "unit_name": "Đông Hải", "period": "2022-N", "year": 2022, "round": "R1", "kind": "own",
        "due": date(2022, 12, 23), "state": state, "received_at": None, "days_late": 0, "receipt": None,
        "reason": None, "overdue": False, "filled": 0, "required": 0,
    }  # fmt: skip
    return StandingLine(**(values | over))  # type: ignore[arg-type]


def test_each_return_is_counted_where_it_stands() -> None:
    lines = [
        line(), line(days_late=2), line("rejected", overdue=True), line("owed", overdue=True), line("owed"),
        line("received"), line("excused"), line("superseded"),
    ]  # fmt: skip
    assert count("2022", lines) == Discipline(
        "2022", owed=6, accepted=2, on_time=1, late=1, rejected=1, missing=1, in_hand=1, not_due=1, excused=1
    )


def test_one_sent_back_is_not_missing_and_one_not_due_is_nobodys_fault() -> None:
    counts = count("", [line("rejected", overdue=True), line("owed")])
    assert (counts.missing, counts.outstanding, counts.waiting) == (0, 1, 1)


def test_a_table_has_no_column_of_noughts() -> None:
    assert shown(count("", [line()])) == list(ALWAYS)
    assert shown(count("", [line(), line("excused")])) == [*ALWAYS, "excused"]
    assert shown(count("", [line("rejected")])).index("rejected") == 4


lines = st.lists(
    st.builds(
        line,
        st.sampled_from([state.value for state in ReturnState]),
        unit=st.sampled_from(["D01", "D02", "C0101"]),
        year=st.integers(2017, 2020),
        days_late=st.integers(0, 3),
        overdue=st.booleans(),
    )
)


@given(lines)
def test_all_that_is_owed_is_in_one_count_and_parts_add_up_to_the_whole(drawn: list[StandingLine]) -> None:
    whole = count("", drawn)
    assert whole.owed == whole.accepted + whole.outstanding + whole.waiting
    assert whole.accepted == whole.on_time + whole.late
    for grouped in (by_year(drawn), by_unit(drawn)):
        for name in ("owed", "accepted", "on_time", "late", "rejected", "missing", "in_hand", "not_due", "excused"):
            assert sum(getattr(part, name) for part in grouped) == getattr(whole, name) == count_rates(drawn)[name]  # type: ignore[literal-required]
