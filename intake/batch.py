"""The files of one batch on their way through the checks: placed in the ledger, then checked by period."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlmodel import Session

from intake.check import check_batch, load_known
from intake.check_identity import identify
from intake.check_owed import Desk, place
from intake.check_sums import check_sums
from intake.check_types import Case, Known, Notes
from intake.readers import Read
from models.errors import UnreadableWorkbookError
from models.queries import receipts
from models.queries.receipts import CONSOLIDATED
from models.returns import Receipt, Return
from models.workdays import WorkCalendar
from schemas.checks import INFO, has_errors
from schemas.texts import Texts

Checked = tuple[Case, Known]


@dataclass(frozen=True)
class Office:
    """How the office that receives works: its archive, stamp keys, zone, language, calendar."""

    archive: Path
    stamp_keys: Mapping[str, bytes]
    zone: ZoneInfo
    texts: Texts
    accept_unstamped: bool = False
    calendar: WorkCalendar = field(default_factory=WorkCalendar)


class Batch:
    """What the record says of the units and periods that some files name. It reads the record and writes nothing."""

    def __init__(self, session: Session, office: Office, files: Mapping[str, Read]) -> None:
        """`files` holds by SHA-256 what was read, or why it was refused."""
        self.session, self.office, self.files = session, office, files
        self.notes = Notes(office.texts)
        codes = {key: code for code, key in receipts.unit_ids(session).items()}
        self.desk = Desk(session, self.notes, codes, office.accept_unstamped)

    def case_of(self, receipt: Receipt) -> Case:
        return Case(receipt, receipt.received_at.astimezone(self.office.zone).date())

    def find_twins(self, cases: Sequence[Case]) -> dict[int, Receipt]:
        """Find the cases whose bytes were accepted before; each gets the finding that says so."""
        twins = receipts.accepted_twins(self.session, [case.receipt for case in cases])
        for case in cases:
            if twin := twins.get(case.receipt_id):
                at = self.office.texts.moment(twin.received_at.astimezone(self.office.zone))
                case.findings = [self.notes.about("return.duplicate", INFO, number=twin.number, at=at)]
                case.owed = None  # neither late nor a revision: it is no answer of its own
        return twins

    def place(self, cases: Sequence[Case]) -> list[Case]:
        """Find the returns that the files are for; give those that can be checked, the others carry an error."""
        for case in cases:
            self._open(case)
        identities = {case.receipt_id: identify(case.raw, self.office.stamp_keys) for case in cases if case.raw}
        self.desk.learn(list(identities.values()), {case.receipt.unit_id for case in cases})
        for case in cases:
            if case.raw is not None:
                place(case, case.raw, identities[case.receipt_id], self.desk)
        return [case for case in cases if not has_errors(case.findings)]

    def _open(self, case: Case) -> None:
        content = self.files[case.receipt.sha256]
        if isinstance(content, UnreadableWorkbookError):
            case.findings.append(self.notes.about(content.key, **content.values))
            case.is_quarantined = True
        else:
            case.raw = content

    def check(self, cases: Sequence[Case]) -> list[Checked]:
        """Check one file a return, in all but the sums of consolidated ones."""
        known = self._known(cases)
        pairs = [(case, known[case.period.id or 0]) for case in cases if case.period]
        check_batch(pairs, self.notes)
        return pairs

    def days_late(self, case: Case, owed: Return) -> int:
        """Count working days after the due day, or after the one that was granted."""
        due = max(owed.due, self.desk.extensions.get(owed.id or 0, owed.due))
        return self.office.calendar.working_days_between(due, case.received_on)

    def check_sums(self, pairs: Sequence[Checked]) -> None:
        """Check consolidated returns against the own ones below them, which must be on record by now."""
        periods = {known.period.id or 0 for _, known in pairs}
        own = {key: receipts.own_values(self.session, key) for key in periods}
        for case, known in pairs:
            case.findings += check_sums(case, known, own[known.period.id or 0], self.notes)

    def _known(self, cases: Sequence[Case]) -> dict[int, Known]:
        units: dict[int, set[int]] = {}
        for case in cases:
            if case.period is not None:
                units.setdefault(case.period.id or 0, set()).add(case.receipt.unit_id)
        on = {one.period.id or 0: one for one in self.desk.periods.values()}
        return {key: load_known(self.session, on[key], wanted) for key, wanted in units.items()}


def by_kind(pairs: Sequence[Checked]) -> tuple[list[Checked], list[Checked]]:
    """Give the own returns and the consolidated ones."""
    kinds: tuple[list[Checked], list[Checked]] = [], []
    for pair in pairs:
        kinds[pair[0].key[1] == CONSOLIDATED].append(pair)
    return kinds
