"""From a plan workbook to the ledger, and what a changed plan does to it."""

import csv
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from plans import content_of, saved, small_plan
from sqlalchemy import Engine, func
from sqlmodel import Session, select

from flows.jobs.assign import run_assign
from flows.jobs.draft import run_draft
from flows.jobs.draft_plan import task_code
from intake.plan import read_plan
from models.errors import ConflictError, PlanRefusedError
from models.queries.plans import PlanOutcome, find_directive, record_plan
from models.queries.units import load_history, load_spans
from models.states import ReturnState
from models.store import open_engine, reading, writing
from models.tables import Assignment, Contact, Directive, PlanVersion, Receipt, Return, Task, Unit
from models.tables import Period as PeriodRow
from reports.plan_workbook import FIRST_ROW, KEY_ROW
from sample.plan import sample_plan, write_sample_plans
from schemas.texts import load_texts
from settings import Settings, open_workspace

NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT.parent / "shared" / "seeds" / "001_ffb0d65ba92b0dfc.txt"
Record = Callable[..., PlanOutcome]


@pytest.fixture
def record(engine: Engine, tmp_path: Path) -> Record:
    """Record the small plan with cells changed."""

    def _record(**lines: Any) -> PlanOutcome:
        with writing(engine) as session:
            return record_plan(session, content_of(small_plan(**lines), tmp_path), sha256="0" * 64, now=NOW)

    return _record


def ledger(session: Session) -> dict[tuple[str, str, str], Return]:
    query = select(Unit.code, PeriodRow.code, Return).join(Unit, Unit.id == Return.unit_id)  # type: ignore[arg-type]
    rows = session.exec(query.join(PeriodRow, PeriodRow.id == Return.period_id)).all()  # type: ignore[arg-type]
    return {(unit, period, row.kind): row for unit, period, row in rows}


def states(engine: Engine, unit: str) -> dict[tuple[str, str], str]:
    with reading(engine) as session:
        return {(p, kind): row.state.value for (u, p, kind), row in ledger(session).items() if u == unit}


def test_the_sample_owes_a_thousand_and_seven_returns(any_engine: Engine, tmp_path: Path) -> None:
    plans = [read_plan(path) for path in write_sample_plans(tmp_path, load_texts("vi"))]
    with writing(any_engine) as session:
        first, second = (record_plan(session, plan, sha256="a", now=NOW) for plan in plans)
    assert (first.tasks, first.returns_owed, first.excused) == (11, 406, 12)
    assert (second.tasks, second.returns_owed, second.excused) == (20, 601, 3)
    with reading(any_engine) as session:
        _assert_periods(ledger(session))
        assert load_history(session).tree(date(2022, 3, 1)).spans["C0104"].parent == "D02"


def _assert_periods(rows: dict[tuple[str, str, str], Return]) -> None:
    owed = Counter((period, kind) for (_, period, kind), row in rows.items() if row.state is ReturnState.OWED)
    dues = {(period, unit[0]): row.due.isoformat() for (unit, period, _), row in rows.items()}
    with (ROOT / "sample" / "data" / "periods.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            code = row["code"]
            assert owed[code, "own"] == int(row["expected_own"])
            assert owed[code, "consolidated"] == int(row["expected_consolidated"])
            assert [dues[code, level] for level in "CDK"] == [row[f"due_{level}"] for level in "CDK"]


def test_units_that_ended_inside_a_period_are_excused_with_the_event(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        for symbol in ("04-CT/ĐUK", "60-KL/ĐUK"):
            record_plan(session, content_of(sample_plan(symbol), tmp_path), sha256="a", now=NOW)
        rows = ledger(session)
        excused = {(u, p) for (u, p, _), row in rows.items() if row.state is ReturnState.EXCUSED}
    assert {period for unit, period in excused if unit == "D10"} == {"2024-9T", "2024-N", "R2-5N"}
    assert {period for unit, period in excused if unit == "D07"} == {"2019-6T", "2019-N", "R1-5N"}
    assert all(row.reason and row.event_id for row in rows.values() if row.state is ReturnState.EXCUSED)


def test_the_same_plan_again_changes_nothing(record: Record, engine: Engine) -> None:
    first, again = record(), record()
    assert first.changed
    assert not again.changed
    assert (again.version, again.changes, again.returns_owed) == (1, (), first.returns_owed)
    with reading(engine) as session:
        assert session.exec(select(func.count()).select_from(PlanVersion)).one() == 1


def test_a_changed_plan_is_a_new_version_that_says_what_changed(record: Record) -> None:
    record()
    outcome = record(tasks={0: {"due": date(2025, 6, 30)}, 2: {**small_plan()["tasks"][1], "code": "T3"}})
    assert (outcome.version, outcome.tasks) == (2, 3)
    assert [str(change) for change in outcome.changes] == [
        "tasks T1 due: 2024-12-31 → 2025-06-30",
        "tasks T3 added",
    ]


def test_a_task_no_longer_planned_is_retired_and_comes_back(record: Record, engine: Engine) -> None:
    record()
    assert record(tasks={1: {"code": "T9"}}).tasks == 2
    with reading(engine) as session:
        retired = {task.code: task.retired for task in session.exec(select(Task)).all()}
    assert retired == {"T1": False, "T2": True, "T9": False}
    record()
    with reading(engine) as session:
        assert {task.code for task in session.exec(select(Task)).all() if task.retired} == {"T9"}


def test_a_row_no_longer_owed_is_superseded_and_owed_again_when_the_plan_says_so(
    record: Record, engine: Engine
) -> None:
    record()
    record(periods={0: {"own_rule": ("D*",)}})
    assert states(engine, "C01") == {("2020-N", "own"): "superseded", ("2021-N", "own"): "owed"}
    record()
    assert states(engine, "C01") == {("2020-N", "own"): "owed", ("2021-N", "own"): "owed"}


def test_a_return_that_has_a_receipt_is_kept_whatever_the_plan_says(record: Record, engine: Engine) -> None:
    record()
    with writing(engine) as session:
        row = ledger(session)["C01", "2020-N", "own"]
        receipt = {"claim": "c", "file_name": "f", "sha256": "s", "size": 1, "received_at": NOW}
        session.add(Receipt(unit_id=row.unit_id, return_id=row.id, **receipt))
        row.state = ReturnState.RECEIVED
    record(periods={0: {"own_rule": ("D*",)}})
    assert states(engine, "C01")["2020-N", "own"] == "received"


def test_a_unit_dissolved_by_a_later_plan_is_excused(record: Record, engine: Engine) -> None:
    record()
    record(events={1: {"code": "E2", "date": date(2021, 6, 30), "type": "dissolve", "from": ("D01",), "basis": "QĐ 9"}})
    assert states(engine, "D01")["2021-N", "own"] == "excused"
    assert states(engine, "D01")["2020-N", "own"] == "owed"


def test_assignments_follow_the_units_through_time(record: Record, engine: Engine) -> None:
    record(tasks={0: {"lead": "kind=chibo"}}, events={0: {"type": "change_kind", "to": ("dangbo",)}})
    with reading(engine) as session:
        query = select(Assignment).join(Task, Task.id == Assignment.task_id)  # type: ignore[arg-type]
        leads = session.exec(query.where(Task.code == "T1", Assignment.role == "lead")).all()
    assert [(one.valid_from, one.valid_to) for one in leads] == [(date(2020, 1, 1), date(2021, 2, 28))]


def test_addresses_follow_the_plan(record: Record, engine: Engine) -> None:
    record()
    record(units={1: {"email": "moi@mau.example"}})
    with reading(engine) as session:
        assert [contact.address for contact in session.exec(select(Contact)).all()] == ["moi@mau.example"]


def test_other_addresses_have_a_role_and_days_and_go_when_the_plan_drops_them(record: Record, engine: Engine) -> None:
    second = {"unit": "D01", "role": "alternate", "address": "d01-2@mau.example", "valid_from": date(2021, 1, 1)}
    record(contacts={0: second, 1: {"unit": "D02", "role": "main", "address": "d02@mau.example"}})
    with reading(engine) as session:
        kept = {(one.role, one.address): one.valid_from for one in session.exec(select(Contact)).all()}
    assert kept == {
        ("main", "d01@mau.example"): None,
        ("alternate", "d01-2@mau.example"): date(2021, 1, 1),
        ("main", "d02@mau.example"): None,
    }
    record(contacts={0: {**second, "valid_from": date(2022, 1, 1)}})
    with reading(engine) as session:
        kept = {(one.role, one.address): one.valid_from for one in session.exec(select(Contact)).all()}
    assert kept == {("main", "d01@mau.example"): None, ("alternate", "d01-2@mau.example"): date(2022, 1, 1)}


def test_a_cited_document_does_not_undo_the_plan_of_its_own(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        record_plan(session, content_of(small_plan(), tmp_path), sha256="a", now=NOW)
        other = small_plan(documents={0: {"symbol": "02-KL/ĐU"}, 1: {"symbol": "01-CT/ĐU", "relation": "continues"}})
        record_plan(session, content_of(other, tmp_path), sha256="b", now=NOW)
        first = find_directive(session, "01-CT/ĐU")
        assert first is not None
        assert (first.tracked, first.title) == (True, "Thử nghiệm")


def test_two_plans_share_units_and_the_later_word_wins(engine: Engine, tmp_path: Path) -> None:
    other = {"documents": {0: {"symbol": "02-KL/ĐU"}}, "units": {2: {"valid_to": date(2021, 6, 30)}}}
    moved_back = {1: {"code": "E2", "date": date(2021, 7, 1), "type": "move", "from": ("C01",), "to": ("D01",)}}
    with writing(engine) as session:
        record_plan(session, content_of(small_plan(), tmp_path), sha256="a", now=NOW)
        second = record_plan(session, content_of(small_plan(**other, events=moved_back), tmp_path), sha256="b", now=NOW)
        spans = {span.unit: span for span in load_spans(session)}
    assert [str(change) for change in second.changes] == ["units D02 valid_to: null → 2021-06-30"]
    assert (spans["D02"].valid_to, spans["C01"].parent) == (date(2021, 6, 30), "D01")
    assert states(engine, "D02") == {
        ("2020-N", "own"): "owed", ("2021-N", "own"): "excused", ("2021-N", "consolidated"): "excused",
    }  # fmt: skip


def test_units_that_contradict_another_plan_are_refused_and_nothing_is_stored(engine: Engine, tmp_path: Path) -> None:
    """One plan has a cell under D01 all through 2020, the other lets D01 end in June and knows of no cell."""
    other = small_plan(
        documents={0: {"symbol": "02-KL/ĐU"}},
        units={1: {"valid_to": date(2020, 6, 30)}},
        tasks={0: {"lead": ("D*",)}},
        periods={at: {"own_rule": ("D*",)} for at in (0, 1)},
    )
    del other["units"][3], other["events"][0]
    with writing(engine) as session:
        record_plan(session, content_of(small_plan(), tmp_path), sha256="a", now=NOW)
    with pytest.raises(ConflictError) as caught, writing(engine) as session:
        record_plan(session, content_of(other, tmp_path), sha256="b", now=NOW)
    assert (caught.value.values["unit"], caught.value.values["superior"]) == ("C01", "D01")
    assert load_texts("vi")(caught.value.key, **caught.value.values)
    with reading(engine) as session:
        assert find_directive(session, "02-KL/ĐU") is None


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_workspace(tmp_path / "workspace")


def test_assign_says_what_it_did_and_what_changed_in_the_language_of_the_office(
    settings: Settings, tmp_path: Path
) -> None:
    first = run_assign(settings, saved(small_plan(), tmp_path), NOW)
    assert (first.directive, first.tasks, first.returns_owed, first.excused, first.findings) == (
        "01-CT/ĐU",
        2,
        10,
        0,
        (),
    )
    second = run_assign(settings, saved(small_plan(tasks={0: {"due": None}}), tmp_path), NOW)
    assert second.changes == ("Nhiệm vụ: T1, Thời hạn: 2024-12-31 → –",)
    assert not run_assign(settings, saved(small_plan(tasks={0: {"due": None}}), tmp_path), NOW).changed


def test_a_refused_plan_stores_nothing(settings: Settings, tmp_path: Path) -> None:
    run_assign(settings, saved(small_plan(), tmp_path), NOW)
    with pytest.raises(PlanRefusedError):
        run_assign(
            settings,
            saved(small_plan(documents={0: {"symbol": "09-CT/ĐU"}}, units={1: {"parent": "Z"}}), tmp_path),
            NOW,
        )
    with reading(open_engine(settings.url)) as session:
        assert {one.symbol for one in session.exec(select(Directive)).all()} == {"01-CT/ĐU"}


@pytest.mark.parametrize(
    ("symbol", "code"),
    [("60-KL/ĐUK", "K60-1.1"), ("239-TB/ĐU", "T239-1.1"), ("04-CT/ĐUK", "C04-1.1"), (None, "V-1.1")],
)
def test_a_tasks_code_is_made_from_symbol_and_path(symbol: str | None, code: str) -> None:
    assert task_code(symbol, "1.1") == code


@pytest.mark.skipif(not SEED.exists(), reason="the real texts are not beside this checkout")
def test_a_draft_of_the_real_conclusion_is_taken_once_its_missing_sheets_are_filled(
    settings: Settings, tmp_path: Path
) -> None:
    out = tmp_path / "draft.xlsx"
    drafted = run_draft(settings, SEED, out)
    assert len(drafted.clauses) >= 30
    assert drafted.documents[0]["symbol"] == "60-KL/ĐUK"
    with pytest.raises(PlanRefusedError):
        run_assign(settings, out, NOW)
    _fill(out, tmp_path)
    outcome = run_assign(settings, out, NOW)
    assert (outcome.directive, outcome.tasks, outcome.returns_owed) == ("60-KL/ĐUK", len(drafted.clauses), 601)


@pytest.mark.skipif(not SEED.exists(), reason="the real texts are not beside this checkout")
def test_a_draft_never_overwrites_a_workbook_that_lies_there(settings: Settings, tmp_path: Path) -> None:
    out = tmp_path / "draft.xlsx"
    out.write_bytes(b"work of days")
    assert run_draft(settings, SEED, out).kept == tmp_path / "draft-1.xlsx"
    assert (tmp_path / "draft-1.xlsx").read_bytes() == b"work of days"


def _fill(out: Path, folder: Path) -> None:
    """Copy the sheets that no text can tell from the sample's plan, and name leads, starts and indicators."""
    book = load_workbook(out)
    source = load_workbook(write_sample_plans(folder, load_texts("vi"))[1])
    for name in ("Đơn vị", "Biến động", "Chỉ tiêu", "Kỳ báo cáo", "Danh mục"):
        for row in source[name].iter_rows(min_row=FIRST_ROW):
            for cell in row:
                book[name].cell(cell.row, cell.column).value = cell.value
    tasks = book["Nhiệm vụ"]
    columns = {cell.value: cell.column for cell in tasks[KEY_ROW]}
    known = {task["code"]: task for task in sample_plan("60-KL/ĐUK")["tasks"]}
    for row in range(FIRST_ROW, tasks.max_row + 1):
        code = tasks.cell(row, columns["tasks.code"]).value
        if code:
            task = known.get(code, {"lead": ("D*", "C*"), "start": date(2021, 9, 1)})
            tasks.cell(row, columns["tasks.lead"]).value = "; ".join(task["lead"])
            tasks.cell(row, columns["tasks.start"]).value = task["start"]
            # The draft suggested some that the sample's sheet of indicators does not have.
            tasks.cell(row, columns["tasks.indicators"]).value = "; ".join(task.get("indicators", ()))
    book.save(out)
