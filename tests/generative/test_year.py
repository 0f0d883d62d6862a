"""A simulated year over the sample's units, each day checked by a model that counts with a finger on the calendar."""

import csv
import random
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from factories import add, make_directive, make_period, make_unit
from sqlalchemy import Engine
from sqlmodel import Session, select

from models.queries import notices as record
from models.returns import Extension, Return
from models.states import ReturnState
from models.store import open_engine, reading, writing
from models.tables import metadata
from models.unit import Contact, UnitSpan
from models.workdays import WorkCalendar
from reminders.digest import Composer
from reminders.dispatch import Sender, send_waiting
from reminders.due import load_ladder
from reminders.message import Fate, Message, Outcome
from reminders.outgoing import Day
from reminders.plan import prepare
from reminders.recipients import make_directory
from reminders.window import SendWindow
from schemas.texts import load_texts

UNITS_FILE = Path(__file__).parents[2] / "sample" / "data" / "units.csv"
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START, END = date(2021, 5, 1), date(2022, 4, 30)
DAYS = [START + timedelta(days=number) for number in range((END - START).days + 1)]
TET = {date(2022, 1, 31) + timedelta(days=number) for number in range(5)} | {date(2021, 9, 2), date(2021, 9, 3)}
WORKED = {date(2022, 2, 12)}  # a Saturday in exchange for a day of Tết
DUES = {"2021-6T": date(2021, 6, 25), "2021-9T": date(2021, 9, 23), "2021-N": date(2022, 1, 26)}
# The ladder once more, as its table in the design says it.
RUNGS = {"T-14": (-14, "u"), "T-3": (-3, "u"), "T+1": (1, "u"), "T+7": (7, "us"), "T+14": (14, "o")}
OPEN = (ReturnState.OWED, ReturnState.REJECTED)
WANTED = {ReturnState.RECEIVED: 0.01, ReturnState.ACCEPTED: 0.025, ReturnState.REJECTED: 0.035,
          ReturnState.EXCUSED: 0.037}  # fmt: skip
FATES = {  # what may become of a return on a day, each below its share of chance
    ReturnState.OWED: WANTED,
    ReturnState.REJECTED: WANTED,
    ReturnState.RECEIVED: {ReturnState.ACCEPTED: 0.05, ReturnState.REJECTED: 0.1},
    ReturnState.ACCEPTED: {ReturnState.REJECTED: 0.004},  # a correction that came and was refused
}


def _works(day: date) -> bool:
    return day in WORKED or (day.weekday() < 5 and day not in TET)


CALENDAR = WorkCalendar({day: _works(day) for day in (START + timedelta(days=n) for n in range(-60, 800))})
WINDOW = SendWindow(CALENDAR, time(7, 30), time(17))


@dataclass
class Owed:
    """A return as the model knows it."""

    id: int
    unit: str
    due: date
    state: ReturnState = ReturnState.OWED
    told: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))  # audiences by rung


class Year:
    """One office, its units as in the sample, and a clerk who keeps the same books by hand."""

    def __init__(self, engine: Engine, seed: int, folder: Path) -> None:
        self.engine, self.dice, self.folder = engine, random.Random(seed), folder
        self.parents: dict[str, str | None] = {}
        self.ids: dict[str, int] = {}
        self.owed: dict[int, Owed] = {}
        self.without: set[str] = set()
        self.messages: dict[tuple[str, date], int] = defaultdict(int)
        self.sent = 0
        with writing(engine) as session:
            self._settle_units(session)
            self._open_periods(session)

    def _settle_units(self, session: Session) -> None:
        made = {}
        for row in csv.DictReader(UNITS_FILE.read_text("utf-8").splitlines()):
            code, above = row["code"], row["parent_at_start"] or None
            if (above is not None and above not in made) or (code[0] == "D" and code > "D03"):
                continue
            made[code] = make_unit(session, code, parent=made[above] if above else None)
            self.parents[code], self.ids[code] = above, made[code].id or 0
        self.without = set(self.dice.sample([code for code in made if code[0] == "C"], 3))
        for code in made.keys() - self.without:
            add(session, Contact(unit_id=self.ids[code], address=self.address(code)))

    def _open_periods(self, session: Session) -> None:
        directive = make_directive(session)
        for code, due in DUES.items():
            period = make_period(session, directive, code)
            for unit, number in self.ids.items():
                if unit[0] in "DC":
                    made = add(session, Return(directive_id=directive.id or 0, unit_id=number, period_id=period.id or 0,
                                               kind="own", due=due))  # fmt: skip
                    self.owed[made.id or 0] = Owed(made.id or 0, unit, due)

    def address(self, code: str) -> str:
        return f"{code.lower()}@example.invalid"

    def happen(self, day: date) -> None:
        """Let files come, be refused and be corrected; due dates be moved, returns be excused, a unit be moved."""
        for one in self.owed.values():
            if not -20 <= (day - one.due).days <= 40:
                continue
            chance = self.dice.random()
            fates = FATES.get(one.state, {})
            after = next((state for state, below in fates.items() if chance < below), None)
            if after is not None:
                self._move(one, after)
            elif one.state in OPEN and chance > 0.975:
                self._extend(one, max(day, one.due) + timedelta(days=self.dice.randint(1, 40)))
        if day == date(2021, 10, 1):
            self._move_unit(day)

    def _move(self, one: Owed, state: ReturnState) -> None:
        with writing(self.engine) as session:
            session.get_one(Return, one.id).state = one.state = state

    def _extend(self, one: Owed, until: date) -> None:
        with writing(self.engine) as session:
            at = datetime.combine(until, time(12), ZONE)
            add(session, Extension(return_id=one.id, until=until, reason="x", granted_by="y", recorded_at=at))
        one.due = until

    def _move_unit(self, day: date) -> None:
        code = next(unit for unit, above in self.parents.items() if above == "D01")
        self.parents[code] = "D02"
        with writing(self.engine) as session:
            (span,) = session.exec(select(UnitSpan).where(UnitSpan.unit_id == self.ids[code]))
            span.valid_to = day - timedelta(days=1)
            add(session, UnitSpan(unit_id=self.ids[code], name=code, kind="x", parent_id=self.ids["D02"],
                                  valid_from=day))  # fmt: skip

    def run(self, day: date, hour: int, *, is_down: bool, cap: int) -> None:
        """Plan and send as a run of that hour does, and check every message and every silence."""
        now = datetime.combine(day, time(hour), ZONE)
        with reading(self.engine) as session:
            spans, contacts = record.find_spans_by(session, day), record.find_contacts(session, day, ["mail"])
        composer = Composer(load_texts("vi"), make_directory(spans, contacts), CALENDAR, self.folder)
        today = Day(day, now, load_ladder(), composer, WINDOW.find_obstacle(now), keep=lambda _path, _data: None)
        with writing(self.engine) as session:
            prepare(session, today, cap=cap)
        had = {address for (address, on), count in self.messages.items() if on == day and count}
        went: list[Message] = []

        def deliver(message: Message) -> Outcome:
            went.append(message)
            return Outcome(Fate.RETRY, "unreachable", "down") if is_down else Outcome(Fate.SENT)

        handled = []
        if not today.waits:
            sender = Sender(deliver, lambda: now, "me", self.folder, batch=50)
            handled = list(send_waiting(self.engine, today, sender, cap=cap))
        if is_down or not _works(day) or not 8 <= hour < 17:
            assert is_down or went == []
            return
        for one in handled:
            if one.bundle and one.attempt_id:
                self._hear(
                    day, one.digest.recipient, [(entry.owed.id, entry.rung.name) for entry in one.bundle.entries]
                )
        late = {
            one.digest.recipient for one in handled if one.digest.day < day
        }  # who hears at last what waited for days
        if len(handled) < cap:
            self._miss_nothing(day, had | late)

    def _hear(self, day: date, address: str, entries: list[tuple[int, str]]) -> None:
        self.messages[address, day] += 1
        assert self.messages[address, day] == 1, "two messages on one day"
        self.sent += 1
        for return_id, rung in entries:
            one = self.owed[return_id]
            assert one.state in OPEN, "a message about a return that has come in"
            assert rung in self.reached(one, day)
            audiences = {name for name in "uso" if self.who(one.unit, name) == address}
            assert audiences, "told somebody whom it does not concern"
            assert not audiences <= one.told[rung], "told twice"
            one.told[rung] |= audiences

    def _miss_nothing(self, day: date, had: set[str]) -> None:
        for one in self.owed.values():
            rung = self.highest(one, day)
            if one.state not in OPEN or rung is None:
                continue
            wanted = set(RUNGS[rung][1])
            if "u" in wanted and one.unit in self.without:
                wanted = {"s", "o"}
            missing = wanted - one.told[rung]
            assert not {name for name in missing if self.who(one.unit, name) not in had}, (day, one, rung)

    def highest(self, one: Owed, day: date) -> str | None:
        return next(reversed(self.reached(one, day)), None)

    def reached(self, one: Owed, day: date) -> list[str]:
        """Count as a clerk would: days before the due date, working days after it."""
        worked, at = 0, one.due
        while at < day:
            at += timedelta(days=1)
            worked += _works(at)
        ahead = (one.due - day).days
        return [name for name, (days, _) in RUNGS.items() if (worked >= days if days > 0 else ahead <= -days)]

    def who(self, unit: str, audience: str) -> str | None:
        if audience == "u":
            return None if unit in self.without else self.address(unit)
        above = self.parents[unit] if audience == "s" else "K00"
        return self.address(above) if above else None


@pytest.fixture
def empty() -> Engine:
    engine = open_engine("sqlite://")
    metadata.create_all(engine)
    return engine


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_a_year_of_reminders_tells_everyone_what_is_due_once_and_nothing_else(
    seed: int, empty: Engine, tmp_path: Path
) -> None:
    year = Year(empty, seed, tmp_path)
    for day in DAYS:
        year.happen(day)
        if year.dice.random() < 0.35 or not any(-16 <= (day - one.due).days <= 40 for one in year.owed.values()):
            continue  # nobody ran it, or there is nothing to run it for
        is_down = year.dice.random() < 0.15  # the mail server, all day
        for hour in year.dice.choice([(8,), (8,), (8,), (8, 8), (8, 14), (6,), (18,), (6, 9, 16)]):
            year.run(day, hour, is_down=is_down, cap=year.dice.choice([3, 500, 500]))
            year.happen(day)
    assert year.sent > 60
