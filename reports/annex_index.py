"""The index of the annex workbook: every number that is printed, under its code, with the place where it stands."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from openpyxl.utils import get_column_letter

from reports.annex_charts import heads_of, lines_of
from reports.annex_sheets import blocks_of
from reports.content import Cell, Chart, Column, ColumnRole, Document, Paragraph, Row, Table
from reports.phrase import Number
from schemas.texts import Texts

INDEX: tuple[tuple[str, ColumnRole, int], ...] = (
    ("figure", "text", 2),
    ("sheet", "text", 1),
    ("cell", "code", 1),
    ("row", "text", 3),
    ("column", "text", 2),
    ("printed", "number", 1),
)
NUMBERS: tuple[tuple[str, ColumnRole, int], ...] = (("id", "text", 2), ("value", "number", 1), ("sentence", "text", 4))


@dataclass(frozen=True)
class Written:
    """A sheet as it was written: what it holds, and in which row the heads of its table or of each chart's data are."""

    name: str
    title: str
    table: Table | None = None
    head: int = 0
    data: tuple[tuple[Chart, int], ...] = ()


def place_index(document: Document, written: Iterable[Written], texts: Texts) -> Table:
    """List every number of a printed table or chart: its code, where it stands in this workbook, what is printed."""
    listed = {table.id for annex in document.annexes for table in annex.listed}
    printed = (sheet for sheet in written if sheet.table is None or sheet.table.id not in listed)
    rows = [row for sheet in printed for row in (*_of_table(sheet), *_of_charts(sheet, texts))]
    return Table("figures", texts("document.figures.title"), _columns("figures", INDEX, texts), tuple(rows))


def number_index(document: Document, texts: Texts) -> Table:
    """List every number of a sentence or of the caption of a table: its code, its value, and the words around it."""
    seen: Counter[str] = Counter()
    rows = []
    for said, number in _told(document):
        seen[number.id] += not number.is_figure
        code = f"{number.id}#{seen[number.id]}" if seen[number.id] > 1 else number.id
        figure = number.id if number.is_figure else None
        rows.append(Row((Cell(code), Cell(number.printed, number.value, figure=figure), Cell(said))))
    return Table("numbers", texts("document.numbers.title"), _columns("numbers", NUMBERS, texts), tuple(rows))


def _told(document: Document) -> Iterator[tuple[str, Number]]:
    for block in blocks_of(document):
        if isinstance(block, Paragraph | Table):
            said = block.text if isinstance(block, Paragraph) else block.caption
            yield from ((said, number) for number in block.numbers)


def _columns(name: str, wanted: Iterable[tuple[str, ColumnRole, int]], texts: Texts) -> tuple[Column, ...]:
    return tuple(Column(texts(f"document.{name}.{label}"), role, weight) for label, role, weight in wanted)


def _line(code: str, sheet: Written, place: tuple[int, int], names: tuple[str, str], printed: Cell) -> Row:
    """Make a line of the index; `place` is row and column, `names` are what heads them."""
    address = f"{get_column_letter(place[1])}{place[0]}"
    return Row((Cell(code), Cell(sheet.name), Cell(address), *map(Cell, names), printed))


def _of_table(sheet: Written) -> Iterator[Row]:
    """List the numbers of a table; one that is no figure is called by its table, row and column."""
    if sheet.table is None:
        return
    for at, row in enumerate(sheet.table.rows, start=1):
        name = " ".join(part.text for part in row.cells[:2] if part.value is None and not part.numbers)
        for number, cell in enumerate(row.cells, start=1):
            place = f"{sheet.table.id}:{at}:{number}"
            for code, printed in _numbers_in(cell, place):
                names = (name, sheet.table.columns[number - 1].label)
                yield _line(code, sheet, (sheet.head + at, number), names, printed)


def _numbers_in(cell: Cell, place: str) -> Iterator[tuple[str, Cell]]:
    if cell.figure or (cell.value is not None and not isinstance(cell.value, date)):
        yield cell.figure or place, Cell(cell.text, cell.value)
    for one in cell.numbers:
        name = one.id.rpartition(":")[2]  # the wording that it stands in says nothing to a reader
        yield one.id if one.is_figure else f"{place}/{name}", Cell(one.printed, one.value)


def _of_charts(sheet: Written, texts: Texts) -> Iterator[Row]:
    """List the numbers that a chart is drawn from; each is called by its chart, point and series."""
    for chart, head in sheet.data:
        heads = heads_of(chart, texts)
        for at, (name, values) in enumerate(lines_of(chart), start=1):
            for number, (value, decimals) in enumerate(values, start=2):
                if value is not None:
                    printed = Cell(texts.number(value, decimals), Decimal(value))
                    code = f"{chart.id}:{at}:{number - 1}"
                    yield _line(code, sheet, (head + at, number), (name, heads[number - 1]), printed)
