"""Extensions and excuses: rows with who, why and when; what they open, what refuses them, what was known before."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from records import open_record
from scene import SYMBOL, Sender, make_scene
from sqlmodel import select

from flows.jobs.exceptions import Asked, run_excuse, run_extend
from flows.jobs.figures import run_figures
from flows.jobs.standing import run_standing
from models.errors import NotFoundError, RefusedError
from models.period import Period
from models.returns import Excuse, Extension, LedgerChange, Return
from models.states import ReceiptState, ReturnState
from models.store import reading, writing
from reports.standing import StandingLine
from settings import Settings, open_workspace

PERIOD = "2022-6T"
DUE, LOCK = date(2022, 6, 24), date(2022, 7, 31)
D02 = Asked("D02", PERIOD)
FLOOD = "Lũ lụt"


def at(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return open_workspace(tmp_path)


@pytest.fixture
def office(settings: Settings) -> Iterator[Sender]:
    engine = open_record(settings.workspace / "dondoc.db", make_scene)
    with writing(engine) as session:
        session.exec(select(Period).where(Period.code == PERIOD)).one().lock = LOCK
    yield Sender(engine, settings.workspace)
    engine.dispose()


def line(settings: Settings, unit: str, as_at: date) -> StandingLine:
    stood = run_standing(settings, SYMBOL, PERIOD, at(as_at)).returns
    return next(one for one in stood if (one.unit, one.kind) == (unit, "own"))


def test_an_excuse_is_a_row_and_was_not_known_before(office: Sender, settings: Settings) -> None:
    made = run_excuse(settings, Asked("d02", PERIOD), FLOOD, "Thường trực", at(date(2022, 7, 10)))
    (excused,) = made.returns
    assert (made.unit, made.directive, made.by, excused.kind, excused.state) == (
        "D02", SYMBOL, "Thường trực", "own", "excused",
    )  # fmt: skip
    with reading(office.engine) as session:
        row = session.get_one(Excuse, excused.exception)
        assert (row.reason, row.granted_by, row.recorded_at) == (FLOOD, "Thường trực", at(date(2022, 7, 10)))
    before, after = (line(settings, "D02", date(2022, 7, day)) for day in (9, 11))
    assert (before.state, before.overdue, before.reason) == ("owed", True, None)
    assert (after.state, after.overdue, after.reason) == ("excused", False, FLOOD)


def test_figures_wait_for_an_excused_unit_only_where_the_excuse_was_not_known(
    office: Sender, settings: Settings
) -> None:
    office.send(office.answers("D01"))
    run_excuse(settings, D02, FLOOD, None, at(date(2022, 7, 10)))

    def counts(as_at: date) -> tuple[int, int]:
        (figure,) = run_figures(settings, SYMBOL, "I01", PERIOD, "K00", at(as_at)).figures
        return figure["n"], figure["of"]

    before, after = counts(date(2022, 7, 9)), counts(date(2022, 7, 11))
    assert before[0] == after[0]
    assert before[1] == after[1] + 1


def test_a_return_after_the_lock_comes_in_with_an_extension_and_not_without(office: Sender, settings: Settings) -> None:
    late = office.send(office.answers("D02"), received=date(2022, 8, 2))
    assert [one.check for one in late.findings] == ["return.locked"]
    made = run_extend(settings, D02, date(2022, 8, 5), FLOOD, None, at(date(2022, 8, 2)))
    assert [(one.due, one.until) for one in made.returns] == [(DUE, date(2022, 8, 5))]
    assert made.by
    assert office.send(office.answers("D02"), received=date(2022, 8, 3)).state is ReceiptState.ACCEPTED
    too_late = office.send(office.answers("D02", I01=99), received=date(2022, 8, 6))
    assert "return.locked" in [one.check for one in too_late.findings]
    known = line(settings, "D02", date(2022, 8, 4))
    assert (known.due, known.state) == (date(2022, 8, 5), "accepted")
    assert line(settings, "D02", date(2022, 8, 1)).due == DUE


def test_an_extension_without_a_kind_is_for_all_that_the_unit_owes(office: Sender, settings: Settings) -> None:
    made = run_extend(settings, Asked("D01", PERIOD), date(2022, 7, 5), FLOOD, None, at(DUE))
    assert [one.kind for one in made.returns] == ["own", "consolidated"]
    only_one = Asked("D01", PERIOD, SYMBOL, "consolidated")
    again = run_extend(settings, only_one, date(2022, 7, 8), FLOOD, None, at(DUE))
    assert [(one.kind, one.due) for one in again.returns] == [("consolidated", date(2022, 7, 5))]
    with reading(office.engine) as session:
        assert len(session.exec(select(Extension)).all()) == 3


@pytest.mark.parametrize(
    ("asked", "until", "key"),
    [
        (Asked("D99", PERIOD), date(2022, 8, 5), "exceptions.no-unit"),
        (Asked("D02", "2022-7T"), date(2022, 8, 5), "exceptions.no-period"),
        (Asked("D08", PERIOD), date(2022, 8, 5), "exceptions.not-owed"),
        (Asked("D08", "2019-6T"), date(2022, 8, 5), "exceptions.excused"),
        (D02, DUE, "exceptions.not-later"),
        (Asked("D02", PERIOD, "99-CT/X"), date(2022, 8, 5), "figures.not-found.directive"),
    ],
    ids=str,
)
def test_refuses_an_extension_that_cannot_be(
    office: Sender, settings: Settings, asked: Asked, until: date, key: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        run_extend(settings, asked, until, FLOOD, None, at(DUE))
    assert refused.value.key == key
    with reading(office.engine) as session:
        assert not session.exec(select(Extension)).all()


def test_names_what_was_nearly_meant(office: Sender, settings: Settings) -> None:
    with pytest.raises(NotFoundError) as refused:
        run_excuse(settings, Asked("D2", PERIOD), FLOOD, None, at(DUE))
    assert "D02" in refused.value.values["near"]


def test_an_accepted_return_is_neither_excused_nor_extended_but_for_a_correction_after_the_lock(
    office: Sender, settings: Settings
) -> None:
    office.send(office.answers("D02"))
    for attempt in (
        lambda: run_excuse(settings, D02, FLOOD, None, at(DUE)),
        lambda: run_extend(settings, D02, date(2022, 7, 5), FLOOD, None, at(DUE)),
    ):
        with pytest.raises(RefusedError, match=r"exceptions\.accepted"):
            attempt()
    run_extend(settings, D02, date(2022, 8, 5), FLOOD, None, at(date(2022, 8, 1)))
    corrected = office.send(office.answers("D02", I01=13), received=date(2022, 8, 2))
    assert corrected.state is ReceiptState.ACCEPTED


def test_one_that_was_sent_back_can_be_excused_and_takes_no_more_files(office: Sender, settings: Settings) -> None:
    office.send(office.answers("D02", I01=None))
    run_excuse(settings, D02, FLOOD, None, at(DUE))
    assert [one.check for one in office.send(office.answers("D02")).findings] == ["return.excused"]
    with pytest.raises(RefusedError, match=r"exceptions\.excused"):
        run_excuse(settings, D02, FLOOD, None, at(DUE))
    with reading(office.engine) as session:
        (change,) = session.exec(select(LedgerChange)).all()
        assert (change.state, session.get_one(Return, change.return_id).state) == (
            ReturnState.REJECTED, ReturnState.EXCUSED,
        )  # fmt: skip


def test_wants_a_reason(office: Sender, settings: Settings) -> None:
    with pytest.raises(RefusedError, match=r"exceptions\.no-reason"):
        run_excuse(settings, D02, "  ", None, at(DUE))
