"""When a clause is to be done: a due date where there is a whole one, the words that speak of time, a yearly day."""

import re
from datetime import date

from intake.drafting.citations import blank_mentions
from intake.drafting.dates import DATE, to_date
from intake.drafting.folds import fold_in_place
from intake.drafting.rules import load_rules

_EVERY_YEAR = re.compile(
    r"(?:ngày\s+)?(?P<d>\d{1,2})\s*(?:[/.-]\s*|tháng\s+)(?P<m>\d{1,2})(?!\s*[/.-]?\s*\d)\s+(?:hằng|hàng|mỗi)\s+năm"
)
_SPAN = re.compile(r"\A(?:từ|from)\b.*\s(?:đến|to|until)\s")
_LEAP_YEAR = 2024


def find_due(text: str) -> date | None:
    """Give the day by which something must be done; None unless day, month and year are there and mean that."""
    blanked = fold_in_place(blank_mentions(text))
    due = load_rules().due
    dates = (to_date(found) for found in DATE.finditer(blanked) if due.search(blanked[: found.start()]))
    return next((day for day in dates if day), None)


def read_deadline(cell: str) -> date | None:
    """Give the date in a table's column of deadlines, where it is a whole one; of "từ … đến …" the end."""
    days = [day for found in DATE.finditer(cell) if (day := to_date(found))]
    return days[-1 if _SPAN.search(fold_in_place(cell)) else 0] if days else None


def find_time_expression(text: str) -> str | None:
    """Give the first words that say when or how often, verbatim; dates of cited documents do not count."""
    blanked = fold_in_place(blank_mentions(text))
    first = load_rules().any_time.search(blanked)  # of most clauses that is all: one look in the place of thirty
    if not first:
        return None
    found = (pattern.match(blanked, first.start()) for pattern in load_rules().times)
    return text[first.start() : max(match.end() for match in found if match)]


def find_recurrence(text: str) -> str | None:
    """Give the day and month of "trước ngày 15/12 hằng năm" as 15/12."""
    found = _EVERY_YEAR.search(fold_in_place(blank_mentions(text)))
    if not found:
        return None
    try:
        date(_LEAP_YEAR, int(found["m"]), int(found["d"]))
    except ValueError:
        return None
    return f"{int(found['d']):02}/{int(found['m']):02}"
