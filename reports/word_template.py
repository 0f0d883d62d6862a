"""Word templates, which an office may replace with its own: how one is filled, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from zipfile import BadZipFile, ZipFile

import docx
from docx.opc.exceptions import PackageNotFoundError
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from models.errors import RefusedError
from reports.office_file import save_repeatably
from reports.profile import Profile
from reports.word_form import NEEDED_STYLES, lay_form, set_language
from schemas.texts import load_texts

TEMPLATE = Path(__file__).resolve().parent / "templates" / "review.docx"
PLACES = ("body", "annexes", "contents")  # each replaced, alone in its paragraph, by what dondoc lays out
TAGS = (
    *("superior", "issuer", "symbol_line", "place_and_date", "heading_title", "motto", "type_name", "subject"),
    *("as_at_line", "draft", "banner", "page_mark", "recipients_heading", "recipients", "signature_line"),
    *("signature_post", "contents_heading", "star", "issuer_rule", "subject_rule", "addressee"),
)
EXPECTED = ("issuer", "symbol_line", "type_name", "subject", "draft", "banner", "page_mark", "recipients",
            "signature_line")  # fmt: skip
_UNREADABLE = (OSError, BadZipFile, PackageNotFoundError, KeyError, ValueError)
_PAIRS = (("{{", "}}"), ("{%", "%}"))


@dataclass(frozen=True)
class TemplateFault:
    """One thing wrong with a template; `key` names its sentence below `document.error`."""

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)
    severity: Literal["error", "warning"] = "error"


def fill_template(path: Path, context: dict[str, Any]) -> Any:
    """Give the template, its tags filled, as a python-docx document.

    Autoescape, or a `<` in a text would end its paragraph; a sandbox, since a template is somebody's file. Raises
    RefusedError, which says what to mend.
    """
    try:
        template = _open(path)
        template.render(context, jinja_env=_environment(), autoescape=True)
    except _UNREADABLE as error:
        raise RefusedError("document.error.template_missing", path=path) from error
    except TemplateError as error:
        raise RefusedError("document.error.template_broken", path=path, detail=error.message or error) from error
    _complete_cells(template.docx)
    return template.docx


def _complete_cells(filled: Any) -> None:
    """Give a paragraph to each cell that is left with none: without one, Word calls the file damaged."""
    for cell in filled.element.body.iter(qn("w:tc")):
        if cell[-1].tag != qn("w:p"):
            cell.add_p()


def find_place(filled: Any, mark: str) -> Any:
    """Find the paragraph of the body, outside tables and text boxes, that holds nothing but a mark."""
    paragraphs = filled.element.body.iterchildren(qn("w:p"))
    return next((one for one in paragraphs if _text_of(one).strip() == mark), None)


def write_example(path: Path, profile: Profile, language: str) -> None:
    """Write our own template, set to a page form, for an office to begin from."""
    example = docx.Document(str(TEMPLATE))
    texts = load_texts(language)
    words = {"heading_title": "title", "motto": "motto"}
    lay_form(example, profile, {f"{{{{ {tag} }}}}": texts(f"document.{profile.heading}.{words[tag]}") for tag in words})
    set_language(example, language)
    save_repeatably(example, path)


def ensure_template(path: Path) -> None:
    """Raise RefusedError with the first fault of a template that cannot be used."""
    for fault in check_template(path):
        if fault.severity == "error":
            key = f"document.error.{fault.key}"
            raise RefusedError(key, path=path, **fault.values)


def check_template(path: Path) -> list[TemplateFault]:
    """Give all that is wrong with a template: a file that cannot be opened, tags, styles, places; then doubts."""
    try:
        template = _open(path)
    except _UNREADABLE:
        return [TemplateFault("template_macro" if _has_macros(path) else "template_missing")]
    faults = [*_check_tags(template), *_check_styles(template.docx)]
    if not any(fault.key in ("template_unclosed", "template_unknown", "template_broken") for fault in faults):
        faults += _check_filled(path)
    return faults


def _open(path: Path) -> Any:
    template = DocxTemplate(path)
    template.init_docx()
    return template


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(undefined=StrictUndefined, autoescape=True)


def _has_macros(path: Path) -> bool:
    try:
        with ZipFile(path) as parts:
            return any(name.endswith("vbaProject.bin") for name in parts.namelist())
    except (OSError, BadZipFile):
        return False


def _check_tags(template: Any) -> Iterator[TemplateFault]:
    """Check that tags are closed where they are opened, well written, and known to us."""
    unclosed = list(dict.fromkeys(_unclosed(template.docx)))
    yield from (TemplateFault("template_unclosed", {"text": text}) for text in unclosed)
    if unclosed:
        return
    try:
        used = template.get_undeclared_template_variables(_environment())
    except TemplateError as error:
        yield TemplateFault("template_broken", {"detail": error.message or error})
        return
    known = ", ".join(sorted((*TAGS, *PLACES)))
    for name in sorted(used - {*TAGS, *PLACES}):
        yield TemplateFault("template_unknown", {"tag": name, "known": known})
    unused = [name for name in EXPECTED if name not in used]
    if unused:
        yield TemplateFault("template_unused", {"tags": ", ".join(unused)}, "warning")


def _unclosed(file: Any) -> Iterator[str]:
    """Give each paragraph with a tag that is opened and not closed in it: it would swallow text up to the next one."""
    for part in (file.part, *_furniture(file)):
        for element in part.element.iter(qn("w:p")):
            text = _text_of(element)
            if any(text.count(left) != text.count(right) for left, right in _PAIRS):
                yield text


def _furniture(file: Any) -> Iterator[Any]:
    """Give the parts of headers and footers."""
    for section in file.sections:
        for kind in (section.header, section.first_page_header, section.footer, section.first_page_footer):
            if not kind.is_linked_to_previous:
                yield kind.part


def _text_of(element: Any) -> str:
    return "".join(node.text or "" for node in element.iter(qn("w:t")))


def _check_styles(file: Any) -> Iterator[TemplateFault]:
    for name in NEEDED_STYLES:
        if name not in file.styles:
            yield TemplateFault("template_style", {"style": name})


def _check_filled(path: Path) -> Iterator[TemplateFault]:
    """Fill the template for a trial, with something and with nothing to say, and look for the places of the text."""
    marks = {name: f"\u2e28{name}\u2e29" for name in PLACES}
    try:
        filled = fill_template(path, {**dict.fromkeys(TAGS, "x"), **marks})
        fill_template(path, {**dict.fromkeys(TAGS, ""), **marks})
    except RefusedError as error:
        yield TemplateFault("template_broken", {"detail": error.values.get("detail", "")})
        return
    whole = _text_of(filled.element.body)
    for name, mark in marks.items():
        if find_place(filled, mark) is None:
            tag = f"{{{{ {name} }}}}"
            if mark in whole:
                yield TemplateFault("template_inside", {"tag": tag})
            elif name == "contents":
                yield TemplateFault("template_contents", {"tag": tag}, "warning")
            else:
                yield TemplateFault("template_tag", {"tag": tag})
    if "PAGE" not in "".join(_fields(filled)):
        yield TemplateFault("template_page_number", severity="warning")


def _fields(file: Any) -> Iterator[str]:
    """Give the instructions of the fields in headers and footers, however they are written."""
    for part in _furniture(file):
        yield from (field.text or "" for field in part.element.iter(qn("w:instrText")))
        yield from (field.get(qn("w:instr")) for field in part.element.iter(qn("w:fldSimple")))
