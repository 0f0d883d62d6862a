"""A table as a .csv file that no spreadsheet takes for formulas."""

import csv
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

from reports.export import Sheet, label, plain
from reports.sheet_style import clean_text
from schemas.texts import Texts

LIKE_FORMULAS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
BREAKS = ("\t", "\r", "\n")


def csv_file(sheet: Sheet, texts: Texts) -> bytes:
    """UTF-8 with a mark at its head, by which Excel knows it; decimals with a point, days as ISO 8601."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(_harmless(label(column, texts)) for column in sheet.columns)
    for row in sheet.rows:
        writer.writerow(_harmless(plain(row.get(column), texts)) for column in sheet.columns)
    return text.getvalue().encode("utf-8-sig", "replace")


def _harmless(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run; a number is left as it is."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat(" ") if isinstance(value, datetime) else value.isoformat()
    if not isinstance(value, str):
        return value
    text = clean_text(value)
    return f"'{text}" if text.startswith(BREAKS) or text.lstrip().startswith(LIKE_FORMULAS) else text
