"""Builds the blank return workbook of one shape from the declared layout, with marks for unit and period."""

import io
import re
from functools import lru_cache

from openpyxl.packaging.custom import StringProperty
from openpyxl.workbook import Workbook
from openpyxl.workbook.defined_name import DefinedName

from reports.blank_form import HEADER_DIRECTIVE, HEADER_PERIOD, HEADER_UNIT, STAMP, Form
from reports.blank_pages import write_cover, write_guide
from reports.blank_rules import write_lists
from reports.blank_tables import write_table
from reports.patch import Template, read_template, settle
from reports.sheet_style import new_workbook, open_on, set_header
from schemas.stamp import NAME, PROPERTY

_WRITERS = {"guide": write_guide, "form": write_cover, "table": write_table}
# Excel makes a row higher for a longer text unless its height was set by hand; openpyxl says so of every height.
_DATA_ROW = re.compile(rb'(<row r="(?:[5-9]|[1-9][0-9]+)"[^>]*?) customHeight="1"')


@lru_cache(maxsize=64)
def build_template(form: Form) -> Template:
    """Give the template of a shape: built once, however many units and periods have it."""
    book = new_workbook()
    pages = [(sheet, book.create_sheet(form.sheet_name(sheet.key))) for sheet in form.layout.sheets]
    lists = write_lists(book, form)
    for sheet, page in pages:
        _WRITERS[sheet.kind](page, sheet, form, lists)
        footer = form.texts("workbook.page")
        set_header(page, HEADER_UNIT, HEADER_PERIOD, form.banner, HEADER_DIRECTIVE, footer)
    open_on(book, 1)  # the first sheet to fill; the guide stands before it
    _put_stamp(book, form)
    return _settle(book, form)


def _put_stamp(book: Workbook, form: Form) -> None:
    book.custom_doc_props.append(StringProperty(name=PROPERTY, value=STAMP))  # type: ignore[attr-defined]
    book.defined_names[NAME] = DefinedName(NAME, attr_text=f'"{STAMP}"', hidden=True)
    book.properties.creator = form.texts("workbook.saved_by")


def _settle(book: Workbook, form: Form) -> Template:
    """Take the workbook apart, free of the hour of its making, with rows that grow with their texts."""
    whole = io.BytesIO()
    book.save(whole)
    template = settle(read_template(whole.getvalue()))
    parts = dict(template.parts)
    for part in (template.sheets[form.sheet_name(one.key)] for one in form.layout.sheets if one.kind == "table"):
        parts[part] = _DATA_ROW.sub(rb"\1", parts[part])
    return Template(parts, template.sheets)
