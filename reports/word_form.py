"""The styles of our Word documents, and how a page form sets their sizes and the page."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from reports.profile import Profile
from reports.widths import BOLD, text_width

FONT = "Times New Roman"
LANGUAGE_TAGS = {"vi": "vi-VN", "en": "en-GB"}
CENTER, RIGHT, LEFT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


@dataclass(frozen=True)
class StyleForm:
    """One paragraph style: the size it takes from the page form, and what is the same in every form."""

    name: str
    size: str
    align: Any = CENTER
    bold: bool = False
    italic: bool = False
    before: float = 0
    after: float = 0
    keep_next: bool = False
    outline: int | None = None  # level in the outline that Word shows beside the text; 0 is the highest


STYLES = (
    StyleForm("Normal", "text", LEFT),
    StyleForm("Body Text", "text", JUSTIFY),
    StyleForm("Heading 1", "text", LEFT, bold=True, before=10, keep_next=True),
    StyleForm("Heading 2", "text", LEFT, bold=True, before=6, keep_next=True),
    StyleForm("Heading 3", "text", LEFT, bold=True, italic=True, before=4, keep_next=True),
    StyleForm("Quote", "quote", JUSTIFY, italic=True),
    StyleForm("Caption", "caption", bold=True, before=8, after=3, keep_next=True),
    StyleForm("Header", "page_number", after=4),
    StyleForm("Letterhead Superior", "superior"),
    StyleForm("Letterhead Issuer", "issuer", bold=True),
    StyleForm("Letterhead Symbol", "symbol"),
    StyleForm("Letterhead Title", "heading_title", bold=True),
    StyleForm("Letterhead Motto", "motto", bold=True),
    StyleForm("Letterhead Place", "place", italic=True),
    StyleForm("Review Type", "type", bold=True, before=18),
    StyleForm("Review Subject", "subject", bold=True),
    StyleForm("Review As At", "note", italic=True, before=6, after=10),
    StyleForm("Addressee", "text", before=4, after=4),
    StyleForm("Review Bullet", "text", JUSTIFY),
    StyleForm("Review Note", "note", JUSTIFY, italic=True, after=6),
    StyleForm("Review Reading Aid", "source", italic=True, after=2, keep_next=True),
    StyleForm("Review Measure", "source", RIGHT, italic=True, after=2, keep_next=True),
    StyleForm("Review Source", "source", LEFT, italic=True, before=3, after=8),
    StyleForm("Review Table", "table", LEFT, before=1.5, after=1.5),
    StyleForm("Review Chart", "table", keep_next=True),
    StyleForm("Review Small Caption", "table", bold=True, before=6, keep_next=True),
    StyleForm("Annex Title", "annex_title", bold=True, after=8, keep_next=True, outline=0),
    StyleForm("Contents Heading", "note", bold=True, before=6, after=6, keep_next=True),
    StyleForm("toc 1", "note", LEFT, after=2),
    StyleForm("toc 2", "note", LEFT, after=2),
    StyleForm("Recipients Heading", "recipients_heading", LEFT, bold=True, before=12, keep_next=True),
    StyleForm("Recipients", "recipients", LEFT, keep_next=True),
    StyleForm("Signature Office", "text", bold=True, before=12, keep_next=True),
    StyleForm("Signature Post", "text", keep_next=True),
    StyleForm("Banner", "banner", bold=True),
    StyleForm("Draft Mark", "mark", bold=True),
)
NEEDED_STYLES = tuple(
    style.name
    for style in STYLES
    if style.name in {"Body Text", "Quote", "Caption", "Annex Title"} or style.name.startswith(("Heading", "Review"))
)
CONTENTS_STEP = 6  # millimetres from one level of the table of contents to the next
_INDENTED = ("Body Text", "Heading 1", "Heading 2", "Heading 3", "Review Bullet")


def lay_form(docx: Any, profile: Profile, words: Mapping[str, str] = MappingProxyType({})) -> None:
    """Set page, styles and sizes of a Word document to a page form.

    `words`: what will stand in the place of a tag, for rules that are as long as the words above them.
    """
    _lay_page(docx.sections[0], profile)
    for form in STYLES:
        style = _style(docx, form.name)
        _lay_style(style, form, getattr(profile.sizes, form.size))
    for name in _INDENTED:
        style = docx.styles[name].paragraph_format
        style.first_line_indent = Mm(profile.text.first_line)
        _lay_lines(style, profile)
    _lay_contents(docx, profile)
    quote = docx.styles["Quote"].paragraph_format
    quote.left_indent = Mm(max(profile.text.first_line, 8))
    _lay_lines(quote, profile)
    if docx.tables:
        _lay_letterhead(docx.tables[0], profile, words)
    docx.styles["Signature Post"].font.bold = profile.marks.post_bold
    heading = docx.styles["Recipients Heading"].font
    heading.underline, heading.italic = profile.marks.recipients_underlined, profile.marks.recipients_italic
    heading.bold = not profile.marks.recipients_underlined


def _lay_lines(style: Any, profile: Profile) -> None:
    style.line_spacing_rule, style.line_spacing = WD_LINE_SPACING.AT_LEAST, Pt(profile.text.line)
    style.space_after = Pt(profile.text.after)


def _lay_contents(docx: Any, profile: Profile) -> None:
    """Set the entries of the table of contents: page numbers at the right edge, dots up to them."""
    for level in (1, 2):
        entry = docx.styles[f"toc {level}"].paragraph_format
        entry.left_indent = Mm(CONTENTS_STEP * (level - 1))
        for stop in list(entry.tab_stops):
            stop._tab.getparent().remove(stop._tab)
        entry.tab_stops.add_tab_stop(Mm(profile.page.text_width), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS)


def _lay_letterhead(table: Any, profile: Profile, words: Mapping[str, str]) -> None:
    """Set the two columns, and each rule in the right one as long as the words above it."""
    left = profile.page.letterhead_left
    widths = (left, profile.page.text_width - left)
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    for line in table.rows[0].cells[1].paragraphs:
        if line._p.find(f".//{qn('w:pBdr')}") is not None:
            wide = text_width(words.get(line.text, line.text), line.style.font.size.pt) * BOLD
            line.paragraph_format.left_indent = line.paragraph_format.right_indent = Mm(max(widths[1] - wide, 0) / 2)


def _lay_page(section: Any, profile: Profile) -> None:
    page = profile.page
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(page.top), Mm(page.bottom)
    section.left_margin, section.right_margin = Mm(page.left), Mm(page.right)
    section.header_distance, section.footer_distance = Mm(page.header), Mm(page.header)
    section.different_first_page_header_footer = True


def _style(docx: Any, name: str) -> Any:
    if name in docx.styles:
        return docx.styles[name]
    style = docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc "))
    style.base_style = docx.styles["Normal"]
    style.quick_style = True
    return style


def _lay_style(style: Any, form: StyleForm, size: float) -> None:
    name_font(style.element.get_or_add_rPr())
    font, paragraph = style.font, style.paragraph_format
    font.size, font.bold, font.italic = Pt(size), form.bold, form.italic
    font.color.rgb = RGBColor(0, 0, 0)
    paragraph.alignment, paragraph.keep_with_next = form.align, form.keep_next
    paragraph.space_before, paragraph.space_after = Pt(form.before), Pt(form.after)
    paragraph.line_spacing = 1.0
    _set_outline(style.element.get_or_add_pPr(), form.outline)


def _set_outline(properties: Any, level: int | None) -> None:
    if level is None or properties.find(qn("w:outlineLvl")) is not None:
        return
    outline = OxmlElement("w:outlineLvl")
    outline.set(qn("w:val"), str(level))
    properties.append(outline)  # nothing that a style's paragraph has stands after it


def name_font(properties: Any) -> None:
    """Name the font for every script, so that no theme font steps in for the Vietnamese letters."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is not None:
        properties.remove(fonts)
    fonts = OxmlElement("w:rFonts")
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{script}"), FONT)
    properties.insert(0, fonts)


def set_language(docx: Any, language: str) -> None:
    """Tell the spelling checker and screen readers the language of the whole document."""
    defaults = docx.styles.element.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")
    for tag in defaults.findall(qn("w:lang")):
        defaults.remove(tag)
    tag = OxmlElement("w:lang")
    for script in ("val", "eastAsia"):
        tag.set(qn(f"w:{script}"), LANGUAGE_TAGS[language])
    defaults.append(tag)
