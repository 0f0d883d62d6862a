"""A table as a .csv file that no spreadsheet takes for formulas."""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from babel.numbers import get_decimal_symbol

from reports.export import Sheet, label, plain
from reports.sheet_style import clean_text
from schemas.texts import Texts

DELIMITERS = {".": ",", ",": ";"}  # between columns, by the decimal mark: as Excel reads it in that language
LIKE_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BREAKS = ("\t", "\r", "\n")


def csv_file(sheet: Sheet, texts: Texts) -> bytes:
    """UTF-8 with a mark at its head, by which Excel knows it; RFC 4180 in English, with `;` and 1,5 in Vietnamese."""
    text, mark = StringIO(newline=""), get_decimal_symbol(texts.language)
    writer = csv.writer(text, delimiter=DELIMITERS[mark])
    writer.writerow(_harmless(label(column, texts), mark) for column in sheet.columns)
    for row in sheet.rows:
        writer.writerow(_harmless(plain(row.get(column), texts), mark) for column in sheet.columns)
    return text.getvalue().encode("utf-8-sig", "replace")


def _harmless(value: Any, mark: str) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run; a number keeps its digits, a day is ISO 8601."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f").replace(".", mark)
    if isinstance(value, date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    return f"'{text}" if text.startswith(BREAKS) or text.lstrip().startswith(LIKE_FORMULAS) else text
