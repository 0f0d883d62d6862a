"""The simulated units: they fill what lies in the outbox and drop it into the inbox, under names of their own."""

import shutil
from collections.abc import Iterable
from datetime import date
from pathlib import Path

from sample.answers import answer, sample_terms
from sample.deliveries import Sending
from sample.draws import share
from sample.faults import Fault, fault_named
from sample.fill import fill_return
from sample.organisation import CONSOLIDATED

_TWICE = "X16"  # the fault that is not in the file


def deliver(inbox: Path, outbox: Path, sendings: Iterable[Sending], day: date) -> list[Path]:
    """Fill and drop the files of one day; give their paths. Raises FileNotFoundError where no blank was issued."""
    written: list[Path] = []
    for one in sendings:
        faults = [fault_named(code, one) for code in one.faults]
        blank = _blank(outbox, one, faults)
        if not blank.exists() and any(fault.blank_of for fault in faults):
            continue  # who is asked for nothing and has no old workbook either can send none
        path = _send(blank, inbox / one.unit / _file_name(one, faults), one, faults, day)
        written.append(path)
        if any(fault.code == _TWICE for fault in faults):
            written.append(_again(path))
    return written


def _blank(outbox: Path, one: Sending, faults: list[Fault]) -> Path:
    period = next((fault.blank_of for fault in faults if fault.blank_of), one.period)
    return outbox / one.unit / f"{one.unit}_{period}_{one.kind}.xlsx"


def _send(blank: Path, out: Path, one: Sending, faults: list[Fault], day: date) -> Path:
    answers = answer(one.unit, one.period, one.kind, day, sample_terms())
    for fault in faults:
        answers = fault.change(answers) if fault.change else answers
    return fill_return(
        blank,
        out,
        answers=answers,
        typed=[fault.type_in for fault in faults if fault.type_in],
        edits=[fault.edit for fault in faults if fault.edit],
    )


def _file_name(one: Sending, faults: list[Fault]) -> str:
    """Give the name a sender would choose: mostly the one asked for."""
    for fault in faults:
        if fault.file_name:
            return fault.file_name
    kind = "_TH" if one.kind == CONSOLIDATED else ""
    names = (
        f"Báo cáo {one.unit} {one.period}{kind} (lần {one.version}).xlsx",
        f"BC_{one.period}{kind}_final_{one.version}.xlsx",
    )
    chance = int(share(one.unit, one.period, one.kind, "name") * 16)
    return names[chance] if chance < len(names) else f"{one.unit}_{one.period}{kind}_v{one.version}.xlsx"


def _again(path: Path) -> Path:
    """Send the same bytes once more, as mail programs name them."""
    copy = path.with_name(f"{path.stem} (1){path.suffix}")
    unfinished = copy.with_name(f".{copy.name}.tmp")
    shutil.copyfile(path, unfinished)
    unfinished.replace(copy)
    return copy
