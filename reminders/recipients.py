"""Who hears of a return: the unit itself, the one above it on that day, the tracking office. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from models.unit import Contact, UnitSpan
from reminders.due import AUDIENCES, OFFICE, SUPERIOR, UNIT


@dataclass(frozen=True, order=True)
class Recipient:
    """One address of an office; one of these gets at most one message a day."""

    channel: str
    address: str


@dataclass(frozen=True)
class Directory:
    """The units of a day, the span of each, and their addresses."""

    spans: Mapping[int, UnitSpan]
    contacts: Mapping[int, tuple[Contact, ...]]

    def name(self, unit_id: int, language: str) -> str:
        """Give what the unit is called; its id where no span tells."""
        span = self.spans.get(unit_id)
        if span is None:
            return str(unit_id)
        return span.name_en or span.name if language == "en" else span.name

    def superior(self, unit_id: int) -> int | None:
        span = self.spans.get(unit_id)
        return span.parent_id if span else None

    def root(self, unit_id: int) -> int:
        """Give the top of the tree that the unit stands in."""
        seen = {unit_id}
        while (above := self.superior(unit_id)) is not None and above not in seen:
            seen.add(above)
            unit_id = above
        return unit_id

    def office(self, unit_id: int, audience: str) -> int | None:
        """Give the unit that an audience means; None where there is none, as above the top."""
        if audience == UNIT:
            return unit_id
        return self.superior(unit_id) if audience == SUPERIOR else self.root(unit_id)

    def recipients(self, unit_id: int, audience: str) -> tuple[Recipient, ...]:
        """Give the addresses of an audience; empty where no address is known.

        The superior's address on the unit's own line of the plan serves where the unit above has none: that
        line is as old as the plan, and the unit may stand under another by now.
        """
        office = self.office(unit_id, audience)
        found = () if office is None else self._addresses(office, "main") or self._addresses(office, "alternate")
        return found if found or audience != SUPERIOR else self._addresses(unit_id, "superior")

    def _addresses(self, unit_id: int, role: str) -> tuple[Recipient, ...]:
        found = self.contacts.get(unit_id, ())
        return tuple(Recipient(one.channel, one.address) for one in found if one.role == role)

    def audience_of(self, recipient: Recipient, unit_id: int, preferred: Collection[str]) -> str:
        """Give as what a recipient hears of a unit: as itself, else as one of `preferred`, else as any."""
        order = (UNIT, *(one for one in AUDIENCES if one in preferred), *AUDIENCES)
        near = (one for one in order if recipient in self.recipients(unit_id, one))
        return next(near, OFFICE)


def make_directory(spans: Mapping[int, UnitSpan], contacts: Iterable[Contact]) -> Directory:
    """Put a day's spans and addresses together."""
    by_unit: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        by_unit[contact.unit_id].append(contact)
    return Directory(spans, {unit: tuple(found) for unit, found in by_unit.items()})
