"""A copy made from an earlier one is the copy built anew; a start that cannot be trusted costs time, nothing else."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from histories import FIRST, History
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel, select

from models.queries import values as record
from models.returns import EffectiveReturn, Return
from models.states import ReturnState
from models.store import open_engine, writing
from reports import analytic, refresh
from reports.analytic import publish

DAY = timedelta(days=1)
START = datetime(2023, 1, 1, tzinfo=UTC)
UNITS, PERIODS = ("D01", "D02"), ("2021-N", "2022-N")


def lay_out(session: Session, folder: Path) -> History:
    history = History(session, folder)
    history.directive(FIRST)
    history.unit("K00")
    for unit in UNITS:
        history.unit(unit, "K00")
    for period in PERIODS:
        history.period(period)
    history.indicator("I01")
    history.indicator("I02", "ratio")
    history.lead(*UNITS)
    return history


@pytest.fixture
def told(engine: Engine, tmp_path: Path) -> Iterator[History]:
    """One answer for each unit and period, and a copy of them."""
    with writing(engine) as session:
        history = lay_out(session, tmp_path / "analytics")
        for unit in UNITS:
            for period in PERIODS:
                history.answer(unit, period, {"I01": 10, "I02": (1, 4)})
        history.copy()
        yield history


def withdraw(session: Session, owed: Return, moment: datetime) -> None:
    """Let the receipt that counts for a return count no more."""
    counting = select(EffectiveReturn).where(EffectiveReturn.return_id == owed.id, EffectiveReturn.until == None)  # noqa: E711
    for row in session.exec(counting):
        row.until = moment
    session.flush()


def correct(history: History, owed: Return, number: int, moment: datetime) -> int:
    """Let a new receipt count for a return from a moment on; give its id."""
    withdraw(history.session, owed, moment)
    receipt = history.file(owed, {"I01": number, "I02": (number, 7)}, received_at=moment)
    owed.state = ReturnState.ACCEPTED
    history.session.flush()
    return receipt.id or 0


def contents(copy: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Give every table and view of a copy, row by row."""
    with duckdb.connect(str(copy), read_only=True) as connection:
        names = [name for (name,) in connection.execute("SELECT table_name FROM information_schema.tables").fetchall()]
        return {name: connection.table(name).order("ALL").fetchall() for name in names}


def assert_as_if_built_anew(history: History, copy: Path, as_at: datetime | None = None) -> None:
    with tempfile.TemporaryDirectory() as empty:
        whole = publish(history.session, Path(empty), as_at=as_at)
        assert copy.name == whole.name
        assert contents(copy) == contents(whole)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The receipts whose values are read from the record."""
    read: list[int] = []
    honest = record.read_values
    monkeypatch.setattr(
        record, "read_values", lambda session, receipts: read.extend(receipts) or honest(session, receipts)
    )
    return read


def test_reads_only_what_has_begun_to_count(told: History, asked: list[int]) -> None:
    corrected = correct(told, told.returns[FIRST, "D01", "2022-N"], 12, START)
    withdraw(told.session, told.returns[FIRST, "D02", "2021-N"], START)
    copy = told.copy()
    assert asked == [corrected]
    assert_as_if_built_anew(told, copy)
    assert told.figure("I01:K00:2022")["value"] == 22


def test_a_correction_derives_no_more_than_it_touches(told: History, monkeypatch: pytest.MonkeyPatch) -> None:
    correct(told, told.returns[FIRST, "D01", "2022-N"], 12, START)
    with monkeypatch.context() as patched:
        patched.setattr(refresh, "_write", None)  # what makes a copy whole
        copy = told.copy()
    assert_as_if_built_anew(told, copy)


def test_a_return_of_one_year_leaves_the_other_years_as_they_are(told: History) -> None:
    withdraw(told.session, told.returns[FIRST, "D02", "2021-N"], START)
    assert_as_if_built_anew(told, told.copy())
    correct(told, told.returns[FIRST, "D02", "2021-N"], 3, START + DAY)
    assert_as_if_built_anew(told, told.copy())
    assert told.figure("I01:K00:R1")["value"] == 33


def test_another_duty_is_seen_by_a_copy_that_was_refreshed(told: History) -> None:
    told.owe("D01", "2021-N", kind="consolidated")
    told.returns[FIRST, "D02", "2022-N"].state = ReturnState.EXCUSED
    told.session.flush()
    correct(told, told.returns[FIRST, "D01", "2022-N"], 12, START)
    assert_as_if_built_anew(told, told.copy())


def test_what_is_signed_is_read_whole(told: History, asked: list[int]) -> None:
    correct(told, told.returns[FIRST, "D01", "2022-N"], 12, START)
    publish(told.session, told.folder, anew=True)
    assert len(asked) == 4


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _falsified(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE reported SET value = value + 1 WHERE value IS NOT NULL AND period = '2021-N'")


def _older(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("UPDATE meta SET made_by = 'older'")


def _much_older(path: Path) -> None:
    with duckdb.connect(str(path)) as connection:
        connection.execute("ALTER TABLE meta DROP made_by")


def _scrambled(path: Path) -> None:
    """What stands in the middle of the file is no longer what was written."""
    whole = bytearray(path.read_bytes())
    for at in range(len(whole) // 4, len(whole), 4096):
        whole[at] ^= 0xFF
    path.write_bytes(whole)


@pytest.mark.parametrize("spoil", [_cut, _falsified, _older, _much_older, _scrambled])
def test_a_start_that_cannot_be_trusted_leads_to_a_whole_copy(
    told: History, asked: list[int], spoil: Callable[[Path], None]
) -> None:
    spoil(told.copy())
    correct(told, told.returns[FIRST, "D01", "2022-N"], 12, START)
    assert told.figure("I01:K00:2022")["value"] == 22
    assert len(set(asked)) == 4


def test_a_copy_of_another_dondoc_is_no_start(told: History, asked: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(analytic, "DERIVED", analytic.DERIVED[:-1])
    told.copy()
    assert len(asked) == 4


@dataclass
class Told:
    """A record that is being changed, and the moments at which something changed."""

    history: History
    moments: list[datetime] = field(default_factory=lambda: [START])

    def change(self, unit: str, period: str, number: int | None) -> None:
        """Accept a return, correct it, or withdraw it where there is no number."""
        moment = self.moments[-1] + DAY
        self.moments.append(moment)
        owed = self.history.returns.get((FIRST, unit, period)) or self.history.owe(unit, period)
        if number is None:
            withdraw(self.history.session, owed, moment)
            owed.state = ReturnState.OWED
        else:
            correct(self.history, owed, number, moment)


MERGED, EARLIER = "D03", "2022-6T"
CHANGES = st.tuples(
    st.sampled_from((*UNITS, MERGED)), st.sampled_from((*PERIODS, EARLIER)), st.none() | st.integers(-5, 5)
)


def lay_out_a_merger(session: Session, folder: Path) -> History:
    """Three units, of which one is merged into another in mid-year, when another round begins; every return is owed."""
    history = lay_out(session, folder)
    history.unit(MERGED, "K00", valid_to=date(2022, 7, 31))
    history.event("merge", date(2022, 7, 31), [MERGED], [UNITS[0]])
    history.lead(MERGED)
    history.period(EARLIER, round_="R0")
    for unit in (*UNITS, MERGED):
        for period in (*PERIODS, EARLIER):
            history.owe(unit, period)
    return history


@pytest.mark.slow
@settings(max_examples=4, deadline=None, suppress_health_check=list(HealthCheck))
@given(batches=st.lists(st.lists(CHANGES, min_size=1, max_size=4), min_size=2, max_size=2), data=st.data())
def test_after_any_changes_the_copy_is_the_one_built_anew(
    batches: list[list[tuple[str, str, int | None]]], data: st.DataObject
) -> None:
    engine = open_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session, tempfile.TemporaryDirectory() as folder:
        told = Told(lay_out_a_merger(session, Path(folder)))
        for batch in batches:
            for change in batch:
                told.change(*change)
            copy = told.history.copy()
        assert_as_if_built_anew(told.history, copy)
        as_at = data.draw(st.sampled_from(told.moments), label="as at")
        assert_as_if_built_anew(told.history, told.history.copy(as_at), as_at)
        session.rollback()
    engine.dispose()
