"""Committees and bodies through time: what they were called, where they stood, what happened to them."""

from datetime import date

from sqlalchemy import JSON, UniqueConstraint
from sqlmodel import Field, SQLModel


class Unit(SQLModel, table=True):
    """An organisation unit; in force from `valid_from` to `valid_to`, both included."""

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True, index=True)
    size_group: str | None = None
    valid_from: date
    valid_to: date | None = None


class UnitSpan(SQLModel, table=True):
    """A stretch of days in which a unit's name, kind and superior stayed the same, both ends included."""

    __tablename__ = "unit_span"
    __table_args__ = (UniqueConstraint("unit_id", "valid_from"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    name: str
    name_en: str | None = None
    kind: str
    parent_id: int | None = Field(default=None, foreign_key="unit.id")
    valid_from: date
    valid_to: date | None = None


class UnitEvent(SQLModel, table=True):
    """What happened to units on a day; the spans are derived from it."""

    __tablename__ = "unit_event"

    id: int | None = Field(default=None, primary_key=True)
    code: str = Field(unique=True)
    happened_on: date
    type: str  # establish, rename, move, merge, split, change_kind, dissolve
    sources: list[str] = Field(default_factory=list, sa_type=JSON)  # unit codes
    targets: list[str] = Field(default_factory=list, sa_type=JSON)  # unit codes, or the new name or kind
    children: dict[str, str] = Field(default_factory=dict, sa_type=JSON)  # unit code → new superior
    shares: dict[str, list[str]] = Field(default_factory=dict, sa_type=JSON)  # indicator → decimals by target
    basis: str | None = None


class Contact(SQLModel, table=True):
    """The address of an office, never of a person."""

    __table_args__ = (UniqueConstraint("unit_id", "role", "channel", "address"),)

    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    role: str = "main"  # main, alternate, superior
    channel: str = "mail"
    address: str
    valid_from: date | None = None
    valid_to: date | None = None
