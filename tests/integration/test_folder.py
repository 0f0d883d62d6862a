"""The folder protocol: what is seen, what is left alone, who gets it, and that nothing is ever lost."""

import errno
import hashlib
import os
import socket
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import build_return
from factories import make_unit
from scene import make_answers
from sqlalchemy import Engine
from sqlmodel import select

from intake import waiting
from intake.folder import Archived, Claim, archive, claim, find_claims, record, release, remove_partials
from intake.lookout import LARGEST, Look, Lookout, ends_as_zip, look
from intake.waiting import Waiting, find_waiting
from models.queries.arrivals import claimed_hashes
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


def seen(path: Path) -> Look:
    return look(path.parents[1])[path]


def claimed(inbox: Path, content: bytes, name: str = "a.xlsx") -> Claim:
    got = claim(inbox, seen(drop(inbox, content, name)))
    assert got is not None
    return got


def archived(got: Claim, inbox: Path) -> Archived:
    one = archive(got, inbox.parent / "archive")
    assert one is not None
    return one


class Watcher:
    """A lookout with a clock of its own: a minute passes between two polls, unless told otherwise."""

    def __init__(self, inbox: Path, grace: timedelta = timedelta(minutes=15)) -> None:
        self.lookout, self.at = Lookout(inbox, grace), 0.0

    def poll(self, minutes: float = 1, *, later: timedelta = timedelta()) -> list[str]:
        self.at += minutes * 60
        return [one.path.name for one in self.lookout.poll(at=self.at, now=datetime.now(UTC) + later)]


def test_sees_only_files_that_people_send(inbox: Path, good: bytes) -> None:
    for name in ("~$a.xlsx", ".hidden.xlsx", "a.tmp", "a.xlsx.part", "b.filepart", "c.crdownload", "Thumbs.db"):
        drop(inbox, good, name)
    (inbox / "D01" / "folder.xlsx").mkdir()
    (inbox / "D01" / "link.xlsx").symlink_to(drop(inbox, good, "real.xlsx"))
    (inbox / "D02").symlink_to(inbox / "D01")
    os.mkfifo(inbox / "D01" / "pipe.xlsx")
    drop(inbox, good, "elsewhere.xlsx", ".claimed")
    (inbox / "loose.xlsx").write_bytes(good)
    assert [path.name for path in look(inbox)] == ["real.xlsx"]


def test_an_inbox_that_is_not_there_is_not_an_empty_one(inbox: Path) -> None:
    with pytest.raises(FileNotFoundError):
        look(inbox / "unmounted")


def test_takes_the_oldest_first(inbox: Path, good: bytes) -> None:
    os.utime(drop(inbox, good, "new.xlsx"), (2000, 2000))
    os.utime(drop(inbox, good, "old.xlsx"), (1000, 1000))
    assert Watcher(inbox).poll() == ["old.xlsx", "new.xlsx"]


def test_no_beginning_of_a_workbook_passes_for_the_whole(inbox: Path, good: bytes) -> None:
    path = drop(inbox, good)
    assert ends_as_zip(path)
    for length in [*range(0, len(good), 7), *range(len(good) - 70, len(good))]:
        path.write_bytes(good[:length])
        assert not ends_as_zip(path), length


def test_does_not_load_a_directory_of_millions_of_entries(inbox: Path) -> None:
    """Whether a zip is whole is seen at its end; what is in it is for the guard."""
    size = LARGEST - 22
    path = drop(inbox, b"")
    os.truncate(path, size)
    with path.open("ab") as file:
        file.write(b"PK\x05\x06" + bytes(4) + b"\xff\xff\xff\xff" + size.to_bytes(4, "little") + bytes(6))
    started = time.process_time()
    assert ends_as_zip(path)
    assert time.process_time() - started < 1


def test_waits_for_a_copy_that_is_not_finished(inbox: Path, good: bytes) -> None:
    watcher, path = Watcher(inbox), drop(inbox, good[: len(good) // 2])
    assert watcher.poll() == []
    path.write_bytes(good[: len(good) // 2 + 100])
    assert watcher.poll() == []
    path.write_bytes(good)
    assert watcher.poll() == ["a.xlsx"]


@pytest.mark.parametrize("dated", [0, time.time() + 10 * 365 * 86400], ids=["1970", "in ten years"])
def test_takes_what_stands_still_whatever_its_date(inbox: Path, dated: float) -> None:
    os.utime(drop(inbox, b"a;b;c"), (dated, dated))
    watcher = Watcher(inbox)
    assert watcher.poll() == []
    assert watcher.poll() == ["a.xlsx"]


@pytest.mark.parametrize("dated", [0, time.time() + 10 * 365 * 86400], ids=["1970", "in ten years"])
def test_waits_the_grace_time_for_a_copy_made_to_size_beforehand(inbox: Path, good: bytes, dated: float) -> None:
    path = drop(inbox, good[: len(good) // 2] + bytes(len(good) - len(good) // 2))
    os.utime(path, (dated, dated))
    watcher = Watcher(inbox)
    assert [watcher.poll(), watcher.poll(), watcher.poll(13)] == [[], [], []]
    assert watcher.poll(2) == ["a.xlsx"]
    assert Watcher(inbox).poll(later=timedelta(minutes=16)) == ["a.xlsx"]  # a run that remembers nothing


def test_waits_for_a_workbook_that_is_open_but_not_for_ever(inbox: Path, good: bytes) -> None:
    drop(inbox, good)
    lock = drop(inbox, b"", "~$a.xlsx")
    drop(inbox, good, "b.xlsx")
    drop(inbox, b"", ".~lock.b.xlsx#")
    watcher = Watcher(inbox)
    assert [watcher.poll(), watcher.poll(14)] == [[], []]
    lock.unlink()
    assert watcher.poll(0.5) == ["a.xlsx"]
    assert watcher.poll(2) == ["a.xlsx", "b.xlsx"]


def test_forgets_what_is_gone(inbox: Path) -> None:
    lookout = Lookout(inbox)
    for number in range(20):
        path = drop(inbox, b"x", f"{number}.csv")
        lookout.poll(at=number, now=datetime.now(UTC))
        path.unlink()
    assert lookout.poll(at=99, now=datetime.now(UTC)) == []
    assert lookout.seen == []


def test_leaves_a_file_that_changed_since_it_was_seen(inbox: Path, good: bytes) -> None:
    path = drop(inbox, good)
    before = seen(path)
    path.write_bytes(good + b"more")
    assert claim(inbox, before) is None
    other = drop(inbox, good, "new.xlsx")
    other.replace(path)  # as Excel saves
    assert claim(inbox, before) is None
    assert path.read_bytes() == good
    assert not list(inbox.glob(".claimed/*"))


def test_of_two_collectors_exactly_one_gets_a_file(inbox: Path, good: bytes) -> None:
    """While a third tidies up: it must not take the folder away under a claim that is being made."""
    found = [seen(drop(inbox, good, f"{n}.xlsx")) for n in range(40)]
    with ThreadPoolExecutor(9) as pool:
        tidying = pool.submit(lambda: [find_claims(inbox) for _ in range(400)])
        claims = [one for one in pool.map(lambda one: claim(inbox, one), found * 4) if one]
        tidying.result()
    assert sorted(one.path.name for one in claims) == sorted(one.path.name for one in found)
    assert sorted(one.id for one in find_claims(inbox)) == sorted(one.id for one in claims)


def test_a_claim_survives_one_who_tidies_up_between_its_two_steps(
    inbox: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, tidied = os.rename, []

    def after_tidying(source: Any, target: Any) -> None:
        if not tidied:
            tidied.append(find_claims(inbox))
        rename(source, target)

    one = seen(drop(inbox, good))
    monkeypatch.setattr(os, "rename", after_tidying)
    got = claim(inbox, one)
    assert got is not None
    assert tidied == [[]]
    assert [path.parent.name for path in inbox.glob(".claimed/*/*")] == [got.id]


def test_archives_by_content_and_finishes_what_another_run_began(inbox: Path, good: bytes, engine: Engine) -> None:
    into = inbox.parent / "archive"
    claimed(inbox, good)
    with writing(engine) as session:
        make_unit(session, "D01")
        units = unit_ids(session)
    for _ in range(2):  # as if killed after the record, before the claim was removed
        arrived = [archived(found, inbox) for found in find_claims(inbox)]
        with writing(engine) as session:
            ids = record(session, arrived, units, NOW)
            known = claimed_hashes(session, [one.claim.id for one in arrived])
    for _ in range(2):
        release(inbox, arrived[0], known[arrived[0].claim.id])
    with writing(engine) as session:
        receipt = session.exec(select(Receipt)).one()
    digest = hashlib.sha256(good).hexdigest()
    assert (ids, receipt.sha256, receipt.size, receipt.file_name) == ([receipt.id], digest, len(good), "a.xlsx")
    assert [path.name for path in into.iterdir()] == [digest]
    assert (into / digest).read_bytes() == good
    assert not find_claims(inbox)
    assert not list((inbox / ".claimed").iterdir())


def test_gives_way_where_another_collector_finished_the_claim(inbox: Path, good: bytes) -> None:
    got = claimed(inbox, good)
    one = archived(got, inbox)
    release(inbox, one, one.sha256)
    assert archive(got, inbox.parent / "archive") is None
    release(inbox, one, one.sha256)
    assert not list(inbox.glob(".claimed/*"))


def test_what_is_written_after_the_copy_becomes_a_claim_of_its_own(inbox: Path) -> None:
    """The sender's program held the file open; what the receipt does not speak of is not thrown away."""
    with drop(inbox, b"a;b").open("ab") as held:
        got = claim(inbox, seen(inbox / "D01" / "a.xlsx"))
        assert got is not None
        one = archived(got, inbox)
        held.write(b";c")
    release(inbox, one, one.sha256)
    (again,) = find_claims(inbox)
    assert again.id != got.id
    assert (again.unit, again.path.name, again.path.read_bytes()) == ("D01", "a.xlsx", b"a;b;c")


def test_what_the_receipt_does_not_speak_of_is_not_released(inbox: Path) -> None:
    """Two collectors copied different states of it, or the first was killed after its record."""
    one = archived(claimed(inbox, b"second"), inbox)
    release(inbox, one, hashlib.sha256(b"first").hexdigest())
    assert [again.path.read_bytes() for again in find_claims(inbox)] == [b"second"]


def test_several_files_in_one_claim_all_get_their_turn(inbox: Path) -> None:
    got = claimed(inbox, b"1", "1.csv")
    (got.path.parent / "2.csv").write_bytes(b"2")
    taken = []
    while found := find_claims(inbox):
        one = archived(found[0], inbox)
        taken.append(found[0].path.name)
        release(inbox, one, one.sha256)
    assert sorted(taken) == ["1.csv", "2.csv"]


def test_does_not_copy_for_ever_what_never_stands_still(
    inbox: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    got, sync = claimed(inbox, good), os.fsync

    def while_written_to(descriptor: int) -> None:
        with got.path.open("ab") as file:
            file.write(b"x")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", while_written_to)
    assert archive(got, inbox.parent / "archive") is None
    assert got.path.exists()
    assert not list((inbox.parent / "archive").iterdir())


def test_a_copy_that_fails_leaves_its_claim_and_no_half_file(
    inbox: Path, good: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    got = claimed(inbox, good)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            archive(got, inbox.parent / "archive")
    assert not list((inbox.parent / "archive").iterdir())
    assert archived(got, inbox).sha256 == hashlib.sha256(good).hexdigest()


def test_removes_what_cut_off_copies_left_when_it_is_an_hour_old(inbox: Path, good: bytes) -> None:
    into = inbox.parent / "archive"
    archived(claimed(inbox, good), inbox)
    for name, age in (("old", 7200), ("new", 60)):
        (into / f".{name}.tmp").write_bytes(b"half")
        os.utime(into / f".{name}.tmp", (time.time() - age,) * 2)
    remove_partials(into, datetime.now(UTC) - timedelta(hours=1))
    assert sorted(path.name for path in into.iterdir()) == [".new.tmp", hashlib.sha256(good).hexdigest()]


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_what_is_no_file_any_more_when_it_is_claimed_stops_nobody(inbox: Path, good: bytes, kind: str) -> None:
    got = claimed(inbox, good)
    got.path.unlink()
    if kind == "link":
        got.path.symlink_to(inbox.parent / "elsewhere")
    elif kind == "pipe":
        os.mkfifo(got.path)
    else:
        got.path.mkdir()
    assert find_claims(inbox) == []
    with pytest.raises(OSError, match=r"regular|symbolic|directory"):
        archive(got, inbox.parent / "archive")


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        (b"b\xe1o\x01 c\xe1o.xlsx", "b\ufffdo c\ufffdo.xlsx"),
        ("dòng 1\nINFO dòng 2\u2028.xlsx".encode(), "dòng 1INFO dòng 2.xlsx"),
        ("\u202excod.xlsx".encode(), "xcod.xlsx"),
        (b"\x1b", "?"),
        ("ế".encode() * 83 + b".xlsx", "ế" * 83 + ".xlsx"),  # 254 bytes
        ("e\u0302\u0301.xlsx".encode(), "ế.xlsx"),
        (b"a\\..\\b;c|d&$(e).xlsx", "a\\..\\b;c|d&$(e).xlsx"),
    ],
)
def test_takes_files_of_any_name_and_shows_them_on_one_line(inbox: Path, name: bytes, stored: str) -> None:
    path = Path(os.fsdecode(os.fsencode(inbox / "D01") + b"/" + name))
    path.write_bytes(b"x")
    got = claim(inbox, seen(path))
    assert got is not None
    assert got.file_name == stored
    assert (got.file_name.encode(), len(got.file_name.splitlines())) == (stored.encode(), 1)
    assert archived(got, inbox).size == 1


def test_composed_and_decomposed_names_are_two_files(inbox: Path, good: bytes) -> None:
    for name in ("\u1ebf.xlsx", "e\u0302\u0301.xlsx"):
        drop(inbox, good, name)
    claims = [claim(inbox, one) for one in look(inbox).values()]
    assert [one.file_name for one in claims if one] == ["ế.xlsx", "ế.xlsx"]


def test_takes_a_file_that_nobody_may_write_and_one_with_a_second_name(inbox: Path, good: bytes) -> None:
    """A hard link is a file like any other: the copy is ours, and the sender keeps the other name."""
    drop(inbox, good).chmod(0o400)
    kept = inbox.parent / "kept.xlsx"
    os.link(drop(inbox, good + b" ", "b.xlsx"), kept)
    for one in look(inbox).values():
        got = claim(inbox, one)
        assert got is not None
        into = archived(got, inbox)
        release(inbox, into, into.sha256)
    assert not list(inbox.glob(".claimed/*"))
    assert kept.read_bytes() == good + b" "


def test_says_of_everything_that_stays_why(inbox: Path, good: bytes, tmp_path: Path) -> None:
    os.truncate(drop(inbox, b"", "huge.xlsx"), 10 << 30)  # sparse: it costs nothing, and its copy must not either
    assert Watcher(inbox).poll(later=timedelta(days=1)) == []
    drop(inbox, good, "open.xlsx")
    drop(inbox, b"", "~$open.xlsx")
    drop(inbox, good[:100], "half.xlsx")
    (inbox / "D01" / "Báo cáo 2022").mkdir()
    (inbox / "D01" / "link.xlsx").symlink_to(tmp_path)
    os.mkfifo(inbox / "D01" / "pipe.xlsx")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(os.path.relpath(inbox / "D01" / "socket.xlsx"))
    (inbox / "loose\n.xlsx").write_bytes(good)
    (inbox / "D02").symlink_to(tmp_path)
    claimed(inbox, good, "claimed.xlsx")
    drop(inbox, good, "stranger.xlsx", "D77")
    assert find_waiting(inbox, ["D01", "D02"], lambda size: size != 100) == [
        Waiting("", "D02", waiting.NO_FILE),
        Waiting("", "loose.xlsx", waiting.NO_UNIT),
        Waiting("D01", "Báo cáo 2022", waiting.NO_FILE),
        Waiting("D01", "claimed.xlsx", waiting.CLAIMED_ONLY),
        Waiting("D01", "half.xlsx", waiting.NO_ROOM),
        Waiting("D01", "huge.xlsx", waiting.TOO_LARGE),
        Waiting("D01", "link.xlsx", waiting.NO_FILE),
        Waiting("D01", "open.xlsx", waiting.OPEN),
        Waiting("D01", "pipe.xlsx", waiting.NO_FILE),
        Waiting("D01", "socket.xlsx", waiting.NO_FILE),
        Waiting("D77", "stranger.xlsx", waiting.STRANGER),
    ]


@pytest.mark.skipif(os.getuid() != 0, reason="gives up the rights of root in a child, so it must have them")
def test_a_file_that_we_may_not_read_stays_in_the_inbox_and_is_named(good: bytes) -> None:
    with tempfile.TemporaryDirectory() as named:
        inbox = Path(named) / "inbox"
        inbox.mkdir()
        drop(inbox, good).chmod(0)
        Path(named).chmod(0o755)
        child = os.fork()
        if child == 0:
            with Ending():
                os.setuid(65534)
                assert Watcher(inbox).poll(later=timedelta(days=1)) == []
                assert find_waiting(inbox, ["D01"], lambda _: True) == [Waiting("D01", "a.xlsx", waiting.UNREADABLE)]
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


class Ending:
    """Ends a forked child with what its work came to; nothing of the parent's goes on in it."""

    def __enter__(self) -> None:
        return

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is not None:
            traceback.print_exception(error)
        os._exit(0 if error is None else 1)
