"""A record that every kind of review can be about: a second round that continues a first, with tasks due and done."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

import factories as make
from histories import FIRST, SECOND, History
from rounds import FORM, NAMES, open_round
from sqlmodel import Session

from flows.jobs.review import find_span, roll_up_span
from models.store import open_engine, reading
from reports.content import Document
from reports.review import compose
from schemas.texts import load_texts
from settings import Settings

AS_AT = datetime(2021, 3, 1, 9, tzinfo=UTC)
ROUND = ("2019-9T", "2020-N")
KINDS = ("five-year", "yearly", "nine-month", "two-rounds", "summary", "notice")
SPANS = {"yearly": ("2020-9T", "2020-N"), "nine-month": ("2020-9T", "2020-9T")}


def lay_kinds(folder: Path) -> Settings:
    """A second directive continues the first: two years, a task every year, one task late, one still ahead."""
    with open_round(folder) as (settings, history):
        second = history.directive(SECOND, continues=FIRST)
        second.issued_on = date(2018, 12, 1)
        for code in ("2019-9T", "2019-N", "2020-9T", "2020-N"):
            year, month = int(code[:4]), 9 if code.endswith("9T") else 12
            history.period(code, SECOND, "R2", nominal_to=date(year, month, 30))
        _tasks(history)
        for indicator in history.indicators.values():
            make.link(history.session, history.tasks[SECOND], indicator)
        _answers(history)
    return settings


def _tasks(history: History) -> None:
    session, second = history.session, history.directives[SECOND]
    asked = {
        "R2-1": {"kind": "deliverable", "title": "Ban hành quy chế", "due": date(2019, 6, 30)},
        "R2-2": {"kind": "deliverable", "title": "Tổng kết mô hình", "due": date(2020, 11, 30)},
        "R2-3": {"kind": "monitoring", "title": "Kiểm tra việc thực hiện"},
    }
    for code, values in asked.items():
        history.tasks[code] = make.make_task(session, second, code, **values)
        for unit in NAMES:
            make.make_assignment(session, history.tasks[code], history.units[unit])
    make.link(session, history.tasks["R2-3"], history.indicators["I01"])


def _answers(history: History) -> None:
    """D01 did the first task in time, D02 a year late, D03 never; told from 2019 on."""
    done = {"D01": date(2019, 5, 1), "D02": date(2020, 5, 1)}
    for at, period in enumerate(("2019-9T", "2019-N", "2020-9T", "2020-N")):
        for place, unit in enumerate(NAMES):
            period_row = history.periods[SECOND, period]
            came = datetime(period_row.cutoff.year, period_row.cutoff.month, 20, 3, tzinfo=UTC)
            said = {"I01": 100 + 10 * at + place, "I03": (90 + at, 100)}
            receipt = history.answer(unit, period, said, SECOND, received_at=came)
            _say(history, receipt, done.get(unit), period_row.cutoff)


def _say(history: History, receipt: object, done: date | None, cutoff: date) -> None:
    session = history.session
    is_done = done is not None and done <= cutoff
    make.make_progress(session, receipt, history.tasks["R2-1"], "done" if is_done else "in_progress",
                       done_on=done if is_done else None)  # fmt: skip
    make.make_progress(session, receipt, history.tasks["R2-2"], "in_progress")
    make.make_progress(session, receipt, history.tasks["R2-3"], "in_progress" if is_done else "not_started")


@contextmanager
def reading_kinds(settings: Settings) -> Iterator[Session]:
    engine = open_engine(settings.url)
    with reading(engine) as session:
        yield session
    engine.dispose()


def reviewed(session: Session, settings: Settings, kind: str, language: str = "vi") -> Document:
    span = find_span(session, SECOND, *SPANS.get(kind, ROUND), AS_AT, kind)
    facts, _ = roll_up_span(session, settings, span, AS_AT, "as-was")
    return compose(facts, load_texts(language), FORM)
