"""The folder protocol: what is seen, what is left alone, who gets it, and that nothing is ever lost."""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from builders import build_return
from factories import make_unit
from scene import make_answers
from sqlalchemy import Engine
from sqlmodel import select

from intake.folder import (
    Waiting,
    archive,
    claim,
    find_claims,
    look,
    record,
    release,
    settled_files,
)
from models.queries.receipts import unit_ids
from models.returns import Receipt
from models.store import writing

NOW = datetime(2022, 6, 20, 3, tzinfo=UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox" / "D01").mkdir(parents=True)
    (tmp_path / "archive").mkdir()
    return tmp_path / "inbox"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("good") / "return.xlsx"
    return build_return(path, make_answers("D01", "2022-6T", "own")).read_bytes()


def drop(inbox: Path, content: bytes, name: str = "a.xlsx", unit: str = "D01") -> Path:
    path = inbox / unit / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    return path


def names(inbox: Path, **how: object) -> list[str]:
    return [one.path.name for one in settled_files(inbox, now=datetime.now(UTC), **how)]  # type: ignore[arg-type]


def test_sees_only_files_that_people_send(inbox: Path, good: bytes) -> None:
    for name in ("~$a.xlsx", ".hidden.xlsx", "a.tmp", "a.xlsx.part", "b.filepart", "c.crdownload", "Thumbs.db"):
        drop(inbox, good, name)
    (inbox / "D01" / "folder.xlsx").mkdir()
    (inbox / "D01" / "link.xlsx").symlink_to(drop(inbox, good, "real.xlsx"))
    os.mkfifo(inbox / "D01" / "pipe.xlsx")
    drop(inbox, good, "elsewhere.xlsx", ".claimed")
    (inbox / "loose.xlsx").write_bytes(good)
    assert [path.name for path in look(inbox)] == ["real.xlsx"]


def test_takes_the_oldest_first(inbox: Path, good: bytes) -> None:
    os.utime(drop(inbox, good, "new.xlsx"), (2000, 2000))
    os.utime(drop(inbox, good, "old.xlsx"), (1000, 1000))
    assert names(inbox) == ["old.xlsx", "new.xlsx"]


def test_waits_for_a_copy_that_is_not_finished(inbox: Path, good: bytes) -> None:
    path = drop(inbox, good[: len(good) // 2])
    before = look(inbox)
    assert names(inbox) == []
    path.write_bytes(good[: len(good) // 2 + 100])
    assert names(inbox, before=before) == []
    path.write_bytes(good)
    assert names(inbox, before=before) == ["a.xlsx"]


def test_takes_what_will_never_be_a_workbook_when_it_stands_still(inbox: Path) -> None:
    drop(inbox, b"a;b;c")
    before = look(inbox)
    assert names(inbox) == []
    assert names(inbox, before=before) == ["a.xlsx"]


def test_waits_longer_for_a_copy_made_to_size_beforehand(inbox: Path, good: bytes) -> None:
    path = drop(inbox, good[: len(good) // 2] + bytes(len(good) - len(good) // 2))
    before = look(inbox)
    assert names(inbox, before=before) == []
    long_ago = time.time() - 3600
    os.utime(path, (long_ago, long_ago))
    assert names(inbox) == ["a.xlsx"]
    assert names(inbox, grace=timedelta(hours=2)) == []


def test_of_two_collectors_exactly_one_gets_a_file(inbox: Path, good: bytes) -> None:
    waiting = [Waiting("D01", drop(inbox, good, f"{n}.xlsx")) for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        claims = [one for one in pool.map(lambda w: claim(inbox, w), waiting * 4) if one]
    assert sorted(one.path.name for one in claims) == sorted(one.path.name for one in waiting)
    assert sorted(one.id for one in find_claims(inbox)) == sorted(one.id for one in claims)


def test_archives_by_content_and_finishes_what_another_run_began(inbox: Path, good: bytes, engine: Engine) -> None:
    into = inbox.parent / "archive"
    claimed = claim(inbox, Waiting("D01", drop(inbox, good)))
    assert claimed is not None
    with writing(engine) as session:
        make_unit(session, "D01")
        units = unit_ids(session)
    for _ in range(2):  # as if killed after the record, before the claim was removed
        again = find_claims(inbox)
        arrived = [one for found in again if (one := archive(found, into))]
        with writing(engine) as session:
            ids = record(session, arrived, units, NOW)
    release(claimed)
    release(claimed)
    with writing(engine) as session:
        receipt = session.exec(select(Receipt)).one()
    digest = hashlib.sha256(good).hexdigest()
    assert (ids, receipt.sha256, receipt.size, receipt.file_name) == ([receipt.id], digest, len(good), "a.xlsx")
    assert [path.name for path in into.iterdir()] == [digest]
    assert (into / digest).read_bytes() == good
    assert not find_claims(inbox)
    assert not list((inbox / ".claimed").iterdir())


def test_gives_way_where_another_collector_finished_the_claim(inbox: Path, good: bytes) -> None:
    claimed = claim(inbox, Waiting("D01", drop(inbox, good)))
    assert claimed is not None
    release(claimed)
    assert archive(claimed, inbox.parent / "archive") is None


def test_keeps_names_that_are_no_text(inbox: Path, good: bytes) -> None:
    odd = os.fsdecode(os.fsencode(inbox / "D01") + b"/b\xe1o\x01 c\xe1o.xlsx")
    Path(odd).write_bytes(good)
    claimed = claim(inbox, settled_files(inbox, now=NOW)[0])
    assert claimed is not None
    assert claimed.file_name == "b\ufffdo c\ufffdo.xlsx"
    claimed.file_name.encode()
