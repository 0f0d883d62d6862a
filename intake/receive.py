"""A batch of archived files on its way into the record: read, placed, checked, decided, stored at once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from intake.check import check_batch, load_known
from intake.check_identity import Identity, identify
from intake.check_owed import Desk, place
from intake.check_sums import check_sums
from intake.check_types import Case, Known, Notes
from intake.reader import read_return
from intake.record import count_filled, record_rows
from models.errors import StatusError, UnreadableWorkbookError
from models.period import WorkCalendar
from models.queries import receipts
from models.queries.receipts import CONSOLIDATED
from models.returns import Finding, Receipt
from models.states import ReceiptState, ReturnState
from schemas.checks import INFO, has_errors
from schemas.layout import load_layout
from schemas.texts import Texts


@dataclass(frozen=True)
class Office:
    """How the office that receives works: its archive, stamp keys, zone, language, calendar."""

    archive: Path
    stamp_keys: Mapping[str, bytes]
    zone: ZoneInfo
    texts: Texts
    accept_unstamped: bool = False
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


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
    findings: tuple[Finding, ...]


def process(session: Session, receipt_ids: Iterable[int], office: Office) -> list[ReceiptOutcome]:
    """Decide every archived receipt among the ids; give all of them, in the order in which they came.

    Receipts that were decided before are given as they were decided, so that the call may be repeated.
    """
    ids = list(receipt_ids)
    waiting = [one for one in receipts.get_receipts(session, ids) if one.state is ReceiptState.ARCHIVED]
    if waiting:
        _decide(session, waiting, office)
    return list(_outcomes(session, ids))


def _outcomes(session: Session, ids: Sequence[int]) -> Iterator[ReceiptOutcome]:
    findings = receipts.findings_of(session, ids)
    for one in receipts.decided(session, ids):
        receipt = one.receipt
        yield ReceiptOutcome(
            receipt.id or 0, receipt.number, one.unit, receipt.file_name, receipt.sha256, one.directive,
            one.period, one.kind, receipt.state, receipt.days_late, tuple(findings[receipt.id or 0]),
        )  # fmt: skip


def _decide(session: Session, waiting: Sequence[Receipt], office: Office) -> None:
    batch = _Batch(session, office)
    cases = [Case(one, one.received_at.astimezone(office.zone).date()) for one in waiting]
    for wave in _waves(batch.take_in(batch.without_twins(cases))):
        batch.check_and_store(batch.without_twins(wave))  # a file may lie twice in one batch
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


class _Batch:
    """The files of one transaction, and what the record says of their units and periods."""

    def __init__(self, session: Session, office: Office) -> None:
        self.session, self.office = session, office
        self.notes, self.layout = Notes(office.texts), load_layout("return")
        codes = {key: code for code, key in receipts.unit_ids(session).items()}
        self.desk = Desk(session, self.notes, codes, office.accept_unstamped)

    def without_twins(self, cases: Sequence[Case]) -> list[Case]:
        """Decide the files whose bytes were accepted before, they change nothing; give the others."""
        self.session.flush()
        twins = receipts.accepted_twins(self.session, [case.receipt for case in cases])
        for case in cases:
            if case.receipt_id in twins:
                self._decide_twin(case, twins[case.receipt_id])
        return [case for case in cases if case.receipt_id not in twins]

    def _decide_twin(self, case: Case, twin: Receipt) -> None:
        case.receipt.duplicate_of, case.receipt.return_id = twin.id, twin.return_id
        case.owed = None  # neither late nor a revision: it is no answer of its own
        at = self.office.texts.moment(twin.received_at.astimezone(self.office.zone))
        case.findings = [self.notes.about("return.duplicate", INFO, number=twin.number, at=at)]
        self._decide(case, ReceiptState.DUPLICATE)

    def take_in(self, cases: Sequence[Case]) -> list[Case]:
        """Read the files and find their returns; give those that can be checked, the others are decided."""
        identities = [self._read(case) for case in cases]
        self.desk.learn([one for one in identities if one], {case.receipt.unit_id for case in cases})
        for case, identity in zip(cases, identities, strict=True):
            if case.raw is not None and identity is not None:
                place(case, case.raw, identity, self.desk)
        ready = [case for case in cases if not has_errors(case.findings)]
        for case in cases:
            if has_errors(case.findings):
                self._decide(case, ReceiptState.QUARANTINED if case.is_quarantined else ReceiptState.REJECTED)
        return ready

    def _read(self, case: Case) -> Identity | None:
        try:
            case.raw = read_return(self.office.archive / case.receipt.sha256, self.layout)
        except UnreadableWorkbookError as error:
            case.findings.append(self.notes.about(error.key, **error.values))
            case.is_quarantined = True
            return None
        return identify(case.raw, self.office.stamp_keys)

    def check_and_store(self, cases: Sequence[Case]) -> None:
        """Check one file a return; consolidated ones come last, when the own ones below them are stored."""
        known = self._known(cases)
        pairs = [(case, known[case.period.id or 0]) for case in cases if case.period]
        check_batch(pairs, self.layout, self.notes)
        self._store([pair for pair in pairs if pair[0].key[1] != CONSOLIDATED])
        sums = [pair for pair in pairs if pair[0].key[1] == CONSOLIDATED]
        periods = {one.period.id or 0 for _, one in sums}
        own = {key: receipts.own_values(self.session, key) for key in periods}
        for case, one in sums:
            case.findings += check_sums(case, one, own[one.period.id or 0], self.notes)
        self._store(sums)

    def _known(self, cases: Sequence[Case]) -> dict[int, Known]:
        units: dict[int, set[int]] = {}
        for case in cases:
            if case.period is not None:
                units.setdefault(case.period.id or 0, set()).add(case.receipt.unit_id)
        on = {one.period.id or 0: one for one in self.desk.periods.values()}
        return {key: load_known(self.session, on[key], wanted, self.layout) for key, wanted in units.items()}

    def _store(self, pairs: Sequence[tuple[Case, Known]]) -> None:
        returns = [case.owed.id or 0 for case, _ in pairs if case.owed]
        arrivals = receipts.first_arrivals(self.session, returns)
        earlier = receipts.count_files(self.session, returns)
        for case, known in pairs:
            case.receipt.filled, case.receipt.required = count_filled(case, known)
            case.receipt.revision = earlier.get(case.owed.id or 0, 0) + 1 if case.owed else None
            is_refused = has_errors(case.findings)
            self._decide(case, ReceiptState.REJECTED if is_refused else ReceiptState.ACCEPTED)
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
        receipts.make_effective(self.session, counting)

    def _decide(self, case: Case, state: ReceiptState) -> None:
        """Write the decision on the receipt with its findings; a refusal without a finding is a fault of ours."""
        if not case.findings and state is not ReceiptState.ACCEPTED:
            raise StatusError("states.refused-without-finding", receipt=case.receipt.number)
        receipt = case.receipt
        receipts.decide(receipt, state)
        if case.owed is not None:
            granted = self.desk.extensions.get(case.owed.id or 0, case.owed.due)
            due = max(case.owed.due, granted)
            receipt.return_id, receipt.template = case.owed.id, case.template
            receipt.days_late = self.office.calendar.working_days_between(due, case.received_on)
