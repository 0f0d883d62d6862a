"""One finding for a fault that fills a block of cells: the same in adjacent rows of a column is said once."""

import re
from collections.abc import Sequence

from models.returns import Finding

_CELL = re.compile(r"([A-Z]+)(\d+)")
MOST_NAMED = 6


def group_blocks(findings: Sequence[Finding]) -> list[Finding]:
    """Join findings that differ only in row, subject and what was written; keep the order of the rest."""
    groups: dict[tuple[object, ...], list[list[Finding]]] = {}
    order: list[list[Finding]] = []
    for finding in findings:
        runs = groups.setdefault(_sameness(finding), [])
        if runs and _is_next(runs[-1][-1], finding):
            runs[-1].append(finding)
        else:
            runs.append([finding])
            order.append(runs[-1])
    return [_joined(run) if len(run) > 1 else run[0] for run in order]


def _sameness(finding: Finding) -> tuple[object, ...]:
    place = _CELL.fullmatch(finding.cell or "")
    told = tuple(sorted((key, str(value)) for key, value in finding.values.items() if key != "subject"))
    return finding.check, finding.severity, finding.sheet, place[1] if place else finding.cell, told


def _is_next(before: Finding, after: Finding) -> bool:
    first, second = _CELL.fullmatch(before.cell or ""), _CELL.fullmatch(after.cell or "")
    return bool(first and second) and int(second[2]) == int(first[2]) + 1  # type: ignore[index]


def _joined(run: Sequence[Finding]) -> Finding:
    first, last = run[0], run[-1]
    written = _named([finding.value for finding in run if finding.value])
    values = dict(first.values)
    if "subject" in values:
        values["subject"] = _named([str(finding.values["subject"]) for finding in run])
    return Finding(
        check=first.check,
        severity=first.severity,
        sheet=first.sheet,
        cell=f"{first.cell}:{last.cell}",
        value=written or None,
        values=values,
    )


def _named(words: Sequence[str]) -> str:
    several = list(dict.fromkeys(words))
    return ", ".join(several[:MOST_NAMED]) + (", …" if len(several) > MOST_NAMED else "")
