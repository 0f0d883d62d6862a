"""Two rounds side by side: the one that is reviewed, and that of the directive which it continues."""

from collections.abc import Callable, Iterator, Sequence

from models.directive import Indicator
from reports.content import Block, Cell, Column, Heading, Row, Table
from reports.discipline import Discipline, count
from reports.facts import Facts
from reports.figure_facts import FigureFact
from reports.pen import Pen
from reports.review_indicators import change_cell
from schemas.texts import UNKNOWN

TASKS = ("tasks", "assignments", "due", "done", "done_on_time", "overdue")
RETURNS = ("owed", "accepted", "on_time", "late", "rejected", "missing")
UNITS = ("at_start", "at_end", "reporting", "events")
UNLIKE = 10  # units asked may differ by one in so many
Counted = dict[str, int]


def rounds(pen: Pen) -> Iterator[Block]:
    """Give the review that compares two rounds, chapter by chapter."""
    yield pen.body("rounds.opening", **_named(pen))
    for key, table in SECTIONS.items():
        yield Heading(1, pen.say(f"rounds.{key}_heading"))
        yield table(pen)
        if key == "indicators":
            yield pen.note("rounds.change")
    yield pen.note("rounds.lengths", **_lengths(pen))


def round_tables(pen: Pen) -> Iterator[Block]:
    """Give the same tables as an annex; nothing where no earlier round is on record."""
    if pen.facts.earlier is not None:
        for table in SECTIONS.values():
            yield table(pen)
        yield pen.note("rounds.change")
        yield pen.note("rounds.lengths", **_lengths(pen))


def units_by_round(pen: Pen) -> Iterator[Block]:
    """Give each indicator by the units that stand directly under the top in the later round."""
    units = [unit for unit in pen.facts.units if pen.facts.levels[unit] == 1]
    for indicator in _compared(pen):
        rows = [_indicator_row(pen, indicator, pen.unit(unit), unit) for unit in units]
        told = tuple(row for row in rows if any(cell.figure for cell in row.cells))
        if told:
            caption = f"{indicator.code}. {pen.indicator(indicator)}"
            measure = pen.texts("document.chart.measure", unit=pen.measure(indicator))
            heads = _columns(pen, "column.unit", with_change=True)
            yield Table(f"by-round-{indicator.code}", caption, heads, told, pen.source(), measure)


def _named(pen: Pen) -> dict[str, str]:
    before = _earlier(pen)
    return {"earlier": pen.directive(before.directive), "directive": pen.directive(pen.facts.directive)}


def _lengths(pen: Pen) -> dict[str, str]:
    """Say which days each round covers: their totals are of unequal spans."""
    before, after = _earlier(pen), pen.facts
    days = {"first": before.start, "first_end": before.periods[-1].cutoff}
    days |= {"second": after.start, "second_end": after.periods[-1].cutoff}
    return {key: pen.day(day) for key, day in days.items()}


def _earlier(pen: Pen) -> Facts:
    if pen.facts.earlier is None:
        raise ValueError(pen.facts.kind)  # the job refuses before
    return pen.facts.earlier


def _organisation(pen: Pen) -> Table:
    return _counts(pen, "organisation", UNITS, _unit_counts, "measure.count")


def _unit_counts(facts: Facts) -> Counted:
    counted = (facts.units_at_start, len(facts.units), facts.reporting_units(), len(facts.events))
    return dict(zip(UNITS, counted, strict=True))


def _tasks(pen: Pen) -> Table:
    return _counts(pen, "tasks", TASKS, _task_counts, "measure.count", share=("done_on_time", "due"))


def _task_counts(facts: Facts) -> Counted:
    total = facts.counts()
    counted = {key: getattr(total, key) for key in ("due", "done", "done_on_time", "overdue")}
    return {"tasks": len(facts.tasks), "assignments": total.total, **counted}


def _discipline(pen: Pen) -> Table:
    return _counts(pen, "discipline", RETURNS, _return_counts, "measure.returns", share=("on_time", "owed"))


def _return_counts(facts: Facts) -> Counted:
    total: Discipline = count("", facts.returns)
    return {key: getattr(total, key) for key in RETURNS}


def _counts(
    pen: Pen,
    key: str,
    names: Sequence[str],
    counted: Callable[[Facts], Counted],
    measure: str,
    *,
    share: tuple[str, str] | None = None,
) -> Table:
    """Lay out counts, one a row; a share last, under the two counts that it is made of."""
    sides = [counted(_earlier(pen)), counted(pen.facts)]
    rows = [Row((Cell(pen.say(f"rounds.{key}.{name}")), *(pen.count(side[name]) for side in sides))) for name in names]
    if share:
        part, whole = share
        rows.append(
            Row((Cell(pen.say(f"rounds.{key}.share")), *(pen.share(side[part], side[whole]) for side in sides)))
        )
    columns = _columns(pen, "column.content")
    return Table(f"rounds-{key}", pen.say(f"rounds.{key}_table"), columns, tuple(rows), pen.source(), pen.say(measure))


def _columns(pen: Pen, first: str, *, with_change: bool = False) -> tuple[Column, ...]:
    """Head the rounds by the symbol of their directive and the years they reach over."""
    labels = [
        pen.say("rounds.column", symbol=one.directive.symbol_written, first=one.start.year, last=one.periods[-1].year)
        for one in (_earlier(pen), pen.facts)
    ]
    change = [Column(pen.say("column.change"), "number")] if with_change else []
    return (Column(pen.say(first), "text", 3), *(Column(label, "number") for label in labels), *change)


def _indicators(pen: Pen) -> Table:
    rows = tuple(
        _indicator_row(pen, one, f"{pen.indicator(one)} ({pen.measure(one)})", pen.facts.root) for one in _compared(pen)
    )
    heads = _columns(pen, "column.indicator", with_change=True)
    return Table("rounds-indicators", pen.say("rounds.indicators_table"), heads, rows, pen.source())


def _compared(pen: Pen) -> list[Indicator]:
    """Give the indicators of which either round has a figure."""
    root = pen.facts.root
    return [one for one in pen.facts.indicators if any(fact and fact.n for fact in _figures(pen, one, root))]


def _figures(pen: Pen, indicator: Indicator, unit: str) -> tuple[FigureFact | None, FigureFact | None]:
    before = _earlier(pen)
    labels = (before.columns.last, pen.facts.columns.last)
    return before.figure(indicator.code, unit, labels[0]), pen.facts.figure(indicator.code, unit, labels[1])


def _indicator_row(pen: Pen, indicator: Indicator, label: str, unit: str) -> Row:
    """Write both figures, each with how many units are in it, and how far the later one lies from the earlier."""
    found = _figures(pen, indicator, unit)
    cells = [pen.with_coverage(pen.figure(fact, indicator), fact) for fact in found]
    compares = _compares(*found) and not pen.facts.crosswalk.breaks(indicator.code)
    return Row((Cell(label), *cells, change_cell(pen, indicator, *found) if compares else Cell(UNKNOWN)))


def _compares(before: FigureFact | None, after: FigureFact | None) -> bool:
    """Whether about as many units owed the figure: else a change would only tell that more were asked."""
    if before is None or after is None:
        return False
    return abs(before.of - after.of) * UNLIKE <= max(before.of, after.of)


def _shortcomings(pen: Pen) -> Table:
    """Count the units that named each shortcoming; the most named of the later round first."""
    sides = [(facts.by_code(), facts.reporting_units()) for facts in (_earlier(pen), pen.facts)]
    (before, _), (after, _) = sides
    codes = sorted({*before, *after}, key=lambda code: (-after[code], -before[code], code))
    rows = tuple(
        Row(
            (
                Cell(pen.term("shortcoming", code)),
                *(Cell(pen.say("share_of", n=side[code], of=of)) for side, of in sides),
            )
        )
        for code in codes
    )
    heads, measure = _columns(pen, "column.shortcoming"), pen.say("rounds.units_of")
    return Table("rounds-shortcomings", pen.say("rounds.shortcomings_table"), heads, rows, pen.source(), measure)


SECTIONS: dict[str, Callable[[Pen], Table]] = {
    "organisation": _organisation,
    "tasks": _tasks,
    "indicators": _indicators,
    "discipline": _discipline,
    "shortcomings": _shortcomings,
}
