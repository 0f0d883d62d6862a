"""The work of `dondoc issue`: blank, pre-filled return workbooks of a period into the outbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlmodel import Session

from flows.jobs.asking import get_name, nearest
from flows.jobs.auditing import audit_apart
from flows.jobs.record import read_record
from models.directive import Directive
from models.errors import NotFoundError
from models.period import Period
from models.queries import issuing
from reports.blank import IssuedFile, issue_returns
from schemas.folds import fold_symbol
from schemas.texts import Texts, load_texts
from settings import Settings, read_stamp_keys


@dataclass(frozen=True)
class IssueOutcome:
    """The workbooks written, in the order of their units."""

    issued: tuple[IssuedFile, ...]


def run_issue(
    settings: Settings, directive: str, period: str, unit: str | None = None, *, dry_run: bool = False
) -> IssueOutcome:
    """Write the blank returns of a period, or one unit's, into `outbox/<unit>/`; a dry run writes them nowhere.

    Raises NotFoundError for a directive, period or unit that is not on record, or a unit that owes nothing.
    """
    texts = load_texts(settings.language)
    key_id, keys = read_stamp_keys(settings)
    with read_record(settings) as session, _out_folder(settings, dry_run=dry_run) as folder:
        chosen = get_directive(session, directive, texts)
        opened = get_period(session, chosen, period)
        issued = issue_returns(
            session,
            directive=chosen,
            period=opened,
            units=None if unit is None else (get_unit_code(session, unit),),
            out_dir=folder,
            texts=texts,
            stamp_key_id=key_id,
            stamp_keys=keys,
            banner=settings.banner,
        )
        if unit is not None and not issued:
            raise _not_owed(session, unit, opened)
        subject = f"{chosen.symbol} {opened.code}"
    if issued and not dry_run:
        audit_apart(settings, "returns.issued", subject, issued=len(issued), unit=unit, key=key_id)
    return IssueOutcome(tuple(issued))


@contextmanager
def _out_folder(settings: Settings, *, dry_run: bool) -> Iterator[Path]:
    """Give the outbox; for a dry run a folder that passes, since a blank that can be made has been made."""
    if not dry_run:
        yield settings.outbox
        return
    with TemporaryDirectory(prefix="dondoc-") as folder:
        yield Path(folder)


def get_directive(session: Session, symbol: str, texts: Texts) -> Directive:
    """Give a tracked directive by its symbol, however it is typed. Raises NotFoundError."""
    found = issuing.find_directive(session, fold_symbol(symbol))
    if found is None:
        known = issuing.directive_symbols(session)
        near = nearest(symbol, known) if known else texts("workbook.missing.nothing")
        raise NotFoundError("workbook.missing.directive", name=symbol, near=near)
    return found


def get_period(session: Session, directive: Directive, code: str) -> Period:
    """Give a period of a directive by its code, large or small letters. Raises NotFoundError."""
    codes, written = issuing.period_codes(session, directive), directive.symbol_written
    return issuing.get_period(session, directive, get_name(code, codes, "workbook.missing.period", directive=written))


def get_unit_code(session: Session, code: str) -> str:
    """Give the code of a unit as it is on record. Raises NotFoundError."""
    return get_name(code, issuing.unit_codes(session), "workbook.missing.unit")


def _not_owed(session: Session, unit: str, period: Period) -> NotFoundError:
    near = nearest(unit, issuing.owing_units(session, period))
    return NotFoundError("workbook.missing.not_owed", name=unit, period=period.code, near=near)
