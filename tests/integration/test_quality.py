"""Warnings against formalism: texts and figures that were copied rather than counted, and honest ones left alone."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from builders import VI, Filled, place_of
from factories import make_indicator
from scene import Sender, make_scene
from sqlalchemy import Engine
from sqlmodel import select

from intake.receive import ReceiptOutcome
from models.directive import Task
from models.queries.receipts import count_unavailable
from models.returns import Finding
from models.states import ReceiptState
from models.store import reading, writing
from schemas.checks import message
from schemas.texts import load_texts

DONE, SUSPENDED = VI("workbook.list.status.done"), VI("workbook.list.status.suspended")
TOLD = (
    "Trong 6 tháng đầu năm 2022, Đảng ủy Đơn vị mẫu An đã tổ chức 5 hội nghị quán triệt với 412 lượt người dự; tỷ lệ "
    "đảng viên được quán triệt đạt 96,5%. Tài liệu được gửi trước cho các chi bộ 5 ngày."
)
NINE_MONTHS = TOLD.replace("6 tháng đầu năm", "9 tháng đầu năm")
MORE_ARTICLES = {f"I{number}": 10 + number for number in range(30, 34)}


@pytest.fixture
def sender(engine: Engine, tmp_path: Path) -> Sender:
    return make_sender(engine, tmp_path)


@pytest.fixture
def any_sender(any_engine: Engine, tmp_path: Path) -> Sender:
    """The same on both databases, for what the database has a part in."""
    return make_sender(any_engine, tmp_path)


def make_sender(engine: Engine, folder: Path) -> Sender:
    with writing(engine) as session:
        make_scene(session)
    return Sender(engine, folder)


@pytest.fixture
def counting(sender: Sender) -> Sender:
    """Four indicators more, so that a return has eight figures to count."""
    with writing(sender.engine) as session:
        task = session.exec(select(Task).where(Task.code == "K60-1.1")).one()
        for code in MORE_ARTICLES:
            make_indicator(session, code, task=task)
    return sender


def telling(sender: Sender, text: str, unit: str = "D01", period: str = "2022-6T", **over: Any) -> Filled:
    filled = sender.answers(unit, period)
    filled.row("progress", "K60-1.1").update(result=text, **over)
    return filled


def send(sender: Sender, filled: Filled) -> list[Finding]:
    """Send a return of any period on its day; give its warnings."""
    period = filled.stamp.period if filled.stamp else ""
    day = date(int(period[:4]), {"6T": 6, "9T": 9, "N": 12}[period[5:]], 20)
    outcome = sender.send(filled, received=day)
    assert outcome.state is ReceiptState.ACCEPTED
    return warnings(outcome)


def warnings(outcome: ReceiptOutcome) -> list[Finding]:
    return [one for one in outcome.findings if one.severity == "warning"]


def only(findings: list[Finding], check: str) -> Finding:
    """Give the one finding there should be, and see that it can be said in both languages."""
    assert [one.check for one in findings] == [check]
    for language in ("vi", "en"):
        assert "{" not in message(findings[0], load_texts(language))
    return findings[0]


# --- texts ----------------------------------------------------------------------------------------------------


def test_warns_of_last_periods_text_under_the_name_of_this_period(any_sender: Sender) -> None:
    send(any_sender, telling(any_sender, TOLD))
    finding = only(send(any_sender, telling(any_sender, NINE_MONTHS, period="2022-9T")), "progress.nearly-unchanged")
    assert (finding.cell, finding.values["period"]) == (place_of("progress", "result", 0), "2022-6T")
    assert finding.values["percent"] == "100"


@pytest.mark.parametrize("together", [True, False])
def test_warns_of_another_units_text_under_another_name(any_sender: Sender, together: bool) -> None:
    both = [telling(any_sender, TOLD), telling(any_sender, TOLD.replace("mẫu An", "mẫu Ánh Dương"), "D02")]
    ids = [any_sender.deliver(any_sender.write(one), one.stamp.unit) for one in both if one.stamp]
    outcomes = any_sender.process(*ids) if together else [one for key in ids for one in any_sender.process(key)]
    finding = only(warnings(outcomes[1]), "progress.nearly-same")
    assert (finding.values["unit"], finding.values["percent"]) == ("D01", "96")


@pytest.mark.parametrize(
    "text",
    [
        TOLD.replace("5 hội nghị", "7 hội nghị").replace("412", "530"),
        TOLD[:-1] + "; đã tổ chức thêm 2 buổi cho đảng viên đi công tác.",
        TOLD.replace("96,5%", "97,1%"),
    ],
    ids=["other figures", "a clause with a figure", "another share"],
)
def test_own_figures_in_the_usual_words_are_a_report(sender: Sender, text: str) -> None:
    send(sender, telling(sender, TOLD))
    assert not send(sender, telling(sender, text, "D02"))
    assert not send(sender, telling(sender, text, period="2022-9T"))


def test_a_single_short_sentence_proves_nothing(sender: Sender) -> None:
    short = "Đã tổ chức 5 hội nghị quán triệt đến toàn thể đảng viên."
    send(sender, telling(sender, short))
    assert not send(sender, telling(sender, short, "D02"))
    assert not send(sender, telling(sender, short, period="2022-9T"))


def test_what_was_done_before_may_be_told_in_the_same_words(sender: Sender) -> None:
    done = {"status": DONE, "done_on": date(2022, 5, 10), "percent": 100}
    evidence = [{"subject": "K60-1.1", "type": "Văn bản", "title": "Báo cáo"}]
    first, second = telling(sender, TOLD, **done), telling(sender, TOLD, period="2022-9T", **done)
    first.rows["evidence"] = second.rows["evidence"] = evidence
    send(sender, first)
    assert not send(sender, second)


def test_where_nothing_moved_there_is_nothing_new_to_tell(sender: Sender) -> None:
    text = "Nội dung này tạm dừng theo chỉ đạo của cấp ủy để tập trung cho nhiệm vụ cấp bách, chuyển sang kỳ sau."
    send(sender, telling(sender, text, status=SUSPENDED))
    assert not send(sender, telling(sender, text, "D02", status=SUSPENDED))
    assert not send(sender, telling(sender, text, period="2022-9T", status=SUSPENDED))


# --- figures --------------------------------------------------------------------------------------------------


def test_warns_once_of_a_sheet_on_which_no_figure_moved(counting: Sender) -> None:
    send(counting, counting.answers(**MORE_ARTICLES))
    copied = counting.answers(period="2022-9T", I18=800.5, **MORE_ARTICLES)
    finding = only(send(counting, copied), "measures.all-unchanged")
    assert (finding.sheet, finding.cell) == (VI("workbook.sheet.measures.title"), None)
    assert (finding.values["count"], finding.values["period"]) == ("8", "2022-6T")


def test_warns_of_a_sheet_copied_from_last_year(counting: Sender) -> None:
    send(counting, counting.answers(period="2021-N", **MORE_ARTICLES))
    finding = only(send(counting, counting.answers(period="2022-N", **MORE_ARTICLES)), "measures.all-unchanged")
    assert finding.values["period"] == "2021-N"


def test_one_figure_that_moved_is_enough(counting: Sender) -> None:
    send(counting, counting.answers(**MORE_ARTICLES))
    assert not send(counting, counting.answers(period="2022-9T", **MORE_ARTICLES))


def test_nothing_at_all_may_stay_nothing(counting: Sender) -> None:
    nothing: dict[str, Any] = dict.fromkeys(("I01", "I18", "I19", *MORE_ARTICLES), 0)
    for period in ("2022-6T", "2022-9T"):
        filled = counting.answers(period=period, **nothing)
        filled.row("measures", "I03").update(numerator=0, denominator=0)
        assert not send(counting, filled)


def test_a_nil_return_keeps_its_figures_without_a_warning(counting: Sender) -> None:
    send(counting, counting.answers(**MORE_ARTICLES))
    nil = counting.answers(period="2022-9T")
    nil.cover["nil"] = VI("workbook.list.yes_no.yes")
    nil.rows["progress"] = [{"task": row["task"]} for row in nil.rows["progress"]]
    codes = [row["indicator"] for row in nil.rows["measures"]] + list(MORE_ARTICLES)
    nil.rows["measures"] = [{"indicator": code} for code in codes]
    assert not send(counting, nil)


def test_warns_of_a_large_figure_that_stands_still_within_the_year_until_it_is_explained(sender: Sender) -> None:
    send(sender, sender.answers())
    filled = sender.answers(period="2022-9T", I18=800.5)
    finding = only(send(sender, filled), "measures.unchanged")
    assert (finding.values["subject"], finding.values["now"], finding.values["period"]) == ("I18", "800,5", "2022-6T")
    filled.row("measures", "I18")["explanation"] = "Quý III không chi thêm"
    assert not send(sender, filled)


@pytest.mark.parametrize(
    ("code", "before", "now"),
    [("I18", 800.5, 800_500), ("I01", 12, 120), ("I19", 55, 550), ("I19", 550, 55)],
    ids=["a thousand times", "a nought too many", "a stock", "a nought too few"],
)
def test_warns_of_a_jump_within_the_year_where_there_is_no_last_year(
    sender: Sender, code: str, before: float, now: float
) -> None:
    send(sender, sender.answers(**{code: before}))
    finding = only(send(sender, sender.answers(period="2022-9T", **{code: now})), "measures.jump")
    assert (finding.values["subject"], finding.values["period"]) == (code, "2022-6T")


def test_warns_of_a_jump_in_either_part_of_a_ratio(sender: Sender) -> None:
    send(sender, sender.answers())
    filled = sender.answers(period="2022-9T")
    filled.row("measures", "I03").update(numerator=92, denominator=1000)
    finding = only(send(sender, filled), "measures.jump")
    assert finding.cell == place_of("measures", "denominator", 4)


def test_a_year_that_grows_and_one_that_began_with_nothing_are_no_jumps(sender: Sender) -> None:
    send(sender, sender.answers(I01=0, I19=3))
    assert not send(sender, sender.answers(period="2022-9T", I01=90, I19=5))


# --- sums -----------------------------------------------------------------------------------------------------


@pytest.fixture
def summed(any_sender: Sender) -> Sender:
    for unit in ("D01", "C0101"):
        send(any_sender, any_sender.answers(unit, I01=10))
    return any_sender


def test_x24_says_once_that_own_figures_stand_in_the_consolidated_return(summed: Sender) -> None:
    finding = only(send(summed, summed.answers("D01", kind="consolidated", I01=10)), "return.kind-mixed")
    assert finding.sheet == VI("workbook.sheet.measures.title")
    told = finding.values
    assert (told["same"], told["count"], told["example"], told["now"], told["summed"]) == ("5", "5", "I01", "10", "20")


def test_a_wrong_sum_beside_own_figures_is_told_apart(summed: Sender) -> None:
    findings = send(summed, summed.answers("D01", kind="consolidated", I01=23))
    assert [one.check for one in findings] == ["return.kind-mixed", "measures.sum-mismatch"]
    assert findings[1].values["subject"] == "I01"


def test_one_figure_that_was_not_added_up_is_a_slip_of_its_own(summed: Sender) -> None:
    right = summed.answers("D01", kind="consolidated", I01=20, I18=1601, I19=55)
    right.row("measures", "I03").update(numerator=180, denominator=200)
    assert only(send(summed, right), "measures.sum-mismatch").values["subject"] == "I19"


def test_counts_the_indicators_without_a_figure(any_sender: Sender) -> None:
    filled = any_sender.answers(I01=None)
    filled.row("measures", "I01").update(marker="KCS", explanation="Chưa rà soát")
    lacking, full = any_sender.send(filled).receipt_id, any_sender.send(any_sender.answers("D02")).receipt_id
    with reading(any_sender.engine) as session:
        assert count_unavailable(session, [lacking, full]) == {lacking: 1, full: 0}
