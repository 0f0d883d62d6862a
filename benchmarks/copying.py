"""The analytic copy: figures of a year against plain SQL on the same table, a refresh against a whole copy."""

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from itertools import count
from pathlib import Path

import polars as pl
from sqlalchemy import Engine

from benchmarks.invented import SENT, SYMBOL, Size, correct, lay_down
from benchmarks.measuring import Cost, Row, interleaved, measured
from models.store import migrate, open_engine, reading, writing
from reports.analytic import publish
from reports.duck import opened
from reports.rollup import figures

YEAR = 2023
TIMES = 5  # that a question is asked in one process
PLAIN = Path(__file__).with_name("plain.sql").read_text("utf-8")


def rows(folder: Path, size: Size, rounds: int, corrected: int = 200) -> Iterator[Row]:
    """Measure both on one record of a size; `corrected` is how many returns change between two copies."""
    measured("record", _lay_down, folder, size)
    whole = measured("whole copy", _publish, folder)
    yield _rolled_up(whole.result, size, rounds)
    yield _refreshed(folder, size, rounds, corrected)


def _rolled_up(copy: Path, size: Size, rounds: int) -> Row:
    ways = {
        "figures": partial(measured, "figures", _figures, copy, ready=_figures),
        "plain SQL": partial(measured, "plain", _plain, copy, ready=_plain),
    }
    costs = {name: cost.of(1 / TIMES) for name, cost in interleaved(ways, rounds).items()}
    what = f"figures of a year, {size.units:,} units, {size.values / 1e6:.1f} M values"
    value = costs["figures"].cpu / costs["plain SQL"].cpu
    return Row(f"rollup-{size.units}", what, "plain SQL on the same DuckDB table", value, 1.3, costs=costs)


def _figures(copy: Path) -> None:
    for _ in range(TIMES):
        figures(copy, directive=SYMBOL, period=str(YEAR))


def _plain(copy: Path) -> None:
    for _ in range(TIMES):
        with opened(copy) as connection:
            pl.DataFrame(connection.sql(PLAIN, params={"directive": SYMBOL, "year": YEAR}))


def _refreshed(folder: Path, size: Size, rounds: int, corrected: int) -> Row:
    days = count(1)
    ways = {"refresh": lambda: _refresh(folder, corrected, next(days)), "whole": partial(_rebuild, folder)}
    costs = interleaved(ways, rounds)
    what = f"refresh of the copy after {corrected} corrections, {size.units:,} units, {size.values / 1e6:.1f} M values"
    value = costs["whole"].cpu / costs["refresh"].cpu
    return Row(f"refresh-{size.units}", what, "whole copy", value, 20, at_least=True, costs=costs)


def _refresh(folder: Path, corrected: int, day: int) -> Cost:
    measured("corrections", _correct, folder, corrected, day)
    return measured("refresh", _publish, folder)


def _rebuild(folder: Path) -> Cost:
    return measured("whole", _publish, folder, True)


def _engine(folder: Path) -> Engine:
    return open_engine(f"sqlite:///{folder}/dondoc.db")


def _lay_down(folder: Path, size: Size) -> None:
    engine = _engine(folder)
    migrate(engine)
    with writing(engine) as session:
        lay_down(session, size)


def _correct(folder: Path, corrected: int, day: int) -> None:
    with writing(_engine(folder)) as session:
        correct(session, corrected, SENT + timedelta(days=day))


def _publish(folder: Path, anew: bool = False) -> Path:
    with reading(_engine(folder)) as session:
        return publish(session, folder / ("whole" if anew else "analytics"), anew=anew)
