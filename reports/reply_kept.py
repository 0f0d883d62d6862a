"""Carries over what openpyxl drops of a sender's workbook: drawings, newer rules of a sheet, the sizes of notes."""

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast
from zipfile import ZipFile

from lxml import etree
from openpyxl.workbook import Workbook

from reports import reply_parts as xml
from reports.patch import pack, read_template

FOLDER = "xl/kept"  # openpyxl names none of its parts so
_EXPECTED = frozenset(  # what comes back, and what nobody misses
    (
        "drawing",
        "comments",
        "threadedComment",
        "hyperlink",
        "table",
        "pivotTable",
        "printerSettings",
        "customProperty",
        "vmlDrawing",
    )
)


@dataclass(frozen=True)
class SheetParts:
    """What belongs to one sheet: the part of its drawing, its newer rules, the sizes of its notes."""

    drawing: str | None = None
    rules: tuple[bytes, ...] = ()
    notes: xml.Places = field(default_factory=dict)


@dataclass(frozen=True)
class Kept:
    """What is carried over: parts by their new names, their types, and what belongs to each sheet.

    `has_boxes` tells of texts in boxes and shapes, which no reader of returns sees; `has_lost` of things that
    cannot be carried over, such as buttons.
    """

    sheets: Mapping[str, SheetParts]
    parts: Mapping[str, bytes]
    types: Mapping[str, str]
    has_boxes: bool
    has_lost: bool


def find_kept(path: Path) -> Kept:
    """Look through a sender's workbook for what openpyxl would drop."""
    with ZipFile(path) as archive:
        search = _Search(archive)
        sheets = {name: search.look(part) for name, part in search.sheets()}
    return Kept(sheets, search.parts, search.types, search.has_boxes, search.has_lost)


def make_room(book: Workbook, kept: Kept) -> None:
    """Take out the drawings that openpyxl read, since the sender's own come back; give notes their sizes."""
    for page in book.worksheets:
        parts = kept.sheets.get(page.title, SheetParts())
        if parts.drawing:
            cast(Any, page)._charts, cast(Any, page)._images = [], []
        for (row, column), size in parts.notes.items():
            cell = page._cells.get((row, column))
            if cell is not None and cell.comment is not None:
                cell.comment.width, cell.comment.height = size


def put_kept(workbook: bytes, kept: Kept) -> bytes:
    """Put into a workbook that openpyxl has saved what it left out."""
    if not any(parts.drawing or parts.rules for parts in kept.sheets.values()):
        return workbook
    template = read_template(workbook)
    whole = {**template.parts, **kept.parts}
    for name, parts in kept.sheets.items():
        if sheet := template.sheets.get(name):
            whole[sheet] = xml.with_rules(whole[sheet], parts.rules)
            if parts.drawing:
                whole[sheet] = xml.with_drawing(whole[sheet])
                relations = xml.relations_of(sheet)
                whole[relations] = xml.with_relation(whole.get(relations), parts.drawing)
    types = "[Content_Types].xml"
    whole[types] = xml.with_types(whole[types], kept.types)
    return pack(whole)


class _Search:
    """Goes through the parts of a workbook and gathers what is to be carried over."""

    def __init__(self, archive: ZipFile) -> None:
        self.archive = archive
        self.names = frozenset(archive.namelist())
        self.parts: dict[str, bytes] = {}
        self.types: dict[str, str] = {}
        self.renamed: dict[str, str] = {}
        self.has_boxes = self.has_lost = False
        types = xml.parse(archive.read("[Content_Types].xml"))
        self.overrides = {one.get("PartName", "").lstrip("/"): one.get("ContentType", "") for one in types}
        self.defaults = {one.get("Extension", "").lower(): one.get("ContentType", "") for one in types}

    def sheets(self) -> Iterator[tuple[str, str]]:
        """Give the name and the part of every worksheet; openpyxl keeps sheets that are one chart."""
        targets = {one.get("Id"): target for one, target in self._relations("xl/workbook.xml")}
        for sheet in xml.parse(self.archive.read("xl/workbook.xml")).iterfind("{*}sheets/{*}sheet"):
            part = targets.get(sheet.get(f"{{{xml.OFFICE}}}id"), "")
            if part in self.names and "worksheet" in self.overrides.get(part, ""):
                yield sheet.get("name", ""), part

    def look(self, sheet: str) -> SheetParts:
        """Gather what belongs to a sheet."""
        related: dict[str, list[str]] = {}
        for one, target in self._relations(sheet):
            related.setdefault(one.get("Type", "").rpartition("/")[2], []).append(target)
        shapes = related.get("vmlDrawing", [])
        # A second set of old-style shapes holds the pictures of the printed header.
        self.has_lost |= bool(related.keys() - _EXPECTED) or len(shapes) > ("comments" in related)
        drawing = next((part for part in related.get("drawing", ()) if part in self.names), None)
        return SheetParts(
            self._carry_drawing(drawing) if drawing else None,
            xml.find_rules(self.archive.read(sheet)),
            xml.find_note_sizes(self.archive.read(shapes[0])) if shapes and shapes[0] in self.names else {},
        )

    def _carry_drawing(self, part: str) -> str | None:
        root = xml.parse(self.archive.read(part))
        for anchor in list(root):
            if xml.is_bound(anchor):
                root.remove(anchor)
                self.has_lost = True
        self.has_boxes |= xml.has_drawn_text(root)
        return self._carry(part, xml.written(root)) if len(root) else None

    def _carry(self, part: str, content: bytes | None = None) -> str:
        """Carry a part and all that it refers to; give its new name."""
        if part in self.renamed:
            return self.renamed[part]
        extension = posixpath.splitext(part)[1]
        name = self.renamed[part] = f"{FOLDER}/part{len(self.renamed) + 1}{extension}"
        self.parts[name] = self.archive.read(part) if content is None else content
        kind = self.overrides.get(part) or self.defaults.get(extension[1:].lower(), "application/xml")
        self.types[name] = kind
        self.has_boxes |= "diagramData" in kind and xml.has_drawn_text(xml.parse(self.parts[name]))
        if xml.relations_of(part) in self.names:
            self.parts[xml.relations_of(name)] = self._carry_related(part)
        return name

    def _carry_related(self, part: str) -> bytes:
        root = xml.parse(self.archive.read(xml.relations_of(part)))
        for one in list(root):
            if one.get("TargetMode") == "External":
                continue
            target = xml.resolve(part, one.get("Target", ""))
            if target in self.names:
                one.set("Target", f"/{self._carry(target)}")
            else:
                root.remove(one)
        return xml.written(root)

    def _relations(self, part: str) -> Iterator[tuple[etree._Element, str]]:
        if xml.relations_of(part) in self.names:
            for one in xml.parse(self.archive.read(xml.relations_of(part))):
                yield one, xml.resolve(part, one.get("Target", ""))
