"""How many units stand at each level of an ordinal measure: its figure has no number of its own."""

import json
from collections.abc import Mapping


def read_distribution(written: str | None) -> dict[str, int] | None:
    """Take a distribution as frames carry it, '{"1": 3, "2": 5}'."""
    found: dict[str, int] | None = json.loads(written) if written else None
    return found


def write_distribution(units: Mapping[str, int]) -> str:
    """Give it for a reader: "1: 3, 2: 5"."""
    return ", ".join(f"{level}: {count}" for level, count in units.items())
