"""The guide for units as one printed page: the same Markdown as on the site, set by typst with our own fonts."""

from collections.abc import Sequence
from pathlib import Path

import typst
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pypdfium2 import PdfDocument

DOCS = Path(__file__).resolve().parents[1]
FONTS = DOCS.parent / "reports" / "fonts"
GUIDE, LEAFLET = DOCS / "units.md", DOCS / "units.pdf"
STYLE = """
#set document(title: "{title}")
#set page(paper: "a4", margin: (x: 1.7cm, y: 1.2cm))
#set text(font: "{font}", size: 10.5pt, lang: "vi")
#set par(leading: 0.5em, spacing: 0.7em)
#set list(spacing: 0.55em)
#set enum(spacing: 0.55em)
#show heading.where(level: 1): set text(size: 16pt)
#show heading.where(level: 2): set text(size: 11.5pt)
#show figure.caption: set text(size: 9pt, style: "italic")
#show heading: set block(above: 0.9em, below: 0.55em)
"""
FONT = "Liberation Serif"
MARKS = {
    "heading_close": "\n\n",
    "paragraph_close": "\n\n",
    "list_item_close": "]\n",
    "bullet_list_close": "\n",
    "ordered_list_close": "\n",
    "strong_open": "#strong[",
    "strong_close": "]",
    "em_open": "#emph[",
    "em_close": "]",
    "softbreak": " ",
}
LISTS = {"bullet_list_open": "#list.item[", "ordered_list_open": "#enum.item["}


def main() -> None:
    """Write the page. Raises ValueError where it grew beyond one sheet."""
    source = set_page(GUIDE.read_text("utf-8")).encode()
    leaflet: bytes = typst.compile(  # type: ignore[misc]  # its stub mixes up two types of paths
        source, root=str(DOCS), font_paths=[str(FONTS)], ignore_system_fonts=True
    )
    with PdfDocument(leaflet) as pages:
        if len(pages) > 1:
            raise ValueError("docs/units.md must fit one sheet of paper; it fills " + str(len(pages)))
    LEAFLET.write_bytes(leaflet)


def set_page(markdown: str) -> str:
    """Turn the Markdown that the guide uses into typst; a mark that is not known here fails."""
    tokens = MarkdownIt().parse(markdown)
    title = next(token.content for token in tokens if token.type == "inline")
    return STYLE.replace("{title}", title).replace("{font}", FONT) + "".join(_blocks(tokens))


def _blocks(tokens: Sequence[Token]) -> list[str]:
    written: list[str] = []
    item = ""
    for token in tokens:
        item = LISTS.get(token.type, item)
        if token.type == "heading_open":
            written.append("=" * int(token.tag[1]) + " ")
        elif token.type == "list_item_open":
            written.append(item)
        elif token.type == "inline":
            written += [_inline(child) for child in token.children or ()]
        elif token.type not in LISTS and token.type != "paragraph_open":
            written.append(MARKS[token.type])
    return written


def _inline(token: Token) -> str:
    if token.type == "text":
        return f"#{_quoted(token.content)}"
    if token.type == "code_inline":
        return f"#raw({_quoted(token.content)})"
    if token.type == "image":
        picture = f"image({_quoted('/' + str(token.attrs['src']))}, width: 100%)"
        framed = f"box(width: 94%, stroke: 0.5pt + gray, inset: 1.5pt, {picture})"
        return f"#figure({framed}, caption: {_quoted(token.content)}, numbering: none, gap: 0.4em)"
    return MARKS[token.type]


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


if __name__ == "__main__":
    main()
