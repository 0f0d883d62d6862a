"""Working days of Viet Nam, with what was decreed beside; no table is needed for them."""

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import holidays


@dataclass(frozen=True)
class WorkCalendar:
    """Working days of Viet Nam; `overlay` holds decreed days, true for working, and wins."""

    overlay: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        if day in self.overlay:
            return self.overlay[day]
        return _national(day.year).is_working_day(day)

    def add_working_days(self, start: date, count: int) -> date:
        """Give the count-th working day after start (before it, where count is negative)."""
        step = timedelta(days=1 if count > 0 else -1)
        day = start
        for _ in range(abs(count)):
            day += step
            while not self.is_working(day):
                day += step
        return day

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after start up to and including end; 0 where end is not later."""
        if end <= start:
            return 0
        decreed = ((day, works) for day, works in self.overlay.items() if start < day <= end)
        moved = sum(works - _national(day.year).is_working_day(day) for day, works in decreed)
        whole = sum(len(_working_days(year)) for year in range(start.year, end.year))
        return whole + _worked_by(end) - _worked_by(start) + moved


@cache
def _national(year: int) -> "holidays.HolidayBase":
    # Neighbouring years too: a swapped day can fall on the other side of New Year's Eve.
    return _vietnam()(years=range(year - 1, year + 2), language="vi")


@cache
def _vietnam() -> "type[holidays.HolidayBase]":
    """Load one country; by its name the library loads all 250 first, a tenth of what a question takes."""
    import holidays  # a tenth of a command's start, and most ask for no day

    path = Path(holidays.__file__).parent / "countries" / "vietnam.py"
    spec = spec_from_file_location("holidays_of_vietnam", path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    country: type[holidays.HolidayBase] = module.Vietnam
    return country


@cache
def _working_days(year: int) -> list[date]:
    days = (date(year, 1, 1) + timedelta(days=n) for n in range(366))
    return [day for day in days if day.year == year and _national(year).is_working_day(day)]


def _worked_by(day: date) -> int:
    """Count the working days of the year up to and including a day."""
    return bisect_right(_working_days(day.year), day)
