"""The flows under a real engine: the same results as without it, names that an operator can read, states that fit."""

import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from office import CONSOLIDATED, VI, Office
from plans import saved, small_plan

from flows.jobs.assign import AssignOutcome, run_assign
from flows.jobs.collect import run_collect
from models.errors import ArchiveAwayError, NotFoundError, PlanRefusedError, RefusedError
from models.store import open_engine, reading
from settings import open_workspace

pytestmark = [pytest.mark.xdist_group("prefect"), pytest.mark.slow]
PERIOD, SYMBOL = "2021-9T", "60-KL/ĐUK"
DUE = date(2021, 9, 17)


@dataclass(frozen=True)
class Run:
    """A flow run as its server has it."""

    name: str
    state: str
    type: str
    message: str


@dataclass(frozen=True)
class Twins:
    """Two workspaces with the same key and plan: what one does through the engine, the other does without."""

    engaged: Office
    direct: Office
    assigned: tuple[Any, AssignOutcome]


@pytest.fixture(scope="module")
def runs(prefect_server: None) -> Callable[[], list[Run]]:
    """Ask the server for all flow runs, the newest first."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.sorting import FlowRunSort

    def ask() -> list[Run]:
        with get_client(sync_client=True) as client:
            found = client.read_flow_runs(sort=FlowRunSort.START_TIME_DESC, limit=200)
        states = [(one.name, one.state) for one in found]
        return [Run(name, state.name or "", state.type.value, state.message or "") for name, state in states if state]

    return ask


@pytest.fixture(scope="module")
def twins(prefect_server: None, tmp_path_factory: pytest.TempPathFactory) -> Twins:
    """Assign the same plan in both, issue once, and drop the same files into both inboxes."""
    from flows.assign import assign
    from flows.issue import issue

    folder = tmp_path_factory.mktemp("flows")
    engaged, direct = Office(folder / "engaged"), Office(folder / "direct")
    plan = engaged.plans()[1]
    shutil.copyfile(engaged.settings.stamp_key_file, direct.settings.stamp_key_file)
    through = assign(plan, workspace=engaged.workspace)
    at_once = run_assign(direct.settings, plan, datetime.now(UTC))
    for unit in ("C0101", "C0102", "D01"):
        issue(SYMBOL, PERIOD, unit, workspace=engaged.workspace)
    engaged.fill(PERIOD, ("C0101", "D01"), DUE)
    engaged.fill(PERIOD, ("C0102",), DUE, faults=("M04",))
    engaged.fill(PERIOD, ("D01",), DUE, kind=CONSOLIDATED)
    (engaged.settings.inbox / "D01" / "ghi chú.xlsx").write_text("không phải bảng tính", encoding="utf-8")
    shutil.copytree(engaged.settings.inbox, direct.settings.inbox, dirs_exist_ok=True)
    return Twins(engaged, direct, (through, at_once))


@pytest.fixture(scope="module")
def collected(twins: Twins) -> tuple[Any, Any]:
    """Collect in both: through the engine and without."""
    from flows.collect import collect

    at = datetime(2021, 9, 17, 16, 30, tzinfo=twins.direct.settings.zone)
    return collect(at, workspace=twins.engaged.workspace), run_collect(twins.direct.settings, at)


def test_assign_gives_the_same_with_and_without_the_engine(twins: Twins) -> None:
    through, at_once = twins.assigned
    assert asdict(through) == asdict(at_once)
    assert at_once.returns_owed == 601


def test_collect_gives_the_same_with_and_without_the_engine(twins: Twins, collected: tuple[Any, Any]) -> None:
    through, at_once = collected
    assert through == at_once
    assert sorted(one["state"] for one in through.receipts) == [*["accepted"] * 3, "quarantined", "rejected"]
    assert _tables(twins.engaged) == _tables(twins.direct)


def _tables(office: Office) -> dict[str, list[Any]]:
    """Give all rows of what collecting writes, without what names the moment or the claim."""
    from sqlalchemy import text

    columns = {
        "receipt": "id, unit_id, return_id, file_name, sha256, received_at, state, revision, days_late, reply",
        "finding": 'receipt_id, "check", severity, sheet, cell, value',
        "reported_value": "receipt_id, indicator_id, value, numerator, denominator",
        "effective_return": "return_id, receipt_id, since, until",
    }
    engine = open_engine(office.settings.url)
    with reading(engine) as session:
        rows = {
            table: [tuple(row) for row in session.connection().execute(text(f"SELECT {wanted} FROM {table}"))]  # noqa: S608
            for table, wanted in columns.items()
        }
    engine.dispose()
    assert all(rows.values())
    return {table: sorted(of_table, key=repr) for table, of_table in rows.items()}


def test_runs_have_names_that_an_operator_can_read(
    twins: Twins, collected: tuple[Any, Any], runs: Callable[[], list[Run]]
) -> None:
    from flows.board import board
    from flows.remind import remind
    from flows.review import review

    folder = twins.engaged.workspace
    remind(date(2021, 10, 1), dry_run=True, workspace=folder)
    board(datetime(2021, 10, 1, 5, 0, tzinfo=UTC), workspace=folder)
    review(SYMBOL, PERIOD, "2030-N", workspace=folder)
    assert {one.name for one in runs()} >= {
        "Giao nhiệm vụ plan-60-KL-DUK",
        "Phát mẫu báo cáo 60-KL/ĐUK 2021-9T C0101",
        "Tiếp nhận 16:30 17/09/2021",
        "Đôn đốc 01/10/2021",
        "Bảng theo dõi 12:00 01/10/2021",  # five o'clock in UTC
        "Sơ kết 60-KL/ĐUK 2021-9T – 2030-N",
    }


def test_a_run_with_refused_returns_is_completed_and_stands_apart(
    collected: tuple[Any, Any], runs: Callable[[], list[Run]]
) -> None:
    run = next(one for one in runs() if one.name == "Tiếp nhận 16:30 17/09/2021")
    assert (run.state, run.type) == (VI("flows.to-correct"), "COMPLETED")
    assert run.message == "5 tệp đã tiếp nhận, 2 tệp cần chỉnh lý"


def test_a_refused_plan_is_a_completed_run_that_says_every_fault(
    prefect_server: None, tmp_path: Path, runs: Callable[[], list[Run]]
) -> None:
    from flows.assign import assign

    plan = saved(small_plan(units={3: {"parent": "D99"}}, indicators={1: {"kind": None}}), tmp_path)
    outcome: Any = assign(plan, workspace=tmp_path / "workspace")
    assert isinstance(outcome, PlanRefusedError)
    run = runs()[0]
    assert (run.name, run.state, run.type) == ("Giao nhiệm vụ plan", VI("flows.refused"), "COMPLETED")
    assert run.message.count("\n- ") == len(outcome.findings) == 2


def test_a_name_that_is_not_on_record_is_refused_with_its_sentence(twins: Twins, runs: Callable[[], list[Run]]) -> None:
    from flows.issue import issue

    outcome: Any = issue(SYMBOL, "2021-X", workspace=twins.engaged.workspace)
    assert isinstance(outcome, NotFoundError)
    assert (runs()[0].state, "2021-9T" in runs()[0].message) == (VI("flows.refused"), True)


def test_a_plan_on_a_relative_path_is_looked_for_in_the_workspace(prefect_server: None, tmp_path: Path) -> None:
    from flows.assign import assign

    saved(small_plan(), open_workspace(tmp_path / "w").workspace)
    assert assign(Path("plan.xlsx"), workspace=tmp_path / "w").tasks == 2


@pytest.mark.parametrize("day", [date(2021, 9, 26), date(2022, 4, 11)], ids=["Sunday", "holiday"])
def test_the_clock_reminds_nobody_on_a_day_off(
    twins: Twins, runs: Callable[[], list[Run]], monkeypatch: pytest.MonkeyPatch, day: date
) -> None:
    import flows.remind as module

    folder = twins.engaged.workspace
    morning = datetime.combine(day, time(7, 45), twins.engaged.settings.zone)
    monkeypatch.setattr("flows.remind.now_in", lambda _: morning)
    assert {one.state for one in module.remind(dry_run=True, workspace=folder).notices} == {"pending"}
    assert (runs()[0].state, runs()[0].type) == (VI("flows.day-off"), "COMPLETED")
    monkeypatch.setattr("flows.remind.now_in", lambda _: morning + timedelta(days=1))
    assert {one.state for one in module.remind(dry_run=True, workspace=folder).notices} == {"planned"}


@pytest.fixture
def waiting(twins: Twins, collected: tuple[Any, Any]) -> Office:
    """Three corrections wait in the inbox."""
    for number in range(3):
        blank = twins.engaged.settings.outbox / "C0101" / f"C0101_{PERIOD}_own.xlsx"
        (twins.engaged.settings.inbox / "C0101" / f"{number}.xlsx").write_bytes(blank.read_bytes() + b"\0" * number)
    return twins.engaged


def test_a_batch_that_fails_keeps_no_other_waiting(
    waiting: Office, runs: Callable[[], list[Run]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows import collect as module

    process = module.process_batch
    done: list[int] = []

    def breaking(settings: Any, ids: list[int]) -> Any:
        done.extend(ids)
        if len(done) == 1:
            raise ArithmeticError(ids)
        return process(settings, ids)

    monkeypatch.setattr(module, "batches", lambda ids: [[one] for one in ids])
    monkeypatch.setattr(module, "process_batch", breaking)
    with pytest.raises(ArithmeticError):
        module.collect(workspace=waiting.workspace)
    assert len(done) == 3
    assert runs()[0].type == "FAILED"
    monkeypatch.undo()
    again: Any = module.collect(workspace=waiting.workspace)
    assert len(again.receipts) == 1  # the one that had failed


def test_an_archive_that_is_away_fails_the_run_with_a_sentence_and_loses_nothing(
    waiting: Office, runs: Callable[[], list[Run]], monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.collect import collect

    lying = sorted(waiting.settings.inbox.rglob("*.xlsx"))
    invented = {"ENDPOINT_URL": "http://127.0.0.1:9", "ACCESS_KEY_ID": "a", "SECRET_ACCESS_KEY": "b"}
    for name, value in {f"AWS_{name}": value for name, value in invented.items()}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DONDOC_ARCHIVE_FOLDER", "s3://office-archive/x")
    with pytest.raises(ArchiveAwayError):
        collect(workspace=waiting.workspace)
    assert (runs()[0].type, "s3://office-archive/x" in runs()[0].message) == ("FAILED", True)
    assert sorted(waiting.settings.inbox.rglob("*.xlsx")) == lying


def test_a_worker_that_does_not_know_its_workspace_fails_with_a_sentence(
    prefect_server: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, runs: Callable[[], list[Run]]
) -> None:
    from flows.collect import collect

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PREFECT__RUNTIME__DEPLOYMENT__ID", "some-deployment")
    monkeypatch.setenv("DONDOC_WORKSPACE", "workspace")
    with pytest.raises(RefusedError, match="DONDOC_WORKSPACE"):
        collect()
    assert "DONDOC_WORKSPACE" in runs()[0].message
    assert not list(tmp_path.iterdir())
    monkeypatch.setenv("DONDOC_WORKSPACE", str(tmp_path / "workspace"))
    told: Any = collect()
    assert told.receipts == []


@pytest.mark.parametrize("count", [0, 1, 24, 25, 26, 999, 1000, 1001, 2500, 9999, 10_000, 10_001, 40_000])
def test_batches_hold_each_receipt_once_in_order_and_are_few_and_never_too_large(count: int) -> None:
    from flows.collect import LARGEST, SMALLEST, WANTED, batches

    cut = batches(list(range(7, 7 + count)))
    sizes = [len(batch) for batch in cut]
    assert [one for batch in cut for one in batch] == list(range(7, 7 + count))
    assert all(0 < size <= LARGEST for size in sizes)
    assert all(size >= SMALLEST for size in sizes[:-1])
    assert len(set(sizes[:-1])) <= 1
    assert len(sizes) <= max(WANTED, -(-count // LARGEST))
