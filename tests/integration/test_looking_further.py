"""Cascade, classification and forecast from the record, as known at a time: against counts made by hand."""

import csv
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import factories as make
import pytest
from histories import FIRST, SECOND, History
from openpyxl import load_workbook
from plans import content_of, small_plan
from sqlalchemy import Engine
from sqlmodel import select

import cli
from flows.jobs.cascade import run_cascade
from flows.jobs.classify import run_classify
from flows.jobs.figures import run_figures
from flows.jobs.forecast import run_forecast
from flows.jobs.standing import run_standing
from models.directive import Directive
from models.errors import RefusedError
from models.queries import cascade as record
from models.queries.asked import find_asked
from models.queries.forecast import list_unit_figures
from models.queries.planned import read_planned
from models.queries.plans import record_plan
from models.queries.reviewing import Scope
from models.returns import Evidence, Receipt
from models.states import ReturnState
from models.store import migrate, open_engine, reading, writing
from schemas.texts import load_texts
from settings import Settings, open_workspace

YEARS = (2018, 2019, 2020, 2021, 2022)
UNITS = ("D01", "D02", "D03", "C0101", "C0102", "C0201")
NOW = datetime(2023, 3, 1, 5, 0, tzinfo=UTC)
LATE = {"D02": (2019, 2021, 2022), "C0201": (2018,)}  # who sent which years' returns three working days late
SILENT = ("D03", 2022)  # never sent
DUE = {year: date(year, 12, 23) for year in YEARS}


def came(unit: str, year: int) -> datetime:
    days = 5 if year in LATE.get(unit, ()) else -2
    day = DUE[year] + timedelta(days=days)
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def laid_down(history: History) -> History:
    """Six committees on two levels, five yearly returns; a plan to issue by 31 March 2018, an inspection each year."""
    directive = history.directive(FIRST)
    history.tasks[FIRST].title = "Quán triệt Chỉ thị"
    history.unit("K00", name="Đảng ủy Khối Mẫu")
    for code, above in (("D01", "K00"), ("D02", "K00"), ("D03", "K00"), ("C0101", "D01"), ("C0102", "D01"),
                        ("C0201", "D02")):  # fmt: skip
        history.unit(code, above, size_group="M")
    for year in YEARS:
        history.period(f"{year}-N", nominal_to=date(year, 12, 31), opened_at=datetime(2017, 1, 1, tzinfo=UTC))
    history.indicator("I01", "flow")
    plan = make.make_task(
        history.session, directive, "T-plan", kind="deliverable", title="Ban hành kế hoạch", due=date(2018, 3, 31)
    )
    yearly = make.make_task(
        history.session, directive, "T-year", kind="annual", title="Kiểm tra", recurrence="12-10", clause="4.6"
    )
    history.tasks |= {"plan": plan, "year": yearly}
    has_plan = {"kind": "boolean", "mode": "at_cutoff"}
    history.indicators["I05"] = make.make_indicator(history.session, "I05", task=plan, **has_plan)
    for one in (history.tasks[FIRST], plan, yearly):
        for code in UNITS if one is not yearly else ("D01", "D02", "D03"):
            make.make_assignment(history.session, one, history.units[code])
    for unit in UNITS:
        for year in YEARS:
            _answer(history, unit, year)
    history.session.flush()
    return history


def _answer(history: History, unit: str, year: int) -> None:
    if (unit, year) == SILENT:
        history.owe(unit, f"{year}-N", due=DUE[year])
        return
    owed = history.owe(unit, f"{year}-N", due=DUE[year], state=ReturnState.ACCEPTED)
    held = 0 if unit == "C0102" else 900 if (unit, year) == ("D01", 2022) else 20 + year % 3
    receipt = history.file(owed, {"I01": held, "I05": unit != "C0201"}, received_at=came(unit, year))
    _tell(history, receipt, unit, year)


def _tell(history: History, receipt: Receipt, unit: str, year: int) -> None:
    """D01 and C0101 issue a plan in time, D02 in 2019; the yearly task is done by D01 always, by D02 in 2020."""
    session = history.session
    issued = {"D01": date(2018, 2, 1), "C0101": date(2018, 3, 31), "D02": date(2019, 5, 6)}.get(unit)
    done = issued is not None and issued.year <= year
    status = "done_beyond" if unit == "D01" and done else "done" if done else "in_progress"
    make.make_progress(session, receipt, history.tasks["plan"], status, done_on=issued if done else None)
    if done:
        place = {"receipt_id": receipt.id, "sheet": "S", "row": 5}
        make.add(session, Evidence(subject="T-plan", type="E01", title="Kế hoạch", number=f"15-KH/{unit}",
                                   issued_on=issued, **place))  # fmt: skip
    if unit in ("D01", "D02", "D03"):
        kept = unit == "D01" or (unit, year) == ("D02", 2020)
        on = date(year, 12, 9 if unit == "D01" else 11)
        make.make_progress(session, receipt, history.tasks["year"], "done" if kept else "in_progress",
                           done_on=on if kept else None)  # fmt: skip


@pytest.fixture
def history(any_engine: Engine, tmp_path: Path) -> Iterator[History]:
    with writing(any_engine) as session:
        yield laid_down(History(session, tmp_path / "analytics"))


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    settings = open_workspace(tmp_path_factory.mktemp("office") / "workspace")
    engine = open_engine(settings.url)
    migrate(engine)
    with writing(engine) as session:
        laid_down(History(session, settings.analytics))
    engine.dispose()
    return settings


class TestWhatTheRecordSays:
    """On both databases: the lines read equal the lines written."""

    def scope(self, history: History, as_at: datetime = NOW) -> Scope:
        return Scope(history.directives[FIRST], tuple(history.periods.values()), as_at)

    def test_progress_documents_and_figures_are_read_line_by_line(self, history: History) -> None:
        scope, session = self.scope(history), history.session
        sent = [(unit, year) for unit in UNITS for year in YEARS if (unit, year) != SILENT]
        said = record.list_progress_signs(session, scope)
        boards = [(unit, year) for unit, year in sent if unit in ("D01", "D02", "D03")]
        assert len(said) == len(sent) + len(boards)
        assert [one.cutoff for one in said] == sorted(one.cutoff for one in said)
        documents = {
            (one.unit, one.year): (one.number, one.issued_on) for one in record.list_evidence_signs(session, scope)
        }
        assert documents["D02", 2019] == ("15-KH/D02", date(2019, 5, 6))
        assert len(documents) == 5 + 5 + 4
        held = record.list_figure_signs(session, scope, ["I01"])
        assert {(one.unit, one.year, one.value) for one in held if one.unit == "C0102"} == {
            ("C0102", year, Decimal(0)) for year in YEARS
        }

    def test_nothing_is_known_before_it_came(self, history: History) -> None:
        before = self.scope(history, came("D01", 2018) - timedelta(seconds=1))
        assert record.list_progress_signs(history.session, before) == []
        assert record.list_evidence_signs(history.session, before) == []
        after = self.scope(history, came("D01", 2018))
        assert {one.unit for one in record.list_evidence_signs(history.session, after)} == {"D01", "C0101"}

    def test_leads_hold_on_their_days_only(self, history: History) -> None:
        directive_id = history.directives[FIRST].id or 0
        assert record.list_leads_on(history.session, directive_id, date(2009, 12, 31)) == []
        leads = record.list_leads_on(history.session, directive_id, date(2018, 1, 1))
        assert len(leads) == 6 + 6 + 3
        tasks = {one.code: one.indicators for one in record.list_asked_tasks(history.session, directive_id)}
        assert (tasks["T-plan"], tasks["T-year"]) == (frozenset({"I05"}), frozenset())

    def test_figures_of_single_units_are_those_that_counted_at_the_time(self, history: History) -> None:
        planned, until = read_planned(history.session), date(2022, 12, 14)
        told = list_unit_figures(history.session, planned, "N", until, NOW)
        assert len(told) == len(UNITS) * len(YEARS) - 1
        assert [one.value for one in told if (one.unit, one.period) == ("D01", "2022-N")] == [900]
        early = list_unit_figures(history.session, planned, "N", until, came("D01", 2019))
        assert {one.period for one in early} == {"2018-N", "2019-N"}
        assert list_unit_figures(history.session, planned, "6T", until, NOW) == []


class TestWhatWasAsked:
    """Of a plan that was changed since, the one that stood counts; otherwise both roads say the same."""

    def test_tree_tasks_and_leads_are_those_of_the_plan_known_then(self, any_engine: Engine, tmp_path: Path) -> None:
        january, march = datetime(2022, 1, 5, tzinfo=UTC), datetime(2022, 3, 5, tzinfo=UTC)
        day = date(2021, 12, 14)
        fresh = {"code": "D03", "parent": "K00", "name": "Đảng ủy Ba", "kind": "dangbo", "valid_from": date(2021, 2, 1)}

        def look(as_at: datetime) -> tuple[set[str], dict[str, Any], set[tuple[str, str]]]:
            with reading(any_engine) as session:
                directive = session.exec(select(Directive).where(Directive.tracked)).one()
                asked = find_asked(session, read_planned(session, as_at), directive, day)
                tasks = {one.code: one for one in asked.tasks}
                return set(asked.tree.spans), tasks, {(one.unit, one.task) for one in asked.leads}

        def record_small(now: datetime, **lines: Any) -> None:
            with writing(any_engine) as session:
                record_plan(session, content_of(small_plan(**lines), tmp_path), sha256="0" * 64, now=now)

        record_small(january)
        before = look(january)
        record_small(march, units={4: fresh}, tasks={0: {"lead": ("C*",), "title": "Khác"}})
        assert look(january) == before
        assert look(march) != before
        assert look(march)[0] - before[0] == {"D03"}


class TestCascade:
    def test_counts_by_level_are_those_of_the_fingers(self, settings: Settings) -> None:
        told = run_cascade(settings, FIRST, as_at=NOW)
        counts = {(one.level, one.step): (one.n, one.of) for one in told.levels if one.of}
        assert told.period == "2022-N"
        assert counts == {
            (1, "disseminated"): (3, 3),
            (1, "document"): (2, 3),
            (1, "planned"): (3, 3),
            (1, "reported"): (2, 3),
            (2, "disseminated"): (2, 3),  # C0102 held nothing
            (2, "document"): (1, 3),
            (2, "planned"): (2, 3),  # C0201 says it has none
            (2, "reported"): (3, 3),
        }
        d02 = next(one for one in told.units if one.unit == "D02")
        assert (d02.number, d02.issued_on, d02.level, d02.superior) == ("15-KH/D02", date(2019, 5, 6), 1, "K00")
        assert d02.signs["document"].period == "2019-N"
        assert (d02.accepted, d02.owed) == (5, 5)

    def test_the_units_stand_down_the_tree(self, settings: Settings) -> None:
        assert [one.unit for one in run_cascade(settings, FIRST, as_at=NOW).units] == [
            "D01", "C0101", "C0102", "D02", "C0201", "D03",
        ]  # fmt: skip

    def test_clauses_are_asked_for_below_a_level(self, settings: Settings) -> None:
        told = run_cascade(settings, FIRST, as_at=NOW)
        reach = {one.task: (one.n_below, one.of_below, one.reach) for one in told.clauses}
        assert reach == {
            f"T-{FIRST}": (0, 3, "none"),  # of this one nobody writes a word
            "T-plan": (3, 3, "reached"),
            "T-year": (0, 0, "not-asked"),
        }
        assert any(f"T-{FIRST}" in line for line in told.lines)
        deep = run_cascade(settings, FIRST, as_at=NOW, level=0)
        assert {one.task: one.n_below for one in deep.clauses}["T-plan"] == 6

    def test_as_at_an_earlier_time_and_for_an_earlier_period(self, settings: Settings) -> None:
        at_first = run_cascade(settings, FIRST, "2018", NOW)
        early = run_cascade(settings, FIRST, "2022-N", came("D01", 2018))
        for told in (at_first, early):
            document = next(one for one in told.levels if (one.level, one.step) == (1, "document"))
            assert (document.n, document.of) == (1, 3)
        assert next(one for one in early.levels if (one.level, one.step) == (1, "reported")).n == 0

    def test_an_offices_own_rule_is_used(self, settings: Settings) -> None:
        own = settings.workspace / "cascade.toml"
        own.write_text(
            '[[rules]]\nsource = "VP"\n[rules.planned]\n[rules.planned.tasks]\ncodes = ["T-year"]\n', "utf-8"
        )
        told = run_cascade(settings, FIRST, as_at=NOW)
        own.unlink()
        assert (told.rule, told.unasked) == ("VP", ("disseminated", "document"))
        assert [line for line in told.lines if "cascade.toml" in line]

    def test_without_anything_due_it_is_refused_with_a_sentence(self, settings: Settings) -> None:
        with pytest.raises(RefusedError) as refused:
            run_cascade(settings, FIRST, as_at=datetime(2017, 6, 1, tzinfo=UTC))
        assert refused.value.key == "cascade.nothing-due"
        assert FIRST in load_texts("vi")(refused.value.key, **refused.value.values)


class TestClassify:
    def year(self, settings: Settings, year: int, **asked: Any) -> dict[str, dict[str, Any]]:
        told = run_classify(settings, FIRST, year, NOW, **asked)
        return {one["unit"]: one for one in told.units}

    def counts(self, one: dict[str, Any]) -> dict[str, tuple[int, int]]:
        return {name: (one[name]["n"], one[name]["of"]) for name in ("done", "on_time", "beyond", "late_tasks",
                                                                    "reporting")}  # fmt: skip

    def test_counts_of_a_year_are_those_of_the_fingers(self, settings: Settings) -> None:
        units = self.year(settings, 2018)
        assert self.counts(units["D01"]) == {
            "done": (2, 2), "on_time": (2, 2), "beyond": (1, 2), "late_tasks": (0, 2), "reporting": (1, 1),
        }  # fmt: skip
        assert self.counts(units["D02"]) == {
            "done": (0, 2), "on_time": (0, 2), "beyond": (0, 2), "late_tasks": (2, 2), "reporting": (1, 1),
        }  # fmt: skip
        assert self.counts(units["C0201"])["reporting"] == (0, 1)
        assert units["D01"]["undated"] == 1

    def test_a_plan_issued_a_year_late_is_carried_over_and_then_done_with(self, settings: Settings) -> None:
        d02 = {year: self.year(settings, year)["D02"] for year in (2019, 2020, 2021)}
        assert [one["carried"] for one in d02.values()] == [1, 0, 0]
        assert self.counts(d02[2019])["done"] == (1, 2)
        assert self.counts(d02[2020])["late_tasks"] == (1, 1)  # the inspection, a day late
        assert self.counts(d02[2021])["done"] == (0, 1)

    def test_a_unit_that_never_issued_it_carries_it_on(self, settings: Settings) -> None:
        d03 = self.year(settings, 2022)["D03"]
        assert (d03["carried"], self.counts(d03)["late_tasks"], self.counts(d03)["reporting"]) == (1, (2, 2), (0, 1))

    def test_every_share_is_within_its_whole_and_percent_follows_from_counts(self, settings: Settings) -> None:
        for year in YEARS:
            for one in self.year(settings, year).values():
                for name in ("done", "on_time", "beyond", "late_tasks", "reporting"):
                    share = one[name]
                    assert 0 <= share["n"] <= share["of"]
                    if share["of"]:
                        assert abs(share["percent"] * share["of"] - 100 * share["n"]) < Decimal("0.001")
                assert one["done"]["n"] == one["on_time"]["n"] + one["late_tasks"]["n"] - _overdue(one)

    def test_what_came_later_than_the_time_asked_is_not_counted(self, settings: Settings) -> None:
        early = run_classify(settings, FIRST, 2018, came("D01", 2018) - timedelta(seconds=1))
        assert {one["done"]["n"] for one in early.units} == {0}

    def test_the_rule_and_its_validity_are_told_and_that_it_decides_nothing(self, settings: Settings) -> None:
        told = run_classify(settings, FIRST, 2018, NOW)
        assert told.rule == {
            "name": "132-QĐ/TW", "valid_from": date(2018, 3, 8), "valid_to": date(2023, 10, 3),
            "source": "thuvienphapluat.vn", "check_with_office": True,
        }  # fmt: skip
        assert told.lines[0] == load_texts("vi")("classify.suggestion")
        assert {one["suggested"] for one in told.units} == {None}

    def test_an_offices_rule_with_bounds_suggests_and_caps(self, settings: Settings) -> None:
        folder = settings.workspace / "classification"
        folder.mkdir()
        (folder / "own.toml").write_text(
            'name = "VP"\nvalid_from = 2018-12-01\nvalid_to = 2018-12-31\ngroup = ["size"]\n'
            '[[bands]]\ncode = "excellent"\nat_least = { on_time = 50 }\n[[bands]]\ncode = "good"\n'
            '[cap]\nband = "excellent"\npercent = 20\nbase = ["good"]\norder = ["on_time"]\n',
            "utf-8",
        )
        told = run_classify(settings, FIRST, 2018, NOW)
        (folder / "own.toml").unlink()
        (cap,) = told.caps
        assert (cap.group, cap.candidates, cap.places, cap.base, cap.tied, cap.open) == (
            "M",
            2,
            1,
            5,
            ("C0101", "D01"),
            1,
        )
        assert {one["unit"]: one["suggested"] for one in told.units}["D01"] is None

    def test_a_year_without_periods_is_refused(self, settings: Settings) -> None:
        with pytest.raises(RefusedError, match=r"classify\.no-year"):
            run_classify(settings, FIRST, 2031, NOW)


def _overdue(one: dict[str, Any]) -> int:
    return int(one["done"]["of"] - one["done"]["n"])


class TestForecast:
    def test_the_outlook_rests_on_what_was_known_that_day(self, settings: Settings) -> None:
        told = {one["unit"]: one for one in run_forecast(settings, FIRST, date(2022, 12, 22)).units}
        assert set(told) == {"D02", "D03"}  # the others had sent theirs by then
        assert (told["D02"]["outlook"], told["D02"]["late"], told["D02"]["of"]) == ("likely", 2, 4)
        assert (told["D03"]["outlook"], told["D03"]["due"]) == ("unlikely", DUE[2022])
        assert "2/4" in told["D02"]["reason"]
        assert told["D02"]["median_days"] == Decimal("3.5")  # 4 and 3 working days

    def test_a_short_record_is_said_to_be_short(self, settings: Settings) -> None:
        told = run_forecast(settings, FIRST, date(2020, 12, 15))
        assert {one["outlook"] for one in told.units} == {"too-short"}
        assert all("2" in one["reason"] for one in told.units)

    def test_figures_out_of_the_ordinary_are_told_with_n(self, settings: Settings) -> None:
        told = run_forecast(settings, FIRST, date(2023, 2, 1))
        assert told.units == []
        far = {(one.unit, one.indicator, one.against): (one.value, one.n) for one in told.outliers}
        assert far["D01", "I01", "own-past"] == (900, 4)
        assert ("D02", "I01", "own-past") not in far
        assert told.outlier_period == "2022-N"

    def test_the_record_under_the_directive_it_continues_counts_too(self, any_engine: Engine, tmp_path: Path) -> None:
        settings = open_workspace(tmp_path / "workspace").model_copy(
            update={"database_url": any_engine.url.render_as_string(hide_password=False)}
        )
        with writing(any_engine) as session:
            history = laid_down(History(session, tmp_path / "analytics"))
            history.directive(SECOND, continues=FIRST)
            history.period("2023-6T", SECOND, "R2", opened_at=datetime(2017, 1, 1, tzinfo=UTC))
            history.owe("D02", "2023-6T", SECOND, due=date(2023, 6, 23))
        (one,) = run_forecast(settings, SECOND, date(2023, 6, 1)).units
        assert (one["unit"], one["late"], one["of"], one["outlook"]) == ("D02", 3, 5, "likely")


class TestTheCommands:
    """What `dondoc` prints and writes."""

    def ask(self, capsys: pytest.CaptureFixture[str], settings: Settings, *arguments: str) -> dict[str, Any]:
        cli.app([*arguments, "--workspace", str(settings.workspace), "--json"], result_action="return_value")
        document: dict[str, Any] = json.loads(capsys.readouterr().out)
        return document

    @pytest.mark.parametrize(
        ("arguments", "shape"),
        [
            (("cascade", "--as-at", "2023-03-01"), {"units", "levels", "clauses", "unasked", "rule"}),
            (("classify", "--year", "2018", "--as-at", "2023-03-01"), {"units", "caps", "rule"}),
            (("forecast", "--on", "2022-12-20"), {"units", "outliers"}),
        ],
    )
    def test_each_gives_one_document_and_a_table(
        self, capsys: pytest.CaptureFixture[str], settings: Settings, arguments: tuple[str, ...], shape: set[str]
    ) -> None:
        asked = (arguments[0], "--directive", FIRST, *arguments[1:])
        assert shape <= self.ask(capsys, settings, *asked).keys()
        cli.app([*asked, "--workspace", str(settings.workspace)], result_action="return_value")
        assert "D02" in capsys.readouterr().out

    def test_tables_are_written_beside_the_answer(
        self, capsys: pytest.CaptureFixture[str], settings: Settings, tmp_path: Path
    ) -> None:
        book = tmp_path / "cascade.xlsx"
        told = self.ask(capsys, settings, "cascade", "--directive", FIRST, "--as-at", "2023-03-01", "--out", str(book))
        assert told["files"] == [str(book)]
        pages = load_workbook(book)
        assert pages.sheetnames == ["Đơn vị", "Theo cấp", "Theo nội dung"]
        assert [row[0].value for row in pages["Đơn vị"].iter_rows(min_row=4)] == [one["unit"] for one in told["units"]]

    def test_figures_and_standing_are_written_as_they_are_told(self, settings: Settings, tmp_path: Path) -> None:
        figures = run_figures(settings, FIRST, "I01", "2022", "K00", out=tmp_path / "figures.csv")
        head, line = csv.reader((tmp_path / "figures.csv").read_text("utf-8-sig").splitlines(), delimiter=";")
        assert line[head.index("Giá trị")] == format(figures.figures[0]["value"].to_integral_value(), "f")
        assert line[head.index("N")] == "6"
        standing = run_standing(settings, FIRST, "2022-N", NOW, out=tmp_path / "standing.xlsx")
        page = load_workbook(tmp_path / "standing.xlsx").active
        rows = list(page.iter_rows(min_row=4, values_only=True))
        assert [row[0] for row in rows] == [line.unit for line in standing.returns]
        assert {type(row[8]) for row in rows if row[0] != SILENT[0]} == {int}

    def test_a_wrong_ending_is_refused_before_anything_is_done(self, settings: Settings, tmp_path: Path) -> None:
        for run in (
            lambda out: run_figures(settings, FIRST, out=out),
            lambda out: run_standing(settings, FIRST, None, out=out),
            lambda out: run_cascade(settings, FIRST, out=out),
            lambda out: run_classify(settings, FIRST, 2018, out=out),
            lambda out: run_forecast(settings, FIRST, out=out),
        ):
            with pytest.raises(RefusedError, match=r"export\.ending"):
                run(tmp_path / "table.pdf")
