"""What was known at a time: the ledger, units and assignments of the plan that stood then."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import factories as make
import pytest
from plans import content_of, small_plan
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.directive import Directive, PlanVersion
from models.period import Period
from models.queries import figures
from models.queries.known import find_past_plans
from models.queries.plans import record_plan
from models.returns import LedgerChange, Return
from models.store import reading, writing
from models.unit import Unit
from reports.standing import standing

JANUARY, MARCH, MAY = (datetime(2022, month, 5, tzinfo=UTC) for month in (1, 3, 5))
DISSOLVED = {
    "code": "E2",
    "date": date(2021, 6, 1),
    "type": "dissolve",
    "from": ("D02",),
    "to": ("D01",),
    "basis": "QĐ 7",
}
FRESH = {"code": "D03", "parent": "K00", "name": "Đảng ủy Đơn vị Ba", "kind": "dangbo", "valid_from": date(2021, 2, 1)}
NO_MOVE = {"from": ("C01",), "to": ("K00",)}  # C01 has to go elsewhere than to a unit that ends
Record = Callable[..., None]


@pytest.fixture
def record(any_engine: Engine, tmp_path: Path) -> Record:
    """Record the small plan with cells changed."""

    def _record(now: datetime, **lines: Any) -> None:
        with writing(any_engine) as session:
            record_plan(session, content_of(small_plan(**lines), tmp_path), sha256="0" * 64, now=now)

    return _record


def stood(engine: Engine, as_at: datetime | None, period: str = "2021-N") -> dict[str, tuple[str, str | None]]:
    """Give state and reason of every own return of a period, as known at a time."""
    with reading(engine) as session:
        directive = session.exec(select(Directive).where(Directive.tracked)).one()
        lines = standing(session, directive, period, as_at, today=date(2022, 6, 1)).returns
    return {line.unit: (line.state, line.reason) for line in lines if line.kind == "own"}


def test_a_plan_that_came_later_was_not_known_before(record: Record, any_engine: Engine) -> None:
    record(JANUARY, events={0: NO_MOVE})
    before = stood(any_engine, None)
    record(MARCH, events={0: NO_MOVE, 1: DISSOLVED})
    now = stood(any_engine, None)
    assert (before["D02"], now["D02"]) == (("owed", None), ("excused", "QĐ 7"))
    assert stood(any_engine, JANUARY) == before
    assert stood(any_engine, MAY) == now


def test_the_first_plan_counts_as_known_from_the_start(record: Record, any_engine: Engine) -> None:
    record(JANUARY)
    assert stood(any_engine, datetime(2021, 12, 1, tzinfo=UTC)) == stood(any_engine, None)


def test_a_unit_that_a_later_plan_added_was_not_on_the_ledger(record: Record, any_engine: Engine) -> None:
    record(JANUARY)
    record(MARCH, units={4: FRESH})
    assert "D03" not in stood(any_engine, JANUARY)
    assert stood(any_engine, MAY)["D03"] == ("owed", None)


def test_a_return_that_arrived_shows_that_its_plan_was_known(record: Record, any_engine: Engine) -> None:
    """A record that is caught up with: the plan is put on record after the days on which its returns came."""
    record(JANUARY)
    record(MARCH, units={4: FRESH})
    with writing(any_engine) as session:
        wanted = select(Return).join(Unit).join(Period).where(Unit.code == "D03", Period.code == "2021-N")
        make.make_receipt(session, session.exec(wanted).one(), received_at=JANUARY)
    assert "D03" in stood(any_engine, JANUARY)


def test_each_change_of_a_row_is_kept(record: Record, any_engine: Engine) -> None:
    record(JANUARY, events={0: NO_MOVE})
    record(MARCH, events={0: NO_MOVE, 1: DISSOLVED})
    record(MAY, events={0: NO_MOVE})
    april = datetime(2022, 4, 1, tzinfo=UTC)
    assert [stood(any_engine, at)["D02"][0] for at in (JANUARY, april, MAY)] == ["owed", "excused", "owed"]
    with reading(any_engine) as session:
        versions = {one.id: one.number for one in session.exec(select(PlanVersion))}
        changes = session.exec(select(LedgerChange)).all()
        assert {versions[one.plan_version_id] for one in changes} == {2, 3}


def test_units_events_and_assignments_are_those_of_the_plan_that_stood(record: Record, any_engine: Engine) -> None:
    record(JANUARY, events={0: NO_MOVE})
    with reading(any_engine) as session:
        before = _shape(session)
        assert find_past_plans(session, JANUARY) is None
    record(MARCH, events={0: NO_MOVE, 1: DISSOLVED}, units={4: FRESH}, tasks={0: {"lead": ("C*",)}})
    with reading(any_engine) as session:
        past = find_past_plans(session, JANUARY)
        assert past is not None
        told = (past.spans(), [event.code for event in past.events()], sorted(past.assigned()))
        assert told == before
        assert _shape(session) != before
        assert find_past_plans(session, MAY) is None


def _shape(session: Session) -> tuple[Any, ...]:
    """Give units, events and assignments as the tables have them now."""
    assigned = sorted(tuple(row) for row in figures.read_assigned(session))
    return figures.read_spans(session), [event.code for event in figures.read_events(session)], assigned
