"""The page of states, and one diagram for each table of moves; nothing is known here but models/states.py."""

import inspect
import subprocess
import sysconfig
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

from docs.making.pages import code, page, table
from models import states

DOT = Path(sysconfig.get_path("scripts")) / "graphviz-pure"
STYLE = """rankdir=LR; bgcolor=white; pad=0.3; nodesep=0.35; ranksep=0.6;
node [shape=box, style="rounded,filled", fillcolor="#eef3fa", color="#31527c", fontname=Helvetica, fontsize=13];
edge [color="#555555"];"""


def states_page() -> str:
    return page(
        "States and moves",
        "Each kind of thing has one table of allowed moves in `models/states.py`. Every change of state goes through "
        "it; a move it does not hold raises `StatusError`. Tables and diagrams here are made from it. A state that "
        "nothing leaves is drawn with a double border.",
        *(_section(kind, moves) for kind, moves in move_tables().items()),
    )


def move_tables() -> dict[type[StrEnum], Mapping[Any, frozenset[Any]]]:
    """Give each table of moves by the kind of its states."""
    tables = [value for name, value in vars(states).items() if name.endswith("_MOVES")]
    return {type(next(iter(moves))): moves for moves in tables}


def _section(kind: type[StrEnum], moves: Mapping[Any, frozenset[Any]]) -> str:
    name = kind.__name__.removesuffix("State")
    rows = [(code(one.value), ", ".join(code(after) for after in _ordered(kind, moves[one])) or "–") for one in kind]
    drawn = f"![Allowed moves of a {name.lower()}; the table below says the same]({picture_name(kind)})"
    return "\n\n".join((f"## {name}", inspect.getdoc(kind) or "", drawn, table(("state", "may become"), rows)))


def picture_name(kind: type[StrEnum]) -> str:
    return f"state-{kind.__name__.removesuffix('State').lower()}.svg"


def _ordered(kind: type[StrEnum], some: frozenset[Any]) -> list[str]:
    return [one.value for one in kind if one in some]


def state_pictures() -> dict[str, str]:
    """Draw every table of moves, by file name."""
    return {picture_name(kind): draw(_graph(kind, moves)) for kind, moves in move_tables().items()}


def _graph(kind: type[StrEnum], moves: Mapping[Any, frozenset[Any]]) -> str:
    nodes = [f"{one.value}{'' if moves[one] else ' [peripheries=2]'};" for one in kind]
    edges = [f"{one.value} -> {after};" for one in kind for after in _ordered(kind, moves[one])]
    return "\n".join(("digraph moves {", STYLE, *nodes, *edges, "}"))


def draw(graph: str) -> str:
    """Lay out a graph as SVG, offline."""
    command = [str(DOT), "-Tsvg"]
    return subprocess.run(command, input=graph, check=True, capture_output=True, text=True).stdout
