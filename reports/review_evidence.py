"""The annex of documents that the units named as evidence: each of them, and their counts where they are many."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from models.queries.reviewing import ShownEvidence
from reports.content import LONGEST_PRINTED, Block, Cell, Column, Row, RowRole, Table
from reports.pen import Pen
from reports.review_discipline import order_of_units


def evidence(pen: Pen) -> Iterator[Block]:
    newest = {(entry.unit, entry.title, entry.number): entry for entry in pen.facts.evidence}
    if not newest:
        return
    units = order_of_units(pen, {entry.unit for entry in newest.values()})
    if len(newest) > LONGEST_PRINTED:
        yield _evidence_counts(pen, units, newest.values())
    names = {code: pen.unit(code) for code in units}
    place = {code: at for at, code in enumerate(units)}
    listed = sorted(newest.values(), key=lambda one: (place[one.unit], one.issued_on or date.min, one.subject))
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
                Cell(names[entry.unit]),
                Cell(entry.subject),
                Cell(pen.term("evidence_type", entry.type)),
                Cell(entry.title),
                Cell(entry.number or ""),
                pen.date_cell(entry.issued_on),
            )
        )
        for entry in listed
    )
    yield Table(
        "evidence", pen.say("annex.evidence_table", **pen.numbers(count=len(rows))), columns, rows, pen.source()
    )


def _evidence_counts(pen: Pen, units: Sequence[str], entries: Iterable[ShownEvidence]) -> Table:
    """Count the documents by unit and type: what is read on paper where the list is too long for it."""
    counted = Counter((entry.unit, entry.type) for entry in entries)
    types = sorted({type_ for _, type_ in counted}, key=lambda one: pen.term("evidence_type", one))
    names = [pen.term("evidence_type", one) for one in types]
    columns = (
        Column(pen.say("column.unit"), "text", 3),
        *(Column(name, "number") for name in (*names, pen.say("total"))),
    )
    by_unit = {unit: [counted[unit, type_] for type_ in types] for unit in units}
    rows = [_counts_row(pen, pen.unit(unit), counts) for unit, counts in by_unit.items()]
    sums = [sum(column) for column in zip(*by_unit.values(), strict=True)]
    rows.append(_counts_row(pen, pen.say("total"), sums, "total"))
    caption = pen.say("annex.evidence_counts")
    return Table("evidence-counts", caption, columns, tuple(rows), pen.source(), pen.say("measure.documents"))


def _counts_row(pen: Pen, name: str, counts: Sequence[int], role: RowRole = "body") -> Row:
    return Row((Cell(name), *map(pen.count, (*counts, sum(counts)))), role)
