"""The whole road of a directive, from its plan to an approved review, with a correction on the way."""

import email
import re
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from office import CONSOLIDATED, OWN, VI
from openpyxl import load_workbook
from pypdf import PdfReader
from reading import bare, word_text

from sample.organisation import owed

pytestmark = pytest.mark.xdist_group("road")
PERIOD = "2021-9T"
DRAFT = bare(VI("document.draft"))


def test_a_plan_becomes_tasks_and_everything_that_is_owed(road: Any) -> None:
    told = {key: road.said["assign"][key] for key in ("directive", "tasks", "returns_owed", "changed")}
    assert told == {"directive": "60-KL/ĐUK", "tasks": 20, "returns_owed": 601, "changed": True}
    assert road.said["assign earlier"]["returns_owed"] == 406


def test_the_same_plan_again_changes_nothing(road: Any) -> None:
    first, second = road.said["assign"], road.said["assign again"]
    assert second == {**first, "changed": False}


def test_every_unit_gets_the_blanks_that_it_owes(road: Any) -> None:
    wanted = {(unit, kind) for unit, period, kind in owed() if period == PERIOD}
    assert set(road.rows("issue", "issued")) == wanted
    assert all(Path(one["path"]).is_file() for one in road.said["issue"]["issued"])


def test_what_is_right_is_accepted_and_what_is_not_comes_back_marked(road: Any) -> None:
    states = {unit: row["state"] for (unit, _), row in road.rows("collect").items()}
    assert states == {**dict.fromkeys(("C0101", "C0102", "C0103", "C0104"), "accepted"), "C0201": "rejected"}
    refused = road.rows("collect")["C0201", OWN]
    (finding,) = [one for one in refused["findings"] if one["severity"] == "error"]
    assert finding["cell"] in finding["message"]
    assert finding["sheet"] in finding["message"]
    reply = load_workbook(road.office.workspace / refused["reply"])
    assert reply[finding["sheet"]][finding["cell"]].comment is not None


def test_what_is_mended_is_accepted_and_lateness_is_counted_in_working_days(road: Any) -> None:
    more = road.rows("collect more")
    assert {key: row["state"] for key, row in more.items()} == dict.fromkeys(
        [("D01", OWN), ("D01", CONSOLIDATED), ("C0201", OWN), ("C0202", OWN)], "accepted"
    )
    assert {unit: row["late"] for (unit, _), row in more.items()} == {"D01": 0, "C0201": 4, "C0202": 4}


def test_the_inbox_is_empty_and_every_file_is_kept_and_answered(road: Any) -> None:
    workspace = road.office.workspace
    assert not [path for path in (workspace / "inbox").rglob("*") if path.is_file()]
    receipts = [one for step in ("collect", "collect more", "correct") for one in road.said[step]["receipts"]]
    assert len(receipts) == 10
    assert all((workspace / "archive" / one["sha256"]).is_file() for one in receipts)
    assert all((workspace / one["reply"]).is_file() for one in receipts)
    assert road.said["collect nothing"]["receipts"] == []


def test_a_dry_run_of_reminders_says_what_would_go_to_whom(road: Any) -> None:
    dry, real = (road.said[step]["notices"] for step in ("remind dry", "remind"))
    assert {one["state"] for one in dry} == {"planned"}
    assert {one["state"] for one in real} == {"sent"}
    assert [(one["recipient"], one["rung"], one["returns"]) for one in dry] == [
        (one["recipient"], one["rung"], one["returns"]) for one in real
    ]
    reminded = {owing["unit"] for one in real for owing in one["returns"]}
    assert reminded.isdisjoint({"C0101", "C0102", "C0103", "C0104", "C0201", "C0202", "D01"})
    assert {"C0203", "D02"} <= reminded


def test_each_message_is_written_once_and_readable(road: Any) -> None:
    files = sorted((road.office.workspace / "outbox-mail").rglob("*.eml"))
    assert len(files) == len({one["message"] for one in road.said["remind"]["notices"]})
    message = email.message_from_bytes(files[0].read_bytes(), policy=default)
    body = message.get_body(("plain",))
    assert body is not None
    assert PERIOD in body.get_content()
    assert message["To"].endswith("@mau.example")


def test_a_second_run_on_the_same_day_sends_nothing_more(road: Any) -> None:
    again = road.said["remind again"]
    assert (again["notices"], again["held"], again["no_contact"]) == ([], [], [])


def test_the_cells_of_a_figure_add_up_to_it(road: Any) -> None:
    told = road.said["trace"]
    assert sum(one["value"] * one["sign"] for one in told["inputs"]) == told["value"]["value"]
    assert {one["unit"] for one in told["inputs"]} == {"C0101", "C0102", "C0103", "C0104", "D01"}
    ratio = road.said["trace ratio"]
    for part in ("numerator", "denominator"):
        assert sum(one["value"] for one in ratio["inputs"] if one["part"] == part) == ratio["value"][part]
    whole = ratio["value"]
    assert whole["value"] == pytest.approx(100 * whole["numerator"] / whole["denominator"])


def test_a_traced_cell_holds_the_value_in_the_file_that_came(road: Any) -> None:
    for one in road.said["trace"]["inputs"]:
        book = load_workbook((road.office.workspace / "archive" / one["sha256"]).open("rb"))
        assert book[one["sheet"]][one["cell"]].value == one["value"]


def test_the_consolidated_return_says_what_the_figures_say(road: Any) -> None:
    whole = road.rows("collect more")["D01", CONSOLIDATED]
    filed = road.office.ask("trace", "--file", whole["sha256"])["inputs"]
    values = {one["indicator"]: one["value"] for one in filed if one["part"] == "value" and one["value"] is not None}
    assert {"I01", "I02"} <= values.keys()
    assert all(values[code] == road.figure("figures", code)["value"] for code in ("I01", "I02"))


def test_standing_tells_who_is_late_who_is_missing_and_the_rates(road: Any) -> None:
    rates = road.said["standing"]["rates"]
    counts = {"owed": 38, "accepted": 8, "on_time": 7, "late": 1, "missing": 29, "not_due": 1}
    assert {key: rates[key] for key in counts} == counts
    assert rates["received_rate"] == {"n": 8, "of": 38, "percent": pytest.approx(100 * 8 / 38, abs=1e-4)}
    lines = road.rows("standing", "returns")
    assert (lines["C0202", OWN]["days_late"], lines["C0203", OWN]["overdue"]) == (4, True)
    assert lines["C0201", OWN]["days_late"] == 0  # its first file, which came back, was in time
    assert lines["K00", CONSOLIDATED]["overdue"] is False  # due on that very day


def test_a_correction_is_a_new_receipt_and_the_figures_follow_it(road: Any) -> None:
    (corrected,) = road.said["correct"]["receipts"]
    assert corrected["state"] == "accepted"
    assert corrected["receipt"] != road.rows("collect")["C0102", OWN]["receipt"]
    before, after = (road.figure(step, "I02") for step in ("figures", "figures corrected"))
    assert after["value"] == before["value"] + 30
    assert {**after, "value": None} == {**before, "value": None}


def test_figures_as_at_an_earlier_time_are_those_of_that_time(road: Any) -> None:
    assert road.said["figures before"]["figures"] == road.said["figures"]["figures"]


def test_codes_may_be_written_in_small_letters(road: Any) -> None:
    asked = ("figures", "--directive", "60-kl/đuk", "--unit", "d01", "--indicator", "i02", "--period", "2021-9t")
    (figure,) = road.office.ask(*asked)["figures"]
    assert (figure["unit"], figure["indicator"], figure["period"]) == ("D01", "I02", "2021-9T")


def test_a_correction_makes_nobody_late(road: Any) -> None:
    before, after = (road.rows(step, "returns")["C0102", OWN] for step in ("standing", "standing corrected"))
    assert (before["days_late"], after["days_late"]) == (0, 0)
    assert after["receipt"] == road.said["correct"]["receipts"][0]["receipt"]


def test_a_file_tells_whether_it_counts_and_which_figures_it_feeds(road: Any) -> None:
    old, new = road.said["trace replaced"], road.said["trace correction"]
    assert not any(one["counts"] for one in old["inputs"])
    assert all(one["counts"] for one in new["inputs"])
    assert (old["figures"], "60-KL/ĐUK:I02:D01:2021-9T" in new["figures"]) == ([], True)


def test_a_draft_review_is_word_pdf_and_annex_and_says_that_it_is_a_draft(road: Any) -> None:
    review = road.said["review"]
    assert (review["review"], review["state"]) == ("60-KL-DUK_2021-9T_2021-N_r1", "draft")
    assert [Path(path).suffix for path in review["files"]] == [".docx", ".pdf", ".xlsx"]
    assert review["figures"] > 0
    assert DRAFT in road.drafted_text


def test_an_approved_review_keeps_its_figures_and_loses_the_draft_mark(road: Any) -> None:
    drafted, approved = road.said["review"], road.said["approve"]
    assert (approved["state"], approved["sha256"]) == ("approved", drafted["snapshot"])
    assert re.fullmatch(r"[0-9a-f]{64}", approved["sha256"])
    word, pdf, annex = map(Path, approved["files"])
    text = word_text(word)
    assert DRAFT not in text
    assert text == road.drafted_text.replace(DRAFT, "")
    assert approved["sha256"][:12] in text
    assert DRAFT not in bare("".join(page.extract_text() for page in PdfReader(pdf).pages))
    assert load_workbook(annex, read_only=True).sheetnames


def test_a_review_is_approved_once(road: Any) -> None:
    again = road.refused["approve again"]
    assert (again.code, again.out) == (2, "")
    assert road.said["review"]["review"] in again.err


def test_a_newer_draft_takes_the_place_of_no_approved_review(road: Any) -> None:
    span = ("--from", PERIOD, "--to", "2021-N", "--as-at", "2021-10-07T12:00")
    newer = road.office.ask("review", "--directive", "60-KL/ĐUK", *span)
    assert newer["review"].endswith("_r2")
    assert DRAFT not in word_text(Path(road.said["approve"]["files"][0]))


def test_the_board_shows_both_directives(road: Any) -> None:
    page = Path(road.said["board"]["path"]).read_text("utf-8")
    assert all(symbol in page for symbol in ("60-KL/ĐUK", "04-CT/ĐUK"))
    assert "Đảng ủy nhà máy 1 – Ánh" in page


def test_the_log_tells_the_whole_road_and_its_chain_holds(road: Any) -> None:
    told = road.said["audit"]
    assert told["holds"]
    assert [one["action"] for one in told["entries"]] == [
        "plan.assigned", "returns.issued", "receipts.decided", "receipts.decided", "notices.sent", "receipts.decided",
        "review.drafted", "review.approved", "plan.assigned",
    ]  # fmt: skip
    decided = [number for one in told["entries"] for number in one["detail"].get("receipts", ())]
    assert len(decided) == len(set(decided)) == 10
    approved = next(one for one in told["entries"] if one["action"] == "review.approved")
    assert approved["detail"]["snapshot"] == road.said["review"]["snapshot"]


def test_the_archive_read_again_says_what_the_record_says(road: Any) -> None:
    told = road.said["rebuild"]
    assert (told["differences"], told["same"], told["receipts"]) == ([], True, 10)
