"""Figures over codes that changed, on small histories whose totals can be added up by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars as pl
import pytest
from factories import add
from histories import FIRST, History
from plans import content_of, linked
from sqlalchemy import Engine

from models.directive import PlanVersion
from models.plan import PlanLink
from models.queries.crosswalk import record_links
from models.queries.plans import record_plan
from models.store import writing
from reports.analytic import publish
from reports.rollup import indicator_codes
from reports.trace import trace_figure

SINCE = date(2022, 1, 1)
EARLY = datetime(2021, 1, 1, tzinfo=UTC)
HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture
def bloc(engine: Engine, tmp_path: Path) -> Iterator[History]:
    """Two committees that report at the end of 2021 and of 2022."""
    with writing(engine) as session:
        history = History(session, tmp_path / "analytics")
        history.directive(FIRST)
        for code, parent in (("K00", None), ("D01", "K00"), ("D02", "K00")):
            history.unit(code, parent)
        history.lead("D01", "D02")
        for period in ("2021-N", "2022-N"):
            history.period(period)
        yield history


def put(history: History, *links: PlanLink) -> None:
    words = {"sha256": "0" * 64, "content_hash": "0" * 64, "content": {}}
    directive = history.directives[FIRST].id or 0
    version = add(history.session, PlanVersion(directive_id=directive, number=1, recorded_at=EARLY, **words))
    record_links(history.session, version.id or 0, links)


def values(history: History, indicator: str) -> dict[tuple[str, str], tuple[object, int, int]]:
    rows = history.figures(indicator=indicator).filter(pl.col("period").is_in(["2021", "2022"])).iter_rows(named=True)
    return {(row["unit"], row["period"]): (row["value"], row["n"], row["of"]) for row in rows}


def test_a_split_without_shares_is_one_line_before_and_two_after(bloc: History) -> None:
    for code in ("I01", "I02", "I03"):
        bloc.indicator(code)
    put(bloc, PlanLink(SINCE, "split", "I01", "I02"), PlanLink(SINCE, "split", "I01", "I03"))
    bloc.answer("D01", "2021-N", {"I01": 10})
    bloc.answer("D02", "2021-N", {"I01": 5})
    bloc.answer("D01", "2022-N", {"I02": 6, "I03": 3})
    bloc.answer("D02", "2022-N", {"I02": 2})
    assert values(bloc, "I02 + I03") == {
        ("K00", "2021"): (15, 2, 2), ("D01", "2021"): (10, 1, 1), ("D02", "2021"): (5, 1, 1),
        ("K00", "2022"): (9, 1, 2), ("D01", "2022"): (9, 1, 1), ("D02", "2022"): (None, 0, 1),
    }  # fmt: skip
    assert set(values(bloc, "I02")) == {(unit, "2022") for unit in ("K00", "D01", "D02")}
    assert "I02 + I03" in indicator_codes(bloc.copy())


def test_a_new_code_is_waited_for_from_its_day_and_a_dropped_one_until_then(bloc: History) -> None:
    bloc.indicator("I01")
    bloc.indicator("I02")
    put(bloc, PlanLink(SINCE, "new", None, "I02"), PlanLink(SINCE, "dropped", "I01"))
    bloc.answer("D01", "2021-N", {"I01": 4})
    bloc.owe("D02", "2021-N")
    bloc.answer("D01", "2022-N", {"I02": 7})
    bloc.owe("D02", "2022-N")
    totals = {key: value for code in ("I01", "I02") for key, value in values(bloc, code).items() if key[0] == "K00"}
    assert totals == {("K00", "2021"): (4, 1, 2), ("K00", "2022"): (7, 1, 2)}


def test_a_return_by_the_older_measure_counts_converted_and_its_cell_is_told(bloc: History) -> None:
    bloc.indicator("I01")
    bloc.indicator("I02")
    put(bloc, PlanLink(SINCE, "rescaled", "I01", "I02", "0.001"))
    bloc.answer("D01", "2022-N", {"I01": 12500})  # a blank issued before the measure changed
    bloc.answer("D02", "2022-N", {"I02": 3})
    assert values(bloc, "I02")["K00", "2022"] == (15.5, 2, 2)
    assert bloc.figure("I02:K00:2022")["said_as"] == "I01"
    cells = trace_figure(bloc.copy(), f"{FIRST}:I02:K00:2022")
    told = [(one.unit, one.said_as, one.factor, one.value) for one in cells]
    assert told == [("D01", "I01", Fraction(1, 1000), 12.5), ("D02", None, 1, 3)]


def test_a_sum_that_lacks_a_part_is_no_figure_and_says_so(bloc: History) -> None:
    for code in ("I01", "I02", "I03"):
        bloc.indicator(code)
    put(bloc, PlanLink(SINCE, "merged", "I01", "I03"), PlanLink(SINCE, "merged", "I02", "I03"))
    bloc.answer("D01", "2021-N", {"I01": 4, "I02": 1})
    bloc.answer("D02", "2021-N", {"I01": 9, "I02": "KCS"})
    assert values(bloc, "I03")["K00", "2021"] == (5, 1, 2)
    assert values(bloc, "I01")["K00", "2021"] == (13, 2, 2)


def test_links_count_from_when_they_were_known(engine: Engine, tmp_path: Path) -> None:
    first, later = (datetime(2022, month, 1, tzinfo=HANOI) for month in (1, 6))
    link = {"relation": "renamed", "before": "I01", "after": "J0"}
    with writing(engine) as session:
        record_plan(session, content_of(linked(), tmp_path), sha256="0" * 64, now=first)
        record_plan(session, content_of(linked(link), tmp_path), sha256="1" * 64, now=later)
        copies = [publish(session, tmp_path / "analytics", as_at=at) for at in (first, later)]
    assert [count_carried(copy) for copy in copies] == [(0,), (1,)]


def count_carried(copy: Path) -> object:
    with duckdb.connect(str(copy), read_only=True) as connection:
        return connection.execute("SELECT count(*) FROM carried").fetchone()
