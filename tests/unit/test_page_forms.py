"""Page forms by date of validity, and widths that keep words whole."""

from datetime import date, timedelta

import pytest
from documents import heat_map, indicator_table, task_matrix
from hypothesis import given
from hypothesis import strategies as st

from models.errors import NotFoundError
from reports.content import Annex, Cell, Column, Paragraph, Row, Table
from reports.letterhead import NO_WORDS, Letterhead, Surroundings, closed, dressed, surround
from reports.profile import choose_profile, find_profile, profile_names, read_profile
from reports.review_annexes import _side_by_side
from reports.widths import fit_columns, is_kept_whole, sides_of, text_width
from schemas.texts import load_texts


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


@pytest.mark.parametrize(
    ("wanted", "language", "name"),
    [
        (None, "vi", "party-05hd"),
        (None, "en", "plain"),
        ("party", "en", "party-05hd"),
        ("state", "vi", "state-30nd"),
        ("party-36hd", "vi", "party-36hd"),
        ("plain", "vi", "plain"),
    ],
)
def test_a_form_is_found_by_name_by_family_or_by_the_habit_of_the_language(
    wanted: str | None, language: str, name: str
) -> None:
    assert find_profile(wanted, day=date(2026, 11, 1), language=language).name == name


def test_a_form_that_nobody_knows_is_refused_with_those_that_can_be_had() -> None:
    with pytest.raises(NotFoundError) as error:
        find_profile("partei", day=date(2026, 11, 1), language="vi")
    assert "state" in error.value.values["known"]
    assert "party-36hd" in error.value.values["known"]


def around(profile: str, head: Letterhead = NO_WORDS) -> Surroundings:
    words = {"issuer": "Đảng ủy Khối Minh Họa", "type_name": "BÁO CÁO", "type_code": "BC"}
    return surround(head, read_profile(profile), load_texts("vi"), **words)


@pytest.mark.parametrize(
    ("profile", "symbol", "on_behalf", "last"),
    [
        ("party-36hd", "Số         -BC/…", "T/M", "- Lưu Văn phòng."),
        ("party-05hd", "Số         -BC/…", "T/M", "- Lưu Văn phòng."),
        ("state-30nd", "Số:         /BC-…", "TM.", "- Lưu: VT."),
        ("plain", "Số         /BC", "Thay mặt", "- Lưu văn phòng."),
    ],
)
def test_each_form_writes_number_signature_and_file_copy_its_own_way(
    profile: str, symbol: str, on_behalf: str, last: str
) -> None:
    found = around(profile)
    assert (found.symbol_line, found.on_behalf, found.recipients[-1]) == (symbol, on_behalf, last)
    assert found.issuer == "ĐẢNG ỦY KHỐI MINH HỌA"


def test_what_the_office_has_set_takes_the_place_of_the_forms_words() -> None:
    head = Letterhead(
        superior="Đảng bộ Trung ương",
        issuer="Đảng ủy Khối",
        symbol="Số {number}-{type}/ĐUK",
        place="Hà Nội",
        recipients=("- Ban Bí thư (để b/c);", "Lưu VPĐU"),
        on_behalf="",
        office="Ban Thường vụ",
        post="PHÓ BÍ THƯ",
    )
    found = around("party-36hd", head)
    assert found.superior == "ĐẢNG BỘ TRUNG ƯƠNG"
    assert found.symbol_line == "Số         -BC/ĐUK"
    assert found.place_and_date.startswith("Hà Nội, ngày")
    assert found.recipients == ("- Ban Bí thư (để b/c);", "- Lưu VPĐU.")
    assert (found.on_behalf, found.office, found.post) == ("", "BAN THƯỜNG VỤ", "PHÓ BÍ THƯ")


@pytest.mark.parametrize(
    ("names", "goes_up", "lines", "first"),
    [
        ((), True, (), "- Cấp ủy cấp trên (để báo cáo);"),
        (("Ban Bí thư",), True, ("Kính gửi: Ban Bí thư",), "- Như trên;"),
        (("Ban Bí thư;", "Ban Tổ chức."), True, ("Kính gửi:", "- Ban Bí thư;", "- Ban Tổ chức."), "- Như trên;"),
        (("Ban Bí thư",), False, (), "- Cấp ủy cấp trên (để báo cáo);"),
    ],
)
def test_a_report_that_goes_up_is_addressed_to_whom_the_office_has_set(
    names: tuple[str, ...], goes_up: bool, lines: tuple[str, ...], first: str
) -> None:
    words = {"issuer": "Đảng ủy", "type_name": "BÁO CÁO", "type_code": "BC"}
    head = Letterhead(addressee=names)
    found = surround(head, read_profile("party-36hd"), load_texts("vi"), **words, goes_up=goes_up)
    assert (found.addressee, found.recipients[0]) == (lines, first)


@pytest.mark.parametrize(("profile", "end"), [("party-36hd", "xong./."), ("party-05hd", "xong."), ("plain", "xong.")])
def test_a_text_ends_as_its_form_wants_it(profile: str, end: str) -> None:
    (last,) = closed((Paragraph("Đã làm xong."),), read_profile(profile))
    assert isinstance(last, Paragraph)
    assert last.text == f"Đã làm {end}"


def test_only_annexes_of_state_bodies_say_whose_they_are_and_have_titles_in_capitals() -> None:
    annex = Annex("Phụ lục I", "Các đơn vị", ())
    assert dressed((annex,), read_profile("state-30nd"))[0].title == "CÁC ĐƠN VỊ"
    assert dressed((annex,), read_profile("party-36hd")) == (annex,)
    assert around("state-30nd").annex_reference.startswith("(Kèm theo Báo cáo số ")
    assert around("party-36hd").annex_reference == ""


@pytest.mark.parametrize(("rows", "text", "kept"), [(8, "Ngắn", True), (9, "Ngắn", False), (5, "Dài " * 60, False)])
def test_a_small_table_is_kept_whole_and_a_tall_one_may_break(rows: int, text: str, kept: bool) -> None:
    table = Table("t", "", (Column("Nhiệm vụ"), Column("Số", "number")), (Row((Cell(text), Cell("1"))),) * rows)
    assert is_kept_whole(table, fit_columns(table, 165, 11), 11) is kept


def test_levels_of_an_ordinal_measure_wrap_and_leave_the_names_their_room() -> None:
    levels = Cell("0: 60, 1: 60, 2: 60, 3: 60, 4: 60", figure="F")
    line = Row((Cell("Mức độ hoàn thành nhiệm vụ được giao"), *(levels,) * 6, Cell("300/300")))
    table = Table("t", "", (Column("Chỉ tiêu"), *(Column("2021", "number"),) * 6, Column("n/N", "code")), (line,))
    widths = fit_columns(table, 257, 11)
    assert widths[0] > 40
    assert widths[-1] > text_width("300/300", 11) + 3


@pytest.mark.parametrize(("code", "tasks", "tables"), [("1.{}", 9, 1), ("W{:02}", 21, 2), ("{}", 200, 11)])
def test_a_matrix_of_many_tasks_is_parted_evenly(code: str, tasks: int, tables: int) -> None:
    codes = [code.format(at) for at in range(tasks)]
    parts = list(_side_by_side(codes, 0))
    assert [one for part in parts for one in part] == codes
    assert len(parts) == tables
    assert max(map(len, parts)) - min(map(len, parts)) < len(parts)
