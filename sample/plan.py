"""The sample's two plans as workbooks, made from sample/data: 04-CT/ĐUK (round R1), 60-KL/ĐUK (round R2)."""

import csv
import re
import tomllib
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from reports.plan_workbook import write_plan
from schemas.texts import Texts

DATA = Path(__file__).resolve().parent / "data"
TOP = "K00"
TOP_MAIL = "van-phong@mau.example"
OWN_RULE, CONSOLIDATED_RULE, DUE_RULE = "D*; C*", "K00; D*", "12; 7; 3"
LOCKED_AFTER = timedelta(days=90)
SCENARIO = "base"
_LATER = {"G00", "G20", "X01"}  # only in the scenario reorg-2025
_IN_BRACKETS = re.compile(r"\s*\((?:=|có/không).*\)\Z")

Row = dict[str, Any]


def write_sample_plans(folder: Path, texts: Texts, banner: str | None = None) -> list[Path]:
    """Write plan-04-CT-DUK.xlsx and plan-60-KL-DUK.xlsx and give their paths in that order."""
    return [
        write_plan(sample_plan(symbol), folder / plan["file"], texts, banner=banner)
        for symbol, plan in _extra()["plans"].items()
    ]


def sample_plan(symbol: str) -> dict[str, list[Row]]:
    """Give the rows of one directive's plan by sheet, as `write_plan` takes them. Raises KeyError."""
    plan = _extra()["plans"][symbol]
    return {
        "documents": _documents(symbol, plan),
        "units": [_unit(row) for row in _csv("units") if row["code"] not in _LATER],
        "events": [_event(row) for row in _csv("events") if row["scenario"] == SCENARIO],
        "tasks": [_task(row) for row in _csv("tasks") if row["directive"] == symbol],
        "indicators": [_indicator(row) for row in _csv("indicators")],
        "periods": [_period(row) for row in _csv("periods") if row["round"] == plan["round"]],
        "terms": _terms(),
    }


@cache
def _extra() -> dict[str, Any]:
    return tomllib.loads((DATA / "plan.toml").read_text("utf-8"))


def _csv(name: str) -> list[dict[str, str]]:
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _documents(symbol: str, plan: Mapping[str, Any]) -> list[Row]:
    return [_document(symbol)] + [_document(other["symbol"]) | _relation(other) for other in plan["relations"]]


def _document(symbol: str) -> Row:
    document = _extra()["documents"][symbol]
    return {"symbol": symbol, **document, "issuer": _extra()["issuer"][document["issuer"]]}


def _relation(other: Mapping[str, Any]) -> Row:
    inferred = "yes" if other.get("inferred") else "no"
    return {"relation": other["relation"], "inferred": inferred, "quote": other.get("quote")}


def _mail(code: str) -> str:
    return TOP_MAIL if code == TOP else f"{code.lower()}@mau.example"


def _unit(row: Mapping[str, str]) -> Row:
    parent = row["parent_at_start"] or None
    return {
        "code": row["code"],
        "name": row["name_vi"],
        "name_en": row["name_en"],
        "parent": parent,
        "kind": row["kind"],
        "valid_from": _day(row["valid_from"]),
        "valid_to": _day(row["valid_to"]),
        "email": _mail(row["code"]),
        "superior_email": _mail(parent) if parent else None,
        "size_group": row["size"] or None,
    }


def _event(row: Mapping[str, str]) -> Row:
    extra = _extra()["events"][row["event"]]
    return {
        "code": row["event"],
        "date": _day(row["date"]),
        "type": row["type"],
        "from": _codes(row["sources"]),
        "to": extra.get("to", _codes(row["targets"])),
        "children": extra.get("children"),
        "share": extra.get("share"),
        "basis": extra["basis"],
    }


def _task(row: Mapping[str, str]) -> Row:
    day_and_month = "/".join(reversed(row["recurrence"].split("-"))) if row["recurrence"] else None
    return {
        "code": row["code"],
        "clause": row["clause"] or None,
        "kind": row["kind"],
        "title": row["title_vi"],
        "title_en": row["title_en"],
        **{role: _codes(row[role]) for role in ("lead", "coordinate", "monitor")},
        "start": _day(row["start"]),
        "due": _day(row["due"]),
        "due_set_by": _extra()["issuer"]["top"] if row["due"] else None,
        "recurrence": day_and_month,
        "indicators": _codes(row["indicators"]),
    }


def _indicator(row: Mapping[str, str]) -> Row:
    kind = "ratio" if "ratio" in row["kind"] else row["kind"].split()[0]
    adds_up = row["time_agg"].startswith("sum")
    lower, upper = {"ratio": (0, 100), "ordinal": (1, 4), "boolean": (None, None)}.get(kind, (0, None))
    return {
        "code": row["code"],
        "name": _IN_BRACKETS.sub("", row["label_vi"]),
        "name_en": row["label_en"],
        "measure": row["unit"].split(" → ")[0],
        "kind": kind,
        "mode": "cumulative" if adds_up else "at_cutoff",
        "direction": "up",
        "lower": lower,
        "upper": upper,
        "decimals": 0,
        **_extra()["indicators"].get(row["code"], {}),
    }


def _period(row: Mapping[str, str]) -> Row:
    cutoff = date.fromisoformat(row["data_to_cutoff"])
    return {
        "code": row["code"],
        "kind": row["code"].rsplit("-", 1)[1],
        "nominal_from": _day(row["nominal_from"]),
        "nominal_to": _day(row["nominal_to"]),
        "coverage_start": _day(row["data_from"]),
        "cutoff": cutoff,
        "mode": row["mode"],
        "round": row["round"],
        "due_rule": DUE_RULE,
        "own_rule": OWN_RULE,
        "consolidated_rule": CONSOLIDATED_RULE,
        "lock": cutoff + LOCKED_AFTER,
    }


def _terms() -> list[Row]:
    return [
        {"list": name, "code": code, "label": label, "label_en": english}
        for name, codes in _extra()["terms"].items()
        for code, (label, english) in codes.items()
    ]


def _codes(text: str) -> tuple[str, ...]:
    return tuple(code for code in text.split(";") if code)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
