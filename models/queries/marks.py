"""The marks of the last changes: what was read while they were the same need not be read again."""

from sqlmodel import Session, col, select

from models.marks import ChangeMark


def read_marks(session: Session) -> list[str]:
    """Give the marks in order; none of a record of which nothing is known."""
    return list(session.exec(select(ChangeMark.mark).order_by(col(ChangeMark.mark))))
