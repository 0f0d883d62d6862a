"""Orders about sending: stopped or let go on, by whom and why; the newest is in force."""

from sqlmodel import Session, col, select

from models.notice import SendingOrder


def find_stop(session: Session) -> SendingOrder | None:
    """Give the order that keeps messages in the house now, if there is one."""
    newest = session.exec(select(SendingOrder).order_by(col(SendingOrder.id).desc()).limit(1)).first()
    return newest if newest and newest.stops else None


def add_order(session: Session, order: SendingOrder) -> None:
    session.add(order)
    session.flush()
