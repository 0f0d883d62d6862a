"""The table of contents of a Word document: a field that Word can make anew, filled in beforehand."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

DEPTH = 2  # headings of the third level are too many for a table of contents
LEVELS = {"Heading 1": 1, "Heading 2": 2, "Annex Title": 1}
SPACE_BELOW = 160  # twentieths of a point below the last entry
FIELD = rf' TOC \o "1-{DEPTH}" \h \z \u '


@dataclass(frozen=True)
class _Entry:
    level: int
    text: str
    bookmark: str


def fill_contents(docx: Any, place: Any, pages: Sequence[int]) -> None:
    """Put the table of contents in place of a paragraph, and a bookmark on each heading that it lists.

    `pages` are those of the headings in order, as the PDF copy has them; Word counts its own when the field is
    updated.
    """
    entries = list(_mark_headings(docx))
    for at, entry in enumerate(entries):
        page = str(pages[at]) if at < len(pages) else ""
        place.addprevious(_line(docx, entry, page, is_first=at == 0, is_last=at == len(entries) - 1))
    place.getparent().remove(place)


def _mark_headings(docx: Any) -> Iterator[_Entry]:
    levels = {docx.styles[name].style_id: level for name, level in LEVELS.items()}
    headings = [one for one in docx.element.body.iterchildren(qn("w:p")) if one.style in levels]
    for number, heading in enumerate(headings, start=1):
        entry = _Entry(levels[heading.style], _said_by(heading), f"_Toc{number:08}")
        start, end = OxmlElement("w:bookmarkStart"), OxmlElement("w:bookmarkEnd")
        for mark in (start, end):
            mark.set(qn("w:id"), str(number))
        start.set(qn("w:name"), entry.bookmark)
        heading.pPr.addnext(start)
        heading.append(end)
        yield entry


def _said_by(heading: Any) -> str:
    """Give a heading's words in one line; an annex has its number above its title."""
    pieces = heading.iter(qn("w:t"), qn("w:br"))
    return "".join(". " if piece.tag == qn("w:br") else piece.text or "" for piece in pieces)


def _line(docx: Any, entry: _Entry, page: str, *, is_first: bool, is_last: bool) -> Any:
    """Build one entry: a link to its heading and its page; the first opens the whole field, the last ends it."""
    opening = _field_char("begin") + _instruction(FIELD) + _field_char("separate") if is_first else ""
    number = (
        _field_char("begin")
        + _instruction(f" PAGEREF {entry.bookmark} \\h ")
        + _field_char("separate")
        + f"<w:r><w:t>{page}</w:t></w:r>"
        + _field_char("end")
    )
    link = (
        f'<w:hyperlink w:anchor="{entry.bookmark}" w:history="1">'
        f'<w:r><w:t xml:space="preserve">{escape(entry.text)}</w:t></w:r><w:r><w:tab/></w:r>{number}</w:hyperlink>'
    )
    space = f'<w:spacing w:after="{SPACE_BELOW}"/>' if is_last else ""
    properties = f'<w:pPr><w:pStyle w:val="{_style_of(docx, entry.level)}"/>{space}</w:pPr>'
    closing = _field_char("end") if is_last else ""
    return parse_xml(f"<w:p {nsdecls('w')}>{properties}{opening}{link}{closing}</w:p>")


def _style_of(docx: Any, level: int) -> str:
    """Give the id of an entry's style; Word adds these styles itself, so a template may lack them."""
    name = f"toc {level}"
    if name not in docx.styles:
        docx.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=True)
    return str(docx.styles[name].style_id)


def _field_char(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def _instruction(code: str) -> str:
    return f'<w:r><w:instrText xml:space="preserve">{escape(code)}</w:instrText></w:r>'
