"""What is asked as at a time is told as it was known then, whatever plans, files and corrections came later."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import factories as make
import pytest
from office import Office
from plans import content_of, saved, small_plan
from sqlmodel import Session, select

from flows.jobs.cascade import run_cascade
from flows.jobs.classify import run_classify
from flows.jobs.figures import run_figures
from flows.jobs.forecast import run_forecast
from flows.jobs.standing import run_standing
from models.directive import Directive, Indicator, PlanVersion, Task
from models.errors import NotFoundError
from models.period import Period
from models.queries.exceptions import Grant, excuse, list_owing
from models.queries.planned import read_planned
from models.queries.plans import record_plan
from models.queries.snapshots import write_snapshot
from models.returns import EffectiveReturn, Evidence, Extension, Receipt, Return, Shortcoming
from models.states import ReturnState
from models.store import migrate, open_engine, reading, writing
from models.unit import Unit
from reports.analytic import publish
from reports.content import Document, plain_text
from reports.facts import gather
from reports.frozen import frozen
from reports.review import ReviewForm, compose
from reports.rollup import figures
from reports.standing import standing
from schemas.texts import load_texts
from settings import Settings, open_workspace

T = datetime(2022, 2, 1, tzinfo=UTC)
BEFORE, AFTER, NOW = (datetime(year, 3, 5, tzinfo=UTC) for year in (2020, 2022, 2023))
SYMBOL, SPAN = "01-CT/ĐU", ("2020-N", "2021-N")
FORM = ReviewForm(profile="party-36hd", is_draft=True, banner=None, snapshot="")
TOLD = {"D01": (10, 17), "D02": (20, 31), "C01": (5, 9)}

FIRST: dict[str, Any] = {
    "units": {at: {"size_group": "M"} for at in range(4)},
    "tasks": {2: {"code": "T3", "kind": "deliverable", "title": "Ban hành kế hoạch", "lead": ("D*",),
                  "start": date(2020, 1, 1), "due": date(2020, 6, 30)}},
}  # fmt: skip
SECOND: dict[str, Any] = {
    "documents": {0: {"title": "Tên khác hẳn", "issuer": "Ban khác"}, 1: {"relation": "continues"}},
    "units": {
        **{at: {"size_group": "L"} for at in range(4)},
        1: {"name": "Đảng ủy Tên Mới", "size_group": "L"},
        4: {"code": "D03", "parent": "K00", "name": "Đảng ủy Đơn vị Ba", "kind": "dangbo",
            "valid_from": date(2020, 2, 1)},
    },
    "events": {1: {"code": "E2", "date": date(2021, 7, 1), "type": "rename", "from": ("D02",),
                   "to": ("Đảng ủy Hai Mới",), "basis": "QĐ 9"}},
    "tasks": {0: {"title": "Việc khác", "lead": ("C*", "K00")},
              1: {"code": "T4", "title": "Việc mới", "lead": ("D*",), "recurrence": "30/06"},
              2: {"code": "T3", "kind": "deliverable", "title": "Ban hành kế hoạch", "lead": ("D*",),
                  "start": date(2020, 1, 1), "due": date(2021, 6, 30)}},
    "indicators": {0: {"name": "Số hội nghị khác", "measure": "buổi", "decimals": 2, "target": 50}},
    "periods": {0: {"round": "R9"},
                2: {"code": "2021-5N", "kind": "5N", "nominal_from": date(2020, 1, 1), "nominal_to": date(2021, 12, 31),
                    "coverage_start": date(2020, 1, 1), "cutoff": date(2021, 12, 1), "mode": "span", "round": "R1",
                    "due_rule": "12; 7; 3", "own_rule": ("D*", "C*"), "consolidated_rule": None}},
    "terms": {0: {"label": "Cách gọi khác"}},
}  # fmt: skip


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A plan, two years of returns, each with words; nothing later yet."""
    folder = tmp_path_factory.mktemp("as-at")
    settings = open_workspace(folder / "workspace")
    engine = open_engine(settings.url)
    migrate(engine)
    with writing(engine) as session:
        _plan(session, folder, BEFORE, FIRST)
        for unit, told in TOLD.items():
            for year, value in zip((2020, 2021), told, strict=True):
                _answer(session, unit, f"{year}-N", value, datetime(year, 12, 16, 3, tzinfo=UTC))
    yield settings
    engine.dispose()


def _plan(session: Session, folder: Path, now: datetime, lines: dict[str, Any]) -> None:
    record_plan(session, content_of(small_plan(**lines), folder), sha256="0" * 64, now=now)


def _owed(session: Session, unit: str, period: str) -> Return:
    wanted = select(Return).join(Unit).join(Period).where(Unit.code == unit, Period.code == period)
    return session.exec(wanted.where(Return.kind == "own")).one()


def _answer(session: Session, unit: str, period: str, value: int, at: datetime) -> None:
    """Let a file be accepted that says a figure, a task done, a shortcoming and a document."""
    owed = _owed(session, unit, period)
    owed.state = ReturnState.ACCEPTED
    for older in session.exec(select(EffectiveReturn).where(EffectiveReturn.return_id == owed.id)):
        older.until = at
        session.flush()
    receipt = make.make_receipt(session, owed, received_at=at)
    make.make_effective(session, receipt, since=at)
    make.make_value(session, receipt, session.exec(select(Indicator).where(Indicator.code == "I01")).one(), value)
    _say(session, receipt, unit, at)


def _say(session: Session, receipt: Receipt, unit: str, at: datetime) -> None:
    place = {"receipt_id": receipt.id, "sheet": "S", "row": 5}
    make.add(session, Shortcoming(code="H01", text=f"Còn chậm ở {unit} năm {at.year}.", **place))
    make.add(session, Evidence(subject="T3", type="ke_hoach", title=f"Kế hoạch {unit}", number="15-KH/ĐU", **place))
    plan = session.exec(select(Task).where(Task.code == "T3")).one()
    make.make_progress(session, receipt, plan, "done", done_on=date(2020, 7, 20))


def _review(settings: Settings, as_at: datetime) -> tuple[Document, str]:
    """Give what a review says, and the hash of its figures."""
    local = as_at.astimezone(settings.zone)
    with writing(open_engine(settings.url)) as session:
        directive = session.exec(select(Directive).where(Directive.tracked)).one()
        first, last = (read_planned(session, local).get_period(directive, code) for code in SPAN)
        frame = figures(publish(session, settings.analytics, as_at=local), directive=SYMBOL, today=local.date())
        ledger = standing(session, directive, as_at=local, today=local.date(), zone=settings.zone)
        facts = gather(session, directive=directive, first=first, last=last, as_at=local, reading="as-was",
                       figures=frame, standing=ledger)  # fmt: skip
        kept = write_snapshot(session, directive=directive, as_at=local, reading="as-was", figures=frozen(frame))
        return compose(facts, load_texts("vi"), FORM), kept.sha256


def _everything(settings: Settings, as_at: datetime) -> dict[str, Any]:
    """Ask whatever can be asked as at a time."""
    forecast = run_forecast(settings, SYMBOL, as_at.date())
    return {
        "review": _review(settings, as_at),
        "standing": run_standing(settings, SYMBOL, None, as_at),
        "figures": run_figures(settings, SYMBOL, as_at=as_at),
        "cascade": run_cascade(settings, SYMBOL, "2021-N", as_at),
        "classify": run_classify(settings, SYMBOL, 2021, as_at),
        "forecast": forecast,
    }


def test_whatever_came_later_changes_nothing_that_is_asked_as_at_an_earlier_time(
    office: Settings, tmp_path: Path
) -> None:
    before = _everything(office, T)
    document = "\n".join(plain_text(before["review"][0]))
    with writing(open_engine(office.url)) as session:
        _answer(session, "D01", "2021-N", 99, AFTER)
        _plan(session, tmp_path, AFTER, SECOND)
        make.add(session, Extension(return_id=_owed(session, "D02", "2021-N").id, until=date(2022, 6, 1), reason="Bão",
                                    granted_by="VP", recorded_at=AFTER))  # fmt: skip
        (consolidated,) = (one for one in list_owing(session, SYMBOL, "2021-N", "D02") if one.row.kind != "own")
        excuse(session, consolidated, Grant("Bão", "VP", AFTER))
    again, now = _everything(office, T), _review(office, NOW)
    assert "\n".join(plain_text(again["review"][0])) == document
    for name, told in before.items():
        assert again[name] == told, name
    changed = "\n".join(plain_text(now[0]))
    for word in ("Tên khác hẳn", "Tên Mới", "Việc khác", "Việc mới", "Cách gọi khác", "Số hội nghị khác", "Hai Mới"):
        assert word in changed
        assert word not in document


def test_a_period_that_a_later_plan_added_cannot_be_reviewed_as_at_an_earlier_time(
    office: Settings, tmp_path: Path
) -> None:
    with writing(open_engine(office.url)) as session:
        _plan(session, tmp_path, AFTER, SECOND)
        directive = session.exec(select(Directive).where(Directive.tracked)).one()
        assert read_planned(session, NOW).get_period(directive, "2021-5N").kind == "5N"
        with pytest.raises(NotFoundError, match=r"review\.job\.no_period"):
            read_planned(session, T).get_period(directive, "2021-5N")


def test_a_record_that_is_caught_up_with_is_given_the_times_of_its_plans(tmp_path: Path) -> None:
    office = Office(tmp_path / "workspace")
    for at, lines in ((BEFORE, FIRST), (AFTER, SECOND)):
        office.ask("assign", saved(small_plan(**lines), tmp_path), "--recorded-at", at.isoformat())
    with reading(open_engine(office.settings.url)) as session:
        assert [one.recorded_at for one in session.exec(select(PlanVersion))] == [BEFORE, AFTER]
        assert "D03" not in read_planned(session, T).size_groups
        assert "D03" in read_planned(session, AFTER).size_groups
