"""Column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum, Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.states import DigestState, NoticeState, ReceiptState, ReturnState, ReviewState

PRECISION, SCALE = 28, 6


class Moment(TypeDecorator[datetime]):
    """An aware time, kept in UTC. Raises ValueError for one without a zone: nobody could say when it was."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(value)
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal kept to the last digit; SQLite has none, so it stands there as text."""

    impl = Numeric(PRECISION, SCALE)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(PRECISION + 2))
        return dialect.type_descriptor(Numeric(PRECISION, SCALE))

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return format(value, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


def _word(states: type[StrEnum]) -> Enum:
    """A state is kept as its word, not as a type of the database: new states need no migration."""
    return Enum(states, native_enum=False, values_callable=lambda kind: [s.value for s in kind], length=20)


ReturnStateText = _word(ReturnState)
ReceiptStateText = _word(ReceiptState)
NoticeStateText = _word(NoticeState)
DigestStateText = _word(DigestState)
ReviewStateText = _word(ReviewState)
