"""The rules of the input cells as Excel can enforce them: dropdowns, bounds, and prompts that quote the bounds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Literal

from openpyxl.workbook import Workbook
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from reports.blank_form import CODES, CUTOFF, CUTOFF_DAY, LISTS_SHEET, TASK_CODES, Form, MeasureLine
from reports.patch import EPOCH
from reports.sheet_style import clean_text
from schemas.layout import Column
from schemas.texts import Texts

PROMPT_LIMIT, TITLE_LIMIT = 255, 32  # Excel calls a file with longer ones damaged
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
MOST = Decimal(10) ** 15  # beyond it Excel loses digits
EXAMPLE = date(2021, 3, 15)
LEVELS = (Decimal(1), Decimal(4))  # of an ordinal indicator without a range of its own
_COUNTS = frozenset({"collectives", "individuals"})
_LISTS_BY_COLUMN = {("evidence", "subject"): CODES, ("shortcomings", "task"): TASK_CODES}


@dataclass(frozen=True)
class Rule:
    """What may stand in a cell; the same rule on many cells is one validation."""

    type: Literal["list", "whole", "decimal", "date", "textLength"]
    prompt: str
    low: str | None = None  # the list itself, or the lower bound
    high: str | None = None
    title: str = ""
    is_strict: bool = True  # else a strange entry is only questioned


@dataclass(frozen=True)
class Lists:
    """Where each dropdown's labels stand on the hidden sheet."""

    ranges: Mapping[str, str] = field(default_factory=dict)


def write_lists(book: Workbook, form: Form) -> Lists:
    """Write the labels of all dropdowns to a hidden sheet; a list in a rule itself could hold no comma."""
    sheet = book.create_sheet(LISTS_SHEET)
    sheet.sheet_state = "hidden"
    ranges = {}
    for number, (name, labels) in enumerate(form.lists, 1):
        for row, text in enumerate((name, *labels), 1):
            sheet.cell(row, number, clean_text(text))
        letter = sheet.cell(1, number).column_letter
        ranges[name] = f"{LISTS_SHEET}!${letter}$2:${letter}${len(labels) + 1}"
    return Lists(ranges)


class Rules:
    """The rules of one sheet, gathered cell by cell and written together."""

    def __init__(self, form: Form, lists: Lists) -> None:
        self.form, self.lists = form, lists
        self._cells: dict[Rule, list[str]] = defaultdict(list)

    def add(self, sheet: str, column: Column, address: str) -> None:
        """Put the column's rule on a cell, or on a range of cells."""
        self._cells[self._rule(sheet, column)].append(address)

    def add_measure(self, column: Column, line: MeasureLine, address: str) -> None:
        """Put the rule of an indicator on its value, numerator or denominator."""
        title = self.form.label("measures", column.key)
        self._cells[measure_rule(self.form, self.lists, column, line, title)].append(address)

    def write_to(self, sheet: Worksheet) -> None:
        for rule, addresses in self._cells.items():
            sheet.add_data_validation(_validation(rule, self.form.texts, " ".join(addresses)))

    def _rule(self, sheet: str, column: Column) -> Rule:
        title, prompt = self.form.label(sheet, column.key), prompt_of(self.form.texts, sheet, column)
        named = column.list or _LISTS_BY_COLUMN.get((sheet, column.key))
        if named and named in self.lists.ranges:
            return Rule("list", prompt, self.lists.ranges[named], title=title, is_strict=bool(column.list))
        if column.type == "date":
            last = CUTOFF_DAY if column.key == "done_on" else _day(LAST_DAY)
            return Rule("date", prompt, _day(FIRST_DAY), last, title)
        if column.type in ("number", "percent"):
            low, high = column.minimum, column.maximum
            kind: Literal["whole", "decimal"] = "whole" if column.key in _COUNTS else "decimal"
            return Rule(kind, prompt, _bound(low, -MOST), _bound(high, MOST), title)
        return Rule("textLength", prompt, "0", str(column.max_length or 300), title)


def measure_rule(form: Form, lists: Lists, column: Column, line: MeasureLine, title: str) -> Rule:
    """Give the rule of one of an indicator's number cells."""
    texts = form.texts
    if column.key != "value":
        label = getattr(line, column.key) or title
        prompt = texts(f"workbook.prompt.measures.{column.key}", label=label, minimum=column.minimum or 0)
        return Rule("decimal", prompt, str(column.minimum or 0), _bound(None, MOST), title)
    if line.kind == "boolean":
        return Rule("list", texts("workbook.prompt.measures.value_boolean"), lists.ranges["yes_no"], title=title)
    if line.kind == "ordinal":
        low, high = line.lower or LEVELS[0], line.upper or LEVELS[1]
        prompt = texts("workbook.prompt.measures.value_ordinal", minimum=texts.number(low), maximum=texts.number(high))
        levels = ",".join(str(level) for level in range(int(low), int(high) + 1))
        return Rule("list", prompt, f'"{levels}"', title=title)
    kind: Literal["whole", "decimal"] = "decimal" if line.decimals else "whole"
    return Rule(kind, value_prompt(texts, line), _bound(line.lower, -MOST), _bound(line.upper, MOST), title)


def value_prompt(texts: Texts, line: MeasureLine) -> str:
    """Say in which bounds an indicator's number lies."""
    names = {(True, True): "value_between", (True, False): "value_least", (False, True): "value_most"}
    key = names.get((line.lower is not None, line.upper is not None), "value")
    bounds = {"minimum": texts.number(line.lower, 0), "maximum": texts.number(line.upper, 0)}
    said = texts(f"workbook.prompt.measures.{key}", **bounds)
    return said if line.decimals else f"{texts('workbook.prompt.measures.value_whole')} {said}"


def prompt_of(texts: Texts, sheet: str, column: Column) -> str:
    """Say what goes into a column, quoting its limits."""
    key = f"workbook.prompt.{sheet}.{column.key}"
    chosen = key if texts.has(key) else f"workbook.prompt.{column.type}"
    return texts(
        chosen,
        max_length=texts.number(column.max_length),
        minimum=column.minimum,
        maximum=column.maximum,
        example=texts.date(EXAMPLE),
        cutoff=CUTOFF,
        label="",
    )


def _bound(value: Decimal | int | None, otherwise: Decimal) -> str:
    return format(Decimal(otherwise if value is None else value), "f")


def _day(day: date) -> str:
    return str((day - EPOCH).days)


def _validation(rule: Rule, texts: Texts, cells: str) -> DataValidation:
    shown = clean_text(rule.prompt)[:PROMPT_LIMIT]
    return DataValidation(
        type=rule.type,
        operator=None if rule.type == "list" else "between",
        formula1=rule.low,
        formula2=rule.high,
        allow_blank=True,
        showInputMessage=True,
        showErrorMessage=True,
        promptTitle=rule.title[:TITLE_LIMIT],
        prompt=shown,
        errorStyle="stop" if rule.is_strict else "warning",
        errorTitle=texts("workbook.wrong_entry")[:TITLE_LIMIT],
        error=shown,
        sqref=cells,
    )
