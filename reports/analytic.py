"""The analytic copy: what counts in the record, as one DuckDB file that may be deleted and is then built anew."""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal, localcontext
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
from sqlmodel import Session

from models.crosswalk import join_crosswalks
from models.queries import figures as record
from models.queries.crosswalk import read_links
from models.queries.planned import read_planned
from models.unit import UnitEvent
from reports.carried import expand_assigned, expand_indicators, expand_shares, list_carried
from schemas.rollup import COPY

SQL = Path(__file__).resolve().parent / "sql"
POINTER = "current"  # holds the name of the newest copy
KEPT = 4  # copies left in the folder
DERIVED = (
    # each a file of sql/, in the order in which they rest on each other
    "scaled", "counting", "said", "wanted", "usable", "answer", "asked", "label", "merged", "newest", "earlier",
    "difference", "yearly", "last_input", "input", "slot",
)  # fmt: skip
NOTHING_FETCHED = {"autoinstall_known_extensions": False, "autoload_known_extensions": False}
PASSING = frozenset({"merge", "split", "dissolve"})  # the events that pass figures on to other units

Rows = Sequence[Sequence[Any]]


class _Arrow:
    """A polars frame as DuckDB reads it without pyarrow: the stream, and nothing that it could mistake."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


def publish(session: Session, folder: Path, *, as_at: datetime | None = None, anew: bool = False) -> Path:
    """Give the analytic copy of what counts now, or counted at a time; built only where the record has changed.

    `anew` builds it whatever lies there: what is signed rests on no copy. Without `as_at` the pointer file `current`
    is moved to it. Raises RuntimeError where record and copy differ.
    """
    tables = _read_small(session, as_at)
    watermark = _watermark(tables, record.read_effective(session, as_at), as_at)
    path = folder / f"rollup-{watermark}.duckdb"
    if anew or not _is_sound(path, watermark):
        folder.mkdir(parents=True, exist_ok=True)
        tables["reported"] = record.read_reported(session, as_at)
        tables["meta"] = [(watermark, as_at.date() if as_at else None)]
        with _beside(path) as building:
            _build(building, tables)
            _ensure_reconciled(building, record.read_reported_parts(session, as_at))
    if as_at is None:
        _point(folder, path.name)
    _prune(folder, keep=path)
    return path


@contextmanager
def opened(copy: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Read a copy; temporary tables may be made beside it."""
    with _connect(copy, read_only=True) as connection:
        yield connection


def run(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None) -> None:
    """Run sql/<name>.sql for what it makes."""
    connection.execute(_sql(name), dict(values) if values else None)


def frame(connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None) -> pl.DataFrame:
    """Run sql/<name>.sql and give its rows."""
    return pl.DataFrame(connection.sql(_sql(name), params=dict(values) if values else None))


def lend(connection: duckdb.DuckDBPyConnection, name: str, rows: pl.DataFrame) -> None:
    """Let queries see a frame as a view of that name, as long as the connection is open."""
    connection.register(name, _Arrow(rows))


def _connect(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(path), read_only=read_only, config={**NOTHING_FETCHED})


@cache
def _sql(name: str) -> str:
    return (SQL / f"{name}.sql").read_text("utf-8")


def _read_small(session: Session, as_at: datetime | None) -> dict[str, Rows]:
    """Read every table of the copy but the values: what the shape of the figures rests on."""
    planned = read_planned(session, as_at)
    past = planned.past
    events = [one for one in (past.events() if past else record.read_events(session)) if one.type in PASSING]
    parts = planned.breakdowns()
    assigned = past.assigned() if past else record.read_assigned(session)
    continued = planned.continued()
    links = past.links() if past else read_links(session)
    crosswalks = join_crosswalks(links, continued)
    shares = expand_shares((line for event in events for line in _shares(event)), crosswalks)
    return {
        "owed": record.read_owed(session, as_at),
        "period": planned.period_lines(),
        "indicator": _with_parts(expand_indicators(planned.indicator_lines(), crosswalks), 0, parts),
        "assigned": _with_parts(list(expand_assigned(assigned, crosswalks)), 2, parts),
        "span": past.spans() if past else record.read_spans(session),
        "passing": [line for event in events for line in _passing(event)],
        "share": _with_parts(shares, 1, parts),
        "carried": list_carried(crosswalks, parts),
        "continued": continued,
    }


def _with_parts(rows: Rows, at: int, parts: Mapping[str, Sequence[str]]) -> Rows:
    """Add the lines of breakdowns: each adds up as an indicator of its own, asked and shared as the whole is.

    `at` is the column of the indicator.
    """
    if not parts:
        return rows
    return [(*row[:at], code, *row[at + 1 :]) for row in rows for code in (row[at], *parts.get(row[at], ()))]


def _passing(event: UnitEvent) -> Iterator[Sequence[Any]]:
    for source in event.sources:
        for position, target in enumerate(event.targets):
            yield event.code, event.happened_on, event.type, source, target, position


def _shares(event: UnitEvent) -> Iterator[Sequence[Any]]:
    for indicator, parts in event.shares.items():
        for position, share in enumerate(parts):
            yield event.code, indicator, position, str(share)


def _watermark(tables: Mapping[str, Rows], effective: Sequence[int], as_at: datetime | None) -> str:
    """Name a state of the record: the last change of what counts, then a digest of everything else it rests on."""
    known_on = as_at.date().isoformat() if as_at else None
    small = {name: [list(row) for row in rows] for name, rows in tables.items()}
    made_by = [_sql(name) for name in DERIVED]  # a newer dondoc does not read an older one's copy
    told = json.dumps([made_by, known_on, effective, small], default=str, sort_keys=True, ensure_ascii=False)
    return f"{effective[-1] if effective else 0}-{hashlib.sha256(told.encode()).hexdigest()[:12]}"


def _is_sound(path: Path, watermark: str) -> bool:
    """Whether the copy is there and whole; one that is not, is only in the way."""
    if not path.is_file():
        return False
    try:
        with opened(path) as connection:
            return connection.execute("SELECT watermark FROM meta").fetchall() == [(watermark,)]
    except duckdb.Error:
        return False


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a path to build at; what stands there in the end takes the place of `path`, or nothing does."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".building-") as folder:
        building = Path(folder) / path.name
        yield building
        building.replace(path)


def _build(path: Path, tables: Mapping[str, Rows]) -> None:
    with _connect(path) as connection:
        for name, schema in COPY.items():
            lend(connection, "incoming", pl.DataFrame(tables[name], schema=dict(schema), orient="row"))
            connection.table("incoming").create(name)
        for name in DERIVED:
            run(connection, name)


def _ensure_reconciled(path: Path, parts: Iterable[Sequence[Any]]) -> None:
    """Compare counts and sums per period, record against copy. Raises RuntimeError that says where they differ."""
    wanted = _totals(parts)
    with opened(path) as connection:
        held = {tuple(row[:3]): tuple(row[3:]) for row in frame(connection, "totals").iter_rows()}
    wrong = [key for key in sorted(wanted.keys() | held.keys()) if wanted.get(key) != held.get(key)]
    if wrong:
        said = "; ".join(f"{'/'.join(key)}: record {wanted.get(key)}, copy {held.get(key)}" for key in wrong[:5])
        message = f"the analytic copy differs from the record in {len(wrong)} periods: {said}"
        raise RuntimeError(message)


def _totals(parts: Iterable[Sequence[Any]]) -> dict[tuple[str, ...], tuple[int, Any, Any, Any]]:
    """Give count and sums of value, numerator and denominator per directive, period and kind; None of nothing."""
    totals: dict[tuple[str, ...], tuple[int, Any, Any, Any]] = {}
    with localcontext(prec=40):  # as DuckDB adds: no digit is dropped
        for directive, period, kind, *numbers in parts:
            count, *sums = totals.get((directive, period, kind), (0, None, None, None))
            value, numerator, denominator = (_plus(a, b) for a, b in zip(sums, numbers, strict=True))
            totals[directive, period, kind] = (count + 1, value, numerator, denominator)
    return totals


def _plus(a: Decimal | None, b: Decimal | None) -> Decimal | None:
    return a if b is None else b if a is None else a + b


def _point(folder: Path, name: str) -> None:
    written = folder / f".{POINTER}-{name}"
    written.write_text(f"{name}\n", encoding="utf-8")
    written.replace(folder / POINTER)


def _prune(folder: Path, *, keep: Path) -> None:
    """Delete all but the newest copies; whoever still reads one keeps what was opened."""
    pointer = folder / POINTER
    named = {keep.name, pointer.read_text("utf-8").strip() if pointer.is_file() else ""}
    others = [path for path in folder.glob("rollup-*.duckdb") if path.name not in named]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT:]:
        path.unlink(missing_ok=True)
