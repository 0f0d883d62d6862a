"""The work of `dondoc standing`: where every return stands, and what a unit was told about its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session

from flows.jobs.asking import Exported, find_label, find_moment, get_name
from flows.jobs.record import collector_paused, read_record
from models.directive import Directive
from models.queries.issuing import unit_codes
from models.queries.planned import read_planned
from models.queries.reviews import get_directive
from models.queries.slips import ToldNotice, list_told
from models.states import NoticeState
from reminders.outgoing import number_of, slip_number
from reports.export import Sheet
from reports.standing import Rates, Standing, StandingLine, standing
from schemas.folds import fold_symbol
from schemas.texts import Texts, load_texts
from settings import Settings

STANDING_COLUMNS = (
    "unit", "unit_name", "period", "year", "kind", "due", "state", "received_at", "days_late", "overdue", "filled",
    "required", "receipt", "reason",
)  # fmt: skip
STATES = {NoticeState.SUPERSEDED: "passed-over"}  # of a return the same word means another thing
NOTICE_COLUMNS = (
    "slip_number", "slip", "period", "kind", "rung", "day", "channel", "recipient", "state", "message",
)  # fmt: skip


@dataclass(frozen=True)
class NoticeLine:
    """A notice about a return and the slip that carried it, one line for each office it told.

    `slip_number`, `slip` (the colour), `recipient` and `message` are empty while no message carries it; then
    `day` is the one on which the rung was reached.
    """

    unit: str
    period: str
    kind: str
    rung: str
    slip_number: str | None
    slip: str | None
    day: date
    channel: str | None
    recipient: str | None
    state: str
    message: str | None


@dataclass(frozen=True)
class StandingOutcome:
    """The ledger with its counts; the counts stand beside `rates` once more, for the sentence that is printed.

    `notices` is all that was said about the returns of the unit asked for.
    """

    directive: str
    period: str | None
    as_at: datetime
    returns: Sequence[StandingLine]
    rates: Rates
    by_year: Mapping[str, Rates]
    by_unit: Mapping[str, Rates]
    owed: int
    accepted: int
    on_time: int
    late: int
    missing: int
    excused: int
    notices: Sequence[NoticeLine] = ()
    files: Sequence[str] = ()


@collector_paused()
def run_standing(
    settings: Settings,
    directive: str,
    period: str | None,
    as_at: datetime | None = None,
    *,
    unit: str | None = None,
    out: Path | None = None,
) -> StandingOutcome:
    """Say where every return stands, as known at a time. Raises NotFoundError with near matches for a wrong name.

    `period` is a period's code, a year or a round; `unit` one whose returns and notices are wanted; `out` a file .xlsx
    or .csv that takes the tables.
    """
    export = Exported(settings, out)
    moment = find_moment(settings, as_at) or datetime.now(settings.zone)
    with read_record(settings) as session:
        found = get_directive(session, fold_symbol(directive))
        planned = read_planned(session, moment)
        period = find_label(planned.periods_of(found), found, period)
        unit = _find_unit(session, unit, found)
        ledger = standing(
            session, found, period, moment, today=moment.date(), zone=settings.zone, calendar=settings.calendar,
            unit=unit, planned=planned,
        )  # fmt: skip
        notices = _notices(session, found, ledger, moment, load_texts(settings.language)) if unit else []
    rates = ledger.rates
    return StandingOutcome(
        directive=found.symbol,
        period=period,
        as_at=moment,
        returns=ledger.returns,
        rates=rates,
        by_year=ledger.by_year,
        by_unit=ledger.by_unit,
        owed=rates["owed"],
        accepted=rates["accepted"],
        on_time=rates["on_time"],
        late=rates["late"],
        missing=rates["missing"],
        excused=rates["excused"],
        notices=notices,
        files=export.write(*_sheets(ledger, notices, load_texts(settings.language))) if out else [],
    )


def _find_unit(session: Session, unit: str | None, directive: Directive) -> str | None:
    missing = "figures.not-found.unit"
    return get_name(unit, unit_codes(session), missing, directive=directive.symbol) if unit else None


def _notices(
    session: Session, directive: Directive, ledger: Standing, moment: datetime, texts: Texts
) -> list[NoticeLine]:
    """Give what was said about the returns of a ledger of one unit."""
    wanted = {(line.unit, line.period, line.kind) for line in ledger.returns}
    told = list_told(session, directive.id or 0, {line.unit for line in ledger.returns}, moment)
    return [_notice(one, texts) for one in told if (one.unit, one.period, one.kind) in wanted]


def _notice(one: ToldNotice, texts: Texts) -> NoticeLine:
    slip = one.digest
    return NoticeLine(
        unit=one.unit,
        period=one.period,
        kind=one.kind,
        rung=one.rung,
        slip_number=slip_number(slip, texts) if slip else None,
        slip=slip.colour if slip else None,
        day=slip.day if slip else one.scheduled_for,
        channel=slip.channel if slip else None,
        recipient=slip.recipient if slip else None,
        state=slip.state.value if slip else STATES.get(one.state, one.state.value),
        message=number_of(slip) if slip else None,
    )


def _sheets(ledger: Standing, notices: Sequence[NoticeLine], texts: Texts) -> list[Sheet]:
    return [_standing_sheet(ledger, texts), *_notice_sheets(ledger, notices, texts)]


def _standing_sheet(ledger: Standing, texts: Texts) -> Sheet:
    title = texts("export.title.standing", directive=ledger.directive)
    return Sheet(texts("export.sheet.standing"), title, STANDING_COLUMNS, [vars(line) for line in ledger.returns])


def _notice_sheets(ledger: Standing, notices: Sequence[NoticeLine], texts: Texts) -> list[Sheet]:
    if not notices:
        return []
    title = texts("export.title.notices", unit=notices[0].unit, directive=ledger.directive)
    return [Sheet(texts("export.sheet.notices"), title, NOTICE_COLUMNS, [vars(line) for line in notices])]
