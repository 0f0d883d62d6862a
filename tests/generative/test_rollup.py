"""Laws of figures over generated histories: SQL equals plain loops; totals stand through any change of units."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from oracle import Amounts, Oracle, OraclePeriod
from sqlmodel import Session, SQLModel

from models.assignment import Assignment
from models.directive import Directive, DirectiveRelation, Indicator, Task, TaskIndicator
from models.period import Period
from models.plan import PlanEvent, PlanUnit
from models.returns import EffectiveReturn, Receipt, ReportedValue, Return
from models.states import ReceiptState, ReturnState
from models.store import open_engine
from models.unit import Unit, UnitEvent, UnitSpan
from models.unit_history import read_history
from reports.analytic import publish
from reports.heirs import Heir, divide, find_heirs
from reports.rollup import figures
from reports.trace import trace_figure

ROOT = "K00"
LONG_AGO = date(2015, 1, 1)
FIRST_TIME, SECOND_TIME = datetime(2023, 1, 1, tzinfo=UTC), datetime(2023, 2, 1, tzinfo=UTC)
MIDWAY = datetime(2023, 1, 15, tzinfo=UTC)
OLD, NEW = "1-CT/X", "2-KL/X"  # the second continues the first, from the middle of 2021
PERIODS = (
    OraclePeriod(OLD, "2020-6T", "R1", 2020, date(2019, 12, 15), date(2020, 6, 14)),
    OraclePeriod(OLD, "2020-N", "R1", 2020, date(2019, 12, 15), date(2020, 12, 14), is_year_end=True),
    OraclePeriod(OLD, "2021-6T", "R1", 2021, date(2020, 12, 15), date(2021, 6, 14)),
    OraclePeriod(OLD, "R1-5N", "R1", 2021, date(2019, 12, 15), date(2021, 7, 31), is_span=True),
    OraclePeriod(NEW, "2021-9T", "R2", 2021, date(2020, 12, 15), date(2021, 9, 14)),
    OraclePeriod(NEW, "2021-N", "R2", 2021, date(2020, 12, 15), date(2021, 12, 14), is_year_end=True),
    OraclePeriod(NEW, "2022-6T", "R2", 2022, date(2021, 12, 15), date(2022, 6, 14)),
    OraclePeriod(NEW, "R2-5N", "R2", 2022, date(2020, 12, 15), date(2022, 7, 31), is_span=True),
)
INDICATORS = {  # code → kind, mode, how it adds up in time
    "FC": ("flow", "cumulative", "cumulative"),
    "FP": ("flow", "per_period", "per_period"),
    "S": ("stock", "at_cutoff", "last"),
    "RL": ("ratio", "at_cutoff", "last"),
    "RC": ("ratio", "cumulative", "cumulative"),
    "B": ("boolean", "at_cutoff", "last"),
}
EVENT_DAYS = tuple(
    date.fromisoformat(day)
    for day in ("2020-03-01", "2020-08-01", "2021-01-01", "2021-03-15", "2021-08-01", "2021-10-01", "2022-03-01",
                "2022-07-01")
)  # fmt: skip
AFTER_ALL = date(2022, 12, 31)


@dataclass(frozen=True)
class World:
    """A generated history: who there was, what happened, who said what (a correction is what was said second)."""

    units: tuple[PlanUnit, ...]
    events: tuple[PlanEvent, ...]
    said: dict[tuple[OraclePeriod, str], tuple[dict[str, Any], ...]]
    narrow: frozenset[str]  # units that lead no task of the second directive's indicators FP and B

    @property
    def history(self) -> Any:
        return read_history(self.units, self.events)


def _unit(code: str, parent: str | None, since: date = LONG_AGO) -> PlanUnit:
    return PlanUnit(code, code, "dang_uy", since, parent=parent)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    units = [_unit(ROOT, None), *(_unit(f"D{n}", ROOT) for n in range(1, 4)), _unit("C1", "D1"), _unit("C2", "D2")]
    alive = ["D1", "D2", "D3"]
    events: list[PlanEvent] = []
    for day in EVENT_DAYS:
        if len(events) < 4 and draw(st.booleans()):
            events += _event(draw, day, units, alive)
    history = read_history(units, events)
    said = {
        (period, unit): draw(_answers(period))
        for period in PERIODS
        for unit in sorted(set(history.tree(period.cutoff).spans) - {ROOT})
    }
    narrow = draw(st.frozensets(st.sampled_from(["C1", "C2"])))
    return World(tuple(units), tuple(events), said, narrow)


def _event(draw: st.DrawFn, day: date, units: list[PlanUnit], alive: list[str]) -> Iterator[PlanEvent]:
    kind = draw(st.sampled_from(["merge", "merge", "absorb", "split", "split", "dissolve", "move"]))
    code, fresh = f"E{day}", f"N{len(units)}"
    chosen = draw(st.permutations(alive))
    if kind == "move":
        yield PlanEvent(code, day, "move", (draw(st.sampled_from(["C1", "C2"])),), (chosen[0],))
    elif kind == "split":
        units.append(_unit(fresh, ROOT, day))
        shares = (("S", draw(st.sampled_from([("60", "40"), ("1", "2")]))),) if draw(st.booleans()) else ()
        yield PlanEvent(code, day, "split", (chosen[0],), (chosen[0], fresh), shares=shares)
        alive.append(fresh)
    elif len(alive) > 1:
        if kind == "merge":
            units.append(_unit(fresh, ROOT, day))
            yield PlanEvent(code, day, "merge", (chosen[0], chosen[1]), (fresh,))
            alive[:] = [one for one in alive if one not in chosen[:2]] + [fresh]
        else:
            targets = (chosen[1],)
            type_ = "merge" if kind == "absorb" else "dissolve"
            yield PlanEvent(code, day, type_, (chosen[0],), targets)
            alive.remove(chosen[0])


NUMBERS = st.decimals("0", "1000000", places=2)
MARKERS = st.sampled_from(["KPS", "KCS", None])


def _answers(period: OraclePeriod) -> st.SearchStrategy[tuple[dict[str, Any], ...]]:
    """Give what a unit says at first and, maybe, what it says in a correction; nothing where it never reports."""
    plain = st.one_of(NUMBERS, NUMBERS, MARKERS)
    pair = st.one_of(st.tuples(st.integers(0, 50), st.integers(0, 90)), MARKERS)
    one = st.fixed_dictionaries(
        {"FC": plain, "FP": plain, "S": plain, "RL": pair, "RC": pair, "B": st.sampled_from([0, 1, "KCS"])}
    )
    kept = one.map(lambda said: {k: v for k, v in said.items() if not period.is_span or INDICATORS[k][2] == "last"})
    return st.one_of(st.just(()), st.tuples(kept), st.tuples(kept), st.tuples(kept, kept))


def amounts(code: str, said: Any) -> Amounts | None:
    """What an answer adds: nothing arose is nought, not available is nothing."""
    kind = INDICATORS[code][0]
    if said is None or said == "KCS":
        return None
    if said == "KPS":
        return (Decimal(0), None, None) if kind in ("flow", "stock") else (None, Decimal(0), Decimal(0))
    if kind == "ratio":
        return None, Decimal(said[0]), Decimal(said[1])
    return (None, Decimal(said), Decimal(1)) if kind == "boolean" else (Decimal(said), None, None)


def oracle_of(world: World, *, corrected: bool) -> Oracle:
    manners = {code: manner for code, (_, _, manner) in INDICATORS.items()}
    oracle = Oracle(world.history, world.events, PERIODS, manners, {NEW: OLD})
    for (period, unit), files in world.said.items():
        said = files[-1 if corrected else 0] if files else {}
        for code, value in said.items():
            found = amounts(code, value)
            if found is not None:
                oracle.said[period, unit, code] = found
        for code in manners:
            asked = not (period.is_span and manners[code] != "last")
            narrow = unit in world.narrow and code in ("FP", "B")
            waited = oracle.waits_for.setdefault((period, code), set())
            if asked and (not narrow or (period, unit, code) in oracle.said):
                waited.add(unit)
    return oracle


# the record


class Writer:
    """Lays a world down in a record, in one flush."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.rows: list[SQLModel] = []
        self.ids: dict[Any, int] = {}

    def id(self, *key: Any) -> int:
        return self.ids.setdefault(key, len(self.ids) + 1)

    def write(self, session: Session) -> None:
        self._units()
        self._directives()
        self._returns()
        for table in SQLModel.metadata.sorted_tables:  # each after those it refers to
            session.add_all([row for row in self.rows if row.__tablename__ == table.name])
            session.flush()

    def _units(self) -> None:
        history = self.world.history
        for unit in self.world.units:
            ending = history.endings.get(unit.code)
            self.rows.append(Unit(id=self.id("u", unit.code), code=unit.code, valid_from=unit.valid_from,
                                  valid_to=ending.last if ending else None))  # fmt: skip
        for s in history.spans:
            days = {"valid_from": s.valid_from, "valid_to": s.valid_to}
            parent = self.id("u", s.parent) if s.parent else None
            unit_id = self.id("u", s.unit)
            self.rows.append(UnitSpan(unit_id=unit_id, name=s.name, kind=s.kind, parent_id=parent, **days))
        for e in self.world.events:
            lists = {"sources": list(e.sources), "targets": list(e.targets)}
            shares = {indicator: list(parts) for indicator, parts in e.shares}
            self.rows.append(UnitEvent(code=e.code, happened_on=e.day, type=e.type, shares=shares, **lists))

    def _directives(self) -> None:
        for code, (kind, mode, _) in INDICATORS.items():
            self.rows.append(Indicator(id=self.id("i", code), code=code, name=code, measure="-", kind=kind, mode=mode))
        for symbol in (OLD, NEW):
            words = {"symbol": symbol, "symbol_written": symbol, "type": "chi_thi", "issuer": "-", "title": "-"}
            self.rows.append(Directive(id=self.id("d", symbol), issued_on=LONG_AGO, tracked=True, **words))
            for name, codes in (("wide", ("FC", "S", "RL", "RC")), ("narrow", ("FP", "B"))):
                task = self.id("t", symbol, name)
                self.rows.append(Task(id=task, directive_id=self.id("d", symbol), code=name, kind="continuous",
                                      title="-", lead_rule="-", start=LONG_AGO))  # fmt: skip
                self.rows += [TaskIndicator(task_id=task, indicator_id=self.id("i", code)) for code in codes]
                for unit in self.world.units:
                    if name == "wide" or unit.code not in self.world.narrow:
                        self.rows.append(Assignment(task_id=task, unit_id=self.id("u", unit.code), role="lead",
                                                    valid_from=LONG_AGO))  # fmt: skip
        relation = DirectiveRelation(directive_id=self.id("d", NEW), other_id=self.id("d", OLD), type="continues")
        self.rows.append(relation)
        for p in PERIODS:
            self.rows.append(Period(
                id=self.id("p", p), directive_id=self.id("d", p.directive), code=p.code, kind=p.code[5:],
                year=p.year, round=p.round, nominal_from=p.start, nominal_to=p.cutoff, coverage_start=p.start,
                cutoff=p.cutoff, mode="span" if p.is_span else "cumulative", due_rule="3", own_rule="all",
            ))  # fmt: skip

    def _returns(self) -> None:
        for (period, unit), files in self.world.said.items():
            owed = self.id("r", period, unit)
            state = ReturnState.ACCEPTED if files else ReturnState.OWED
            self.rows.append(Return(id=owed, directive_id=self.id("d", period.directive), due=period.cutoff,
                                    unit_id=self.id("u", unit), period_id=self.id("p", period), kind="own",
                                    state=state))  # fmt: skip
            for number, said in enumerate(files):
                self._file(period, unit, owed, number, said, is_last=number == len(files) - 1)

    def _file(self, period: OraclePeriod, unit: str, owed: int, number: int, said: Any, *, is_last: bool) -> None:
        receipt = self.id("f", period, unit, number)
        came = (FIRST_TIME, SECOND_TIME)[number]
        words = {"claim": str(receipt), "file_name": "x.xlsx", "sha256": f"{receipt:064x}"}
        keys = {"id": receipt, "unit_id": self.id("u", unit), "return_id": owed}
        self.rows.append(Receipt(size=1, received_at=came, state=ReceiptState.ACCEPTED, **words, **keys))
        until = None if is_last else SECOND_TIME
        self.rows.append(EffectiveReturn(return_id=owed, receipt_id=receipt, since=came, until=until))
        for code, value in said.items():
            row = ReportedValue(receipt_id=receipt, indicator_id=self.id("i", code), sheet="S", cell=code)
            if isinstance(value, str):
                row.marker = value
            elif isinstance(value, tuple):
                row.numerator, row.denominator = Decimal(value[0]), Decimal(value[1])
            else:
                row.value = None if value is None else Decimal(value)
            self.rows.append(row)


def with_copy(
    world: World,
    check: Callable[[Path], None],
    as_at: datetime | None = None,
    writer: Callable[[World], Writer] = Writer,
) -> None:
    """Let a check look at the analytic copy of a world."""
    engine = open_engine("sqlite://")
    SQLModel.metadata.create_all(engine)
    with Session(engine) as session, tempfile.TemporaryDirectory() as folder:
        writer(world).write(session)
        check(publish(session, Path(folder), as_at=as_at))
        session.rollback()
    engine.dispose()


def by_key(frame: pl.DataFrame) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {(row["indicator"], row["period"], row["unit"]): row for row in frame.iter_rows(named=True)}


OFTEN = settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.mark.slow
@OFTEN
@given(world=worlds(), as_at=st.sampled_from([None, MIDWAY]))
def test_sql_gives_what_plain_loops_give_to_the_last_digit(world: World, as_at: datetime | None) -> None:
    oracle = oracle_of(world, corrected=as_at is None)

    def check(copy: Path) -> None:
        for directive in (OLD, NEW):
            rolled = by_key(figures(copy, directive=directive))
            expected = {
                (code, label, unit): figure
                for code in INDICATORS
                for label, level in oracle.labels(directive)
                for unit, figure in oracle.figures(directive, code, label, level).items()
            }
            assert rolled.keys() == expected.keys()
            for key, wanted in expected.items():
                row = rolled[key]
                sums = (row["numerator"], row["denominator"])
                assert (key, *sums, row["n"], row["of"], row["partial"]) == (
                    key, wanted.numerator, wanted.denominator, wanted.n, wanted.of, wanted.partial
                )  # fmt: skip
                if INDICATORS[key[0]][0] in ("flow", "stock"):
                    assert row["value"] == wanted.value, key

    with_copy(world, check, as_at)


@pytest.mark.slow
@OFTEN
@given(world=worlds(), today=st.sampled_from([*EVENT_DAYS, AFTER_ALL]))
def test_the_whole_is_the_same_on_any_days_tree_and_its_lines_add_up_to_it(world: World, today: date) -> None:
    def check(copy: Path) -> None:
        for directive in (OLD, NEW):
            was = figures(copy, directive=directive)
            now = figures(copy, directive=directive, reading="today", today=today)
            same = ["indicator", "period", "value", "numerator", "denominator", "n", "of", "partial"]
            assert whole(was, same).equals(whole(now, same))
            for frame in (was, now):
                assert_lines_add_up(frame)

    with_copy(world, check)


def whole(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    return frame.filter(pl.col("unit") == ROOT).select(columns).sort("indicator", "period")


def assert_lines_add_up(frame: pl.DataFrame) -> None:
    """The lines right under the root (cells stand one level lower) have each input once, shared lines too."""
    rows = frame.to_dicts()
    for name in ("value", "numerator", "denominator"):
        sums: dict[tuple[str, str], Decimal] = {}
        wanted: dict[tuple[str, str], Decimal] = {}
        for row in rows:
            if name == "value" and row["kind"] in ("boolean", "ratio"):
                continue
            key = row["indicator"], row["period"]
            if row["unit"] == ROOT:
                wanted[key] = row[name] or Decimal(0)
            elif row["unit"] not in ("C1", "C2"):
                sums[key] = sums.get(key, Decimal(0)) + (row[name] or 0)
        assert {key: total for key, total in sums.items() if total} == {k: v for k, v in wanted.items() if v}


@pytest.mark.slow
@settings(OFTEN, max_examples=4)
@given(world=worlds(), reading=st.sampled_from(["as-was", "today"]), data=st.data())
def test_every_figure_is_the_signed_sum_of_the_cells_it_is_traced_to(
    world: World, reading: Any, data: st.DataObject
) -> None:
    def check(copy: Path) -> None:
        rows = figures(copy, directive=NEW, reading=reading, today=AFTER_ALL).to_dicts()
        for row in data.draw(st.lists(st.sampled_from(rows), max_size=6)) if rows else ():
            cells = trace_figure(copy, row["code"], today=AFTER_ALL)
            for part in ("value", "numerator", "denominator"):
                found = [one.sign * (one.value or 0) for one in cells if one.part == part]
                if row["kind"] != "boolean" and not (part == "value" and row["kind"] == "ratio"):
                    assert sum(found) == (row[part] or 0), (row["code"], part)
            if row["kind"] == "boolean":
                assert sum(one.value or 0 for one in cells) == (row["numerator"] or 0)

    with_copy(world, check)


@given(
    value=st.decimals("-999999999", "999999999", places=6),
    shares=st.lists(st.integers(1, 1000), min_size=1, max_size=7),
)
def test_the_parts_of_a_divided_stock_add_up_to_it(value: Decimal, shares: list[int]) -> None:
    whole = sum(shares)
    heirs = [Heir(frozenset({f"D{n}"}), Fraction(share, whole)) for n, share in enumerate(shares)]
    assert sum(part for part in divide(value, heirs) if part is not None) == value


def test_heirs_of_a_unit_that_nothing_happened_to_are_itself() -> None:
    (heir,) = find_heirs("D1", LONG_AGO, AFTER_ALL, "S", [])
    assert (heir.line, heir.weight) == ("D1", 1)
