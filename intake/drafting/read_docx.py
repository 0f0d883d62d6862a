"""The text of a Word document as it is printed: with the numbers Word draws, without what was deleted or hidden."""

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from intake.drafting.docx_fonts import Fonts
from intake.drafting.docx_numbering import Numbering
from intake.drafting.docx_styles import Styles, is_on, value_of
from intake.drafting.head_rules import load_head_rules
from intake.drafting.symbols import read_symbol_line
from intake.drafting.task_tables import read_columns, write_row
from intake.zips import inflate, read_parts
from models.errors import UnreadableTextError, UnreadableWorkbookError
from schemas.folds import fold_in_place

_MOST_PARTS, _MOST_BYTES = 2000, 200_000_000  # of a genuine document with many pictures
_MOST_XML = 60_000_000
_TEXT = {qn("w:tab"): "\t", qn("w:br"): "\n", qn("w:cr"): "\n", qn("w:noBreakHyphen"): "-"}
# Taken back by a tracked change, or the second form of a text box that was read already.
_NOT_PRINTED = frozenset(
    {
        *(qn(tag) for tag in ("w:del", "w:moveFrom", "w:footnoteReference", "w:rPr", "w:pPr", "w:instrText")),
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
    }
)
_BOX = qn("w:txbxContent")
_COLUMNS = 2
_HEAD_ROWS = 3  # of a table of tasks: its head stands among them
_DAMAGE = (OpcError, zipfile.BadZipFile, zlib.error, etree.LxmlError, KeyError, ValueError, SyntaxError, AttributeError)


def read_docx(path: Path) -> str:
    """Give all paragraphs, also of a letterhead in a table. Raises UnreadableTextError for a damaged file."""
    _ensure_small_inside(path)
    try:
        document = docx.Document(str(path))
        reader = _Reader(document)
        return "\n\n".join([*reader.first_head(), *reader.paragraphs(document.element.body)])
    except _DAMAGE as error:
        raise UnreadableTextError("draft.refused.damaged", file=path.name) from error


def _ensure_small_inside(path: Path) -> None:
    """Refuse a zip that unpacks to far more than a document, before anything is unpacked for good."""
    try:
        data = path.read_bytes()
        parts = read_parts(data, _MOST_PARTS)
        names = {part.name for part in parts}
        large = any(part.size > _MOST_XML for part in parts if part.name.endswith((".xml", ".rels")))
        is_large = large or sum(part.size for part in parts) > _MOST_BYTES
        for part in () if is_large else parts:
            for _ in inflate(data, part):  # what it says of its size is true
                pass
    except (UnreadableWorkbookError, *_DAMAGE) as error:
        raise UnreadableTextError("draft.refused.damaged", file=path.name) from error
    if is_large:
        raise UnreadableTextError("draft.refused.too-large-inside", file=path.name)
    if "word/document.xml" not in names and not any(name.endswith("document.xml") for name in names):
        key = "draft.refused.odt" if {"mimetype", "content.xml"} <= names else "draft.refused.damaged"
        raise UnreadableTextError(key, file=path.name)


class _Reader:
    """Reads one document, once, in order: the numbers of its lists run on."""

    def __init__(self, document: Any) -> None:
        self._document = document
        styles = Styles(document)
        self._numbering = Numbering(document, styles)
        self._fonts = Fonts(styles)

    def first_head(self) -> list[str]:
        """Give the head of the first page where it has one of its own: some letterheads stand there."""
        section = self._document.sections[0]
        if not section.different_first_page_header_footer or section.first_page_header.is_linked_to_previous:
            return []
        found = list(self.paragraphs(section.first_page_header._element))
        return found if any(read_symbol_line(line.strip()) for text in found for line in text.split("\n")) else []

    def paragraphs(self, container: Any) -> Iterator[str]:
        """Give the paragraphs of a body, a cell or a text box; centred lines under each other as one with line ends."""
        centred: list[str] = []
        for element in _blocks(container):
            is_title = element.tag == qn("w:p") and _is_centred(element)
            texts = list(self._paragraph(element) if element.tag == qn("w:p") else self._table(element))
            if is_title and all(texts) and texts:
                centred += texts
                continue
            yield from ["\n".join(centred)] if centred else []
            centred = []
            yield from texts
        yield from ["\n".join(centred)] if centred else []

    def _paragraph(self, paragraph: Any) -> Iterator[str]:
        """Give a paragraph with its number, after the text boxes that hang on it."""
        for box in paragraph.iter(_BOX):
            if not any(one.tag in _NOT_PRINTED for one in box.iterancestors()):
                yield from self.paragraphs(box)
        text = "".join(self._fonts.read(run, words) for run, words in _runs(paragraph)).strip("\n ")
        yield f"{self._numbering.label(paragraph)}{text}" if text.strip() else ""

    def _table(self, table: Any) -> Iterator[str]:
        """Give a table's cells row by row; of a letterhead or a foot with signature column by column."""
        rows = [
            ["\n".join(filter(None, self.paragraphs(cell))) for cell in row.findall(qn("w:tc"))]
            for row in table.iter(qn("w:tr"))
            if not any(one.tag in _NOT_PRINTED for one in row)
        ]
        if all(len(row) <= _COLUMNS + 1 for row in rows) and _is_edge(rows):
            width = max(map(len, rows), default=0)
            yield from ("\n".join(row[n] for row in rows if n < len(row)) for n in range(width))
        elif any(read_columns(write_row(row)) for row in rows[:_HEAD_ROWS]):
            yield from (write_row(row) for row in rows)
        else:
            yield from (cell for row in rows for cell in row)
        yield ""


def _is_edge(rows: list[list[str]]) -> bool:
    """Tell the table that holds a document's head or foot by a number, a title of the state, or the recipients."""
    rules = load_head_rules()
    lines = [line.strip() for row in rows for cell in row for line in cell.split("\n")]
    return any(
        read_symbol_line(line) or rules.head.title.match(small) or rules.foot.recipients.match(small)
        for line, small in ((line, fold_in_place(line)) for line in lines)
    )


def _blocks(container: Any) -> Iterator[Any]:
    """Give paragraphs and tables in order, also those inside content controls and insertions."""
    for child in container:
        if child.tag in {qn("w:p"), qn("w:tbl")}:
            yield child
        elif child.tag in {qn("w:sdt"), qn("w:sdtContent"), qn("w:ins"), qn("w:moveTo"), qn("w:customXml")}:
            yield from _blocks(child)


def _runs(element: Any) -> Iterator[tuple[Any, str]]:
    """Give the printed runs of a paragraph and their words; text boxes are read for themselves."""
    for child in element:
        if child.tag in _NOT_PRINTED or child.tag == _BOX:
            continue
        if child.tag == qn("w:r"):
            if not is_on(child.find(qn("w:rPr")), "w:vanish"):
                yield child, "".join(_words(child))
        else:
            yield from _runs(child)


def _words(run: Any) -> Iterator[str]:
    for child in run:
        if child.tag == qn("w:t"):
            yield child.text or ""
        elif child.tag in _TEXT and child.get(qn("w:type")) not in {"page", "column"}:
            yield _TEXT[child.tag]


def _is_centred(paragraph: Any) -> bool:
    return value_of(paragraph.find(qn("w:pPr")), "w:jc") == "center"
