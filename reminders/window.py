"""When messages may leave: the office hours of working days. Pure."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from models.workdays import WorkCalendar

DAY_OFF, TOO_EARLY, TOO_LATE = "day-off", "too-early", "too-late"


@dataclass(frozen=True)
class SendWindow:
    """From `opens` to before `closes` on every working day; moments are in the office's own zone."""

    calendar: WorkCalendar
    opens: time
    closes: time

    def find_obstacle(self, moment: datetime) -> str | None:
        """Give why nothing may leave at a moment; None within the window."""
        if not self.calendar.is_working(moment.date()):
            return DAY_OFF
        if moment.time() < self.opens:
            return TOO_EARLY
        return None if moment.time() < self.closes else TOO_LATE

    def next_opening(self, moment: datetime) -> datetime:
        """Give when messages may leave again, for a moment at which they may not."""
        day = moment.date()
        if moment.time() >= self.opens or not self.calendar.is_working(day):
            day = self.calendar.add_working_days(day, 1)
        return datetime.combine(day, self.opens, tzinfo=moment.tzinfo)

    def moment_on(self, on: date, now: datetime) -> datetime:
        """Give the time at which to act for a day: now if it is today, else this hour brought into that day's window.

        Whoever acts for another day does so by hand, at whatever hour; the messages bear that day's date.
        """
        if on == now.date():
            return now
        last = (datetime.combine(on, self.closes) - timedelta(minutes=1)).time()
        return datetime.combine(on, min(max(now.time(), self.opens), last), tzinfo=now.tzinfo)
