"""The annexes of a review: units, task matrix, indicators by unit, register of returns, evidence, method."""

from collections.abc import Iterator
from os.path import commonprefix

from models.directive import Indicator
from reports.content import Annex, Block, Cell, Column, Paragraph, Row, RowRole, Table
from reports.discipline import by_unit
from reports.pen import Pen
from reports.review_results import indicator_table

ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII")


def annexes(pen: Pen) -> tuple[Annex, ...]:
    """Give the annexes in order; one with nothing in it is left out and takes no number."""
    made: list[tuple[str, list[Block | None], bool]] = [
        ("units", [_units(pen)], False),
        ("matrix", [_matrix(pen)], True),
        ("indicators", [*_indicators(pen)], True),
        ("register", [_register(pen), _missing(pen)], False),
        ("evidence", [_evidence(pen)], True),
        ("method", list(_method(pen)), False),
    ]
    kept = [(key, [block for block in blocks if block], landscape) for key, blocks, landscape in made]
    return tuple(
        Annex(pen.say("annex.number", roman=ROMAN[at]), pen.say(f"annex.{key}"), tuple(blocks), landscape)
        for at, (key, blocks, landscape) in enumerate(entry for entry in kept if entry[1])
    )


def _units(pen: Pen) -> Table:
    columns = (
        Column(pen.say("column.code"), "code"),
        Column(pen.say("column.unit"), "text", 3),
        Column(pen.say("column.kind"), "text", 2),
        Column(pen.say("column.superior"), "code"),
    )
    codes = {span.unit_id: code for code, span in pen.facts.units.items()}
    rows = tuple(
        Row(
            (
                Cell(code),
                Cell(pen.unit(code)),
                Cell(pen.texts.label("review.unit_kind", span.kind)),
                Cell(codes.get(span.parent_id or 0, "")),
            )
        )
        for code, span in pen.facts.units.items()
    )
    return Table("units", pen.say("annex.units_table", count=len(rows)), columns, rows, pen.say("source_plan"))


def _matrix(pen: Pen) -> Table:
    """Units down, tasks across; the sign of each status stands in the note above."""
    facts = pen.facts
    status = {(case.unit, case.task.code): case.status.value for case in facts.cases}
    codes = [task.code for task in facts.tasks if any(task.code == key[1] for key in status)]
    shared = len(commonprefix(codes)) if len(codes) > 1 else 0  # noqa: RUF071  by character: "K60-" need not stand in every column
    columns = (Column(pen.say("column.unit"), "text", 2), *(Column(code[shared:], "code") for code in codes))
    rows = []
    for unit in facts.units:
        if any((unit, code) in status for code in codes):
            signs = (pen.say(f"sign.{status[unit, code]}") if (unit, code) in status else "" for code in codes)
            rows.append(Row((Cell(pen.unit(unit)), *(Cell(sign) for sign in signs))))
    return Table("matrix", pen.say("annex.matrix_table"), columns, tuple(rows), pen.source(), pen.say("annex.signs"))


def _indicators(pen: Pen) -> list[Block]:
    facts = pen.facts
    shown = [one for one in facts.indicators if facts.figure(one.code, facts.root, facts.round)]
    return [indicator_table(pen, shown, facts.years), *(_by_unit(pen, one) for one in shown)] if shown else []


def _by_unit(pen: Pen, indicator: Indicator) -> Table:
    facts = pen.facts
    measure = "%" if indicator.kind in ("ratio", "boolean") else indicator.measure
    columns = (
        Column(pen.say("column.unit"), "text", 3),
        *(Column(year, "number") for year in facts.years),
        Column(pen.say("column.round"), "number"),
        Column(pen.say("column.coverage"), "code"),
    )
    first_level = [unit for unit in facts.units if facts.levels[unit] <= 1]
    rows = []
    for unit in sorted(first_level, key=lambda code: facts.levels[code] == 0):
        whole = facts.figure(indicator.code, unit, facts.round)
        if whole is None or whole.of == 0:
            continue
        cells = (
            pen.figure(facts.figure(indicator.code, unit, period), indicator) for period in (*facts.years, facts.round)
        )
        role: RowRole = "total" if unit == facts.root else "body"
        rows.append(Row((Cell(pen.unit(unit)), *cells, Cell(f"{whole.n}/{whole.of}")), role))
    caption = f"{indicator.code}. {pen.indicator(indicator)}"
    note = pen.texts("document.chart.measure", unit=measure)
    return Table(f"by-unit-{indicator.code}", caption, columns, tuple(rows), pen.source(), note)


def _register(pen: Pen) -> Table:
    keys = ("owed", "accepted", "on_time", "late", "missing", "excused")
    columns = (
        Column(pen.say("column.unit"), "text", 3),
        *(Column(pen.say(f"discipline.{key}"), "number") for key in keys),
    )
    by_code = {line.label: line for line in by_unit(pen.facts.standing.returns)}
    order = [code for code in pen.facts.units if code in by_code]
    order += [code for code in by_code if code not in pen.facts.units]  # units that ended in the round
    rows = tuple(
        Row((Cell(pen.unit(code)), *(pen.count(getattr(by_code[code], key)) for key in keys))) for code in order
    )
    return Table("register", pen.say("annex.register_table"), columns, rows, pen.source(), pen.say("measure.returns"))


def _missing(pen: Pen) -> Table | None:
    lines = [line for line in pen.facts.standing.returns if line.state not in ("excused", "superseded")]
    lines = [line for line in lines if not line.accepted]
    if not lines:
        return None
    columns = (
        Column(pen.say("column.unit"), "text", 3),
        Column(pen.say("column.period"), "code"),
        Column(pen.say("column.return"), "text", 1),
        Column(pen.say("column.due_day"), "code"),
    )
    rows = tuple(
        Row(
            (
                Cell(pen.unit(line.unit)),
                Cell(line.period),
                Cell(pen.say(f"kind.{line.kind}")),
                Cell(pen.day(line.due)),
            )
        )
        for line in lines
    )
    return Table("missing", pen.say("annex.missing_table", count=len(rows)), columns, rows, pen.source())


def _evidence(pen: Pen) -> Table | None:
    newest = {(entry.unit, entry.title, entry.number): entry for entry in pen.facts.evidence}
    if not newest:
        return None
    columns = (
        Column(pen.say("column.unit"), "text", 2),
        Column(pen.say("column.subject"), "code"),
        Column(pen.say("column.type"), "text", 1),
        Column(pen.say("column.document"), "text", 3),
        Column(pen.say("column.number"), "code"),
        Column(pen.say("column.day"), "code"),
    )
    rows = tuple(
        Row(
            (
                Cell(pen.unit(entry.unit)),
                Cell(entry.subject),
                Cell(pen.term("evidence_type", entry.type)),
                Cell(entry.title),
                Cell(entry.number or ""),
                Cell(pen.day(entry.issued_on)),
            )
        )
        for entry in newest.values()
    )
    return Table("evidence", pen.say("annex.evidence_table", count=len(rows)), columns, rows, pen.source())


def _method(pen: Pen) -> Iterator[Block]:
    """Say how figures were made, what is not in them, and how good the returns were."""
    rates = pen.facts.standing.rates
    for key in ("own", "missing", "partial", "flows", "ratio", "on_time", "reading"):
        yield pen.bullet(pen.say(f"method.{key}", reading=pen.say(f"reading.{pen.facts.reading}")))
    first = pen.facts.periods[0]
    if first.nominal_from.month == 1 and first.kind != "6T" and first.mode == "cumulative":
        yield pen.bullet(pen.say("method.mid_year", year=first.year))
    counted = pen.facts.receipts
    yield Paragraph(
        pen.say(
            "method.files",
            files=sum(counted.values()),
            accepted=counted.get("accepted", 0),
            rejected=counted.get("rejected", 0),
            duplicate=counted.get("duplicate", 0),
            owed=rates["owed"],
        )
    )
    if pen.facts.findings:
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
