"""Small tables of the analytic copy where codes of indicators changed: what was asked, what adds to what. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from models.crosswalk import Crosswalk
from models.parts import part_code, split_part

Rows = Iterable[Sequence[Any]]
Crosswalks = Mapping[str, Crosswalk]  # by directive
Assigned = tuple[str, str, str, date, date | None]


def expand_assigned(rows: Rows, crosswalks: Crosswalks) -> Iterable[Sequence[Any]]:
    """Ask on each day the codes that were in use then, whichever of them a plan's tasks name.

    Rows are directive, unit, indicator, first and last day.
    """
    return _expanded(rows, crosswalks) if crosswalks else rows


def _expanded(rows: Rows, crosswalks: Crosswalks) -> Iterator[Assigned]:
    lines = [(row[0], row[1], row[2], row[3], row[4]) for row in rows]
    named: dict[str, set[str]] = {}
    for directive, _, indicator, *_ in lines:
        named.setdefault(directive, set()).add(indicator)
    for directive, unit, indicator, first, last in lines:
        crosswalk = crosswalks.get(directive)
        if crosswalk is None:
            yield directive, unit, indicator, first, last
            continue
        for code, begin, end in crosswalk.asked_through(indicator, named[directive]):
            since, until = max(first, begin or first), min(last or date.max, end or date.max)
            if since <= until:
                yield directive, unit, code, since, None if until == date.max else until


def expand_indicators(rows: Rows, crosswalks: Crosswalks) -> list[tuple[str, str, str]]:
    """Add the joint lines of splits without shares; they add up as the older code did. Rows are code, kind, mode."""
    on_record = {code: (kind, mode) for code, kind, mode in rows}
    joint = {line: members[0] for crosswalk in crosswalks.values() for line, members in crosswalk.joint().items()}
    return [
        *((code, *words) for code, words in on_record.items()),
        *((line, *on_record[older]) for line, older in sorted(joint.items()) if older in on_record),
    ]


def list_carried(crosswalks: Crosswalks, parts: Mapping[str, Sequence[str]]) -> list[tuple[Any, ...]]:
    """Give what is said under one code and adds to another; lines of a breakdown too where both have them.

    Rows are directive, code, indicator, numerator and denominator of the factor, first and last cut-off.
    """
    return [
        (
            directive,
            said,
            adds_to,
            one.factor.numerator,
            one.factor.denominator,
            one.first or date.min,
            one.last or date.max,
        )
        for directive, crosswalk in sorted(crosswalks.items())
        for one in crosswalk.carried()
        for said, adds_to in _lines(one.code, one.indicator, parts)
    ]


def _lines(code: str, indicator: str, parts: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    yield code, indicator
    known = set(parts.get(indicator, ()))
    for line in parts.get(code, ()):
        newer = part_code(indicator, split_part(line)[1])
        if newer in known:
            yield line, newer


def expand_shares(rows: Rows, crosswalks: Crosswalks) -> list[tuple[str, str, int, str]]:
    """Let a newer code divide over the units of a split as the older one did; where older ones differ, nobody knows.

    Rows are event, indicator, position of the unit, share.
    """
    told: dict[tuple[str, str], list[str]] = {}
    for event, indicator, _, share in rows:
        told.setdefault((event, indicator), []).append(share)
    older: dict[str, set[str]] = {}
    for crosswalk in crosswalks.values():
        for one in crosswalk.carried():
            older.setdefault(one.indicator, set()).add(one.code)
    for event in {event for event, _ in told}:
        for indicator, codes in older.items():
            found = [told.get((event, code)) for code in sorted(codes - {indicator})]
            first = found[0] if found else None
            if first and (event, indicator) not in told and all(shares == first for shares in found):
                told[event, indicator] = first
    return [
        (event, indicator, position, share)
        for (event, indicator), shares in sorted(told.items())
        for position, share in enumerate(shares)
    ]
