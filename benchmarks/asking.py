"""What a person waits for at ten thousand units: standing, figures and trace."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.invented import SYMBOL, Size, lay_down
from benchmarks.measuring import Row, interleaved, measured
from flows.jobs.record import write_record
from settings import Settings, open_workspace

LAST, YEAR, INDICATOR = "2025-12", "2025", "I000"


def rows(folder: Path, size: Size, rounds: int) -> Iterator[Row]:
    measured("record", _lay_down, folder, size)
    measured("copy", figures, folder)
    asked: dict[str, tuple[Callable[[Path], Any], float]] = {
        "standing": (standing, 1), "figures": (figures, 2), "trace": (trace, 1),
    }  # fmt: skip
    ways = {name: partial(measured, name, ask, folder, ready=_load) for name, (ask, _) in asked.items()}
    costs = interleaved(ways, rounds)
    for name, (_, reach) in asked.items():
        what = f"{name}, {size.units:,} units, {size.values / 1e6:.1f} M values"
        note = f"{costs[name].cpu:.2f} s of processors; {costs[name].result:,} lines"
        yield Row(name, what, "–", costs[name].wall, reach, "s", costs={name: costs[name]}, note=note)


def _lay_down(folder: Path, size: Size) -> None:
    with write_record(open_workspace(folder)) as session:
        lay_down(session, size)


def _load(folder: Path) -> Settings:
    import flows.jobs.figures
    import flows.jobs.standing  # noqa: F401

    return open_workspace(folder)


def standing(folder: Path) -> int:
    from flows.jobs.standing import run_standing

    return len(run_standing(open_workspace(folder), SYMBOL, LAST).returns)


def figures(folder: Path) -> int:
    from flows.jobs.figures import run_figures

    return len(run_figures(open_workspace(folder), SYMBOL, INDICATOR, YEAR).figures)


def trace(folder: Path) -> int:
    from flows.jobs.figures import run_trace

    return len(run_trace(open_workspace(folder), f"{SYMBOL}:{INDICATOR}:K00:{YEAR}").inputs)
