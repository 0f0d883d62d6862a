"""Which line of a report an input is counted in: on the tree of its own cut-off, or on the tree of a later day."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cache
from itertools import groupby
from typing import Any

import duckdb
import polars as pl

from reports.duck import frame, lend, run
from reports.heirs import JOIN, Heir, Parts, Passing, divide, find_heirs, joint_groups

JOINT = {"unit": pl.String, "tree_on": pl.Date, "parent": pl.String}
FOLD = {"indicator": pl.String, "label": pl.String, "unit": pl.String, "line": pl.String}
AMOUNTS = ("value", "numerator", "denominator")

Row = dict[str, Any]
Subject = tuple[str, str]  # indicator, label
Inherited = list[tuple[Row, tuple[Heir, ...]]]


@dataclass(frozen=True)
class Question:
    """Whose figures are asked for; `today` is the day whose tree is used, None for each period's own cut-off."""

    directive: str
    indicator: str | None = None
    label: str | None = None
    today: date | None = None

    @property
    def values(self) -> dict[str, Any]:
        return {"directive": self.directive, "indicator": self.indicator, "label": self.label, "today": self.today}


@dataclass
class _Lines:
    """Lines that units share where no share is known, and the units whose own lines give way to them."""

    joint: dict[str, str | None] = field(default_factory=dict)  # line → the unit above it
    fold: dict[tuple[str, str, str], str | None] = field(default_factory=dict)
    names: dict[tuple[Subject, Parts], str] = field(default_factory=dict)


def place(connection: duckdb.DuckDBPyConnection, question: Question) -> None:
    """Make `held`, `held_slot` and `above`, `line` and `waited`, from which figures and traces are read."""
    run(connection, "held", question.values)
    run(connection, "held_slot", question.values)
    run(connection, "superior")
    passings = _read_passings(connection) if question.today else []
    lines = _pass_on(connection, passings, question.today) if passings and question.today else _Lines()
    joint = [(line, question.today, parent) for line, parent in sorted(lines.joint.items())]
    fold = [(*key, line) for key, line in sorted(lines.fold.items())]
    lend(connection, "joint", pl.DataFrame(joint, schema=JOINT, orient="row"))
    lend(connection, "fold", pl.DataFrame(fold, schema=FOLD, orient="row"))
    run(connection, "above")
    for view in ("line_folded", "waited_folded") if fold else ("line", "waited"):  # rarely are lines shared
        run(connection, view)


def _read_passings(connection: duckdb.DuckDBPyConnection) -> list[Passing]:
    rows = frame(connection, "passings").iter_rows(named=True)
    return [_passing(list(lines)) for _, lines in groupby(rows, key=lambda row: (row["event"], row["source"]))]


def _passing(lines: Sequence[Row]) -> Passing:
    shares: dict[str, tuple[Decimal, ...]] = {}
    for row in lines:
        if row["indicator"]:
            shares[row["indicator"]] = (*shares.get(row["indicator"], ()), Decimal(row["share"]))
    targets = tuple(dict.fromkeys(row["target"] for row in lines))
    return Passing(lines[0]["happened_on"], lines[0]["type"], lines[0]["source"], targets, shares)


def _pass_on(connection: duckdb.DuckDBPyConnection, passings: Sequence[Passing], today: date) -> _Lines:
    """Give inputs and slots to the heirs of the units that said them, as far as `today`; only these are fetched."""

    @cache
    def heirs(unit: str, said_on: date, indicator: str) -> tuple[Heir, ...]:
        return find_heirs(unit, said_on, today, indicator, passings)

    def inherit(rows: pl.DataFrame) -> Inherited:
        named = rows.iter_rows(named=True)
        return [(row, heirs(row["unit"], row["placed_on"], row["indicator"])) for row in named]

    parents: dict[str, str | None] = dict(connection.execute("SELECT unit, parent FROM superior").fetchall())
    sources = sorted({passing.source for passing in passings})
    held, slots = (_take(connection, name, sources) for name in ("held", "held_slot"))
    inputs, waited = inherit(held), inherit(slots)
    lines = _joint_lines([*inputs, *waited], parents)
    _put(connection, "held", held, [one for row, found in inputs for one in _divided(row, found, lines)])
    moved = [{**row, "unit": _line(row, heir, lines)} for row, found in waited for heir in found]
    _put(connection, "held_slot", slots, moved)
    return lines


def _take(connection: duckdb.DuckDBPyConnection, table: str, units: Sequence[str]) -> pl.DataFrame:
    """Take the rows of some units out of a table."""
    chosen = f"FROM {table} WHERE list_contains($units, unit)"
    rows = pl.DataFrame(connection.sql(f"{chosen} ORDER BY ALL", params={"units": list(units)}))
    connection.execute(f"DELETE {chosen}", {"units": list(units)})
    return rows


def _put(connection: duckdb.DuckDBPyConnection, table: str, like: pl.DataFrame, rows: Sequence[Row]) -> None:
    """Put rows into a table."""
    lend(connection, "moved", pl.DataFrame(rows, schema=like.schema))
    connection.table("moved").insert_into(table)


def _divided(row: Row, heirs: Sequence[Heir], lines: _Lines) -> list[Row]:
    """Give an input to its heirs; the parts add up to it."""
    parts = {name: divide(row[name], heirs) for name in AMOUNTS}
    return [
        {**row, "unit": _line(row, heir, lines), **{name: parts[name][at] for name in AMOUNTS}}
        for at, heir in enumerate(heirs)
    ]


def _line(row: Row, heir: Heir, lines: _Lines) -> str:
    return lines.names.get(((row["indicator"], row["label"]), heir.parts), heir.line)


def _joint_lines(inherited: Inherited, parents: Mapping[str, str | None]) -> _Lines:
    """Name the lines that several units share, for each indicator and label that has any."""
    sets: dict[Subject, set[Parts]] = {}
    for row, heirs in inherited:
        for heir in heirs:
            if len(heir.parts) > 1:
                sets.setdefault((row["indicator"], row["label"]), set()).add(heir.parts)
    lines = _Lines()
    for subject, joined in sets.items():
        for group in joint_groups(joined):
            name = _add_line(lines, subject, group, parents)
            lines.names.update({(subject, parts): name for parts in joined if parts <= group})
    return lines


def _add_line(lines: _Lines, subject: Subject, group: Parts, parents: Mapping[str, str | None]) -> str:
    """Put a shared line under the nearest unit above all its units; one above only some of them cannot be told."""
    chains = [_chain(unit, parents) for unit in sorted(group)]
    common = [unit for unit in chains[0] if all(unit in chain for chain in chains)]
    nearest = common[0] if common else None
    told_apart = nearest in group  # the unit that all others stand under has the whole in any case
    name = nearest if nearest and told_apart else JOIN.join(sorted(group))
    if not told_apart:
        lines.joint[name] = nearest
    for unit in {unit for chain in chains for unit in chain} - set(common):
        lines.fold[(*subject, unit)] = name if unit in group and not told_apart else None
    return name


def _chain(unit: str, parents: Mapping[str, str | None]) -> list[str]:
    """Give a unit and all units above it, the nearest first."""
    chain: list[str] = []
    at: str | None = unit
    while at is not None and at not in chain:
        chain.append(at)
        at = parents.get(at)
    return chain
