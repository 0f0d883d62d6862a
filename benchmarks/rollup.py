"""What roll-up costs as units grow: `python -m benchmarks.rollup 35 1000` prints a line of the table for each size.

Sizes above LARGEST_RECORD have no values in the record: the copy is filled with them by DuckDB itself, so that what
is measured of it are the derived tables and the questions, not the reading.
"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine

from benchmarks.invented import SYMBOL, Size, correct, lay_down
from benchmarks.measuring import Cost, measured
from models.store import migrate, open_engine, reading, writing
from reports.analytic import DERIVED, publish
from reports.duck import connect, frame, run
from reports.rollup import figures
from reports.trace import trace_figure
from schemas.rollup import COPY

LARGEST_RECORD = 2_000
CORRECTED = 20
YEAR, INDICATOR = "2023", "I000"
FILL = """
INSERT INTO reported
SELECT row_number() OVER (), o.directive, o.period, o.unit, o.kind, i.code, '',
    CASE WHEN i.kind <> 'ratio' THEN (hash(o.unit) // 7 + o.position) % 5 END,
    CASE WHEN i.kind = 'ratio' THEN o.position % 90 END, CASE WHEN i.kind = 'ratio' THEN 90 END, NULL,
    o.position, lpad(o.position::VARCHAR, 64, '0'), 'return-' || o.position || '.xlsx', 'So lieu', 'G' || i.at,
    CASE WHEN i.kind = 'ratio' THEN 'H' || i.at END
FROM (SELECT row_number() OVER () AS position, * FROM owed) o
CROSS JOIN (SELECT row_number() OVER (ORDER BY code) + 5 AS at, * FROM indicator) i
"""


@contextmanager
def _record(folder: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{folder}/dondoc.db")
    yield engine
    engine.dispose()


def _lay_down(folder: Path, size: Size) -> None:
    with _record(folder) as engine:
        migrate(engine)
        with writing(engine) as session:
            lay_down(session, size, with_values=size.units <= LARGEST_RECORD)


def _correct(folder: Path) -> None:
    with _record(folder) as engine, writing(engine) as session:
        correct(session, CORRECTED)


def _publish(folder: Path) -> Path:
    with _record(folder) as engine, reading(engine) as session:
        return publish(session, folder / "analytics")


def _fill(copy: Path) -> None:
    """Put values into a copy that has none."""
    with connect(copy) as connection:
        connection.execute(FILL)


def _derive(copy: Path) -> None:
    """Make the derived tables of a copy once more."""
    with connect(copy) as connection:
        for name, statement in frame(connection, "rebuilt").select("name", "statement").iter_rows():
            if name not in COPY:
                connection.execute(statement)
        for name in DERIVED:
            run(connection, name)


def _ask_indicator(copy: Path) -> int:
    return figures(copy, directive=SYMBOL, indicator=INDICATOR).height


def _ask_year(copy: Path) -> int:
    return figures(copy, directive=SYMBOL, period=YEAR).height


def _trace(copy: Path) -> int:
    return len(trace_figure(copy, f"{SYMBOL}:{INDICATOR}:K00:{YEAR}"))


def measure(size: Size, folder: Path) -> Iterator[Cost]:
    """Give the cost of each step at a size."""
    yield measured("record laid down", _lay_down, folder, size)
    whole = measured("whole copy", _publish, folder)
    yield whole
    if size.units <= LARGEST_RECORD:
        measured("20 receipts", _correct, folder)
        refreshed = measured("refreshed after 20 receipts", _publish, folder)
        yield refreshed
        copy = refreshed.result
    else:
        copy = whole.result
        yield measured("copy filled by DuckDB", _fill, copy)
        yield measured("derived tables", _derive, copy)
    yield measured("figures of one indicator", _ask_indicator, copy)
    yield measured("all figures of one year", _ask_year, copy)
    yield measured("trace of one figure", _trace, copy)
    yield Cost(f"(size of the copy: {copy.stat().st_size / 2**20:,.0f} MB)", 0, 0, 0)


def main() -> None:
    for units in [int(one) for one in sys.argv[1:]] or [35]:
        size = Size(units)
        print(f"\n{units:,} units, {size.values:,} values\n| step | s | CPU s | µs of CPU a value | peak MB | rows |")
        print("|---|--:|--:|--:|--:|--:|")
        with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
            for cost in measure(size, Path(folder)):
                print(_line(cost, size), flush=True)


def _line(cost: Cost, size: Size) -> str:
    per_value = f"{cost.cpu * 1e6 / size.values:.2f}"
    rows = f"{cost.result:,}" if isinstance(cost.result, int) else ""
    cells = (cost.name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", per_value, f"{cost.memory:,.0f}", rows)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
