"""The deliberate faults of the demo: X01–X24 of the sample's README as data, and plain mistakes of the refused."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Protocol

from sample.answers import Row
from sample.figures import Figures
from sample.fill import Edit, TypeIn
from sample.organisation import CONSOLIDATED, OWN
from sample.slips import (
    Change,
    add_to,
    cover,
    done_after_cutoff,
    figures_of_kind,
    formula,
    in_first_task,
    in_measure,
    measures,
    more_evidence,
    nfd,
    old_font,
    percent_format,
    rearrange,
    swap_parts,
    texts_of,
    times,
    without_evidence,
)

ERROR, WARNING, INFO = "error", "warning", "info"


class Identified(Protocol):
    """Anything that names a return."""

    @property
    def unit(self) -> str: ...
    @property
    def period(self) -> str: ...
    @property
    def kind(self) -> str: ...


@dataclass(frozen=True)
class Fault:
    """One fault of one return. `check`: the finding it must get; None: it must get none.

    `refused`: the file comes back and a corrected one follows. `sent_again`: accepted, a better one follows.
    """

    code: str
    unit: str
    period: str
    kind: str
    what: str
    check: str | None = None
    severity: str | None = None
    refused: bool = False
    sent_again: bool = False
    days_late: int | None = None
    never_sent: bool = False
    change: Change | None = None
    type_in: TypeIn | None = None
    edit: Edit | None = None
    file_name: str | None = None
    blank_of: str | None = None  # the period whose blank was used

    def met_by(self, one: Identified) -> bool:
        return (self.unit, self.period, self.kind) == (one.unit, one.period, one.kind)


_OLD = "Đẩy mạnh công tác thông tin cơ sở trong tình hình mới"
_MANY_DATES: tuple[Any, ...] = ("5-9-2016", "05/9/2016", "2016-09-05", date(2016, 9, 5))
_MANY_SYMBOLS = ("04 - CT/ĐUK", "04-CT/ĐUK", "04–CT/ĐUK")


def _cited(number: str, day: Any) -> Row:
    return {"subject": "K60-1.1", "type": "E01", "title": _OLD, "number": number, "issued_on": day}


FAULTS: tuple[Fault, ...] = (
    Fault("X01", "D04", "2022-6T", OWN, "97.5 typed as text where it may be 975", "number.ambiguous", ERROR,
          refused=True, type_in=in_measure("I03", "numerator", "97.5")),
    Fault("X02", "D05", "2022-6T", OWN, "0.97 under a percent format", "number.percent", INFO,
          edit=percent_format(0.97)),
    Fault("X03", "C0201", "2021-N", OWN, "1.234 typed as text where only 1234 is meant", "number.text", INFO,
          type_in=in_measure("I02", "value", "1.234")),
    Fault("X04", "C0302", "2020-6T", OWN, "unit name and file name in decomposed letters",
          type_in=cover("unit_name", nfd("Đảng ủy chi nhánh 2 – Ân")),
          file_name=nfd("Báo cáo Đảng ủy chi nhánh 2 – Ân.xlsx")),
    Fault("X05", "C0502", "2017-N", OWN, "cells in .VnTime, with a soft hyphen for ư", "text.legacy-font", INFO,
          edit=old_font("shortcomings")),
    Fault("X06", "D08", "2018-6T", OWN, "tone in the other place: uỷ for ủy",
          type_in=cover("unit_name", "Đảng uỷ Đơn vị mẫu Hải")),
    Fault("X07", "D02", "2023-N", OWN, "numerator above denominator", "measures.numerator-above", ERROR,
          refused=True, change=swap_parts("I22")),
    Fault("X08", "D01", "2022-N", OWN, "cumulative figure below that of nine months", "measures.decreased", ERROR,
          refused=True, change=measures(I07=Figures(Decimal(401)))),
    Fault("X09", "D03", "2023-N", OWN, "thousands of dong in a column of millions", "measures.jump", WARNING,
          sent_again=True, change=times("I18", 1000)),
    Fault("X10", "C0401", "2023-9T", OWN, "texts copied from the last period", "progress.unchanged", WARNING,
          change=texts_of("C0401", "2023-6T")),
    Fault("X11", "C0103", "2024-6T", OWN, "texts copied from another unit", "progress.same-as-other", WARNING,
          change=texts_of("C0102", "2024-6T")),
    Fault("X12", "D06", "2022-N", OWN, "done without evidence", "progress.no-evidence", WARNING,
          change=without_evidence("K60-3.7")),
    Fault("X13", "C0601", "2022-N", OWN, "another period written over the locked one", "cover.wrong-period", ERROR,
          refused=True, type_in=cover("period", "2022-9T"), file_name="C0601_2022-9T_v1.xlsx"),
    Fault("X14", "D08", "2019-6T", OWN, "a merged unit reports once more", "return.unit-ended",
          ERROR, refused=True, type_in=cover("period", "2019-6T"), blank_of="2018-N"),
    Fault("X16", "C0202", "2025-6T", OWN, "sent twice, then with another figure", "return.duplicate", INFO,
          sent_again=True, change=add_to("I02", 30)),
    Fault("X17", "D01", "2024-N", CONSOLIDATED, "consolidated figure is not the sum", "measures.sum-mismatch",
          WARNING, change=add_to("I01", 9)),
    Fault("X18", "D12", "2021-N", OWN, "formula that no program has calculated", "cell.formula", ERROR,
          refused=True, edit=formula("I07", "value", "=SUM(K90:K95)")),
    Fault("X19", "D11", "2020-N", OWN, "rows inserted, columns swapped", "sheet.rearranged", INFO, edit=rearrange),
    Fault("X20", "D13", "2022-N", OWN, "one date in four spellings", "date.text", INFO,
          change=more_evidence(*(_cited("07-CT/TW", day) for day in _MANY_DATES))),
    Fault("X21", "D09", "2022-N", OWN, "one symbol in three spellings",
          change=more_evidence(*(_cited(symbol, date(2016, 9, 22)) for symbol in _MANY_SYMBOLS))),
    Fault("X22", "C0402", "2022-6T", OWN, "nine working days late", days_late=9),
    Fault("X22", "C0501", "2023-6T", OWN, "never sent", never_sent=True),
    Fault("X24", "D04", "2023-6T", CONSOLIDATED, "own figures in the consolidated return", "return.kind-mixed",
          WARNING, sent_again=True, change=figures_of_kind(OWN)),
)  # fmt: skip

# Returns that a fault is compared with: they must have come in time, or nobody could see the fault.
BASIS: frozenset[tuple[str, str, str]] = frozenset({
    ("D01", "2022-9T", OWN), ("D03", "2022-N", OWN), ("D03", "2023-9T", OWN), ("C0401", "2023-6T", OWN),
    ("C0102", "2024-6T", OWN), ("D01", "2024-N", OWN), ("C0101", "2024-N", OWN), ("C0102", "2024-N", OWN),
    ("C0103", "2024-N", OWN), ("D04", "2023-6T", OWN), ("C0401", "2023-6T", OWN), ("C0402", "2023-6T", OWN),
})  # fmt: skip

# What offices get wrong on any day: a refused return without a fault of its own has one of these.
_ANYWHERE: tuple[Fault, ...] = (
    Fault("M01", "", "", "", "required cell left empty", "cell.required", ERROR,
          type_in=cover("approver_role", None)),
    Fault("M02", "", "", "", "numerator above denominator", "measures.numerator-above", ERROR,
          change=swap_parts("I03")),
    Fault("M03", "", "", "", "a number that may be read in two ways", "number.ambiguous", ERROR,
          type_in=in_measure("I03", "denominator", "1.25")),
    Fault("M04", "", "", "", "words in a number cell", "number.not-a-number", ERROR,
          type_in=in_measure("I03", "numerator", "khoảng 500")),
    Fault("M05", "", "", "", "formula that points nowhere", "cell.error-value", ERROR,
          edit=formula("I03", "numerator", "#REF!")),
)  # fmt: skip
_IN_TASKS: tuple[Fault, ...] = (
    Fault("M06", "", "", "", "status left empty", "progress.status-required", ERROR,
          type_in=in_first_task(status=None)),
    Fault("M07", "", "", "", "status that is not on the list", "list.unknown", ERROR,
          type_in=in_first_task(status="Xong rồi")),
    Fault("M08", "", "", "", "done after the cut-off", "progress.done-after-cutoff", ERROR,
          type_in=done_after_cutoff),
    Fault("M09", "", "", "", "done without a date", "progress.done-without-date", ERROR,
          type_in=in_first_task(status="Hoàn thành", done_on=None)),
    Fault("M10", "", "", "", "more than a hundred per cent", "progress.percent-range", ERROR,
          type_in=in_first_task(percent=Decimal(150))),
)  # fmt: skip


def mistakes_for(one: Identified) -> Sequence[Fault]:
    """Give the plain mistakes that a return can hold: most consolidated ones speak of no task."""
    return _ANYWHERE if one.kind == CONSOLIDATED else _ANYWHERE + _IN_TASKS


def fault_named(code: str, one: Identified) -> Fault:
    """Get a fault by its code. Raises StopIteration for one that this return does not have."""
    plain = [fault for fault in mistakes_for(one) if fault.code == code]
    return next(iter(plain + [fault for fault in FAULTS if fault.code == code and fault.met_by(one)]))
