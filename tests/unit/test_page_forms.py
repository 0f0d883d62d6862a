"""Page forms by date of validity, and widths that keep words whole."""

from datetime import date, timedelta

import pytest
from documents import heat_map, indicator_table, task_matrix
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NotFoundError
from reports.content import Cell, Column, Row, Table
from reports.profile import choose_profile, profile_names, read_profile
from reports.widths import fit_columns, sides_of, text_width


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2018, 4, 3), "party-36hd"),
        (date(2021, 8, 31), "party-36hd"),
        (date(2026, 5, 26), "party-36hd"),
        (date(2026, 5, 27), "party-05hd"),
        (date(2031, 1, 1), "party-05hd"),
    ],
)
def test_the_party_form_in_force_on_a_day_is_chosen(day: date, name: str) -> None:
    assert choose_profile(day).name == name


def test_there_is_no_form_before_the_first_one() -> None:
    with pytest.raises(NotFoundError, match="no_profile"):
        choose_profile(date(2018, 4, 2))


def test_the_plain_form_is_always_in_force() -> None:
    assert choose_profile(date(1990, 1, 1), "plain").name == "plain"


def test_an_unknown_form_is_refused_with_the_known_ones() -> None:
    with pytest.raises(NotFoundError) as error:
        read_profile("../plain")
    assert error.value.values["known"] == ", ".join(profile_names())


@given(st.integers(0, 5000))
def test_never_are_two_forms_of_a_family_in_force(days: int) -> None:
    day = date(2018, 4, 3) + timedelta(days)
    for family in ("party", "state", "plain"):
        forms = [form for name in profile_names() if (form := read_profile(name)).family == family]
        assert sum(form.is_in_force(day) for form in forms) <= 1


def test_a_form_known_from_second_hand_says_so() -> None:
    assert [name for name in profile_names() if read_profile(name).check_with_office] == ["party-05hd"]


@pytest.mark.parametrize("table", [task_matrix(), heat_map(), indicator_table()], ids=lambda table: table.id)
@pytest.mark.parametrize("width", [160.0, 165.0, 257.0])
def test_columns_fill_the_width_exactly(table: Table, width: float) -> None:
    assert sum(fit_columns(table, width, 11)) == pytest.approx(width)


WORDS = st.lists(st.text("abmWđạ ", min_size=1, max_size=30), min_size=1, max_size=6)


@given(WORDS, st.sampled_from(["code", "text", "number", "status"]))
def test_any_table_fits_its_page(labels: list[str], role: str) -> None:
    columns = tuple(Column(label, role if at else "text") for at, label in enumerate(labels))  # type: ignore[arg-type]
    table = Table("t", "", columns, (Row(tuple(Cell(label * 3) for label in labels)),))
    widths = fit_columns(table, 165, 11)
    assert sum(widths) == pytest.approx(165)
    assert min(widths) > 0


def test_the_text_of_a_task_gets_the_widest_column_and_figures_stay_narrow() -> None:
    _, task, unit, _, _, count, share = fit_columns(task_matrix(), 257, 11)
    assert task > unit > 3 * share
    assert count < 20


def test_no_code_is_broken() -> None:
    table = task_matrix()
    widths = fit_columns(table, 257, 11)
    for row in table.rows[1:]:
        assert text_width(row.cells[0].text, 11) < widths[0] - 3


def test_figures_stand_right_and_a_heat_map_in_the_middle() -> None:
    assert sides_of(indicator_table())[1:3] == ("left", "right")
    assert set(sides_of(heat_map())[1:]) == {"center"}
