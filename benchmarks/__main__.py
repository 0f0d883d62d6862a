"""All rows of the table in one run: `python -m benchmarks` for all of it, `--short` for what CI holds on to.

Results are kept in benchmarks/results; `--keep` writes them anew, and the table of the README with them.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from benchmarks import asking, blanks, copying, enduring, review, starting, taking_in, through_flow
from benchmarks.invented import Size
from benchmarks.kept import compare, keep, line
from benchmarks.measuring import Row

Rows = Callable[[Path], Iterable[Row]]


def _review(folder: Path, units: int, reach: float) -> Iterator[Row]:
    yield review.row(folder, units, reach)


SHORT: dict[str, Rows] = {
    "store": partial(taking_in.rows, count=40, rounds=1),
    "issue": partial(blanks.rows, count=50, rounds=1),
    "copy": partial(copying.rows, size=Size(200, 25, 3), rounds=1, corrected=5),
}
FULL: dict[str, Rows] = {
    "store": partial(taking_in.rows, count=200, rounds=3),
    "collect": partial(through_flow.rows, count=1000, rounds=3),
    "issue": partial(blanks.rows, count=1000, rounds=3),
    "copy-35": partial(copying.rows, size=Size(35, 100, 3), rounds=3),
    "copy-1000": partial(copying.rows, size=Size(1000, 100, 3), rounds=1),
    "review-35": partial(_review, units=35, reach=10),
    "review-1000": partial(_review, units=1000, reach=60),
    "ask": partial(asking.rows, size=Size(10_000, 10, 3), rounds=3),
    "start": partial(starting.rows, rounds=9),
    "endure": partial(enduring.rows, count=10_000),
}


def main() -> int:
    """Measure, print each row as it comes, and give 1 where a ratio fell by more than a third."""
    asked = argparse.ArgumentParser(prog="python -m benchmarks")
    asked.add_argument("--short", action="store_true", help="the form for CI, held against the kept result")
    asked.add_argument("--keep", action="store_true", help="keep the result and write the table")
    asked.add_argument("only", nargs="*", help=f"of {', '.join(FULL)}")
    given = asked.parse_args()
    chosen, name = (SHORT, "short") if given.short else (FULL, "full")
    rows = []
    for row in _measure({key: chosen[key] for key in given.only or chosen}):
        rows.append(row)
        if given.keep:
            keep([row], name)
    if given.keep:
        return 0
    fallen = compare(rows, name)
    print("\n".join(fallen) or "no ratio has fallen by more than a third", file=sys.stderr)
    return 1 if fallen and given.short else 0


def _measure(chosen: dict[str, Rows]) -> Iterator[Row]:
    for rows in chosen.values():
        with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
            for row in rows(Path(folder)):
                print(line(row), flush=True)
                yield row


if __name__ == "__main__":
    sys.exit(main())
