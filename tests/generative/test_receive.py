"""Laws of intake: what a unit writes is what is stored; a number is never misread; a block is said once."""

import math
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import open_record
from scene import Sender, make_scene
from sqlmodel import select

from intake.cells import read_number
from intake.check_blocks import group_blocks
from models.returns import Progress, ReportedValue
from models.store import reading
from schemas.checks import found
from schemas.texts import load_texts

VI = load_texts("vi")
_STATUSES = ("not_started", "in_progress", "suspended", "nothing_arose")
_TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf")), max_size=200)


@contextmanager
def a_sender() -> Iterator[Sender]:
    with tempfile.TemporaryDirectory() as folder:
        engine = open_record(Path(folder) / "dondoc.db", make_scene)
        yield Sender(engine, Path(folder))
        engine.dispose()


@pytest.mark.slow
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    count=st.integers(0, 10**9),
    money=st.decimals(0, 10**9, places=1, allow_nan=False, allow_infinity=False),
    parts=st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(sorted),
    status=st.sampled_from(_STATUSES),
    text=_TEXTS,
)
def test_what_is_written_is_what_is_stored(
    count: int, money: Decimal, parts: list[int], status: str, text: str
) -> None:
    with a_sender() as sender:
        filled = sender.answers(I01=count, I18=money)
        filled.row("measures", "I03").update(numerator=parts[0], denominator=parts[1])
        filled.row("progress", "K60-1.1").update(status=VI(f"workbook.list.status.{status}"), result=f"x{text}")
        outcome = sender.send(filled)
        assert outcome.state == "accepted", outcome.findings
        with reading(sender.engine) as session:
            values: list[Any] = list(session.exec(select(ReportedValue).order_by(ReportedValue.indicator_id)))
            progress = session.exec(select(Progress).order_by(Progress.row)).first()
        stored = {one.cell[0]: one for one in values}
        assert {Decimal(count), money} <= {one.value for one in values}
        assert [[one.numerator, one.denominator] for one in values if one.numerator is not None] == [parts]
        assert progress is not None
        assert (progress.status, bool(progress.text)) == (status, True)
        assert stored


@given(st.decimals(-(10**12), 10**12, places=2, allow_nan=False, allow_infinity=False))
def test_a_number_in_vietnamese_spelling_is_read_as_it_was_or_asked_back(number: Decimal) -> None:
    written = VI.number(number, 2)
    reading_of = read_number(written)
    assert reading_of.value in (number, None)
    assert (reading_of.value is None) == (reading_of.severity == "error" and reading_of.check is not None)


@given(st.floats(allow_nan=True, allow_infinity=True))
def test_a_number_cell_is_read_to_fifteen_digits_or_asked_back(number: float) -> None:
    reading_of = read_number(number)
    if reading_of.value is None:
        assert reading_of.check == ("number.not-a-number" if math.isnan(number) else "number.too-large")
    else:
        assert float(reading_of.value) == pytest.approx(number, rel=1e-14)


@given(st.lists(st.integers(1, 60), unique=True, min_size=1))
def test_blocks_say_every_cell_once_and_no_other(rows: list[int]) -> None:
    rows = sorted(rows)
    findings = [found("measures.required", sheet="S", cell=f"G{row}", subject=f"I{row}", column="c") for row in rows]
    said: list[int] = []
    for finding in group_blocks(findings):
        first, _, last = (finding.cell or "").partition(":")
        said += range(int(first[1:]), int((last or first)[1:]) + 1)
    assert said == rows
