"""The annexes of a review: units, task matrix, indicators by unit, register of returns, evidence, method."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import ceil
from os.path import commonprefix

from models.directive import Indicator
from reports.content import LONGEST_PRINTED, Annex, Block, Cell, Column, Row, Table
from reports.discipline import by_unit, count, shown
from reports.pen import Pen
from reports.review_breakdowns import breakdowns
from reports.review_discipline import order_of_units, punctuality_map
from reports.review_evidence import evidence
from reports.review_indicators import figure_row, figure_table, indicator_table
from reports.review_moved import moved_annex
from reports.review_rounds import round_tables, units_by_round
from reports.review_series import link_bullets
from reports.widths import text_width

ACROSS = 190.0  # millimetres for the tasks of a matrix, of a page on its side
CODE_SIZE, CODE_PADDING = 12.5, 3.6  # points of a code in a column's head, with its bold; millimetres around it
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def annexes(pen: Pen, wanted: Sequence[str]) -> tuple[Annex, ...]:
    """Give the annexes that a kind of review has; one with nothing in it is left out and takes no number."""
    made = ((key, tuple(block for block in ANNEXES[key](pen) if block)) for key in wanted)
    kept = [(key, blocks) for key, blocks in made if blocks]
    return tuple(_annex(pen, key, ROMAN[at], blocks) for at, (key, blocks) in enumerate(kept))


def _annex(pen: Pen, key: str, roman: str, blocks: Sequence[Block]) -> Annex:
    """Make an annex; where a table is too long to print, a sentence says where it is."""
    label = pen.say("annex.number", roman=roman)
    listed = tuple(block for block in blocks if isinstance(block, Table) and len(block.rows) > LONGEST_PRINTED)
    printed = tuple(
        pen.note("annex.in_workbook", caption=block.caption, annex=label)
        if isinstance(block, Table) and block in listed
        else block
        for block in blocks
    )
    return Annex(label, pen.say(f"annex.{key}"), printed, key in LANDSCAPE, listed)


def _register_blocks(pen: Pen) -> Iterator[Block | None]:
    yield from (_register(pen), punctuality_map(pen), _missing(pen))


def _units(pen: Pen) -> Iterator[Block]:
    columns = (
        Column(pen.say("column.code"), "code"),
        Column(pen.say("column.unit"), "text", 3),
        Column(pen.say("column.kind"), "status"),
        Column(pen.say("column.superior"), "text", 3),
    )
    rows = tuple(
        Row(
            (
                Cell(code),
                Cell(pen.unit(code)),
                Cell(pen.texts.label("review.unit_kind", span.kind)),
                Cell(pen.unit(span.parent) if span.parent else ""),
            )
        )
        for code, span in pen.facts.units.items()
    )
    yield Table(
        "units", pen.say("annex.units_table", **pen.numbers(count=len(rows))), columns, rows, pen.say("source_plan")
    )


def _matrix(pen: Pen) -> Iterator[Block]:
    """Units down, tasks across; the sign of each status stands in the note above."""
    facts = pen.facts
    status = {(case.unit, case.task.code): case.sign for case in facts.cases}  # of a yearly task the newest
    codes = [task.code for task in facts.tasks if any(task.code == key[1] for key in status)]
    shared = len(commonprefix(codes)) if len(codes) > 1 else 0  # noqa: RUF071  by character: "K60-" need not stand in every column
    if not codes:
        return
    units = [unit for unit in facts.units if any((unit, code) in status for code in codes)]
    parts = list(_side_by_side(codes, shared))
    for number, part in enumerate(parts, start=1):
        columns = (Column(pen.say("column.unit"), "text", 2), *(Column(code[shared:], "code") for code in part))
        rows = tuple(
            Row((Cell(pen.unit(unit)), *(Cell(_sign(pen, status.get((unit, code)))) for code in part)))
            for unit in units
        )
        caption, ends = pen.say("annex.matrix_table"), {"first": part[0], "last": part[-1]}
        if len(parts) > 1:
            caption = pen.say("annex.matrix_part", caption=caption, **ends)
        yield Table(f"matrix-{number}", caption, columns, rows, pen.source(), pen.say("annex.signs"))


def _side_by_side(codes: Sequence[str], shared: int) -> Iterator[Sequence[str]]:
    """Part the tasks into tables of about as many columns each, so that the names of the units keep their room."""
    widest = max(text_width(code[shared:], CODE_SIZE) for code in codes) + CODE_PADDING
    tables = ceil(len(codes) * widest / ACROSS)
    each = ceil(len(codes) / tables)
    return (codes[at : at + each] for at in range(0, len(codes), each))


def _sign(pen: Pen, status: str | None) -> str:
    return pen.say(f"sign.{status}") if status else ""


def _indicators(pen: Pen) -> list[Block]:
    facts = pen.facts
    shown = [
        one for one in facts.indicators if any(facts.figure(one.code, facts.root, column) for column in facts.labels)
    ]
    if not shown:
        return []
    every_label = indicator_table(pen, shown, facts.labels, name="indicators-by-time")
    return [every_label, *(_by_unit(pen, one) for one in shown)]


def _by_unit(pen: Pen, indicator: Indicator) -> Table:
    facts = pen.facts
    first_level = [unit for unit in facts.units if facts.levels[unit] <= 1]
    rows = []
    for unit in sorted(first_level, key=lambda code: facts.levels[code] == 0):
        found = [facts.figure(indicator.code, unit, period) for period in facts.labels]
        if any(fact is not None and fact.of for fact in found):  # else nobody asked it there
            rows.append(figure_row(pen, indicator, pen.unit(unit), found, "total" if unit == facts.root else "body"))
    return figure_table(pen, indicator, f"by-unit-{indicator.code}", "column.unit", rows)


def _register(pen: Pen) -> Table | None:
    by_code = {line.label: line for line in by_unit(pen.facts.returns)}
    if not by_code:
        return None
    total = count("", pen.facts.returns)
    keys = shown(total)
    columns = (
        Column(pen.say("column.unit"), "text", 3),
        *(Column(pen.say(f"discipline.{key}"), "number") for key in keys),
    )
    rows = [
        Row((Cell(pen.unit(code)), *(pen.count(getattr(by_code[code], key)) for key in keys)))
        for code in order_of_units(pen, set(by_code))
    ]
    rows.append(Row((Cell(pen.say("total")), *(pen.count(getattr(total, key)) for key in keys)), "total"))
    measure = pen.say("measure.returns")
    return Table("register", pen.say("annex.register_table"), columns, tuple(rows), pen.source(), measure)


def _missing(pen: Pen) -> Table | None:
    lines = [line for line in pen.facts.returns if line.overdue]
    if not lines:
        return None
    columns = (
        Column(pen.say("column.unit"), "text", 3),
        Column(pen.say("column.period"), "text", 2),
        Column(pen.say("column.return"), "status"),
        Column(pen.say("column.due_day"), "code"),
        Column(pen.say("column.state"), "status"),
    )
    rows = tuple(
        Row(
            (
                Cell(pen.unit(line.unit)),
                Cell(pen.period(line.period)),
                Cell(pen.say(f"kind.{line.kind}")),
                pen.date_cell(line.due),
                Cell(pen.say("discipline.rejected" if line.state == "rejected" else "discipline.missing")),
            )
        )
        for line in lines
    )
    return Table("missing", pen.say("annex.missing_table", **pen.numbers(count=len(rows))), columns, rows, pen.source())


def _method(pen: Pen) -> Iterator[Block]:
    """Say how figures were made, what is not in them, and how good the returns were."""
    facts = pen.facts
    for key in ("own", "missing", "partial", "flows", "ratio", "tasks", "on_time"):
        yield pen.bullet(pen.say(f"method.{key}"))
    yield pen.bullet(pen.say("method.reading", reading=pen.say(f"reading.{facts.reading}")))
    first = facts.periods[0]
    if first.mode == "cumulative" and first.coverage_start < facts.directive.issued_on:
        yield pen.bullet(pen.say("method.mid_year", year=first.year, date=pen.day(facts.directive.issued_on)))
    yield from link_bullets(pen)
    states = ("accepted", "rejected", "duplicate")
    counted = {state: facts.receipts.get(state, 0) for state in states}
    counted["others"] = sum(facts.receipts.values()) - sum(counted.values())
    yield pen.body(
        "method.files", **pen.numbers(files=sum(facts.receipts.values()), owed=facts.rates["owed"], **counted)
    )
    if facts.findings:
        yield _findings(pen)


def _findings(pen: Pen) -> Table:
    columns = (
        Column(pen.say("column.check"), "text", 3),
        Column(pen.say("column.severity"), "status"),
        Column(pen.say("column.times"), "number"),
        Column(pen.say("column.units_counted"), "number"),
    )
    rows = tuple(
        Row(
            (
                Cell(pen.check(check)),
                Cell(pen.say(f"severity.{severity}")),
                pen.count(times),
                pen.count(units),
            )
        )
        for check, severity, times, units in pen.facts.findings
    )
    return Table("quality", pen.say("annex.quality_table"), columns, rows, pen.source())


ANNEXES: Mapping[str, Callable[[Pen], Iterable[Block | None]]] = {
    "units": _units,
    "matrix": _matrix,
    "indicators": _indicators,
    "breakdowns": breakdowns,
    "register": _register_blocks,
    "evidence": evidence,
    "rounds": round_tables,
    "by_round": units_by_round,
    "moved": moved_annex,
    "method": _method,
}
LANDSCAPE = frozenset({"matrix", "indicators", "breakdowns", "evidence", "moved"})
