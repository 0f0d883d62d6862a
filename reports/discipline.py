"""Reporting discipline in counts, by year and by unit, from the ledger of what is owed.

The counts are those of `reports.standing`: the review, the board and `dondoc standing` cannot differ.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from reports.standing import StandingLine, count_rates

COUNTS = ("owed", "accepted", "on_time", "late", "rejected", "missing", "in_hand", "not_due", "excused")
ALWAYS = ("owed", "accepted", "on_time", "late", "missing")  # the others are shown where there are any


@dataclass(frozen=True)
class Discipline:
    """Counts of returns under one label: a year, a unit, or all.

    owed = accepted + rejected + missing + in_hand + not_due; accepted = on_time + late. `rejected` were sent back and
    did not come again, for `missing` nothing came by the due date.
    """

    label: str
    owed: int = 0
    accepted: int = 0
    on_time: int = 0
    late: int = 0
    rejected: int = 0
    missing: int = 0
    in_hand: int = 0
    not_due: int = 0
    excused: int = 0

    @property
    def outstanding(self) -> int:
        """Returns that ought to be there and are not, or not in order."""
        return self.rejected + self.missing

    @property
    def waiting(self) -> int:
        """Returns that nobody can be blamed for yet."""
        return self.in_hand + self.not_due


def count(label: str, lines: Iterable[StandingLine]) -> Discipline:
    """Count the returns of a label."""
    rates = count_rates(lines)
    return Discipline(
        label,
        owed=rates["owed"],
        accepted=rates["accepted"],
        on_time=rates["on_time"],
        late=rates["late"],
        rejected=rates["rejected"],
        missing=rates["missing"],
        in_hand=rates["in_hand"],
        not_due=rates["not_due"],
        excused=rates["excused"],
    )


def by_year(lines: Iterable[StandingLine]) -> list[Discipline]:
    """Count by the reporting year of the period, oldest first."""
    return _grouped((str(line.year), line) for line in lines)


def by_period(lines: Iterable[StandingLine]) -> list[Discipline]:
    """Count by period, the first due first."""
    listed = sorted(lines, key=lambda line: line.due)
    counted = {one.label: one for one in _grouped((line.period, line) for line in listed)}
    return [counted[period] for period in dict.fromkeys(line.period for line in listed)]


def by_unit(lines: Iterable[StandingLine]) -> list[Discipline]:
    """Count by unit code."""
    return _grouped((line.unit, line) for line in lines)


def shown(total: Discipline) -> list[str]:
    """Name the counts that a table of these returns needs: no column of noughts."""
    return [name for name in COUNTS if name in ALWAYS or getattr(total, name)]


def _grouped(labelled: Iterable[tuple[str, StandingLine]]) -> list[Discipline]:
    groups: dict[str, list[StandingLine]] = defaultdict(list)
    for label, line in labelled:
        groups[label].append(line)
    return [count(label, groups[label]) for label in sorted(groups)]
