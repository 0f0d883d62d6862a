"""The whole record in open formats says what the record says, to the last digit."""

import csv
import json
import stat
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from histories import FIRST
from office import Office
from rounds import open_round
from sqlmodel import select

from flows.jobs.export import run_export
from models.errors import RefusedError
from models.returns import Receipt, ReportedValue, Statement
from models.store import open_engine, reading, writing
from models.tables import metadata
from settings import Settings

EVIL = "=HYPERLINK(1)"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    with open_round(tmp_path / "workspace") as (settings, _):
        pass
    with writing(open_engine(settings.url)) as session:
        session.exec(select(Statement)).first().text = EVIL  # type: ignore[union-attr]
        session.exec(select(ReportedValue)).first().value = Decimal("9999999999999999999999.999999")  # type: ignore[union-attr]
    return settings


def test_every_table_is_there_in_both_formats_with_all_its_rows(settings: Settings, tmp_path: Path) -> None:
    outcome = run_export(settings, tmp_path / "open")
    assert {one.table for one in outcome.tables} == set(metadata.tables)
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o700
    assert not [path for path in (tmp_path / "open").iterdir() if path.name.startswith(".")]
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]
    for one in outcome.tables:
        counted = duckdb.read_parquet(str(tmp_path / "open" / f"{one.table}.parquet")).shape[0]
        with (tmp_path / "open" / f"{one.table}.csv").open(encoding="utf-8", newline="") as file:
            assert len(list(csv.DictReader(file))) == counted == one.rows


def test_numbers_times_and_texts_are_those_of_the_record(settings: Settings, tmp_path: Path) -> None:
    run_export(settings, tmp_path / "open")
    with reading(open_engine(settings.url)) as session:
        values = {one.id: one.value for one in session.exec(select(ReportedValue))}
        arrived = {one.id: one.received_at.replace(tzinfo=None) for one in session.exec(select(Receipt))}
    connection = duckdb.connect()
    parquet = connection.read_parquet(str(tmp_path / "open" / "reported_value.parquet")).project("id, value")
    assert dict(parquet.fetchall()) == values
    receipts = connection.read_parquet(str(tmp_path / "open" / "receipt.parquet")).project("id, received_at")
    assert dict(receipts.fetchall()) == arrived
    with (tmp_path / "open" / "reported_value.csv").open(encoding="utf-8", newline="") as file:
        rows = {int(row["id"]): row["value"] for row in csv.DictReader(file)}
    assert {key: Decimal(value) if value else None for key, value in rows.items()} == values


def test_a_text_that_looks_like_a_formula_is_harmless_in_csv_and_exact_in_parquet(
    settings: Settings, tmp_path: Path
) -> None:
    run_export(settings, tmp_path / "open")
    written = duckdb.connect().read_parquet(str(tmp_path / "open" / "statement.parquet")).project("text").fetchall()
    assert (EVIL,) in written
    with (tmp_path / "open" / "statement.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["text"] for row in csv.DictReader(file)]
    assert f"'{EVIL}" in texts
    assert EVIL not in texts


def test_the_dictionary_tells_every_column_of_every_table(settings: Settings, tmp_path: Path) -> None:
    run_export(settings, tmp_path / "open")
    package = json.loads((tmp_path / "open" / "datapackage.json").read_text("utf-8"))
    told = {one["name"]: [field["name"] for field in one["schema"]["fields"]] for one in package["resources"]}
    assert told == {name: [column.name for column in table.c] for name, table in metadata.tables.items()}
    assert all(one["description"] for one in package["resources"])
    with (tmp_path / "open" / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == sum(len(table.c) for table in metadata.tables.values())


def test_refuses_a_folder_that_holds_something(settings: Settings, tmp_path: Path) -> None:
    for folder, key in ((settings.workspace, r"export\.not-empty"), (tmp_path / "no" / "where", r"export\.no-parent")):
        with pytest.raises(RefusedError, match=key):
            run_export(settings, folder)


def test_the_command_says_how_much_it_wrote(settings: Settings, tmp_path: Path) -> None:
    said = Office(settings.workspace).ask("export", tmp_path / "open")
    assert said["rows"] == sum(one["rows"] for one in said["tables"]) > 0
    assert FIRST in (tmp_path / "open" / "directive.csv").read_text("utf-8")
