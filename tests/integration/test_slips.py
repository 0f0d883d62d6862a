"""Slips bear a colour and a number of their year; all that was said about a unit is on its ledger."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from ledgers import NOON, Ledger, make_ledger
from sqlalchemy import Engine

from flows.jobs.remind import run_remind
from flows.jobs.standing import run_standing
from models.queries.slips import count_slips, draw_numbers, list_told
from models.states import ReturnState
from models.store import reading, writing
from settings import Settings

DUE = date(2021, 9, 23)
FIRST, NEAR, LATE, ESCALATED = date(2021, 9, 9), date(2021, 9, 20), date(2021, 9, 24), date(2021, 10, 4)


@pytest.fixture
def ledger(any_engine: Engine) -> Ledger:
    return make_ledger(any_engine)


@pytest.fixture
def settings(any_engine: Engine, tmp_path: Path) -> Settings:
    return Settings(workspace=tmp_path, database_url=any_engine.url.render_as_string(hide_password=False))


def test_numbers_run_on_within_a_year_and_a_dry_run_takes_none(ledger: Ledger, settings: Settings) -> None:
    for unit in ("C0101", "C0102"):
        ledger.owe(unit, DUE)
    dry = [one.slip_number for one in run_remind(settings, NEAR, NOON, dry_run=True).notices]
    real = [one.slip_number for one in run_remind(settings, NEAR, NOON).notices]
    assert dry == real == ["01/PN-2021", "02/PN-2021"]
    ledger.move(ledger.owe("D02", date(2021, 9, 14)), ReturnState.ACCEPTED)
    later = run_remind(settings, LATE, NOON)
    assert [(one.slip_number, one.slip) for one in later.notices] == [
        ("03/PN-2021", "yellow"),
        ("04/PN-2021", "yellow"),
    ]
    ledger.owe("D02", date(2022, 1, 10), period="2021-N")
    next_year = {one.slip_number: one.slip for one in run_remind(settings, date(2022, 1, 7), NOON).notices}
    assert next_year == {f"{number:02d}/PN-2022": "red" for number in range(1, 5)} | {"05/PN-2022": "blue"}
    first = ledger.digests()[0]
    assert "Phiếu xanh số 01/PN-2021, ngày 20/9/2021" in first.body
    assert f"01/PN-2021 (N{first.id:06d})" in (first.html or "")
    assert (first.colour, first.office_id) == ("blue", ledger.units["K00"].id)


def test_many_who_draw_at_once_get_every_number_once(any_engine: Engine, ledger: Ledger) -> None:
    office = ledger.units["K00"].id or 0

    def draw(count: int) -> list[int]:
        with writing(any_engine) as session:
            drawn = list(draw_numbers(session, office, 2026, count))
            if count == 3:
                session.rollback()  # its numbers go to whoever comes next
                return []
            return drawn

    with ThreadPoolExecutor(4) as pool:
        drawn = [number for numbers in pool.map(draw, [1, 3, 2, 5, 3, 1, 2, 4]) for number in numbers]
    assert sorted(drawn) == list(range(1, 16))


def test_the_ledger_of_a_unit_tells_every_notice_with_its_slip(ledger: Ledger, settings: Settings) -> None:
    ledger.owe("C0101", DUE)
    ledger.owe("C0102", DUE)
    for day in (FIRST, LATE, ESCALATED):
        run_remind(settings, day, NOON)
    directive = ledger.directive
    assert directive is not None
    with reading(ledger.engine) as session:
        told = list_told(session, directive.id or 0, ["C0101"])
        early = list_told(session, directive.id or 0, ["C0101"], NOON - timedelta(days=1))
        counts = count_slips(session, directive.id or 0, 2021)
    assert [(one.rung, one.digest.number if one.digest else None, one.state.value) for one in told] == [
        ("T-14", 1, "sent"),
        ("T-3", None, "superseded"),
        ("T+1", 3, "sent"),
        ("T+7", 5, "sent"),
        ("T+7", 7, "sent"),
    ]
    assert [one.digest.recipient for one in told if one.digest][-1] == "d01@example.invalid"
    assert {one.rung for one in early if one.digest} == {"T-14"}
    symbol = directive.symbol
    lines = run_standing(settings, symbol, None, NOON + timedelta(days=30), unit="c0101").notices
    assert [(one.slip_number, one.slip) for one in lines[:3]] == [
        ("01/PN-2021", "blue"), (None, None), ("03/PN-2021", "yellow"),
    ]  # fmt: skip
    assert counts == {unit: {"blue": 1, "yellow": 1, "red": 1} for unit in ("C0101", "C0102")}
