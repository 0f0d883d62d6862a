"""What a five-year review in all formats costs as units grow: gathered, composed, written as Word, PDF and annex.

`python -m benchmarks.review 35 1000`, an invented record of the shape of the demo's: 3 periods a year for 5 years,
25 indicators, 20 tasks, and in every return a shortcoming, four statements and a document.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.invented import SYMBOL, Size, lay_down
from benchmarks.invented_words import add_words
from benchmarks.measuring import Cost, Row, measured
from flows.jobs.record import read_record
from flows.jobs.review import find_span, roll_up_span, run_review
from models.store import migrate, open_engine, writing
from reports.annex import write_annex
from reports.content import Document
from reports.facts import Facts
from reports.pdf import write_pdf
from reports.profile import choose_profile
from reports.review import ReviewForm, compose
from reports.word import write_word
from schemas.texts import load_texts
from settings import Settings, open_workspace

FIRST, LAST = "2021-04", "2025-12"
INDICATORS, PERIODS = 25, 3
WRITERS: dict[str, Callable[[Document, Path], Any]] = {"docx": write_word, "pdf": write_pdf, "xlsx": write_annex}


def as_at(settings: Settings) -> datetime:
    return datetime(2026, 1, 15, 12, tzinfo=settings.zone)


def _lay_down(folder: Path, size: Size) -> None:
    settings = open_workspace(folder)
    engine = open_engine(settings.url)
    migrate(engine)
    with writing(engine) as session:
        lay_down(session, size)
        add_words(session)
    engine.dispose()


def _gather(folder: Path) -> Facts:
    settings = open_workspace(folder)
    with read_record(settings) as session:
        span = find_span(session, SYMBOL, FIRST, LAST, as_at(settings), "five-year")
        return roll_up_span(session, settings, span, as_at(settings), "as-was")[0]


def _compose(facts: Facts) -> Document:
    form = ReviewForm(choose_profile(facts.as_at.date()).name, is_draft=True, banner=None, snapshot="0" * 64)
    return compose(facts, load_texts("vi"), form)


def _write(folder: Path, document: Document, ending: str) -> int:
    path = folder / f"review.{ending}"
    WRITERS[ending](document, path)
    return path.stat().st_size


def _whole(folder: Path) -> int:
    settings = open_workspace(folder)
    return run_review(settings, SYMBOL, FIRST, LAST, as_at=as_at(settings)).figures


def measure(size: Size, folder: Path) -> Iterator[Cost]:
    """Give the cost of each step; the last is all of it as `dondoc review` does it, on a record it has not seen."""
    measured("record laid down", _lay_down, folder, size)
    whole = measured("whole review, all formats", _whole, folder)
    gathered = measured("rolled up and gathered (copy made before)", _gather, folder)
    composed = measured("composed", _compose, gathered.result)
    yield from (gathered, composed)
    for ending in WRITERS:
        yield measured(f"written as .{ending}", _write, folder, composed.result, ending)
    yield whole


def row(folder: Path, units: int, reach: float) -> Row:
    """Measure the whole review on a record it has not seen."""
    size = Size(units, INDICATORS, PERIODS)
    measured("record laid down", _lay_down, folder, size)
    whole = measured("whole review, all formats", _whole, folder)
    note = f"{whole.cpu:.1f} s of processors, {whole.memory:,.0f} MB"
    what = f"review in all formats, {units:,} units, {size.values:,} values"
    return Row(f"review-{units}", what, "–", whole.wall, reach, "s", costs={"review": whole}, note=note)


def main() -> None:
    for units in [int(one) for one in sys.argv[1:]] or [35]:
        size = Size(units, INDICATORS, PERIODS)
        print(f"\n{units:,} units, {size.values:,} values\n| step | s | CPU s | peak MB |\n|---|--:|--:|--:|")
        with tempfile.TemporaryDirectory(prefix="dondoc-benchmark-") as folder:
            for cost in measure(size, Path(folder)):
                print(f"| {cost.name} | {cost.wall:.1f} | {cost.cpu:.1f} | {cost.memory:,.0f} |", flush=True)


if __name__ == "__main__":
    main()
