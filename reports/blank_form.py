"""What the blank workbooks of one shape have in common: the lines they ask, and the marks that differ by unit.

A form holds nothing of a unit or a period, so that one template serves every unit and period of its shape.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation

from models.directive import Indicator, Task
from schemas.layout import Layout, Sheet, load_layout
from schemas.texts import Texts, load_texts

KEY_ROW, FIRST_ROW, FORM_FIRST_ROW = 4, 5, 3
VALUE_COLUMN, NOTE_COLUMN = 3, 4  # of a form sheet
LISTS_SHEET = "_lists"
CODES, TASK_CODES = "_codes", "_task_codes"  # the dropdowns of what this return asks

Choices = tuple[tuple[str, tuple[str, ...]], ...]

# Marks in the template, filled for each workbook.
UNIT, PERIOD, DIRECTIVE, STAMP = "@@unit@@", "@@period@@", "@@directive@@", "@@stamp@@"
START, CUTOFF, CUTOFF_DAY = "@@start@@", "@@cutoff@@", "@@cutoff_day@@"
HEADER_UNIT, HEADER_PERIOD, HEADER_DIRECTIVE = "@@header_unit@@", "@@header_period@@", "@@header_directive@@"


@dataclass(frozen=True)
class TaskLine:
    """A task asked in the return; `role` in words."""

    id: int
    code: str
    title: str
    role: str
    due: date | str


@dataclass(frozen=True)
class MeasureLine:
    """An indicator asked in the return."""

    id: int
    code: str
    name: str
    measure: str
    kind: str  # flow, stock, ratio, boolean, ordinal
    mode: str  # cumulative, per_period, at_cutoff
    numerator: str
    denominator: str
    lower: Decimal | None
    upper: Decimal | None
    decimals: int
    dimension: str = ""  # the code of a line of the breakdown; nothing for the total
    part: str = ""  # what that line is called

    @property
    def is_ratio(self) -> bool:
        return self.kind == "ratio"


@dataclass(frozen=True)
class Form:
    """All that decides a template."""

    language: str
    kind: str  # own, consolidated
    tasks: tuple[TaskLine, ...]
    measures: tuple[MeasureLine, ...]
    lists: Choices  # name → the labels in its dropdown
    banner: str | None

    @property
    def texts(self) -> Texts:
        return load_texts(self.language)

    @property
    def layout(self) -> Layout:
        return load_layout("return")

    @property
    def choices(self) -> dict[str, tuple[str, ...]]:
        return dict(self.lists)

    @property
    def has_parts(self) -> bool:
        """Whether an indicator is broken down."""
        return any(line.part for line in self.measures)

    def sheet_name(self, key: str) -> str:
        return self.texts(f"workbook.sheet.{key}.title")

    def label(self, sheet: str, column: str) -> str:
        return self.texts(f"workbook.{sheet}.{column}")

    def rows_of(self, sheet: Sheet) -> int:
        """How many data rows a table sheet has."""
        return {"progress": len(self.tasks), "measures": len(self.measures)}.get(sheet.key, sheet.open_rows)


def task_line(task: Task, role: str, texts: Texts) -> TaskLine:
    title = task.title_en if texts.language == "en" and task.title_en else task.title
    return TaskLine(task.id or 0, task.code, title, role, task.due or every_year(task.recurrence, texts))


def every_year(recurrence: str | None, texts: Texts) -> str:
    """Say "12-31" in words."""
    month, _, day = (recurrence or "").partition("-")
    return texts("workbook.progress.every_year", day=int(day), month=int(month)) if day.isdigit() else ""


def measure_line(indicator: Indicator, language: str) -> MeasureLine:
    name = indicator.name_en if language == "en" and indicator.name_en else indicator.name
    return MeasureLine(
        indicator.id or 0, indicator.code, name, indicator.measure, indicator.kind, indicator.mode,
        indicator.numerator or "", indicator.denominator or "",
        _bound(indicator.lower), _bound(indicator.upper), indicator.decimals,
    )  # fmt: skip


def part_lines(indicator: Indicator, terms: Mapping[str, str], language: str) -> Iterator[MeasureLine]:
    """Give the line of an indicator's total and beneath it those of its breakdown; `terms` are labels by code."""
    total = measure_line(indicator, language)
    yield total
    for part in indicator.parts:
        yield replace(total, dimension=part, part=terms.get(part, part))


def _bound(written: str | None) -> Decimal | None:
    try:
        return Decimal(written) if written else None
    except InvalidOperation:
        return None


def choices_of(layout: Layout, others: Mapping[str, Sequence[str]], texts: Texts) -> Choices:
    """Give every dropdown's labels in the workbook's language: the layout's lists, and others of the plan."""
    own = {name: [texts(f"workbook.list.{name}.{code}") for code in codes] for name, codes in layout.lists.items()}
    return tuple((name, tuple(labels)) for name, labels in sorted((own | dict(others)).items()) if labels)
