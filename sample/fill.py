"""Fills a blank return as a clerk would: finds sheets, columns and rows by their hidden keys and codes."""

import io
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from python_calamine import CalamineWorkbook

from reports.patch import patch_cells, write_whole
from reports.sheet_style import Value
from sample.answers import Answers, Row, differs_much
from sample.draws import share
from sample.figures import Figures
from sample.organisation import indicators
from sample.texts import explanation
from schemas.layout import Layout, load_layout
from schemas.texts import load_texts

_ROW_CODES = {
    "progress": "task",
    "measures": "indicator",
}  # the sheets that bring their rows, and what names a row


@dataclass(frozen=True)
class BlankSheet:
    """Where things stand in one sheet: columns by key, rows by code; a form has one cell a key."""

    name: str
    columns: Mapping[str, str] = field(default_factory=dict)  # key → letter
    key_row: int = 0
    rows: Mapping[str, int] = field(default_factory=dict)  # code → row
    written: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # code → key → what the blank says
    form: Mapping[str, str] = field(default_factory=dict)  # key → address


Blank = Mapping[str, BlankSheet]  # by sheet key
Typed = MutableMapping[str, dict[str, Value]]  # sheet name → address → value
TypeIn = Callable[[Typed, Blank], None]  # something typed into single cells
Edit = Callable[[Workbook, Blank], None]  # something done to the finished workbook, as another program would


def fill_return(
    blank: Path, out: Path, *, answers: Answers, typed: Sequence[TypeIn] = (), edits: Sequence[Edit] = ()
) -> Path:
    """Write the filled copy of a blank. Raises KeyError for a blank without our keys."""
    template = blank.read_bytes()
    places = read_blank(template)
    cells = cells_of(answers, places)
    for type_in in typed:
        type_in(cells, places)
    filled = patch_cells(template, cells)
    write_whole(out, _edited(filled, places, edits) if edits else filled)
    return out


def _edited(workbook: bytes, places: Blank, edits: Sequence[Edit]) -> bytes:
    book, whole = load_workbook(io.BytesIO(workbook)), io.BytesIO()
    for edit in edits:
        edit(book, places)
    book.save(whole)
    return whole.getvalue()


def read_blank(workbook: bytes) -> Blank:
    """Find the sheets and cells of a blank by their hidden keys."""
    book, layout = CalamineWorkbook.from_filelike(io.BytesIO(workbook)), load_layout("return")
    found: dict[str, BlankSheet] = {}
    for name in book.sheet_names:
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
        found |= dict(_sheets_in(name, rows, layout))
    return found


def _sheets_in(name: str, rows: list[list[Any]], layout: Layout) -> Iterator[tuple[str, BlankSheet]]:
    tags = {sheet.tag(column.key): (sheet, column.key) for sheet in layout.sheets for column in sheet.columns}
    for number, row in enumerate(rows, 1):
        known = {index: tags[cell] for index, cell in enumerate(row) if isinstance(cell, str) and cell in tags}
        if not known:
            continue
        sheet = next(iter(known.values()))[0]
        if sheet.kind == "form":
            yield sheet.key, BlankSheet(name, form=_form(rows, tags))
        else:
            columns = {key: index for index, (_, key) in known.items()}
            yield sheet.key, _table(name, number, columns, rows, _ROW_CODES.get(sheet.key))
        return


def _form(rows: list[list[Any]], tags: Mapping[str, tuple[Any, str]]) -> dict[str, str]:
    return {tags[row[0]][1]: f"C{number}" for number, row in enumerate(rows, 1) if row and row[0] in tags}


def _table(name: str, key_row: int, columns: dict[str, int], rows: list[list[Any]], coded: str | None) -> BlankSheet:
    letters = {key: get_column_letter(index + 1) for key, index in columns.items()}
    if coded is None:
        return BlankSheet(name, letters, key_row)
    lines = {
        str(row[columns[coded]]): (number, row)
        for number, row in enumerate(rows[key_row:], key_row + 1)
        if row[columns[coded]]
    }
    written = {code: {key: row[index] for key, index in columns.items()} for code, (_, row) in lines.items()}
    return BlankSheet(name, letters, key_row, {code: number for code, (number, _) in lines.items()}, written)


def cells_of(answers: Answers, places: Blank) -> Typed:
    """Give what goes into which cell of which sheet."""
    cover, progress, measures = places["cover"], places["progress"], places["measures"]
    cells: Typed = {
        cover.name: {cover.form[key]: value for key, value in answers.cover.items()},
        progress.name: dict(_progress_cells(answers, progress)),
        measures.name: dict(_measure_cells(answers, measures)),
    }
    for key, rows in _free_rows(answers, progress).items():
        cells[places[key].name] = dict(_row_cells(key, rows, answers, places[key]))
    return cells


def _free_rows(answers: Answers, progress: BlankSheet) -> dict[str, Sequence[Row]]:
    evidence = [row for row in answers.evidence if row["subject"] in progress.rows]
    return {"evidence": evidence, "shortcomings": answers.shortcomings, "statements": answers.statements}


def _progress_cells(answers: Answers, sheet: BlankSheet) -> Iterator[tuple[str, Value]]:
    for task, number in sheet.rows.items():
        yield from _cells("progress", answers.progress.get(task, {}), answers, sheet, number)


def _row_cells(key: str, rows: Sequence[Row], answers: Answers, sheet: BlankSheet) -> Iterator[tuple[str, Value]]:
    room = load_layout("return").by_key[key].open_rows
    for number, row in enumerate(rows[:room], sheet.key_row + 1):
        yield from _cells(key, row, answers, sheet, number)


def _cells(key: str, row: Row, answers: Answers, sheet: BlankSheet, number: int) -> Iterator[tuple[str, Value]]:
    columns = load_layout("return").by_key[key].by_key
    for column, value in row.items():
        if value is not None:
            yield f"{sheet.columns[column]}{number}", _label(columns[column].list, value, answers)


def _label(named: str | None, value: Any, answers: Answers) -> Value:
    """Give what the dropdown shows for a code; other values go as they are."""
    if named is None or not isinstance(value, str):
        written: Value = value
        return written
    labels = answers.terms.get(named)
    return labels.get(value, value) if labels else load_texts("vi").label(f"workbook.list.{named}", value)


def _measure_cells(answers: Answers, sheet: BlankSheet) -> Iterator[tuple[str, Value]]:
    for code, number in sheet.rows.items():
        if code not in answers.measures:
            continue
        row = _measure(answers, code, answers.measures[code], sheet.written[code].get("previous"))
        for column, value in row.items():
            yield f"{sheet.columns[column]}{number}", value


def _measure(answers: Answers, code: str, figures: Figures, previous: Any) -> dict[str, Value]:
    """Give the cells of one indicator: its number, or the mark that nothing arose, and why it changed so much."""
    if indicators()[code].kind == "boolean":
        return {"value": load_texts("vi").label("workbook.list.yes_no", "yes" if figures.value else "no")}
    row: dict[str, Value] = {}
    if figures.is_nothing and (figures.is_ratio or share(answers.voice, code, "marked") < 0.5):
        row["marker"] = load_texts("vi").label("workbook.list.marker", "KPS")
    elif figures.is_ratio:
        row = {"numerator": figures.numerator, "denominator": figures.denominator}
    else:
        row["value"] = figures.value
    now = _comparable(figures)
    for before in _figures_before(answers, code, previous):
        if differs_much(now, before):
            row["explanation"] = explanation(answers.voice, code, rising=now > before)
    return row


def _figures_before(answers: Answers, code: str, previous: Any) -> Iterator[Decimal]:
    """Give what a careful clerk compares with: the last figure, which the blank shows, and that of a year ago."""
    if isinstance(previous, int | float):
        yield Decimal(str(previous))
    if code in answers.year_before:
        yield _comparable(answers.year_before[code])


def _comparable(figures: Figures) -> Decimal:
    if figures.numerator is None or not figures.denominator:
        return figures.value or Decimal(0)
    return figures.numerator * 100 / figures.denominator
