"""Reporting discipline in a review: counts by year, a chart, the units most behind, and the map of units and years."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from reports.columns import ONE_YEAR
from reports.content import Block, Cell, Chart, Column, Heading, Row, RowRole, Series, Table
from reports.discipline import Discipline, by_period, by_unit, by_year, count, shown
from reports.pen import Pen, capital
from reports.phrase import join
from reports.standing import StandingLine

NAMED = 5  # units in a sentence
STEPS = (50, 70, 85, 95)  # percentages from which a square of the map is darker
PARTS = ("on_time", "late", "outstanding", "waiting")  # of a bar, together all that is owed


def discipline_results(pen: Pen) -> Iterator[Block]:
    """Give chapter III.3, or say that nothing was owed."""
    returns = pen.facts.returns
    years, total = _by_time(pen), count("", returns)
    yield Heading(2, pen.say("results.discipline_heading"))
    if not total.owed:
        yield pen.body("results.nothing_owed")
        return
    yield discipline_sentence(pen, total)
    yield pen.body("results.outstanding", **pen.numbers(missing=total.missing, rejected=total.rejected))
    if total.waiting:
        yield pen.body("results.waiting", **pen.numbers(in_hand=total.in_hand, not_due=total.not_due))
    sent_back = pen.facts.receipts.get("rejected", 0)
    yield pen.body("results.sent_back", **pen.numbers(sent_back=sent_back, reminders=pen.facts.reminders))
    yield _table(pen, years, total)
    yield _punctuality(pen, years, total)
    yield from _latecomers(pen, by_unit(returns))


def discipline_sentence(pen: Pen, total: Discipline) -> Block:
    """Say how many returns were owed, accepted, on time and late."""
    return pen.body(
        "results.discipline",
        accepted_percent=pen.percent(total.accepted, total.owed),
        on_time_percent=pen.percent(total.on_time, total.owed),
        **pen.numbers(owed=total.owed, accepted=total.accepted, on_time=total.on_time, late=total.late),
    )


def _by_time(pen: Pen) -> list[Discipline]:
    """Count by year; in the review of one year by period."""
    if pen.facts.kind not in ONE_YEAR:
        return by_year(pen.facts.returns)
    return [replace(one, label=_period(pen, one.label)) for one in by_period(pen.facts.returns)]


def _time_of(pen: Pen, line: StandingLine) -> str:
    return _period(pen, line.period) if pen.facts.kind in ONE_YEAR else str(line.year)


def _period(pen: Pen, code: str) -> str:
    return capital(pen.period(code))


def _table(pen: Pen, years: Sequence[Discipline], total: Discipline) -> Table:
    keys = shown(total)
    columns = (
        Column(pen.say("column.period" if pen.facts.kind in ONE_YEAR else "column.year"), "code"),
        *(Column(pen.say(f"discipline.{key}"), "number") for key in keys),
        Column(pen.say("discipline.on_time_share"), "number"),
    )
    rows = [_row(pen, year.label, year, keys) for year in years]
    rows.append(_row(pen, pen.say("total"), total, keys, "total"))
    measure = pen.say("measure.returns")
    return Table("discipline", pen.say("results.discipline_table"), columns, tuple(rows), pen.source(), measure)


def _row(pen: Pen, label: str, line: Discipline, keys: Sequence[str], role: RowRole = "body") -> Row:
    counts = (pen.count(getattr(line, key)) for key in keys)
    return Row((Cell(label), *counts, pen.share(line.on_time, line.owed)), role)


def _punctuality(pen: Pen, years: Sequence[Discipline], total: Discipline) -> Chart:
    parts = [part for part in PARTS if getattr(total, part) or part in ("on_time", "late")]
    series = tuple(
        Series(pen.say(f"discipline.{part}"), tuple((year.label, Decimal(getattr(year, part))) for year in years))
        for part in parts
    )
    alt = "; ".join(f"{year.label}: {year.on_time}/{year.owed}" for year in years)
    return Chart(
        id="punctuality",
        kind="stacked",
        caption=pen.say("results.punctuality"),
        source=pen.source(),
        alt=alt,
        series=series,
        unit=pen.say("measure.return"),
    )


def _latecomers(pen: Pen, units: Sequence[Discipline]) -> Iterator[Block]:
    """Name the units with the greatest share late or missing; the counts stand beside each."""
    behind = [line for line in units if line.late + line.outstanding]
    worst = sorted(behind, key=lambda line: (-Decimal(line.late + line.outstanding) / line.owed, line.label))[:NAMED]
    if worst:
        named = join(pen.counted_of(pen.unit(line.label), line.late + line.outstanding, line.owed) for line in worst)
        yield pen.body("results.latecomers", units=named, behind=pen.some(len(behind), len(units)))


def punctuality_map(pen: Pen) -> Table | None:
    """Units down, years or periods across: the share accepted and on time, darker where it is higher."""
    times = _by_time(pen)
    by_place: dict[tuple[str, str], list[StandingLine]] = defaultdict(list)
    for line in pen.facts.returns:
        by_place[line.unit, _time_of(pen, line)].append(line)
    rows = []
    for unit in order_of_units(pen, {unit for unit, _ in by_place}):
        squares = [_square(pen, count("", by_place.get((unit, one.label), []))) for one in times]
        whole = count("", [line for one in times for line in by_place.get((unit, one.label), [])])
        rows.append(Row((Cell(pen.unit(unit)), *squares, _square(pen, whole), pen.count(whole.owed))))
    if not rows:
        return None
    columns = (
        Column(pen.say("column.unit"), "text", 3),
        *(Column(one.label, "number") for one in times),
        Column(pen.say("column.all_years"), "number"),
        Column(pen.say("discipline.owed"), "number"),
    )
    caption, measure = pen.say("annex.map_table"), pen.say("annex.map_note")
    return Table("punctuality-map", caption, columns, tuple(rows), pen.source(), measure)


def _square(pen: Pen, line: Discipline) -> Cell:
    if not line.owed:
        return Cell("")
    share = Decimal(line.on_time) * 100 / line.owed
    return Cell(pen.texts.number(share, 1), share, shade=sum(share >= step for step in STEPS))


def order_of_units(pen: Pen, codes: set[str]) -> list[str]:
    """Order units as the review lists them; those that ended before its last day come last."""
    ended = sorted(code for code in codes if code not in pen.facts.units)
    return [code for code in pen.facts.units if code in codes] + ended
