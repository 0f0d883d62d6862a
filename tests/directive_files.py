"""A text as the file an office sends: old fonts, parted letters, two columns, lists that Word numbers."""

import re
import unicodedata
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import docx
from directives import in_tcvn3, in_vni, write_pdf
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

_LEVELS = (  # form, pattern, what a line of that level begins with
    ("upperRoman", "%1.", re.compile(r"[IVX]+\.\s+")),
    ("decimal", "%2.", re.compile(r"\d+\.\s+")),
    ("lowerLetter", "%3)", re.compile(r"[a-zđ]\)\s+")),
    ("bullet", "\uf0b7", re.compile(r"-\s+")),
)


def write_directive(folder: Path, text: str, form: str) -> Path:
    """Write a text in a form: `nfd`, `tcvn3`, `vni`, `pdf in two columns`, `docx with lists`, or as it is."""
    if form == "pdf in two columns":
        return _write_columns(folder / "directive.pdf", text)
    if form == "docx with lists":
        return _write_lists(folder / "directive.docx", text)
    path = folder / "directive.txt"
    spelled = {"nfd": lambda: unicodedata.normalize("NFD", text), "tcvn3": lambda: in_tcvn3(text)}
    spelled["vni"] = lambda: in_vni(text)
    raw = spelled[form]() if form else text
    path.write_bytes(raw.encode("cp1252" if form in ("tcvn3", "vni") else "utf-8"))
    return path


def _write_columns(path: Path, text: str) -> Path:
    """Set the head over the whole page and all that follows the first sentence with a colon in two columns."""
    head, body = _parted(text)
    lines = "\n\n".join(f"#par[#{_quoted(line)}]" for line in head)
    more = "\n\n".join(f"#par[#{_quoted(line)}]" for line in body)
    return write_pdf(path, f"{lines}\n\n#columns(2)[\n{more}\n]")


def _parted(text: str) -> tuple[list[str], list[str]]:
    """Part a text behind the line that ends its opening."""
    lines = [line for line in text.splitlines() if line.strip()]
    at = next((at for at, line in enumerate(lines) if line.endswith(":")), 0) + 1
    return lines[:at], lines[at:]


def _quoted(text: str) -> str:
    """Write a text as a string of typst."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _write_lists(path: Path, text: str) -> Path:
    """Write a Word file in which no number is typed: every level is a level of one list."""
    document = docx.Document()
    _add_list(document)
    for line in text.splitlines():
        for level, (_, _, begins) in enumerate(_LEVELS):
            if found := begins.match(line):
                place = f'<w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="77"/></w:numPr></w:pPr>'
                run = f"<w:r><w:t>{escape(line[found.end() :])}</w:t></w:r>"
                document.element.body.insert(-1, parse_xml(f"<w:p {nsdecls('w')}>{place}{run}</w:p>"))
                break
        else:
            document.add_paragraph(line)
    document.save(str(path))
    return path


def _add_list(document: Any) -> None:
    """Declare the one list, number 77."""
    drawn = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{pattern}"/></w:lvl>'
        for at, (form, pattern, _) in enumerate(_LEVELS)
    )
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">{drawn}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
