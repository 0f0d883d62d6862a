"""Returns as they come in, with every deliberate fault of the sample: each has its one finding, at its cell."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from builders import VI, Edited, Filled, page_of, place_of
from factories import add
from records import open_record
from scene import LAYOUT, LONG_TEXT, Sender, make_scene, nfd
from sqlalchemy import Engine
from sqlmodel import select

from intake.receive import ReceiptOutcome
from models.period import Period
from models.queries.receipts import unit_ids
from models.returns import (
    EffectiveReturn,
    Evidence,
    Extension,
    Progress,
    Receipt,
    ReportedValue,
    Return,
    Shortcoming,
    Statement,
)
from models.states import ReceiptState, ReturnState
from models.store import reading, writing
from schemas.checks import message
from schemas.texts import load_texts

DONE = VI("workbook.list.status.done")


@pytest.fixture
def sender(tmp_path: Path) -> Iterator[Sender]:
    engine = open_record(tmp_path / "dondoc.db", make_scene)
    yield Sender(engine, tmp_path)
    engine.dispose()


@pytest.fixture
def any_sender(any_engine: Engine, tmp_path: Path) -> Sender:
    """The same on both databases, for what the database has a part in."""
    with writing(any_engine) as session:
        make_scene(session)
    return Sender(any_engine, tmp_path)


def checks(outcome: ReceiptOutcome, *severities: str) -> list[str]:
    wanted = severities or ("error", "warning", "info")
    return [finding.check for finding in outcome.findings if finding.severity in wanted]


def only(outcome: ReceiptOutcome, check: str, severity: str = "error") -> Any:
    """Give the one finding there should be, and see that its message can be said in both languages."""
    assert [(one.check, one.severity) for one in outcome.findings] == [(check, severity)]
    finding = outcome.findings[0]
    for language in ("vi", "en"):
        said = message(finding, load_texts(language))
        assert said
        assert "{" not in said
    return finding


def test_accepts_a_return_without_a_fault_and_keeps_every_cell(any_sender: Sender) -> None:
    filled = any_sender.answers()
    filled.rows["evidence"] = [{"subject": "K60-1.1", "type": "Văn bản", "title": "Kế hoạch", "number": "15-KH/ĐU",
                                "issued_on": date(2022, 3, 1), "link": "https://example.invalid/1"}]  # fmt: skip
    outcome = any_sender.send(filled)
    assert (outcome.state, outcome.late, outcome.findings) == (ReceiptState.ACCEPTED, 0, ())
    assert (outcome.unit, outcome.period, outcome.kind) == ("D01", "2022-6T", "own")
    with reading(any_sender.engine) as session:
        values = {(v.indicator_id, v.cell): v for v in session.exec(select(ReportedValue))}
        assert len(values) == 6
        ratio = next(v for v in values.values() if v.numerator is not None)
        assert (ratio.numerator, ratio.denominator, ratio.value) == (Decimal(90), Decimal(100), None)
        assert ratio.sheet == VI("workbook.sheet.measures.title")
        parts = [place_of("measures", part, 4) for part in ("numerator", "denominator")]
        assert [ratio.cell, ratio.denominator_cell] == parts
        progress = session.exec(select(Progress)).all()
        assert [(p.status, p.percent, p.cell) for p in progress] == [
            ("in_progress", Decimal(40), place_of("progress", "status", 0)),
            ("in_progress", Decimal(41), place_of("progress", "status", 1)),
        ]
        assert session.exec(select(Evidence)).one().issued_on == date(2022, 3, 1)
        assert session.exec(select(Shortcoming)).one().code == "S01"
        assert session.exec(select(Statement)).one().kind == "proposal"
        receipt = session.exec(select(Receipt)).one()
        assert (receipt.filled, receipt.required, receipt.revision, receipt.template) == (8, 8, 1, LAYOUT)


def test_moves_the_pointer_and_the_ledger_in_the_same_transaction(any_sender: Sender) -> None:
    outcome = any_sender.send(any_sender.answers())
    with reading(any_sender.engine) as session:
        receipt = session.get_one(Receipt, outcome.receipt_id)
        owed = session.get_one(Return, receipt.return_id)
        assert (owed.state, owed.first_received_at) == (ReturnState.ACCEPTED, receipt.received_at)
        counts = session.exec(select(EffectiveReturn)).one()
        assert (counts.receipt_id, counts.since, counts.until) == (receipt.id, receipt.received_at, None)


def test_gives_the_same_answer_when_it_is_asked_again(sender: Sender) -> None:
    path = sender.write(sender.answers())
    receipt = sender.deliver(path, "D01")
    assert sender.process(receipt) == sender.process(receipt)
    with reading(sender.engine) as session:
        assert len(session.exec(select(EffectiveReturn)).all()) == 1


def in_cell(sheet: str, column: str, line: int, value: Any, number_format: str | None = None) -> Callable[[Path], None]:
    def edit(path: Path) -> None:
        with Edited(path) as book:
            cell = page_of(book, sheet)[place_of(sheet, column, line)]
            cell.value = value
            if number_format:
                cell.number_format = number_format

    return edit


# --- the deliberate faults of the sample ---------------------------------------------------------------------


def test_x01_asks_back_97_point_5_and_does_not_make_975_of_it(sender: Sender) -> None:
    filled = sender.answers()
    filled.row("measures", "I03")["numerator"] = "97.5"
    outcome = sender.send(filled)
    finding = only(outcome, "number.ambiguous")
    assert (finding.cell, finding.value) == (place_of("measures", "numerator", 4), "97.5")
    assert outcome.state is ReceiptState.REJECTED
    said = message(finding, load_texts("vi"))
    assert "97,5" in said
    assert "975" in said


def test_x02_reads_97_under_a_percent_format_and_without_as_the_same(sender: Sender) -> None:
    edit = in_cell("progress", "percent", 0, 0.97, "0%")
    only(sender.send(sender.answers("D01"), edit), "number.percent", "info")
    plain = sender.answers("D02")
    plain.row("progress", "K60-1.1")["percent"] = 97
    assert not sender.send(plain).findings
    with reading(sender.engine) as session:
        read = session.exec(select(Progress.percent).where(Progress.row == 5)).all()
        assert read == [Decimal(97), Decimal(97)]


def test_x03_reads_a_thousands_point_and_says_so(sender: Sender) -> None:
    finding = only(sender.send(sender.answers(I01="1.234")), "number.text", "info")
    assert finding.values["read"] == "1234"  # without the point that was in doubt
    with reading(sender.engine) as session:
        assert Decimal(1234) in session.exec(select(ReportedValue.value)).all()


@pytest.mark.parametrize("name", [nfd("Đảng ủy Đơn vị mẫu Hải"), "Đảng uỷ Đơn vị mẫu Hải", "ĐẢNG ỦY  ĐƠN VỊ MẪU HẢI"])
def test_x04_and_x06_match_a_name_in_other_letters_silently(sender: Sender, name: str) -> None:
    filled = sender.answers("D08", "2018-N")
    filled.cover["unit_name"] = name
    outcome = sender.send(filled, received=date(2018, 12, 20))
    assert (outcome.state, outcome.findings) == (ReceiptState.ACCEPTED, ())


def test_warns_of_a_name_that_the_unit_never_had(sender: Sender) -> None:
    filled = sender.answers()
    filled.cover["unit_name"] = "Đảng ủy Đơn vị mẫu Bình"
    outcome = sender.send(filled)
    assert outcome.state is ReceiptState.ACCEPTED
    assert only(outcome, "cover.unit-name", "warning").cell == place_of("cover", "unit_name")


def test_x07_refuses_a_numerator_above_its_denominator(sender: Sender) -> None:
    filled = sender.answers()
    filled.row("measures", "I03").update(numerator=100, denominator=90)
    finding = only(sender.send(filled), "measures.numerator-above")
    assert (finding.cell, finding.values["denominator"]) == (place_of("measures", "numerator", 4), "90")


def test_x08_refuses_a_cumulative_figure_that_fell_within_the_year(any_sender: Sender) -> None:
    assert any_sender.send(any_sender.answers(period="2022-9T", I01=20), received=date(2022, 9, 20)).state == "accepted"
    outcome = any_sender.send(any_sender.answers(period="2022-N", I01=15), received=date(2022, 12, 20))
    finding = only(outcome, "measures.decreased")
    assert (finding.values["now"], finding.values["before"], finding.values["period"]) == ("15", "20", "2022-9T")


def test_a_cumulative_figure_starts_anew_with_the_year(sender: Sender) -> None:
    sender.send(sender.answers(period="2021-N", I01=20), received=date(2021, 12, 20))
    assert not sender.send(sender.answers(period="2022-6T", I01=5)).findings


def test_x09_warns_of_a_jump_by_a_thousand(sender: Sender) -> None:
    sender.send(sender.answers(period="2021-N", I18=800.5), received=date(2021, 12, 20))
    outcome = sender.send(sender.answers(period="2022-N", I18=800_500), received=date(2022, 12, 20))
    finding = only(outcome, "measures.jump", "warning")
    assert (finding.values["now"], finding.values["before"]) == ("800.500", "800,5")
    assert outcome.state is ReceiptState.ACCEPTED


def test_warns_of_a_great_change_until_it_is_explained(sender: Sender) -> None:
    sender.send(sender.answers(period="2021-N", I01=20), received=date(2021, 12, 20))
    filled = sender.answers(period="2022-N", I01=45)
    finding = only(sender.send(filled, received=date(2022, 12, 20)), "measures.unexplained", "warning")
    assert finding.cell == place_of("measures", "explanation", 0)
    filled.row("measures", "I01")["explanation"] = "Mở thêm lớp cho đảng viên mới"
    assert not sender.send(filled, received=date(2022, 12, 20)).findings


def test_x10_warns_of_a_text_copied_from_the_last_period(sender: Sender) -> None:
    sender.send(sender.answers(period="2022-6T"))
    filled = sender.answers(period="2022-9T")
    filled.row("progress", "K60-3.7")["result"] = LONG_TEXT.format(number=3, unit="D01", period="2022-6T").upper()
    finding = only(sender.send(filled, received=date(2022, 9, 20)), "progress.unchanged", "warning")
    assert (finding.cell, finding.values["period"]) == (place_of("progress", "result", 1), "2022-6T")


@pytest.mark.parametrize("together", [True, False])
def test_x11_warns_of_a_text_that_another_unit_wrote(any_sender: Sender, together: bool) -> None:
    copied = any_sender.answers("D02")
    copied.row("progress", "K60-1.1")["result"] = LONG_TEXT.format(number=2, unit="D01", period="2022-6T")
    ids = [any_sender.deliver(any_sender.write(one), one.stamp.unit) for one in (any_sender.answers("D01"), copied)]
    outcomes = any_sender.process(*ids) if together else [*any_sender.process(ids[0]), *any_sender.process(ids[1])]
    assert only(outcomes[1], "progress.same-as-other", "warning").values["unit"] == "D01"


def test_x12_warns_of_what_is_done_without_evidence(sender: Sender) -> None:
    filled = sender.answers(period="2022-N")
    filled.row("progress", "K60-3.7").update(status=DONE, done_on=date(2022, 6, 15), percent=100)
    finding = only(sender.send(filled, received=date(2022, 12, 20)), "progress.no-evidence", "warning")
    assert finding.values["subject"] == "K60-3.7"
    filled.rows["evidence"] = [{"subject": "i05", "type": "E01", "title": "Kịch bản"}]  # an indicator of that task
    assert not sender.send(filled, received=date(2022, 12, 20)).findings


def test_x13_holds_a_file_whose_cover_names_another_period(sender: Sender) -> None:
    filled = sender.answers(period="2022-N")
    filled.cover["period"] = "2022-9T"
    outcome = sender.send(filled, received=date(2022, 12, 20))
    finding = only(outcome, "cover.wrong-period")
    assert (finding.cell, finding.values["stamp"], finding.values["shown"]) == (
        place_of("cover", "period"), "2022-N", "2022-9T"
    )  # fmt: skip
    assert outcome.state is ReceiptState.QUARANTINED


@pytest.mark.parametrize("stamped", ["2019-6T", "2018-N"])
def test_x14_sends_a_merged_unit_to_its_successor(any_sender: Sender, stamped: str) -> None:
    filled = any_sender.answers("D08", "2019-6T")
    filled.stamp = replace(filled.stamp, period=stamped)
    outcome = any_sender.send(filled, received=date(2019, 6, 20))
    assert only(outcome, "return.unit-ended").values["successors"] == "D11"
    assert outcome.state is ReceiptState.REJECTED


def test_x16_says_already_received_to_the_same_bytes_and_takes_the_next_version(any_sender: Sender) -> None:
    path = any_sender.write(any_sender.answers())
    first, again, better = any_sender.deliver(path, "D01"), any_sender.deliver(path, "D01"), any_sender.deliver(
        any_sender.write(any_sender.answers(I01=13)), "D01")  # fmt: skip
    outcomes = any_sender.process(first, again, better)
    assert [one.state for one in outcomes] == ["accepted", "duplicate", "accepted"]
    only(outcomes[1], "return.duplicate", "info")
    with reading(any_sender.engine) as session:
        rows = session.exec(select(EffectiveReturn).order_by(EffectiveReturn.id)).all()
        assert [(row.receipt_id, row.until is None) for row in rows] == [(first, False), (better, True)]
        assert [row.revision for row in session.exec(select(Receipt).order_by(Receipt.id))] == [1, None, 2]
        assert session.get_one(Receipt, again).duplicate_of == first


def test_x17_warns_of_a_consolidated_figure_that_is_not_the_sum(any_sender: Sender) -> None:
    own = [any_sender.deliver(any_sender.write(any_sender.answers(unit, I01=10)), unit) for unit in ("D01", "C0101")]
    wrong = any_sender.answers("D01", kind="consolidated", I01=29, I18=1601, I19=110)
    wrong.row("measures", "I03").update(numerator=180, denominator=200)
    outcomes = any_sender.process(any_sender.deliver(any_sender.write(wrong), "D01"), *own)
    finding = only(outcomes[-1], "measures.sum-mismatch", "warning")
    assert outcomes[-1].kind == "consolidated"
    assert (finding.values["now"], finding.values["summed"], finding.values["count"]) == ("29", "20", "2")


def test_does_not_add_up_before_every_unit_below_is_in(sender: Sender) -> None:
    sender.send(sender.answers("D01"))
    assert not sender.send(sender.answers("D01", kind="consolidated", I01=99)).findings


def test_x18_names_the_cell_of_a_formula_that_nobody_calculated(sender: Sender) -> None:
    outcome = sender.send(sender.answers(), in_cell("measures", "value", 0, "=SUM(K90:K95)"))
    assert only(outcome, "cell.formula").cell == place_of("measures", "value", 0)


def test_names_the_cell_of_a_failed_formula(sender: Sender) -> None:
    finding = only(sender.send(sender.answers(), in_cell("measures", "value", 0, "#REF!")), "cell.error-value")
    assert (finding.cell, finding.value) == (place_of("measures", "value", 0), "#REF!")


def test_x19_reads_by_key_where_rows_were_inserted_and_columns_swapped(sender: Sender) -> None:
    def edit(path: Path) -> None:
        with Edited(path) as book:
            page = page_of(book, "measures")
            page.insert_rows(2, 3)
            for row in range(1, page.max_row + 1):
                left, right = page[f"A{row}"], page[f"{place_of('measures', 'value')[0]}{row}"]
                left.value, right.value = right.value, left.value

    outcome = sender.send(sender.answers(I01=77), edit)
    assert outcome.state is ReceiptState.ACCEPTED
    assert only(outcome, "sheet.rearranged", "info").sheet == VI("workbook.sheet.measures.title")
    with reading(sender.engine) as session:
        stored = session.exec(select(ReportedValue).where(ReportedValue.value == Decimal(77))).one()
        assert stored.cell == f"A{int(place_of('measures', 'value', 0)[1:]) + 3}"


def test_x20_takes_four_spellings_for_one_date(sender: Sender) -> None:
    filled = sender.answers()
    written = ("5-9-2016", "05/9/2016", "2016-09-05", 42618, date(2016, 9, 5))
    filled.rows["evidence"] = [
        {"subject": "K60-1.1", "type": "E01", "title": "Chỉ thị", "number": "07-CT/TW", "issued_on": day}
        for day in written
    ]
    finding = only(sender.send(filled), "date.text", "info")
    first, last = place_of("evidence", "issued_on", 0), place_of("evidence", "issued_on", 2)
    assert finding.cell == f"{first}:{last}"
    with reading(sender.engine) as session:
        assert set(session.exec(select(Evidence.issued_on))) == {date(2016, 9, 5)}


def test_x21_takes_three_spellings_for_one_document(sender: Sender) -> None:
    filled = sender.answers()
    filled.rows["evidence"] = [
        {"subject": "K60-1.1", "type": "Văn bản", "title": "Chỉ thị", "number": number}
        for number in ("04 - CT/ĐUK", "04-CT/ĐUK", "04–CT/ĐUK")
    ]
    assert not sender.send(filled).findings
    with reading(sender.engine) as session:
        assert set(session.exec(select(Evidence.number))) == {"04-CT/ĐUK"}


def test_x22_counts_working_days_late_and_an_extension(any_sender: Sender) -> None:
    outcome = any_sender.send(any_sender.answers(), received=date(2022, 7, 7))
    assert (outcome.late, outcome.state) == (9, ReceiptState.ACCEPTED)
    with writing(any_sender.engine) as session:
        owed = session.exec(select(Return).join(Receipt, Receipt.return_id == Return.id)).one()
        granted = {"until": date(2022, 7, 5), "reason": "lũ", "granted_by": "VP"}
        add(session, Extension(return_id=owed.id, recorded_at=owed.first_received_at, **granted))
    assert any_sender.send(any_sender.answers(I01=13), received=date(2022, 7, 7)).late == 2


# --- what else is refused, each with its sentence --------------------------------------------------------------


@pytest.mark.parametrize(
    ("sheet", "code", "over", "check", "column"),
    [
        ("progress", "K60-1.1", {"status": None}, "progress.status-required", "status"),
        ("progress", "K60-1.1", {"status": "Xong rồi"}, "list.unknown", "status"),
        ("progress", "K60-1.1", {"percent": 150}, "progress.percent-range", "percent"),
        ("progress", "K60-1.1", {"percent": 0.5}, "number.percent-unclear", "percent"),
        ("progress", "K60-1.1", {"result": "a" * 1501}, "text.too-long", "result"),
        ("progress", "K60-1.1", {"task": "K60-1.9"}, None, "task"),
        ("measures", "I01", {"value": None}, "measures.required", "value"),
        ("measures", "I01", {"value": True}, "number.boolean", "value"),
        ("measures", "I01", {"value": 1.5}, "measures.not-whole", "value"),
        ("measures", "I01", {"value": -1}, "measures.below", "value"),
        ("measures", "I01", {"value": "khoảng 500"}, "number.not-a-number", "value"),
        ("measures", "I01", {"marker": "KPS"}, "measures.marker-and-value", "marker"),
        ("measures", "I01", {"value": None, "marker": "KCS"}, "measures.reason-required", "explanation"),
        ("measures", "I25", {"value": 5}, "measures.above", "value"),
        ("measures", "I03", {"denominator": None}, "measures.part-required", "denominator"),
        ("measures", "I03", {"numerator": -1}, "number.below", "numerator"),
        ("measures", "I05", {"value": "Có lẽ"}, "list.unknown", "value"),
    ],
)  # fmt: skip
def test_refuses_a_fault_in_one_cell(
    sender: Sender, sheet: str, code: str, over: dict[str, Any], check: str | None, column: str
) -> None:
    filled = sender.answers()
    row = filled.row(sheet, code)
    row.update(over)
    outcome = sender.send(filled)
    assert outcome.state is ReceiptState.REJECTED
    if check is None:  # a code that nobody knows leaves the asked row missing as well
        assert checks(outcome) == ["row.unknown-code", "progress.row-missing"]
        assert "K60-1.1" in outcome.findings[0].values["allowed"]
        return
    assert only(outcome, check).cell == place_of(sheet, column, filled.rows[sheet].index(row))


@pytest.mark.parametrize(
    ("over", "check"),
    [({"done_on": None}, "progress.done-without-date"),
     ({"done_on": date(2022, 6, 15)}, "progress.done-after-cutoff"),
     ({"done_on": "31/02/2022"}, "date.impossible")],
)  # fmt: skip
def test_refuses_what_is_done_on_no_possible_day(sender: Sender, over: dict[str, Any], check: str) -> None:
    filled = sender.answers()
    filled.row("progress", "K60-3.7").update(status=DONE, percent=100, **over)
    filled.rows["evidence"] = [{"subject": "K60-3.7", "type": "E01", "title": "Kịch bản"}]
    assert only(sender.send(filled), check).cell == place_of("progress", "done_on", 1)


def test_a_marker_answers_for_a_number(sender: Sender) -> None:
    filled = sender.answers(I01=None)
    filled.row("measures", "I01")["marker"] = "KPS"
    filled.row("measures", "I03").update(numerator=None, denominator=None, marker="KCS", explanation="Chưa rà soát")
    outcome = sender.send(filled)
    assert (outcome.state, outcome.findings) == (ReceiptState.ACCEPTED, ())


def test_a_marker_in_the_number_cell_is_understood(sender: Sender) -> None:
    finding = only(sender.send(sender.answers(I01="kps")), "measures.marker-in-value", "info")
    assert finding.cell == place_of("measures", "value", 0)
    with reading(sender.engine) as session:
        assert session.exec(select(ReportedValue.marker).where(ReportedValue.marker != "")).all() == ["KPS"]


def test_tells_all_faults_of_all_sheets_at_once_and_a_block_as_one(sender: Sender) -> None:
    filled = sender.answers(I01=None, I18=None, I19="97.5")
    filled.cover["approver_role"] = None
    filled.row("progress", "K60-1.1")["percent"] = 101
    outcome = sender.send(filled)
    assert sorted(checks(outcome)) == [
        "cell.required", "measures.required", "number.ambiguous", "progress.percent-range"
    ]  # fmt: skip
    block = next(one for one in outcome.findings if one.check == "measures.required")
    assert block.cell == f"{place_of('measures', 'value', 0)}:{place_of('measures', 'value', 1)}"
    assert block.values["subject"] == "I01, I18"


def test_refuses_duplicate_rows_missing_rows_and_lost_columns(sender: Sender) -> None:
    filled = sender.answers()
    filled.rows["progress"].append(dict(filled.rows["progress"][0]))
    filled.rows["measures"] = [row for row in filled.rows["measures"] if row["indicator"] != "I19"]
    filled.rows["evidence"] = [{"subject": "K60-1.1", "type": "E01", "title": "Kế hoạch"}] * 2

    def lose(path: Path) -> None:
        with Edited(path) as book:
            page_of(book, "shortcomings").delete_cols(3)

    outcome = sender.send(filled, lose)
    assert sorted(checks(outcome)) == [
        "measures.row-missing",
        "progress.duplicate",
        "row.duplicate",
        "sheet.column-missing",
    ]


def test_leaves_out_a_row_that_another_unit_was_asked(sender: Sender) -> None:
    filled = sender.answers()
    filled.rows["progress"].append({"task": "K60-9.9", "status": DONE})
    outcome = sender.send(filled)
    assert outcome.state is ReceiptState.ACCEPTED
    only(outcome, "row.not-asked", "warning")


def test_finds_sheets_and_columns_by_header_where_the_keys_are_gone(sender: Sender) -> None:
    def edit(path: Path) -> None:
        with Edited(path) as book:
            for key in ("progress", "measures"):
                page_of(book, key).delete_rows(4)
            page_of(book, "cover").delete_cols(1)

    outcome = sender.send(sender.answers(), edit)
    assert (outcome.state, checks(outcome, "error", "warning")) == (ReceiptState.ACCEPTED, [])


@pytest.mark.parametrize(
    ("change", "state", "check"),
    [
        (lambda f: replace(f, stamp=None), "rejected", "file.not-issued"),
        (lambda f: replace(f, stamp=replace(f.stamp, layout="return-9")), "rejected", "file.unknown-template"),
        (lambda f: replace(f, stamp=replace(f.stamp, kind="consolidated")), "quarantined", "cover.wrong-kind"),
        (lambda f: replace(f, cover=f.cover | {"unit": "D02"}), "quarantined", "cover.wrong-unit"),
        (lambda f: replace(f, cover=f.cover | {"directive": "04-CT/ĐUK"}), "quarantined", "cover.wrong-directive"),
    ],
)
def test_holds_or_refuses_a_file_that_is_not_this_units(
    sender: Sender, change: Callable[[Filled], Filled], state: str, check: str
) -> None:
    outcome = sender.send(change(sender.answers()), unit="D01")
    assert outcome.state == state
    only(outcome, check)


def test_names_folder_stamp_and_cover_where_they_disagree(sender: Sender) -> None:
    filled = sender.answers("D02")
    outcome = sender.send(filled, unit="D01")
    finding = only(outcome, "cover.wrong-unit")
    assert {finding.values[key] for key in ("folder", "stamp", "shown")} == {"D01", "D02"}
    assert outcome.state is ReceiptState.QUARANTINED
    with reading(sender.engine) as session:
        assert {owed.state for owed in session.exec(select(Return))} <= {ReturnState.OWED, ReturnState.EXCUSED}


def test_refuses_a_return_for_a_period_not_owed(sender: Sender) -> None:
    only(sender.send(sender.answers("C0101", kind="consolidated")), "return.not-owed")
    only(sender.send(sender.answers("D11", "2018-N")), "return.not-owed")
    only(sender.send(sender.answers(period="2031-N")), "return.unknown-period")


def test_a_locked_period_opens_for_an_extension_only(sender: Sender) -> None:
    with writing(sender.engine) as session:
        period = session.exec(select(Period).where(Period.code == "2022-6T")).one()
        period.lock = date(2022, 7, 31)
        unit = unit_ids(session)["D01"]
        owed = session.exec(select(Return).where(Return.period_id == period.id, Return.unit_id == unit)).first()
    only(sender.send(sender.answers(), received=date(2022, 8, 1)), "return.locked")
    with writing(sender.engine) as session:
        granted = {
            "until": date(2022, 8, 5),
            "reason": "lũ",
            "granted_by": "VP",
            "recorded_at": "2022-08-01T00:00:00Z",
        }
        add(session, Extension.model_validate({"return_id": owed.id, **granted}))
    assert sender.send(sender.answers(), received=date(2022, 8, 2)).state is ReceiptState.ACCEPTED


def test_a_refused_correction_leaves_the_accepted_return_in_force(any_sender: Sender) -> None:
    first = any_sender.send(any_sender.answers())
    second = any_sender.send(any_sender.answers(I01=None))
    assert second.state is ReceiptState.REJECTED
    with reading(any_sender.engine) as session:
        counts = session.exec(select(EffectiveReturn)).one()
        assert (counts.receipt_id, counts.until) == (first.receipt_id, None)
        assert session.get_one(Return, counts.return_id).state is ReturnState.ACCEPTED


def test_the_first_arrival_counts_for_being_on_time(sender: Sender) -> None:
    refused = sender.send(sender.answers(I01=None), received=date(2022, 6, 20))
    accepted = sender.send(sender.answers(), received=date(2022, 7, 1))
    assert (refused.late, accepted.late) == (0, 5)
    with reading(sender.engine) as session:
        owed = session.exec(select(Return).where(Return.state == ReturnState.ACCEPTED)).one()
        assert owed.first_received_at is not None
        assert owed.first_received_at.date() == date(2022, 6, 20)


def test_an_unreadable_file_costs_its_neighbours_nothing(sender: Sender) -> None:
    broken = sender.folder / "broken.xlsx"
    broken.write_bytes(sender.write(sender.answers()).read_bytes()[:4000])
    ids = [sender.deliver(broken, "D02"), sender.deliver(sender.write(sender.answers()), "D01")]
    outcomes = sender.process(*ids)
    assert [one.state for one in outcomes] == ["quarantined", "accepted"]
    only(outcomes[0], "file.truncated")


def test_an_office_may_take_workbooks_without_a_stamp(sender: Sender) -> None:
    filled = sender.answers()
    filled.stamp = None
    receipt = sender.deliver(sender.write(filled), "D01")
    outcome = sender.process(receipt, office=replace(sender.office, accept_unstamped=True))[0]
    assert (outcome.state, outcome.period) == (ReceiptState.ACCEPTED, "2022-6T")
