"""What can go wrong in a return: other answers, strange cells, and a workbook edited as another program would."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from openpyxl.styles import Font
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from intake.legacy_tables import TCVN3_LETTERS
from reports.sheet_style import Value
from sample.answers import Answers, Row
from sample.figures import Figures, true_value
from sample.fill import Blank, BlankSheet, Edit, Typed, TypeIn
from sample.organisation import CONSOLIDATED, OWN
from sample.progress import standing
from sample.texts import Voice, result_text

Change = Callable[[Answers], Answers]


def measures(**codes: Figures) -> Change:
    """Report other figures."""
    return lambda answers: replace(answers, measures={**answers.measures, **codes})


def add_to(indicator: str, amount: int) -> Change:
    def change(answers: Answers) -> Answers:
        value = (answers.measures[indicator].value or Decimal(0)) + amount
        return measures(**{indicator: Figures(value)})(answers)

    return change


def times(indicator: str, factor: int) -> Change:
    def change(answers: Answers) -> Answers:
        value = (answers.measures[indicator].value or Decimal(0)) * factor
        return measures(**{indicator: Figures(value)})(answers)

    return change


def swap_parts(indicator: str) -> Change:
    """Write the parts of a ratio the wrong way round."""

    def change(answers: Answers) -> Answers:
        parts = answers.measures[indicator]
        more = max(parts.denominator or Decimal(0), (parts.numerator or Decimal(0)) + 1)
        return measures(**{indicator: Figures(None, more, parts.numerator)})(answers)

    return change


def texts_of(unit: str, period: str) -> Change:
    """Copy the texts of another period, or of another unit."""

    def change(answers: Answers) -> Answers:
        voice = Voice(unit, period, OWN)
        copied = {
            task: {**row, "result": result_text(voice, task, standing(unit, task, period))}
            for task, row in answers.progress.items()
        }
        return replace(answers, progress=copied)

    return change


def figures_of_kind(kind: str) -> Change:
    """Report the unit's own figures as the consolidated ones, or the other way round."""

    def change(answers: Answers) -> Answers:
        unit, period = answers.voice.unit, answers.voice.period
        whole = kind == CONSOLIDATED
        return measures(**{i: true_value(unit, i, period, consolidated=whole) for i in answers.measures})(answers)

    return change


def without_evidence(task: str) -> Change:
    return lambda answers: replace(answers, evidence=tuple(row for row in answers.evidence if row["subject"] != task))


def more_evidence(*rows: Row) -> Change:
    return lambda answers: replace(answers, evidence=rows + answers.evidence)


def cover(key: str, value: Value) -> TypeIn:
    """Overwrite a cell of the cover, locked or not."""

    def type_in(typed: Typed, places: Blank) -> None:
        sheet = places["cover"]
        typed.setdefault(sheet.name, {})[sheet.form[key]] = value

    return type_in


def in_measure(indicator: str, column: str, value: Value) -> TypeIn:
    """Type something into the cell of an indicator."""

    def type_in(typed: Typed, places: Blank) -> None:
        sheet = places["measures"]
        typed[sheet.name][f"{sheet.columns[column]}{sheet.rows[indicator]}"] = value

    return type_in


def in_first_task(**values: Value) -> TypeIn:
    """Type something into the line of the first task."""

    def type_in(typed: Typed, places: Blank) -> None:
        sheet = places["progress"]
        number = min(sheet.rows.values())
        typed[sheet.name] |= {f"{sheet.columns[column]}{number}": value for column, value in values.items()}

    return type_in


def done_after_cutoff(typed: Typed, places: Blank) -> None:
    """Say of the first task that it will have been done."""
    sheet = places["cover"]
    approved = typed[sheet.name][sheet.form["approved_on"]]
    later = approved + timedelta(days=45) if isinstance(approved, date) else None
    in_first_task(status="Hoàn thành", done_on=later, percent=Decimal(100))(typed, places)


def percent_format(typed_as: float) -> Edit:
    """Write a progress as a fraction under a percent format."""

    def edit(book: Workbook, places: Blank) -> None:
        sheet = places["progress"]
        cell = book[sheet.name][f"{sheet.columns['percent']}{_first_open(book, sheet)}"]
        cell.value, cell.number_format = typed_as, "0%"

    return edit


def _first_open(book: Workbook, sheet: BlankSheet) -> int:
    """Give the row of the first task that is under way."""
    column = sheet.columns["percent"]
    rows = sorted(sheet.rows.values())
    return next((row for row in rows if book[sheet.name][f"{column}{row}"].value not in (None, 100)), rows[0])


def formula(indicator: str, column: str, written: str) -> Edit:
    """Write a formula that no program has calculated, or an error value such as #REF!."""

    def edit(book: Workbook, places: Blank) -> None:
        sheet = places["measures"]
        book[sheet.name][f"{sheet.columns[column]}{sheet.rows[indicator]}"].value = written

    return edit


def rearrange(book: Workbook, places: Blank) -> None:
    """Insert a row above the data, and let two columns change places."""
    sheet = places["measures"]
    page: Worksheet = book[sheet.name]
    left, right = (page[f"{sheet.columns[key]}1"].column for key in ("marker", "explanation"))
    for row in range(sheet.key_row - 1, page.max_row + 1):
        one, other = page.cell(row, left), page.cell(row, right)
        one.value, other.value = other.value, one.value
    page.insert_rows(sheet.key_row + 1, 2)


def old_font(page_key: str) -> Edit:
    """Write the texts of a sheet with a keyboard and a font of the nineties: TCVN3 in .VnTime, where ư is U+00AD."""
    keys = str.maketrans({letter: old for old, letter in TCVN3_LETTERS.items()})

    def edit(book: Workbook, places: Blank) -> None:
        sheet = places[page_key]
        for row in book[sheet.name].iter_rows(min_row=sheet.key_row + 1):
            for cell in row:
                written = cell.value.translate(keys) if isinstance(cell.value, str) else ""
                if written and max(written) <= "\xff":  # such fonts have no Ứ; what was chosen from a list stays
                    cell.value, cell.font = written, Font(name=".VnTime")

    return edit


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)
