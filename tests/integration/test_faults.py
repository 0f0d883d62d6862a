"""Every deliberate fault, sent through the real inbox, gets the finding it was made for, and no other error."""

import unicodedata
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from flows.jobs.assign import run_assign
from flows.jobs.collect import run_collect
from flows.jobs.issue import run_issue
from sample.deliveries import Sending
from sample.faults import FAULTS, Fault, fault_named, mistakes_for
from sample.organisation import OWN, periods
from sample.plan import write_sample_plans
from sample.sending import deliver
from schemas.texts import load_texts
from settings import open_workspace

pytestmark = pytest.mark.slow
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
# Those that show only against what came before or from elsewhere are seen in the demo.
_ALONE = {"X01", "X02", "X03", "X04", "X05", "X06", "X07", "X12", "X13", "X14", "X18", "X19", "X20", "X21"}
ALONE = [fault for fault in FAULTS if fault.code in _ALONE]
MISTAKEN_IN, MISTAKEN = "2024-N", ("D01", "D02", "D03", "D04", "D05", "D06", "D09", "D11", "D12", "D13")
ALSO = {"M08": "progress.no-evidence", "M09": "progress.no-evidence"}
Receipt = dict[str, Any]


def _sendings() -> list[Sending]:
    alone = [Sending(fault.unit, fault.period, fault.kind, 1, (fault.code,)) for fault in ALONE]
    plain = mistakes_for(Sending("D01", MISTAKEN_IN, OWN, 1, ()))
    return alone + [
        Sending(unit, MISTAKEN_IN, OWN, 1, (fault.code,)) for unit, fault in zip(MISTAKEN, plain, strict=True)
    ]


@pytest.fixture(scope="module")
def received(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Receipt]:
    """Receipts by code of the fault; each period's files come on its own due day, the earliest period first."""
    settings = open_workspace(tmp_path_factory.mktemp("workspace"))
    for plan in write_sample_plans(settings.workspace, load_texts("vi")):
        run_assign(settings, plan, datetime(2016, 9, 22, tzinfo=ZONE))
    blanks = {_blank_of(one) for one in _sendings()}
    found: dict[str, Receipt] = {}
    for period in periods().values():
        files = [one for one in _sendings() if one.period == period.code]
        if files or period.code in blanks:
            run_issue(settings, period.directive, period.code)
        if files:
            paths = deliver(settings.inbox, settings.outbox, files, period.dues[0])
            taken = run_collect(settings, datetime(*period.dues[0].timetuple()[:3], 16, tzinfo=ZONE)).receipts
            found |= {one.faults[0]: _of(taken, path) for one, path in zip(files, paths, strict=True)}
    return found


def _blank_of(one: Sending) -> str | None:
    return fault_named(one.faults[0], one).blank_of


def _of(taken: list[Receipt], path: Path) -> Receipt:
    name = unicodedata.normalize("NFC", path.name)
    return next(one for one in taken if (one["unit"], one["file"]) == (path.parent.name, name))


def _faults() -> list[Fault]:
    return [fault_named(one.faults[0], one) for one in _sendings()]


@pytest.mark.parametrize("fault", _faults(), ids=lambda fault: fault.code)
def test_a_fault_gets_the_finding_it_was_made_for(received: dict[str, Receipt], fault: Fault) -> None:
    checks = {finding["check"]: finding["severity"] for finding in received[fault.code]["findings"]}
    assert checks.get(fault.check or "") == fault.severity
    assert set(checks) <= {fault.check, ALSO.get(fault.code)}


@pytest.mark.parametrize("fault", _faults(), ids=lambda fault: fault.code)
def test_a_file_is_refused_for_errors_only(received: dict[str, Receipt], fault: Fault) -> None:
    state = received[fault.code]["state"]
    assert state in ({"rejected", "quarantined"} if fault.severity == "error" else {"accepted"})


def test_a_merged_unit_is_sent_to_its_successor(received: dict[str, Receipt]) -> None:
    assert "D11" in received["X14"]["findings"][0]["message"]
