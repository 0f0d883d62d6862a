"""The analytic copy: what counts in the record, as one DuckDB file that may be deleted and is then built anew."""

import hashlib
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
from sqlmodel import Session

from models.queries import figures as record
from models.queries.planned import read_planned
from models.unit import UnitEvent
from reports.carried import expand_assigned, expand_indicators, expand_shares, list_carried
from reports.duck import opened, query
from reports.refresh import read_wanted, write_copy
from reports.witness import bear_witness, find_witness, is_witnessed
from schemas.rollup import COPY

POINTER = "current"  # holds the name of the newest copy
PREFIX, SUFFIX = "rollup-", ".duckdb"  # of a copy's name, around its watermark
KEPT = 4  # copies left in the folder
DERIVED = (
    # each a file of sql/, in the order in which they rest on each other
    "scaled", "counting", "said", "wanted", "usable", "answer", "asked", "label", "merged", "newest", "earlier",
    "difference", "yearly", "last_input", "input", "slot",
)  # fmt: skip
PASSING = frozenset({"merge", "split", "dissolve"})  # the events that pass figures on to other units

Rows = Sequence[Sequence[Any]]


def publish(session: Session, folder: Path, *, as_at: datetime | None = None, anew: bool = False) -> Path:
    """Give the analytic copy of what counts now, or counted at a time; made only where the record has changed.

    It starts from the newest sound copy and takes what changed since. `anew` builds it whole, whatever lies there:
    what is signed rests on no copy. Without `as_at` the pointer file `current` is moved to it. Raises RuntimeError
    where record and copy differ.
    """
    seen = find_witness(session) if as_at is None else None
    witnessed = None if anew else _find_witnessed(folder, seen)
    if witnessed:
        return witnessed
    path = _publish(session, folder, as_at, anew=anew)
    if seen and seen == find_witness(session):
        bear_witness(folder, seen, path.name)
    return path


def _find_witnessed(folder: Path, seen: str | None) -> Path | None:
    """Find the copy in force where a witness says, and the copy too, that it is the one to be read."""
    name = _pointed(folder)
    watermark = name.removeprefix(PREFIX).removesuffix(SUFFIX)
    return folder / name if is_witnessed(folder, seen, name) and _is_sound(folder / name, watermark) else None


def _publish(session: Session, folder: Path, as_at: datetime | None, *, anew: bool) -> Path:
    small = _read_small(session, as_at)
    resting_on = _digest({name: [list(row) for row in rows] for name, rows in small.items()})
    watermark = _watermark(resting_on, record.read_effective(session, as_at), as_at)
    path = folder / f"{PREFIX}{watermark}{SUFFIX}"
    if anew or not _is_sound(path, watermark):
        folder.mkdir(parents=True, exist_ok=True)
        small["meta"] = [(watermark, as_at.date() if as_at else None, _made_by(), resting_on)]
        wanted = read_wanted(session, small, resting_on, DERIVED, as_at)
        with _beside(path) as building:
            write_copy(session, building, wanted, start=None if anew else _find_start(folder))
    if as_at is None:
        _point(folder, path.name)
    _prune(folder, keep=path)
    return path


def _read_small(session: Session, as_at: datetime | None) -> dict[str, Rows]:
    """Read every table of the copy but the values: what the shape of the figures rests on."""
    planned = read_planned(session, as_at)
    past = planned.past
    events = [one for one in (past.events() if past else record.read_events(session)) if one.type in PASSING]
    parts = planned.breakdowns()
    assigned = past.assigned() if past else record.read_assigned(session)
    crosswalks = planned.crosswalks()
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
        "continued": planned.continued(),
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


def _watermark(resting_on: str, effective: Sequence[int], as_at: datetime | None) -> str:
    """Name a state of the record: the last change of what counts, then a digest of everything else it rests on."""
    known_on = as_at.date().isoformat() if as_at else None
    return f"{effective[-1] if effective else 0}-{_digest([_made_by(), known_on, effective, resting_on])}"


def _made_by() -> str:
    """Name what copies are made by: a newer dondoc does not read an older one's copy."""
    return _digest([[query(name) for name in DERIVED], {name: dict(columns) for name, columns in COPY.items()}])


def _digest(told: Any) -> str:
    written = json.dumps(told, default=str, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()[:12]


def _is_sound(path: Path, watermark: str) -> bool:
    """Whether the copy is there and whole; one that is not, is only in the way."""
    return _read_meta(path) == (watermark, _made_by())


def _find_start(folder: Path) -> Path | None:
    """Find the copy that a new one can start from: the one in force, else the newest of this dondoc's."""
    pointed = _pointed(folder)
    copies = sorted(_copies(folder), key=lambda path: (path.name == pointed, path.stat().st_mtime), reverse=True)
    return next((path for path in copies if _read_meta(path)[1:] == (_made_by(),)), None)


def _read_meta(path: Path) -> tuple[str, ...]:
    """Give a copy's watermark and what it was made by; nothing of a file that cannot be read."""
    if not path.is_file():
        return ()
    try:
        with opened(path) as connection:
            return connection.execute("SELECT watermark, made_by FROM meta").fetchone() or ()
    except duckdb.Error:
        return ()


@contextmanager
def _beside(path: Path) -> Iterator[Path]:
    """Give a path to build at; what stands there in the end takes the place of `path`, or nothing does."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".building-") as folder:
        building = Path(folder) / path.name
        yield building
        building.replace(path)


def _point(folder: Path, name: str) -> None:
    written = folder / f".{POINTER}-{name}"
    written.write_text(f"{name}\n", encoding="utf-8")
    written.replace(folder / POINTER)


def _pointed(folder: Path) -> str:
    """Give the name of the copy in force; empty where there is none."""
    pointer = folder / POINTER
    return pointer.read_text("utf-8").strip() if pointer.is_file() else ""


def _copies(folder: Path) -> list[Path]:
    return list(folder.glob(f"{PREFIX}*{SUFFIX}"))


def _prune(folder: Path, *, keep: Path) -> None:
    """Delete all but the newest copies; whoever still reads one keeps what was opened."""
    others = [path for path in _copies(folder) if path.name not in (keep.name, _pointed(folder))]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT:]:
        path.unlink(missing_ok=True)
