"""The record behaves alike on SQLite and PostgreSQL."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, text
from sqlalchemy.exc import DatabaseError, IntegrityError, StatementError
from sqlmodel import select

from models.store import is_current, migrate, reading, writing
from models.tables import (
    Directive,
    EffectiveReturn,
    Indicator,
    Period,
    Receipt,
    ReportedValue,
    Return,
    Unit,
    metadata,
)

NOON = datetime(2022, 6, 14, 12, tzinfo=UTC)


def _directive() -> Directive:
    return Directive(
        symbol="60-KL/ĐUK",
        symbol_written="60 - KL/ĐUK",
        type="ket_luan",
        issuer="Ban Thường vụ",
        issued_on=date(2021, 8, 31),
        title="Về công tác thông tin",
    )


def _period(directive: int) -> Period:
    return Period(
        directive_id=directive,
        code="2022-6T",
        kind="6T",
        year=2022,
        nominal_from=date(2022, 1, 1),
        nominal_to=date(2022, 6, 30),
        coverage_start=date(2021, 12, 15),
        cutoff=date(2022, 6, 14),
        mode="cumulative",
        round="R2",
        due_rule="12; 7; 3",
        own_rule="D*",
    )


def _receipt(engine: Engine) -> tuple[int, int]:
    with writing(engine) as session:
        directive, unit = _directive(), Unit(code="D01", valid_from=date(2010, 1, 1))
        session.add_all([directive, unit])
        session.flush()
        period = _period(directive.id or 0)
        session.add(period)
        session.flush()
        owed = Return(
            directive_id=directive.id, unit_id=unit.id, period_id=period.id, kind="own", due=date(2022, 6, 23)
        )
        session.add(owed)
        session.flush()
        receipt = Receipt(
            claim="c1",
            unit_id=unit.id,
            return_id=owed.id,
            file_name="a.xlsx",
            sha256="0" * 64,
            size=1,
            received_at=NOON,
        )
        session.add(receipt)
        session.flush()
        return owed.id or 0, receipt.id or 0


def test_the_migrations_make_exactly_the_tables_that_the_code_knows(any_engine: Engine) -> None:
    with any_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    assert is_current(any_engine)


def test_migrating_again_changes_nothing(any_engine: Engine) -> None:
    _receipt(any_engine)
    migrate(any_engine)
    with reading(any_engine) as session:
        assert len(session.exec(select(Receipt)).all()) == 1


def test_an_error_of_the_record_names_no_values(any_engine: Engine) -> None:
    with any_engine.connect() as connection, pytest.raises(DatabaseError) as caught:
        connection.execute(text("INSERT INTO no_table VALUES (:address)"), {"address": "office@d01.example"})
    assert "no_table" in str(caught.value)
    assert "d01.example" not in str(caught.value)


@pytest.mark.parametrize("number", ["0", "0.1", "-3.000001", "9999999999999999999999.999999"])
def test_a_decimal_comes_back_to_the_last_digit(any_engine: Engine, number: str) -> None:
    _, receipt = _receipt(any_engine)
    with writing(any_engine) as session:
        indicator = Indicator(code="I01", name="Hội nghị", measure="hội nghị", kind="flow", mode="cumulative")
        session.add(indicator)
        session.flush()
        session.add(
            ReportedValue(
                receipt_id=receipt, indicator_id=indicator.id, value=Decimal(number), sheet="Chỉ tiêu", cell="G5"
            )
        )
    with reading(any_engine) as session:
        assert session.exec(select(ReportedValue.value)).one() == Decimal(number)


def test_a_time_comes_back_in_utc_and_one_without_a_zone_is_refused(any_engine: Engine) -> None:
    owed, receipt = _receipt(any_engine)
    hanoi = NOON.astimezone(timezone(timedelta(hours=7)))
    with writing(any_engine) as session:
        session.add(EffectiveReturn(return_id=owed, receipt_id=receipt, since=hanoi))
    with reading(any_engine) as session:
        since = session.exec(select(EffectiveReturn.since)).one()
    assert since == NOON
    assert since.utcoffset() == timedelta(0)
    with pytest.raises(StatementError), writing(any_engine) as session:
        naive = NOON.replace(tzinfo=None)
        session.add(EffectiveReturn(return_id=owed, receipt_id=receipt, since=naive, until=naive))


def test_only_one_receipt_can_count_for_a_return(any_engine: Engine) -> None:
    owed, receipt = _receipt(any_engine)
    with writing(any_engine) as session:
        session.add(EffectiveReturn(return_id=owed, receipt_id=receipt, since=NOON, until=NOON))
        session.add(EffectiveReturn(return_id=owed, receipt_id=receipt, since=NOON))
    with pytest.raises(IntegrityError), writing(any_engine) as session:
        session.add(EffectiveReturn(return_id=owed, receipt_id=receipt, since=NOON))


def test_a_transaction_that_fails_leaves_nothing_behind(any_engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(any_engine) as session:
        session.add(_directive())
        session.flush()
        raise ZeroDivisionError
    with reading(any_engine) as session:
        assert session.exec(select(Directive)).all() == []


def test_a_unit_that_is_not_on_record_cannot_be_named(any_engine: Engine) -> None:
    with pytest.raises(IntegrityError), writing(any_engine) as session:
        session.add(Receipt(claim="x", unit_id=4711, file_name="a", sha256="a", size=1, received_at=NOON))
