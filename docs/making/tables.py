"""The page of tables, from the models."""

import inspect
from typing import Any

from sqlalchemy import Column, Table, UniqueConstraint
from sqlmodel import SQLModel

from docs.making.pages import code, page, table
from models.tables import metadata


def tables_page() -> str:
    told = {one.__tablename__: inspect.getdoc(one) or "" for one in _classes(SQLModel) if hasattr(one, "__table__")}
    ordered = sorted(metadata.tables.values(), key=lambda one: one.name)
    return page(
        "Tables of the record",
        "SQLite in the workspace, or PostgreSQL (`DONDOC_DATABASE_URL`). Numbers that were reported are exact "
        "decimals, never floating point. Times are kept in UTC. Migrations stand in "
        "`models/migrations/versions`. `*` marks the primary key.",
        *(_section(one, told.get(one.name, "")) for one in ordered),
    )


def _classes(parent: type[Any]) -> list[type[Any]]:
    return [one for child in parent.__subclasses__() for one in (child, *_classes(child))]


def _section(one: Table, told: str) -> str:
    rows = [(_name(column), _type(column), "yes" if column.nullable else "", _points_to(column)) for column in one.c]
    unique = [c for c in one.constraints if isinstance(c, UniqueConstraint)]
    lines = sorted("Unique: " + ", ".join(code(column.name) for column in each.columns) for each in unique)
    return "\n\n".join((f"## {one.name}", told, table(("column", "type", "may be empty", "points to"), rows), *lines))


def _name(column: Column[Any]) -> str:
    return code(column.name) + (" *" if column.primary_key else "")


def _type(column: Column[Any]) -> str:
    kept = column.type
    name = type(kept).__name__
    known = {"AutoString": "text", "Moment": "moment", "Exact": "exact decimal", "ReturnStateText": "state"}
    return known.get(name, "state" if name.endswith("StateText") else name.lower())


def _points_to(column: Column[Any]) -> str:
    keys = sorted(key.target_fullname for key in column.foreign_keys)
    return ", ".join(f"[{key}](#{key.partition('.')[0]})" for key in keys)
