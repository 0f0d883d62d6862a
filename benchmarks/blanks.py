"""Blank returns of a period, against the way that openpyxl offers: load a template, fill it, save it."""

import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from openpyxl import load_workbook

from benchmarks.invented import SYMBOL
from benchmarks.measuring import Row, interleaved, measured
from benchmarks.returns import PERIOD, make_office
from flows.jobs.issue import run_issue
from settings import open_workspace

SOME = 25  # that openpyxl fills: the others would cost the same


def rows(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    make_office(folder, count)
    measured("a template", issue, folder, None)
    ways = {
        "issue": partial(measured, "issue", issue, folder, None),
        "openpyxl": partial(measured, "openpyxl", fill, folder),
    }
    costs = interleaved(ways, rounds)
    costs = {name: cost.of(1 / {"issue": count, "openpyxl": SOME}[name]) for name, cost in costs.items()}
    what = f"{count} blank returns (issue), the one-time cost included"
    value = costs["openpyxl"].cpu / costs["issue"].cpu
    yield Row("issue", what, "openpyxl load, fill, save", value, 10, at_least=True, costs=costs)


def issue(folder: Path, unit: str | None) -> int:
    settings = open_workspace(folder)
    shutil.rmtree(settings.outbox, ignore_errors=True)
    return len(run_issue(settings, SYMBOL, PERIOD, unit).issued)


def fill(folder: Path) -> None:
    template = next((folder / "outbox").rglob("*.xlsx"))
    for number in range(SOME):
        book = load_workbook(template)
        book.worksheets[1]["C3"] = f"D{number:05}"
        book.worksheets[1]["C4"] = f"Đảng ủy số {number}"
        book.save(folder / f"by-openpyxl-{number}.xlsx")
