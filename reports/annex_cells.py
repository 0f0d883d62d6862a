"""Cells of the annex workbook: a number as it is, in the format that shows it as it is printed."""

import re
from datetime import date
from typing import Any

from openpyxl.worksheet.worksheet import Worksheet

from reports.annex_charts import put_text
from reports.content import Cell

SIGNS = ("+", "−")  # of a change
_AFTER = re.compile(r"^[-+−]?\d[\d.,]*")
_DECIMALS = {"vi": re.compile(r"\d,(\d+)"), "en": re.compile(r"\d\.(\d+)")}


def put_cell(page: Worksheet, row: int, column: int, content: Cell, language: str) -> Any:
    if content.value is None:
        return put_text(page, row, column, content.text)
    cell = page.cell(row, column, content.value)
    cell.number_format = number_format(content, language)
    return cell


def number_format(cell: Cell, language: str) -> str:
    """Give the Excel format that shows a value as it is printed: its decimals, and what follows it, such as a star."""
    if isinstance(cell.value, date):
        return "dd/mm/yyyy"
    match = _DECIMALS[language].search(cell.text)
    decimals = "." + "0" * len(match[1]) if match else ""
    after = _AFTER.sub("", cell.text).replace('"', "")
    form = f"#,##0{decimals}" + (f'"{after}"' if after else "")
    return f"+{form};−{form};{form}" if cell.text[:1] in SIGNS else form
