"""Writes a document as Word, the form that the office edits and signs, from a template the office may replace."""

from collections.abc import Iterator
from copy import deepcopy
from hashlib import sha256
from pathlib import Path
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Emu

from reports.content import Annex, Document, draft_mark, page_mark, plain_text, signature_line
from reports.office_file import save_repeatably
from reports.pdf import heading_pages
from reports.profile import Profile, read_profile
from reports.word_blocks import BlockWriter, keep_with_next, paragraph
from reports.word_contents import fill_contents
from reports.word_form import lay_form, set_language
from reports.word_template import PLACES, TEMPLATE, ensure_template, fill_template, find_place
from schemas.texts import load_texts


def write_word(document: Document, path: Path, *, template: Path | None = None) -> None:
    """Write the document as a .docx file; the same content gives the same bytes.

    Without a template of the office's own, the document's page form sets sizes and margins. Raises RefusedError,
    which says what to mend, for a template that cannot be used.
    """
    profile = read_profile(document.profile)
    said = sha256("\n".join(plain_text(document)).encode()).hexdigest()  # no text within can hold it
    marks = {name: f"\u2e28{name} {said}\u2e29" for name in PLACES}
    if template is not None:
        ensure_template(template)
    filled = fill_template(template or TEMPLATE, _context(document, profile, marks))
    if template is None:
        lay_form(filled, profile)
    set_language(filled, document.language)
    annexes, body = (find_place(filled, marks[name]) for name in ("annexes", "body"))
    _write_body(filled, body, document, profile)
    _write_annexes(filled, annexes, document, profile)
    _write_contents(filled, marks["contents"], document)
    _number_pictures(filled)
    _name_document(filled, document)
    save_repeatably(filled, path)


def _context(document: Document, profile: Profile, marks: dict[str, str]) -> dict[str, Any]:
    texts = load_texts(document.language)
    return {
        "superior": document.superior,
        "issuer": document.issuer,
        "symbol_line": document.symbol_line,
        "place_and_date": document.place_and_date,
        "heading_title": texts(f"document.{profile.heading}.title"),
        "motto": texts(f"document.{profile.heading}.motto"),
        "star": profile.marks.star_under_issuer,
        "issuer_rule": profile.marks.rule_under_issuer,
        "subject_rule": profile.marks.rule_under_subject,
        "type_name": document.type_name,
        "subject": document.subject,
        "as_at_line": document.as_at_line,
        "addressee": document.addressee,
        "contents_heading": texts("document.contents") if document.contents else "",
        "draft": draft_mark(document, texts),
        "banner": document.banner or "",
        "page_mark": page_mark(document, texts),
        "recipients_heading": texts("document.recipients"),
        "recipients": document.recipients,
        "signature_line": signature_line(document.signature),
        "signature_post": document.signature.post,
        **marks,
    }


def _write_contents(docx: Any, mark: str, document: Document) -> None:
    """Write the table of contents where the template has a place for it; an office's own need not."""
    place = find_place(docx, mark)
    if place is None:
        return
    if document.contents:
        fill_contents(docx, place, heading_pages(document))
    else:
        place.getparent().remove(place)


def _write_body(docx: Any, place: Any, document: Document, profile: Profile) -> None:
    writer = BlockWriter(docx, document.language, profile, _text_width(docx.sections[0]))
    elements = [element for block in document.blocks for element in writer.write(block)]
    _keep_with_signature(elements)
    _replace(place, elements)


def _keep_with_signature(elements: list[Any]) -> None:
    """Keep the last paragraph with the signature block, so that no signature stands alone on a page."""
    if elements and elements[-1].tag == qn("w:p"):
        keep_with_next(elements[-1])


def _replace(place: Any, elements: list[Any]) -> None:
    for element in elements:
        place.addprevious(element)
    place.getparent().remove(place)


def _write_annexes(docx: Any, place: Any, document: Document, profile: Profile) -> None:
    """Write each annex into a section of its own, on its side where it asks for it."""
    last = docx.element.body.sectPr
    for text in place.iter(qn("w:t")):
        text.text = ""
    if not document.annexes:
        place.getparent().remove(place)
        return
    upright = deepcopy(last)
    _end_section(place, upright)
    for number, annex in enumerate(document.annexes):
        section = _annex_section(upright, annex, counts_anew=profile.marks.annexes_apart)
        elements = list(_annex_elements(docx, annex, document, profile, section))
        if number < len(document.annexes) - 1:
            elements.append(_end_section(paragraph(docx, "Review Chart", ""), section))
        else:
            last.getparent().replace(last, section)
            last = section
        for element in elements:
            last.addprevious(element)


def _end_section(element: Any, section: Any) -> Any:
    element.get_or_add_pPr().append(section)
    return element


def _annex_section(upright: Any, annex: Annex, *, counts_anew: bool) -> Any:
    """Copy the section of the text, turned if the annex is wide; its first page has a number unless it is page 1."""
    section = deepcopy(upright)
    if counts_anew:
        numbering = OxmlElement("w:pgNumType")
        numbering.set(qn("w:start"), "1")
        section.find(qn("w:pgMar")).addnext(numbering)
    else:
        for first_page in section.findall(qn("w:titlePg")):
            section.remove(first_page)
    if annex.landscape:
        _turn(section)
    return section


def _turn(section: Any) -> None:
    size, margins = section.find(qn("w:pgSz")), section.find(qn("w:pgMar"))
    width, height = size.get(qn("w:w")), size.get(qn("w:h"))
    size.set(qn("w:w"), height)
    size.set(qn("w:h"), width)
    size.set(qn("w:orient"), "landscape")
    old = {side: margins.get(qn(f"w:{side}")) for side in ("top", "bottom", "left", "right")}
    for side, source in (("top", "left"), ("bottom", "right"), ("left", "bottom"), ("right", "top")):
        margins.set(qn(f"w:{side}"), old[source])


def _annex_elements(docx: Any, annex: Annex, document: Document, profile: Profile, section: Any) -> Iterator[Any]:
    writer = BlockWriter(docx, document.language, profile, _text_width(Section(section, docx.part)))
    yield paragraph(docx, "Annex Title", annex.number_label, annex.title)
    if document.annex_reference:
        yield paragraph(docx, "Review As At", document.annex_reference)
    for block in annex.blocks:
        yield from writer.write(block)


def _text_width(section: Any) -> float:
    """Give the width of a section's text in millimetres."""
    return float(Emu(section.page_width - section.left_margin - section.right_margin).mm)


def _number_pictures(docx: Any) -> None:
    """Give each picture a number of its own: python-docx counts only those that already stand in the document."""
    for number, picture in enumerate(docx.element.body.iter(qn("wp:docPr")), start=1):
        picture.set("id", str(number))


def _name_document(docx: Any, document: Document) -> None:
    properties = docx.core_properties
    properties.title = f"{document.type_name} {document.subject}"[:255]
    properties.author, properties.subject = document.issuer[:255], document.symbol_line[:255]
    properties.language, properties.comments, properties.keywords = document.language, "", ""
