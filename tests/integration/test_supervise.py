"""What `dondoc up` refuses before it starts anything, and how it looks after the programs that it starts."""

import os
import socket
import sys
import time
from pathlib import Path

import pytest
from office import VI, Office

from flows.engine import SERVER_FILE, find_server
from flows.jobs.serving import AUTH, Api, ensure_free, environment, is_loopback
from flows.jobs.supervise import Child, Supervised, finish
from models.errors import RefusedError

DEAF = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('ready', flush=True); time.sleep(60)"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "workspace")


def program(folder: Path, code: str) -> Child:
    return Child("probe", (Path(sys.executable).name, "-c", code), os.environ, folder)


def test_beyond_this_machine_nothing_is_served_without_a_password(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(AUTH, raising=False)
    said = office.refused("up", "--host", "0.0.0.0")  # noqa: S104  it is refused
    assert VI("up.password", host="0.0.0.0", variable=AUTH) in said  # noqa: S104


def test_a_port_that_somebody_listens_on_is_refused_with_what_to_do(office: Office) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in office.refused("up", "--port", str(port))


@pytest.mark.parametrize("port", [-1, 70_000])
def test_no_port_at_all_is_refused(port: int) -> None:
    with pytest.raises(RefusedError):
        ensure_free("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "only_here"),
    [("127.0.0.1", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],  # noqa: S104
)
def test_only_this_machine_is_told_apart_from_others(host: str, only_here: bool) -> None:
    assert is_loopback(host) == only_here


def test_programs_reach_a_server_that_listens_everywhere_and_know_its_password(office: Office) -> None:
    api = Api("0.0.0.0", 4200, "office:secret")  # noqa: S104
    around = environment(office.settings, api)
    assert around["PREFECT_API_URL"] == "http://127.0.0.1:4200/api"
    assert around["PREFECT_API_AUTH_STRING"] == "office:secret"
    assert Path(around["PREFECT_HOME"]).parent == Path(around["DONDOC_WORKSPACE"]) == office.workspace.resolve()


def test_a_command_does_not_use_a_server_whose_password_it_was_not_given(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PREFECT_API_AUTH_STRING", raising=False)
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    for said in ('{"api": "http://127.0.0.1:9/api", "locked": true}', '{"api": 5}', "[]", "{"):
        path = office.workspace / SERVER_FILE
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(said, encoding="utf-8")
        assert find_server(office.workspace) is None


def test_a_program_that_ends_by_itself_is_started_again_after_a_pause(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = program(tmp_path, "print('once', flush=True)")
    watched = Supervised(child)
    child.process.wait()
    assert watched.revive()
    first = child.process.pid
    assert not watched.revive()
    assert child.process.pid == first  # its pause is not over
    watched.again_at = time.monotonic()
    assert not watched.revive()
    child.process.wait()
    assert (tmp_path / "probe.log").read_text("utf-8") == "once\nonce\n"
    assert watched.revive()


def test_a_program_that_hears_nothing_is_killed_when_its_time_is_over(tmp_path: Path) -> None:
    child = program(tmp_path, DEAF)
    while "ready" not in (tmp_path / "probe.log").read_text("utf-8"):
        time.sleep(0.05)
    with finish([child], 0.5):
        pass
    assert child.process.returncode == -9


def test_a_log_that_grew_too_long_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flows.jobs.supervise.LARGEST_LOG", 3)
    for _ in range(2):
        program(tmp_path, "print('long enough', flush=True)").process.wait()
    assert (tmp_path / "probe.before.log").read_text("utf-8") == (tmp_path / "probe.log").read_text("utf-8")
