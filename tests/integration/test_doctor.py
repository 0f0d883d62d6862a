"""What the doctor sees of clock and database, and what a probe is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from factories import make_unit
from office import Office
from sqlalchemy import Engine

from flows.jobs.doctor import PROBED, run_doctor
from models.queries.audit import Deed, append
from models.store import writing
from settings import Settings, open_workspace


@pytest.fixture
def settings(any_engine: Engine, tmp_path: Path) -> Settings:
    url = any_engine.url.render_as_string(hide_password=False)
    return open_workspace(tmp_path / "workspace").model_copy(update={"database_url": url})


def is_well(settings: Settings, check: str, now: datetime) -> bool:
    return next(one.ok for one in run_doctor(settings, now).checks if one.check == check)


def test_a_clock_that_goes_right_is_well(settings: Settings) -> None:
    assert is_well(settings, "clock", datetime.now(UTC))


@pytest.mark.parametrize("off", [timedelta(hours=-3), timedelta(days=-300)])
def test_a_clock_before_the_last_deed_is_wrong_on_either_database(
    settings: Settings, any_engine: Engine, off: timedelta
) -> None:
    with writing(any_engine) as session:
        append(session, Deed(datetime.now(UTC), "person:a", "plan.assigned", "a", {}))
    assert not is_well(settings, "clock", datetime.now(UTC) + off)


def test_a_clock_that_is_not_that_of_the_database_server_is_wrong(postgres: Engine, tmp_path: Path) -> None:
    url = postgres.url.render_as_string(hide_password=False)
    settings = open_workspace(tmp_path / "workspace").model_copy(update={"database_url": url})
    assert not is_well(settings, "clock", datetime.now(UTC) + timedelta(hours=3))


def test_a_file_that_no_collector_takes_in_is_told(settings: Settings, any_engine: Engine) -> None:
    """A workbook that someone has open may lie there, and what lies in a folder of no unit is told elsewhere."""
    with writing(any_engine) as session:
        make_unit(session, "D01")
    later = datetime.now(UTC) + timedelta(hours=2)
    for unit, name in (("D01", "opened.xlsx"), ("D01", "~$opened.xlsx"), ("X99", "stray.xlsx")):
        put(settings.inbox / unit / name)
    assert is_well(settings, "inbox", later)
    put(settings.inbox / "D01" / "sent.xlsx")
    assert is_well(settings, "inbox", datetime.now(UTC))
    assert not is_well(settings, "inbox", later)


def put(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"a")


def test_a_probe_is_told_by_its_exit_whether_all_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    office = Office(tmp_path / "workspace")
    office.ask("remind", "--stop", "a")
    said = office.run("doctor", "--probe", "--json")
    assert (said.code, said.document["ok"]) == (0, True)
    assert {one["check"] for one in said.document["checks"]} == PROBED
    monkeypatch.setenv("DONDOC_FREE_SPACE_FLOOR", str(1 << 60))
    said = office.run("doctor", "--probe", "--json")
    assert (said.code, said.document["ok"]) == (1, False)
    assert [one["check"] for one in said.document["checks"] if not one["ok"]] == ["disk"]
    assert office.run("doctor").code == 0
