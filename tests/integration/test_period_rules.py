"""Periods of which the plan gives a kind and a preset only: their dates, what wins, what is frozen, what is refused."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from plans import content_of, saved, small_plan
from sqlalchemy import Engine
from sqlmodel import select

from flows.jobs.assign import run_assign
from intake.plan import read_plan
from models.errors import PlanRefusedError
from models.period import Period, PeriodDue
from models.plan import PlanPeriod
from models.queries.plans import record_plan
from models.store import open_engine, reading, writing
from models.workdays import WorkCalendar
from settings import open_workspace

NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
NO_DATES: dict[str, Any] = dict.fromkeys(("nominal_from", "nominal_to", "coverage_start", "cutoff", "mode"))


def by_preset(code: str, kind: str, preset: str = "mid_month", **given: Any) -> dict[int, dict[str, Any]]:
    """Change the second period of the small plan to one with a preset and nothing else but what is given."""
    return {1: {**NO_DATES, "code": code, "kind": kind, "preset": preset, **given}}


def period_of(folder: Path, *asked: Any, **given: Any) -> PlanPeriod:
    return content_of(small_plan(periods=by_preset(*asked, **given)), folder).periods[1]


def dates(period: PlanPeriod) -> list[str]:
    told = (period.nominal_from, period.nominal_to, period.coverage_start, period.cutoff)
    return [day.isoformat() for day in told]


@pytest.mark.parametrize(
    ("code", "kind", "preset", "expected", "mode"),
    [
        ("2023-6T", "6T", "mid_month", ["2023-01-01", "2023-06-30", "2022-12-15", "2023-06-14"], "cumulative"),
        ("2023-9T", "9T", "mid_month", ["2023-01-01", "2023-09-30", "2022-12-15", "2023-09-14"], "cumulative"),
        ("2024-N", "N", "mid_month", ["2024-01-01", "2024-12-31", "2023-12-15", "2024-12-14"], "cumulative"),
        ("2024-6T", "6T", "calendar", ["2024-01-01", "2024-06-30", "2024-01-01", "2024-06-30"], "cumulative"),
        ("2024-Q1", "Q", "calendar", ["2024-01-01", "2024-03-31", "2024-01-01", "2024-03-31"], "per_period"),
        ("2024-Q1", "Q", "mid_month", ["2024-01-01", "2024-03-31", "2023-12-15", "2024-03-14"], "per_period"),
        ("2023-Q4", "Q", "mid_month", ["2023-10-01", "2023-12-31", "2023-09-15", "2023-12-14"], "per_period"),
        ("2021-5N", "5N", "calendar", ["2021-01-01", "2025-12-31", "2021-01-01", "2025-12-31"], "span"),
        ("2021-5N", "5N", "mid_month", ["2021-01-01", "2025-12-31", "2020-12-15", "2025-12-14"], "span"),
    ],
)
def test_the_dates_follow_from_code_kind_and_preset(
    code: str, kind: str, preset: str, expected: list[str], mode: str, tmp_path: Path
) -> None:
    found = period_of(tmp_path, code, kind, preset)
    assert (dates(found), found.mode) == (expected, mode)


def test_a_date_that_is_given_wins(tmp_path: Path) -> None:
    found = period_of(tmp_path, "2021-N", "N", nominal_from=date(2021, 9, 1), coverage_start=date(2021, 8, 31))
    assert dates(found) == ["2021-09-01", "2021-12-31", "2021-08-31", "2021-12-14"]


def test_a_span_of_years_runs_from_the_day_that_is_given(tmp_path: Path) -> None:
    found = period_of(tmp_path, "R2-5N", "5N", "calendar", nominal_from=date(2021, 8, 31))
    assert dates(found)[:2] == ["2021-08-31", "2026-08-30"]


@pytest.mark.parametrize(
    ("asked", "given", "expected"),
    [
        (("Q1", "Q"), {}, ("plan.period-year", "A6")),
        (("2023-Q", "Q"), {}, ("plan.period-quarter", "A6")),
        (("R2-6T", "6T"), {}, ("plan.period-year", "A6")),
        (("2023-6T", "9T"), {}, ("plan.period-code-kind", "A6")),
        (("2023-6T", "6T"), {"mode": "span"}, ("plan.period-mode", "G6")),
        (("2021-5N", "5N"), {"mode": "cumulative"}, ("plan.period-mode", "G6")),
        (("2023-6T", "6T", "giữa tháng"), {}, ("plan.list", "M6")),
        (("2023-6T", "6T"), {"lock_rule": 0}, ("plan.out-of-range", "N6")),
        (("2023-6T", "6T"), {"coverage_start": date(2023, 7, 1)}, ("plan.cutoff-before-start", "F6")),
        (("2023-6T", "6T", None), {}, ("plan.required", "F6")),
    ],
    ids=str,
)
def test_what_does_not_fit_is_named_with_its_cell(
    asked: tuple[Any, ...], given: dict[str, Any], expected: tuple[str, str], tmp_path: Path
) -> None:
    with pytest.raises(PlanRefusedError) as refused:
        read_plan(saved(small_plan(periods=by_preset(*asked, **given)), tmp_path))
    assert expected in {(one.check, one.cell) for one in refused.value.findings}


def test_a_plan_is_on_record_once_though_its_dates_are_computed(tmp_path: Path, engine: Engine) -> None:
    content = content_of(small_plan(periods=by_preset("2023-6T", "6T", lock_rule=10)), tmp_path)
    with writing(engine) as session:
        outcomes = [record_plan(session, content, sha256="0" * 64, now=NOW) for _ in range(2)]
    assert [one.changed for one in outcomes] == [True, False]


def test_due_and_lock_are_frozen_whatever_a_later_calendar_says(any_engine: Engine, tmp_path: Path) -> None:
    given: dict[str, Any] = {"due_rule": "3; 1", "lock_rule": 2}
    first = content_of(small_plan(periods=by_preset("2023-6T", "6T", **given)), tmp_path)
    later = content_of(small_plan(periods=by_preset("2023-6T", "6T", **given), tasks={0: {"title": "Khác"}}), tmp_path)
    other = content_of(small_plan(periods=by_preset("2023-6T", "6T", due_rule="4; 1", lock_rule=2)), tmp_path)
    closed = WorkCalendar({date(2023, 6, 15): False})  # the first working day after the cut-off
    told = [_recorded(any_engine, content, calendar) for content, calendar in
            ((first, WorkCalendar()), (later, closed), (other, closed))]  # fmt: skip
    opened = ([date(2023, 6, 19), date(2023, 6, 15)], date(2023, 6, 21))
    moved = ([date(2023, 6, 21), date(2023, 6, 16)], date(2023, 6, 23))  # the rule itself was changed
    assert told == [opened, opened, moved]


def _recorded(engine: Engine, content: Any, calendar: WorkCalendar) -> tuple[list[date], date | None]:
    with writing(engine) as session:
        record_plan(session, content, sha256="0" * 64, now=NOW, calendar=calendar)
        period = session.exec(select(Period).where(Period.code == "2023-6T")).one()
        dues = session.exec(select(PeriodDue).where(PeriodDue.period_id == period.id).order_by(PeriodDue.level)).all()
        return [one.due for one in dues], period.lock


def test_a_lock_that_is_given_wins_over_its_rule(any_engine: Engine, tmp_path: Path) -> None:
    lock = date(2023, 12, 1)
    content = content_of(small_plan(periods=by_preset("2023-6T", "6T", lock=lock, lock_rule=2)), tmp_path)
    assert _recorded(any_engine, content, WorkCalendar())[1] == lock


def test_swapped_days_of_the_settings_move_what_is_due(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DONDOC_DAYS_OFF", '["2023-06-15"]')
    monkeypatch.setenv("DONDOC_WORKING_DAYS", '["2023-06-17"]')  # a Saturday
    settings = open_workspace(tmp_path)
    sheets = small_plan(periods=by_preset("2023-6T", "6T", due_rule="2; 1"))
    run_assign(settings, saved(sheets, tmp_path), NOW)
    engine = open_engine(settings.url)
    with reading(engine) as session:
        dues = session.exec(select(PeriodDue).join(Period).where(Period.code == "2023-6T")).all()
    engine.dispose()
    assert sorted(one.due for one in dues) == [date(2023, 6, 16), date(2023, 6, 17)]
