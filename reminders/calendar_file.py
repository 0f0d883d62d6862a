"""Due dates as a calendar file (.ics, RFC 5545), so that they stand in the calendar of whoever owes a return."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

LONGEST_LINE = 75  # bytes, without the line's end
ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,", "\n": "\\n"})


@dataclass(frozen=True)
class DueEvent:
    """A day by which something is due; `uid` stays the same when the day moves."""

    uid: str
    due: date
    summary: str
    description: str


def write_calendar(events: Iterable[DueEvent], written_at: datetime) -> bytes:
    """Give a calendar file with one whole-day event for each due date, and an alarm on the morning before."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//dondoc//reminders//VI", "CALSCALE:GREGORIAN",
             "METHOD:PUBLISH"]  # fmt: skip
    for event in events:
        lines += _event(event, written_at)
    lines.append("END:VCALENDAR")
    return b"".join(_folded(line) for line in lines)


def _event(event: DueEvent, written_at: datetime) -> list[str]:
    summary = _escaped(event.summary)
    return [
        "BEGIN:VEVENT",
        f"UID:{event.uid}",
        f"DTSTAMP:{written_at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"SEQUENCE:{event.due.toordinal()}",  # an extension makes it later, so that the newer file wins
        f"DTSTART;VALUE=DATE:{event.due:%Y%m%d}",
        f"DTEND;VALUE=DATE:{event.due + timedelta(days=1):%Y%m%d}",
        f"SUMMARY:{summary}",
        f"DESCRIPTION:{_escaped(event.description)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-PT16H",  # at eight on the day before
        f"DESCRIPTION:{summary}",
        "END:VALARM",
        "END:VEVENT",
    ]


def _escaped(text: str) -> str:
    """Write a text as a value; what is no letter of a text, such as a bell, is left out."""
    clean = "".join(letter for letter in text if letter == "\n" or unicodedata.category(letter)[0] != "C")
    return clean.translate(ESCAPES)


def _folded(line: str) -> bytes:
    """End a line with CRLF; a longer one goes on after a blank, cut between letters and never inside one."""
    folded, room = bytearray(), LONGEST_LINE
    for letter in line:
        raw = letter.encode()
        if len(raw) > room:
            folded += b"\r\n "
            room = LONGEST_LINE - 1
        folded += raw
        room -= len(raw)
    return bytes(folded + b"\r\n")
