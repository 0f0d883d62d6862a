"""Writes a document as PDF, the reading copy: typst, our own fonts only, the content as data, never as markup."""

import json
from pathlib import Path
from typing import Any

import typst

from reports.charts import FONTS_DIR, draw_svg, parts_of, picture_height
from reports.content import (
    Annex,
    Block,
    Chart,
    ChartGrid,
    Document,
    Heading,
    Paragraph,
    Table,
    chart_subtitle,
    draft_mark,
    page_mark,
    signature_line,
)
from reports.profile import Profile, read_profile
from reports.widths import GRID_GAP, fit_columns, grid_columns, height_of_top, is_kept_whole, sides_of
from schemas.texts import Texts, load_texts

LAYOUT = Path(__file__).resolve().parent / "review.typ"
STANDARDS: Any = ["ua-1", "a-2a"]
FIXED_TIME = 946_684_800  # seconds since 1970: 1 January 2000, so that no clock is in the file


def write_pdf(document: Document, path: Path) -> None:
    """Write the document as a tagged PDF that can be read aloud and kept for good (PDF/UA-1, PDF/A-2a).

    The same content gives the same bytes on every machine. Where a unit wrote a letter that no font of ours has, the
    document is written all the same, and claims no standard: they forbid a letter that is not shown.
    """
    look = {"format": "pdf", "timestamp": FIXED_TIME, **_source(document)}
    try:
        content = typst.compile(LAYOUT, pdf_standards=STANDARDS, **look)
    except typst.TypstError:
        content = typst.compile(LAYOUT, **look)
    path.write_bytes(content)


def heading_pages(document: Document) -> list[int]:
    """Give the page of each entry of the table of contents, in its order, as the PDF has them."""
    found = typst.query(LAYOUT, "<heading-pages>", field="value", one=True, **_source(document))
    return list(json.loads(found))


def _source(document: Document) -> dict[str, Any]:
    return {
        "font_paths": [str(FONTS_DIR)],
        "ignore_system_fonts": True,
        "sys_inputs": {"document": json.dumps(_content(document), ensure_ascii=False)},
    }


def _content(document: Document) -> dict[str, Any]:
    """Give the document as the layout takes it: plain data, with column widths and drawn charts."""
    profile, texts = read_profile(document.profile), load_texts(document.language)
    return {
        "language": document.language,
        "form": _form(profile),
        "title": f"{document.type_name} {document.subject}",
        "heading_title": texts(f"document.{profile.heading}.title"),
        "motto": texts(f"document.{profile.heading}.motto"),
        "superior": document.superior,
        "issuer": document.issuer,
        "symbol_line": document.symbol_line,
        "place_and_date": document.place_and_date,
        "draft": draft_mark(document, texts),
        "banner": document.banner or "",
        "page_mark": page_mark(document, texts),
        "type_name": document.type_name,
        "subject": document.subject,
        "as_at_line": document.as_at_line,
        "addressee": document.addressee,
        "contents": texts("document.contents") if document.contents else "",
        "blocks": [_block(block, profile, texts, profile.page.text_width) for block in document.blocks],
        "recipients_heading": texts("document.recipients"),
        "recipients": document.recipients,
        "signature_line": signature_line(document.signature),
        "signature_post": document.signature.post,
        "annex_reference": document.annex_reference,
        "annexes": [_annex(annex, profile, texts) for annex in document.annexes],
    }


def _form(profile: Profile) -> dict[str, Any]:
    parts = {"page": profile.page, "sizes": profile.sizes, "text": profile.text, "marks": profile.marks}
    return {name: vars(part) for name, part in parts.items()}


def _annex(annex: Annex, profile: Profile, texts: Texts) -> dict[str, Any]:
    width = profile.page.landscape_width if annex.landscape else profile.page.text_width
    return {
        "number": annex.number_label,
        "title": annex.title,
        "landscape": annex.landscape,
        "blocks": [_block(block, profile, texts, width) for block in annex.blocks],
    }


def _block(block: Block, profile: Profile, texts: Texts, width: float) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": block.text}
        case Paragraph():
            return {"kind": block.role, "text": block.text}
        case Table():
            return _table(block, width, profile.sizes.table)
        case Chart():
            return {"kind": "chart", **_chart(block, profile, texts, width)}
        case ChartGrid():
            return _grid(block, profile, texts, width)


def _table(table: Table, width: float, size: float) -> dict[str, Any]:
    widths = fit_columns(table, width, size)
    return {
        "kind": "table",
        "caption": table.caption,
        "measure_note": table.measure_note,
        "source": table.source,
        "widths": widths,
        "whole": is_kept_whole(table, widths, size),
        "top": height_of_top(table, widths, size),
        "columns": [
            {"label": column.label, "side": side} for column, side in zip(table.columns, sides_of(table), strict=True)
        ],
        "rows": [
            {"role": row.role, "cells": [{"text": cell.text, "shade": cell.shade} for cell in row.cells]}
            for row in table.rows
        ],
    }


def _grid(grid: ChartGrid, profile: Profile, texts: Texts, width: float) -> dict[str, Any]:
    columns = min(grid_columns(width), len(grid.charts)) or 1
    room = width / columns - GRID_GAP
    return {
        "kind": "grid",
        "caption": grid.caption,
        "source": grid.source,
        "columns": columns,
        "charts": [_chart(chart, profile, texts, room) for chart in grid.charts],
    }


def _chart(chart: Chart, profile: Profile, texts: Texts, width: float) -> dict[str, Any]:
    size = profile.sizes.chart
    return {
        "caption": chart.caption,
        "subtitle": chart_subtitle(chart, texts),
        "source": chart.source,
        "pictures": [
            {"svg": draw_svg(part, texts.language, width=width, size=size).svg(), "alt": part.alt}
            for part in parts_of(chart, texts.language, width=width, height=picture_height(width), size=size)
        ],
    }
