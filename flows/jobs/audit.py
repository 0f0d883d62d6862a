"""The work of `dondoc audit`: the log of what people and the engine did, and whether its chain holds."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session

from flows.jobs.record import read_record
from models.audit import AuditEntry
from models.queries.audit import find_break, find_head, has_hash, list_entries
from schemas.texts import Texts, load_texts
from settings import Settings

SHORT = 16  # letters of a hash that are told in a message


@dataclass(frozen=True)
class AuditOutcome:
    """The entries asked for, and the head of the chain; `holds` is None where nobody asked to verify it."""

    entries: list[dict[str, Any]]
    sequence: int
    head: str
    holds: bool | None = None
    broken: dict[str, Any] | None = None
    lines: list[str] = field(default_factory=list)


def run_audit(
    settings: Settings, since: datetime | None = None, *, verify: bool = False, head: str | None = None
) -> AuditOutcome:
    """List the entries from a time on; verify the whole chain, and that a head told outside is still in it."""
    texts = load_texts(settings.language)
    with read_record(settings) as session:
        last = find_head(session)
        entries = [_document(one, settings) for one in list_entries(session, since)]
        broken = _find_broken(session, head) if verify or head else None
    return AuditOutcome(
        entries=entries,
        sequence=last.sequence if last else 0,
        head=last.hash if last else "",
        holds=broken is None if verify or head else None,
        broken=broken,
        lines=list(_verdict(broken, texts)) if verify or head else [],
    )


def _document(one: AuditEntry, settings: Settings) -> dict[str, Any]:
    return one.model_dump() | {"at": one.at.astimezone(settings.zone), "detail": json.loads(one.detail)}


def _find_broken(session: Session, head: str | None) -> dict[str, Any] | None:
    broken = find_break(session)
    if broken is not None:
        return {"sequence": broken.sequence, "why": broken.why}
    if head and not has_hash(session, head.strip().lower()):
        return {"sequence": None, "why": "head"}
    return None


def _verdict(broken: dict[str, Any] | None, texts: Texts) -> list[str]:
    if broken is None:
        return [texts("audit.holds")]
    return [texts(f"audit.broken.{broken['why']}", sequence=broken["sequence"])]
