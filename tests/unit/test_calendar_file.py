"""Calendar files, read back by rules taken from RFC 5545 and written down here anew."""

import re
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from reminders.calendar_file import DueEvent, write_calendar

AT = datetime(2026, 11, 23, 1, 2, 3, tzinfo=UTC)
HOSTILE = 'Chi bộ "A"; B, C\\n\nEND:VCALENDAR\r\nATTENDEE:mailto:x@example.invalid 🏢' + "ấ" * 120


def _read(data: bytes) -> list[tuple[str, str]]:
    """Unfold and split content lines as a calendar program does; fails on any line that breaks a rule."""
    assert data.endswith(b"\r\n")
    raw = data[:-2].split(b"\r\n")
    assert not [line for line in raw if len(line) > 75 or b"\n" in line or b"\r" in line or not line]
    for line in raw:
        line.decode("utf-8")  # no letter is cut in two
    lines = b"\r\n".join(raw).replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    found = []
    for line in lines:
        match = re.fullmatch(r"([A-Z-]+)((?:;[A-Z-]+=[^;:,\"]+)*):(.*)", line)
        assert match, line
        assert all(ord(letter) >= 32 for letter in match[3])
        found.append((match[1] + match[2], match[3]))
    return found


def _text(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value.replace("\\,", "").replace("\\;", "")), value
    return re.sub(r"\\(.)", lambda match: "\n" if match[1] in "nN" else match[1], value)


def _events(found: list[tuple[str, str]]) -> list[dict[str, str]]:
    """Give the events; every component ends where it should."""
    events: list[dict[str, str]] = []
    open_ones: list[str] = []
    for name, value in found:
        if name == "BEGIN":
            open_ones.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert open_ones.pop() == value
        elif open_ones == ["VCALENDAR", "VEVENT"]:
            assert name not in events[-1]
            events[-1][name] = value
    assert open_ones == []
    return events


def test_a_due_date_is_a_whole_day_with_an_alarm_before_it() -> None:
    data = write_calendar([DueEvent("return-7@dondoc", date(2026, 12, 31), "Hạn gửi báo cáo", "Đơn vị mẫu")], AT)
    found = _read(data)
    assert found[:2] == [("BEGIN", "VCALENDAR"), ("VERSION", "2.0")]
    assert {"PRODID", "METHOD"} <= {name for name, _ in found}
    (event,) = _events(found)
    assert (event["DTSTART;VALUE=DATE"], event["DTEND;VALUE=DATE"]) == ("20261231", "20270101")
    assert (event["UID"], event["DTSTAMP"], event["SUMMARY"]) == (
        "return-7@dondoc",
        "20261123T010203Z",
        "Hạn gửi báo cáo",
    )
    assert [name for name, value in found if value == "VALARM"] == ["BEGIN", "END"]


def test_a_later_date_is_the_same_event_with_a_higher_sequence() -> None:
    first, second = (
        _events(_read(write_calendar([DueEvent("u@dondoc", due, "x", "y")], AT)))[0]
        for due in (date(2026, 11, 30), date(2026, 12, 4))
    )
    assert first["UID"] == second["UID"]
    assert int(first["SEQUENCE"]) < int(second["SEQUENCE"])


def test_a_hostile_name_stays_a_text() -> None:
    (event,) = _events(_read(write_calendar([DueEvent("u@dondoc", date(2026, 11, 30), HOSTILE, HOSTILE)], AT)))
    assert _text(event["SUMMARY"]) == HOSTILE.replace("\r", "")
    assert "ATTENDEE" not in event


@given(st.lists(st.text(st.characters(exclude_categories=["C"]), max_size=200), max_size=3))
def test_what_is_written_is_read_again(texts: list[str]) -> None:
    events = [DueEvent(f"{number}@dondoc", date(2026, 1, 1), text, text) for number, text in enumerate(texts)]
    assert [_text(event["SUMMARY"]) for event in _events(_read(write_calendar(events, AT)))] == texts
