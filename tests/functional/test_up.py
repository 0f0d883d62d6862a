"""`dondoc up` as an operator has it: everything there with one command, and gone with one signal."""

import errno
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml
from office import VI, Office
from sqlmodel import col, select
from waiting import PATIENCE, wait_for

from flows.engine import SERVER_FILE
from flows.jobs.serving import ZOMBIES, Api
from models.period import Period
from models.returns import Receipt
from models.states import ReceiptState
from models.store import open_engine, reading

pytestmark = [pytest.mark.xdist_group("up"), pytest.mark.slow]
DONDOC = Path(sys.executable).with_name("dondoc")
DECLARED = yaml.safe_load((Path(__file__).resolve().parents[2] / "prefect.yaml").read_text("utf-8"))["deployments"]
PERIOD, SYMBOL = "2021-9T", "60-KL/ĐUK"
ENDS = ("COMPLETED", "FAILED", "CRASHED", "CANCELLED")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
PICTURES = Path(os.environ["DONDOC_PICTURES"]) if "DONDOC_PICTURES" in os.environ else None


@dataclass(frozen=True)
class Up:
    """The program, where it answers, and what it has said so far."""

    process: subprocess.Popen[str]
    port: int
    office: Office
    log: Path

    def ask(self, path: str, body: Any) -> Any:
        return Api("127.0.0.1", self.port).ask(path, body)

    def run(self, name: str, ends: tuple[str, ...] = ENDS, **parameters: Any) -> dict[str, Any]:
        """Have the worker run a deployment; gives the run once it has ended, or stands as it is to."""
        return self.ended(self.start(name, **parameters), ends)

    def start(self, name: str, **parameters: Any) -> str:
        (found,) = self.ask("/deployments/filter", {"deployments": {"name": {"any_": [name]}}})
        body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
        return str(self.ask(f"/deployments/{found['id']}/create_flow_run", body)["id"])

    def state(self, key: str) -> str:
        (run,) = self.ask("/flow_runs/filter", {"flow_runs": {"id": {"any_": [key]}}})
        return str(run["state_type"])

    def ended(self, key: str, ends: tuple[str, ...] = ENDS) -> dict[str, Any]:
        def ended() -> dict[str, Any] | None:
            (run,) = self.ask("/flow_runs/filter", {"flow_runs": {"id": {"any_": [key]}}})
            return run if run["state_type"] in ends else None

        return wait_for(ended, f"{key} did not end")

    def drafts(self) -> list[dict[str, Any]]:
        """Give the runs of `review` that an event started."""
        runs = self.ask("/flow_runs/filter", {"deployments": {"name": {"any_": ["review"]}}})
        return [one for one in runs if one["created_by"]["type"] == "AUTOMATION"]

    def pages(self, run: dict[str, Any]) -> str:
        return "\n".join(str(one["data"]) for one in self.artifacts(run))

    def artifacts(self, run: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/artifacts/filter", {"flow_runs": {"id": {"any_": [run["id"]]}}})
        return found

    def children(self) -> dict[int, list[str]]:
        """Give the programs that it started, by number, with their arguments."""
        return {one: Path(f"/proc/{one}/cmdline").read_text().split("\0") for one in descendants(self.process.pid)}

    def said(self) -> str:
        return self.log.read_text("utf-8")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    folder = tmp_path_factory.mktemp("up")
    office = Office(folder / "workspace")
    office.ask("assign", office.plans()[1])
    for unit in ("C0101", "C0103", "C0104"):
        office.ask("issue", "--directive", SYMBOL, "--period", PERIOD, "--unit", unit)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "DONDOC_"))}
    around = {**bare, "DONDOC_POLL_SECONDS": "1", "PREFECT_WORKER_QUERY_SECONDS": "1", "NO_COLOR": "1"}
    command = [DONDOC, "up", "--workspace", office.workspace, "--port", str(port)]
    log = folder / "up.log"
    with log.open("w") as out:
        process = subprocess.Popen(command, env=around, cwd=folder, stdout=out, stderr=out, text=True)
    one = Up(process, port, office, log)
    try:
        wait_for(lambda: VI("up.ready", url=f"http://127.0.0.1:{port}") in one.said() or None, "nothing is up")
        stop_the_clock(one)
        yield one
    finally:
        process.terminate()
        process.wait(PATIENCE)


def stop_the_clock(up: Up) -> None:
    """Let no scheduled run come between: in office hours one of `collect` is due every few minutes."""
    for one in up.ask("/deployments/filter", {}):
        up.ask(f"/deployments/{one['id']}/pause_deployment", {})
    waiting = {"flow_runs": {"state": {"type": {"any_": ["SCHEDULED", "PENDING", "RUNNING"]}}}}
    for one in up.ask("/flow_runs/filter", waiting):
        up.ask(f"/flow_runs/{one['id']}/set_state", {"state": {"type": "CANCELLED"}, "force": True})


def test_every_deployment_is_there_and_the_ui_is_shown(up: Up) -> None:
    def ready() -> set[str] | None:
        served = up.ask("/deployments/filter", {})
        return {one["name"] for one in served} if all(one["status"] == "READY" for one in served) else None

    assert wait_for(ready, "no worker looks after the deployments") == {one["name"] for one in DECLARED}
    rules = {one["name"] for one in up.ask("/automations/filter", {})}
    assert (ZOMBIES in rules, len(rules)) == (True, 2)  # the other one starts the review of a closed round
    with urllib.request.urlopen(f"http://127.0.0.1:{up.port}/", timeout=30) as page:
        assert b"Prefect" in page.read()


def test_a_file_that_comes_is_answered_at_once(up: Up) -> None:
    up.office.fill(PERIOD, ("C0101",), date(2021, 9, 17))
    outbox = up.office.settings.outbox / "C0101"
    wait_for(lambda: [*outbox.glob("*R000001*")] or None, "no reply came")
    assert "R000001: C0101" in up.said()


def test_an_operator_may_try_a_flow_before_it_does_anything(up: Up) -> None:
    before = sorted(up.office.settings.outbox.rglob("*.xlsx"))
    run = up.run("issue", directive=SYMBOL, period=PERIOD, dry_run=True)
    assert run["state_name"] == "Completed", run["state"]
    owed = up.office.ask("standing", "--directive", SYMBOL, "--period", PERIOD)["owed"]
    assert VI("flows.page.would_issue", count=owed) in up.pages(run)
    assert sorted(up.office.settings.outbox.rglob("*.xlsx")) == before


@pytest.fixture(scope="module")
def dead(up: Up) -> str:
    """A run that was killed together with its worker; gives its id."""
    key = up.start("issue", directive=SYMBOL, period="2022-6T")
    wait_for(lambda: up.state(key) == "RUNNING" or None, "no run began", 0.1)
    (worker,) = (one for one, command in up.children().items() if "worker" in command)
    kill(*descendants(worker), worker)
    return key


def test_a_worker_that_is_killed_is_started_again(up: Up, dead: str) -> None:
    log = up.office.workspace.resolve() / SERVER_FILE.parent / "worker.log"
    wait_for(lambda: VI("up.restarted", program="worker", log=log) in up.said() or None, "nobody noticed")
    assert up.state(dead) == "RUNNING"  # as far as anybody can tell


def test_a_run_leaves_a_page_that_says_what_to_do_and_events(up: Up, told: dict[str, Any]) -> None:
    assert told["collect"]["state_name"] == VI("flows.to-correct")
    page = up.pages(told["collect"])
    assert VI("flows.collected", count=2, refused=1) in page
    assert VI("flows.page.todo") in page
    assert "C0104" in page.split(VI("flows.page.todo"))[1]

    def heard() -> set[str] | None:
        asked = up.ask("/events/filter", {"filter": {"event": {"prefix": ["dondoc."]}}})
        names = {one["event"] for one in asked["events"]}
        return names if len(names) == 2 else None

    assert wait_for(heard, "no events came") == {"dondoc.return.accepted", "dondoc.return.rejected"}


def test_the_board_says_how_the_newest_periods_stand_and_that_one_was_closed(up: Up, told: dict[str, Any]) -> None:
    with reading(open_engine(up.office.settings.url)) as session:
        (locked,) = session.exec(select(Period.lock).where(Period.code == PERIOD))
    assert locked
    as_at = f"{locked + timedelta(days=1)}T12:00"
    page = up.pages(up.run("board", as_at=as_at))
    ledger = up.office.ask("standing", "--directive", SYMBOL, "--period", PERIOD, "--as-at", as_at)["rates"]
    counts = {name: ledger[name] for name in ("owed", "received", "accepted", "on_time", "missing")}
    assert VI("flows.page.standing", directive=SYMBOL, period=PERIOD, **counts) in page

    def heard() -> list[str] | None:
        asked = up.ask("/events/filter", {"filter": {"event": {"name": ["dondoc.period.closed"]}}})
        return [one["payload"]["period"] for one in asked["events"]] or None

    assert wait_for(heard, "no event came") == [PERIOD]


def test_a_round_that_is_closed_has_its_review_drafted_by_itself_and_once(up: Up) -> None:
    with reading(open_engine(up.office.settings.url)) as session:
        over = max(day for day in session.exec(select(Period.lock)) if day)
    day_after = f"{over + timedelta(days=1)}T12:00"
    assert up.run("board", as_at=day_after)["state_type"] == "COMPLETED"
    (drafted,) = wait_for(lambda: up.drafts() or None, "no review was started")
    assert up.ended(drafted["id"])["state_type"] == "COMPLETED", up.ended(drafted["id"])["state"]
    assert up.run("board", as_at=day_after)["state_type"] == "COMPLETED"
    assert len(up.ask("/events/filter", {"filter": {"event": {"name": ["dondoc.round.closed"]}}})["events"]) == 1
    asked = drafted["parameters"]
    assert [asked[key] for key in ("directive", "period_to", "kind")] == [SYMBOL, "R2-5N", "five-year"]
    assert [*up.office.settings.reviews.rglob("*R2-5N*.docx")]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_the_ui_shows_runs_what_they_left_and_an_approval_that_waits(up: Up, told: dict[str, Any], ui: Any) -> None:
    """Set DONDOC_PICTURES to a folder to keep what is seen here."""
    run, waits = (f"/runs/flow-run/{told[name]['id']}" for name in ("collect", "approve"))
    (left,) = (one["id"] for one in up.artifacts(told["collect"]) if one["key"] == "intake")
    for name, path, shown in (
        ("runs", "/runs", "Tiếp nhận 16:30 17/09/2021"),
        ("collect", run, VI("flows.to-correct")),
        ("intake", f"/artifacts/artifact/{left}", VI("flows.page.todo")),
        ("approval", waits, f"Duyệt {told['review']}"),
    ):
        ui.goto(f"http://127.0.0.1:{up.port}{path}")
        ui.get_by_text(shown).first.wait_for(timeout=60_000)
        ui.screenshot(path=PICTURES / f"{name}.png") if PICTURES else None
    ui.get_by_role("button", name="Resume").first.click()
    ui.get_by_text(VI("approval.form.decision")).first.wait_for(timeout=60_000)
    ui.screenshot(path=PICTURES / "form.png") if PICTURES else None
    hosts = {urlsplit(one.removeprefix("blob:")).hostname for one in ui.asked if not one.startswith("data:")}
    assert hosts == {"127.0.0.1"}


@pytest.fixture(scope="module")
def told(up: Up) -> dict[str, Any]:
    """Let the watch sleep, and the worker take in a good return and a bad one, draft a review, ask for its approval."""
    (watch,) = (one for one, command in up.children().items() if "--watch" in command)
    os.kill(watch, signal.SIGSTOP)
    up.office.fill(PERIOD, ("C0103",), date(2021, 9, 17))
    up.office.fill(PERIOD, ("C0104",), date(2021, 9, 17), faults=("M04",))
    collected = up.run("collect", received_at="2021-09-17T16:30")
    os.kill(watch, signal.SIGCONT)
    span = ("--from", PERIOD, "--to", PERIOD, "--as-at", "2021-09-30T12:00")
    review = up.office.ask("review", "--directive", SYMBOL, *span)["review"]
    approval = up.run("approve", ends=("PAUSED",), review=review)
    return {"collect": collected, "approve": approval, "review": review}


@pytest.fixture
def ui(up: Up) -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.asked = []
        page.on("request", lambda request: page.asked.append(request.url))
        yield page
        browser.close()


def test_a_second_one_for_the_same_workspace_is_refused(up: Up) -> None:
    ran = subprocess.run(
        [DONDOC, "up", "--workspace", up.office.workspace], capture_output=True, text=True, timeout=PATIENCE
    )
    assert ran.returncode == 2
    assert VI("up.running", url=f"http://127.0.0.1:{up.port}") in ran.stderr


def test_a_run_that_is_killed_in_mid_batch_is_marked_and_the_next_one_counts_each_return_once(up: Up) -> None:
    """Nothing decides while the watch sleeps; what the killed run had claimed waits for the next."""
    period = "2021-N"
    units = up.office.ask("issue", "--directive", SYMBOL, "--period", period)["issued"]
    owing = sorted({one["unit"] for one in units if one["kind"] == "own"})[:12]
    (watch,) = (one for one, command in up.children().items() if "--watch" in command)
    os.kill(watch, signal.SIGSTOP)
    up.office.fill(period, owing, date(2022, 1, 10))
    key = up.start("collect", received_at="2022-01-10T16:30")
    (worker,) = (one for one, command in up.children().items() if "worker" in command)
    wait_for(lambda: undecided(up.office) or None, "nothing was claimed", 0.02)
    kill(*descendants(worker))
    assert up.ended(key)["state_type"] == "CRASHED"
    assert up.run("collect", received_at="2022-01-10T16:40")["state_type"] == "COMPLETED"
    os.kill(watch, signal.SIGCONT)
    ledger = up.office.ask("standing", "--directive", SYMBOL, "--period", period)
    assert ledger["accepted"] == len(owing)
    with reading(open_engine(up.office.settings.url)) as session:
        files = session.exec(select(Receipt.file_name).where(col(Receipt.file_name).contains(period))).all()
    assert len(files) == len(set(files)) == len(owing)


def descendants(process: int) -> list[int]:
    """Give the programs that a program started, in whichever of its threads."""
    return [int(one) for path in Path(f"/proc/{process}/task").glob("*/children") for one in path.read_text().split()]


def kill(*processes: int) -> None:
    """Kill each, without a word to it; a worker's helpers may be gone by themselves."""
    for one in processes:
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def undecided(office: Office) -> list[int | None]:
    with reading(open_engine(office.settings.url)) as session:
        return list(session.exec(select(Receipt.id).where(Receipt.state == ReceiptState.ARCHIVED)))


def test_a_run_that_died_with_its_worker_makes_way(up: Up, dead: str, told: dict[str, Any]) -> None:
    """Of `issue` one run at a time: the next one waits until the dead one is told from one at work."""
    run = up.run("issue", directive=SYMBOL, period=PERIOD, unit="C0102")
    assert run["state_name"] == "Completed", run["state"]
    assert [*(up.office.settings.outbox / "C0102").glob("*.xlsx")]
    assert up.state(dead) == "CRASHED"
    assert up.state(told["collect"]["id"]) == "COMPLETED"  # under a name of its own, and as long ago


def test_it_stops_with_all_that_it_started(up: Up) -> None:
    """The last of this file: nothing is up afterwards."""
    children = up.children()
    assert len(children) == 3
    up.process.terminate()
    assert up.process.wait(PATIENCE) == 0
    assert VI("up.stopped") in up.said()
    assert not [one for one in children if Path(f"/proc/{one}").exists()]
    assert not (up.office.workspace / SERVER_FILE).exists()
    with socket.socket() as knock:
        assert knock.connect_ex(("127.0.0.1", up.port)) == errno.ECONNREFUSED
