"""The findings of a file in hand: all that a return that came in would be told, and nothing is written."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from intake.batch import Batch, Office, by_kind
from intake.check_identity import Identity, identify
from intake.check_types import Case
from intake.readers import Read
from models.errors import UnreadableWorkbookError
from models.returns import Finding, Receipt
from models.states import ReceiptState
from schemas.checks import has_errors
from schemas.folds import fold


@dataclass(frozen=True)
class FileInHand:
    """A file that did not come through the inbox."""

    name: str
    sha256: str
    size: int
    content: Read


@dataclass(frozen=True)
class Examination:
    """What would become of the file; `late` in working days, None where no return is known."""

    unit: str | None
    directive: str | None
    period: str | None
    kind: str | None
    state: ReceiptState
    late: int | None
    findings: tuple[Finding, ...]


def examine(session: Session, file: FileInHand, unit: str | None, at: datetime, office: Office) -> Examination:
    """Check a file as if it had come in at that time from that unit, else from the one it names itself."""
    batch = Batch(session, office, {file.sha256: file.content})
    identity = _identity(file.content, office)
    units = {fold(code): key for key, code in batch.desk.codes.items()}
    sender = units.get(fold(unit or (identity.unit if identity else None) or ""))
    receipt = Receipt(
        claim="", unit_id=sender or 0, file_name=file.name, sha256=file.sha256, size=file.size, received_at=at
    )
    case = batch.case_of(receipt)
    if sender is None and identity is not None:
        case.is_quarantined = True
        case.findings = [batch.notes.about("file.no-unit", unit=identity.unit or "–")]
    else:
        _check(batch, case)
    return _examined(case, identity, batch)


def _identity(content: Read, office: Office) -> Identity | None:
    return None if isinstance(content, UnreadableWorkbookError) else identify(content, office.stamp_keys)


def _check(batch: Batch, case: Case) -> None:
    if batch.find_twins([case]) or not batch.place([case]):
        return
    pairs = batch.check([case])
    batch.check_sums(by_kind(pairs)[1])


def _examined(case: Case, identity: Identity | None, batch: Batch) -> Examination:
    named = (identity.directive, identity.period, identity.kind) if identity else (None, None, None)
    late = batch.days_late(case, case.owed) if case.owed else None
    code = batch.desk.codes.get(case.receipt.unit_id)
    return Examination(code, *named, _state(case), late, tuple(case.findings))


def _state(case: Case) -> ReceiptState:
    if any(finding.check == "return.duplicate" for finding in case.findings):
        return ReceiptState.DUPLICATE
    if not has_errors(case.findings):
        return ReceiptState.ACCEPTED
    return ReceiptState.QUARANTINED if case.is_quarantined else ReceiptState.REJECTED
