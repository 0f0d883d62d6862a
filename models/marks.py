"""What tells that nothing has changed of what figures rest on, without reading it."""

from sqlalchemy import BigInteger, Column
from sqlmodel import Field, SQLModel


class ChangeMark(SQLModel, table=True):
    """A random mark left by the last change of what figures rest on. Equal marks: nothing has changed between.

    The database itself leaves it, in the transaction of the change. Random, not counted: a restored record, or another
    one at the same place, that has gone on differently can never come to bear the same mark.
    """

    __tablename__ = "change_mark"

    # The transaction that left it: on PostgreSQL several may write at a time, and none waits for another's row.
    writer: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    mark: str
