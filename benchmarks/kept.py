"""Results that are kept: as JSON with machine and versions, and as the table of the README."""

import json
import platform
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from benchmarks.measuring import Row

HERE = Path(__file__).resolve().parent
RESULTS, README = HERE / "results", HERE / "README.md"
BEGIN, END = "<!-- table: written by `make bench` -->", "<!-- end of table -->"
HEAD = "| what | measured against | measured | reach | | processors (clock), peak memory |\n|---|---|--:|--:|---|---|"
LIBRARIES = ("duckdb", "openpyxl", "pandera", "polars", "prefect", "python-calamine", "sqlalchemy", "sqlmodel")
FALL = 1.5  # a third less, or half as much again: what disturbs a busy machine is below it


def line(row: Row) -> str:
    """Give the row as one of the table."""
    sign = "≥" if row.at_least else "≤"
    costs = "; ".join(f"{name} {_cost(cost)}" for name, cost in row.costs.items())
    said = (row.what, row.against, f"{row.value:,.2f} {row.unit}", f"{sign} {row.reach:g} {row.unit}")
    return f"| {' | '.join(said)} | {'reached' if row.is_reached else '**missed**'} | {costs}{_note(row)} |"


def _cost(cost: Any) -> str:
    cpu, wall = (f"{one * 1000:.1f} ms" if one < 1 else f"{one:.1f} s" for one in (cost.cpu, cost.wall))
    return f"{cpu} ({wall}), {cost.memory:,.0f} MB"


def _note(row: Row) -> str:
    return f"; {row.note}" if row.note else ""


def keep(rows: Sequence[Row], name: str) -> None:
    """Write results; rows that were not measured this time stay as they were, with their own day."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    told = {**_read(name), **{row.key: _told(row) for row in rows}}
    path.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if name == "full":
        _write_table(one["line"] for one in told.values())


def _told(row: Row) -> dict[str, Any]:
    costs = {name: {"cpu": one.cpu, "wall": one.wall, "memory": one.memory} for name, one in row.costs.items()}
    measured = {"value": row.value, "unit": row.unit, "reach": row.reach, "at_least": row.at_least}
    return {**measured, "costs": costs, "note": row.note, "line": line(row), "on": _machine()}


def _machine() -> dict[str, Any]:
    return {
        "day": datetime.now(UTC).date().isoformat(),
        "cores": psutil.cpu_count(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30),
        "load": round(psutil.getloadavg()[0], 1),
        "python": platform.python_version(),
        **{name: version(name) for name in LIBRARIES},
    }


def _read(name: str) -> dict[str, Any]:
    path = RESULTS / f"{name}.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    return found


def _write_table(lines: Iterable[str]) -> None:
    before, _, rest = README.read_text("utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    table = "\n".join((BEGIN, HEAD, *lines, END))
    README.write_text(before + table + after, encoding="utf-8")


def compare(rows: Sequence[Row], name: str) -> list[str]:
    """Say of each ratio that fell by more than a third against the kept one what both are."""
    return list(_fallen(rows, _read(name), name))


def _fallen(rows: Sequence[Row], kept: dict[str, Any], name: str) -> Iterator[str]:
    for row in rows:
        if row.unit == "×" and row.key in kept:
            before = kept[row.key]["value"]
            worse = before / row.value if row.at_least else row.value / before
            if worse > FALL:
                yield f"{row.key}: {row.value:.2f} now, {before:.2f} in benchmarks/results/{name}.json"
