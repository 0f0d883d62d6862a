"""Which sheets an annex workbook has by itself: all tables and charts of the document, all annex texts."""

from collections.abc import Iterator

from reports.content import AnnexSheet, Block, Chart, ChartGrid, Document, Heading, Paragraph, Table
from schemas.texts import load_texts


def blocks_of(document: Document) -> Iterator[Block]:
    """Give all blocks in order, those of the annexes after those of the text."""
    yield from document.blocks
    for annex in document.annexes:
        yield from (*annex.blocks, *annex.listed)


def annex_sheets(document: Document) -> tuple[AnnexSheet, ...]:
    """Give the sheets that follow from a document: its tables, its charts, then the texts of its annexes."""
    texts = load_texts(document.language)
    sheets = [_table_sheet(block.caption, block) for block in document.blocks if isinstance(block, Table)]
    for annex in document.annexes:
        blocks = (*annex.blocks, *annex.listed)
        sheets += [_table_sheet(annex.number_label, block) for block in blocks if isinstance(block, Table)]
    if charts := tuple(_charts_of(document)):
        sheets.append(AnnexSheet(texts("document.sheet.charts"), texts("document.sheet.charts_title"), charts=charts))
    for annex in document.annexes:
        if said := tuple(block.text for block in annex.blocks if isinstance(block, Heading | Paragraph)):
            sheets.append(AnnexSheet(annex.number_label, annex.title, texts=said))
    return tuple(sheets) or (_text_sheet(document),)


def _text_sheet(document: Document) -> AnnexSheet:
    """Give the sentences of a document that has nothing else: a workbook needs a sheet."""
    said = tuple(block.text for block in document.blocks if isinstance(block, Heading | Paragraph))
    return AnnexSheet(document.type_name, document.subject, texts=said)


def _table_sheet(name: str, table: Table) -> AnnexSheet:
    """Name a sheet by what stands before the full stop of a caption: `Bảng 1. …`."""
    return AnnexSheet(name.split(". ")[0], table.caption, table=table)


def _charts_of(document: Document) -> Iterator[Chart]:
    for block in blocks_of(document):
        if isinstance(block, Chart):
            yield block
        elif isinstance(block, ChartGrid):
            yield from block.charts
