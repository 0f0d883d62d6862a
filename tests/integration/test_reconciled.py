"""The analytic copy is compared with the record as it is made: one wrong digit, and it is not published."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from histories import FIRST, History
from sqlalchemy import Engine

from models.queries import values as record
from models.store import writing
from reports.analytic import POINTER, publish

Rows = list[tuple[Any, ...]]
PERIOD, VALUE = 2, 4  # positions in a row of read_counting and of read_values
LONG = "12345678901234567890.25"


@pytest.fixture
def told(any_engine: Engine, tmp_path: Path) -> Iterator[History]:
    with writing(any_engine) as session:
        history = History(session, tmp_path / "analytics")
        history.directive(FIRST)
        history.unit("K00")
        history.unit("D01", "K00")
        for period in ("2021-N", "2022-N"):
            history.period(period)
        history.indicator("I01")
        history.lead("D01")
        history.answer("D01", "2021-N", {"I01": Decimal(LONG)})
        history.answer("D01", "2022-N", {"I01": 7})
        session.flush()
        yield history


def _one_digit(rows: Rows) -> Rows:
    first, *others = rows
    return [(*first[:VALUE], str(Decimal(first[VALUE]) + Decimal("0.01")), *first[VALUE + 1 :]), *others]


def _another_period(rows: Rows) -> Rows:
    first, second = rows
    return [first, (*second[:PERIOD], first[PERIOD], *second[PERIOD + 1 :])]


def _once_more(rows: Rows) -> Rows:
    return [*rows, (99, *rows[-1][1:])]


def _once_less(rows: Rows) -> Rows:
    return rows[:-1]


def _misread(monkeypatch: pytest.MonkeyPatch, read: str, tampered: Callable[[Rows], Rows]) -> None:
    honest = getattr(record, read)
    monkeypatch.setattr(record, read, lambda session, asked: tampered([tuple(row) for row in honest(session, asked)]))


@pytest.mark.parametrize(
    ("read", "tampered", "place", "numbers"),
    [
        ("read_values", _one_digit, "2021-N", (LONG, "12345678901234567890.26")),
        ("read_counting", _another_period, "2022-N", ("(1, ", "None")),
        ("read_values", _once_more, "2022-N", ("(1, ", "(2, ")),
        ("read_values", _once_less, "2022-N", ("(1, ", "None")),
    ],
    ids=["a digit", "a period", "a row more", "a row less"],
)
def test_a_copy_that_differs_is_not_published_and_the_difference_is_told(
    told: History,
    monkeypatch: pytest.MonkeyPatch,
    read: str,
    tampered: Callable[[Rows], Rows],
    place: str,
    numbers: tuple[str, str],
) -> None:
    _misread(monkeypatch, read, tampered)
    with pytest.raises(RuntimeError) as refused:
        publish(told.session, told.folder)
    said = str(refused.value)
    assert f"{FIRST}/{place}/own" in said
    assert all(number in said for number in numbers)
    assert not list(told.folder.glob("*.duckdb"))
    assert not (told.folder / POINTER).exists()


def test_an_earlier_copy_stays_in_force_where_the_next_one_differs(
    told: History, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = publish(told.session, told.folder)
    told.file(told.owe("K00", "2022-N"), {"I01": 5})
    told.session.flush()
    _misread(monkeypatch, "read_values", _once_less)
    with pytest.raises(RuntimeError, match="2022-N"):
        publish(told.session, told.folder)
    assert (told.folder / POINTER).read_text("utf-8").strip() == sound.name


def test_sums_of_either_sign_and_many_digits_are_exact(told: History) -> None:
    told.file(told.owe("K00", "2021-N"), {"I01": Decimal("-9999999999999999999999.999999")})
    told.file(told.owe("D01", "2021-N", kind="consolidated"), {"I01": (Decimal("0.000001"), Decimal(3))})
    told.session.flush()
    sums = {(period, kind): tuple(sums) for _, period, kind, *sums in record.read_totals(told.session, None)}
    assert sums == {
        ("2021-N", "own"): (2, Decimal("-9987654321098765432109.749999"), None, None),
        ("2021-N", "consolidated"): (1, None, Decimal("0.000001"), 3),
        ("2022-N", "own"): (1, 7, None, None),
    }
