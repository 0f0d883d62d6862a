"""The receipt: the sheet of results alone, made from a template of its shape, because every file gets one."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from reports.patch import Template, patch_cells, read_template
from reports.reply_sheet import Line, Result, write_result_sheet
from reports.sheet_style import new_workbook

MOST_LINES = 30  # of findings; a longer list is written as it is, not as a template
_TIME = re.compile(rb"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}Z")
_MADE = b"2000-01-01T00:00:00Z"
_CUSTOM_HEIGHT = re.compile(rb'(<row [^>]*?) customHeight="1"')


def receipt_bytes(result: Result) -> bytes:
    """Give the workbook; receipts of one shape differ in their texts only."""
    if len(result.lines) > MOST_LINES:
        return patch_cells(_build(result), {})
    shape, tokens = _take_texts(result)
    return patch_cells(_template(shape), {}, tokens)


def _take_texts(result: Result) -> tuple[Result, dict[str, str]]:
    """Give the shape of a result, with a mark in place of each text that differs, and those texts."""
    unit, number, file = result.header
    tokens = {"sentence": result.sentence, "head_unit": unit, "head_number": number, "head_file": file}
    tokens |= {f"fact_{name}": text for name, text in result.facts}
    lines = []
    for at, line in enumerate(result.lines):
        texts = dict(_texts_of(at, line))
        tokens |= texts
        lines.append(Line(line.severity, *(f"@@{name}@@" for name in texts)))
    shape = replace(
        result,
        sentence="@@sentence@@",
        # As long as the text, in steps of a line: the height of the row comes from it.
        facts=tuple((name, _mark_of(f"fact_{name}", text)) for name, text in result.facts),
        lines=tuple(lines),
        header=("@@head_unit@@", "@@head_number@@", "@@head_file@@"),
    )
    return shape, tokens


def _texts_of(at: int, line: Line) -> Iterator[tuple[str, str]]:
    for name in ("sheet", "cell", "value", "said"):
        yield f"line{at}_{name}", getattr(line, name)
'''
