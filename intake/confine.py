"""What a child process that parses a stranger's file may cost, and how it is held to that."""

import resource
import signal
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class ChildLimits:
    """What one file may cost; a genuine return takes some ten milliseconds and 60 MiB."""

    memory: int = 1536 << 20  # bytes of address space
    cpu_seconds: int = 40
    wall_seconds: int = 30

    def as_arguments(self) -> list[str]:
        return [str(value) for value in asdict(self).values()]


def confine(memory: int) -> None:
    """Take from this process what reading a file does not need."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def start_clocks(limits: ChildLimits) -> None:
    """Have the system end this process when a file takes too long, whatever code is running then."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(used.ru_utime + used.ru_stime) + 1
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.cpu_seconds, hard))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
