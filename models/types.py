"""Column types that behave alike on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from decimal import Context, Decimal
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime, Enum, Numeric, String
from sqlalchemy.engine import Dialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction
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


class exact_sum(GenericFunction[Decimal]):  # noqa: N801  named as the function of SQL that it is
    """The sum of decimals to the last digit; of nothing, it is empty."""

    type = Exact()
    inherit_cache = True


@compiles(exact_sum)
def _as_sum(element: exact_sum, compiler: SQLCompiler, **words: Any) -> str:
    return f"sum({compiler.process(element.clauses, **words)})"


@compiles(exact_sum, "sqlite")
def _as_our_sum(element: exact_sum, compiler: SQLCompiler, **words: Any) -> str:
    return f"exact_sum({compiler.process(element.clauses, **words)})"


class ExactSum:
    """What SQLite calls for `exact_sum`: its own sum would read the text as floats."""

    context = Context(prec=60)  # more digits than a sum of any number of values has

    def __init__(self) -> None:
        self.total: Decimal | None = None

    def step(self, text: str | None) -> None:
        if text is not None:
            self.total = self.context.add(self.total or Decimal(0), Decimal(text))

    def finalize(self) -> str | None:
        return None if self.total is None else format(self.total, "f")


def _word(states: type[StrEnum]) -> Enum:
    """A state is kept as its word, not as a type of the database: new states need no migration."""
    return Enum(states, native_enum=False, values_callable=lambda kind: [s.value for s in kind], length=20)


ReturnStateText = _word(ReturnState)
ReceiptStateText = _word(ReceiptState)
NoticeStateText = _word(NoticeState)
DigestStateText = _word(DigestState)
ReviewStateText = _word(ReviewState)
