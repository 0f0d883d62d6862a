"""What cannot be taken: plans are refused whole with exit 2; a file in the inbox is kept, answered, and exit 0."""

import hashlib
import os
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office import OWN, VI, Office
from openpyxl import load_workbook
from plans import saved, small_plan
from sqlmodel import select

from models.directive import Directive
from models.returns import Return
from models.store import open_engine, reading
from models.unit import Unit

pytestmark = pytest.mark.xdist_group("refusals")
SYMBOL = "04-CT/ĐUK"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path / "workspace")


FAULTY = small_plan(
    units={3: {"parent": "D99"}},
    tasks={0: {"due": date(2019, 1, 1)}, 1: {"code": "T1"}},
    indicators={1: {"kind": None}},
    periods={0: {"mode": "weekly"}},
)
EXPECTED = {("units", 8), ("tasks", 5), ("tasks", 6), ("indicators", 6), ("periods", 5)}  # sheet and row of each fault


def stored(office: Office) -> list[Any]:
    engine = open_engine(office.settings.url)
    with reading(engine) as session:
        found = [session.exec(select(table)).all() for table in (Directive, Unit, Return)]
    engine.dispose()
    return [row for rows in found for row in rows]


def test_a_plan_with_faults_is_refused_whole_with_every_cell_named(office: Office, tmp_path: Path) -> None:
    office.ask("doctor")
    plan = saved(FAULTY, tmp_path)
    ran = office.run("assign", plan, "--json")
    assert ran.code == 2
    findings = ran.document["findings"]
    titles = {VI(f"plan.sheet.{sheet}.title"): sheet for sheet in FAULTY}
    assert {(titles[one["sheet"]], int("".join(filter(str.isdigit, one["cell"])))) for one in findings} == EXPECTED
    assert all(one["cell"] in one["message"] and one["message"] in ran.err for one in findings)
    assert {one["severity"] for one in findings} == {"error"}
    assert str(len(findings)) in ran.document["error"]


def test_a_refused_plan_leaves_nothing_behind(office: Office, tmp_path: Path) -> None:
    office.refused("assign", saved(FAULTY, tmp_path))
    office.refused("standing", "--directive", "01-CT/ĐU")  # makes the tables, if nothing else has
    assert stored(office) == []


def test_a_refused_change_leaves_the_plan_on_record_as_it_was(office: Office, tmp_path: Path) -> None:
    office.ask("assign", saved(small_plan(), tmp_path))
    before = stored(office)
    office.refused("assign", saved(FAULTY, tmp_path))
    assert stored(office) == before


def test_a_plan_that_is_mended_is_taken(office: Office, tmp_path: Path) -> None:
    office.refused("assign", saved(FAULTY, tmp_path))
    assert office.ask("assign", saved(small_plan(), tmp_path))["returns_owed"] > 0


def test_what_is_no_plan_is_refused_with_a_sentence(office: Office, tmp_path: Path) -> None:
    plan = saved(small_plan(), tmp_path)
    text, cut, foreign = (tmp_path / name for name in ("text.xlsx", "cut.xlsx", "foreign.xlsx"))
    text.write_text("a;b;c", encoding="utf-8")
    cut.write_bytes(plan.read_bytes()[:4000])
    book = load_workbook(plan)
    for name in book.sheetnames[1:]:
        del book[name]
    book.worksheets[0].delete_rows(1, 10)
    book.save(foreign)
    for path in (text, cut, foreign, tmp_path / "missing.xlsx"):
        assert path.name in office.refused("assign", path)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """An office that follows 04-CT/ĐUK, with a few blanks of the year 2018."""
    office = Office(tmp_path_factory.mktemp("refusals") / "workspace")
    office.ask("assign", office.plans()[0])
    for unit in ("D02", "D08", "C0101", "C0102", "C0103"):
        office.ask("issue", "--directive", SYMBOL, "--period", "2018-N", "--unit", unit)
    return office


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        (("issue", "--directive", "99-CT/ĐUK", "--period", "2018-N"), SYMBOL),
        (("issue", "--directive", SYMBOL, "--period", "2018-M"), "2018-N"),
        (("issue", "--directive", SYMBOL, "--period", "2018-N", "--unit", "D99"), "D09"),
        (("issue", "--directive", SYMBOL, "--period", "2019-6T", "--unit", "D08"), "D08"),
        (("standing", "--directive", "99-CT/ĐUK"), SYMBOL),
        (("standing", "--directive", SYMBOL, "--period", "2018-M"), "2018-N"),
        (("figures", "--directive", SYMBOL, "--unit", "D99"), "D09"),
        (("figures", "--directive", SYMBOL, "--indicator", "I0"), "I01"),
        (("figures", "--directive", SYMBOL, "--period", "2018-X"), "2018-N"),
        (("trace", f"{SYMBOL}:I01:D01"), "I07:K00:2022"),
        (("trace", "--file", "0" * 64), "0" * 64),
        (("trace",), "--file"),
        (("review", "--directive", SYMBOL, "--from", "2018-N", "--to", "2018-6T"), "--from"),
        (("review", "--directive", SYMBOL, "--from", "2018-N", "--to", "2030-N"), "2030-N"),
        (("approve", "no-such-review"), "no-such-review"),
        (("draft", "missing.docx", "--out", "plan.xlsx"), "missing.docx"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_name_that_is_not_on_record_is_refused_naming_what_is_near(
    sample: Office, arguments: tuple[str, ...], named: str
) -> None:
    assert named in sample.refused(*arguments)


@dataclass(frozen=True)
class Delivered:
    """What became of the files dropped at once, by the name they were dropped under."""

    office: Office
    bytes: dict[str, bytes]
    receipts: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def delivered(sample: Office) -> Delivered:
    """Drop a good return and all that can be wrong with a file, and collect once."""
    inbox = sample.settings.inbox
    sample.fill("2018-N", ("D02", "C0101", "C0102"), date(2018, 12, 14))
    sample.fill("2019-6T", ("D08",), date(2018, 12, 14), faults=("X14",))
    good = inbox / "C0101" / "tốt.xlsx"
    _only(inbox / "C0101").rename(good)
    shutil.copyfile(good, good.with_name("lần hai.xlsx"))
    os.utime(good, (0, 0))  # it came first
    (inbox / "C0103").mkdir()
    _only(inbox / "C0102").rename(inbox / "C0103" / "của người khác.xlsx")
    whole = _only(inbox / "D02")
    (inbox / "D02" / "cụt.xlsx").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    whole.unlink()
    (inbox / "D02" / "văn bản.xlsx").write_text("Báo cáo năm 2018: đã hoàn thành.", encoding="utf-8")
    _only(inbox / "D08").rename(inbox / "D08" / "đã giải thể.xlsx")
    dropped = {path.name: path.read_bytes() for path in inbox.glob("[!.]*/*")}
    ran = sample.run("collect", "--received-at", "2018-12-14T16:30", "--json")
    assert ran.code == 0, ran.err
    return Delivered(sample, dropped, {one["file"]: one for one in ran.document["receipts"]})


def _only(folder: Path) -> Path:
    (path,) = folder.iterdir()
    return path


@pytest.mark.parametrize(
    ("name", "state", "check"),
    [
        ("tốt.xlsx", "accepted", None),
        ("lần hai.xlsx", "duplicate", "return.duplicate"),
        ("của người khác.xlsx", "quarantined", "cover.wrong-unit"),
        ("cụt.xlsx", "quarantined", "file.truncated"),
        ("văn bản.xlsx", "quarantined", "file.not-xlsx"),
        ("đã giải thể.xlsx", "rejected", "return.unit-ended"),
    ],
)
def test_each_file_gets_its_state_and_the_reason(
    delivered: Delivered, name: str, state: str, check: str | None
) -> None:
    receipt = delivered.receipts[name]
    assert receipt["state"] == state
    assert check is None or check in {one["check"] for one in receipt["findings"]}


def test_each_file_is_kept_as_it_came(delivered: Delivered) -> None:
    assert delivered.receipts.keys() == delivered.bytes.keys()
    for name, receipt in delivered.receipts.items():
        kept = (delivered.office.settings.archive / receipt["sha256"]).read_bytes()
        assert kept == delivered.bytes[name]
        assert hashlib.sha256(kept).hexdigest() == receipt["sha256"]


def test_each_file_is_answered_in_the_folder_of_its_sender(delivered: Delivered) -> None:
    for receipt in delivered.receipts.values():
        reply = delivered.office.workspace / receipt["reply"]
        assert reply.parent == delivered.office.settings.outbox / receipt["unit"]
        written = {str(cell) for row in load_workbook(reply).worksheets[0].values for cell in row if cell}
        assert receipt["receipt"] in written
        sentences = tuple(text for text in written if " " in text)
        assert all(one["message"].endswith(sentences) for one in receipt["findings"])


def test_what_was_refused_is_still_owed(delivered: Delivered) -> None:
    told = delivered.office.ask("standing", "--directive", SYMBOL, "--period", "2018-N", "--as-at", "2018-12-31")
    states = {one["unit"]: one["state"] for one in told["returns"] if one["kind"] == OWN}
    assert states["C0101"] == "accepted"
    assert {states[unit] for unit in ("C0102", "D02", "D08")} == {"owed"}


def test_a_folder_that_is_no_units_is_left_alone_and_named(delivered: Delivered) -> None:
    stray = delivered.office.settings.inbox / "D77" / "ai gửi.xlsx"
    stray.parent.mkdir()
    stray.write_bytes(b"x")
    told = delivered.office.ask("collect", "--received-at", "2018-12-17T16:30")
    assert (told["receipts"], told["strangers"]) == ([], ["D77"])
    assert stray.is_file()
