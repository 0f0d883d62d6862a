"""The analytic copy is compared with the record as it is made: one wrong digit, and it is not published."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from histories import FIRST, History
from sqlalchemy import Engine

from models.queries import figures as record
from models.store import writing
from reports.analytic import POINTER, publish

Rows = list[tuple[Any, ...]]
PERIOD, VALUE = 2, 7  # positions in a row of read_reported


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
        history.answer("D01", "2021-N", {"I01": Decimal("12345678901234567890.25")})
        history.answer("D01", "2022-N", {"I01": 7})
        session.flush()
        yield history


def _one_digit(rows: Rows) -> Rows:
    first, *others = rows
    return [(*first[:VALUE], first[VALUE] + Decimal("0.01"), *first[VALUE + 1 :]), *others]


def _another_period(rows: Rows) -> Rows:
    first, second = rows
    return [first, (*second[:PERIOD], first[PERIOD], *second[PERIOD + 1 :])]


def _once_more(rows: Rows) -> Rows:
    return [*rows, (99, *rows[-1][1:])]


@pytest.mark.parametrize(
    ("tampered", "place", "numbers"),
    [
        (_one_digit, "2021-N", ("12345678901234567890.25", "12345678901234567890.26")),
        (_another_period, "2022-N", ("(1, ", "None")),
        (_once_more, "2022-N", ("(1, ", "(2, ")),
    ],
    ids=["a digit", "a period", "a row more"],
)
def test_a_copy_that_differs_is_not_published_and_the_difference_is_told(
    told: History,
    monkeypatch: pytest.MonkeyPatch,
    tampered: Callable[[Rows], Rows],
    place: str,
    numbers: tuple[str, str],
) -> None:
    honest = record.read_reported
    monkeypatch.setattr(
        record, "read_reported", lambda session, as_at: tampered([tuple(row) for row in honest(session, as_at)])
    )
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
    honest = record.read_reported
    monkeypatch.setattr(record, "read_reported", lambda session, as_at: list(honest(session, as_at))[:-1])
    with pytest.raises(RuntimeError, match="2022-N"):
        publish(told.session, told.folder)
    assert (told.folder / POINTER).read_text("utf-8").strip() == sound.name
