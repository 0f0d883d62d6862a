"""What a correction changed, cell by cell, against the revision that counted before it."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from builders import VI, Edited, Filled, page_of, place_of
from scene import Sender, make_scene
from sqlalchemy import Engine

from models.queries.revisions import Change, find_changes
from models.store import reading, writing

MEASURES, PROGRESS, EVIDENCE = (VI(f"workbook.sheet.{key}.title") for key in ("measures", "progress", "evidence"))
PLAN = {"subject": "K60-1.1", "type": "Văn bản", "title": "Kế hoạch quán triệt", "number": "15-KH/ĐU",
        "issued_on": date(2022, 3, 1)}  # fmt: skip
LETTER = {"subject": "K60-3.7", "type": "Văn bản", "title": "Công văn chỉ đạo", "number": "7-CV/ĐU"}
REPORT = {"subject": "K60-1.1", "type": "Văn bản", "title": "Báo cáo kết quả", "number": "88-BC/ĐU"}


@pytest.fixture
def sender(any_engine: Engine, tmp_path: Path) -> Sender:
    with writing(any_engine) as session:
        make_scene(session)
    return Sender(any_engine, tmp_path)


def changes(sender: Sender, *several: Filled) -> tuple[Change, ...] | None:
    """Send revisions one after the other; give what the last one changed."""
    newest = [sender.send(one).receipt_id for one in several][-1]
    with reading(sender.engine) as session:
        return find_changes(session, [newest]).get(newest)


def with_evidence(sender: Sender, *rows: dict[str, object]) -> Filled:
    filled = sender.answers()
    filled.rows["evidence"] = [dict(row) for row in rows]
    return filled


def test_a_first_revision_and_an_equal_one_change_nothing(sender: Sender) -> None:
    assert changes(sender, sender.answers()) is None
    again = sender.answers()
    again.cover["letter_number"] = "13-BC/ĐU"  # other bytes, the same answers
    assert changes(sender, again) == ()


def test_tells_a_changed_figure_with_its_cell(sender: Sender) -> None:
    better = sender.answers(I01=13)
    better.row("measures", "I03").update(numerator=91, denominator=101)
    better.row("measures", "I19").update(value=None, marker="KPS")
    value, marker = place_of("measures", "value", 2), place_of("measures", "marker", 2)
    upper, lower = place_of("measures", "numerator", 4), place_of("measures", "denominator", 4)
    assert changes(sender, sender.answers(), better) == (
        Change("measures", MEASURES, place_of("measures", "value", 0), "I01", "value", Decimal(12), Decimal(13)),
        Change("measures", MEASURES, value, "I19", "value", Decimal(55), None),
        Change("measures", MEASURES, f"{marker[1:]}:{marker[1:]}", "I19", "marker", None, "KPS"),
        Change("measures", MEASURES, upper, "I03", "numerator", Decimal(90), Decimal(91)),
        Change("measures", MEASURES, lower, "I03", "denominator", Decimal(100), Decimal(101)),
    )


def test_tells_a_changed_task_by_its_columns(sender: Sender) -> None:
    better = sender.answers()
    better.row("progress", "K60-3.7").update(
        status=VI("workbook.list.status.done"), done_on=date(2022, 6, 1), percent=100, result="Đã phê duyệt kịch bản."
    )
    found = changes(sender, sender.answers(), better)
    assert [(one.column, one.before, one.after) for one in found[:3]] == [
        ("status", "in_progress", "done"),
        ("done_on", None, date(2022, 6, 1)),
        ("percent", Decimal(41), Decimal(100)),
    ]
    assert (found[3].column, found[3].after) == ("result", "Đã phê duyệt kịch bản.")
    assert {(one.sheet_key, one.sheet, one.subject) for one in found} == {("progress", PROGRESS, "K60-3.7")}
    assert [one.cell for one in found] == [place_of("progress", "status", 1), "6:6", "6:6", "6:6"]


def test_gives_the_cell_of_the_newer_file(sender: Sender) -> None:
    def move(path: Path) -> None:
        with Edited(path) as book:
            page_of(book, "measures").insert_rows(1, 3)

    sender.send(sender.answers())
    outcome = sender.send(sender.answers(I01=13), move)
    with reading(sender.engine) as session:
        (found,) = find_changes(session, [outcome.receipt_id])[outcome.receipt_id]
    place = place_of("measures", "value", 0)
    assert found.cell == f"{place[0]}{int(place[1:]) + 3}"


def test_a_line_that_moved_is_no_change(sender: Sender) -> None:
    first, second = with_evidence(sender, PLAN, LETTER, PLAN | {"number": "16-KH/ĐU"}), with_evidence(sender)
    second.rows["evidence"] = list(reversed(first.rows["evidence"]))
    assert changes(sender, first, second) == ()


def test_a_corrected_line_is_told_by_its_cells_wherever_it_stands(sender: Sender) -> None:
    first, second = with_evidence(sender, PLAN, LETTER), with_evidence(sender, LETTER, PLAN | {"number": "51-KH/ĐU"})
    assert changes(sender, first, second) == (
        Change("evidence", EVIDENCE, "6:6", "6", "number", "15-KH/ĐU", "51-KH/ĐU"),
    )


def test_a_line_that_came_and_one_that_is_gone_are_told_by_every_filled_cell(sender: Sender) -> None:
    found = changes(sender, with_evidence(sender, PLAN), with_evidence(sender, PLAN, REPORT))
    assert [(one.column, one.before, one.after, one.cell) for one in found] == [
        ("subject", None, "K60-1.1", "6:6"),
        ("type", None, "E01", "6:6"),
        ("title", None, "Báo cáo kết quả", "6:6"),
        ("number", None, "88-BC/ĐU", "6:6"),
    ]
    found = changes(sender, with_evidence(sender, LETTER))
    assert {one.column for one in found if one.cell is None} >= {"title", "number"}
    assert {one.after for one in found if one.cell is None} == {None}


def test_compares_with_the_revision_that_counted_not_with_a_refused_one(sender: Sender) -> None:
    sender.send(sender.answers(I01=11))
    sender.send(sender.answers(I01=None))
    third = sender.send(sender.answers(I01=13)).receipt_id
    fourth = sender.send(sender.answers(I01=14)).receipt_id
    with reading(sender.engine) as session:
        found = find_changes(session, [third, fourth])
    told = {key: [(one.before, one.after) for one in several] for key, several in found.items()}
    assert told == {third: [(Decimal(11), Decimal(13))], fourth: [(Decimal(13), Decimal(14))]}


def test_words_of_the_review_are_compared_as_well(sender: Sender) -> None:
    better = sender.answers()
    better.rows["shortcomings"][0]["task"] = "K60-3.7"
    better.rows["statements"][0]["addressee"] = "Ban Tổ chức"
    found = changes(sender, sender.answers(), better)
    assert [(one.sheet_key, one.subject, one.column, one.before, one.after) for one in found] == [
        ("shortcomings", "5", "task", "K60-1.1", "K60-3.7"),
        ("statements", "5", "addressee", "Ban Tuyên giáo", "Ban Tổ chức"),
    ]


def test_nothing_asked_gives_nothing(sender: Sender) -> None:
    with reading(sender.engine) as session:
        assert find_changes(session, []) == {}
