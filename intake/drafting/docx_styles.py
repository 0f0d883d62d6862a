"""What a Word document says of a paragraph or run by its styles, each based on another."""

from typing import Any

from docx.oxml.ns import qn

_DEEPEST = 10  # styles based on each other


def value_of(element: Any, tag: str) -> str:
    """Give the value of an element's child such as w:numId; "" where there is none."""
    child = element.find(qn(tag)) if element is not None else None
    return str(child.get(qn("w:val"), "")) if child is not None else ""


def is_on(element: Any, tag: str) -> bool | None:
    """Tell whether a property such as w:caps is on; None where nothing is said of it."""
    child = element.find(qn(tag)) if element is not None else None
    return None if child is None else child.get(qn("w:val")) not in {"0", "false", "off"}


class Styles:
    """The styles of one document by name."""

    def __init__(self, document: Any) -> None:
        root = document.styles.element
        self._by_name = {style.get(qn("w:styleId")): style for style in root.findall(qn("w:style"))}
        usual = (s for s in self._by_name.values() if s.get(qn("w:type")) == "paragraph" and _is_default(s))
        self.usual = next((style.get(qn("w:styleId")) for style in usual), "")
        self.default_run = root.find(f"{qn('w:docDefaults')}/{qn('w:rPrDefault')}/{qn('w:rPr')}")

    def properties(self, name: str, tag: str) -> list[Any]:
        """Give the properties (w:pPr or w:rPr) of a style and of those it is based on, the nearest first."""
        found = []
        for _ in range(_DEEPEST):
            style = self._by_name.get(name)
            if style is None:
                break
            found.append(style.find(qn(tag)))
            name = value_of(style, "w:basedOn")
        return [one for one in found if one is not None]


def _is_default(style: Any) -> bool:
    return style.get(qn("w:default")) in {"1", "true"}
