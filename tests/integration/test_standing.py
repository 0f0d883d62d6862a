"""Where returns stand, in counts that fingers can check; the snapshot of a review; the jobs that show them."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import factories as make
import pytest
from histories import FIRST, History
from sqlalchemy import Engine
from sqlmodel import select

from flows.jobs.figures import run_figures, run_trace
from flows.jobs.standing import run_standing
from models.errors import NotFoundError, RefusedError
from models.queries.snapshots import write_snapshot
from models.returns import EffectiveReturn, Extension
from models.review import SnapshotFigure, SnapshotReceipt
from models.states import ReceiptState, ReturnState
from models.store import migrate, open_engine, writing
from reports.frozen import frozen
from reports.standing import Standing, StandingLine, standing
from schemas.texts import load_texts
from settings import Settings, open_workspace

FRIDAY = date(2022, 12, 23)  # the due date of all returns here; Monday the 26th is the next working day
LATER = date(2023, 6, 1)


def at(day: date, hour: int = 9) -> datetime:
    """A time in Viet Nam, told in UTC as the record keeps it."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=7)


@pytest.fixture
def history(any_engine: Engine, tmp_path: Path) -> Iterator[History]:
    with writing(any_engine) as session:
        yield _laid_down(History(session, tmp_path / "analytics"))


def _laid_down(history: History) -> History:
    history.directive(FIRST)
    history.unit("K00", name="Đảng ủy Khối Minh Họa")
    for number in range(1, 8):
        history.unit(f"D0{number}", "K00")
    history.period("2021-N")
    history.period("2022-N")
    history.indicator("I01")
    history.lead(*(f"D0{number}" for number in range(1, 8)))
    return history


def stand(history: History, **asked: Any) -> Standing:
    history.session.flush()
    return standing(history.session, history.directives[FIRST], **({"today": LATER} | asked))


def one(history: History, **asked: Any) -> StandingLine:
    (line,) = stand(history, **asked).returns
    return line


def test_counts_come_first_and_every_owed_return_is_in_one_of_them(history: History) -> None:
    due = {"due": FRIDAY}
    for unit, day in (("D01", FRIDAY), ("D02", FRIDAY + timedelta(days=3))):
        owed = history.owe(unit, "2022-N", state=ReturnState.ACCEPTED, **due)
        history.file(owed, {"I01": 1}, received_at=at(day), filled=8, required=10)
    sent_back = history.owe("D03", "2022-N", state=ReturnState.REJECTED, **due)
    make.make_receipt(history.session, sent_back, state=ReceiptState.REJECTED, received_at=at(FRIDAY))
    in_hand = history.owe("D04", "2022-N", state=ReturnState.RECEIVED, **due)
    make.make_receipt(history.session, in_hand, state=ReceiptState.ARCHIVED, received_at=at(FRIDAY))
    history.owe("D05", "2022-N", **due)
    history.owe("D06", "2022-N", due=LATER)
    history.owe("D07", "2022-N", state=ReturnState.EXCUSED, reason="Giải thể", **due)
    rates = stand(history).rates
    assert {name: count for name, count in rates.items() if isinstance(count, int)} == {
        "owed": 6, "received": 4, "accepted": 2, "on_time": 1, "late": 1, "in_hand": 1, "rejected": 1,
        "missing": 1, "not_due": 1, "excused": 1,
    }  # fmt: skip
    assert rates["received_rate"] == {"n": 2, "of": 6, "percent": Decimal("33.333333")}
    assert rates["on_time_rate"] == {"n": 1, "of": 6, "percent": Decimal("16.666667")}
    assert rates["filled_rate"] == {"n": 16, "of": 20, "percent": 80}


def test_a_rate_of_nothing_is_not_a_hundred_percent(history: History) -> None:
    assert stand(history).rates["received_rate"] == {"n": 0, "of": 0, "percent": None}


@pytest.mark.parametrize(
    ("received", "days_late"),
    [
        (at(FRIDAY, 23), 0),
        (at(FRIDAY + timedelta(days=1), 6), 1),  # still Friday in UTC, already Saturday here
        (at(FRIDAY + timedelta(days=3)), 1),
        (at(FRIDAY + timedelta(days=4)), 2),
    ],
)
def test_late_are_the_working_days_after_the_due_day_in_viet_nam(
    history: History, received: datetime, days_late: int
) -> None:
    owed = history.owe("D01", "2022-N", due=FRIDAY, state=ReturnState.ACCEPTED)
    history.file(owed, {"I01": 1}, received_at=received)
    line = one(history)
    assert (line.days_late, line.on_time) == (days_late, days_late == 0)


def test_one_sent_back_and_mended_is_on_time_if_it_first_came_in_time(history: History) -> None:
    owed = history.owe("D01", "2022-N", due=FRIDAY, state=ReturnState.ACCEPTED)
    make.make_receipt(history.session, owed, state=ReceiptState.REJECTED, received_at=at(FRIDAY))
    mended = history.file(owed, {"I01": 1}, received_at=at(FRIDAY + timedelta(days=9)))
    line = one(history)
    assert (line.on_time, line.receipt, line.received_at) == (True, mended.number, at(FRIDAY))


def test_a_granted_day_moves_the_due_date_but_only_once_it_was_granted(history: History) -> None:
    owed = history.owe("D01", "2022-N", due=FRIDAY, state=ReturnState.ACCEPTED)
    history.file(owed, {"I01": 1}, received_at=at(FRIDAY + timedelta(days=4)))
    granted = Extension(
        return_id=owed.id or 0,
        until=FRIDAY + timedelta(days=7),
        reason="Lũ lụt",
        granted_by="VP",
        recorded_at=at(LATER),
    )
    make.add(history.session, granted)
    assert one(history).on_time
    before = one(history, as_at=at(LATER) - timedelta(days=1))
    assert (before.on_time, before.due) == (False, FRIDAY)


def test_stands_as_it_was_known_at_a_time(history: History) -> None:
    owed = history.owe("D01", "2022-N", due=FRIDAY, state=ReturnState.ACCEPTED)
    make.make_receipt(history.session, owed, state=ReceiptState.REJECTED, received_at=at(FRIDAY))
    history.file(owed, {"I01": 1}, received_at=at(FRIDAY + timedelta(days=5)))
    states = [one(history, as_at=at(FRIDAY + timedelta(days=days))).state for days in (-1, 1, 6)]
    assert states == ["owed", "rejected", "accepted"]


def test_overdue_is_the_day_after_the_due_date_and_only_while_it_is_owed(history: History) -> None:
    history.owe("D01", "2022-N", due=FRIDAY)
    assert not one(history, today=FRIDAY).overdue
    assert one(history, today=FRIDAY + timedelta(days=1)).overdue


def test_can_be_narrowed_to_a_period_a_year_or_a_round_and_counts_by_each(history: History) -> None:
    for period in ("2021-N", "2022-N"):
        history.owe("D01", period)
        history.owe("D01", period, kind="consolidated")
    assert [len(stand(history, period=label).returns) for label in ("2022-N", "2022", "R1", "R2")] == [2, 2, 4, 0]
    ledger = stand(history)
    assert {year: rates["owed"] for year, rates in ledger.by_year.items()} == {"2021": 2, "2022": 2}
    assert {unit: rates["missing"] for unit, rates in ledger.by_unit.items()} == {"D01": 4}
    assert [line.kind for line in ledger.returns] == ["own", "consolidated"] * 2


def test_names_a_unit_as_it_was_called_at_the_cutoff(history: History) -> None:
    span = make.make_span(
        history.session, history.units["D01"], history.units["K00"], name="Tên mới", valid_from=date(2022, 1, 1)
    )
    assert span.name == "Tên mới"
    for period in ("2021-N", "2022-N"):
        history.owe("D01", period)
    assert [line.unit_name for line in stand(history).returns] == ["Đảng ủy Đơn vị mẫu D01", "Tên mới"]


class TestASnapshot:
    def test_holds_the_figures_and_the_receipts_and_hashes_them_all(self, history: History) -> None:
        receipt = history.answer("D01", "2022-N", {"I01": "10.50"})
        moment = receipt.received_at + timedelta(days=1)
        directive = history.directives[FIRST]
        figures = frozen(history.figures(as_at=moment))
        first = write_snapshot(history.session, directive=directive, as_at=moment, reading="as-was", figures=figures)
        again = write_snapshot(history.session, directive=directive, as_at=moment, reading="as-was", figures=figures)
        assert first.sha256 == again.sha256
        kept = history.session.exec(select(SnapshotFigure).where(SnapshotFigure.snapshot_id == first.id)).all()
        assert {row.code: row.value for row in kept}[f"{FIRST}:I01:K00:2022"] == Decimal("10.5")
        receipts = select(SnapshotReceipt).where(SnapshotReceipt.snapshot_id == first.id)
        assert [row.receipt_id for row in history.session.exec(receipts)] == [receipt.id]

    def test_moves_its_hash_with_any_figure_and_any_file(self, history: History) -> None:
        receipt = history.answer("D01", "2022-N", {"I01": 10})
        moment = receipt.received_at + timedelta(days=1)
        directive = history.directives[FIRST]

        def digest() -> str:
            figures = frozen(history.figures(as_at=moment))
            kept = write_snapshot(history.session, directive=directive, as_at=moment, reading="as-was", figures=figures)
            return kept.sha256

        hashes = {digest()}
        history.answer("D02", "2022-N", {"I01": 0})
        hashes.add(digest())
        history.answer("D03", "2022-N", {}, kind="consolidated")
        hashes.add(digest())
        assert len(hashes) == 3


class TestTheJobs:
    @pytest.fixture
    def settings(self, tmp_path: Path) -> Settings:
        settings = open_workspace(tmp_path / "workspace")
        engine = open_engine(settings.url)
        migrate(engine)
        with writing(engine) as session:
            history = _laid_down(History(session, settings.analytics))
            owed = history.owe("D01", "2022-N", due=FRIDAY, state=ReturnState.ACCEPTED)
            history.file(owed, {"I01": 10}, received_at=at(FRIDAY))
            history.owe("D02", "2022-N", due=FRIDAY)
        engine.dispose()
        return settings

    def test_figures_tell_value_and_counts(self, settings: Settings) -> None:
        outcome = run_figures(settings, "04 - CT/ĐUK", period="2022", unit="K00")
        (figure,) = outcome.figures
        assert figure["code"] == f"{FIRST}:I01:K00:2022"
        assert (figure["value"], figure["n"], figure["of"], figure["partial"]) == (10, 1, 2, True)
        assert outcome.directive == FIRST

    def test_figures_as_at_a_time_before_anything_came_have_no_value(self, settings: Settings) -> None:
        (figure,) = run_figures(settings, FIRST, period="2022", unit="K00", as_at=at(FRIDAY, 8)).figures
        assert (figure["value"], figure["n"]) == (None, 0)

    def test_standing_tells_returns_and_rates(self, settings: Settings) -> None:
        outcome = run_standing(settings, FIRST, "2022-N", at(LATER))
        assert (outcome.owed, outcome.accepted, outcome.on_time, outcome.missing) == (2, 1, 1, 1)
        assert [(line.unit, line.state) for line in outcome.returns] == [("D01", "accepted"), ("D02", "owed")]

    def test_trace_goes_both_ways(self, settings: Settings) -> None:
        traced = run_trace(settings, f"{FIRST}:I01:K00:2022")
        (cell,) = traced.inputs
        assert (cell.unit, cell.period, cell.value) == ("D01", "2022-N", 10)
        assert traced.value is not None
        assert traced.value["value"] == 10
        back = run_trace(settings, file=cell.sha256.upper())
        assert f"{FIRST}:I01:K00:2022" in back.figures
        assert [value.cell for value in back.inputs] == [cell.cell]

    @pytest.mark.parametrize(
        ("asked", "key", "near"),
        [
            ({"indicator": "I10"}, "indicator", "I01"),
            ({"period": "2022-6T"}, "period", "2022-N"),
            ({"unit": "D1"}, "unit", "D01"),
        ],
    )
    def test_a_wrong_name_is_refused_with_what_is_near(
        self, settings: Settings, asked: dict[str, str], key: str, near: str
    ) -> None:
        with pytest.raises(NotFoundError, match=f"figures.not-found.{key}") as refused:
            run_figures(settings, FIRST, **asked)
        for language in ("vi", "en"):
            said = load_texts(language)(refused.value.key, **refused.value.values)
            assert near in said
            assert next(iter(asked.values())) in said

    @pytest.mark.parametrize(
        ("figure", "key"),
        [
            (None, "figures.nothing-to-trace"),
            ("K00", "figures.not-found.code"),
            ("99-CT/ĐUK:I01:K00:2022", "figures.not-found.directive"),
            (f"{FIRST}:I01:D07:2022", "figures.not-found.figure"),
        ],
    )
    def test_what_cannot_be_traced_is_refused_with_a_sentence(
        self, settings: Settings, figure: str | None, key: str
    ) -> None:
        with pytest.raises(RefusedError) as refused:
            run_trace(settings, figure)
        assert refused.value.key == key
        assert load_texts("vi")(key, **refused.value.values)

    def test_standing_of_an_unknown_period_is_refused(self, settings: Settings) -> None:
        with pytest.raises(NotFoundError, match=r"figures.not-found.period"):
            run_standing(settings, FIRST, "2031-N", at(LATER))


def test_the_pointer_in_force_at_its_very_moment_counts(history: History) -> None:
    receipt = history.answer("D01", "2022-N", {"I01": 10})
    pointer = history.session.exec(select(EffectiveReturn)).one()
    pointer.until = receipt.received_at + timedelta(days=1)
    assert one(history, as_at=receipt.received_at).state == "accepted"
    assert one(history, as_at=pointer.until).state != "accepted"
