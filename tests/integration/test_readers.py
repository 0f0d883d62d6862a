"""Readers in child processes: a death costs one child and one more try, never a neighbour."""

import io
import os
import pickle
import signal
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from builders import build_return
from scene import make_answers

from intake.confine import ChildLimits
from intake.reader import RawReturn, read_return
from intake.readers import Readers, _Answer
from models.errors import UnreadableWorkbookError
from schemas.layout import load_layout

SHEET = "xl/worksheets/sheet7.xml"  # a table of free lines


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("good")
    return [build_return(folder / f"{n}.xlsx", make_answers("D01", "2022-6T", "own", I01=n)) for n in range(6)]


@pytest.fixture(scope="module")
def heavy(good: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An honest workbook with 190,000 filled rows: within all limits of the guard, but slow to read."""
    path = tmp_path_factory.mktemp("heavy") / "heavy.xlsx"
    rows = "".join(
        f'<row r="{n}">' + "".join(f'<c r="{column}{n}"><v>{n}</v></c>' for column in "ABCDEFGH") + "</row>"
        for n in range(10, 190_000)
    ).encode()
    with zipfile.ZipFile(good[0]) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            part = old.read(info)
            new.writestr(
                info.filename, part.replace(b"</sheetData>", rows + b"</sheetData>") if info.filename == SHEET else part
            )
    return path


@pytest.fixture
def readers() -> Iterator[Readers]:
    with Readers(2) as opened:
        yield opened


def test_gives_what_this_process_would_read_in_the_same_order(readers: Readers, good: list[Path]) -> None:
    assert readers.read(good) == [read_return(path, load_layout("return")) for path in good]


def test_a_refusal_crosses_with_its_key_and_values(readers: Readers, good: list[Path], tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"a;b")
    refused, read = readers.read([tmp_path / "x", good[0]])
    assert isinstance(refused, UnreadableWorkbookError)
    assert refused.key.startswith("file.")
    assert isinstance(read, RawReturn)


def test_a_killed_reader_is_replaced_and_its_file_is_read_all_the_same(readers: Readers, good: list[Path]) -> None:
    readers.warm()
    for child in readers._idle:
        os.kill(child.process.pid, signal.SIGKILL)
        child.process.wait()
    assert all(isinstance(one, RawReturn) for one in readers.read(good))


@pytest.mark.slow
@pytest.mark.parametrize(
    "limits", [ChildLimits(wall_seconds=1), ChildLimits(cpu_seconds=1), ChildLimits(memory=200 << 20)]
)
def test_a_file_that_costs_too_much_is_refused_and_its_neighbours_are_read(
    heavy: Path, good: list[Path], limits: ChildLimits
) -> None:
    with Readers(2, limits) as readers:
        first, second, third = readers.read([good[0], heavy, good[1]])
    assert isinstance(second, UnreadableWorkbookError)
    assert second.key in ("file.unreadable", "file.too-large-inside")
    assert isinstance(first, RawReturn)
    assert isinstance(third, RawReturn)


@pytest.mark.slow
def test_a_large_honest_workbook_is_read_within_the_limits(heavy: Path, readers: Readers) -> None:
    assert isinstance(readers.read([heavy])[0], RawReturn)


class _Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("true",)


def test_an_answer_that_is_no_plain_data_is_not_taken() -> None:
    with pytest.raises(pickle.UnpicklingError):
        _Answer(io.BytesIO(pickle.dumps(_Evil()))).load()
