"""The work of `dondoc extend` and `dondoc excuse`: exceptions put on record, each a row with who, why and when."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlmodel import Session

from flows.jobs.asking import get_name
from flows.jobs.auditing import audit
from flows.jobs.record import write_record
from models.errors import RefusedError
from models.queries import exceptions as record
from models.queries.exceptions import Grant, Owing
from models.queries.issuing import unit_codes
from models.queries.reviews import get_directive
from models.returns import Excuse, Extension
from schemas.folds import fold_symbol
from schemas.texts import UNKNOWN, load_texts
from settings import Settings

Kind = Literal["own", "consolidated"]


@dataclass(frozen=True)
class Asked:
    """Which returns an exception is for; without a kind, all that the unit owes for the period."""

    unit: str
    period: str
    directive: str | None = None
    kind: Kind | None = None


@dataclass(frozen=True)
class ExceptedReturn:
    """One return with its exception; `due` is the day on which it was due until now."""

    exception: int
    kind: str
    state: str
    due: date
    until: date | None


@dataclass(frozen=True)
class ExceptionOutcome:
    """What was put on record."""

    directive: str
    unit: str
    period: str
    until: date | None
    reason: str
    by: str
    recorded_at: datetime
    returns: list[ExceptedReturn]


def run_extend(
    settings: Settings, asked: Asked, until: date, reason: str, by: str | None, now: datetime
) -> ExceptionOutcome:
    """Grant a unit a later due date. Raises NotFoundError and RefusedError that say what is wrong."""
    grant = _grant(settings, reason, by, now)

    def one(session: Session, owing: Owing) -> Extension:
        return record.extend(session, owing, until, grant)

    return _run(settings, asked, grant, one)


def run_excuse(settings: Settings, asked: Asked, reason: str, by: str | None, now: datetime) -> ExceptionOutcome:
    """Excuse a unit's return. Raises NotFoundError and RefusedError that say what is wrong."""
    grant = _grant(settings, reason, by, now)

    def one(session: Session, owing: Owing) -> Excuse:
        return record.excuse(session, owing, grant)

    return _run(settings, asked, grant, one)


def _grant(settings: Settings, reason: str, by: str | None, now: datetime) -> Grant:
    if not reason.strip():
        raise RefusedError("exceptions.no-reason")
    return Grant(reason.strip(), (by or "").strip() or load_texts(settings.language)("exceptions.office"), now)


def _run(
    settings: Settings, asked: Asked, grant: Grant, make: Callable[[Session, Owing], Extension | Excuse]
) -> ExceptionOutcome:
    """Make the exception for every return it can be made for; where there is none, say why of the first."""
    with write_record(settings) as session:
        found = _find(session, asked)
        made: list[ExceptedReturn] = []
        refused: list[RefusedError] = []
        for owing in found:
            try:
                made.append(_excepted(owing, make(session, owing)))
            except RefusedError as error:
                refused.append(_worded(error, settings))
        if not made:
            raise refused[0]
        first = found[0]
        _audit(session, first, made)
        return ExceptionOutcome(
            directive=first.directive.symbol,
            unit=first.unit,
            period=first.period.code,
            until=made[0].until,
            reason=grant.reason,
            by=grant.by,
            recorded_at=grant.at,
            returns=made,
        )


def _audit(session: Session, first: Owing, made: list[ExceptedReturn]) -> None:
    until, numbers = made[0].until, [one.exception for one in made]
    action = "return.extended" if until else "return.excused"
    subject = f"{first.directive.symbol} {first.period.code} {first.unit}"
    audit(session, action, subject, until=until and until.isoformat(), exceptions=numbers)


def _excepted(owing: Owing, made: Extension | Excuse) -> ExceptedReturn:
    until = made.until if isinstance(made, Extension) else None
    return ExceptedReturn(made.id or 0, owing.row.kind, owing.row.state.value, owing.due, until)


def _worded(error: RefusedError, settings: Settings) -> RefusedError:
    """Write the days of a refusal as the reader does."""
    texts = load_texts(settings.language)
    values = {key: texts.date(value) if isinstance(value, date) else value for key, value in error.values.items()}
    return type(error)(error.key, **values)


def _find(session: Session, asked: Asked) -> list[Owing]:
    symbol = get_directive(session, fold_symbol(asked.directive)).symbol if asked.directive else None
    unit = get_name(asked.unit, unit_codes(session), "exceptions.no-unit")
    pairs = record.list_period_codes(session, symbol)
    period = get_name(asked.period, [code for code, _ in pairs], "exceptions.no-period", directive=symbol or UNKNOWN)
    owing = [
        one
        for code, of in pairs
        if code == period
        for one in record.list_owing(session, of, code, unit)
        if asked.kind in (None, one.row.kind)
    ]
    if not owing:
        raise RefusedError("exceptions.not-owed", unit=unit, period=period)
    directives = sorted({one.directive.symbol for one in owing})
    if len(directives) > 1:
        raise RefusedError("exceptions.which-directive", unit=unit, period=period, known=", ".join(directives))
    return owing
