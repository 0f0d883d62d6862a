"""The key indicators of a review: first and last full year, change, target, and small charts."""

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from models.directive import Indicator
from reports.columns import ONE_YEAR
from reports.content import Block, Cell, Chart, ChartGrid, Column, Heading, Row, RowRole, Series, Table
from reports.figure_facts import FigureFact
from reports.pen import PERCENTAGES, Pen
from reports.review_series import break_notes, breaks_between, part_line
from schemas.texts import UNKNOWN

CHARTED = 6  # small charts under one caption; the annex has every indicator
KINDS_CHARTED = ("flow", "stock", "ratio")


def indicator_results(pen: Pen) -> Iterator[Block]:
    """Give chapter III.2, or say that no figure was reported."""
    facts = pen.facts
    yield Heading(2, pen.say("results.indicators_heading"))
    shown = [one for one in facts.indicators if _has_value(pen, one)]
    if not shown:
        yield pen.body("results.no_figures")
        return
    columns = facts.columns
    yield pen.body("results.indicators", count=len(shown), of=len(facts.indicators))
    yield indicator_table(pen, shown, dict.fromkeys((*columns.compared, columns.last)), with_change=columns.changes)
    if columns.changes:
        first, last = (pen.label(label) for label in columns.compared)
        yield pen.note("results.change", first=first, last=last)
    yield from break_notes(pen, shown)
    codes = {one.code for one in shown}
    if any(fact.partial for (code, _), fact in facts.figures.of_unit(facts.root).items() if code in codes):
        yield pen.note("results.partial")
    charts = [_trend(pen, one) for one in shown if one.kind in KINDS_CHARTED and len(_charted(pen, one)) > 1][:CHARTED]
    if charts:
        yield ChartGrid("trends", pen.say("results.trends"), tuple(charts), pen.source())
        if columns.full and columns.full != columns.line and facts.kind not in ONE_YEAR:
            yield pen.note("results.full_years", years=_reach(columns.full))


def _reach(years: Sequence[str]) -> str:
    return f"{years[0]}–{years[-1]}" if len(years) > 1 else years[0]


def _has_value(pen: Pen, indicator: Indicator) -> bool:
    facts = pen.facts
    keys = (facts.figure(indicator.code, facts.root, period) for period in facts.labels)
    return any(fact is not None and (fact.value is not None or fact.distribution) for fact in keys)


def indicator_table(
    pen: Pen, shown: Sequence[Indicator], labels: Iterable[str], *, name: str = "indicators", with_change: bool = False
) -> Table:
    """Each indicator under some labels, its target, how many units are in the last figure; the change stands after
    the two that are compared."""
    heads = [Column(pen.label(label), "number") for label in labels]
    if with_change:
        heads.insert(len(pen.facts.columns.compared), Column(pen.say("column.change"), "number"))
    columns = (
        Column(pen.say("column.indicator"), "text", 3),
        *heads,
        Column(pen.say("column.target"), "number"),
        Column(pen.say("column.coverage"), "code"),
    )
    rows = tuple(_indicator_row(pen, indicator, tuple(labels), with_change) for indicator in shown)
    return Table(name, pen.say("results.indicators_table"), columns, rows, pen.source())


def figure_table(pen: Pen, indicator: Indicator, name: str, rows_are: str, rows: Sequence[Row]) -> Table:
    """Lay out one indicator by the columns of the review; `rows_are` is the text that heads its rows."""
    columns = (
        Column(pen.say(rows_are), "text", 3),
        *(Column(pen.label(label), "number") for label in pen.facts.labels),
        Column(pen.say("column.coverage"), "code"),
    )
    caption = f"{indicator.code}. {pen.indicator(indicator)}"
    note = pen.texts("document.chart.measure", unit=pen.measure(indicator))
    return Table(name, caption, columns, tuple(rows), pen.source(), note)


def figure_row(
    pen: Pen, indicator: Indicator, label: str, found: Sequence[FigureFact | None], role: RowRole = "body"
) -> Row:
    """Write figures of one indicator, one for each column of the review, and how many units are in the last."""
    return Row((Cell(label), *(pen.figure(fact, indicator) for fact in found), pen.coverage(found[-1])), role)


def _indicator_row(pen: Pen, indicator: Indicator, labels: Sequence[str], with_change: bool) -> Row:
    facts = pen.facts
    found = [facts.figure(indicator.code, facts.root, label) for label in labels]
    cells = [pen.figure(fact, indicator) for fact in found]
    if with_change:
        compared = len(facts.columns.compared)
        cells.insert(compared, changed_cell(pen, indicator, found[:compared], facts.columns.compared))
    name = Cell(f"{pen.indicator(indicator)} ({pen.measure(indicator)})")
    return Row((name, *cells, _target_cell(pen, indicator), pen.coverage(found[-1])))


def changed_cell(pen: Pen, indicator: Indicator, found: Sequence[FigureFact | None], labels: Sequence[str]) -> Cell:
    """Write how far a figure moved from the first label to the last, unless the series broke in between."""
    if breaks_between(pen, indicator, labels[0], labels[-1]):
        return Cell(UNKNOWN)
    return change_cell(pen, indicator, found[0], found[-1])


def change_cell(pen: Pen, indicator: Indicator, first: FigureFact | None, last: FigureFact | None) -> Cell:
    """Write how far a figure moved: shares in points, as they are printed; others in per cent of where they began."""
    if first is None or last is None or first.value is None or last.value is None:
        return Cell(UNKNOWN)
    if indicator.kind in PERCENTAGES:
        moved = pen.rounded(last.value, indicator) - pen.rounded(first.value, indicator)
        return Cell(pen.say("points", number=_signed(pen, moved)), moved)
    if not first.value:
        return Cell(UNKNOWN)
    share = (last.value - first.value) * 100 / first.value
    return Cell(f"{_signed(pen, share)}%", share)


def _signed(pen: Pen, value: Decimal) -> str:
    written = pen.texts.number(abs(value), 1)
    return written if value == 0 else f"{'+' if value > 0 else '−'}{written}"


def _target_cell(pen: Pen, indicator: Indicator) -> Cell:
    target = _target(indicator)
    if target is None:
        return Cell(indicator.target or "")
    return Cell(pen.texts.number(target, pen.decimals(indicator)), target)


def _target(indicator: Indicator) -> Decimal | None:
    """Read a target that is a share; others ("3 a unit") are no line in a chart of totals."""
    digits = "".join(letter for letter in (indicator.target or "").split("%")[0] if letter.isdigit())
    return Decimal(digits) if indicator.kind in PERCENTAGES and digits else None


def _charted(pen: Pen, indicator: Indicator) -> Sequence[str]:
    """Give the labels of a line: what adds up over a year is drawn for full years only, if there are two."""
    adds_up, columns = indicator.kind == "flow" or indicator.mode != "at_cutoff", pen.facts.columns
    return columns.full if adds_up and len(columns.full) > 1 else columns.line


def _trend(pen: Pen, indicator: Indicator) -> Chart:
    facts, unit, decimals = pen.facts, pen.measure(indicator), pen.decimals(indicator)
    labels = _charted(pen, indicator)
    found = [(label, facts.figure(indicator.code, facts.root, label)) for label in labels]
    plain = [(name + "*" * bool(fact and fact.partial), fact.value if fact else None) for name, fact in found]
    points = part_line(pen, indicator, plain, labels)
    written = "; ".join(f"{name} {pen.texts.number(value, decimals)}" for name, value in plain)
    label = pen.indicator(indicator)
    return Chart(
        id=f"trend-{indicator.code}",
        kind="trend",
        caption=label,
        source="",
        alt=f"{label} ({unit}): {written}",
        series=(Series(pen.unit(facts.root), points),),
        unit=unit,
        target=_target(indicator),
        decimals=decimals,
    )
