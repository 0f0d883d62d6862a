"""The document that `--json` prints: the outcome of a job as mappings, lists and what JSON has words for."""

import json
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

LEAVES = frozenset({str, int, float, bool, type(None), Decimal, Fraction, date, datetime})


def as_data(outcome: Any) -> dict[str, Any]:
    """Give the outcome as the document that `--json` prints."""
    return {key: value for key, value in _told(outcome).items() if not key.startswith("_")}


def _told(value: Any) -> Any:
    """Give dataclasses as mappings, at any depth; `asdict` copies each leaf, and of ten thousand lines for seconds."""
    if type(value) in LEAVES:
        return value
    if isinstance(value, Mapping):
        return {key: _told(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_told(one) for one in value]
    return {name: _told(getattr(value, name)) for name in value.__dataclass_fields__} if is_dataclass(value) else value


def plain(value: object) -> object:
    """Write what JSON has no word for: whole decimals as whole numbers, times in ISO 8601."""
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(type(value))


def written(value: Any, depth: int = 2) -> str:
    """Write JSON with a line for each key and each row, down to a depth; to lay out, `json` takes ten times as long."""
    if not depth or not value or not isinstance(value, Mapping | list):
        return _dumps(value)
    margin = " " * (3 - depth)
    if isinstance(value, list):
        lines = [written(one, 0) for one in value]
    else:
        lines = [f"{_dumps(str(key))}: {written(one, depth - 1)}" for key, one in value.items()]
    begin, end = "[]" if isinstance(value, list) else "{}"
    return f"{begin}\n{margin}" + f",\n{margin}".join(lines) + f"\n{margin[1:]}{end}"


def _dumps(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=plain)
