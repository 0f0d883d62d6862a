"""Which receipt counts for a return, and since when: decided at acceptance, never when figures are asked for."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, update
from sqlmodel import Session, col, select

from models.queries.receipts import insert_rows
from models.returns import EffectiveReturn


def make_effective(session: Session, counting: Sequence[tuple[int, int, datetime]]) -> None:
    """Let receipts count for their returns, given as return, receipt, since; those before them count no more.

    One that came before the one in force counts for the time in between only: in whatever order files are collected,
    the newest counts.
    """
    overtaken = _insert_overtaken(session, counting)
    counting = [one for one in counting if one[1] not in overtaken]
    if not counting:
        return
    earlier = update(EffectiveReturn.__table__).where(  # type: ignore[attr-defined]
        col(EffectiveReturn.return_id) == bindparam("of"), col(EffectiveReturn.until).is_(None)
    )
    ended = [{"of": owed, "ends": since} for owed, _, since in counting]
    session.connection().execute(earlier.values(until=bindparam("ends")), ended)
    keys = ("return_id", "receipt_id", "since")
    insert_rows(session, EffectiveReturn, [dict(zip(keys, row, strict=True)) for row in counting])


def _insert_overtaken(session: Session, counting: Sequence[tuple[int, int, datetime]]) -> set[int]:
    """Write the receipts that came before one that counts already; give their ids."""
    earliest = min((since for _, _, since in counting), default=None)
    if earliest is None:
        return set()
    later: dict[int, list[EffectiveReturn]] = {}
    query = select(EffectiveReturn).where(col(EffectiveReturn.return_id).in_({owed for owed, _, _ in counting}))
    for row in session.exec(query.where(col(EffectiveReturn.since) > earliest)):
        later.setdefault(row.return_id, []).append(row)
    overtaken: set[int] = set()
    for owed, receipt, since in counting:
        following = [row.since for row in later.get(owed, []) if row.since > since]
        if following:
            _cut_in(session, owed, since)
            session.add(EffectiveReturn(return_id=owed, receipt_id=receipt, since=since, until=min(following)))
            overtaken.add(receipt)
    session.flush()
    return overtaken


def _cut_in(session: Session, owed: int, since: datetime) -> None:
    """End what counted at a time at that time."""
    in_force = (
        update(EffectiveReturn.__table__)  # type: ignore[attr-defined]
        .where(col(EffectiveReturn.return_id) == owed)
        .where(col(EffectiveReturn.since) <= since, col(EffectiveReturn.until) > since)
    )
    session.connection().execute(in_force.values(until=since))
