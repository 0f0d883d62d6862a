"""A batch of archived files on its way into the record: placed, checked, decided, stored at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from sqlmodel import Session

from intake.batch import Batch, Checked, Office, by_kind
from intake.check_types import Case
from intake.readers import Read
from intake.record import count_filled, count_unavailable, record_rows
from models.errors import StatusError
from models.queries import receipts
from models.queries.effective import make_effective
from models.returns import Finding, Receipt
from models.states import ReceiptState, ReturnState
from schemas.checks import has_errors
from schemas.quality import rate

__all__ = ["Office", "ReceiptOutcome", "process"]


@dataclass(frozen=True)
class ReceiptOutcome:
    """What became of one file; `late` counts working days, None where no return is known."""

    receipt_id: int
    number: str
    unit: str
    file: str
    sha256: str
    directive: str | None
    period: str | None
    kind: str | None
    state: ReceiptState
    late: int | None
    revision: int | None  # which of the unit's files for this return
    quality: int | None  # 0 to 100, of an accepted return
    findings: tuple[Finding, ...]


def process(
    session: Session, receipt_ids: Iterable[int], office: Office, files: Mapping[str, Read]
) -> list[ReceiptOutcome]:
    """Decide the archived receipts among the ids; give all that are decided, in the order in which they came.

    `files` holds the content of every archived one by SHA-256. Receipts that were decided before are given as they
    were, so that the call may be repeated; those that another collector is deciding now are left to it.
    """
    ids = list(receipt_ids)
    waiting = receipts.get_receipts(session, ids, lock=True)
    if waiting:
        _decide_all(session, waiting, office, files)
    return list(_outcomes(session, ids))


def _outcomes(session: Session, ids: Sequence[int]) -> Iterator[ReceiptOutcome]:
    findings = receipts.findings_of(session, ids)
    for one in receipts.decided(session, ids):
        receipt = one.receipt
        if receipt.state is not ReceiptState.ARCHIVED:
            yield ReceiptOutcome(
                receipt.id or 0, receipt.number, one.unit, receipt.file_name, receipt.sha256, one.directive,
                one.period, one.kind, receipt.state, receipt.days_late, receipt.revision, receipt.quality,
                tuple(findings[receipt.id or 0]),
            )  # fmt: skip


def _decide_all(session: Session, waiting: Sequence[Receipt], office: Office, files: Mapping[str, Read]) -> None:
    desk = _Decisions(session, Batch(session, office, files))
    cases = [desk.batch.case_of(one) for one in waiting]
    for wave in _waves(desk.place(desk.without_twins(cases))):
        desk.check_and_store(desk.without_twins(wave))  # a file may lie twice in one batch
    session.flush()
    receipts.insert_findings(session, {case.receipt_id: case.findings for case in cases})


def _waves(cases: Sequence[Case]) -> Iterator[list[Case]]:
    """Give the cases in waves: an earlier period before a later one, one file a return before the next."""
    seen: Counter[int] = Counter()
    placed: list[tuple[date, int, Case]] = []
    for case in cases:
        if case.owed is not None and case.period is not None:
            placed.append((case.period.cutoff, seen[case.owed.id or 0], case))
            seen[case.owed.id or 0] += 1
    placed.sort(key=lambda one: one[:2])
    for _, wave in groupby(placed, key=lambda one: one[:2]):
        yield [case for _, _, case in wave]


class _Decisions:
    """Decides the cases of a batch and writes down what they say."""

    def __init__(self, session: Session, batch: Batch) -> None:
        self.session, self.batch = session, batch

    def without_twins(self, cases: Sequence[Case]) -> list[Case]:
        """Decide the files whose bytes were accepted before, they change nothing; give the others."""
        self.session.flush()
        twins = self.batch.find_twins(cases)
        for case in cases:
            if twin := twins.get(case.receipt_id):
                case.receipt.duplicate_of, case.receipt.return_id = twin.id, twin.return_id
                self._decide(case, ReceiptState.DUPLICATE)
        return [case for case in cases if case.receipt_id not in twins]

    def place(self, cases: Sequence[Case]) -> list[Case]:
        """Decide the files that have no place in the ledger; give the others."""
        ready = self.batch.place(cases)
        for case in cases:
            if has_errors(case.findings):
                self._decide(case, ReceiptState.QUARANTINED if case.is_quarantined else ReceiptState.REJECTED)
        return ready

    def check_and_store(self, cases: Sequence[Case]) -> None:
        """Check one file a return; consolidated ones come last, when the own ones below them are stored."""
        pairs = self.batch.check(cases)
        own, sums = by_kind(pairs)
        self._store(own)
        self.batch.check_sums(sums)
        self._store(sums)

    def _store(self, pairs: Sequence[Checked]) -> None:
        returns = [case.owed.id or 0 for case, _ in pairs if case.owed]
        arrivals = receipts.first_arrivals(self.session, returns)
        earlier = receipts.count_files(self.session, returns)
        for case, known in pairs:
            filled, required = count_filled(case, known)
            case.receipt.filled, case.receipt.required = filled, required
            case.receipt.revision = earlier.get(case.owed.id or 0, 0) + 1 if case.owed else None
            is_refused = has_errors(case.findings)
            self._decide(case, ReceiptState.REJECTED if is_refused else ReceiptState.ACCEPTED)
            if not is_refused:
                case.receipt.quality = rate(case.findings, filled, required, count_unavailable(case)).score
            if case.owed is not None:
                receipts.receive(case.owed, ReturnState.REJECTED if is_refused else ReturnState.ACCEPTED)
        accepted = [pair for pair in pairs if pair[0].receipt.state is ReceiptState.ACCEPTED]
        self._let_count([case for case, _ in accepted], arrivals)
        record_rows(self.session, accepted)

    def _let_count(self, cases: Sequence[Case], arrivals: Mapping[int, datetime]) -> None:
        """Move the pointers to these receipts; being on time goes by the first file that came for a return."""
        counting: list[tuple[int, int, datetime]] = []
        for case in cases:
            if case.owed is not None:
                at, key = case.receipt.received_at, case.owed.id or 0
                case.owed.first_received_at = case.owed.first_received_at or min(at, arrivals.get(key, at))
                counting.append((key, case.receipt_id, at))
        make_effective(self.session, counting)

    def _decide(self, case: Case, state: ReceiptState) -> None:
        """Write the decision on the receipt with its findings; a refusal without a finding is a fault of ours."""
        if not case.findings and state is not ReceiptState.ACCEPTED:
            raise StatusError("states.refused-without-finding", receipt=case.receipt.number)
        receipt = case.receipt
        receipts.decide(receipt, state)
        if case.owed is not None:
            receipt.return_id, receipt.template = case.owed.id, case.template
            receipt.days_late = self.batch.days_late(case, case.owed)
