"""A small plan by sheet, as `write_plan` takes it, to be made wrong in one place."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

from intake.plan import read_plan
from models.plan import PlanContent
from reports.plan_workbook import write_plan
from schemas.texts import load_texts

Sheets = dict[str, list[dict[str, Any]]]
BEGIN = date(2010, 1, 1)


def _unit(code: str, parent: str | None, name: str, **values: Any) -> dict[str, Any]:
    return {"code": code, "parent": parent, "name": name, "kind": "dangbo", "valid_from": BEGIN, **values}


SMALL: Sheets = {
    "documents": [
        {"symbol": "01 – CT/ĐU", "type": "chi_thi", "issuer": "Ban Thường vụ", "issued_on": date(2020, 1, 1),
         "title": "Thử nghiệm"},
        {"symbol": "05-CT/TW", "relation": "implements"},
    ],
    "units": [
        _unit("K00", None, "Đảng ủy Khối"),
        _unit("D01", "K00", "Đảng ủy Đơn vị Một", email="d01@mau.example"),
        _unit("D02", "K00", "Đảng ủy Đơn vị Hai"),
        _unit("C01", "D01", "Chi bộ Một", kind="chibo"),
    ],
    "events": [
        {"code": "E1", "date": date(2021, 3, 1), "type": "move", "from": ("C01",), "to": ("D02",), "basis": "QĐ"},
    ],
    "tasks": [
        {"code": "T1", "kind": "continuous", "title": "Quán triệt", "lead": ("D*", "C*"), "monitor": ("K00",),
         "start": date(2020, 1, 1), "due": date(2024, 12, 31), "indicators": ("I01",)},
        {"code": "T2", "kind": "annual", "title": "Khen thưởng", "lead": ("K00",), "start": date(2020, 1, 1),
         "recurrence": "31/12"},
    ],
    "indicators": [
        {"code": "I01", "name": "Số hội nghị", "measure": "hội nghị", "kind": "flow", "mode": "cumulative",
         "lower": 0},
        {"code": "I02", "name": "Số người", "measure": "người", "kind": "stock", "mode": "at_cutoff"},
    ],
    "periods": [
        {"code": f"{year}-N", "kind": "N", "nominal_from": date(year, 1, 1), "nominal_to": date(year, 12, 31),
         "coverage_start": date(year, 1, 1), "cutoff": date(year, 12, 14), "mode": "cumulative", "round": "R1",
         "due_rule": "12; 7; 3", "own_rule": ("D*", "C*"), "consolidated_rule": ("K00", "D*")}
        for year in (2020, 2021)
    ],
    "terms": [{"list": "shortcoming", "code": "H01", "label": "Báo cáo chậm"}],
}  # fmt: skip


def small_plan(**lines: Mapping[int, Mapping[str, Any]]) -> Sheets:
    """Give the small plan with cells changed: `small_plan(tasks={0: {"due": None}})`; a new number adds a line."""
    sheets = deepcopy(SMALL)
    for sheet, changes in lines.items():
        sheets.setdefault(sheet, [])
        for at, values in changes.items():
            if at >= len(sheets[sheet]):
                sheets[sheet].append({})
            sheets[sheet][at].update(values)
    return sheets


def saved(sheets: Sheets, folder: Path, language: str = "vi") -> Path:
    return write_plan(sheets, folder / "plan.xlsx", load_texts(language))


def content_of(sheets: Sheets, folder: Path) -> PlanContent:
    return read_plan(saved(sheets, folder))


def linked(*links: dict[str, Any]) -> Sheets:
    """Give the small plan with indicators more and the links; each is since 2021-N unless told otherwise.

    I01 and J0 to J5 are flows, I02 a stock, Y0 and Y1 answers yes or no.
    """
    sheets = deepcopy(SMALL)
    model = sheets["indicators"][0]
    sheets["indicators"] += [{**model, "code": f"J{number}", "name": f"Số {number}"} for number in range(6)]
    answer = {"measure": "có/không", "kind": "boolean", "mode": "at_cutoff"}
    sheets["indicators"] += [{**answer, "code": f"Y{number}", "name": f"Có {number}"} for number in range(2)]
    sheets["crosswalk"] = [{"since": "2021-N", **link} for link in links]
    return sheets
