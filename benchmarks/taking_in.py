"""A return read, checked and stored: ours in batches, the way one writes it first, and the least it can cost."""

import hashlib
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from pathlib import Path
from xml.parsers import expat

from benchmarks.measuring import Row, interleaved, measured
from benchmarks.returns import RECEIVED, VI, fill_inbox, make_office
from flows.jobs.collect import office_of, readers
from intake.receive import process
from models.queries.arrivals import Arrival, record_receipt
from models.queries.receipts import unit_ids
from models.states import ReceiptState
from models.store import open_engine, writing
from settings import open_workspace

PANDAS = str(Path(sys.prefix) / "bench")  # where `make bench` puts what the naive way alone needs
TABLES = ("receipt", "effective_return", "progress", "reported_value", "shortcoming", "statement")


def rows(folder: Path, count: int, rounds: int) -> Iterator[Row]:
    """Measure a batch of so many, each way made warm by two files of it, one for each reader."""
    settings = make_office(folder, count)
    fill_inbox(settings, count)
    shutil.copy(folder / "dondoc.db", folder / "empty.db")
    measured("to know what is stored", _keep, folder)
    ways = {
        "ours": partial(measured, "ours", ours, folder, ready=partial(ours, only=2)),
        "naive": partial(measured, "naive", naive, folder, ready=partial(naive, only=2), path=PANDAS),
        "floor": partial(measured, "floor", floor, folder),
    }
    costs = {name: cost.of(1 / count) for name, cost in interleaved(ways, rounds).items()}
    mine, first, least = (costs[name].cpu for name in ways)
    what = f"read + check + store one return, batch of {count}, SQLite, guard and hash included"
    against = "naive: openpyxl + pandas + pandera per file + ORM objects"
    yield Row("store-naive", what, against, first / mine, 10, at_least=True, costs=costs)
    yield Row("store-floor", "the same", "floor: inflate + tokenise + executemany", mine / least, 3, costs=costs)


def _files(folder: Path, only: int | None) -> list[Path]:
    """Give the filled returns, and lay out a fresh record for them."""
    shutil.copy(folder / "empty.db", folder / "round.db")
    return sorted((folder / "inbox").glob("*/*.xlsx"))[:only]


def _received(folder: Path) -> datetime:
    return RECEIVED.replace(tzinfo=open_workspace(folder).zone)


def ours(folder: Path, only: int | None = None) -> None:
    """Take a batch in as `collect` does, from the hash on."""
    paths, at = _files(folder, only), _received(folder)
    engine = open_engine(f"sqlite:///{folder}/round.db")
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in paths]
    with writing(engine) as session:
        known = unit_ids(session)
        ids = [
            record_receipt(session, Arrival(f"claim-{key}", known[path.parent.name], path.name, key, 1, at))
            for path, key in zip(paths, hashes, strict=True)
        ]
    files = dict(zip(hashes, readers().read(paths), strict=True))
    with writing(engine) as session:
        done = process(session, ids, office_of(open_workspace(folder), VI), files)
    assert all(one.state is ReceiptState.ACCEPTED for one in done), done[0].findings
    engine.dispose()


def _keep(folder: Path) -> None:
    ours(folder)
    (folder / "round.db").replace(folder / "stored.db")


def naive(folder: Path, only: int | None = None) -> None:
    """Take each file in by itself."""
    from benchmarks.naive import take_in

    engine = open_engine(f"sqlite:///{folder}/round.db")
    for path in _files(folder, only):
        take_in(engine, path, _received(folder))
    engine.dispose()


def floor(folder: Path) -> None:
    """Inflate and tokenise the same files, and insert the same rows, with nothing in between."""
    for path in _files(folder, None):
        with zipfile.ZipFile(path) as archive:
            for name in archive.namelist():
                expat.ParserCreate().Parse(archive.read(name), True)
    stored, fresh = (sqlite3.connect(folder / name) for name in ("stored.db", "round.db"))
    for table in TABLES:
        told = stored.execute(f"SELECT * FROM {table}").fetchall()  # noqa: S608
        fresh.executemany(f"INSERT INTO {table} VALUES ({','.join('?' * len(told[0]))})", told)  # noqa: S608
    fresh.commit()
