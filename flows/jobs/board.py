"""The work of the board flow: the ledger of every directive that is followed, as one page."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from flows.jobs.record import read_record
from models.queries.closing import ClosedPeriod, ClosedRound, list_closed, list_unreviewed
from models.queries.planned import read_planned
from models.queries.reviews import list_tracked
from reports.board import directive_board, write_board
from reports.standing import Standing, standing
from schemas.texts import load_texts
from settings import Settings

LATELY = timedelta(days=14)
NEWEST = 3  # periods of a directive


@dataclass(frozen=True)
class PeriodStanding:
    """How a period stands: counts of returns."""

    directive: str
    period: str
    owed: int
    received: int
    accepted: int
    on_time: int
    missing: int


@dataclass(frozen=True)
class BoardOutcome:
    """Where the page lies, and how the newest periods stand that anything was due or received for."""

    path: str
    directives: int
    newest: list[PeriodStanding] = field(default_factory=list)


def find_closed(settings: Settings, today: date) -> list[ClosedPeriod]:
    """Give the periods that were closed lately; a day on which nothing ran is made up for."""
    with read_record(settings) as session:
        return list_closed(session, today - LATELY, today)


def find_unreviewed(settings: Settings, today: date) -> list[ClosedRound]:
    """Give the rounds that were closed lately and wait for their review."""
    with read_record(settings) as session:
        return list_unreviewed(session, today - LATELY, today)


def run_board(settings: Settings, *, as_at: datetime) -> BoardOutcome:
    """Write the board as things stood at a time; the newest directive comes first."""
    texts, local = load_texts(settings.language), as_at.astimezone(settings.zone)
    with read_record(settings) as session:
        spans = [span for span in read_planned(session, local).history.spans if span.valid_from <= local.date()]
        tracked = list_tracked(session)
        day, zone, calendar = local.date(), settings.zone, settings.calendar
        ledgers = [standing(session, one, as_at=local, today=day, zone=zone, calendar=calendar) for one in tracked]
        boards = [directive_board(one, ledger, texts, spans) for one, ledger in zip(tracked, ledgers, strict=True)]
    write_board(settings.board, boards, texts, as_at=local, banner=settings.banner)
    return BoardOutcome(str(settings.board), len(boards), [one for ledger in ledgers for one in _newest(ledger)])


def _newest(ledger: Standing) -> list[PeriodStanding]:
    due = {line.period: line.due for line in sorted(ledger.returns, key=lambda line: line.due)}
    begun = [code for code, rates in ledger.by_period.items() if rates["received"] or rates["not_due"] < rates["owed"]]
    return [_standing_of(ledger, code) for code in sorted(begun, key=due.__getitem__, reverse=True)[:NEWEST]]


def _standing_of(ledger: Standing, code: str) -> PeriodStanding:
    rates = ledger.by_period[code]
    counts = {name: rates[name] for name in ("owed", "received", "accepted", "on_time", "missing")}
    return PeriodStanding(ledger.directive, code, **counts)
