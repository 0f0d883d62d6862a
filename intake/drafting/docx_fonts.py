"""The letters of a run as its font draws them: Vietnamese in TCVN3 and VNI fonts, and words set in capitals."""

from typing import Any

from docx.oxml.ns import qn

from intake.drafting.docx_styles import Styles, is_on, value_of
from intake.legacy import encoding_of_font, read_by_font

_FONT = (qn("w:ascii"), qn("w:hAnsi"))


class Fonts:
    """Which font and which capitals hold for a run: its own, else of its styles, else of the document."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles

    def read(self, run: Any, words: str) -> str:
        """Give the words of a run in Unicode, in capitals where they are printed so."""
        properties = self._properties(run)
        font = next((name for one in properties if (name := _font(one))), "")
        encoding = encoding_of_font(font)
        words = (read_by_font(words, encoding) if encoding else None) or words
        capitals = next((found for one in properties if (found := is_on(one, "w:caps")) is not None), False)
        return words.upper() if capitals else words

    def _properties(self, run: Any) -> list[Any]:
        own = run.find(qn("w:rPr"))
        paragraph = next(run.iterancestors(qn("w:p")), None)
        about = paragraph.find(qn("w:pPr")) if paragraph is not None else None
        names = (value_of(own, "w:rStyle"), value_of(about, "w:pStyle") or self._styles.usual)
        styled = [one for name in names for one in self._styles.properties(name, "w:rPr")]
        return [one for one in (own, *styled, self._styles.default_run) if one is not None]


def _font(properties: Any) -> str:
    fonts = properties.find(qn("w:rFonts"))
    return next((fonts.get(name) for name in _FONT if fonts.get(name)), "") if fonts is not None else ""
