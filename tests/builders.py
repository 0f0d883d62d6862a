"""Filled return workbooks for the tests, built from the layout with openpyxl; no other room is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl import Workbook, load_workbook
from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from schemas.layout import Sheet, find_layout, load_layout
from schemas.stamp import NAME, PROPERTY, Stamp, make_stamp
from schemas.texts import load_texts

KEY_ID = "k1"
STAMP_KEYS = {KEY_ID: b"sixteen byte key"}
FORM_FIRST_ROW, KEY_ROW, FIRST_ROW = 3, 4, 5
VI = load_texts("vi")

Row = Mapping[str, Any]


@dataclass
class Filled:
    """What a sender wrote: the cover by key, and the rows of each table sheet by key."""

    stamp: Stamp | None
    cover: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def row(self, sheet: str, code: str) -> dict[str, Any]:
        """Get the row of a task or an indicator, to change it."""
        column = {"progress": "task", "measures": "indicator"}[sheet]
        return next(row for row in self.rows[sheet] if row[column] == code)


def build_return(path: Path, filled: Filled) -> Path:
    """Write the workbook as a sender would hand it in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = Workbook()
    book.remove(book.active)
    layout = find_layout(filled.stamp.layout) if filled.stamp else None
    for sheet in (layout or load_layout("return")).sheets:
        page = book.create_sheet(VI(f"workbook.sheet.{sheet.key}.title"))
        if sheet.kind == "form":
            _write_form(page, sheet, filled.cover)
        elif sheet.kind == "table":
            _write_table(page, sheet, filled.rows.get(sheet.key, []))
    if filled.stamp is not None:
        put_stamp(book, make_stamp(filled.stamp, KEY_ID, STAMP_KEYS))
    book.save(path)
    return path


def put_stamp(book: Workbook, token: str) -> None:
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=token))
    book.defined_names[NAME] = DefinedName(NAME, attr_text=f'"{token}"', hidden=True)


def _write_form(page: Worksheet, sheet: Sheet, values: Row) -> None:
    page["B1"] = VI(f"workbook.sheet.{sheet.key}.title")
    for row, column in enumerate(sheet.columns, FORM_FIRST_ROW):
        page.cell(row, 1, sheet.tag(column.key))
        page.cell(row, 2, VI(f"workbook.{sheet.key}.{column.key}"))
        page.cell(row, 3, values.get(column.key))


def _write_table(page: Worksheet, sheet: Sheet, rows: Sequence[Row]) -> None:
    page["A1"] = VI(f"workbook.sheet.{sheet.key}.title")
    for number, column in enumerate(sheet.columns, 1):
        page.cell(KEY_ROW - 1, number, VI(f"workbook.{sheet.key}.{column.key}"))
        page.cell(KEY_ROW, number, sheet.tag(column.key))
        for at, row in enumerate(rows, FIRST_ROW):
            page.cell(at, number, row.get(column.key))


def place_of(sheet: str, column: str, line: int = 0) -> str:
    """Give the address of a column in the line-th row of a table sheet, or of a line of the cover."""
    declared = load_layout("return").by_key[sheet]
    number = [one.key for one in declared.columns].index(column)
    if declared.kind == "form":
        return f"C{FORM_FIRST_ROW + number}"
    return f"{chr(65 + number)}{FIRST_ROW + line}"


class Edited:
    """An open workbook, saved again at the end: `with Edited(path) as book: …`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __enter__(self) -> Workbook:
        self.book = load_workbook(self.path)
        return self.book

    def __exit__(self, *_: object) -> None:
        self.book.save(self.path)


def page_of(book: Workbook, sheet: str) -> Worksheet:
    """Get a sheet by the key of the layout."""
    return book[VI(f"workbook.sheet.{sheet}.title")]
