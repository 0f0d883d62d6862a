"""The table sheets of the blank return: a heading, headers, the hidden keys, and a line for each thing asked."""

from collections.abc import Mapping, Sequence

from openpyxl.styles import Alignment
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from reports.blank_form import (
    CUTOFF,
    FIRST_ROW,
    KEY_ROW,
    PERIOD,
    START,
    UNIT,
    Form,
    MeasureLine,
    TaskLine,
)
from reports.blank_rules import Lists, Rules
from reports.sheet_style import (
    BODY,
    BOLD,
    CENTRE,
    CLOSED,
    HEADER,
    HINT,
    INPUT,
    LINE_POINTS,
    OPEN,
    PADDED,
    TITLE,
    TOP_CENTRE,
    TOP_RIGHT,
    Value,
    height_for,
    lines_of,
    protect,
    put,
    set_page,
    with_banner,
)
from schemas.layout import Column, Sheet

DATE_FORMAT, TEXT_FORMAT, SHARE_FORMAT = "dd/mm/yyyy", "@", "0.0"
TITLE_ROW, HINT_ROW, HEADER_ROW = 1, 2, 3
SCREEN = 115  # characters that an ordinary screen shows side by side
OPEN_ROW_LINES = 2
_RATIO_PARTS = frozenset({"numerator", "denominator"})
_NUMBERS = frozenset({"number", "percent"})
_FROZEN_COLUMNS = {"progress": 2, "measures": 2}


def write_table(page: Worksheet, sheet: Sheet, form: Form, lists: Lists) -> None:
    """Write a table sheet with its lines."""
    _write_head(page, sheet, form)
    rules = Rules(form, lists)
    if sheet.key == "progress":
        for row, task in enumerate(form.tasks, FIRST_ROW):
            _write_line(page, sheet, row, _task_values(task))
    elif sheet.key == "measures":
        for row, line in enumerate(form.measures, FIRST_ROW):
            _write_measure(page, sheet, row, line, form, rules)
    else:
        for row in range(FIRST_ROW, FIRST_ROW + sheet.open_rows):
            _write_line(page, sheet, row, {}, _without_use(sheet, form))
    _add_rules(sheet, form, rules)
    rules.write_to(page)
    page.freeze_panes = f"{get_column_letter(_FROZEN_COLUMNS.get(sheet.key, 0) + 1)}{FIRST_ROW}"
    set_page(page, titles=f"{HEADER_ROW}:{HEADER_ROW}")
    protect(page, rows=bool(sheet.open_rows))


def write_heading(page: Worksheet, form: Form, sheet: str, hint: str, widths: Sequence[int], first: int = 1) -> None:
    """Write title and hint over as many columns as a screen shows; the banner stands above the hint."""
    last, width = first, widths[0]
    while last - first + 1 < len(widths) and width < SCREEN:
        width += widths[last - first + 1]
        last += 1
    title = form.texts("workbook.heading", title=form.sheet_name(sheet), unit=UNIT, period=PERIOD)
    put(page, TITLE_ROW, first, title, TITLE, framed=False)
    put(page, HINT_ROW, first, hint, HINT, framed=False).value = with_banner(form.banner, hint)
    for row in (TITLE_ROW, HINT_ROW):
        page.merge_cells(start_row=row, end_row=row, start_column=first, end_column=last)
    page.row_dimensions[TITLE_ROW].height = lines_of(title + " " * 40, width / 1.3) * LINE_POINTS * 1.3 + 4
    page.row_dimensions[HINT_ROW].height = (lines_of(hint, width) + bool(form.banner)) * LINE_POINTS + 4


def _write_head(page: Worksheet, sheet: Sheet, form: Form) -> None:
    empty = sheet.key in ("progress", "measures") and not form.rows_of(sheet)
    hint = form.texts(f"workbook.sheet.{sheet.key}.{'none' if empty else 'hint'}", cutoff=CUTOFF)
    write_heading(page, form, sheet.key, hint, [column.width for column in sheet.columns])
    for number, column in enumerate(sheet.columns, 1):
        put(page, HEADER_ROW, number, form.label(sheet.key, column.key), BOLD, CENTRE, HEADER)
        put(page, KEY_ROW, number, sheet.tag(column.key), framed=False)
        page.column_dimensions[get_column_letter(number)].width = column.width
        if column.key == "dimension" and not form.has_parts:  # an empty column would only puzzle
            page.column_dimensions[get_column_letter(number)].hidden = True
    widths = [(form.label(sheet.key, column.key), column.width - 2) for column in sheet.columns]
    page.row_dimensions[HEADER_ROW].height = height_for(*widths)
    page.row_dimensions[KEY_ROW].hidden = True


def _task_values(task: TaskLine) -> dict[str, Value]:
    return {"task": task.code, "title": task.title, "role": task.role, "due": task.due or None}


def _measure_values(line: MeasureLine, form: Form) -> dict[str, Value]:
    name, parts = line.name, {"numerator": line.numerator, "denominator": line.denominator}
    if line.is_ratio and any(parts.values()):
        name = form.texts("workbook.measures.ratio_name", name=name, **parts)
    if line.part:
        name = form.texts("workbook.measures.part_name", name=name, part=line.part)
    mode = form.texts(f"workbook.measures.{line.mode}", start=START, end=CUTOFF)
    return {"indicator": line.code, "name": name, "measure": line.measure, "dimension": line.part or None, "mode": mode}


def _write_measure(page: Worksheet, sheet: Sheet, row: int, line: MeasureLine, form: Form, rules: Rules) -> None:
    closed = {"value"} if line.is_ratio else _RATIO_PARTS
    _write_line(page, sheet, row, _measure_values(line, form), closed)
    numbers = "#,##0" + ("." + "0" * line.decimals if line.decimals else "")
    for number, column in enumerate(sheet.columns, 1):
        if column.type != "number":
            continue
        cell = page.cell(row, number)
        cell.number_format = numbers if column.key in ("value", "previous") else "General"
        if column.key == "previous" and line.is_ratio:
            cell.number_format = SHARE_FORMAT
        if not column.locked and column.key not in closed:
            rules.add_measure(column, line, cell.coordinate)


def _write_line(
    page: Worksheet,
    sheet: Sheet,
    row: int,
    values: Mapping[str, Value],
    closed: frozenset[str] | set[str] = frozenset(),
) -> None:
    """Write one line: locked cells with their values, input cells open and light, cells without use grey."""
    for number, column in enumerate(sheet.columns, 1):
        is_input = not column.locked and column.key not in closed
        ground = CLOSED if column.key in closed else INPUT if is_input else None
        face = BOLD if column.type == "code" and column.locked else BODY
        cell = put(page, row, number, values.get(column.key), face, _place(column), ground)
        cell.number_format = _format(column)
        if is_input:
            cell.protection = OPEN
    wrapped = [(str(values[c.key]), c.width - 2.0) for c in sheet.columns if values.get(c.key)]
    page.row_dimensions[row].height = height_for(*wrapped, least=OPEN_ROW_LINES * LINE_POINTS)


def _place(column: Column) -> Alignment:
    short = column.type in ("date", "list") or (column.type == "code" and column.locked)
    if short and column.width < 25:
        return TOP_CENTRE
    return TOP_RIGHT if column.type in _NUMBERS else PADDED


def _format(column: Column) -> str:
    if column.type == "date":
        return DATE_FORMAT
    # A text that begins with a dash is a formula to Excel, unless the cell was meant for texts.
    return "General" if column.type in _NUMBERS else TEXT_FORMAT


def _without_use(sheet: Sheet, form: Form) -> frozenset[str]:
    """Give the columns of a free table that this return cannot fill: a task, where none is asked."""
    return frozenset({"task"} if sheet.key == "shortcomings" and not form.tasks else ())


def _add_rules(sheet: Sheet, form: Form, rules: Rules) -> None:
    """Put the rules of whole columns on their ranges."""
    count, unused = form.rows_of(sheet), _without_use(sheet, form)
    for number, column in enumerate(sheet.columns, 1):
        if column.locked or column.key in unused or not count or (sheet.key == "measures" and column.type == "number"):
            continue
        letter = get_column_letter(number)
        rules.add(sheet.key, column, f"{letter}{FIRST_ROW}:{letter}{FIRST_ROW + count - 1}")
