"""Units, their spans, events and addresses: written from the plans, read by everyone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import delete, insert
from sqlmodel import Session, col, select

from models.plan import PlanContact, PlanEvent, PlanUnit
from models.unit import Contact, Unit, UnitEvent, UnitSpan
from models.unit_history import Ending, History, Span

MAIL = "mail"
MAIN, SUPERIOR = "main", "superior"


@dataclass(frozen=True)
class UnitsOnRecord:
    """Ids by code, and whether the tree differs from the one that stood there before."""

    units: Mapping[str, int]
    events: Mapping[str, int]
    has_moved: bool


def record_units(
    session: Session,
    units: Iterable[PlanUnit],
    events: Iterable[PlanEvent],
    history: History,
    contacts: Iterable[PlanContact],
) -> UnitsOnRecord:
    """Write units, events, addresses and the spans derived from them; what is the same already is left alone."""
    units = tuple(units)
    ids = _record_units(session, units, history.endings)
    event_ids = _record_events(session, events)
    _record_contacts(session, units, contacts, ids)
    return UnitsOnRecord(ids, event_ids, _record_spans(session, history, ids))


def load_spans(session: Session) -> list[Span]:
    """Give all spans with unit codes in place of ids, in the order of the plan."""
    # Past the session: objects of ten thousand units would take a second, rows that it makes twice a fifth.
    codes: dict[int | None, str] = dict(_rows(session, select(Unit.id, Unit.code)))
    names = ("unit_id", "parent_id", "name", "name_en", "kind", "valid_from", "valid_to")
    rows = _rows(session, select(*(getattr(UnitSpan, name) for name in names)).order_by(col(UnitSpan.id)))
    return [
        Span(codes[unit], name, english, kind, codes[parent] if parent else None, first, last)
        for unit, parent, name, english, kind, first, last in rows
    ]


def load_size_groups(session: Session) -> dict[str, str | None]:
    """Give the size group of each unit, by code."""
    return dict(_rows(session, select(Unit.code, Unit.size_group)))


def _rows(session: Session, query: Any) -> Any:
    return session.connection().execute(query).all()


def load_history(session: Session) -> History:
    """Give the history on record; the event of an ending is not told here."""
    ended = session.exec(select(Unit.code, col(Unit.valid_to)).where(col(Unit.valid_to).is_not(None))).all()
    endings = {code: Ending(last, None) for code, last in ended if last}
    return History(tuple(load_spans(session)), endings)


def _record_units(session: Session, units: tuple[PlanUnit, ...], endings: Mapping[str, Ending]) -> dict[str, int]:
    stored = {unit.code: unit for unit in session.exec(select(Unit)).all()}
    fresh: list[dict[str, Any]] = []
    for unit in units:
        last = endings[unit.code].last if unit.code in endings else None
        values = {"size_group": unit.size_group, "valid_from": unit.valid_from, "valid_to": last}
        if unit.code in stored:
            stored[unit.code].sqlmodel_update(values)
        else:
            fresh.append({"code": unit.code, **values})
    if fresh:
        session.execute(insert(Unit), fresh)
    session.flush()
    return {code: key for code, key in session.exec(select(Unit.code, Unit.id)).all() if key is not None}


def _record_events(session: Session, events: Iterable[PlanEvent]) -> dict[str, int]:
    stored = {event.code: event for event in session.exec(select(UnitEvent)).all()}
    for event in events:
        row = stored.get(event.code) or UnitEvent(code=event.code, happened_on=event.day, type=event.type)
        row.sqlmodel_update(event_values(event))
        session.add(row)
    session.flush()
    return {code: key for code, key in session.exec(select(UnitEvent.code, UnitEvent.id)).all() if key is not None}


def event_values(event: PlanEvent) -> dict[str, Any]:
    """Give an event of a plan as the columns of its row, but for the code."""
    return {
        "happened_on": event.day,
        "type": event.type,
        "sources": list(event.sources),
        "targets": list(event.targets),
        "children": dict(event.children),
        "shares": {indicator: list(parts) for indicator, parts in event.shares},
        "basis": event.basis,
    }


def _record_spans(session: Session, history: History, ids: Mapping[str, int]) -> bool:
    if load_spans(session) == list(history.spans):
        return False
    session.execute(delete(UnitSpan))
    rows = [
        {"unit_id": ids[s.unit], "name": s.name, "name_en": s.name_en, "kind": s.kind,
         "parent_id": ids[s.parent] if s.parent else None, "valid_from": s.valid_from, "valid_to": s.valid_to}
        for s in history.spans
    ]  # fmt: skip
    if rows:
        session.execute(insert(UnitSpan), rows)
    session.expire_all()
    return True


def _record_contacts(
    session: Session, units: tuple[PlanUnit, ...], contacts: Iterable[PlanContact], ids: Mapping[str, int]
) -> None:
    """Make the mail addresses of these units what the plan says; other channels are not its matter."""
    wanted: dict[tuple[int, str, str], tuple[date | None, date | None]] = {
        (ids[unit.code], role, address): (None, None)
        for unit in units
        for role, addresses in ((MAIN, unit.email), (SUPERIOR, unit.superior_email))
        for address in addresses
    }
    wanted |= {(ids[one.unit], one.role, one.address): (one.valid_from, one.valid_to) for one in contacts}
    ours = {ids[unit.code] for unit in units}
    for contact in session.exec(select(Contact).where(Contact.channel == MAIL)).all():
        days = wanted.pop((contact.unit_id, contact.role, contact.address), None)
        if days is not None:
            contact.valid_from, contact.valid_to = days
        elif contact.unit_id in ours:
            session.delete(contact)
    rows = [
        {"unit_id": unit, "role": role, "channel": MAIL, "address": address, "valid_from": first, "valid_to": last}
        for (unit, role, address), (first, last) in wanted.items()
    ]
    if rows:
        session.execute(insert(Contact), rows)
