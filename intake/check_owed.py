"""Which row of the ledger a file is for, and whether it may come in: owed, in force, not locked."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlmodel import Session

from intake.check_identity import (
    Identity,
    check_fields,
    check_name,
    check_unit,
)
from intake.check_types import Case, Notes
from intake.reader import RawReturn
from models.queries import receipts
from models.queries.receipts import PeriodOnRecord
from models.returns import Finding, Return
from models.states import ReturnState
from schemas.checks import WARNING, has_errors
from schemas.layout import NEWEST, find_layout


@dataclass
class Desk:
    """What the record says of the units and periods that a batch names."""

    session: Session
    notes: Notes
    codes: Mapping[int, str]  # of units
    accept_unstamped: bool
    names: dict[int, set[str]] = field(default_factory=dict)
    periods: dict[tuple[str, str], PeriodOnRecord] = field(default_factory=dict)
    returns: dict[tuple[int, int, str], Return] = field(default_factory=dict)
    extensions: dict[int, date] = field(default_factory=dict)

    def learn(self, identities: Sequence[Identity], units: Collection[int]) -> None:
        """Look up what these files name, all at once."""
        named = {name for one in identities for name in (one.named, one.as_in_cells().named) if name}
        self.names = receipts.unit_names(self.session, units)
        self.periods = receipts.find_periods(self.session, named)
        ids = [on.period.id or 0 for on in self.periods.values()]
        self.returns = receipts.find_returns(self.session, ids, units)
        self.extensions = receipts.find_extensions(self.session, [one.id or 0 for one in self.returns.values()])


def place(case: Case, raw: RawReturn, identity: Identity, desk: Desk) -> None:
    """Find the return that the file is for, or say why there is none; an error ends the checks of this file."""
    notes, folder = desk.notes, desk.codes[case.receipt.unit_id]
    wrong = check_unit(folder, identity, raw, notes)
    case.is_quarantined = bool(wrong)
    case.findings += wrong or _check_fields(case, raw, identity, desk) or _check_owed(case, raw, identity, desk)
    if not has_errors(case.findings):
        case.findings += check_name(desk.names.get(case.receipt.unit_id, set()), raw, notes)
        case.findings += _check_version(case, notes)


def _check_version(case: Case, notes: Notes) -> list[Finding]:
    """Tell of an older blank; it is read by its own layout."""
    layout = find_layout(case.template)
    if layout is None or layout.version == NEWEST[layout.name]:
        return []
    return [notes.about("file.old-template", WARNING, version=str(layout.version), newest=str(NEWEST[layout.name]))]


def _check_fields(case: Case, raw: RawReturn, identity: Identity, desk: Desk) -> list[Finding]:
    """Stamp and cover disagree; but a unit that has ended is told so first, whatever else is wrong."""
    wrong = check_fields(identity, raw, desk.notes)
    if not wrong:
        return []
    ended = _check_in_force(case, desk.periods.get(identity.as_in_cells().named or ("", "")), None, desk)
    case.is_quarantined = not ended
    return ended or wrong


def _check_owed(case: Case, raw: RawReturn, identity: Identity, desk: Desk) -> list[Finding]:
    notes, named = desk.notes, identity.named or ("", "")
    on = desk.periods.get(named)
    owed = desk.returns.get((case.receipt.unit_id, on.period.id or 0, identity.kind or "")) if on else None
    ended = _check_in_force(case, on, owed, desk)
    if ended:
        return ended
    if raw.has_result and not raw.sheets:
        return [notes.about("file.is-receipt")]
    if not identity.is_stamped and not desk.accept_unstamped:
        return [notes.about("file.stamp-unknown" if raw.tokens else "file.not-issued")]
    if find_layout(identity.layout) is None:
        return [notes.about("file.unknown-template", layout=identity.layout)]
    if on is None:
        return [notes.about("return.unknown-period", directive=named[0] or "–", period=named[1] or "–")]
    if owed is None or owed.state in receipts.NOT_OWED:
        kind = notes.texts.label("workbook.list.kind", identity.kind)
        if owed is not None and owed.state is ReturnState.EXCUSED:
            return [notes.about("return.excused", period=on.period.code, kind=kind, reason=owed.reason or "–")]
        unit = desk.codes[case.receipt.unit_id]
        return [notes.about("return.not-owed", unit=unit, period=on.period.code, kind=kind)]
    case.owed, case.period, case.template = owed, on.period, identity.layout
    return _check_lock(case, on, owed, desk)


def _check_in_force(case: Case, on: PeriodOnRecord | None, owed: Return | None, desk: Desk) -> list[Finding]:
    """Send a unit that ended before the cut-off to its successor."""
    if on is None or (owed is not None and owed.state not in receipts.NOT_OWED):
        return []
    ending = receipts.find_ending(desk.session, case.receipt.unit_id, on.period.cutoff)
    if ending is None:
        return []
    unit, event = ending
    told: dict[str, Any] = {"unit": unit.code, "last": unit.valid_to, "period": on.period.code}
    heirs = [code for code in (event.targets if event else ()) if code != unit.code]
    if not heirs:
        return [desk.notes.about("return.unit-gone", **told)]
    return [desk.notes.about("return.unit-ended", **told, successors=heirs)]


def _check_lock(case: Case, on: PeriodOnRecord, owed: Return, desk: Desk) -> list[Finding]:
    lock, granted = on.period.lock, desk.extensions.get(owed.id or 0)
    if lock is None or case.received_on <= lock or (granted is not None and case.received_on <= granted):
        return []
    return [desk.notes.about("return.locked", period=on.period.code, lock=lock)]
