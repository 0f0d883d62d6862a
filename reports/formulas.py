"""Keeps the results of formulas when a workbook is written again: openpyxl drops them, and a return needs them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import load_workbook
from openpyxl.cell.cell import ERROR_CODES
from openpyxl.utils.datetime import to_excel
from openpyxl.workbook import Workbook

from reports.patch import Template, pack, read_template
from reports.sheet_style import clean_text

Result = str | int | float | bool | date | datetime | time | timedelta
Results = dict[str, dict[str, Result]]  # sheet → address → what the formula came to

_FORMULA_CELL = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"((?: s="[0-9]+")?)(?: t="[a-z]+")?>'
    rb"(<f(?:\s[^>]*)?(?:/>|>.*?</f>))<v ?/?>(?:</v>)?</c>",
    re.DOTALL,
)


def find_results(path: Path, book: Workbook) -> Results:
    """Give what the formulas of a workbook came to when it was last saved by a program that reckons."""
    places = {
        page.title: [cell.coordinate for cell in page._cells.values() if cell.data_type == "f"]
        for page in book.worksheets
    }
    if not any(places.values()):
        return {}
    with path.open("rb") as file:
        reckoned = load_workbook(file, data_only=True)
    return {
        sheet: {place: value for place in several if (value := reckoned[sheet][place].value) is not None}
        for sheet, several in places.items()
    }


def put_results(workbook: bytes, results: Results) -> bytes:
    """Write the results into a workbook that openpyxl has saved."""
    if not any(results.values()):
        return workbook
    template: Template = read_template(workbook)
    parts = dict(template.parts)
    for sheet, values in results.items():
        if values and (part := template.sheets.get(sheet)):
            parts[part] = _put(parts[part], values)
    return pack(parts)


def _put(content: bytes, values: Mapping[str, Result]) -> bytes:
    def replace(found: re.Match[bytes]) -> bytes:
        value = values.get(found[1].decode())
        if value is None:
            return found[0]
        kind, written = _written(value)
        head = b'<c r="' + found[1] + b'"' + found[2] + kind + b">"
        return head + found[3] + b"<v>" + escape(clean_text(written)).encode() + b"</v></c>"

    return _FORMULA_CELL.sub(replace, content)


def _written(value: Result) -> tuple[bytes, str]:
    """Give the type mark and the text of a result."""
    if isinstance(value, bool):
        return b' t="b"', str(int(value))
    if isinstance(value, str):
        return (b' t="e"' if value in ERROR_CODES else b' t="str"'), value
    is_moment = isinstance(value, date | time | timedelta)
    return b"", str(to_excel(value)) if is_moment else repr(value)  # type: ignore[no-untyped-call]
