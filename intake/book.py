"""Opens a workbook that passed the guard: its sheets as grids with what the fast reader loses, and its stamps."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from posixpath import normpath
from typing import Any

from lxml import etree
from python_calamine import CalamineWorkbook, SheetTypeEnum

from intake.guard import Package, parse_part
from intake.legacy import encoding_of_font, has_signs, read_by_font, read_by_signs
from intake.marks import Marks
from intake.reach import column_letters
from intake.styles import has_old_font
from models.errors import UnreadableWorkbookError
from schemas.stamp import NAME, PROPERTY

Grid = Sequence[list[Any]]
Runs = Sequence[tuple[str, str | None]]  # pieces of a text, each with its font if it has one of its own
STRINGS = "xl/sharedStrings.xml"
_STRING = re.compile(rb"<si>.*?</si>", re.DOTALL)


@dataclass(frozen=True)
class Page:
    """A worksheet as a grid that begins at A1, so that places in it are addresses.

    `converted` holds by address the old encoding of a text and how it was written; the grid has it in Unicode.
    """

    name: str
    grid: Grid
    marks: Marks = field(default_factory=Marks)
    converted: Mapping[str, tuple[str, str]] = field(default_factory=dict)


def read_pages(package: Package, book: etree._Element) -> Iterator[Page]:
    """Read every worksheet; charts and the like are none. Raises UnreadableWorkbookError."""
    parts = _sheet_parts(package, book)
    strings = package.parts.get(STRINGS, b"")
    runs, is_strange = _rich_texts(strings), has_signs(strings)
    for name, grid in _grids(package.data):
        marks = package.marks.get(parts.get(name, ""))
        if marks is None:  # a sheet that the guard did not see
            raise UnreadableWorkbookError("file.unsafe")
        yield Page(name, grid, marks, _convert(grid, marks, runs, is_strange=is_strange or marks.has_signs))


def _grids(data: bytes) -> Iterator[tuple[str, Grid]]:
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for sheet in book.sheets_metadata:
            if sheet.typ == SheetTypeEnum.WorkSheet:
                yield sheet.name, book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
    except Exception as error:  # the reader has an error of its own for every way to be broken
        raise UnreadableWorkbookError("file.unreadable") from error


def _sheet_parts(package: Package, book: etree._Element) -> dict[str, str]:
    """Give the part of each sheet by the sheet's name."""
    relations = package.parts.get("xl/_rels/workbook.xml.rels")
    if relations is None:
        raise UnreadableWorkbookError("file.unreadable")
    targets = {one.get("Id"): one.get("Target", "") for one in parse_part(relations)}
    return {sheet.get("name", ""): _part_name(targets.get(_relation(sheet), "")) for sheet in _sheets(book)}


def _sheets(book: etree._Element) -> Iterator[etree._Element]:
    return book.iterfind(".//{*}sheets/{*}sheet")


def _relation(sheet: etree._Element) -> str | None:
    """Give the r:id of a sheet; the strict form of the format has another namespace for it."""
    return next((str(value) for key, value in sheet.attrib.items() if str(key).endswith("}id")), None)


def _part_name(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else normpath(f"xl/{target}")


def _rich_texts(strings: bytes) -> dict[str, Runs]:
    """Give the pieces of the shared texts in which a piece has a font of an old encoding, by the whole text."""
    if not has_old_font(strings):
        return {}
    texts = (_runs(found[0]) for found in _STRING.finditer(strings) if has_old_font(found[0]))
    return {"".join(piece for piece, _ in runs): runs for runs in texts}


def _runs(string: bytes) -> Runs:
    return [
        ("".join(text.text or "" for text in run.iterfind("{*}t")), _font(run))
        for run in parse_part(string).iterfind("{*}r")
    ]


def _font(run: etree._Element) -> str | None:
    name = run.find("{*}rPr/{*}rFont")
    return name.get("val") if name is not None else None


def _convert(grid: Grid, marks: Marks, rich: Mapping[str, Runs], *, is_strange: bool) -> dict[str, tuple[str, str]]:
    """Put Unicode into the cells whose texts are in an old encoding; give what was there, by address."""
    if not (marks.encodings or rich or is_strange):
        return {}
    converted: dict[str, tuple[str, str]] = {}
    for number, row in enumerate(grid, 1):
        for place, cell in enumerate(row):
            if isinstance(cell, str) and not cell.isascii():
                address = f"{column_letters(place + 1)}{number}"
                read = _read(cell, marks.encodings.get(address), rich.get(cell))
                if read:
                    row[place], converted[address] = read[0], (read[1], cell)
    return converted


def _read(text: str, encoding: str | None, runs: Runs | None) -> tuple[str, str] | None:
    """Read a text by its own fonts, else by that of the cell, else by its characters."""
    if runs:
        fonts = [(piece, encoding_of_font(font) if font else encoding) for piece, font in runs]
        pieces = [(read_by_font(piece, old) if old else None) or piece for piece, old in fonts]
        found = next((old for _, old in fonts if old), encoding)
        return ("".join(pieces), found) if found and "".join(pieces) != text else None
    if encoding:
        read = read_by_font(text, encoding)
        return (read, encoding) if read else None
    return read_by_signs(text)


def read_tokens(package: Package, book: etree._Element) -> Iterator[str]:
    """Give the stamps in a workbook, that of the property first."""
    custom = package.parts.get("docProps/custom.xml")
    if custom:
        for entry in parse_part(custom):
            if entry.get("name") == PROPERTY:
                yield "".join(str(text) for text in entry.itertext()).strip()
    for name in book.iterfind(".//{*}definedNames/{*}definedName"):
        if name.get("name") == NAME and name.text:
            yield name.text.strip().strip('"')


def is_1904(book: etree._Element) -> bool:
    """Whether the workbook counts its days from 1904."""
    dated = book.find(".//{*}workbookPr[@date1904]")
    return dated is not None and dated.get("date1904") in ("1", "true")
