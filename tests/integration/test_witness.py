"""A copy is taken for the record's without reading the record only where nothing it rests on has changed since."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import factories as make
import pytest
from histories import FIRST, SECOND, History
from sqlalchemy import Engine, Table, column, delete, event, insert, select, table, text, update
from sqlmodel import Session

from models.directive import IndicatorLink, PlanVersion
from models.queries.marks import read_marks
from models.states import ReturnState
from models.store import migrate, open_engine, reading, writing
from models.tables import CONTENT
from reports import witness
from reports.analytic import publish

LONG_AGO, DAY = datetime(2021, 1, 1, tzinfo=UTC), date(2022, 1, 1)
NAMED = re.compile(r'\b(?:FROM|JOIN) "?(\w+)"?')


def lay_out(session: Session, folder: Path) -> History:
    """A record with a row in every table that a copy rests on."""
    history = History(session, folder)
    first = history.directive(FIRST)
    history.directive(SECOND, continues=FIRST)
    history.unit("K00")
    history.unit("D01", "K00")
    history.event("merge", DAY, ["D02"], ["D01"])
    history.period("2021-N")
    history.indicator("I01")
    history.lead("D01")
    said = {"number": 1, "sha256": "0", "content_hash": "0", "content": {}, "recorded_at": LONG_AGO}
    plan = make.add(session, PlanVersion(directive_id=first.id, **said))
    make.add(session, IndicatorLink(plan_version_id=plan.id, position=0, since=DAY, relation="dropped", before="I09"))
    history.answer("D01", "2021-N", {"I01": 10})
    return history


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "analytics"


@pytest.fixture
def told(any_engine: Engine, folder: Path) -> Engine:
    """A record on which a copy was found to be its own."""
    with writing(any_engine) as session:
        lay_out(session, folder)
    ask(any_engine, folder)
    return any_engine


def ask(engine: Engine, folder: Path) -> Path:
    with reading(engine) as session:
        return publish(session, folder)


def marks(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return read_marks(session)


@pytest.fixture
def heard(told: Engine) -> Iterator[list[str]]:
    """What the database is asked."""
    statements: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:
        statements.append(statement)

    event.listen(told, "before_cursor_execute", hear)
    yield statements
    event.remove(told, "before_cursor_execute", hear)


def _read_from(statements: list[str]) -> set[str]:
    return {name for one in statements for name in NAMED.findall(one)}


def _watched(engine: Engine) -> set[str]:
    """Give the tables of which every kind of write is to leave a mark."""
    on_sqlite = "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger' AND name LIKE '%marked'"
    elsewhere = "SELECT event_object_table FROM information_schema.triggers WHERE trigger_name LIKE '%marked'"
    with reading(engine) as session:
        asked = text(on_sqlite if engine.dialect.name == "sqlite" else elsewhere)
        return set(session.connection().execute(asked).scalars())


def test_a_record_that_has_not_changed_is_not_read_again(told: Engine, folder: Path, heard: list[str]) -> None:
    before = ask(told, folder)
    assert before.exists()
    assert _read_from(heard) == {"change_mark"}


def test_whatever_a_copy_rests_on_leaves_a_mark(told: Engine, folder: Path, heard: list[str]) -> None:
    (folder / witness.WITNESS).unlink()
    ask(told, folder)
    apart = {"change_mark", "term"}  # words for the reader: no figure rests on them
    assert _read_from(heard) - apart == _watched(told)


def test_every_kind_of_write_leaves_a_mark(any_engine: Engine, folder: Path) -> None:
    source = open_engine("sqlite://")
    migrate(source)
    with writing(source) as session:
        lay_out(session, folder)
    watched, last = _watched(any_engine), marks(any_engine)
    with source.connect() as rows, any_engine.connect() as target:
        for one in CONTENT:
            found = [dict(row) for row in rows.execute(select(one)).mappings()]
            if found:
                target.execute(insert(one), found)
            target.commit()
            last = _moved(any_engine, last, one, watched)
        for one in reversed(CONTENT):
            first = next(iter(one.columns))
            for write in (update(one).values({first.name: first}), delete(one)):
                target.execute(write)
                target.commit()
                last = _moved(any_engine, last, one, watched)
    source.dispose()


def _moved(engine: Engine, before: list[str], written: Table, watched: set[str]) -> list[str]:
    after = marks(engine)
    assert (after != before) == (written.name in watched), written.name
    return after


def test_after_a_change_the_record_is_read(told: Engine, folder: Path) -> None:
    before = ask(told, folder)
    with writing(told) as session:
        session.execute(text("UPDATE return SET state = :state"), {"state": ReturnState.EXCUSED.value})
    assert ask(told, folder) != before


def test_a_change_that_was_taken_back_leaves_no_mark(told: Engine, folder: Path, heard: list[str]) -> None:
    with pytest.raises(ZeroDivisionError), writing(told) as session:
        make.make_unit(session, "D77")
        raise ZeroDivisionError
    heard.clear()
    ask(told, folder)
    assert _read_from(heard) == {"change_mark"}


def test_a_writer_sees_its_own_changes_before_others_do(told: Engine, folder: Path) -> None:
    with writing(told) as session:
        copies = [publish(session, folder)]
        for code in ("D77", "D78"):
            make.make_unit(session, code)
            copies.append(publish(session, folder))
    assert len(set(copies)) == 3
    assert ask(told, folder) == copies[-1]


@pytest.mark.parametrize("spoiled", ["current", witness.WITNESS, "rollup-*.duckdb"])
def test_what_is_not_whole_is_no_witness(told: Engine, folder: Path, heard: list[str], spoiled: str) -> None:
    before = ask(told, folder)
    heard.clear()
    (path,) = folder.glob(spoiled)
    path.write_text("something else\n", "utf-8")
    assert ask(told, folder) == before
    assert "unit" in _read_from(heard)


def test_a_restored_record_that_goes_on_differently_is_not_taken_for_the_one_before(
    engine: Engine, folder: Path, tmp_path: Path
) -> None:
    """As many changes, to the same rows, by the same steps: only what they say differs."""
    with writing(engine) as session:
        lay_out(session, folder)
    raw = table("unit_span", column("name"))
    names = []
    kept = tmp_path / "kept.db"
    with engine.connect() as connection:
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("VACUUM INTO ?", (str(kept),))
        connection.exec_driver_sql("BEGIN")
    for name in ("one", "another"):
        path = tmp_path / f"{name}.db"
        path.write_bytes(kept.read_bytes())
        restored = open_engine(f"sqlite:///{path}")
        with writing(restored) as session:
            session.execute(update(raw).values(name=name))
        names.append(ask(restored, folder).name)
        restored.dispose()
    assert len(set(names)) == 2


def test_two_that_write_at_one_time_do_not_wait_and_both_leave_a_mark(postgres: Engine) -> None:
    seen = [marks(postgres)]
    with writing(postgres) as first, writing(postgres) as second:
        make.make_unit(first, "D01")
        make.make_unit(second, "D02")
        second.commit()
        seen.append(marks(postgres))
        make.make_unit(first, "D03")
        seen.append(marks(postgres))
    seen.append(marks(postgres))
    with writing(postgres) as session:
        make.make_unit(session, "D04")
    seen.append(marks(postgres))
    assert seen[1] == seen[2]
    assert len({tuple(one) for one in seen}) == 4
    assert len(seen[-1]) == 1
