"""Entries of the audit log: appended by one writer at a time, listed, and held against their chain."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy
from sqlmodel import Session, col, func, select

from models.audit import ORIGIN, AuditEntry, canonical, hash_of

_APPENDING = 0x617564697421  # the name of the lock on PostgreSQL
AT_ONCE = 500


@dataclass(frozen=True)
class Deed:
    """What was done, by whom, to what; `detail` holds counts, states, numbers and hashes, never what someone wrote."""

    at: datetime
    actor: str
    action: str
    subject: str
    detail: Mapping[str, Any]


@dataclass(frozen=True)
class Broken:
    """The first entry at which the chain does not hold: `why` is gap, previous or hash."""

    sequence: int
    why: str


def append(session: Session, deed: Deed) -> AuditEntry:
    """Append a deed, as the last thing of its transaction: from here to its end no other can append.

    On SQLite a transaction that writes is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sqlalchemy.select(func.pg_advisory_xact_lock(_APPENDING)))
    last = find_head(session)
    entry = AuditEntry(
        sequence=last.sequence + 1 if last else 1,
        at=deed.at,
        actor=deed.actor,
        action=deed.action,
        subject=deed.subject,
        detail=canonical(deed.detail),
        previous=last.hash if last else ORIGIN,
        hash="",
    )
    entry.hash = hash_of(entry)
    session.add(entry)
    session.flush()
    return entry


def find_head(session: Session) -> AuditEntry | None:
    """Give the last entry."""
    return session.exec(select(AuditEntry).order_by(col(AuditEntry.sequence).desc()).limit(1)).first()


def list_entries(session: Session, since: datetime | None = None) -> list[AuditEntry]:
    """Give the entries from a time on, as they were appended."""
    wanted = select(AuditEntry).order_by(col(AuditEntry.sequence))
    return list(session.exec(wanted.where(col(AuditEntry.at) >= since) if since else wanted))


def has_hash(session: Session, opening: str) -> bool:
    """Whether an entry's hash begins so: a head that was told outside is still in the chain."""
    found = select(AuditEntry.sequence).where(col(AuditEntry.hash).startswith(opening, autoescape=True))
    return session.exec(found.limit(1)).first() is not None


def find_break(session: Session, *, last: int | None = None) -> Broken | None:
    """Give the first link that does not hold, of all or of the last so many entries; None where all hold."""
    head = find_head(session)
    begin = max(0, head.sequence - last) if head and last else 0
    before = session.get(AuditEntry, begin) if begin else None
    previous, expected = (before.hash if before else ORIGIN), begin + 1
    wanted = select(AuditEntry).where(col(AuditEntry.sequence) > begin).order_by(col(AuditEntry.sequence))
    for entry in session.exec(wanted.execution_options(yield_per=AT_ONCE)):
        why = _fault(entry, expected, previous)
        if why:
            return Broken(entry.sequence, why)
        previous, expected = entry.hash, expected + 1
    return None


def _fault(entry: AuditEntry, expected: int, previous: str) -> str | None:
    if entry.sequence != expected:
        return "gap"
    if entry.previous != previous:
        return "previous"
    return None if entry.hash == hash_of(entry) else "hash"
