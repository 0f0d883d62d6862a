"""The audit log: what people and the engine did, each entry bound to the one before by its hash."""

import hashlib
import json
from datetime import UTC, datetime

from sqlalchemy import Column, Integer
from sqlmodel import Field, SQLModel

from models.types import Moment

ORIGIN = "0" * 64  # what stands before the first entry


class AuditEntry(SQLModel, table=True):
    """One deed. Appended, never changed: the database itself refuses anything else."""

    __tablename__ = "audit_entry"

    sequence: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))  # without a gap, from 1
    at: datetime = Field(sa_type=Moment)  # by the clock, whatever time the command was given
    actor: str  # person:<account> or engine:<part>
    action: str  # such as review.approved
    subject: str  # what it was done to
    detail: str  # canonical JSON
    previous: str  # the hash of the entry before
    hash: str


def hash_of(entry: AuditEntry) -> str:
    """Give the SHA-256 that binds an entry to all before it."""
    at = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    said = [entry.sequence, at, entry.actor, entry.action, entry.subject, entry.detail, entry.previous]
    return hashlib.sha256(canonical(said).encode()).hexdigest()


def canonical(value: object) -> str:
    """Write as JSON that is the same for the same content."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
