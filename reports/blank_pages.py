"""The guide and the cover of the blank return."""

from datetime import date

from openpyxl.worksheet.worksheet import Worksheet

from reports.blank_form import FORM_FIRST_ROW, NOTE_COLUMN, VALUE_COLUMN, Form
from reports.blank_rules import Lists, Rules, prompt_of
from reports.blank_tables import DATE_FORMAT, TEXT_FORMAT, write_heading
from reports.sheet_style import (
    BOLD,
    CENTRE,
    CLOSED,
    HEADER,
    HINT,
    INPUT,
    NO_WRAP,
    OPEN,
    PADDED,
    PADDED_MIDDLE,
    RED,
    TITLE,
    TOP_CENTRE,
    Value,
    font,
    height_for,
    protect,
    put,
    set_page,
)
from schemas.layout import Sheet

COVER_WIDTHS = {"A": 14, "B": 30, "C": 58, "D": 52}
GUIDE_WIDTHS = {"A": 4, "B": 13, "C": 42, "D": 20, "E": 14, "F": 14, "G": 44}
GUIDE_LINES = tuple(f"line{number:02}" for number in range(1, 11))
EXAMPLE_DAY = date(2021, 3, 15)
_LINE_HEIGHT, _TWO_LINES = 22.0, 38.0


def write_cover(page: Worksheet, sheet: Sheet, form: Form, lists: Lists) -> None:
    """Write the form sheet: key, label, value, and a word on what belongs there."""
    for letter, width in COVER_WIDTHS.items():
        page.column_dimensions[letter].width = width
    page.column_dimensions["A"].hidden = True
    write_heading(
        page,
        form,
        sheet.key,
        form.texts(f"workbook.sheet.{sheet.key}.hint"),
        list(COVER_WIDTHS.values())[1:],
        first=2,
    )
    rules = Rules(form, lists)
    for row, column in enumerate(sheet.columns, FORM_FIRST_ROW):
        put(page, row, 1, sheet.tag(column.key), framed=False)
        put(page, row, 2, form.label(sheet.key, column.key), BOLD, PADDED_MIDDLE, HEADER)
        cell = put(page, row, VALUE_COLUMN, place=PADDED_MIDDLE, ground=None if column.locked else INPUT)
        cell.number_format = DATE_FORMAT if column.type == "date" else TEXT_FORMAT
        note = None if column.locked else prompt_of(form.texts, sheet.key, column)
        put(page, row, NOTE_COLUMN, note, font(italic=True, size=11), PADDED_MIDDLE, framed=False)
        if not column.locked:
            cell.protection = OPEN
            rules.add(sheet.key, column, cell.coordinate)
        # Names and titles come later; two lines hold most of them.
        two_lines = column.key in ("unit_name", "directive_title") or not column.locked
        page.row_dimensions[row].height = _TWO_LINES if two_lines else _LINE_HEIGHT
    rules.write_to(page)
    page.freeze_panes = f"A{FORM_FIRST_ROW}"
    set_page(page)
    protect(page)


def write_guide(page: Worksheet, sheet: Sheet, form: Form, lists: Lists) -> None:
    """Write ten lines and a filled example; nothing in it is read."""
    for letter, width in GUIDE_WIDTHS.items():
        page.column_dimensions[letter].width = width
    put(page, 1, 1, form.label("guide", "heading"), TITLE, framed=False)
    put(page, 2, 1, form.banner, font(bold=True, colour=RED), framed=False)
    for top in ("A1:G1", "A2:G2"):
        page.merge_cells(top)
    page.row_dimensions[1].height = 26
    row = _write_lines(page, form, 3)
    _write_examples(page, form, row + 1)
    set_page(page)
    protect(page)


def _write_lines(page: Worksheet, form: Form, row: int) -> int:
    limit = form.layout.by_key["progress"].by_key["result"].max_length
    width = sum(GUIDE_WIDTHS.values()) - GUIDE_WIDTHS["A"]
    for number, key in enumerate(GUIDE_LINES, 1):
        text = form.texts(f"workbook.guide.{key}", result=form.texts.number(limit))
        put(page, row, 1, number, BOLD, TOP_CENTRE, framed=False)
        put(page, row, 2, text, framed=False)
        page.merge_cells(start_row=row, end_row=row, start_column=2, end_column=len(GUIDE_WIDTHS))
        page.row_dimensions[row].height = height_for((text, width), least=_LINE_HEIGHT)
        row += 1
    return row


def _write_examples(page: Worksheet, form: Form, row: int) -> None:
    texts = form.texts
    put(page, row, 1, _example(form, "heading"), font(bold=True, size=13), NO_WRAP, framed=False)
    progress = ("task", "title", "status", "done_on", "percent", "result")
    done: list[Value] = [
        _example(form, "task"), _example(form, "task_title"), texts("workbook.list.status.done"),
        EXAMPLE_DAY, 100, _example(form, "result"),
    ]  # fmt: skip
    row = _write_example(page, form, row + 1, "progress", progress, [done])
    measures = ("indicator", "name", "value", "numerator", "denominator", "explanation")
    lines: list[list[Value]] = [
        [_example(form, "indicator"), _example(form, "name"), 12, None, None, _example(form, "explanation")],
        [_example(form, "ratio"), _example(form, "ratio_name"), None, 485, 500, None],
    ]
    _write_example(page, form, row + 1, "measures", measures, lines)


def _example(form: Form, key: str) -> str:
    return form.texts(f"workbook.guide.example_{key}")


def _write_example(
    page: Worksheet, form: Form, row: int, sheet: str, columns: tuple[str, ...], lines: list[list[Value]]
) -> int:
    """Write one example table under its title; give the row after it."""
    put(page, row, 2, _example(form, sheet), HINT, NO_WRAP, framed=False)
    declared = form.layout.by_key[sheet].by_key
    widths = list(GUIDE_WIDTHS.values())[1:]
    page.row_dimensions[row].height = _LINE_HEIGHT
    page.row_dimensions[row + 1].height = _TWO_LINES
    for number, key in enumerate(columns, 2):
        put(page, row + 1, number, form.label(sheet, key), BOLD, CENTRE, HEADER)
    for line in lines:
        texts_and_widths = [(str(value), width) for value, width in zip(line, widths, strict=True) if value]
        page.row_dimensions[row + 2].height = height_for(*texts_and_widths, least=_LINE_HEIGHT)
        for number, (key, value) in enumerate(zip(columns, line, strict=True), 2):
            is_closed = sheet == "measures" and value is None and key != "explanation"
            ground = CLOSED if is_closed else None if declared[key].locked else INPUT
            place = PADDED if isinstance(value, str) else TOP_CENTRE
            cell = put(page, row + 2, number, value, place=place, ground=ground)
            cell.number_format = DATE_FORMAT if isinstance(value, date) else "General"
        row += 1
    return row + 2
