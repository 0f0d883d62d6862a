"""The diagrams of the architecture: the rooms from the contracts in pyproject.toml, and a return's road."""

import tomllib
from itertools import pairwise
from pathlib import Path

from docs.making.states import STYLE, draw

ROOT = Path(__file__).resolve().parents[2]
ROAD = (
    ("inbox/", "intake"), ("intake", "archive/"), ("intake", "record"), ("record", "reports"),
    ("reports", "outbox/"), ("reports", "reviews/"), ("reports", "board/"), ("record", "reminders"),
    ("reminders", "mail, chat"), ("record", "analytics/"), ("analytics/", "reports"),
)  # fmt: skip


def architecture_pictures() -> dict[str, str]:
    return {"rooms.svg": draw(_rooms()), "road.svg": draw(_road())}


def _rooms() -> str:
    """Draw who may import whom: each layer everything below it."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    rows = [[room.strip() for room in layer.split("|")] for layer in layers]
    ranks = [f"{{ rank=same; {'; '.join(row)}; }}" for row in rows]
    edges = [f"{above} -> {below};" for row, under in pairwise(rows) for above in row for below in under]
    return "\n".join(("digraph rooms {", STYLE.replace("LR", "TB"), *ranks, *edges, "}"))


def _road() -> str:
    folders = {name for pair in ROAD for name in pair if name.endswith("/") or name in ("record", "mail, chat")}
    nodes = [f'"{name}" [style=filled, fillcolor="#f6f0e2", color="#8a6d2f"];' for name in sorted(folders)]
    edges = [f'"{start}" -> "{end}";' for start, end in ROAD]
    return "\n".join(("digraph road {", STYLE, *nodes, *edges, "}"))
