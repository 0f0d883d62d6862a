"""What the checks hand to each other: who sent what for which return, and its cells as typed values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from intake.cells import display
from intake.cells_lists import Choices
from intake.reader import RawReturn, RawSheet
from models.crosswalk import Newer
from models.directive import Directive, Indicator
from models.period import Period
from models.queries.issuing import Asked, HistoryProgress, HistoryValue, Tree
from models.returns import Finding, Receipt, Return
from schemas.checks import ERROR, found
from schemas.texts import Texts

LONGEST_SHOWN = 120
UNGROUPED = frozenset({"read", "first", "second", "times"})  # what a doubtful number was or may be read as


@dataclass(frozen=True)
class TypedRow:
    """A line with its typed values; `given` are the columns in which anything was written, right or wrong.

    `source` is the sheet and cell that answered for the whole line, where it was not the line itself.
    """

    number: int
    values: Mapping[str, Any]
    given: frozenset[str]
    raw: Mapping[str, Any]
    source: tuple[str, str] | None = None


@dataclass(frozen=True)
class TypedSheet:
    """A sheet after its cells were typed; rows that were not asked are no longer in it."""

    raw: RawSheet
    rows: tuple[TypedRow, ...] = ()


@dataclass(frozen=True)
class Known:
    """What the record knows of one period, for the units whose returns are checked together."""

    directive: Directive
    period: Period
    tree: Tree
    asked: Mapping[tuple[int, str], Asked]
    tasks: Mapping[str, int]  # of the directive, retired ones too
    task_names: Mapping[int, str]
    indicators: Mapping[str, Indicator]
    task_measures: Mapping[str, set[str]]
    choices: Mapping[str, Choices]
    values: Mapping[tuple[int, str], Mapping[int, HistoryValue]]
    progress: Mapping[tuple[int, str], Mapping[int, HistoryProgress]]
    year_before: Mapping[tuple[int, str], Mapping[tuple[int, str], HistoryValue]]
    texts: Mapping[str, list[tuple[int, int, str]]]  # kind → unit, task, text in force in the period
    unit_codes: Mapping[int, str]
    dimensions: Mapping[str, Sequence[str]] = field(default_factory=dict)  # what breakdowns are called, by code
    parts: Mapping[tuple[int, str], Mapping[tuple[int, str], HistoryValue]] = field(default_factory=dict)
    unbroken: Mapping[int, frozenset[str]] = field(default_factory=dict)  # by return: see find_older_forms
    newer: Mapping[str, Newer] = field(default_factory=dict)  # codes of indicators in use now, by the older one


@dataclass
class Case:
    """One file on its way through the checks; findings gather in it."""

    receipt: Receipt
    received_on: date
    raw: RawReturn | None = None
    owed: Return | None = None
    period: Period | None = None
    template: str | None = None
    is_quarantined: bool = False
    sheets: dict[str, TypedSheet] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    @property
    def receipt_id(self) -> int:
        return self.receipt.id or 0

    @property
    def key(self) -> tuple[int, str]:
        """Unit and kind of return."""
        return self.receipt.unit_id, self.owed.kind if self.owed else ""


class Notes:
    """Makes findings in the language of the office: values become words here, so that messages need no more."""

    def __init__(self, texts: Texts) -> None:
        self.texts = texts

    def at(
        self, sheet: RawSheet, row: TypedRow, column: str, check: str, severity: str = ERROR, **values: Any
    ) -> Finding:
        """Make a finding about a cell: where it is, what was written there, what the column is called."""
        written = display(row.raw.get(column, ""))
        return found(
            check,
            severity,
            sheet=sheet.name,
            cell=sheet.address(column, row.number),
            value=shorten(written),
            column=self.label(sheet.key, column),
            **self.words(values),
        )

    def about(self, check: str, severity: str = ERROR, *, sheet: str | None = None, **values: Any) -> Finding:
        """Make a finding about a file or a sheet."""
        return found(check, severity, sheet=sheet, **self.words(values))

    def label(self, sheet: str, column: str) -> str:
        return self.texts(f"workbook.{sheet}.{column}")

    def words(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {key: self.plain(value) if key in UNGROUPED else self.word(value) for key, value in values.items()}

    def plain(self, value: Any) -> str:
        """Write a number without marks between thousands: they are what was in doubt."""
        said = self.word(value)
        return said.replace(self.texts.number(1000)[1], "") if isinstance(value, Decimal) else said

    def word(self, value: Any) -> str:
        if isinstance(value, Decimal):
            exponent = value.normalize().as_tuple().exponent
            return self.texts.number(value, max(0, -exponent) if isinstance(exponent, int) else 0)
        if isinstance(value, int):
            return self.texts.number(value)
        if isinstance(value, datetime | date):
            return self.texts.date(value)
        if isinstance(value, list | tuple):
            return "; ".join(self.word(one) for one in value)
        return "" if value is None else str(value)


def shorten(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"
