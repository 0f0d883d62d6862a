"""Laws of five years: order and repetition change nothing, the archive is enough, rates are plain counts."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest
from builders import build_return
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from records import open_record
from scene import SYMBOL, Sender, make_answers, make_scene
from sqlmodel import Session, select

from intake.readers import Read
from models.obligations import obligations
from models.plan import PlanPeriod, PlanUnit
from models.queries.planned import read_planned
from models.queries.reviews import get_directive
from models.queries.snapshots import write_snapshot
from models.returns import EffectiveReturn, Receipt
from models.states import ReceiptState, ReturnState
from models.store import writing
from models.unit import Unit
from models.unit_history import read_history
from reports.analytic import publish
from reports.content import plain_text
from reports.facts import gather
from reports.frozen import frozen
from reports.review import ReviewForm, compose
from reports.rollup import figures
from reports.standing import StandingLine, count_rates, standing
from schemas.texts import load_texts

AS_AT = datetime(2022, 12, 31, tzinfo=UTC)
SENT = tuple((unit, period) for period in ("2022-6T", "2022-9T") for unit in ("D01", "C0101", "D02"))
FEW = settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))


# the same files in another order, or twice, or once more from the archive


@dataclass
class Remembering(Sender):
    """A sender that reads no file twice: the files are the same in all examples."""

    known: dict[str, Read] = field(default_factory=dict)

    def read(self, sha256: str) -> Read:
        if sha256 not in self.known:
            self.known[sha256] = super().read(sha256)
        return self.known[sha256]


@dataclass(frozen=True)
class Sent:
    """Files that were built once, and what was read from them."""

    paths: dict[tuple[str, str, int], Path]
    known: dict[str, Read] = field(repr=False)


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Sent:
    """Each unit's returns for two periods; D02 sends the first one twice, the second time with another number."""
    folder = tmp_path_factory.mktemp("sent")
    versions = [(unit, period, 1) for unit, period in SENT] + [("D02", "2022-6T", 2)]
    told = {"2022-6T": 10, "2022-9T": 50}  # a cumulative figure that falls would be sent back
    paths = {
        (unit, period, version): build_return(
            folder / f"{unit}-{period}-{version}.xlsx",
            make_answers(unit, period, "own", I01=told[period] + 10 * version),
        )
        for unit, period, version in versions
    }
    return Sent(paths, {})


@contextmanager
def fresh(sent: Sent) -> Iterator[Remembering]:
    """Give an empty record with its archive."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_record(Path(folder) / "dondoc.db", make_scene)
        yield Remembering(engine, Path(folder), sent.known)
        engine.dispose()


def came(period: str, version: int) -> date:
    return date(2022, {"2022-6T": 6, "2022-9T": 9}[period], 15 + version)


def collect(sender: Sender, sent: Sent, order: Sequence[tuple[str, str, int]]) -> None:
    ids = [
        sender.deliver(sent.paths[one], one[0], received=came(one[1], one[2]), name=f"{at}.xlsx")
        for at, one in enumerate(order)
    ]
    sender.process(*ids)


def outcome(sender: Sender) -> tuple[pl.DataFrame, str]:
    """Give all figures and the hash of a snapshot of them."""
    with writing(sender.engine) as session, tempfile.TemporaryDirectory() as folder:
        rolled = figures(publish(session, Path(folder), as_at=AS_AT), directive=SYMBOL)
        directive = get_directive(session, SYMBOL)
        snapshot = write_snapshot(session, directive=directive, as_at=AS_AT, reading="as-was", figures=frozen(rolled))
        return rolled.sort("code"), snapshot.sha256


def reviewed(sender: Sender, sha256: str) -> list[str]:
    """Give all that a review of the year says, with the hash of its figures."""
    with writing(sender.engine) as session, tempfile.TemporaryDirectory() as folder:
        directive = get_directive(session, SYMBOL)
        first, last = (read_planned(session, AS_AT).get_period(directive, code) for code in ("2022-6T", "2022-9T"))
        rolled = figures(publish(session, Path(folder), as_at=AS_AT), directive=SYMBOL)
        ledger = standing(session, directive, as_at=AS_AT, today=AS_AT.date())
        facts = gather(
            session, directive=directive, first=first, last=last, as_at=AS_AT, reading="as-was", figures=rolled,
            standing=ledger,
        )  # fmt: skip
        return plain_text(compose(facts, load_texts("vi"), ReviewForm("party-36hd", True, None, sha256)))


@pytest.fixture(scope="module")
def usual(sent: Sent) -> tuple[pl.DataFrame, str]:
    """What comes of the files in the order in which they were sent."""
    with fresh(sent) as sender:
        collect(sender, sent, list(sent.paths))
        return outcome(sender)


@st.composite
def orders(draw: st.DrawFn) -> list[tuple[str, str, int]]:
    """Any order, some files twice, a correction before what it corrects."""
    versions = [(unit, period, 1) for unit, period in SENT] + [("D02", "2022-6T", 2)]
    order = list(draw(st.permutations(versions)))
    again = draw(st.lists(st.sampled_from(versions), max_size=3))
    for one in again:
        order.insert(draw(st.integers(0, len(order))), one)
    return order


@pytest.mark.slow
@FEW
@given(order=orders())
def test_the_same_files_in_another_order_or_twice_give_the_same_figures(
    sent: Sent, usual: tuple[pl.DataFrame, str], order: list[tuple[str, str, int]]
) -> None:
    with fresh(sent) as sender:
        collect(sender, sent, order)
        rolled, sha256 = outcome(sender)
        with writing(sender.engine) as session:
            states = [receipt.state for receipt in session.exec(select(Receipt))]
            assert_no_overlap(session.exec(select(EffectiveReturn)).all())
    assert rolled.equals(usual[0])
    assert sha256 == usual[1]
    assert states.count(ReceiptState.DUPLICATE) == len(order) - len(sent.paths)


def assert_no_overlap(rows: Sequence[EffectiveReturn]) -> None:
    """At any time one receipt counts for a return, from the first to the last without a gap."""
    by_return: dict[int, list[EffectiveReturn]] = {}
    for row in sorted(rows, key=lambda row: row.since):
        by_return.setdefault(row.return_id, []).append(row)
    for several in by_return.values():
        ends = [row.until for row in several]
        assert ends == [*(row.since for row in several[1:]), None]


@pytest.mark.slow
def test_the_archive_gives_the_same_figures_and_the_same_hash_once_more(
    sent: Sent, usual: tuple[pl.DataFrame, str]
) -> None:
    with fresh(sent) as first, fresh(sent) as second:
        collect(first, sent, list(sent.paths))
        with writing(first.engine) as session:
            kept = [_kept(session, receipt) for receipt in session.exec(select(Receipt).order_by(Receipt.id))]
        ids = [
            second.deliver(first.folder / "archive" / sha256, unit, received=received.date(), name=name)
            for sha256, unit, received, name in kept
        ]
        second.process(*ids)
        rolled, sha256 = outcome(second)
        reviews = [reviewed(sender, sha256) for sender in (first, second)]
    assert rolled.equals(usual[0])
    assert sha256 == usual[1]
    assert reviews[0] == reviews[1]


def _kept(session: Session, receipt: Receipt) -> tuple[str, str, datetime, str]:
    unit = session.get_one(Unit, receipt.unit_id)
    return receipt.sha256, unit.code, receipt.received_at, receipt.file_name


# rates


@st.composite
def lines(draw: st.DrawFn) -> StandingLine:
    """Any row of a ledger that can be: what is accepted or in hand was received."""
    state = draw(st.sampled_from(list(ReturnState)))
    needs_file = state in (ReturnState.ACCEPTED, ReturnState.RECEIVED, ReturnState.REJECTED)
    late = draw(st.integers(0, 30)) if needs_file else None
    required = draw(st.integers(0, 20))
    return StandingLine(
        unit=draw(st.sampled_from(["D01", "D02"])),
        unit_name="",
        period="2022-N",
        year=2022,
        round="R1",
        kind="own",
        due=date(2022, 12, 23),
        state=state.value,
        received_at=AS_AT if needs_file else None,
        days_late=late,
        receipt=None,
        reason=None,
        overdue=state in (ReturnState.OWED, ReturnState.REJECTED) and draw(st.booleans()),
        filled=draw(st.integers(0, required)) if state is ReturnState.ACCEPTED else 0,
        required=required if state is ReturnState.ACCEPTED else 0,
    )


@given(st.lists(lines(), max_size=40))
def test_rates_are_a_brute_force_count_and_never_above_the_whole(every: list[StandingLine]) -> None:
    counted = count_rates(every)
    owed = accepted = on_time = filled = required = 0
    for line in every:
        if line.state in ("excused", "superseded"):
            continue
        owed += 1
        if line.state == "accepted":
            accepted += 1
            on_time += line.days_late == 0
            filled, required = filled + line.filled, required + line.required
    assert (counted["owed"], counted["accepted"], counted["on_time"]) == (owed, accepted, on_time)
    for name, n, of in (("received", accepted, owed), ("on_time", on_time, owed), ("filled", filled, required)):
        rate = counted[f"{name}_rate"]  # type: ignore[literal-required]
        assert (rate["n"], rate["of"]) == (n, of)
        assert n <= of
        assert rate["percent"] is None if not of else abs(Fraction(rate["percent"]) - Fraction(100 * n, of)) < 1e-5
    parts = ("accepted", "in_hand", "rejected", "missing", "not_due")
    assert sum(counted[part] for part in parts) == owed  # type: ignore[literal-required]


# units opened and closed in mid-year


CUTOFFS = tuple(date(2022, month, 14) for month in (3, 6, 9, 12))
STARTS = (date(2021, 12, 15), *(day + timedelta(days=1) for day in CUTOFFS[:-1]))
DAYS = st.dates(date(2021, 11, 1), date(2023, 1, 31))


@given(opened=DAYS, closed=st.none() | DAYS)
def test_a_unit_counts_in_exactly_the_periods_at_whose_cutoff_it_stood(opened: date, closed: date | None) -> None:
    assume(closed is None or closed >= opened)
    long_ago = date(2010, 1, 1)
    units = (
        PlanUnit("K00", "K00", "khoi", long_ago),
        PlanUnit("D01", "D01", "dang_uy", long_ago, parent="K00"),
        PlanUnit("D02", "D02", "dang_uy", opened, parent="K00", valid_to=closed),
    )
    history = read_history(units, ())
    for start, cutoff in zip(STARTS, CUTOFFS, strict=True):
        owing = {one.unit: one for one in obligations(_quarter(start, cutoff), history) if one.kind == "own"}
        stood = opened <= cutoff and (closed is None or closed >= cutoff)
        excused = closed is not None and start <= closed < cutoff
        assert owing["D01"].ended is None
        assert ("D02" in owing) == (stood or excused)
        if "D02" in owing:
            assert (owing["D02"].ended is None) == stood


def _quarter(start: date, cutoff: date) -> PlanPeriod:
    return PlanPeriod(
        code=cutoff.isoformat(),
        kind="Q",
        nominal_from=start,
        nominal_to=cutoff,
        coverage_start=start,
        cutoff=cutoff,
        mode="per_period",
        round="R1",
        due_rule="3",
        own_rule="D*",
    )
