"""Rounds that are over, and which of them wait for a review."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from factories import add, make_directive, make_period
from sqlalchemy import Engine
from sqlmodel import Session

from models.directive import Directive
from models.queries.closing import ClosedRound, list_unreviewed
from models.review import Review, Snapshot
from models.store import writing

LOCKED = date(2021, 9, 1)
LATER = date(2021, 10, 1)


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writing(engine) as session:
        yield session


@pytest.fixture
def directive(session: Session) -> Directive:
    """Two years of a round, its span last to be locked; the next round has begun."""
    directive = make_directive(session)
    for code, lock in (("2020-N", date(2021, 1, 20)), ("2021-6T", date(2021, 7, 20))):
        make_period(session, directive, code, lock=lock)
    span = {"kind": "5N", "mode": "span", "coverage_start": date(2019, 12, 15)}
    make_period(session, directive, "R1-5N", lock=LOCKED, **span)
    make_period(session, directive, "2021-N", round="R2")
    return directive


def test_a_round_whose_last_period_is_locked_asks_for_its_review(session: Session, directive: Directive) -> None:
    asked = ClosedRound(directive.symbol, "R1", "2020-N", "R1-5N", "five-year", LOCKED)
    assert list_unreviewed(session, LOCKED, LATER) == [asked]
    assert list_unreviewed(session, date(2021, 7, 1), LOCKED) == []  # the span may still be corrected
    assert list_unreviewed(session, date(2021, 9, 2), LATER) == []  # long ago


def test_a_round_with_a_review_asks_for_none(session: Session, directive: Directive) -> None:
    moment = datetime(2021, 9, 2, tzinfo=UTC)
    snapshot = add(session, Snapshot(directive_id=directive.id, sha256="0" * 64, as_at=moment, reading="today"))
    said = {"code": "a", "directive_id": directive.id, "period_from": "2020-N", "kind": "five-year"}
    add(session, Review(**said, period_to="R1-5N", snapshot_id=snapshot.id, drafted_at=moment))
    assert list_unreviewed(session, LOCKED, LATER) == []


def test_a_round_within_one_year_asks_for_a_yearly_review(session: Session) -> None:
    directive = make_directive(session)
    for code in ("2021-6T", "2021-N"):
        make_period(session, directive, code, lock=LOCKED)
    (one,) = list_unreviewed(session, LOCKED, LATER)
    assert (one.kind, one.period_from, one.period_to) == ("yearly", "2021-6T", "2021-N")
