"""The whole record in open formats: every table as CSV and as Parquet, and a dictionary of what is in them."""

import inspect
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import JSON, Boolean, Column, Connection, Date, Integer, Table
from sqlmodel import SQLModel

from models.tables import metadata
from models.transfer import read_chunks
from models.types import PRECISION, SCALE, Exact, Moment
from reports.duck import connect, lend

LIKE_FORMULAS = r"^(\s*[=+\-@＝＋－＠]|[\t\r\n])"  # what a spreadsheet that opens a .csv would run
KINDS: tuple[tuple[type[Any], str, Any], ...] = (
    # type of the record, type of a data package, type of a frame
    (Moment, "datetime", pl.Datetime("us")),
    (Exact, "number", pl.Decimal(PRECISION, SCALE)),
    (JSON, "object", pl.String()),
    (Boolean, "boolean", pl.Boolean()),
    (Integer, "integer", pl.Int64()),
    (Date, "date", pl.Date()),
)
ABOUT = "Times are UTC. A text that a spreadsheet would run bears an apostrophe in CSV; Parquet has it as it is."


@dataclass(frozen=True)
class ExportedTable:
    """One table of an export."""

    table: str
    rows: int


def write_open_data(connection: Connection, folder: Path, product: str) -> list[ExportedTable]:
    """Write all tables into an empty folder, each as <table>.csv and <table>.parquet, with datapackage.json."""
    tables = sorted(metadata.tables.values(), key=lambda one: one.name)
    written = [ExportedTable(one.name, _write_table(connection, one, folder)) for one in tables]
    package = {"profile": "tabular-data-package", "name": "dondoc", "version": product, "description": ABOUT}
    package["resources"] = [_resource(one) for one in tables]  # type: ignore[assignment]
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=1), "utf-8")
    pl.DataFrame(list(_dictionary(tables))).write_csv(folder / "dictionary.csv")
    return written


def _write_table(connection: Connection, table: Table, folder: Path) -> int:
    """Write a table chunk by chunk: as CSV at once, for Parquet through a passing table of DuckDB on disk."""
    schema = {column.name: _kind(column)[1] for column in table.columns}
    passing, count = folder / ".passing.duckdb", 0
    with connect(passing) as duck, (folder / f"{table.name}.csv").open("wb") as csv:
        for frame in _frames(connection, table, schema):
            _harmless(frame).write_csv(csv, include_header=count == 0)
            lend(duck, "chunk", frame)
            chunk = duck.view("chunk")
            chunk.insert_into("kept") if count else chunk.create("kept")
            count += frame.height
        duck.table("kept").write_parquet(str(folder / f"{table.name}.parquet"), compression="zstd")
    passing.unlink()
    return count


def _frames(connection: Connection, table: Table, schema: dict[str, Any]) -> Iterator[pl.DataFrame]:
    """Give a table in frames; one without rows as a frame without rows."""
    is_empty = True
    for rows in read_chunks(connection, table):
        yield pl.DataFrame([[_plain(value) for value in row.values()] for row in rows], schema=schema, orient="row")
        is_empty = False
    if is_empty:
        yield pl.DataFrame(schema=schema)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)  # the record gives UTC
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value.value if isinstance(value, Enum) else value


def _harmless(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(pl.col(pl.String).str.replace(LIKE_FORMULAS, "'${1}"))


def _kind(column: Column[Any]) -> tuple[str, Any]:
    return next(
        ((told, frame) for kept, told, frame in KINDS if isinstance(column.type, kept)), ("string", pl.String())
    )


def _resource(table: Table) -> dict[str, Any]:
    fields = [
        {"name": one.name, "type": _kind(one)[0], "constraints": {"required": not one.nullable}} for one in table.c
    ]
    keys = [
        {"fields": [one.name], "reference": {"resource": key.column.table.name, "fields": [key.column.name]}}
        for one in table.c
        for key in one.foreign_keys
    ]
    schema = {"fields": fields, "primaryKey": [one.name for one in table.primary_key], "foreignKeys": keys}
    path = f"{table.name}.csv"
    return {"name": table.name, "path": path, "description": _told(table), "encoding": "utf-8", "schema": schema}


def _dictionary(tables: list[Table]) -> Iterator[dict[str, Any]]:
    for table in tables:
        for one in table.c:
            to = ", ".join(sorted(key.target_fullname for key in one.foreign_keys))
            yield {"table": table.name, "about": _told(table), "column": one.name, "type": _kind(one)[0],
                   "key": one.primary_key, "may_be_empty": bool(one.nullable), "points_to": to}  # fmt: skip


def _told(table: Table) -> str:
    """Give what the model of a table says of it, in its first line."""
    model = next((one for one in _models(SQLModel) if getattr(one, "__table__", None) is table), None)
    return (inspect.getdoc(model) or "").partition("\n")[0]


def _models(parent: type[Any]) -> Iterator[type[Any]]:
    for child in parent.__subclasses__():
        yield child
        yield from _models(child)
