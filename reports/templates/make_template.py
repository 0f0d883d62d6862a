"""Builds review.docx, the Word template that an office may edit: `python -m reports.templates.make_template`."""

from pathlib import Path
from typing import Any

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm

from reports.office_file import save_repeatably
from reports.profile import read_profile
from reports.word_form import LANGUAGE_TAGS, lay_form, name_font, set_language

TEMPLATE = Path(__file__).resolve().parent / "review.docx"
FORM = "party-36hd"
UNWANTED = ("/thumbnail", "/stylesWithEffects")  # the latter disagrees with our styles: Word would want to repair
LETTERHEAD_WIDTHS = (82, 83)  # millimetres, for a text 165 mm wide
CLOSING_WIDTHS = (82, 83)


def make_template(path: Path) -> None:
    """Write the template: letterhead, title, a tag for the text, recipients and signature, a tag for annexes."""
    file = docx.Document()
    for paragraph in list(file.paragraphs):
        file.element.body.remove(paragraph._element)
    profile = read_profile(FORM)
    lay_form(file, profile)
    set_language(file, "vi")
    name_font(file.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}"))
    _tidy_package(file)
    _write_headers(file)
    _write_letterhead(file)
    _write_title(file)
    _write_contents(file)
    file.add_paragraph("{{ body }}", "Body Text")
    _write_closing(file)
    file.add_paragraph("{{ annexes }}", "Review Chart")
    save_repeatably(file, path)


def _tidy_package(file: Any) -> None:
    """Take out what python-docx's own template brings along: an old Word's mode and styles, Japanese, a thumbnail."""
    settings = file.settings.element
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    settings.find(qn("w:zoom")).set(qn("w:percent"), "100")
    for script in ("val", "eastAsia"):
        settings.find(qn("w:themeFontLang")).set(qn(f"w:{script}"), LANGUAGE_TAGS["vi"])
    for relations in (file.part.package.rels, file.part.rels):
        for key in [key for key, relation in relations.items() if relation.reltype.endswith(UNWANTED)]:
            del relations[key]


def _write_headers(file: Any) -> None:
    section = file.sections[0]
    first, later = section.first_page_header, section.header
    first.is_linked_to_previous = later.is_linked_to_previous = False
    _write_mark(first, "banner")
    _write_mark(later, "page_mark")
    _write_field(later.add_paragraph(style="Header"), "PAGE")


def _write_mark(header: Any, name: str) -> None:
    """Write a line that stands on every page, if there is anything to say: the draft mark, the banner."""
    header.paragraphs[0].text = f"{{%p if {name} %}}"
    header.paragraphs[0].style = "Banner"
    header.add_paragraph(f"{{{{ {name} }}}}", "Banner")
    header.add_paragraph("{%p endif %}", "Banner")


def _write_field(paragraph: Any, code: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), f" {code} ")
    field.append(parse_xml(f"<w:r {nsdecls('w')}><w:t>2</w:t></w:r>"))
    paragraph._p.append(field)


def _write_letterhead(file: Any) -> None:
    table = _bare_table(file, 2, LETTERHEAD_WIDTHS)
    left, right = table.rows[0].cells
    _fill(left, ("{%p if superior %}", "Letterhead Superior"), ("{{ superior }}", "Letterhead Superior"))
    _fill(left, ("{%p endif %}", "Letterhead Superior"), ("{{ issuer }}", "Letterhead Issuer"))
    _fill(
        left,
        ("{%p if star %}", "Letterhead Issuer"),
        ("*", "Letterhead Issuer"),
        ("{%p endif %}", "Letterhead Issuer"),
    )
    _rule_if(left, "issuer_rule", 22, "Letterhead Issuer")
    _fill(right, ("{%p if motto %}", "Letterhead Title"), ("{{ heading_title }}", "Letterhead Title"))
    _rule(_fill(right, ("{{ motto }}", "Letterhead Motto")), 12)
    _fill(right, ("{%p elif heading_title %}", "Letterhead Title"))
    _rule(_fill(right, ("{{ heading_title }}", "Letterhead Title")), 8)
    _fill(right, ("{%p endif %}", "Letterhead Title"))
    left, right = table.rows[1].cells
    _fill(left, ("{{ symbol_line }}", "Letterhead Symbol"), ("{%p if draft %}", "Draft Mark"))
    _fill(left, ("{{ draft }}", "Draft Mark"), ("{%p endif %}", "Draft Mark"))
    _fill(right, ("{{ place_and_date }}", "Letterhead Place"))


def _write_title(file: Any) -> None:
    file.add_paragraph("{{ type_name }}", "Review Type")
    file.add_paragraph("{{ subject }}", "Review Subject")
    _rule_if(file, "subject_rule", 65, "Review Source")
    for text in ("{%p if as_at_line %}", "{{ as_at_line }}", "{%p endif %}"):
        file.add_paragraph(text, "Review As At")
    for text in ("{%p for line in addressee %}", "{{ line }}", "{%p endfor %}"):
        file.add_paragraph(text, "Addressee")


def _write_contents(file: Any) -> None:
    lines = ("{%p if contents_heading %}", "{{ contents_heading }}", "{{ contents }}", "{%p endif %}")
    for text, style in zip(lines, ("toc 1", "Contents Heading", "toc 1", "toc 1"), strict=True):
        file.add_paragraph(text, style)


def _write_closing(file: Any) -> None:
    table = _bare_table(file, 1, CLOSING_WIDTHS)
    left, right = table.rows[0].cells
    _fill(left, ("{%p if recipients %}", "Recipients"), ("{{ recipients_heading }}", "Recipients Heading"))
    _fill(left, ("{%p endif %}", "Recipients"), ("{%p for line in recipients %}", "Recipients"))
    _fill(left, ("{{ line }}", "Recipients"), ("{%p endfor %}", "Recipients"))
    _fill(right, ("{{ signature_line }}", "Signature Office"), ("{{ signature_post }}", "Signature Post"))
    for _ in range(4):  # room for a hand, a seal and a name that only the office can write
        _fill(right, ("", "Signature Post"))


def _bare_table(file: Any, rows: int, widths: tuple[int, int]) -> Any:
    """Add a table without lines and cell margins: a letterhead is set in two columns, and so is a closing."""
    table = file.add_table(rows, 2)
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    margins = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))
    for row in table.rows:
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    return table


def _fill(cell: Any, *lines: tuple[str, str]) -> Any:
    """Add paragraphs to a cell, using up its first empty one."""
    paragraph = None
    for text, style in lines:
        first = cell.paragraphs[0]
        is_unused = len(cell.paragraphs) == 1 and not first.text and first.style.name == "Normal"
        paragraph = first if is_unused else cell.add_paragraph()
        paragraph.style = style
        paragraph.add_run(text)
    return paragraph


def _rule_if(place: Any, condition: str, indent: float, style: str) -> None:
    for text in (f"{{%p if {condition} %}}", "", "{%p endif %}"):
        paragraph = place.add_paragraph(text, style)
        if not text:
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = 0
            paragraph.paragraph_format.line_spacing = Mm(2)
            _rule(paragraph, indent)


def _rule(paragraph: Any, indent: float) -> None:
    """Draw a rule under a paragraph, shorter than the column by an indent (millimetres) at either side."""
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm(indent)
    borders = parse_xml(
        f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
    )
    paragraph._p.get_or_add_pPr().insert_element_before(
        borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr"
    )


if __name__ == "__main__":
    make_template(TEMPLATE)
