"""What the style of a cell tells of its value: a percent format, and a font of an old encoding."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from intake.legacy import encoding_of_font

_PERCENTS = {"9", "10"}  # the formats 0% and 0.00% that every workbook has
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # parts of a format that only show themselves
_OLD_FONT = re.compile(rb"[\"']\s*(?:\.vn|vni)", re.IGNORECASE)


@dataclass(frozen=True)
class Styles:
    """Numbers of the cell styles that matter: percent formats, and old encodings by style."""

    percents: frozenset[str] = frozenset()
    encodings: Mapping[str, str] = field(default_factory=dict)


def read_styles(content: bytes, root: etree._Element) -> Styles:
    """Read the part xl/styles.xml: its bytes, and the same parsed."""
    codes = {one.get("numFmtId"): one.get("formatCode", "") for one in root.iterfind(".//{*}numFmts/{*}numFmt")}
    percents = _PERCENTS - set(codes) | {key for key, code in codes.items() if "%" in _LITERAL.sub("", code)}
    forms = list(root.iterfind(".//{*}cellXfs/{*}xf"))
    shown = frozenset(str(at) for at, form in enumerate(forms) if form.get("numFmtId") in percents)
    return Styles(shown, dict(_encodings(root, forms)) if has_old_font(content) else {})


def has_old_font(content: bytes) -> bool:
    """Whether a part names a font of an old encoding anywhere."""
    return bool(_OLD_FONT.search(content))


def _encodings(root: etree._Element, forms: list[etree._Element]) -> Iterator[tuple[str, str]]:
    names = [font.find("{*}name") for font in root.iterfind(".//{*}fonts/{*}font")]
    fonts = [encoding_of_font(name.get("val", "")) if name is not None else None for name in names]
    for at, form in enumerate(forms):
        font = form.get("fontId", "0")
        encoding = fonts[int(font)] if font.isdecimal() and int(font) < len(fonts) else None
        if encoding:
            yield str(at), encoding
