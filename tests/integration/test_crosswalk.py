"""Codes of indicators that change: written in a plan, checked, put on record, and understood in a return."""

from copy import deepcopy
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from factories import make_indicator
from openpyxl import load_workbook
from plans import SMALL, content_of, linked, saved
from scene import SYMBOL, Sender, make_scene
from sqlalchemy import Engine
from sqlmodel import Session, select

from intake.plan import read_plan
from models.errors import PlanRefusedError
from models.plan import PlanLink, plan_from_json, plan_to_json
from models.queries.crosswalk import read_links, record_links
from models.queries.issuing import asked_of, get_period
from models.queries.plans import find_directive, record_plan
from models.store import reading, writing
from models.tables import Finding, Indicator, IndicatorLink, PlanVersion, ReportedValue

NOW = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
DAY = date(2021, 12, 14)


def link(relation: str, before: str | None = None, after: str | None = None, **values: Any) -> dict[str, Any]:
    return {"relation": relation, "before": before, "after": after, **values}


GOOD = (
    link("renamed", "I01", "J0", note="QĐ 12"),
    link("rescaled", "J5", "J1", factor="0.001", breaks="yes", since=date(2021, 3, 1)),
    link("split", "J1", "J2", factor="0.4"),
    link("split", "J1", "J3", factor="0.6"),
    link("new", None, "J4"),
    link("dropped", "J0", None, since=date(2022, 1, 1)),
)


def test_the_links_written_are_the_links_read(tmp_path: Path) -> None:
    plan = content_of(linked(*GOOD), tmp_path)
    assert plan.crosswalk[0] == PlanLink(DAY, "renamed", "I01", "J0", note="QĐ 12")
    assert plan.crosswalk[1] == PlanLink(date(2021, 3, 1), "rescaled", "J5", "J1", "0.001", breaks=True)
    assert [one.relation for one in plan.crosswalk[2:]] == ["split", "split", "new", "dropped"]
    assert plan_from_json(plan_to_json(plan)) == plan


def test_a_plan_workbook_without_the_sheet_stays_valid(tmp_path: Path) -> None:
    path = saved(deepcopy(SMALL), tmp_path)
    book = load_workbook(path)
    del book["Chuyển đổi chỉ tiêu"]
    book.save(path)
    assert read_plan(path).crosswalk == ()


FAULTS: list[tuple[tuple[dict[str, Any], ...], tuple[str, str]]] = [
    ((link("renamed", "I09", "J0"),), ("plan.unknown-indicator", "B5")),
    ((link("renamed", "I01", "J9"),), ("plan.unknown-indicator", "C5")),
    ((link("renamed", "I01", "J0", since="2029-N"),), ("plan.link-since", "A5")),
    ((link("renamed", "I01"),), ("plan.link-code-missing", "C5")),
    ((link("new", "I01", "J0"),), ("plan.link-code-unused", "B5")),
    ((link("rescaled", "I01", "J0"),), ("plan.link-factor", "E5")),
    ((link("rescaled", "I01", "J0", factor=0),), ("plan.link-factor", "E5")),
    ((link("renamed", "I01", "J0", factor=2),), ("plan.link-factor-unused", "E5")),
    ((link("renamed", "I01", "J0"), link("renamed", "I01", "J1")), ("plan.link-twice", "B6")),
    ((link("split", "I01", "J0", factor="0.5"), link("split", "I01", "J1", factor="0.4")), ("plan.link-shares", "E5")),
    ((link("split", "I01", "J0", factor="1"), link("split", "I01", "J1")), ("plan.link-shares", "E5")),
    ((link("dropped", "I01"), link("renamed", "J0", "I01")), ("plan.link-dropped", "C6")),
    ((link("renamed", "I01", "I01"),), ("plan.link-cycle", "C5")),
    ((link("renamed", "I02", "J0"),), ("plan.link-kind", "C5")),
    ((link("rescaled", "Y0", "Y1", factor=2),), ("plan.link-measure", "D5")),
    ((link("merged", "J1", "J0"),), ("plan.link-merged", "B5")),
    ((link("rescaled", "J0", "J1", factor="0.0000000001"),), ("plan.link-factor-long", "E5")),
    ((link("merged", "J0", "J0"), link("merged", "J1", "J0"), link("renamed", "J0", "J2")), ("plan.link-twice", "B7")),
]


@pytest.mark.parametrize(("links", "fault"), FAULTS, ids=[f"{check}-{cell}" for _, (check, cell) in FAULTS])
def test_a_wrong_link_is_found_in_its_cell(
    links: tuple[dict[str, Any], ...], fault: tuple[str, str], tmp_path: Path
) -> None:
    with pytest.raises(PlanRefusedError) as caught:
        read_plan(saved(linked(*links), tmp_path))
    assert [(one.check, one.cell) for one in caught.value.findings] == [fault]
    assert caught.value.findings[0].sheet == "Chuyển đổi chỉ tiêu"


def test_codes_that_lead_round_in_a_circle_are_all_found(tmp_path: Path) -> None:
    circle = (link("renamed", "I01", "J0"), link("renamed", "J0", "J1"), link("renamed", "J1", "I01"))
    with pytest.raises(PlanRefusedError) as caught:
        read_plan(saved(linked(*circle), tmp_path))
    found = [(one.check, one.cell) for one in caught.value.findings]
    assert found == [("plan.link-cycle", cell) for cell in ("C5", "C6", "C7")]


def test_every_version_keeps_its_links_and_the_newest_count(any_engine: Engine, tmp_path: Path) -> None:
    plans = [content_of(linked(*links), tmp_path) for links in (GOOD, GOOD, GOOD[:2])]
    with writing(any_engine) as session:
        outcomes = [record_plan(session, plan, sha256="0" * 64, now=NOW) for plan in plans]
    assert [(one.version, one.changed) for one in outcomes] == [(1, True), (1, False), (2, True)]
    with reading(any_engine) as session:
        directive = find_directive(session, plans[0].directive.symbol)
        assert directive is not None
        assert read_links(session) == {directive.symbol: plans[2].crosswalk}
        kept = session.exec(select(IndicatorLink)).all()
    assert [len([row for row in kept if row.plan_version_id == one]) for one in (1, 2)] == [6, 2]
    assert kept[1].factor is not None
    assert Decimal(kept[1].factor) == Decimal("0.001")


def put_on_record(session: Session, link: PlanLink) -> None:
    directive = find_directive(session, SYMBOL)
    assert directive is not None
    version = PlanVersion(
        directive_id=directive.id or 0, number=1, sha256="0" * 64, content_hash="0" * 64, content={}, recorded_at=NOW
    )
    session.add(version)
    session.flush()
    record_links(session, version.id or 0, [link])


@pytest.mark.parametrize(
    ("relation", "check", "state"),
    [("renamed", "measures.old-code", "accepted"), ("split", "row.unknown-code", "rejected")],
)
def test_a_return_that_still_asks_an_old_code_is_read_where_it_asks_the_same(
    relation: str, check: str, state: str, engine: Engine, tmp_path: Path
) -> None:
    with writing(engine) as session:
        make_scene(session)
        put_on_record(session, PlanLink(date(2022, 1, 1), relation, "A01", "I01"))
    (tmp_path / "sender").mkdir()
    sender = Sender(engine, tmp_path / "sender")
    filled = sender.answers()
    filled.row("measures", "I01")["indicator"] = "a01"
    outcome = sender.send(filled)
    assert outcome.state == state
    assert check in findings_of(engine)


def test_a_return_in_an_older_measure_is_taken_as_it_stands(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        make_scene(session)
        make_indicator(session, "A18", measure="nghìn đồng", decimals=1)
        put_on_record(session, PlanLink(date(2022, 1, 1), "rescaled", "A18", "I18", "0.001"))
    sender = Sender(engine, tmp_path)
    filled = sender.answers(I18=4200)
    filled.row("measures", "I18")["indicator"] = "A18"
    assert sender.send(filled).state == "accepted"
    assert {"measures.old-measure"} <= set(findings_of(engine))
    later = sender.answers(period="2022-9T", I18=3)  # less than the 4.2 of the half-year, in the newer measure
    assert sender.send(later, received=date(2022, 9, 20)).state == "rejected"
    assert "measures.decreased" in findings_of(engine)
    with reading(engine) as session:
        said = session.exec(select(ReportedValue.value).join(Indicator).where(Indicator.code == "A18")).all()
    assert said == [Decimal(4200)]


def test_a_blank_asks_the_codes_of_its_period(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        make_scene(session)
        make_indicator(session, "A18")
        put_on_record(session, PlanLink(date(2022, 1, 1), "renamed", "A18", "I18"))
        codes = {one.id: one.code for one in session.exec(select(Indicator)).all()}
        directive = find_directive(session, SYMBOL)
        assert directive is not None
        asked: dict[str, set[str]] = {}
        for code in ("2021-N", "2022-6T"):
            several = asked_of(session, directive, get_period(session, directive, code)).values()
            asked[code] = {codes[one] for each in several for one in each.indicator_ids}
    assert asked["2021-N"] - asked["2022-6T"] == {"A18"}
    assert asked["2022-6T"] - asked["2021-N"] == {"I18"}


def test_an_old_code_beside_the_newer_one_stays_unknown(engine: Engine, tmp_path: Path) -> None:
    with writing(engine) as session:
        make_scene(session)
        put_on_record(session, PlanLink(date(2022, 1, 1), "renamed", "A01", "I01"))
    sender = Sender(engine, tmp_path)
    filled = sender.answers()
    filled.rows["measures"].append({**filled.row("measures", "I01"), "indicator": "A01"})
    assert sender.send(filled).state == "rejected"
    assert "row.unknown-code" in findings_of(engine)


def findings_of(engine: Engine) -> list[str]:
    with reading(engine) as session:
        return [one.check for one in session.exec(select(Finding)).all()]
