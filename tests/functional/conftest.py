"""One office that goes the whole road, once for all who ask about it; one Prefect server for all flows."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from office import CONSOLIDATED, Office, Ran
from reading import word_text

from sample.slips import add_to

PERIOD, SYMBOL = "2021-9T", "60-KL/ĐUK"
BELOW = ("C0101", "C0102", "C0103", "C0104")  # the units of D01 in that period
BEFORE, AFTER = "2021-09-30T12:00", "2021-10-06T12:00"  # the correction comes between them
REVIEW = f"60-KL-DUK_{PERIOD}_2021-N_r1"


@dataclass
class Road:
    """What each step of the road gave: the document of its command, or what was refused."""

    office: Office
    said: dict[str, dict[str, Any]] = field(default_factory=dict)
    refused: dict[str, Ran] = field(default_factory=dict)
    drafted_text: str = ""

    def ask(self, step: str, *arguments: str | Path) -> dict[str, Any]:
        self.said[step] = self.office.ask(*arguments)
        return self.said[step]

    def rows(self, step: str, of: str = "receipts") -> dict[tuple[str, str], dict[str, Any]]:
        """Get the rows of a step by unit and kind."""
        return {(row["unit"], row["kind"]): row for row in self.said[step][of]}

    def figure(self, step: str, indicator: str, period: str = PERIOD) -> dict[str, Any]:
        """Get one figure of those that a step gave."""
        of_step = self.said[step]["figures"]
        return next(one for one in of_step if (one["indicator"], one["period"]) == (indicator, period))


@pytest.fixture(scope="session")
def road(tmp_path_factory: pytest.TempPathFactory) -> Road:
    """A plan assigned, a period issued, filled, collected, reminded, added up, corrected, reviewed, approved."""
    on = Road(Office(tmp_path_factory.mktemp("road") / "workspace"))
    earlier, plan = on.office.plans()
    on.ask("assign", "assign", plan)
    on.ask("assign again", "assign", plan)
    on.ask("issue", "issue", "--directive", SYMBOL, "--period", PERIOD)
    _collected(on)
    _reminded(on)
    _corrected(on)
    _reviewed(on)
    on.ask("assign earlier", "assign", earlier)
    on.ask("board", "board", "--as-at", AFTER)
    on.ask("doctor", "doctor")
    on.ask("audit", "audit", "--verify")
    on.ask("rebuild", "rebuild")
    return on


def _collected(on: Road) -> None:
    """D01 and all below it answer in time, C0201 with a word in a number cell, mended too late; C0202 late."""
    on.office.fill(PERIOD, BELOW, date(2021, 9, 16))
    on.office.fill(PERIOD, ("C0201",), date(2021, 9, 16), faults=("M04",))
    on.ask("collect", "collect", "--received-at", "2021-09-16T16:30")
    on.office.fill(PERIOD, ("D01",), date(2021, 9, 23))
    on.office.fill(PERIOD, ("D01",), date(2021, 9, 23), kind=CONSOLIDATED)
    on.office.fill(PERIOD, ("C0201",), date(2021, 9, 23), version=2)
    on.office.fill(PERIOD, ("C0202",), date(2021, 9, 23))
    on.ask("collect more", "collect", "--received-at", "2021-09-23T16:30")
    on.ask("collect nothing", "collect", "--received-at", "2021-09-24T16:30")


def _reminded(on: Road) -> None:
    on.ask("remind dry", "remind", "--on", "2021-09-28", "--dry-run")
    on.ask("remind", "remind", "--on", "2021-09-28")
    on.ask("remind again", "remind", "--on", "2021-09-28")


def _corrected(on: Road) -> None:
    """C0102 sends its accepted return once more, with thirty more in one indicator."""
    asked = ("figures", "--directive", SYMBOL, "--unit", "D01")
    on.ask("figures", *asked)
    on.ask("trace", "trace", f"{SYMBOL}:I02:D01:{PERIOD}")
    on.ask("trace ratio", "trace", f"{SYMBOL}:I03:D01:{PERIOD}")
    on.ask("standing", "standing", "--directive", SYMBOL, "--period", PERIOD, "--as-at", BEFORE)
    on.office.send_again("C0102", PERIOD, date(2021, 10, 4), add_to("I02", 30))
    on.ask("correct", "collect", "--received-at", "2021-10-04T16:30")
    on.ask("figures corrected", *asked)
    on.ask("figures before", *asked, "--as-at", BEFORE)
    on.ask("standing corrected", "standing", "--directive", SYMBOL, "--period", PERIOD, "--as-at", AFTER)
    first, second = (on.said[step]["receipts"] for step in ("collect", "correct"))
    replaced = next(one for one in first if one["unit"] == "C0102")
    on.ask("trace replaced", "trace", "--file", replaced["sha256"])
    on.ask("trace correction", "trace", "--file", second[0]["sha256"])


def _reviewed(on: Road) -> None:
    span = ("review", "--directive", SYMBOL, "--from", PERIOD, "--to", "2021-N", "--as-at", AFTER)
    drafted = on.ask("review", *span)
    on.drafted_text = word_text(Path(drafted["files"][0]))
    on.ask("approve", "approve", drafted["review"])
    on.refused["approve again"] = on.office.run("approve", drafted["review"])


@pytest.fixture(scope="session")
def prefect_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Prefect in this process, with a server and a home of its own that end with the tests."""
    for key in ("PREFECT_API_URL", "PREFECT_PROFILE"):
        os.environ.pop(key, None)
    os.environ |= {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "PREFECT_LOGGING_LEVEL": "ERROR"}
    os.environ["PREFECT_HOME"] = str(tmp_path_factory.mktemp("prefect"))
    from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, PREFECT_HOME, temporary_settings
    from prefect.testing.utilities import prefect_test_harness

    # Each flow would wait a second for its heartbeat to end.
    ours = {PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None, PREFECT_HOME: Path(os.environ["PREFECT_HOME"])}
    with temporary_settings(ours), prefect_test_harness(server_startup_timeout=180):
        yield
