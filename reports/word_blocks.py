"""Builds the Word elements of headings, paragraphs, tables and charts; each table has a grid fitted to it."""

from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm
from docx.text.parfmt import ParagraphFormat

from reports.charts import ChartImages, draw, parts_of, picture_height
from reports.content import (
    Block,
    Cell,
    Chart,
    ChartGrid,
    Column,
    Heading,
    Paragraph,
    Row,
    Table,
    chart_subtitle,
)
from reports.profile import Profile
from reports.widths import CELL_PADDING, GRID_GAP, fit_columns, grid_columns, is_kept_whole, sides_of
from schemas.texts import load_texts

EDGE = 1.0  # millimetres: a picture as wide as its column is pushed out of it
TWIPS = 56.6929  # in a millimetre
SHADES = (
    ("FFFFFF", "000000"),
    ("DCE6F1", "000000"),
    ("B3CBE4", "000000"),
    ("6F9BC8", "000000"),
    ("1F4E79", "FFFFFF"),
)
HEAD_FILL, GROUP_FILL = "E7E6E6", "F2F2F2"
STYLE_OF = {"body": "Body Text", "quote": "Quote", "note": "Review Note", "bullet": "Review Bullet"}


class BlockWriter:
    """Turns blocks into the elements of one section, whose text is so wide (millimetres)."""

    def __init__(self, docx: Any, language: str, profile: Profile, width: float) -> None:
        self.docx = docx
        self.texts = load_texts(language)
        self.profile = profile
        self.width = width

    def write(self, block: Block) -> Iterator[Any]:
        match block:
            case Heading():
                yield paragraph(self.docx, f"Heading {block.level}", block.text)
            case Paragraph():
                text = f"- {block.text}" if block.role == "bullet" else block.text
                written = paragraph(self.docx, STYLE_OF[block.role], text)
                if text.endswith(":"):  # what it announces follows it
                    keep_with_next(written)
                yield written
            case Table():
                yield from self._write_table(block)
            case Chart():
                yield paragraph(self.docx, "Caption", block.caption)
                yield from self._chart_parts(block, self.width - EDGE)
                yield from self._source(block.source)
            case ChartGrid():
                yield paragraph(self.docx, "Caption", block.caption)
                yield self._chart_grid(block)
                yield from self._source(block.source)

    def _write_table(self, table: Table) -> Iterator[Any]:
        yield paragraph(self.docx, "Caption", table.caption)
        if table.measure_note:
            yield paragraph(self.docx, "Review Measure", table.measure_note)
        yield _table(table, self.width, self.profile.sizes.table, self.docx.styles["Review Table"].style_id)
        yield from self._source(table.source)

    def _source(self, source: str) -> Iterator[Any]:
        yield paragraph(self.docx, "Review Source", source)

    def _chart_parts(self, chart: Chart, width: float) -> Iterator[Any]:
        yield paragraph(self.docx, "Review Reading Aid", chart_subtitle(chart, self.texts))
        look = {"width": width, "size": self.profile.sizes.chart}
        for part in parts_of(chart, self.texts.language, height=picture_height(width), **look):
            yield self._picture(part, draw(part, self.texts.language, **look))

    def _picture(self, chart: Chart, images: ChartImages) -> Any:
        holder = paragraph(self.docx, "Review Chart", "")
        inline = self.docx.part.new_pic_inline(BytesIO(images.png), Mm(images.width), Mm(images.height))
        inline.docPr.set("descr", chart.alt)
        inline.docPr.set("name", chart.id)
        run = holder.add_r()
        run.add_drawing(inline)
        return holder

    def _chart_grid(self, grid: ChartGrid) -> Any:
        """Set small charts two (on a wide page three) a row, in a table without lines."""
        columns = min(grid_columns(self.width), len(grid.charts)) or 1
        width = self.width / columns
        rows = [grid.charts[at : at + columns] for at in range(0, len(grid.charts), columns)]
        element: Any = parse_xml(
            _table_xml([width] * columns, grid.caption, lined=False, body="".join("<w:tr/>" for _ in rows))
        )
        for holder, charts in zip(element.tr_lst, rows, strict=True):
            holder.append(parse_xml(f"<w:trPr {nsdecls('w')}><w:cantSplit/></w:trPr>"))
            for at in range(columns):
                holder.append(self._grid_cell(charts[at] if at < len(charts) else None, width))
        for row in element.tr_lst[:-1]:
            _let_break_below(row)
        return element

    def _grid_cell(self, chart: Chart | None, width: float) -> Any:
        cell = parse_xml(f"<w:tc {nsdecls('w')}>{_cell_properties(width)}</w:tc>")
        if chart is None:
            cell.append(paragraph(self.docx, "Review Chart", ""))
            return cell
        cell.append(paragraph(self.docx, "Review Small Caption", chart.caption))
        for element in self._chart_parts(chart, width - GRID_GAP):
            cell.append(element)
        return cell


def _let_break_below(row: Any) -> None:
    """Let a page end below a row of charts, whose styles would keep it with the next one."""
    for element in row.iter(qn("w:p")):
        ParagraphFormat(element).keep_with_next = False


def keep_with_next(element: Any) -> None:
    ParagraphFormat(element).keep_with_next = True


def paragraph(docx: Any, style: str, *lines: str) -> Any:
    """Build a paragraph in a style named as Word names it, each text on a line of its own."""
    xml = _paragraph_xml(docx.styles[style].style_id, "\n".join(lines))
    return parse_xml(xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1))


def _paragraph_xml(
    style_id: str,
    text: str,
    *,
    align: str = "",
    bold: bool = False,
    color: str = "",
    keep: bool = False,
    italic: bool = False,
) -> str:
    marks = "<w:b/>" * bold + "<w:i/>" * italic + (f'<w:color w:val="{color}"/>' if color else "")
    justification = f'<w:jc w:val="{align}"/>' if align else ""
    properties = f"<w:pStyle w:val={quoteattr(style_id)}/>" + "<w:keepNext/>" * keep + justification
    said = "<w:br/>".join(f'<w:t xml:space="preserve">{escape(line)}</w:t>' for line in text.split("\n"))
    run = f"<w:r><w:rPr>{marks}</w:rPr>{said}</w:r>" if text else ""
    return f"<w:p><w:pPr>{properties}</w:pPr>{run}</w:p>"


def _table(table: Table, width: float, size: float, style_id: str) -> Any:
    """Build a table as one text of XML: cell by cell through python-docx takes quadratic time."""
    widths = fit_columns(table, width, size)
    sides = sides_of(table)
    kept = is_kept_whole(table, widths, size)
    last = len(table.rows) - 1
    rows = [_head_row(table.columns, widths, style_id)]
    rows += [
        _row(row, sides, widths, style_id, keep=kept or at >= last - 1 or row.role == "group" or at == 0)
        for at, row in enumerate(table.rows)
    ]
    return parse_xml(_table_xml(widths, table.caption, lined=True, body="".join(rows)))


def _table_xml(widths: Iterable[float], caption: str, *, lined: bool, body: str) -> str:
    twips = [round(width * TWIPS) for width in widths]
    sides = ("top", "left", "bottom", "right", "insideH", "insideV")
    lines = "".join(f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>' for side in sides)
    grid = "".join(f'<w:gridCol w:w="{each}"/>' for each in twips)
    padding = round(CELL_PADDING * TWIPS) if lined else 0
    margins = "".join(f'<w:{side} w:w="{padding}" w:type="dxa"/>' for side in ("left", "right"))
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(twips)}" w:type="dxa"/><w:jc w:val="center"/>'
        + (f"<w:tblBorders>{lines}</w:tblBorders>" if lined else "")
        + f'<w:tblLayout w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        + f'<w:tblLook w:val="0020" w:firstRow="1"/><w:tblCaption w:val={quoteattr(caption)}/></w:tblPr>'
        + f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def _head_row(columns: tuple[Column, ...], widths: tuple[float, ...], style_id: str) -> str:
    cells = [
        f"<w:tc>{_cell_properties(width, fill=HEAD_FILL)}"
        f"{_paragraph_xml(style_id, column.label, align='center', bold=True, keep=True)}</w:tc>"
        for column, width in zip(columns, widths, strict=True)
    ]
    return f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{''.join(cells)}</w:tr>"


def _row(row: Row, sides: tuple[str, ...], widths: tuple[float, ...], style_id: str, *, keep: bool) -> str:
    if row.role == "group":
        text = _paragraph_xml(style_id, row.cells[0].text, bold=True, italic=True, keep=True)
        cells = f"<w:tc>{_cell_properties(sum(widths), span=len(widths), fill=GROUP_FILL)}{text}</w:tc>"
    else:
        triples = zip(row.cells, sides, widths, strict=True)
        cells = "".join(_cell(*triple, style_id, bold=row.role == "total", keep=keep) for triple in triples)
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"


def _cell(cell: Cell, side: str, width: float, style_id: str, *, bold: bool, keep: bool) -> str:
    fill, ink = SHADES[cell.shade] if cell.shade is not None else ("", "")
    text = _paragraph_xml(style_id, cell.text, align=side, bold=bold, color=ink, keep=keep)
    return f"<w:tc>{_cell_properties(width, fill=fill)}{text}</w:tc>"


def _cell_properties(width: float, *, span: int = 1, fill: str = "") -> str:
    return (
        f'<w:tcPr><w:tcW w:w="{round(width * TWIPS)}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else "")
        + '<w:vAlign w:val="center"/></w:tcPr>'
    )
