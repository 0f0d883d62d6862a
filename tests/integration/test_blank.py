"""Blank returns: who gets one, what it asks, what it shows, and that other programs leave it unharmed."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import factories as make
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy import Engine, event
from sqlmodel import Session, select

from flows.jobs.issue import run_issue
from models.directive import Directive, Indicator, Task
from models.errors import NotFoundError
from models.period import Period
from models.queries.issuing import asked_of, effective_progress, effective_values
from models.returns import Extension
from models.states import ReturnState
from models.store import writing
from models.unit import Unit, UnitSpan
from reports.blank import IssuedFile, issue_returns
from reports.blank_rules import PROMPT_LIMIT, prompt_of
from schemas.layout import load_layout
from schemas.stamp import NAME, PROPERTY, Stamp, find_stamp
from schemas.texts import LANGUAGES, load_texts
from settings import open_workspace

KEYS = {"k1": b"k" * 32}
BANNER = "SỐ LIỆU MINH HỌA – KHÔNG PHẢI SỐ LIỆU THẬT"
LAYOUT = load_layout("return")


@dataclass
class Bloc:
    """A small organisation: K00 over B01, D01 (with C01 below) and D02."""

    session: Session
    directive: Directive
    before: Period
    period: Period
    units: dict[str, Unit]
    tasks: dict[str, Task] = field(default_factory=dict)
    indicators: dict[str, Indicator] = field(default_factory=dict)

    def issue(self, out: Path, units: list[str] | None = None, **over: Any) -> list[IssuedFile]:
        values: dict[str, Any] = {
            "directive": self.directive,
            "period": self.period,
            "units": units,
            "out_dir": out,
            "texts": load_texts("vi"),
            "stamp_key_id": "k1",
            "stamp_keys": KEYS,
            "banner": None,
        }
        return issue_returns(self.session, **(values | over))

    def report(self, unit: str, period: Period, kind: str = "own") -> Any:
        """Give an accepted receipt in force."""
        receipt = make.make_receipt(self.session, self.owe(unit, period, kind))
        make.make_effective(self.session, receipt)
        return receipt

    def owe(self, unit: str, period: Period, kind: str = "own", **over: Any) -> Any:
        return make.make_return(self.session, period, self.units[unit], kind, **over)


@pytest.fixture
def bloc(engine: Engine) -> Iterator[Bloc]:
    with writing(engine) as session:
        directive = make.make_directive(session)
        top = make.make_unit(session, "K00", name="Đảng ủy Khối Minh Họa")
        board = make.make_unit(session, "B01", parent=top)
        first, second = (make.make_unit(session, code, parent=top) for code in ("D01", "D02"))
        below = make.make_unit(session, "C01", parent=first, name="Chi bộ An & Ân")
        units = {unit.code: unit for unit in (top, board, first, second, below)}
        before, period = (make.make_period(session, directive, code) for code in ("2020-N", "2021-6T"))
        bloc = Bloc(session, directive, before, period, units)
        _plan(bloc)
        for unit in ("D01", "D02", "C01"):
            bloc.owe(unit, period)
        for unit in ("K00", "D01"):
            bloc.owe(unit, period, "consolidated")
        yield bloc
        session.rollback()


def _plan(bloc: Bloc) -> None:
    session, directive, units = bloc.session, bloc.directive, bloc.units
    for code, leads in {"R1-01": ("D01", "D02", "C01"), "R1-02": ("D01", "D02"), "R1-05": ("B01",)}.items():
        bloc.tasks[code] = task = make.make_task(session, directive, code, due=date(2021, 9, 22))
        for unit in leads:
            make.make_assignment(session, task, units[unit])
    make.make_assignment(session, bloc.tasks["R1-05"], units["D01"], role="coordinate")
    first, second, third = bloc.tasks.values()
    ratio = {"kind": "ratio", "mode": "at_cutoff", "numerator": "số được quán triệt", "denominator": "tổng số"}
    for code, task, over in (
        ("I01", first, {}),
        ("I03", first, {"name": "Tỷ lệ quán triệt", "decimals": 1, **ratio}),
        ("I04", second, {"kind": "boolean", "mode": "at_cutoff", "lower": None}),
        ("I19", second, {"kind": "stock", "mode": "at_cutoff"}),
        ("I25", third, {"kind": "ordinal", "mode": "at_cutoff", "lower": None}),
    ):
        bloc.indicators[code] = make.make_indicator(session, code, task=task, **over)


def sheet_of(book: Workbook, key: str) -> Worksheet:
    sheet: Worksheet = book[load_texts("vi")(f"workbook.sheet.{key}.title")]
    return sheet


def table(book: Workbook, key: str) -> list[dict[str, Any]]:
    """Give the rows of a table sheet by column key, found by the hidden keys."""
    rows = list(sheet_of(book, key).iter_rows(values_only=True))
    keys = [str(tag).split(".")[1] for tag in rows[3]]
    return [dict(zip(keys, row, strict=True)) for row in rows[4:] if any(row)]


def cover(book: Workbook) -> dict[str, Any]:
    rows = sheet_of(book, "cover").iter_rows(min_row=3, max_col=3, values_only=True)
    return {str(tag).split(".")[1]: value for tag, _, value in rows}


def rules(page: Worksheet) -> dict[str, Any]:
    """Give the validation of each cell by its address."""
    return {
        page.cell(row, column).coordinate: rule
        for rule in page.data_validations.dataValidation
        for area in rule.sqref.ranges
        for row, column in area.cells
    }


def issued_book(bloc: Bloc, out: Path, unit: str, kind: str = "own", **over: Any) -> Workbook:
    paths = {(file.unit, file.kind): file.path for file in bloc.issue(out, **over)}
    return load_workbook(paths[unit, kind])


def codes_asked(bloc: Bloc, unit: str, kind: str, period: Period | None = None) -> tuple[list[str], list[str]]:
    asked = asked_of(bloc.session, bloc.directive, period or bloc.period)[bloc.units[unit].id or 0, kind]
    tasks = {task.id: code for code, task in bloc.tasks.items()}
    indicators = {one.id: code for code, one in bloc.indicators.items()}
    return [tasks[one] for one in asked.task_ids], [indicators[one] for one in asked.indicator_ids]


# What is asked


def test_an_own_return_asks_the_tasks_its_unit_leads_and_their_indicators(bloc: Bloc) -> None:
    assert codes_asked(bloc, "D01", "own") == (["R1-01", "R1-02"], ["I01", "I03", "I04", "I19"])
    assert codes_asked(bloc, "C01", "own") == (["R1-01"], ["I01", "I03"])


def test_a_consolidated_return_asks_progress_of_bodies_without_a_return_and_figures_of_all_below(
    bloc: Bloc,
) -> None:
    assert codes_asked(bloc, "K00", "consolidated") == (["R1-05"], ["I01", "I03", "I04", "I19"])
    assert codes_asked(bloc, "D01", "consolidated") == ([], ["I01", "I03", "I04", "I19"])


def test_a_span_of_years_asks_no_flows(bloc: Bloc) -> None:
    span = make.make_period(bloc.session, bloc.directive, "R1-5N")
    bloc.owe("D01", span)
    assert codes_asked(bloc, "D01", "own", span) == (["R1-01", "R1-02"], ["I03", "I04", "I19"])


def test_only_what_is_in_force_at_the_cut_off_is_asked(bloc: Bloc) -> None:
    day = bloc.period.cutoff
    ended = make.make_task(bloc.session, bloc.directive, "R1-08")
    later = make.make_task(bloc.session, bloc.directive, "R1-09", start=date(2022, 1, 1))
    gone = make.make_task(bloc.session, bloc.directive, "R1-10", retired=True)
    make.make_assignment(bloc.session, ended, bloc.units["D01"], valid_to=date(2021, 6, 13))
    for task in (later, gone):
        make.make_assignment(bloc.session, task, bloc.units["D01"], valid_from=day)
    assert codes_asked(bloc, "D01", "own")[0] == ["R1-01", "R1-02"]


def test_a_unit_that_moved_is_counted_where_it_was_at_the_cut_off(bloc: Bloc) -> None:
    bloc.tasks["R1-07"] = task = make.make_task(bloc.session, bloc.directive, "R1-07")
    bloc.indicators["I30"] = make.make_indicator(bloc.session, "I30", task=task)
    below = bloc.units["C01"]
    make.make_assignment(bloc.session, task, below)
    span = bloc.session.exec(select(UnitSpan).where(UnitSpan.unit_id == below.id)).one()
    span.valid_to = date(2021, 6, 30)
    make.make_span(bloc.session, below, bloc.units["D02"], valid_from=date(2021, 7, 1))
    later = make.make_period(bloc.session, bloc.directive, "2021-9T")
    bloc.owe("C01", later)
    for period in (bloc.period, later):
        for unit in ("D01", "D02"):
            if (unit, period) != ("D01", bloc.period):
                bloc.owe(unit, period, "consolidated")
    above = {(unit, period.code): "I30" in codes_asked(bloc, unit, "consolidated", period)[1]
             for unit in ("D01", "D02") for period in (bloc.period, later)}  # fmt: skip
    assert [key for key, counted in above.items() if counted] == [("D01", "2021-6T"), ("D02", "2021-9T")]


def test_asks_for_a_whole_period_in_few_queries(bloc: Bloc) -> None:
    statements: list[str] = []
    bloc.session.flush()
    engine = bloc.session.get_bind().engine
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    asked = asked_of(bloc.session, bloc.directive, bloc.period)
    assert len(asked) == 5
    assert len(statements) <= 6


# What is on record


def test_history_is_the_newest_number_in_force_before_the_day(bloc: Bloc) -> None:
    older = make.make_period(bloc.session, bloc.directive, "2020-6T")
    unit, indicator = bloc.units["D01"].id or 0, bloc.indicators["I01"]
    for period, value in ((older, 3), (bloc.before, 9)):
        make.make_value(bloc.session, bloc.report("D01", period), indicator, value)
    for day, value in ((date(2021, 6, 14), 9), (bloc.before.cutoff, 3), (older.cutoff, None)):
        found = effective_values(bloc.session, before=day).get((unit, "own"), {}).get(indicator.id or 0)
        assert (found and found.value) == value


def test_history_leaves_out_what_was_replaced_broken_down_or_not_available(bloc: Bloc) -> None:
    indicator = bloc.indicators["I01"]
    receipt = bloc.report("D01", bloc.before)
    make.make_value(bloc.session, receipt, indicator, marker="KCS")
    make.make_value(bloc.session, receipt, indicator, 5, dimension="trẻ")
    other = make.make_receipt(bloc.session, bloc.owe("D02", bloc.before))
    make.make_effective(bloc.session, other, until=make.NOON)
    make.make_value(bloc.session, other, indicator, 7)
    assert effective_values(bloc.session, before=bloc.period.cutoff) == {}


def test_history_of_progress_is_the_newest_word(bloc: Bloc) -> None:
    task = bloc.tasks["R1-01"]
    make.make_progress(bloc.session, bloc.report("D01", bloc.before), task, "suspended", text="Chờ hướng dẫn")
    unit = bloc.units["D01"].id or 0
    said = effective_progress(bloc.session, before=bloc.period.cutoff, unit_ids=[unit])[unit, "own"][task.id or 0]
    assert (said.status, said.text, said.period_code) == ("suspended", "Chờ hướng dẫn", "2020-N")


# Who gets one


def test_each_return_still_owed_gets_its_workbook(bloc: Bloc, tmp_path: Path) -> None:
    issued = bloc.issue(tmp_path)
    names = [str(file.path.relative_to(tmp_path)) for file in issued]
    assert names == [
        "C01/C01_2021-6T_own.xlsx",
        "D01/D01_2021-6T_own.xlsx",
        "D01/D01_2021-6T_consolidated.xlsx",
        "D02/D02_2021-6T_own.xlsx",
        "K00/K00_2021-6T_consolidated.xlsx",
    ]
    assert sorted(path.name for path in (tmp_path / "D01").iterdir()) == sorted(Path(name).name for name in names[1:3])


def test_a_received_return_is_issued_again_only_when_asked_and_an_excused_one_never(bloc: Bloc, tmp_path: Path) -> None:
    period = make.make_period(bloc.session, bloc.directive, "2021-9T")
    states = {"D01": ReturnState.ACCEPTED, "D02": ReturnState.EXCUSED, "C01": ReturnState.REJECTED}
    for unit, state in states.items():
        bloc.owe(unit, period, state=state)
    assert [file.unit for file in bloc.issue(tmp_path, period=period)] == ["C01"]
    assert [file.unit for file in bloc.issue(tmp_path, ["D01", "D02"], period=period)] == ["D01"]


def test_two_directives_with_one_period_code_do_not_overwrite_each_other(bloc: Bloc, tmp_path: Path) -> None:
    other = make.make_directive(bloc.session, symbol="60-KL/ĐUK", symbol_written="60-KL/ĐUK")
    make.make_period(bloc.session, other, "2021-6T")
    assert bloc.issue(tmp_path, ["D02"])[0].path.name == "D02_04-CT-ĐUK_2021-6T_own.xlsx"


def test_the_same_return_issued_twice_is_the_same_file(bloc: Bloc, tmp_path: Path) -> None:
    first = [file.path.read_bytes() for file in bloc.issue(tmp_path / "a")]
    assert [file.path.read_bytes() for file in bloc.issue(tmp_path / "b")] == first


# What it says


def test_the_cover_says_what_it_is_for_and_bears_the_stamp_twice(bloc: Bloc, tmp_path: Path) -> None:
    book = issued_book(bloc, tmp_path, "C01")
    said = cover(book)
    assert (said["unit"], said["unit_name"]) == ("C01", "Chi bộ An & Ân")
    assert (said["period"], said["kind"]) == ("6 tháng đầu năm 2021 (2021-6T)", "Số liệu của riêng đơn vị")
    assert said["coverage"] == "Từ 15/12/2020 đến 14/06/2021"
    assert said["due"].date() == bloc.period.cutoff
    stamp = Stamp("C01", "04-CT/ĐUK", "2021-6T", "own", LAYOUT.id)
    assert find_stamp(book.custom_doc_props[PROPERTY].value, KEYS) == stamp
    assert find_stamp(book.defined_names[NAME].attr_text, KEYS) == stamp


def test_an_extension_moves_the_due_date_shown(bloc: Bloc, tmp_path: Path) -> None:
    period = make.make_period(bloc.session, bloc.directive, "2021-N")
    owed = bloc.owe("D02", period)
    for until in (date(2022, 1, 7), date(2022, 1, 5)):
        extension = Extension(return_id=owed.id, until=until, reason="bão", granted_by="K00", recorded_at=make.NOON)
        make.add(bloc.session, extension)
    assert cover(issued_book(bloc, tmp_path, "D02", period=period))["due"].date() == date(2022, 1, 7)


def test_lines_are_filled_in_with_what_was_last_reported(bloc: Bloc, tmp_path: Path) -> None:
    receipt = bloc.report("D01", bloc.before)
    make.make_progress(bloc.session, receipt, bloc.tasks["R1-01"], "in_progress")
    make.make_value(bloc.session, receipt, bloc.indicators["I01"], 12)
    make.make_value(bloc.session, receipt, bloc.indicators["I03"], numerator=431, denominator=450)
    make.make_value(bloc.session, receipt, bloc.indicators["I04"], 1)
    book = issued_book(bloc, tmp_path, "D01")
    assert [(row["task"], row["last_status"]) for row in table(book, "progress")] == [
        ("R1-01", "Đang thực hiện"),
        ("R1-02", None),
    ]
    before = {row["indicator"]: row["previous"] for row in table(book, "measures")}
    assert before == {"I01": 12, "I03": 95.8, "I04": "Có", "I19": None}


def test_a_ratio_names_its_parts_and_takes_only_them(bloc: Bloc, tmp_path: Path) -> None:
    page = sheet_of(issued_book(bloc, tmp_path, "D01"), "measures")
    assert page["B6"].value == "Tỷ lệ quán triệt\nTử số: số được quán triệt\nMẫu số: tổng số"
    assert {place: page[place].protection.locked for place in ("G5", "H5", "G6", "H6", "I6", "G7")} == {
        "G5": False, "H5": True, "G6": True, "H6": False, "I6": False, "G7": False,
    }  # fmt: skip


def test_a_consolidated_return_names_the_bodies_it_tells_of(bloc: Bloc, tmp_path: Path) -> None:
    assert table(issued_book(bloc, tmp_path, "K00", "consolidated"), "progress")[0]["role"] == "Chủ trì (B01)"


def test_a_return_without_tasks_says_so(bloc: Bloc, tmp_path: Path) -> None:
    page = sheet_of(issued_book(bloc, tmp_path, "D01", "consolidated"), "progress")
    assert page["A2"].value == load_texts("vi")("workbook.sheet.progress.none")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sheet_has_its_keys_its_lock_and_its_page(bloc: Bloc, tmp_path: Path, language: str) -> None:
    texts = load_texts(language)
    book = issued_book(bloc, tmp_path, "D01", texts=texts, banner=BANNER)
    assert [page.title for page in book if page.sheet_state == "visible"] == [
        texts(f"workbook.sheet.{sheet.key}.title") for sheet in LAYOUT.sheets
    ]
    for sheet in LAYOUT.sheets:
        page = book[texts(f"workbook.sheet.{sheet.key}.title")]
        assert page.protection.sheet
        assert page.protection.password is None
        assert (page.page_setup.orientation, page.page_setup.fitToHeight) == ("landscape", 0)
        assert page.oddHeader.center.text == BANNER
        assert BANNER in str(page["A2"].value or page["B2"].value)
        if sheet.kind == "table":
            assert [cell.value for cell in page[4]] == [sheet.tag(column.key) for column in sheet.columns]
            assert page.row_dimensions[4].hidden
            assert page.freeze_panes.endswith("5")


def test_only_one_sheet_is_selected(bloc: Bloc, tmp_path: Path) -> None:
    book = issued_book(bloc, tmp_path, "D01")
    assert [page.title for page in book if page.sheet_view.tabSelected] == ["Thông tin chung"]


def test_input_cells_and_no_others_are_open_and_light(bloc: Bloc, tmp_path: Path) -> None:
    page = sheet_of(issued_book(bloc, tmp_path, "D01"), "progress")
    for number, column in enumerate(LAYOUT.by_key["progress"].columns, 1):
        cell = page.cell(5, number)
        assert cell.protection.locked == column.locked
        assert (cell.fill.fgColor.rgb == "FFFFF8DC") == (not column.locked)


# What may be written


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_quotes_its_own_limits(language: str) -> None:
    texts = load_texts(language)
    for sheet in LAYOUT.sheets:
        for column in sheet.columns:
            if column.locked or (sheet.key == "measures" and column.type == "number"):
                continue
            said = prompt_of(texts, sheet.key, column)
            limits = [column.max_length, column.maximum, column.minimum]
            assert all(texts.number(limit) in said for limit in limits if limit is not None), said


def test_every_prompt_fits_into_excel(bloc: Bloc, tmp_path: Path) -> None:
    for page in issued_book(bloc, tmp_path, "D01"):
        for rule in page.data_validations.dataValidation:
            assert 0 < len(rule.prompt) <= PROMPT_LIMIT
            assert 0 < len(rule.promptTitle) <= 32
            assert "@@" not in rule.prompt
            assert len(rule.error) <= PROMPT_LIMIT


def test_every_input_cell_has_its_rule(bloc: Bloc, tmp_path: Path) -> None:
    book = issued_book(bloc, tmp_path, "D01")
    for sheet in LAYOUT.sheets:
        page = sheet_of(book, sheet.key)
        ruled = rules(page)
        inputs = {cell.coordinate for row in page.iter_rows() for cell in row if cell.protection.locked is False}
        assert inputs == ruled.keys()


def test_dropdowns_show_labels_in_the_language_of_the_workbook(bloc: Bloc, tmp_path: Path) -> None:
    make.make_term(bloc.session, "evidence_type", "VB", "Văn bản, quyết định", label_en="Document, decision")
    for language, status, term in (
        ("vi", "Hoàn thành", "Văn bản, quyết định"),
        ("en", "Completed", "Document, decision"),
    ):
        texts = load_texts(language)
        book = issued_book(bloc, tmp_path, "D01", texts=texts)
        for sheet, place, wanted in (("progress", "F5", status), ("evidence", "B5", term)):
            rule = rules(book[texts(f"workbook.sheet.{sheet}.title")])[place]
            name, _, area = rule.formula1.partition("!")
            assert wanted in [cell.value for row in book[name][area] for cell in row]


def test_numbers_are_held_to_the_kind_of_their_indicator(bloc: Bloc, tmp_path: Path) -> None:
    period = make.make_period(bloc.session, bloc.directive, "2021-N")
    make.make_assignment(bloc.session, bloc.tasks["R1-05"], bloc.units["D02"])
    bloc.owe("D02", period)
    ruled = rules(sheet_of(issued_book(bloc, tmp_path, "D02", period=period), "measures"))
    kinds = {place: (ruled[place].type, ruled[place].formula1) for place in ("G5", "H6", "G8", "G9")}
    assert kinds == {
        "G5": ("whole", "0"),
        "H6": ("decimal", "0"),
        "G8": ("whole", "0"),
        "G9": ("list", '"1,2,3,4"'),
    }
    assert ruled["G7"].formula1.startswith("_lists!")


def test_a_task_cannot_be_done_after_the_cut_off(bloc: Bloc, tmp_path: Path) -> None:
    rule = rules(sheet_of(issued_book(bloc, tmp_path, "D01"), "progress"))["G5"]
    assert (rule.type, int(rule.formula2)) == ("date", (bloc.period.cutoff - date(1899, 12, 30)).days)
    assert "14/06/2021" in rule.prompt


# Through other hands


@pytest.mark.office
@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_libreoffice_keeps_stamp_keys_and_rules(bloc: Bloc, tmp_path: Path) -> None:
    bloc.issue(tmp_path)
    source, target = tmp_path / "D01" / "D01_2021-6T_own.xlsx", tmp_path / "saved"
    profile = f"-env:UserInstallation=file://{tmp_path / 'profile'}"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx", "--outdir", str(target), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    before, after = load_workbook(source), load_workbook(target / source.name)
    stamps = {after.custom_doc_props[PROPERTY].value, after.defined_names[NAME].attr_text.strip('"')}
    assert stamps == {before.custom_doc_props[PROPERTY].value}
    for sheet in LAYOUT.sheets:
        old, new = sheet_of(before, sheet.key), sheet_of(after, sheet.key)
        assert [cell.value for cell in new[4]] == [cell.value for cell in old[4]]
        assert rules(new).keys() == rules(old).keys()
        assert new.protection.sheet


# The job


def test_the_job_finds_directive_and_period_however_they_are_typed(bloc: Bloc, tmp_path: Path) -> None:
    bloc.session.commit()
    settings = open_workspace(tmp_path)
    outcome = run_issue(settings, "số 04 – CT/ĐUK", "2021-6t", "d02")
    assert [file.path for file in outcome.issued] == [settings.outbox / "D02" / "D02_2021-6T_own.xlsx"]
    assert len(run_issue(settings, "04-CT/ĐUK", "2021-6T").issued) == 5


@pytest.mark.parametrize(
    ("asked", "key", "nearest"),
    [
        (("05-CT/ĐUK", "2021-6T", None), "directive", "04-CT/ĐUK"),
        (("04-CT/ĐUK", "2021-7T", None), "period", "2021-6T"),
        (("04-CT/ĐUK", "2021-6T", "D03"), "unit", "D01"),
        (("04-CT/ĐUK", "2021-6T", "B01"), "not_owed", "C01"),
    ],
)
def test_the_job_names_the_nearest_where_it_finds_nothing(
    bloc: Bloc, tmp_path: Path, asked: tuple[str, str, str | None], key: str, nearest: str
) -> None:
    bloc.session.commit()
    with pytest.raises(NotFoundError) as caught:
        run_issue(open_workspace(tmp_path), *asked)
    assert caught.value.key == f"workbook.missing.{key}"
    for language in LANGUAGES:
        assert nearest in load_texts(language)(caught.value.key, **caught.value.values)
