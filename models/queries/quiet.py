"""Units of which nothing is heard: no file of theirs came for several periods in a row."""

from collections import Counter
from datetime import date

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from models.period import Period
from models.queries.figures import NOT_OWED
from models.returns import Receipt, Return


def count_quiet(session: Session, *, since: date, before: date, at_least: int) -> dict[int, int]:
    """Count by unit the periods due in a span of time since its last file of any kind, where they are that many.

    A file counts for its period and all before it, whatever became of it: whoever sent it is there.
    """
    last = (
        select(col(Receipt.unit_id), func.max(col(Receipt.received_at)).label("at"))
        .group_by(col(Receipt.unit_id))
        .subquery()
    )
    owing = (
        select(col(Return.unit_id), col(Period.id))
        .join(Period, col(Period.id) == col(Return.period_id))
        .outerjoin(last, last.c.unit_id == col(Return.unit_id))
        .where(col(Return.state).not_in(NOT_OWED), col(Return.due) >= since, col(Return.due) < before)
        .where(or_(last.c.at.is_(None), func.date(last.c.at) < col(Period.cutoff)))
        .distinct()
    )
    counts = Counter(unit for unit, _ in session.execute(owing).tuples())
    return {unit: count for unit, count in counts.items() if count >= at_least}
