"""Files that were decided and whose senders have not been told by a message yet."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlmodel import Session, col

from models.directive import Directive
from models.notice import Digest
from models.period import Period
from models.returns import Finding, Receipt, Return
from models.states import ReceiptState

ANSWER = "reply:"  # how the key of an answer to a file begins: reply:<receipt>:<address>:<channel>
ERROR = "error"


@dataclass(frozen=True)
class Answer:
    """What there is to say of one file; without a return where it fits none."""

    receipt: Receipt
    directive: str | None
    period: str | None
    kind: str | None
    errors: int


def list_unanswered(
    session: Session, states: Collection[ReceiptState], since: datetime, until: datetime
) -> list[Answer]:
    """Give the files of a span of time, decided so and answered in the outbox, of which no message tells."""
    errors = (
        select(func.count(col(Finding.id)))
        .where(col(Finding.receipt_id) == col(Receipt.id), col(Finding.severity) == ERROR)
        .correlate(Receipt)
        .scalar_subquery()
    )
    query = (
        select(Receipt, col(Directive.symbol), col(Period.code), col(Return.kind), errors)
        .outerjoin(Return, col(Return.id) == col(Receipt.return_id))
        .outerjoin(Period, col(Period.id) == col(Return.period_id))
        .outerjoin(Directive, col(Directive.id) == col(Return.directive_id))
        .where(col(Receipt.state).in_(states), col(Receipt.reply).is_not(None))
        .where(col(Receipt.received_at) >= since, col(Receipt.received_at) <= until)
        .order_by(col(Receipt.id))
    )
    keys = session.execute(select(col(Digest.dedupe_key)).where(col(Digest.dedupe_key).startswith(ANSWER))).scalars()
    told = {int(key.split(":")[1]) for key in keys}
    return [Answer(*row) for row in session.execute(query).tuples() if row[0].id not in told]
