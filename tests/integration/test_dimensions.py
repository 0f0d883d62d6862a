"""Breakdowns from plan to figures: asked line by line, read by label or code, and adding up to the total."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import factories as make
import pytest
from builders import STAMP_KEYS, VI, Edited, Filled, page_of
from histories import FIRST, History
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from plans import content_of, saved, small_plan
from scene import SYMBOL, Sender, make_scene
from sqlalchemy import Engine
from sqlmodel import Session, select

from intake.plan import read_plan
from intake.receive import ReceiptOutcome
from models.directive import Indicator, PlanVersion
from models.errors import PlanRefusedError
from models.queries import issuing
from models.returns import ReportedValue, Return
from models.states import ReceiptState
from models.store import reading, writing
from reports.blank import issue_returns
from reports.trace import trace_figure
from schemas.checks import message
from schemas.texts import load_texts

TERMS = {
    1: {"list": "dimension", "code": "BAO", "label": "Báo, tạp chí", "label_en": "Press"},
    2: {"list": "dimension", "code": "TRANG", "label": "Trang điện tử"},
}


@pytest.fixture
def sender(any_engine: Engine, tmp_path: Path) -> Sender:
    """The usual scene, in which articles (I01), people (I19) and a share (I03) are broken down by channel."""
    with writing(any_engine) as session:
        make_scene(session)
        make.make_term(session, "dimension", "BAO", "Báo, tạp chí", label_en="Press")
        make.make_term(session, "dimension", "TRANG", "Trang điện tử")
        for code in ("I01", "I03"):
            session.exec(select(Indicator).where(Indicator.code == code)).one().dimensions = "BAO;TRANG"
    return Sender(any_engine, tmp_path)


def answers(sender: Sender, total: Any = 12, press: Any = 5, site: Any = 7, **over: Any) -> Filled:
    """Give a return with a breakdown without a fault; figures may be changed."""
    filled = sender.answers(I01=total, **over)
    filled.rows["measures"] += [
        {"indicator": "I01", "dimension": "Báo, tạp chí", "value": press},
        {"indicator": "I01", "dimension": "trang điện tử", "value": site},
        {"indicator": "I03", "dimension": "BAO", "numerator": 30, "denominator": 40},
        {"indicator": "I03", "dimension": "TRANG", "numerator": 60, "denominator": 60},
    ]
    return filled


def errors(outcome: ReceiptOutcome) -> list[Any]:
    """Give the errors, and see that each can be said in both languages."""
    found = [one for one in outcome.findings if one.severity == "error"]
    assert all("{" not in message(one, load_texts(language)) for one in found for language in ("vi", "en"))
    return found


def stored(sender: Sender, code: str) -> dict[str, Any]:
    with reading(sender.engine) as session:
        query = select(ReportedValue).join(Indicator).where(Indicator.code == code)
        return {one.dimension: one.value or one.numerator for one in session.exec(query)}


def record_versions(session: Session, breakdowns: Sequence[str | None]) -> None:
    """Put versions of the plan on record, each with what it says of the breakdown of I01 and I03."""
    directive = issuing.find_directive(session, SYMBOL)
    assert directive
    for number, dimensions in enumerate(breakdowns, 1):
        content = {"indicators": [{"code": code, "dimensions": dimensions} for code in ("I01", "I03")]}
        words = {"sha256": "0" * 64, "content_hash": "0" * 64, "recorded_at": datetime(2021, number, 1, tzinfo=UTC)}
        make.add(session, PlanVersion(directive_id=directive.id or 0, number=number, content=content, **words))


def issued(sender: Sender, code: str, unit: str = "D01") -> Path:
    with reading(sender.engine) as session:
        directive = issuing.find_directive(session, SYMBOL)
        assert directive
        period = issuing.get_period(session, directive, code)
        assert period
        key, out = next(iter(STAMP_KEYS)), sender.folder / "outbox"
        files = issue_returns(
            session, directive=directive, period=period, units=[unit], out_dir=out, texts=load_texts("vi"),
            stamp_key_id=key, stamp_keys=STAMP_KEYS, banner=None,
        )  # fmt: skip
    return next(file.path for file in files if file.kind == "own")


def lines(page: Worksheet) -> list[dict[str, Any]]:
    keys = [str(cell.value).partition(".")[2] or str(cell.value) for cell in page[4]]
    return [dict(zip(keys, (cell.value for cell in row), strict=True)) for row in page.iter_rows(min_row=5)]


class TestThePlan:
    def test_names_codes_of_its_own_list(self, tmp_path: Path) -> None:
        content = content_of(small_plan(terms=TERMS, indicators={0: {"dimensions": ("BAO", "TRANG")}}), tmp_path)
        assert [one.dimensions for one in content.indicators] == ["BAO;TRANG", None]

    @pytest.mark.parametrize(
        ("changes", "check"),
        [
            ({"indicators": {0: {"dimensions": ("BAO", "TRAN")}}}, "plan.unknown-dimension"),
            ({"indicators": {1: {"kind": "boolean", "dimensions": ("BAO",)}}}, "plan.dimension-kind"),
            ({"terms": {3: {"list": "dimension", "code": "A[B", "label": "Khác"}}}, "plan.dimension-code"),
        ],
    )
    def test_is_refused_where_a_breakdown_cannot_be(
        self, tmp_path: Path, changes: Mapping[str, Mapping[int, Any]], check: str
    ) -> None:
        plan = small_plan(**{**changes, "terms": TERMS | dict(changes.get("terms", {}))})
        with pytest.raises(PlanRefusedError) as refused:
            read_plan(saved(plan, tmp_path))
        assert [one.check for one in refused.value.findings] == [check]


class TestTheReturn:
    def test_asks_the_total_and_a_line_for_each_part(self, sender: Sender) -> None:
        page = page_of(load_workbook(issued(sender, "2022-6T")), "measures")
        asked = [(line["indicator"], line["dimension"]) for line in lines(page)]
        assert asked[:5] == [
            ("I01", None), ("I01", "Báo, tạp chí"), ("I01", "Trang điện tử"), ("I03", None), ("I03", "Báo, tạp chí")
        ]  # fmt: skip
        assert not page.column_dimensions["D"].hidden

    def test_filled_as_issued_it_is_taken_in_whole(self, sender: Sender) -> None:
        path = issued(sender, "2022-6T")
        with Edited(path) as book:
            cover = page_of(book, "cover")
            tags = {str(row[0].value).rpartition(".")[2]: row[2] for row in cover.iter_rows(min_row=3)}
            for key, value in answers(sender).cover.items():
                tags[key].value = value
            _fill(page_of(book, "progress"), answers(sender).rows["progress"], ("task",))
            page = page_of(book, "measures")
            rows = [row | {"dimension": _label(row)} for row in answers(sender).rows["measures"]]
            _fill(page, rows, ("indicator", "dimension"))
        outcome = sender.process(sender.deliver(path, "D01"))[0]
        assert (outcome.state, errors(outcome)) == (ReceiptState.ACCEPTED, [])
        assert stored(sender, "I01") == {"": 12, "BAO": 5, "TRANG": 7}
        assert stored(sender, "I03") == {"": 90, "BAO": 30, "TRANG": 60}

    def test_shows_the_last_figure_of_each_part(self, sender: Sender) -> None:
        assert sender.send(answers(sender)).state == ReceiptState.ACCEPTED
        page = page_of(load_workbook(issued(sender, "2022-9T")), "measures")
        assert [line["previous"] for line in lines(page)][:3] == [12, 5, 7]

    def test_a_part_cannot_fall_within_a_year(self, sender: Sender) -> None:
        assert sender.send(answers(sender)).state == ReceiptState.ACCEPTED
        outcome = sender.send(answers(sender, 14, 4, 10, period="2022-9T"))
        assert [(one.check, one.values["subject"]) for one in errors(outcome)] == [
            ("measures.decreased", "I01 (Báo, tạp chí)")
        ]

    def test_a_part_that_jumps_against_the_year_before_is_told_though_the_total_stands(self, sender: Sender) -> None:
        sender.send(answers(sender, 12000, 11000, 1000, period="2021-N"))
        outcome = sender.send(answers(sender, 12000, 10, 11990, period="2022-N"))
        jumps = [one.values["subject"] for one in outcome.findings if one.check == "measures.jump"]
        assert jumps == ["I01 (Báo, tạp chí)", "I01 (Trang điện tử)"]

    @pytest.mark.parametrize(("opened_by", "state"), [(1, "accepted"), (2, "rejected")])
    def test_a_blank_older_than_the_breakdown_is_taken_by_its_total(
        self, sender: Sender, opened_by: int, state: str
    ) -> None:
        with writing(sender.engine) as session:
            record_versions(session, [None, "BAO;TRANG"])
            for owed in session.exec(select(Return)).all():
                owed.plan_version_id = opened_by
        filled = answers(sender)
        filled.rows["measures"] = [row for row in filled.rows["measures"] if not row.get("dimension")]
        outcome = sender.send(filled)
        assert outcome.state == state
        missing = {"accepted": "measures.dimension-later", "rejected": "measures.dimension-missing"}[state]
        assert [one.check for one in outcome.findings if "dimension" in one.check] == [missing] * 2

    def test_a_total_that_is_not_the_sum_is_refused_at_its_cell(self, sender: Sender) -> None:
        (finding,) = errors(sender.send(answers(sender, 13)))
        assert (finding.check, finding.cell) == ("measures.parts-mismatch", "G5")
        assert (finding.values["now"], finding.values["summed"]) == ("13", "12")

    def test_what_is_not_available_is_not_added_up(self, sender: Sender) -> None:
        filled = answers(sender, 13)
        filled.rows["measures"][-3] |= {"value": None, "marker": "KCS", "explanation": "Chưa thống kê"}
        assert errors(sender.send(filled)) == []

    def test_where_nothing_arose_the_parts_need_no_word(self, sender: Sender) -> None:
        filled = answers(sender, None, None, None)
        filled.row("measures", "I01")["marker"] = "KPS"
        assert errors(sender.send(filled)) == []
        with reading(sender.engine) as session:
            markers = session.exec(select(ReportedValue.marker).join(Indicator).where(Indicator.code == "I01")).all()
        assert markers == ["KPS"] * 3

    def test_lines_that_are_missing_or_unknown_are_told(self, sender: Sender) -> None:
        filled = answers(sender)
        filled.rows["measures"][-3]["dimension"] = "Mạng xã hội"
        found = {one.check: one for one in errors(sender.send(filled))}
        assert set(found) == {"measures.dimension-unknown", "measures.dimension-missing"}
        assert found["measures.dimension-missing"].values["lines"] == "Trang điện tử"

    def test_a_nil_return_keeps_the_parts_with_the_total(self, sender: Sender) -> None:
        assert sender.send(answers(sender)).state == ReceiptState.ACCEPTED
        nil = answers(sender, period="2022-9T")
        nil.cover["nil"] = VI("workbook.list.yes_no.yes")
        nil.rows = {
            key: [{one: row[one] for one in ("task", "indicator", "dimension") if one in row} for row in rows]
            for key, rows in nil.rows.items()
            if key in ("progress", "measures")
        }
        outcome = sender.send(nil)
        assert (outcome.state, errors(outcome)) == (ReceiptState.ACCEPTED, [])
        with reading(sender.engine) as session:
            query = select(ReportedValue.value).join(Indicator).where(Indicator.code == "I01")
            assert session.exec(query.order_by(ReportedValue.id)).all() == [12, 5, 7, 12, 5, 7]


def _label(row: Mapping[str, Any]) -> str | None:
    written = str(row.get("dimension") or "").upper()
    return {"BAO": "Báo, tạp chí", "BÁO, TẠP CHÍ": "Báo, tạp chí", "": None}.get(written, "Trang điện tử")


def _fill(page: Worksheet, rows: Sequence[Mapping[str, Any]], by: Sequence[str]) -> None:
    """Write rows into the lines of a sheet that bear the same names."""
    numbers = {tuple(line[key] for key in by): at for at, line in enumerate(lines(page), 5)}
    keys = list(lines(page)[0])
    for row in rows:
        for key, value in row.items():
            page.cell(numbers[tuple(row[key] for key in by)], keys.index(key) + 1, value)


class TestFigures:
    @pytest.fixture
    def history(self, any_engine: Engine, tmp_path: Path) -> Any:
        with writing(any_engine) as session:
            history = History(session, tmp_path / "analytics")
            history.directive(FIRST)
            history.unit("K00")
            for unit in ("D01", "D02"):
                history.unit(unit, "K00")
            history.period("2022-N")
            history.indicator("I01", dimensions="BAO;TRANG")
            history.lead("D01", "D02")
            for unit, press, site in (("D01", 3, 4), ("D02", 10, None)):
                receipt = history.answer(unit, "2022-N", {"I01": press + (site or 5)})
                make.make_value(session, receipt, history.indicators["I01"], press, dimension="BAO")
                if site:
                    make.make_value(session, receipt, history.indicators["I01"], site, dimension="TRANG")
            yield history

    def test_each_part_has_its_own_sum_and_count(self, history: History) -> None:
        rows = history.figures(period="2022", unit="K00", by_dimension=True).iter_rows(named=True)
        assert [(row["indicator"], row["value"], row["n"], row["of"], row["partial"]) for row in rows] == [
            ("I01", 22, 2, 2, False), ("I01[BAO]", 13, 2, 2, False), ("I01[TRANG]", 4, 1, 2, True)
        ]  # fmt: skip

    def test_totals_are_alone_unless_parts_are_asked_for(self, history: History) -> None:
        assert history.figures()["indicator"].unique().to_list() == ["I01"]
        assert history.figures(indicator="I01[BAO]", period="2022", unit="K00")["value"].to_list() == [Decimal(13)]

    def test_a_part_is_traced_to_its_cells(self, history: History) -> None:
        cells = trace_figure(history.copy(), f"{FIRST}:I01[BAO]:K00:2022")
        assert [(one.unit, one.value) for one in cells] == [("D01", 3), ("D02", 10)]
