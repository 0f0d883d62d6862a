"""A worker that takes in many returns one after the other, and a workbook much larger than any return."""

import resource
import zipfile
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks.invented import SYMBOL
from benchmarks.measuring import Row, measured
from benchmarks.returns import PERIOD, RECEIVED, fill_inbox, make_office
from flows.jobs.collect import run_collect
from flows.jobs.issue import run_issue
from intake.readers import Readers
from models.errors import UnreadableWorkbookError
from settings import Settings, open_workspace

UNITS = 500  # each corrects its return as often as it takes
LINES = 200_000
LINE = (
    '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>Kiến nghị</t></is></c>'
    '<c r="B{0}" t="inlineStr"><is><t>Nội dung thứ {0} mà đơn vị nêu</t></is></c></row>'
)


def rows(folder: Path, count: int) -> Iterator[Row]:
    yield _oversized(folder / "large")
    yield _worker(folder / "worker", count)


def _worker(folder: Path, count: int) -> Row:
    make_office(folder, UNITS)
    cost = measured("worker", _collect_many, folder, count)
    held = cost.result
    note = f"{held[0]:.0f} MB after {UNITS:,}, {held[-1]:.0f} MB after {count:,}; {1000 * cost.cpu / count:.0f} ms each"
    what = f"memory of a collect worker with its readers, {count:,} returns"
    return Row("worker-memory", what, "–", max(held), 400, "MB", costs={"worker": cost}, note=note)


def _collect_many(folder: Path, count: int) -> list[float]:
    """Collect round after round; give what worker and readers hold after each, in megabytes."""
    settings, held = open_workspace(folder), []
    for at in range(0, count, UNITS):
        _again(settings, at)
        done = run_collect(settings, RECEIVED.replace(tzinfo=settings.zone))
        assert len(done.receipts) == UNITS
        held.append(_held())
    return held


def _again(settings: Settings, at: int) -> None:
    """Have every unit send in once more, other numbers than before."""
    fill_inbox(settings, UNITS, at)


def _held() -> float:
    worker = psutil.Process()
    return sum(one.memory_info().rss for one in (worker, *worker.children(recursive=True))) / 2**20


def _oversized(folder: Path) -> Row:
    settings = make_office(folder, 1)
    path = folder / "large.xlsx"
    _make_large(run_issue(settings, SYMBOL, PERIOD).issued[0].path, path)
    cost = measured("reader", _read, path)
    memory, said = cost.result
    what = f"a workbook of {LINES:,} filled rows, {path.stat().st_size / 2**20:.0f} MB"
    note = f"{said}; {memory:,.0f} MB in the reader (reach 500)"
    reach = 60 if said == "read" else 2
    return Row("oversized", what, "–", cost.wall, reach, "s", costs={"reader": cost}, note=note)


def _make_large(blank: Path, path: Path) -> None:
    """Put many rows into the last sheet with rows to fill."""
    lines = "".join(LINE.format(number) for number in range(300, 300 + LINES)).encode()
    with zipfile.ZipFile(blank) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == _last_sheet(old):
                content = content.replace(b"</sheetData>", lines + b"</sheetData>")
            new.writestr(name, content)


def _last_sheet(book: zipfile.ZipFile) -> str:
    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    return next(name for name in reversed(sheets) if b"statements.kind" in book.read(name) or name == sheets[0])


def _read(path: Path) -> tuple[float, str]:
    with Readers(1) as readers:
        found = readers.read([path])[0]
    said = found.key if isinstance(found, UnreadableWorkbookError) else "read"
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, said
