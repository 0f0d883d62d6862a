"""Which figures of a review stand side by side in its tables, and which make the lines of its charts."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from models.directive import Directive
from models.errors import RefusedError
from models.period import Period
from schemas.texts import UNKNOWN

SPAN = "span"  # the mode of a period that asks again for years already told
FIVE_YEAR, YEARLY, NINE_MONTH = "five-year", "yearly", "nine-month"
NINE_MONTHS, YEAR = "9T", "N"  # kinds of period
ONE_YEAR = (YEARLY, NINE_MONTH)  # kinds of review that look at one year


@dataclass(frozen=True)
class Columns:
    """Labels of figures: years, periods, a round. A table shows `before` and `last`, a chart draws `line`.

    `full` are those of the line that hold all that adds up since 1 January: only these compare as flows. The short
    table shows `compared`, and the change between the first and the last of them if it `changes`.
    """

    before: tuple[str, ...]
    last: str
    line: tuple[str, ...]
    full: tuple[str, ...]
    compared: tuple[str, ...]
    changes: bool
    cutoffs: Mapping[str, date]


def ensure_fits(kind: str, planned: Sequence[Period], first: Period, last: Period) -> None:
    """Refuse periods that a kind of review cannot be about. Raises RefusedError, which names those that would do."""
    if kind == NINE_MONTH and last.kind != NINE_MONTHS:
        raise RefusedError("review.job.not_nine_months", last=last.code, known=_named(planned, NINE_MONTHS))
    if kind == YEARLY and (first.year != last.year or last.kind != YEAR):
        raise RefusedError("review.job.not_one_year", first=first.code, last=last.code, known=_named(planned, YEAR))


def _named(planned: Sequence[Period], kind: str) -> str:
    return ", ".join(one.code for one in planned if one.kind == kind) or UNKNOWN


def choose_columns(kind: str, directive: Directive, planned: Sequence[Period], reviewed: Sequence[Period]) -> Columns:
    """Choose the labels of a kind of review; both sequences by cut-off, `planned` with every period of the plan."""
    last = reviewed[-1]
    if kind == NINE_MONTH:
        same = [one for one in planned if one.kind == last.kind and one.mode != SPAN and one.cutoff <= last.cutoff]
        return _one_year({one.code: [one] for one in same}, last.code, directive)
    if kind == YEARLY:
        return _one_year(
            _years(planned, [one for one in planned if one.cutoff <= last.cutoff]), str(last.year), directive
        )
    return _several_years(_years(planned, reviewed), planned, reviewed, directive)


def _one_year(line: Mapping[str, Sequence[Period]], last: str, directive: Directive) -> Columns:
    """Set a year, or a part of it, beside the one before."""
    full = tuple(label for label, periods in line.items() if _is_full(periods, directive))
    before = tuple(label for label in line if label != last)[-1:]
    compared = (*before, last)
    changes = len(compared) == 2 and set(compared) <= set(full)
    return Columns(before, last, tuple(line), full, compared, changes, _cutoffs(line))


def _several_years(
    line: Mapping[str, Sequence[Period]], planned: Sequence[Period], reviewed: Sequence[Period], directive: Directive
) -> Columns:
    """Set all years beside the round; a year that the review only touches would show a fall that never was."""
    full = tuple(label for label, periods in line.items() if _reaches_its_end(periods) and _is_full(periods, directive))
    chosen = full if len(full) > 1 else tuple(line)
    compared = tuple(dict.fromkeys((chosen[0], chosen[-1]))) if chosen else ()
    last = reviewed[-1].round if is_whole_round(planned, reviewed) else reviewed[-1].code
    return Columns(tuple(line), last, tuple(line), full, compared, len(compared) > 1, _cutoffs(line))


def is_whole_round(planned: Sequence[Period], reviewed: Sequence[Period]) -> bool:
    """Whether all periods of the last one's round are reviewed."""
    codes = {one.code for one in reviewed}
    return {one.code for one in planned if one.round == reviewed[-1].round} <= codes


def _years(planned: Sequence[Period], reviewed: Sequence[Period]) -> dict[str, list[Period]]:
    """Give the years that are reviewed with all their periods: only those have a figure of their own to show."""
    codes = {one.code for one in reviewed}
    years: dict[int, list[Period]] = defaultdict(list)
    for period in planned:
        if period.mode != SPAN:
            years[period.year].append(period)
    return {str(year): years[year] for year in sorted(years) if codes.issuperset(one.code for one in years[year])}


def _is_full(periods: Sequence[Period], directive: Directive) -> bool:
    begins = date(periods[0].year, 1, 1)
    return directive.issued_on <= begins and min(one.nominal_from for one in periods) <= begins


def _reaches_its_end(periods: Sequence[Period]) -> bool:
    return max(one.nominal_to for one in periods) >= date(periods[0].year, 12, 31)


def _cutoffs(line: Mapping[str, Sequence[Period]]) -> dict[str, date]:
    return {label: max(one.cutoff for one in periods) for label, periods in line.items()}
