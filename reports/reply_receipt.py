"""The receipt: the sheet of results alone, made from a template of its shape, because every file gets one."""

import io
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

from reports.patch import Template, patch_cells, read_template, settle
from reports.reply_facts import ChangeLine, Fact, Line, Result
from reports.reply_sheet import write_result_sheet
from reports.sheet_style import new_workbook

MOST_LINES = 30  # of findings and changes; a longer list is seldom twice of one shape


def receipt_bytes(result: Result) -> bytes:
    """Give the workbook; receipts of one shape differ in their texts only, and equal ones in no byte."""
    if len(result.lines) + len(result.changes) > MOST_LINES:
        return patch_cells(_build(result), {})
    shape, texts = _take_texts(result)
    return patch_cells(_template(shape), {}, texts)


@lru_cache(maxsize=256)
def _template(shape: Result) -> Template:
    return _build(shape)


def _build(result: Result) -> Template:
    book, whole = new_workbook(), io.BytesIO()
    write_result_sheet(book, result)
    book.save(whole)
    return settle(read_template(whole.getvalue()))


def _take_texts(result: Result) -> tuple[Result, dict[str, str]]:
    """Give the shape of a result, with a mark in place of each text that differs, and those texts."""
    texts: dict[str, str] = {}

    def mark(text: str) -> str:
        name = f"text{len(texts)}"
        texts[name] = text
        return f"@@{name}@@"

    unit, number, file = result.header
    shape = replace(
        result,
        sentence=mark(result.sentence),
        facts=tuple(Fact(fact.name, mark(fact.text), fact.height) for fact in result.facts),
        lines=tuple(_take_line(line, mark) for line in result.lines),
        header=(mark(unit), mark(number), mark(file)),
        changed=result.changed and mark(result.changed),
        changes=tuple(_take_change(line, mark) for line in result.changes),
    )
    return shape, texts


def _take_line(line: Line, mark: Callable[[str], str]) -> Line:
    return Line(
        line.severity, mark(line.sheet), mark(line.cell), mark(line.value), mark(line.said), line.height, line.link
    )


def _take_change(line: ChangeLine, mark: Callable[[str], str]) -> ChangeLine:
    return ChangeLine(
        mark(line.subject),
        mark(line.sheet),
        mark(line.cell),
        mark(line.column),
        mark(line.said),
        line.height,
        line.link,
    )
