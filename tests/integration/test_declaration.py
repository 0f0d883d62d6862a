"""One declaration: a blank that is filled by nothing but its own dropdowns, bounds and prompts has no finding."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from flows.jobs.assign import run_assign
from flows.jobs.check import run_check
from flows.jobs.issue import run_issue
from reports.patch import EPOCH
from sample.plan import write_sample_plans
from schemas.layout import Layout, load_layout
from schemas.texts import load_texts
from settings import Settings, open_workspace

pytestmark = pytest.mark.slow
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PERIOD, RECEIVED = "2022-6T", datetime(2022, 6, 20, 10, tzinfo=ZONE)
LINES = 3  # of each sheet that brings no lines of its own
LEFT_EMPTY = {"cover.nil", "measures.marker"}  # they say that there is nothing to say


@pytest.fixture(scope="module", params=["vi", "en"])
def settings(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = open_workspace(tmp_path_factory.mktemp(request.param)).model_copy(update={"language": request.param})
    for plan in write_sample_plans(settings.workspace, load_texts("vi")):
        run_assign(settings, plan, datetime(2016, 9, 22, tzinfo=ZONE))
    run_issue(settings, "60-KL/ĐUK", PERIOD)
    return settings


@pytest.mark.parametrize(("unit", "kind"), [("D01", "own"), ("D01", "consolidated"), ("C0101", "own")])
def test_a_blank_filled_by_its_own_rules_has_no_finding(
    settings: Settings, tmp_path: Path, unit: str, kind: str
) -> None:
    path = settings.outbox / unit / f"{unit}_{PERIOD}_{kind}.xlsx"
    book = load_workbook(path)
    Clerk(book, load_layout("return")).fill()
    book.save(tmp_path / path.name)
    outcome = run_check(settings, tmp_path / path.name, None, RECEIVED)
    assert (outcome.state, outcome.findings) == ("accepted", [])


class Clerk:
    """Fills every input cell with something that its rule allows, and knows nothing else."""

    def __init__(self, book: Workbook, layout: Layout) -> None:
        self.book, self.layout, self.draw = book, layout, random.Random(60)

    def fill(self) -> None:
        for page in self.book.worksheets:
            keys = self._keys(page)
            rules = sorted(page.data_validations.dataValidation, key=lambda rule: rule.type == "date")
            for rule in rules:
                for row, column in self._cells(rule):
                    key = keys.get((row, 1)) or keys.get((4, column))
                    if key and key not in LEFT_EMPTY and self._is_wanted(page, key, row):
                        page.cell(row, column).value = self._value(rule, key, page, row)

    def _keys(self, page: Worksheet) -> dict[tuple[int, int], str]:
        tags = {sheet.tag(column.key) for sheet in self.layout.sheets for column in sheet.columns}
        return {(cell.row, cell.column): cell.value for line in page["A1:Z40"] for cell in line if cell.value in tags}

    def _cells(self, rule: DataValidation) -> Iterator[tuple[int, int]]:
        for area in rule.sqref.ranges:
            yield from area.cells

    def _is_wanted(self, page: Worksheet, key: str, row: int) -> bool:
        sheet = key.split(".")[0]
        if sheet in ("evidence", "shortcomings", "statements"):
            return row < 5 + LINES
        return key != "progress.done_on"  # no task is done here

    def _value(self, rule: DataValidation, key: str, page: Worksheet, row: int) -> Any:
        if rule.type == "list":
            return self.draw.choice(self._choices(rule, key))
        if rule.type == "date":
            return EPOCH + timedelta(days=min(int(rule.formula2), (RECEIVED.date() - EPOCH).days))
        if rule.type == "textLength":
            return f"{self.draw.random():.9f} {key} {row} {page.title}"[: int(rule.formula2)]
        low, high = float(rule.formula1), float(rule.formula2)
        most = {"measures.numerator": 40, "measures.denominator": 90}.get(key, min(high, low + 60))
        return int(min(most, high)) if most > low else low

    def _choices(self, rule: DataValidation, key: str) -> list[Any]:
        if rule.formula1.startswith('"'):
            return [int(level) for level in rule.formula1.strip('"').split(",")]
        name, _, area = rule.formula1.partition("!")
        words = [cell.value for (cell,) in self.book[name][area.replace("$", "")]]
        undone = words[:2] if key == "progress.status" else words  # what is done wants evidence
        return [word for word in undone if word]
