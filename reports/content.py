"""What an outgoing document says, in order and in full wording, without any format: the writers only lay it out.

Every text is cleaned when a piece is made: no writer meets a control character, a lone surrogate, a bidi override.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from reports.phrase import Number, numbers_of
from schemas.texts import Texts, load_texts

ParagraphRole = Literal["body", "quote", "note", "bullet"]
ColumnRole = Literal["code", "text", "number", "status"]
RowRole = Literal["body", "total", "group"]
ChartKind = Literal["trend", "bars", "stacked"]

ZERO_WIDTH_SPACE = "\u200b"
LONGEST_WORD = 30  # letters; a longer one would run out of its column, so it may break
BREAK_EVERY = 15
LONGEST_PRINTED = 500  # rows of a table, some 20 pages: nobody leafs through more, and the workbook sorts and filters

_SPACES = re.compile("[\t\n\r\x0b\x0c\x85\u2028\u2029]+")
_BANNED = re.compile(
    "[\x00-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff]"
    "|[\U000e0000-\U000e007f]"
)
_LONG_WORD = re.compile(rf"[^\s\u200b-]{{{LONGEST_WORD},}}")


def clean(text: str) -> str:
    """Give the text as any of our formats can hold it: NFC, no invisible controls, over-long words made breakable.

    Line breaks become spaces; runs of ordinary spaces stay, since blanks are left for the office to fill. Cleaning
    twice changes nothing.
    """
    if len(text) < LONGEST_WORD and text.isascii() and text.isprintable():
        return text
    text = unicodedata.normalize("NFC", _BANNED.sub("", _SPACES.sub(" ", text)))
    return _LONG_WORD.sub(_breakable, text)


def _breakable(match: re.Match[str]) -> str:
    word = match.group()
    return ZERO_WIDTH_SPACE.join(word[at : at + BREAK_EVERY] for at in range(0, len(word), BREAK_EVERY))


@cache
def _names(kind: Any) -> tuple[str, ...]:
    """Give the names of what a piece of content holds: every kind of piece is a dataclass."""
    return tuple(field.name for field in fields(kind))


class _Said:
    """The border: cleans each text, and each tuple of texts, of a piece of content as it is made.

    A piece with a place for `numbers` keeps those that its wording remembers, unless it is given some.
    """

    def __post_init__(self) -> None:
        told: tuple[Number, ...] = ()
        for name in _names(type(self)):  # type: ignore[arg-type]  # a class is hashable
            value = getattr(self, name)
            told += numbers_of(value)
            if (cleaned := _cleaned(value)) is not value:
                object.__setattr__(self, name, cleaned)
        if told and getattr(self, "numbers", None) == ():
            object.__setattr__(self, "numbers", told)


def _cleaned(value: Any) -> Any:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, tuple) and any(isinstance(part, str | tuple) for part in value):
        return tuple(_cleaned(part) for part in value)
    return value


@dataclass(frozen=True)
class Heading(_Said):
    """A heading with its own number in its text: `I. KẾT QUẢ`, `1. …`, `a) …`; level 1 to 3."""

    level: int
    text: str


@dataclass(frozen=True)
class Paragraph(_Said):
    """A paragraph; `numbers` are those that its sentences were made with."""

    text: str
    role: ParagraphRole = "body"
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Column(_Said):
    """A column; `weight` is its share of the width that the narrow columns leave, among the text columns."""

    label: str
    role: ColumnRole = "text"
    weight: int = 1


@dataclass(frozen=True)
class Cell(_Said):
    """A cell as printed, the value behind it for the annex; `shade` 0 (lowest) to 4 makes a table a heat map.

    `figure` is the code of the value where it is a figure; `numbers` are what the text says beside the value.
    """

    text: str
    value: Decimal | date | None = None
    shade: int | None = None
    figure: str | None = None
    numbers: tuple[Number, ...] = ()


@dataclass(frozen=True)
class Row:
    """A row; a `group` row has one cell, which spans the table."""

    cells: tuple[Cell, ...]
    role: RowRole = "body"


@dataclass(frozen=True)
class Table(_Said):
    """A table; `measure_note` ("Đơn vị tính: lượt") stands at the right above it, `source` below it.

    No other table of the document has its `id`: it begins the codes of its numbers.
    """

    id: str
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    source: str = ""
    measure_note: str = ""
    numbers: tuple[Number, ...] = ()  # of its caption


@dataclass(frozen=True)
class Series(_Said):
    """Points in order of x; a point without a value leaves a gap in a line and no bar."""

    label: str
    points: tuple[tuple[str, Decimal | None], ...]


@dataclass(frozen=True)
class Chart(_Said):
    """A chart; captions are set as text by the writers, the picture holds axes, data and their labels only.

    trend: x along, one line a series. bars: one series, x down the side, in the order given. stacked: x down the
    side, counts, one segment a series; the share of the first series is written at the end of each row. `subtitle`
    says how to read the chart; where it is empty, unit and target stand there in the catalogue's words.
    `reach`: a bar scale goes at least so far, for charts to be compared. `of_whole`: every row of a stacked chart
    is as long as the others, since shares are compared and not counts.
    """

    id: str
    kind: ChartKind
    caption: str
    source: str
    alt: str
    series: tuple[Series, ...]
    unit: str
    target: Decimal | None = None
    decimals: int = 0
    subtitle: str = ""
    reach: Decimal | None = None
    of_whole: bool = False


@dataclass(frozen=True)
class ChartGrid(_Said):
    """Small charts side by side, read under one caption and one source; each keeps its own caption and unit."""

    id: str
    caption: str
    charts: tuple[Chart, ...]
    source: str = ""


Block = Heading | Paragraph | Table | Chart | ChartGrid


@dataclass(frozen=True)
class Annex(_Said):
    """An annex; the tables of `listed` are too long to be printed: the workbook alone has them."""

    number_label: str
    title: str
    blocks: tuple[Block, ...]
    landscape: bool = False
    listed: tuple[Table, ...] = ()


@dataclass(frozen=True)
class Signature(_Said):
    """`T/M` · `BAN THƯỜNG VỤ` · `PHÓ BÍ THƯ`; the name is never ours to write."""

    on_behalf: str
    office: str
    post: str


@dataclass(frozen=True)
class Document(_Said):
    """A whole outgoing document. `profile` names a page form; `banner` is printed on every page when it is set.

    `contents`: it is long enough for a table of contents, made of its headings down to level 2 and its annexes.
    """

    language: str
    profile: str
    symbol_line: str
    superior: str
    issuer: str
    place_and_date: str
    type_name: str
    subject: str
    is_draft: bool
    banner: str | None
    blocks: tuple[Block, ...]
    annexes: tuple[Annex, ...]
    recipients: tuple[str, ...]
    signature: Signature
    as_at_line: str
    contents: bool = False
    addressee: tuple[str, ...] = ()  # lines: to whom a report goes
    annex_reference: str = ""  # below the title of each annex


@dataclass(frozen=True)
class AnnexSheet(_Said):
    """A sheet of the annex workbook: a table with values, or texts, or charts the office program draws itself."""

    name: str
    title: str
    table: Table | None = None
    texts: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()


def chart_subtitle(chart: Chart, texts: Texts) -> str:
    """Give what a chart is to be read by: its own words, or its unit and the meaning of the dashed line."""
    if chart.subtitle:
        return chart.subtitle
    if chart.target is None:
        return texts("document.chart.measure", unit=chart.unit)
    return texts("document.chart.target", unit=chart.unit, value=texts.number(chart.target, chart.decimals))


def plain_text(document: Document) -> list[str]:
    """Give every sentence, heading, caption and cell of the document in the order in which it is read."""
    said = [document.superior, document.issuer, document.symbol_line, document.place_and_date]
    said += [document.type_name, document.subject, document.as_at_line]
    texts = load_texts(document.language)
    said += [*document.addressee, *[texts("document.contents")] * document.contents]
    said += _said_by(document.blocks, texts)
    said += [*document.recipients, signature_line(document.signature), document.signature.post]
    for annex in document.annexes:
        said += [annex.number_label, annex.title, document.annex_reference, *_said_by(annex.blocks, texts)]
    return [text for text in said if text.strip()]


def signature_line(signature: Signature) -> str:
    """Give the first line of a signature block: in whose name it is signed."""
    return f"{signature.on_behalf} {signature.office}".strip()


def draft_mark(document: Document, texts: Texts) -> str:
    """Give the mark that a document bears until it is approved, or nothing."""
    return texts("document.draft") if document.is_draft else ""


def page_mark(document: Document, texts: Texts) -> str:
    """Give the line above the page number from page 2 on: draft mark and banner."""
    return " – ".join(mark for mark in (draft_mark(document, texts), document.banner) if mark)


def _said_by(blocks: tuple[Block, ...], texts: Texts) -> Iterator[str]:
    for block in blocks:
        match block:
            case Heading() | Paragraph():
                yield block.text
            case Table():
                yield from _said_by_table(block)
            case Chart():
                yield from (block.caption, chart_subtitle(block, texts), block.source)
            case ChartGrid():
                yield block.caption
                for chart in block.charts:
                    yield from (chart.caption, chart_subtitle(chart, texts))
                yield block.source


def _said_by_table(table: Table) -> Iterator[str]:
    yield from (table.caption, table.measure_note)
    yield from (column.label for column in table.columns)
    for row in table.rows:
        yield from (cell.text for cell in row.cells)
    yield table.source
