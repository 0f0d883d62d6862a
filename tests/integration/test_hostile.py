"""A corpus of hostile, broken and odd workbooks in one inbox: each ends as it should, and harms no neighbour."""

import json
import logging
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import hostile_active
import hostile_bombs
import hostile_files
import hostile_sheets
import hostile_values
import hostile_xml
import hostile_zip
import pytest
from builders import build_return
from hostile import ACCEPTED, CANARY, EITHER, QUARANTINED, REFUSED, REJECTED, Case, parts_of
from openpyxl import load_workbook
from scene import ZONE, make_answers, open_scene
from sqlmodel import Session, col, select

from flows.jobs import claim
from flows.jobs.collect import run_collect
from intake.record import TABLES
from models.directive import Indicator, Task
from models.returns import Receipt
from models.store import open_engine, reading
from schemas.texts import load_texts
from settings import Settings

LARGEST_PROCESS = 1536 << 20
RECEIVED = datetime(2022, 6, 20, 10, tzinfo=ZONE)
VI = load_texts("vi")
STATES = {REFUSED: {REJECTED, QUARANTINED}, EITHER: {ACCEPTED, REJECTED, QUARANTINED}}
PLACES = {"id", "receipt_id", "sheet", "row", "cell", "denominator_cell"}
GROUPS = {
    "files": hostile_files.cases,
    "zip": hostile_zip.cases,
    "sheets": hostile_sheets.cases,
    "active": hostile_active.cases,
    "values": hostile_values.cases,
}


@dataclass(frozen=True)
class Office:
    """A workspace after one run over the whole corpus: the cases by name, and what was printed of each file."""

    settings: Settings
    cases: Mapping[str, tuple[str, Case]]
    receipts: Mapping[str, dict[str, Any]]
    log: str

    def of(self, group: str) -> Iterator[tuple[Case, dict[str, Any]]]:
        return ((case, self.receipts[name]) for name, (one, case) in self.cases.items() if one == group)


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("hostile")
    settings = _open_office(folder)
    cases = dict(_corpus(folder))
    (settings.inbox / "D01").mkdir(exist_ok=True)
    for name, (_, case) in cases.items():
        (settings.inbox / "D01" / f"{name}.xlsx").write_bytes(case.content)
    build_return(settings.inbox / "D02" / "good.xlsx", make_answers("D02", "2022-6T", "own"))
    with pytest.MonkeyPatch.context() as patch, _log_in(folder / "log.txt"):
        patch.setattr(claim, "SETTLE_SECONDS", 0.01)
        outcome = run_collect(settings, RECEIVED)
    receipts = {Path(one["file"]).stem: one for one in outcome.receipts}
    return Office(settings, cases, receipts, (folder / "log.txt").read_text("utf-8"))


def _open_office(folder: Path) -> Settings:
    return open_scene(folder / "workspace")


class _log_in(logging.FileHandler):  # noqa: N801  used as a verb
    """Keep what is logged in a file."""

    def __enter__(self) -> None:
        logging.getLogger().addHandler(self)

    def __exit__(self, *_: object) -> None:
        logging.getLogger().removeHandler(self)
        self.close()


def _corpus(folder: Path) -> Iterator[tuple[str, tuple[str, Case]]]:
    """Make every case from one good return; a name is fit for a file."""
    secret = folder / "secret.txt"
    secret.write_text(CANARY, encoding="ascii")
    good = build_return(folder / "good.xlsx", make_answers("D01", "2022-6T", "own")).read_bytes()
    parts = parts_of(good)
    found = [(group, case) for group, cases in GROUPS.items() for case in cases(good, parts)]
    found += [("xml", case) for case in hostile_xml.cases(good, parts, secret.as_uri())]
    found.append(("files", Case("the-good-one", good, ACCEPTED)))
    for group, case in found:
        yield f"{group}-{_file_name(case)}", (group, case)


def _file_name(case: Case) -> str:
    return re.sub("[^A-Za-z0-9-]", "_", case.name)


def _wrong(found: Iterable[tuple[Case, Mapping[str, Any]]]) -> dict[str, str]:
    """Give by name what did not end as it should."""
    wrong = {}
    for case, receipt in found:
        checks = {one["check"] for one in receipt["findings"]}
        if receipt["state"] not in STATES.get(case.state, {case.state}) or (case.check and case.check not in checks):
            wrong[case.name] = f"{case.state} {case.check} but {_was(receipt)}"
    return wrong


def _was(receipt: Mapping[str, Any]) -> str:
    return f"{receipt['state']} {[(one['check'], one['severity'], one['cell']) for one in receipt['findings']]}"


@pytest.mark.parametrize("group", [*GROUPS, "xml"])
def test_every_file_ends_in_the_state_it_should_with_its_finding(office: Office, group: str) -> None:
    assert _wrong(office.of(group)) == {}


def test_no_file_is_refused_without_a_sentence(office: Office) -> None:
    assert len(office.cases) >= 150
    for receipt in office.receipts.values():
        if receipt["state"] != ACCEPTED:
            assert any(one["severity"] == "error" and len(one["message"]) > 20 for one in receipt["findings"]), receipt


def test_a_good_return_beside_them_is_accepted(office: Office) -> None:
    assert (office.receipts["good"]["state"], office.receipts["good"]["findings"]) == (ACCEPTED, [])


def test_what_is_accepted_says_what_stands_in_it_and_nothing_else(office: Office) -> None:
    engine = open_engine(office.settings.url)
    with reading(engine) as session:
        receipts = session.exec(select(Receipt).where(col(Receipt.state) == ACCEPTED)).all()
        said = {Path(one.file_name).stem: _said(session, one) for one in receipts}
    engine.dispose()
    right = said["files-the-good-one"]
    wrong = {}
    for name, (_, case) in office.cases.items():
        if name in said and (different := _differences(said[name], right | _wanted(case, right))):
            wrong[name] = different
    assert wrong == {}


def _said(session: Session, receipt: Receipt) -> dict[tuple[str, str], dict[str, Any]]:
    """Give all that is stored of a receipt, by table and code."""
    codes = {("indicator_id", one.id): one.code for one in session.exec(select(Indicator))}
    codes |= {("task_id", one.id): one.code for one in session.exec(select(Task))}
    found = {}
    for key, table in TABLES.items():
        for at, row in enumerate(session.exec(select(table).where(table.receipt_id == receipt.id))):  # type: ignore[attr-defined]
            values = row.model_dump(exclude=PLACES)
            code = next((codes[one, values[one]] for one in ("indicator_id", "task_id") if one in values), str(at))
            found[key, code] = values
    return found


def _wanted(case: Case, right: Mapping[tuple[str, str], dict[str, Any]]) -> dict[tuple[str, str], dict[str, Any]]:
    wanted = {}
    for code, value in case.changed.items():
        sheet, column = ("measures", "value") if isinstance(value, Decimal) else ("progress", "text")
        wanted[sheet, code] = right[sheet, code] | {column: value}
    return wanted


def _differences(found: Mapping[Any, Any], wanted: Mapping[Any, Any]) -> dict[Any, Any]:
    return {key: (found.get(key), wanted.get(key)) for key in {*found, *wanted} if found.get(key) != wanted.get(key)}


def test_nothing_outside_the_workbooks_is_read(office: Office) -> None:
    places = [office.settings.workspace / receipt["reply"] for receipt in office.receipts.values()]
    for reply in places:
        with zipfile.ZipFile(reply) as archive:
            assert not any(CANARY.encode() in archive.read(name) for name in archive.namelist()), reply.name
    record = b"".join(path.read_bytes() for path in office.settings.workspace.glob("*.db*"))
    assert record
    assert CANARY.encode() not in record
    assert CANARY not in office.log


def test_an_answer_to_a_quarantined_file_holds_nothing_of_it(office: Office) -> None:
    for receipt in office.receipts.values():
        if receipt["state"] == QUARANTINED:
            path = office.settings.workspace / receipt["reply"]
            with zipfile.ZipFile(path) as archive:
                names = archive.namelist()
                relations = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
                sheet = b"".join(archive.read(name) for name in names if "worksheets/sheet" in name)
            assert load_workbook(path).sheetnames == [VI("reply.title")]
            assert not [
                name
                for name in names
                if not re.match(r"\[Content|_rels|docProps/|xl/(?:[a-zA-Z]+\.xml|_rels|theme/|worksheets/)", name)
            ]
            assert b"External" not in relations
            assert not re.search(rb"<f[ >/]", sheet)


def test_no_result_says_a_formula_or_a_link_of_the_workbook(office: Office) -> None:
    for receipt in office.receipts.values():
        page = load_workbook(office.settings.workspace / receipt["reply"], read_only=False).worksheets[0]
        assert page.title == VI("reply.title")
        for cell in (cell for row in page.iter_rows() for cell in row):
            assert cell.data_type != "f", (receipt["file"], cell.coordinate)
            assert cell.hyperlink is None or not cell.hyperlink.target, (receipt["file"], cell.coordinate)


_COLLECT = """
import json, resource, sys
from datetime import datetime
from pathlib import Path
from flows.jobs import claim, collect
from settings import open_workspace
claim.SETTLE_SECONDS = 0.01
outcome = collect.run_collect(open_workspace(Path(sys.argv[1])), datetime.fromisoformat(sys.argv[2]))
collect.readers().close()
own = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
most = [int(own.split()[1]) << 10, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss << 10]
print(json.dumps({"receipts": outcome.receipts, "most": most}))
"""


@pytest.mark.slow
def test_what_swells_stays_within_its_limits(tmp_path: Path) -> None:
    settings = _open_office(tmp_path)
    good = build_return(tmp_path / "good.xlsx", make_answers("D01", "2022-6T", "own")).read_bytes()
    (settings.inbox / "D01").mkdir(exist_ok=True)
    expected = {}
    for case in hostile_bombs.cases(parts_of(good)):
        (settings.inbox / "D01" / f"{_file_name(case)}.xlsx").write_bytes(case.content)
        expected[_file_name(case)] = replace(case, content=b"")
    build_return(settings.inbox / "D02" / "good.xlsx", make_answers("D02", "2022-6T", "own"))
    ran = subprocess.run(
        [sys.executable, "-c", _COLLECT, str(settings.workspace), RECEIVED.isoformat()],
        capture_output=True, check=True, timeout=600, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    found = json.loads(ran.stdout)
    receipts = {Path(one["file"]).stem: one for one in found["receipts"]}
    assert _wrong((case, receipts[name]) for name, case in expected.items()) == {}
    assert receipts["good"]["state"] == ACCEPTED
    assert max(found["most"]) <= LARGEST_PROCESS
