"""What a correction changed: the cells of a return against those of the revision that counted before it."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True)
class Change:
    """One cell that differs; `before` or `after` is None where there was or is nothing."""

    sheet_key: str  # of the return layout: progress, measures, evidence, shortcomings, statements
    sheet: str  # name in the newer file
    cell: str | None  # address in the newer file; None for a line that is gone
    subject: str  # code of the task or indicator, or the number of the line
    column: str  # key of the column in the layout
    before: str | Decimal | date | int | None
    after: str | Decimal | date | int | None
