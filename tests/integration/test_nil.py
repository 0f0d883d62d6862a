"""A return in which nothing arose takes one cell, and every figure read out of it is traced to that cell."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from builders import VI, Filled, place_of
from scene import Sender, make_scene
from sqlalchemy import Engine
from sqlmodel import select

from models.directive import Indicator
from models.returns import Progress, ReportedValue
from models.store import reading, writing

YES = VI("workbook.list.yes_no.yes")
SHEET = VI("workbook.sheet.cover.title")


@pytest.fixture
def any_sender(any_engine: Engine, tmp_path: Any) -> Sender:
    with writing(any_engine) as session:
        make_scene(session)
    return Sender(any_engine, tmp_path)


def nil(sender: Sender, period: str = "2022-6T") -> Filled:
    """Give a return of which only the cover is filled."""
    filled = sender.answers(period=period)
    filled.cover["nil"] = YES
    filled.rows["progress"] = [{"task": row["task"]} for row in filled.rows["progress"]]
    filled.rows["measures"] = [{"indicator": row["indicator"]} for row in filled.rows["measures"]]
    filled.rows["shortcomings"] = filled.rows["statements"] = []
    return filled


def stored(sender: Sender, receipt: int) -> dict[str, ReportedValue]:
    with reading(sender.engine) as session:
        rows = session.exec(
            select(Indicator.code, ReportedValue)
            .join(Indicator, Indicator.id == ReportedValue.indicator_id)  # type: ignore[arg-type]
            .where(ReportedValue.receipt_id == receipt)
        )
        return dict(rows.all())


def test_one_cell_answers_for_a_period_without_a_past(any_sender: Sender) -> None:
    outcome = any_sender.send(nil(any_sender))
    assert outcome.state == "accepted", outcome.findings
    assert [(one.check, one.severity, one.cell) for one in outcome.findings] == [
        ("cover.nil", "info", place_of("cover", "nil"))
    ]
    values = stored(any_sender, outcome.receipt_id)
    assert {code: one.marker for code, one in values.items()} == {
        "I01": "KPS", "I18": "KPS", "I03": "KCS", "I05": "KCS", "I19": "KCS", "I25": "KCS",
    }  # fmt: skip
    assert {(one.sheet, one.cell) for one in values.values()} == {(SHEET, place_of("cover", "nil"))}
    with reading(any_sender.engine) as session:
        told = session.exec(select(Progress)).all()
    assert {(one.status, one.sheet, one.cell) for one in told} == {("nothing_arose", SHEET, place_of("cover", "nil"))}


def test_what_was_reported_before_stays(any_sender: Sender) -> None:
    first = any_sender.answers(period="2022-6T")
    first.row("progress", "K60-3.7").update(status=VI("workbook.list.status.done"), done_on=date(2022, 5, 3))
    any_sender.send(first)
    outcome = any_sender.send(nil(any_sender, "2022-9T"), received=date(2022, 9, 20))
    assert outcome.state == "accepted", outcome.findings
    values = stored(any_sender, outcome.receipt_id)
    assert values["I01"].value == 12  # adds up over the year
    assert values["I18"].value == Decimal("800.5")
    assert values["I19"].value == 55  # is counted on a day
    assert (values["I03"].numerator, values["I03"].denominator) == (90, 100)
    with reading(any_sender.engine) as session:
        told = session.exec(select(Progress).where(Progress.receipt_id == outcome.receipt_id)).all()
    assert {(one.status, one.done_on) for one in told} == {("done", date(2022, 5, 3)), ("nothing_arose", None)}


def test_the_year_begins_anew_with_nothing(any_sender: Sender) -> None:
    any_sender.send(any_sender.answers(period="2021-N"), received=date(2021, 12, 20))
    outcome = any_sender.send(nil(any_sender))
    values = stored(any_sender, outcome.receipt_id)
    assert (values["I01"].marker, values["I01"].value) == ("KPS", None)
    assert values["I19"].value == 55


def test_asks_back_where_lines_are_filled_all_the_same(any_sender: Sender) -> None:
    filled = nil(any_sender)
    filled.row("measures", "I01")["value"] = 3
    outcome = any_sender.send(filled)
    assert outcome.state == "rejected"
    finding = next(one for one in outcome.findings if one.check == "cover.nil-contradicted")
    assert finding.cell == place_of("cover", "nil")
    assert finding.values["first"].endswith(place_of("measures", "value"))


def test_no_is_the_same_as_an_empty_cell(any_sender: Sender) -> None:
    filled = any_sender.answers()
    filled.cover["nil"] = VI("workbook.list.yes_no.no")
    outcome = any_sender.send(filled)
    assert (outcome.state, outcome.findings) == ("accepted", ())
