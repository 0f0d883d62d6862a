"""What in the outbox is still needed: by units that owe a return, and by messages that have not left."""

from sqlmodel import Session, col, select

from models.notice import Digest
from models.period import Period
from models.returns import Receipt, Return
from models.states import DigestState, ReturnState
from models.unit import Unit

OPEN = (ReturnState.OWED, ReturnState.RECEIVED, ReturnState.REJECTED)
GONE = (DigestState.SENT, DigestState.CANCELLED)


def list_open_returns(session: Session) -> list[tuple[str, str, str]]:
    """Give unit, period and kind of every return for which a file is still expected."""
    query = select(Unit.code, Period.code, Return.kind).where(col(Return.state).in_(OPEN))
    of = query.join(Return, col(Return.unit_id) == Unit.id).join(Period, col(Period.id) == Return.period_id)
    return [(unit, period, kind) for unit, period, kind in session.exec(of)]


def find_needed_files(session: Session) -> set[str]:
    """Give the replies to returns that are still open, and what goes along with messages; paths in the workspace."""
    replies = select(Receipt.reply).join(Return, col(Return.id) == Receipt.return_id)
    waiting = select(Digest.attachments).where(col(Digest.state).not_in(GONE))
    found = {path for path in session.exec(replies.where(col(Return.state).in_(OPEN))) if path}
    return found | {path for paths in session.exec(waiting) for path in paths}
