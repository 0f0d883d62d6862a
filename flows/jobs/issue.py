"""The work of `dondoc issue`: blank, pre-filled return workbooks of a period into the outbox."""

from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import process
from sqlmodel import Session

from models.directive import Directive
from models.errors import NotFoundError
from models.period import Period
from models.queries import issuing
from models.store import migrate, open_engine, reading
from reports.blank import IssuedFile, issue_returns
from schemas.folds import fold, fold_symbol
from schemas.texts import Texts, load_texts
from settings import Settings, read_stamp_keys

NEAREST = 3


@dataclass(frozen=True)
class IssueOutcome:
    """The workbooks written, in the order of their units."""

    issued: tuple[IssuedFile, ...]


def run_issue(settings: Settings, directive: str, period: str, unit: str | None = None) -> IssueOutcome:
    """Write the blank returns of a period, or one unit's, into `outbox/<unit>/`.

    Raises NotFoundError for a directive, period or unit that is not on record, or a unit that owes nothing.
    """
    texts = load_texts(settings.language)
    key_id, keys = read_stamp_keys(settings)
    engine = open_engine(settings.url)
    migrate(engine)
    with reading(engine) as session:
        chosen = get_directive(session, directive, texts)
        opened = get_period(session, chosen, period, texts)
        issued = issue_returns(
            session,
            directive=chosen,
            period=opened,
            units=None if unit is None else (get_unit_code(session, unit, texts),),
            out_dir=settings.outbox,
            texts=texts,
            stamp_key_id=key_id,
            stamp_keys=keys,
            banner=settings.banner,
        )
        if unit is not None and not issued:
            raise _not_owed(session, unit, opened, texts)
    engine.dispose()
    return IssueOutcome(tuple(issued))


def get_directive(session: Session, symbol: str, texts: Texts) -> Directive:
    """Give a tracked directive by its symbol, however it is typed. Raises NotFoundError."""
    found = issuing.find_directive(session, fold_symbol(symbol))
    if found is None:
        nearest = _nearest(symbol, issuing.directive_symbols(session), texts)
        raise NotFoundError("workbook.missing.directive", name=symbol, nearest=nearest)
    return found


def get_period(session: Session, directive: Directive, code: str, texts: Texts) -> Period:
    """Give a period of a directive by its code, large or small letters. Raises NotFoundError."""
    codes = issuing.period_codes(session, directive)
    exact = _same(code, codes)
    found = issuing.find_period(session, directive, exact) if exact else None
    if found is None:
        symbol, nearest = directive.symbol_written, _nearest(code, codes, texts)
        raise NotFoundError("workbook.missing.period", name=code, directive=symbol, nearest=nearest)
    return found


def get_unit_code(session: Session, code: str, texts: Texts) -> str:
    """Give the code of a unit as it is on record. Raises NotFoundError."""
    codes = issuing.unit_codes(session)
    found = _same(code, codes)
    if found is None:
        raise NotFoundError("workbook.missing.unit", name=code, nearest=_nearest(code, codes, texts))
    return found


def _same(code: str, codes: Sequence[str]) -> str | None:
    return next((one for one in codes if fold(one) == fold(code)), None)


def _nearest(name: str, known: Sequence[str], texts: Texts) -> str:
    found = process.extract(name, known, limit=NEAREST)
    return ", ".join(one for one, _, _ in found) or texts("workbook.missing.nothing")


def _not_owed(session: Session, unit: str, period: Period, texts: Texts) -> NotFoundError:
    nearest = _nearest(unit, issuing.owing_units(session, period), texts)
    return NotFoundError("workbook.missing.not_owed", name=unit, period=period.code, nearest=nearest)
