"""What one recipient is to hear on a day, before it is put into words."""

from collections.abc import Iterable
from dataclasses import dataclass

from models.queries.notices import OwedReturn
from models.states import ReturnState
from reminders.due import Rung, worst_slip
from reminders.recipients import Recipient


@dataclass(frozen=True)
class Entry:
    """One return in a message: which rung it has reached and as what the recipient hears of it."""

    notice_id: int
    owed: OwedReturn
    rung: Rung
    audience: str

    @property
    def slip(self) -> str:
        """The colour of the rung; a refused return is never milder than yellow."""
        return worst_slip([self.rung.slip, "yellow"]) if self.is_rejected else self.rung.slip

    @property
    def is_rejected(self) -> bool:
        return self.owed.state is ReturnState.REJECTED


@dataclass(frozen=True)
class Bundle:
    """All that a recipient hears on a day."""

    recipient: Recipient
    entries: tuple[Entry, ...]

    @property
    def slip(self) -> str:
        return worst_slip(entry.slip for entry in self.entries)


def of_audience(entries: Iterable[Entry], audience: str) -> list[Entry]:
    return [entry for entry in entries if entry.audience == audience]
