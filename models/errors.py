"""The errors dondoc raises on purpose.

DondocError                      everything below; the command line shows it without a traceback
├─ RefusedError                  the sender or the office can mend it: a sentence says how
│  ├─ UnreadableTextError        a directive's text that cannot be read or holds no clause
│  ├─ UnreadableWorkbookError    no workbook, protected, damaged or too large
│  ├─ UnknownTemplateError       a workbook that dondoc did not issue, or of an unknown version
│  ├─ WrongReturnError           a return for another unit or period, or one that is not owed
│  ├─ PlanRefusedError           a plan with faults: carries all its findings
│  ├─ ArchiveAwayError           a store of originals that does not answer, or refuses
│  ├─ NotFoundError              a directive, period, unit, figure or review that is not on record
│  └─ NewerRecordError           a record that a newer dondoc wrote
├─ StatusError                   a move that the table of states does not allow
└─ ConflictError                 two things that cannot both be true, such as an approved review drafted again
"""

from collections.abc import Sequence
from typing import Any


class DondocError(Exception):
    """A fault with a sentence in the catalogue: `key` names it, `values` fill its placeholders."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(f"{key} {values}" if values else key)
        self.key = key
        self.values = values


class RefusedError(DondocError):
    """Input that its sender can mend."""


class UnreadableTextError(RefusedError):
    """A directive's text that cannot be read."""


class UnreadableWorkbookError(RefusedError):
    """A file that is no workbook we can open."""


class UnknownTemplateError(RefusedError):
    """A workbook that we did not issue."""


class WrongReturnError(RefusedError):
    """A return that this unit does not owe."""


class NotFoundError(RefusedError):
    """Something named by the user that is not on record."""


class NewerRecordError(RefusedError):
    """A record with tables that this dondoc does not know."""


class ArchiveAwayError(RefusedError):
    """The store of originals does not answer, or refuses; nothing is lost, and work goes on when it answers."""


class PlanRefusedError(RefusedError):
    """A plan that was refused whole; `findings` lists every fault with sheet and cell."""

    def __init__(self, findings: Sequence[Any], **values: Any) -> None:
        super().__init__("plan.refused", count=len(findings), **values)
        self.findings = tuple(findings)


class StatusError(DondocError):
    """A move between states that is not allowed."""


class ConflictError(DondocError):
    """A write that contradicts what is on record."""
