"""What claiming writes: one receipt for every file that was archived."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from models.queries.notices import insert_once
from models.returns import Receipt


@dataclass(frozen=True)
class Arrival:
    """A file that was claimed and archived."""

    claim: str
    unit_id: int
    file_name: str
    sha256: str
    size: int
    received_at: datetime


def record_receipt(session: Session, arrival: Arrival) -> int:
    """Write a receipt for a claim, once whoever else writes it, and give its id."""
    insert_once(session, Receipt, [Receipt(**vars(arrival)).model_dump(exclude={"id"})])
    return session.exec(select(Receipt.id).where(Receipt.claim == arrival.claim)).one() or 0


def claimed_hashes(session: Session, claims: Collection[str]) -> dict[str, str]:
    """Give the SHA-256 on the receipt of each claim that has one."""
    rows = session.exec(select(Receipt.claim, Receipt.sha256).where(col(Receipt.claim).in_(claims)))
    return {claim: sha256 for claim, sha256 in rows}  # noqa: C416  rows are no pairs to the type checker
