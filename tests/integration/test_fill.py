"""The simulated units fill real blanks: every cell where it belongs, every deliberate fault in its file."""

import unicodedata
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet
from sqlmodel import Session, select

from models.directive import Directive
from models.period import Period
from models.store import migrate, open_engine, reading, writing
from reports.blank import issue_returns
from sample.answers import Answers, answer, sample_terms
from sample.deliveries import Sending
from sample.figures import true_value
from sample.fill import cells_of, fill_return, read_blank
from sample.organisation import indicators_asked, periods, tasks
from sample.plan import write_sample_plans
from sample.sending import deliver
from schemas.texts import load_texts

SENT = {
    "2018-6T": date(2018, 6, 25),
    "2019-6T": date(2019, 6, 19),
    "2020-N": date(2020, 12, 23),
    "2021-N": date(2021, 12, 23),
    "2022-6T": date(2022, 6, 23),
    "2025-6T": date(2025, 6, 18),
}
ISSUED = {
    "2018-6T": ("D08",),
    "2018-N": ("D08",),
    "2020-N": ("D11",),
    "2021-N": ("D01", "C0201", "D12", "K00"),
    "2022-6T": ("D04", "D05"),
    "2025-6T": ("C0202",),
}


def _record(session: Session, plan: Path) -> None:
    from intake.plan import read_plan
    from models.queries.plans import record_plan

    now = datetime(2016, 9, 22, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    record_plan(session, read_plan(plan, "vi"), sha256="0" * 64, now=now)


@pytest.fixture(scope="module")
def outbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Blanks of some units and periods, issued from the sample's two plans."""
    folder = tmp_path_factory.mktemp("sample")
    engine = open_engine(f"sqlite:///{folder / 'dondoc.db'}")
    migrate(engine)
    with writing(engine) as session:
        for plan in write_sample_plans(folder, load_texts("vi")):
            _record(session, plan)
    with reading(engine) as session:
        for period in session.exec(select(Period).where(Period.code.in_(ISSUED))):  # type: ignore[attr-defined]
            issue_returns(
                session,
                directive=session.get_one(Directive, period.directive_id),
                period=period,
                units=ISSUED[period.code],
                out_dir=folder / "outbox",
                texts=load_texts("vi"),
                stamp_key_id="k1",
                stamp_keys={"k1": b"0" * 32},
                banner=None,
            )
    engine.dispose()
    return folder / "outbox"


def blank_of(outbox: Path, unit: str, period: str, kind: str = "own") -> Path:
    return outbox / unit / f"{unit}_{period}_{kind}.xlsx"


def answers_of(unit: str, period: str, kind: str = "own") -> Answers:
    return answer(unit, period, kind, SENT[period], sample_terms())


def page_of(book: Workbook, tag: str) -> Worksheet:
    """Find the sheet that bears a hidden key."""
    return next(page for page in book if any(tag in row for row in page.iter_rows(max_row=12, values_only=True)))


def rows_of(book: Workbook, sheet: str, key: str) -> dict[str, dict[str, Any]]:
    """Read a sheet by its hidden keys: code → column → value."""
    page = page_of(book, f"{sheet}.{key}")
    grid = [list(row) for row in page.iter_rows(values_only=True)]
    head = next(number for number, row in enumerate(grid) if f"{sheet}.{key}" in row)
    columns = [str(cell).removeprefix(f"{sheet}.") for cell in grid[head]]
    lines = [dict(zip(columns, row, strict=True)) for row in grid[head + 1 :]]
    return {str(line[key]): line for line in lines if line[key]}


def cover_of(book: Workbook) -> dict[str, Any]:
    page = page_of(book, "cover.unit")
    return {str(row[0]).removeprefix("cover."): row[2] for row in page.iter_rows(values_only=True) if row[0]}


def send(outbox: Path, inbox: Path, unit: str, period: str, *faults: str) -> Workbook:
    (path,) = deliver(inbox, outbox, [Sending(unit, period, "own", 1, faults)], SENT[period])
    return load_workbook(path)


def test_a_filled_return_answers_every_task_and_every_indicator_that_was_asked(outbox: Path, tmp_path: Path) -> None:
    path = fill_return(blank_of(outbox, "D01", "2021-N"), tmp_path / "a.xlsx", answers=answers_of("D01", "2021-N"))
    book = load_workbook(path)
    progress, measures = rows_of(book, "progress", "task"), rows_of(book, "measures", "indicator")
    assert set(progress) == {c for c, t in tasks().items() if t.directive == "60-KL/ĐUK" and t.is_led_by("D01")}
    assert set(measures) == indicators_asked("D01", "2021-N")
    statuses = {
        load_texts("vi")(f"workbook.list.status.{s}") for s in ("in_progress", "done", "done_beyond", "not_started")
    }
    assert {row["status"] for row in progress.values()} <= statuses
    assert all(row["result"] for row in progress.values())
    for row in measures.values():
        assert row["value"] is not None or row["marker"] or (row["numerator"] is not None and row["denominator"])


def test_numbers_are_numbers_and_dates_are_dates(outbox: Path, tmp_path: Path) -> None:
    path = fill_return(blank_of(outbox, "D01", "2021-N"), tmp_path / "a.xlsx", answers=answers_of("D01", "2021-N"))
    book = load_workbook(path)
    attendance = rows_of(book, "measures", "indicator")["I02"]["value"]
    assert attendance == int(true_value("D01", "I02", "2021-N").value or 0)
    approved = cover_of(book)["approved_on"]
    assert isinstance(approved, datetime)
    assert periods()["2021-N"].cutoff < approved.date() < SENT["2021-N"]


def test_done_tasks_have_their_date_within_the_period_and_a_document(outbox: Path, tmp_path: Path) -> None:
    path = fill_return(blank_of(outbox, "D04", "2022-6T"), tmp_path / "a.xlsx", answers=answers_of("D04", "2022-6T"))
    book = load_workbook(path)
    done = {task: row for task, row in rows_of(book, "progress", "task").items() if row["done_on"]}
    assert done
    assert all(row["done_on"].date() <= periods()["2022-6T"].cutoff for row in done.values())
    assert set(rows_of(book, "evidence", "subject")) == set(done)


def test_a_consolidated_return_speaks_of_the_boards_and_of_the_sums(outbox: Path, tmp_path: Path) -> None:
    blank = blank_of(outbox, "K00", "2021-N", "consolidated")
    book = load_workbook(fill_return(blank, tmp_path / "a.xlsx", answers=answers_of("K00", "2021-N", "consolidated")))
    assert "K60-5.4" in rows_of(book, "progress", "task")
    written = rows_of(book, "measures", "indicator")["I07"]["value"]
    assert written == int(true_value("K00", "I07", "2021-N", consolidated=True).value or 0)


def test_a_blank_whose_columns_changed_places_is_filled_by_its_keys(outbox: Path, tmp_path: Path) -> None:
    book = load_workbook(blank_of(outbox, "D01", "2021-N"))
    page = page_of(book, "measures.indicator")
    page.insert_rows(2, 3)
    swapped = tmp_path / "swapped.xlsx"
    book.save(swapped)
    path = fill_return(swapped, tmp_path / "a.xlsx", answers=answers_of("D01", "2021-N"))
    written = rows_of(load_workbook(path), "measures", "indicator")
    assert written["I19"]["value"] == int(true_value("D01", "I19", "2021-N").value or 0)


def test_a_big_change_against_the_last_figure_is_explained(outbox: Path) -> None:
    content = blank_of(outbox, "D01", "2021-N").read_bytes()
    places = read_blank(content)
    places["measures"].written["I02"]["previous"] = 10.0  # type: ignore[index]
    sheet, answers = places["measures"], answers_of("D01", "2021-N")
    cells = cells_of(answers, places)[sheet.name]
    assert cells[f"{sheet.columns['explanation']}{sheet.rows['I02']}"]
    assert f"{sheet.columns['explanation']}{sheet.rows['I01']}" not in cells


def test_equal_answers_give_equal_bytes(outbox: Path, tmp_path: Path) -> None:
    blank = blank_of(outbox, "D01", "2021-N")
    one, other = (fill_return(blank, tmp_path / name, answers=answers_of("D01", "2021-N")) for name in ("1", "2"))
    assert one.read_bytes() == other.read_bytes()


def test_a_file_appears_in_the_inbox_whole_and_under_a_senders_name(outbox: Path, tmp_path: Path) -> None:
    deliver(tmp_path, outbox, [Sending("D04", "2022-6T", "own", 2, ())], SENT["2022-6T"])
    (file,) = (tmp_path / "D04").iterdir()
    assert file.suffix == ".xlsx"
    assert not file.name.startswith(".")


def test_a_file_sent_twice_has_the_same_bytes_under_another_name(outbox: Path, tmp_path: Path) -> None:
    first, again = deliver(tmp_path, outbox, [Sending("C0202", "2025-6T", "own", 1, ("X16",))], SENT["2025-6T"])
    assert again != first
    assert again.read_bytes() == first.read_bytes()


def test_a_merged_unit_reports_in_its_last_workbook_or_not_at_all(outbox: Path, tmp_path: Path) -> None:
    late = [Sending("D08", "2019-6T", "own", 1, ("X14",))]
    (path,) = deliver(tmp_path, outbox, late, SENT["2019-6T"])
    assert cover_of(load_workbook(path))["period"] == "2019-6T"
    assert deliver(tmp_path, tmp_path / "nothing issued", late, SENT["2019-6T"]) == []


def test_inserted_rows_and_swapped_columns_keep_their_keys(outbox: Path, tmp_path: Path) -> None:
    book = send(outbox, tmp_path, "D11", "2020-N", "X19")
    measures = rows_of(book, "measures", "indicator")
    assert measures["I19"]["value"] == int(true_value("D11", "I19", "2020-N").value or 0)
    page = page_of(book, "measures.indicator")
    keys = next(row for row in page.iter_rows(values_only=True) if "measures.indicator" in row)
    assert keys.index("measures.explanation") < keys.index("measures.marker")


def test_a_number_typed_as_text_stays_a_text(outbox: Path, tmp_path: Path) -> None:
    assert (
        rows_of(send(outbox, tmp_path, "D04", "2022-6T", "X01"), "measures", "indicator")["I03"]["numerator"] == "97.5"
    )
    assert rows_of(send(outbox, tmp_path, "C0201", "2021-N", "X03"), "measures", "indicator")["I02"]["value"] == "1.234"


def test_a_share_under_a_percent_format_is_a_fraction(outbox: Path, tmp_path: Path) -> None:
    book = send(outbox, tmp_path, "D05", "2022-6T", "X02")
    assert 0.97 in [row["percent"] for row in rows_of(book, "progress", "task").values()]


def test_a_formula_of_another_program_has_no_value(outbox: Path, tmp_path: Path) -> None:
    send(outbox, tmp_path, "D12", "2021-N", "X18")
    (path,) = (tmp_path / "D12").iterdir()
    assert str(rows_of(load_workbook(path), "measures", "indicator")["I07"]["value"]).startswith("=")
    assert rows_of(load_workbook(path, data_only=True), "measures", "indicator")["I07"]["value"] is None


def test_the_other_spelling_of_a_name_is_written_as_such(outbox: Path, tmp_path: Path) -> None:
    name = cover_of(send(outbox, tmp_path, "D08", "2018-6T", "X06"))["unit_name"]
    assert "uỷ" in unicodedata.normalize("NFC", name)


@pytest.mark.parametrize("code", ["M01", "M02", "M03", "M04", "M05", "M06", "M07", "M08", "M09", "M10"])
def test_a_plain_mistake_changes_the_file(outbox: Path, tmp_path: Path, code: str) -> None:
    right = send(outbox, tmp_path / "right", "D04", "2022-6T")
    wrong = send(outbox, tmp_path / "wrong", "D04", "2022-6T", code)
    sheets = (("progress", "task"), ("measures", "indicator"))
    assert cover_of(right) != cover_of(wrong) or any(rows_of(right, *of) != rows_of(wrong, *of) for of in sheets)


def test_figures_are_exact_decimals() -> None:
    assert isinstance(true_value("D04", "I18", "2022-6T").value, Decimal)
