"""Who hears of a return: the unit itself, the one above it on that day, the tracking office. Pure."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from models.unit import Contact, UnitSpan
from reminders.due import AUDIENCES, OFFICE, SUPERIOR, UNIT


@dataclass(frozen=True, order=True)
class Recipient:
    """One address of an office; one of these gets at most one message a day."""

    channel: str
    address: str


@dataclass(frozen=True)
class Directory:
    """The units of a day, the span of each, and their addresses.

    To the addresses in `failed` the last message could not be delivered. `quiet` are units of which no file came for
    that many periods.
    """

    spans: Mapping[int, UnitSpan]
    contacts: Mapping[int, tuple[Contact, ...]]
    failed: frozenset[Recipient] = frozenset()
    quiet: Mapping[int, int] = field(default_factory=dict)

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
        """Give the addresses of an audience at which messages arrive; empty where no such address is known.

        The alternate address serves where no main one does. The superior's address on the unit's own line of the
        plan serves where the unit above has none: that line is as old as the plan, and the unit may stand under
        another by now.
        """
        lists = self._lists(unit_id, audience)
        good = (tuple(one for one in found if one not in self.failed) for found in lists)
        return next((found for found in good if found), ())

    def _lists(self, unit_id: int, audience: str) -> Iterable[tuple[Recipient, ...]]:
        """Give the addresses of an audience by role, the first to be tried first."""
        office = self.office(unit_id, audience)
        if office is not None:
            yield self._addresses(office, "main")
            yield self._addresses(office, "alternate")
        if audience == SUPERIOR:
            yield self._addresses(unit_id, "superior")

    def _addresses(self, unit_id: int, role: str) -> tuple[Recipient, ...]:
        found = self.contacts.get(unit_id, ())
        return tuple(Recipient(one.channel, one.address) for one in found if one.role == role)

    def role_of(self, recipient: Recipient, office: int) -> str:
        """Give the role in which an address serves an office."""
        found = self.contacts.get(office, ())
        return next((one.role for one in found if (one.channel, one.address) == (recipient.channel, recipient.address)),
                    "superior")  # fmt: skip

    def find_trouble(self, unit_id: int) -> str | None:
        """Give why a unit's superior and the tracking office must see to it themselves: nobody there hears or answers.

        no-address: none is known; undeliverable: messages do not arrive; quiet: no file came for long.
        """
        if not self.recipients(unit_id, UNIT):
            return "undeliverable" if any(self._lists(unit_id, UNIT)) else "no-address"
        return "quiet" if unit_id in self.quiet else None

    def audience_of(self, recipient: Recipient, unit_id: int, preferred: Collection[str]) -> str:
        """Give as what a recipient hears of a unit: as itself, else as one of `preferred`, else as any."""
        order = (UNIT, *(one for one in AUDIENCES if one in preferred), *AUDIENCES)
        near = (one for one in order if any(recipient in found for found in self._lists(unit_id, one)))
        return next(near, OFFICE)


def make_directory(
    spans: Mapping[int, UnitSpan],
    contacts: Iterable[Contact],
    failed: Iterable[tuple[str, str]] = (),
    quiet: Mapping[int, int] | None = None,
) -> Directory:
    """Put a day's spans and addresses together; `failed` are channels and addresses."""
    by_unit: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        by_unit[contact.unit_id].append(contact)
    known = {unit: tuple(found) for unit, found in by_unit.items()}
    return Directory(spans, known, frozenset(Recipient(*one) for one in failed), quiet or {})
