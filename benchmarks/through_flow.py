"""A day of returns through the flow, against the same worker functions in a loop; one reading process against two."""

import os
import shutil
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.measuring import Row, interleaved, measured
from benchmarks.returns import RECEIVED, fill_inbox, make_office
from flows.engine import be_quiet
from flows.jobs.claim import claim_waiting
from flows.jobs.collect import outcome_of, process_batch
from intake.readers import Readers
from settings import open_workspace


def rows(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    settings = make_office(folder / "office", count)
    fill_inbox(settings, count)
    fill_inbox(make_office(folder / "small", 1), 1)
    ways = {
        "flow": partial(measured, "flow", flow, folder, ready=_start_engine),
        "loop": partial(measured, "loop", loop, folder, ready=_warm),
    }
    costs = {name: cost.of(1 / count) for name, cost in interleaved(ways, rounds).items()}
    what = f"collect of {count} returns through its Prefect flow, replies included (clock)"
    against = "the same worker functions in a loop"
    note = f"processors, with Prefect's server: {costs['flow'].cpu / costs['loop'].cpu:.2f}"
    yield Row("collect-flow", what, against, costs["flow"].wall / costs["loop"].wall, 1.15, costs=costs, note=note)
    yield from reading(folder, count, rounds)


def reading(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    """Read the same files with one child and with two."""
    ways = {f"{many}": partial(measured, "read", _read, folder, many) for many in (1, 2)}
    costs = {name: cost.of(1 / count) for name, cost in interleaved(ways, rounds).items()}
    value = costs["1"].wall / costs["2"].wall
    yield Row("two-readers", "returns read by 2 processes (clock)", "by 1", value, 1.7, at_least=True, costs=costs)


def _read(folder: Path, many: int) -> None:
    with Readers(many) as readers:
        readers.read(sorted((folder / "office" / "inbox").glob("*/*.xlsx")))


def _copied(folder: Path, name: str) -> Path:
    """Lay out a fresh office: what is taken in is moved away."""
    place = folder / "round"
    shutil.rmtree(place, ignore_errors=True)
    return shutil.copytree(folder / name, place)


def _start_engine(folder: Path) -> None:
    """Have Prefect and its server running, as they are where flows are used, and one file taken in."""
    os.environ |= {"PREFECT_HOME": str(folder / ".prefect"), "PREFECT_LOGGING_LEVEL": "ERROR"}
    be_quiet()
    _flow(_copied(folder, "small"))
    _copied(folder, "office")


def _warm(folder: Path) -> None:
    _loop(_copied(folder, "small"))
    _copied(folder, "office")


def flow(folder: Path) -> int:
    return _flow(folder / "round")


def loop(folder: Path) -> int:
    return _loop(folder / "round")


def _flow(place: Path) -> int:
    from flows.collect import collect

    done: Any = collect(RECEIVED.replace(tzinfo=open_workspace(place).zone), workspace=place)
    return _counted(done)


def _loop(place: Path) -> int:
    from flows.collect import batches

    settings = open_workspace(place)
    ids = claim_waiting(settings, RECEIVED.replace(tzinfo=settings.zone))
    done = [receipt for batch in batches(ids) for receipt in process_batch(settings, batch)]
    return _counted(outcome_of(settings, done))


def _counted(done: Any) -> int:
    assert all(receipt["state"] == "accepted" for receipt in done.receipts)
    return len(done.receipts)
