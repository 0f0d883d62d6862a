"""What a piece of work costs: each in a process of its own, the ways of a row one after the other, again and again."""

import multiprocessing
import re
import resource
import sys
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median
from typing import Any

import psutil

Work = Callable[..., Any]


@dataclass(frozen=True)
class Cost:
    """Seconds on the clock and of the processors, children included, and the most memory in megabytes."""

    name: str
    wall: float
    cpu: float
    memory: float
    result: Any = None

    def of(self, part: float) -> "Cost":
        """Give what a part of the work costs, such as one return of a batch."""
        return replace(self, wall=self.wall * part, cpu=self.cpu * part)


@dataclass(frozen=True)
class Row:
    """One line of the table: a ratio of two costs (unit "×"), or one cost in s or MB, and what it is to reach."""

    key: str
    what: str
    against: str
    value: float
    reach: float
    unit: str = "×"
    at_least: bool = False  # else at most
    costs: Mapping[str, Cost] = field(default_factory=dict)
    note: str = ""

    @property
    def is_reached(self) -> bool:
        return self.value >= self.reach if self.at_least else self.value <= self.reach


def measured(name: str, work: Work, *given: Any, ready: Work | None = None, path: str | None = None) -> Cost:
    """Do a piece of work in a process of its own, whose peak of memory is that of the work alone.

    `ready` is done before the clock starts: what a long-lived worker has loaded. `path` is a folder of packages that
    this process sees and no other.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn"), initializer=_see, initargs=(path,)) as pool:
        return pool.submit(_cost, name, work, given, ready).result()


def _see(path: str | None) -> None:
    if path:
        sys.path.append(path)


def _cost(name: str, work: Work, given: tuple[Any, ...], ready: Work | None) -> Cost:
    if ready:
        ready(*given)
    wall, cpu = time.perf_counter(), processors()
    result = work(*given)
    wall, cpu = time.perf_counter() - wall, processors() - cpu
    return Cost(name, wall, cpu, peak_memory(), result)


def processors() -> float:
    """Give the processor seconds of this process and of its children, ended or not."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    living = [one.cpu_times() for one in psutil.Process().children(recursive=True)]
    return sum(one.ru_utime + one.ru_stime for one in used) + sum(one.user + one.system for one in living)


def peak_memory() -> float:
    """Give the most memory that this process held at a time, in megabytes; `ru_maxrss` begins with the parent's."""
    return int(re.findall(r"VmHWM:\s*(\d+)", Path("/proc/self/status").read_text())[0]) / 1024


def interleaved(ways: Mapping[str, Callable[[], Cost]], rounds: int) -> dict[str, Cost]:
    """Let each way have its turn in every round, and give the median of each: a disturbance meets them alike."""
    seen: dict[str, list[Cost]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seen[name].append(way())
    return {name: median_of(costs) for name, costs in seen.items()}


def median_of(costs: list[Cost]) -> Cost:
    wall, cpu, memory = (median(getattr(one, what) for one in costs) for what in ("wall", "cpu", "memory"))
    return replace(costs[-1], wall=wall, cpu=cpu, memory=memory)
