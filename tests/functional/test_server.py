"""A real Prefect server with our deployments, a process worker elsewhere on the machine, and commands that use it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from zoneinfo import ZoneInfo

import pytest
import yaml
from office import VI, Office
from plans import saved, small_plan
from sqlmodel import select
from waiting import PATIENCE, wait_for

from models.review import ReviewDecision
from models.store import open_engine, reading
from models.workdays import WorkCalendar

pytestmark = [pytest.mark.xdist_group("server"), pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
DECLARED = yaml.safe_load((ROOT / "prefect.yaml").read_text("utf-8"))["deployments"]
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
SCHEDULER_SECONDS = 2


@dataclass(frozen=True)
class Server:
    """A server that answers: its address, and the environment of programs that are to use it."""

    api: str
    environment: Mapping[str, str]

    def ask(self, path: str, body: Any = None, method: str | None = None) -> Any:
        """Post to the server's interface; get where there is no body."""
        data = None if body is None else json.dumps(body).encode()
        header = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.api}{path}", data, header, method=method)  # noqa: S310
        for _ in range(20):
            try:
                with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310  our own server
                    return json.loads(answer.read() or b"null")
            except HTTPError as error:
                if error.code != HTTPStatus.SERVICE_UNAVAILABLE:  # its database is busy: it asks to come again
                    error.add_note(f"{path}: {error.read()!r}")
                    raise
                time.sleep(0.5)
        raise TimeoutError(path)

    def run(self, *command: str, folder: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run one of our programs to its end, with nobody there to answer questions."""
        return subprocess.run(
            [str(BIN / command[0]), *command[1:]],
            capture_output=True,
            text=True,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            env={**self.environment, **environment},
            timeout=PATIENCE,
        )

    def runs(self, **wanted: Any) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.ask("/flow_runs/filter", {"flow_runs": wanted, "sort": "START_TIME_DESC"})
        return found


@contextmanager
def process(*command: str, folder: Path, environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """Keep a program running, with all that it starts; both end with the block."""
    with log.open("w") as out:
        started = subprocess.Popen(
            [str(BIN / command[0]), *command[1:]],
            stdout=out, stderr=out, cwd=folder, env=dict(environment), start_new_session=True,
        )  # fmt: skip
        try:
            yield
        finally:
            started.terminate()
            try:
                started.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(started.pid, signal.SIGKILL)
                started.wait(10)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on a free port of this machine, with a home of its own and nothing sent home."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    api = f"http://127.0.0.1:{port}/api"
    bare = {key: value for key, value in os.environ.items() if not key.startswith(("PREFECT_", "DONDOC_"))}
    ours = {
        "PREFECT_HOME": str(folder / "home"),
        "PREFECT_API_URL": api,
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": str(SCHEDULER_SECONDS),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
        "NO_COLOR": "1",
    }
    started = ("prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port))
    one = Server(api, bare | ours)

    def healthy() -> bool | None:
        try:
            return bool(one.ask("/health"))
        except OSError:
            return None

    with process(*started, folder=folder, environment=one.environment, log=folder / "server.log"):
        wait_for(healthy, (folder / "server.log").read_text("utf-8"))
        yield one


@pytest.fixture(scope="module")
def deployed(server: Server) -> dict[str, dict[str, Any]]:
    """The README's commands of an operator; gives the deployments by name."""
    for command in (
        ("prefect", "work-pool", "create", "dondoc", "--type", "process"),
        ("prefect", "--no-prompt", "deploy", "--all"),
    ):
        ran = server.run(*command)
        assert ran.returncode == 0, ran.stdout + ran.stderr
    return {one["name"]: one for one in server.ask("/deployments/filter", {})}


def test_all_deployments_are_made(deployed: dict[str, dict[str, Any]]) -> None:
    assert deployed.keys() == {one["name"] for one in DECLARED}
    assert all(one["work_pool_name"] == "dondoc" for one in deployed.values())
    assert all(one["entrypoint"] == f"flows.{name}:{name}" for name, one in deployed.items())
    assert all(one["pull_steps"] == [] for one in deployed.values())
    described = {name: set(one["parameter_openapi_schema"]["properties"]) for name, one in deployed.items()}
    assert described["assign"] == {"plan", "recorded_at", "dry_run", "workspace"}
    assert described["collect"] == {"received_at", "dry_run", "workspace"}


def test_scheduled_runs_appear_at_the_office_hours_of_hanoi(
    server: Server, deployed: dict[str, dict[str, Any]]
) -> None:
    for name, hours in {"collect": range(7, 19), "remind": [7, *range(9, 17)], "board": range(7, 19)}.items():
        moments = wait_for(partial(_scheduled, server, deployed[name]["id"]), f"no scheduled run of {name}")
        assert {moment.hour for moment in moments} <= set(hours)
        assert all(moment.weekday() < 6 for moment in moments)
        if name == "remind":
            assert {(moment.hour == 7, moment.minute) for moment in moments} == {(True, 45), (False, 15)}
    assert not _scheduled(server, deployed["assign"]["id"])


def _scheduled(server: Server, deployment: str) -> list[datetime] | None:
    runs = server.runs(deployment_id={"any_": [deployment]}, state={"type": {"any_": ["SCHEDULED"]}})
    return [datetime.fromisoformat(one["expected_start_time"]).astimezone(HANOI) for one in runs] or None


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    return Office(tmp_path_factory.mktemp("office") / "workspace")


@pytest.fixture(scope="module")
def worker(
    server: Server, deployed: dict[str, dict[str, Any]], office: Office, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """A worker in a folder of its own that knows where the office's workspace lies, and nothing else of us."""
    _stop_the_clock(server, deployed)
    folder = tmp_path_factory.mktemp("elsewhere")
    environment = {**server.environment, "DONDOC_WORKSPACE": str(office.workspace)}
    command = ("prefect", "worker", "start", "--pool", "dondoc")
    with process(*command, folder=folder, environment=environment, log=folder / "worker.log"):
        yield


def _stop_the_clock(server: Server, deployed: Mapping[str, Mapping[str, Any]]) -> None:
    """Let no scheduled run come between: in office hours one of `collect` is due every few minutes."""
    for one in deployed.values():
        server.ask(f"/deployments/{one['id']}/pause_deployment", {})
    waiting = {"state": {"type": {"any_": ["SCHEDULED"]}}}
    time.sleep(2 * SCHEDULER_SECONDS)  # the scheduler may still be writing what it worked out before
    for run in server.runs(**waiting):
        server.ask(f"/flow_runs/{run['id']}", method="DELETE")
    assert not server.runs(**waiting)


def _through_worker(server: Server, deployment: Mapping[str, Any], **parameters: Any) -> dict[str, Any]:
    """Have the worker run a deployment; gives the run once it has ended."""
    body = {"parameters": parameters, "state": {"type": "SCHEDULED"}}
    return _ended(server, server.ask(f"/deployments/{deployment['id']}/create_flow_run", body)["id"])


def _ended(server: Server, key: str) -> dict[str, Any]:
    """Give a run once it has ended."""

    def ended() -> dict[str, Any] | None:
        run: dict[str, Any] = server.ask(f"/flow_runs/{key}")
        return run if run["state_type"] in ("COMPLETED", "FAILED", "CRASHED", "CANCELLED") else None

    return wait_for(ended, f"{key} did not end")


def test_a_worker_runs_assign_and_collect_in_the_workspace(
    server: Server, deployed: dict[str, dict[str, Any]], worker: None, office: Office
) -> None:
    office.plans()
    assigned = _through_worker(server, deployed["assign"], plan="plans/plan-60-KL-DUK.xlsx")
    assert (assigned["state"]["name"], assigned["name"]) == ("Completed", "Giao nhiệm vụ plan-60-KL-DUK")
    office.ask("issue", "--directive", "60-KL/ĐUK", "--period", "2021-9T", "--unit", "C0101")
    office.fill("2021-9T", ("C0101",), date(2021, 9, 17))
    collected = _through_worker(server, deployed["collect"], received_at="2021-09-17T16:30")
    told = (collected["name"], collected["state"]["name"], collected["state"]["message"])
    assert told == ("Tiếp nhận 16:30 17/09/2021", "Completed", "1 tệp đã tiếp nhận, 0 tệp cần chỉnh lý")
    ledger = office.ask("standing", "--directive", "60-KL/ĐUK", "--period", "2021-9T")
    assert (ledger["owed"], ledger["accepted"], ledger["on_time"]) == (38, 1, 1)


def test_a_command_goes_through_the_server_that_answers(
    server: Server, deployed: dict[str, dict[str, Any]], worker: None, office: Office, tmp_path: Path
) -> None:
    office.fill("2021-9T", ("C0101",), WorkCalendar().add_working_days(date(2021, 9, 17), 1), version=2)
    asked = ("dondoc", "collect", "--received-at", "2021-09-20T16:30", "--workspace", str(office.workspace), "--json")
    ran = server.run(*asked, folder=tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert [one["unit"] for one in json.loads(ran.stdout)["receipts"]] == ["C0101"]
    assert server.api in ran.stderr
    assert server.runs(name={"any_": ["Tiếp nhận 16:30 20/09/2021"]})


def test_a_review_waits_for_an_office_and_is_approved_by_its_answer(
    server: Server, deployed: dict[str, dict[str, Any]], worker: None, office: Office
) -> None:
    span = ("--from", "2021-9T", "--to", "2021-9T", "--as-at", "2021-09-30T12:00")
    review = office.ask("review", "--directive", "60-KL/ĐUK", *span)["review"]
    started = server.ask(
        f"/deployments/{deployed['approve']['id']}/create_flow_run", {"parameters": {"review": review}}
    )

    def suspended() -> dict[str, Any] | None:
        run: dict[str, Any] = server.ask(f"/flow_runs/{started['id']}")
        assert run["state_type"] not in ("FAILED", "CRASHED", "COMPLETED"), run["state"]
        return run if run["state_type"] == "PAUSED" else None

    run = wait_for(suspended, "no approval was asked for")
    assert run["name"] == f"Duyệt {review}"
    kept = run["state"]["state_details"]["run_input_keyset"]

    def shown() -> str | None:
        """The form comes after the state, and its text last."""
        asked = server.ask(f"/flow_runs/{run['id']}/input/filter", {"prefix": kept["description"]})
        return str(asked) if asked else None

    assert review in wait_for(shown, "no page was shown")
    form = server.ask(f"/flow_runs/{run['id']}/input/{kept['schema']}")
    assert [one["title"] for one in form["properties"].values()] == [
        VI(f"approval.form.{key}") for key in ("decision", "by", "note")
    ]
    answer = {"decision": VI("approval.form.yes"), "by": "Ban Thường vụ Đảng ủy Khối", "note": "Đồng ý ban hành."}
    refused = server.ask(f"/flow_runs/{run['id']}/resume", {"run_input": {**answer, "decision": "?"}})
    assert refused["status"] == "REJECT"
    assert server.ask(f"/flow_runs/{run['id']}/resume", {"run_input": answer})["status"] == "ACCEPT"
    assert _ended(server, run["id"])["state"]["name"] == "Completed"
    with reading(open_engine(office.settings.url)) as session:
        (decision,) = session.exec(select(ReviewDecision))
    assert (decision.approves, decision.decided_by, decision.note) == (True, answer["by"], answer["note"])


def test_a_refusal_through_the_server_is_a_sentence_and_a_completed_run(server: Server, tmp_path: Path) -> None:
    plan = saved(small_plan(units={3: {"parent": "D99"}}), tmp_path)
    ran = server.run("dondoc", "assign", str(plan), "--workspace", "w", "--json", folder=tmp_path)
    assert ran.returncode == 2
    assert [one["cell"] for one in json.loads(ran.stdout)["findings"]]
    assert "Traceback" not in ran.stderr
    (run,) = server.runs(name={"any_": ["Giao nhiệm vụ plan"]})
    assert (run["state_type"], run["state_name"]) == ("COMPLETED", VI("flows.refused"))
    assert "D99" in run["state"]["message"]


def test_an_unexpected_fault_through_the_server_leaves_no_trace_on_screen(server: Server, tmp_path: Path) -> None:
    asked = ("dondoc", "collect", "--workspace", "w")
    ran = server.run(*asked, folder=tmp_path, DONDOC_DATABASE_URL="sqlite:////nowhere/at/all.db", TMPDIR=str(tmp_path))
    assert (ran.returncode, ran.stdout) == (1, "")
    assert "Traceback" not in ran.stderr
    (log,) = tmp_path.glob("dondoc-*.log")
    assert str(log) in ran.stderr
    assert "OperationalError" in log.read_text("utf-8")
