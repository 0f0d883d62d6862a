"""Reporting discipline in counts, by year and by unit, from the ledger of what is owed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from reports.standing import StandingLine


@dataclass(frozen=True)
class YearDiscipline:
    """Counts of returns under one label: a year, a unit, or all."""

    label: str
    owed: int
    accepted: int
    on_time: int
    late: int
    missing: int
    excused: int

    @staticmethod
    def total(lines: Iterable["YearDiscipline"]) -> "YearDiscipline":
        listed = list(lines)
        names = ("owed", "accepted", "on_time", "late", "missing", "excused")
        return YearDiscipline("", *(sum(getattr(line, name) for line in listed) for name in names))


def by_year(lines: Iterable[StandingLine]) -> list[YearDiscipline]:
    """Count by the reporting year of the period, oldest first."""
    return _grouped((str(line.year), line) for line in lines)


def by_unit(lines: Iterable[StandingLine]) -> list[YearDiscipline]:
    """Count by unit code."""
    return _grouped((line.unit, line) for line in lines)


def _grouped(labelled: Iterable[tuple[str, StandingLine]]) -> list[YearDiscipline]:
    groups: dict[str, list[StandingLine]] = defaultdict(list)
    for label, line in labelled:
        groups[label].append(line)
    return [_count(label, groups[label]) for label in sorted(groups)]


def _count(label: str, lines: list[StandingLine]) -> YearDiscipline:
    owed = [line for line in lines if line.state not in ("excused", "superseded")]
    accepted = [line for line in owed if line.accepted]
    on_time = sum(not line.days_late for line in accepted)
    return YearDiscipline(
        label=label,
        owed=len(owed),
        accepted=len(accepted),
        on_time=on_time,
        late=len(accepted) - on_time,
        missing=len(owed) - len(accepted),
        excused=len(lines) - len(owed),
    )
