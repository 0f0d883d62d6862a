"""The work of the board flow: the ledger of every directive that is followed, as one page."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flows.jobs.record import read_record
from models.queries.closing import ClosedPeriod, list_closed
from models.queries.planned import read_planned
from models.queries.reviews import list_tracked
from reports.board import directive_board, write_board
from reports.standing import standing
from schemas.texts import load_texts
from settings import Settings

LATELY = timedelta(days=14)


@dataclass(frozen=True)
class BoardOutcome:
    """Where the page lies."""

    path: str
    directives: int


def find_closed(settings: Settings, today: date) -> list[ClosedPeriod]:
    """Give the periods that were closed lately; a day on which nothing ran is made up for."""
    with read_record(settings) as session:
        return list_closed(session, today - LATELY, today)


def run_board(settings: Settings, *, as_at: datetime) -> BoardOutcome:
    """Write the board as things stood at a time; the newest directive comes first."""
    texts, local = load_texts(settings.language), as_at.astimezone(settings.zone)
    with read_record(settings) as session:
        spans = [span for span in read_planned(session, local).history.spans if span.valid_from <= local.date()]
        boards = [
            directive_board(
                directive,
                standing(
                    session, directive, as_at=local, today=local.date(), zone=settings.zone, calendar=settings.calendar
                ),
                texts,
                spans,
            )
            for directive in list_tracked(session)
        ]
    write_board(settings.board, boards, texts, as_at=local, banner=settings.banner)
    return BoardOutcome(str(settings.board), len(boards))
