"""Who has to do with which task, and from when to when."""

from datetime import date

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class Assignment(SQLModel, table=True):
    """Task × unit × role for the days on which the plan's rule meets the unit, both ends included."""

    __table_args__ = (UniqueConstraint("task_id", "unit_id", "role", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    task_id: int = Field(foreign_key="task.id", index=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: str  # lead, coordinate, monitor
    valid_from: date
    valid_to: date | None = None
